"""A local stand-in for LiveChat: token server, Customer Chat (Web, RTM) and Agent Chat API v3.5.

An API emulator in layers: `app` (routes, envelopes, faults) calls actions (`customer_chats`,
`customer_details`, `customer_rtm`, `agent`, `accounts`), which call the rules (`chats`, `routing`,
`events`, `properties`) over the state (`state`, `model`). What happens there is pushed to its
listeners: `rtm` passes it on to customers who are connected, `bot` answers them and shows `tricks`,
which `control` also shows on demand. It shares no code with the client it is there to test.
Importable (`start`) and runnable (``python -m livechat.sandbox``).
"""

from .server import Sandbox, start
from .world.model import Organization

__all__ = ["Organization", "Sandbox", "start"]
