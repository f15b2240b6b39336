"""A local stand-in for LiveChat: token server, Customer Chat (Web, RTM) and Agent Chat API.

It serves v3.5 and v3.6 side by side.

An API emulator in four rooms, each of which knows only those below it:

- `web`: routes, RTM connections, and what goes wrong on purpose
- `bot`: the scripted agent, who answers customers and shows tricks on request
- `actions`: one function for each method of LiveChat's APIs, and what its request must look like
- `world`: what is there, the rules by which it changes, and how each side sees it

What happens in the world is pushed to its listeners: `web.rtm` passes it on to customers who are
connected, `bot.scripted_agent` answers them. `server` puts all of it together and runs it. It
shares no code with the client it is there to test. Importable (`start`) and runnable
(``python -m livechat.sandbox``).
"""

from .server import Sandbox, start
from .world.model import Organization

__all__ = ["Organization", "Sandbox", "start"]
