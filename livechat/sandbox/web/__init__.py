"""How the sandbox is reached: HTTP routes, RTM connections, the control plane and its faults."""
