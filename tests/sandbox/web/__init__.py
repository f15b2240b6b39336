"""How the sandbox is spoken to, and what goes wrong on purpose."""
