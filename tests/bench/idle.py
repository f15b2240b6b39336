"""An idle minute of an open chat, for a short and for a long conversation, side by side.

Neither side says anything: a tab polls every three seconds and finds nothing new. A conversation
is one thread, half the customer's and half the agent's, made through LiveChat's APIs and then
opened by that customer. Several tabs of it are open at once, so that the CPU time of one is more
than the clock's resolution; all figures are per tab. Run from the repository's root:

    python -m tests.bench.idle [--messages 10 1000] [--seconds 60]
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Callable, Mapping

from livechat.client import Client
from livechat.desk import Desk
from livechat.identity import Accounts, Identity
from tests.bench.browser import Tab
from tests.bench.processes import app, stand_in
from tests.bench.ticking import INTERVAL, Minute, measure, percentile

_TABS = 10
_COOKIE = "livechat"  # as `livechat.page.session` names it on http
_ORIGIN = "http://localhost:8501"

_FIGURES: Mapping[str, Callable[[Minute], str]] = {
    "requests": lambda minute: f"{minute.answered.requests.total() / _TABS:.1f}",
    "of which list_threads": lambda m: f"{m.answered.requests['list_threads'] / _TABS:.1f}",
    "KiB from LiveChat": lambda minute: f"{minute.answered.bytes / _TABS / 1024:.1f}",
    "KiB to the browser": lambda m: f"{sum(tick.bytes for tick in m.ticks) / _TABS / 1024:.1f}",
    "CPU of the app, ms": lambda minute: f"{minute.app_cpu / _TABS * 1000:.0f}",
    "tick p50, ms": lambda m: f"{percentile([tick.seconds for tick in m.ticks], 50) * 1000:.1f}",
    "tick p95, ms": lambda m: f"{percentile([tick.seconds for tick in m.ticks], 95) * 1000:.1f}",
    "others' CPU, % of a core": lambda m: f"{m.others_cpu / m.seconds * 100:.0f}",
    "ticks failed": lambda minute: f"{minute.failed}",
    "ticks that redrew the page": lambda m: f"{sum(tick.redrew for tick in m.ticks) / _TABS:.1f}",
}


def main() -> None:
    """Reads the options, measures one conversation after the other, prints them side by side."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.idle", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument(
        "--messages", type=int, nargs="+", default=[10, 1000], help="of each chat (10 1000)"
    )
    parser.add_argument("--seconds", type=float, default=60, help="how long each idles (60)")
    options = parser.parse_args()
    minutes = [_idle(messages, options.seconds) for messages in options.messages]
    title = f"{options.seconds:g} idle seconds, messages:"
    print(f"{title:<32}" + "".join(f"{messages:>10}" for messages in options.messages))
    for name, figure in _FIGURES.items():
        print(f"{name:<32}" + "".join(f"{figure(minute):>10}" for minute in minutes))


def _idle(messages: int, seconds: float) -> Minute:
    with stand_in() as livechat:
        identity = _converse(livechat.settings, messages)
        # A fresh app for each, so that none has the other's sessions in its memory.
        poll = {"LIVECHAT_POLL_SECONDS": f"{INTERVAL:g}"}
        with app(livechat.settings | poll) as page:

            async def idle() -> Minute:
                tabs = [Tab(page.url, f"{_COOKIE}={identity.to_cookie()}") for _ in range(_TABS)]
                for tab in tabs:
                    await tab.open()
                    if not tab.can_end:
                        raise RuntimeError("The page does not know its customer's chat")
                minute = await measure(tabs, seconds, page, livechat)
                await asyncio.gather(*(tab.close() for tab in tabs))
                return minute

            return asyncio.run(idle())


class _Token:
    """The credentials of a conversation that is over long before they expire."""

    def __init__(self, token: str) -> None:
        self._token = token

    def access_token(self) -> str:
        """The token."""
        return self._token

    def renew(self, refused: str) -> str:
        """The same token, which is then refused again."""
        return self._token


def _converse(settings: Mapping[str, str], messages: int) -> Identity:
    """Has a new customer and an agent write so many messages; returns who the customer is."""
    organization_id = settings["LIVECHAT_ORGANIZATION_ID"]
    grant = Accounts(
        settings["LIVECHAT_ACCOUNTS_URL"],
        settings["LIVECHAT_CLIENT_ID"],
        organization_id,
        _ORIGIN,
    ).grant(None)
    customer = Client(settings["LIVECHAT_API_URL"], organization_id, _Token(grant.access_token))
    agent = Desk(settings["LIVECHAT_API_URL"], settings["LIVECHAT_AGENT_TOKEN"])
    chat_id = ""
    for number in range(1, messages + 1):
        text = f"Message {number} of a conversation that has been going on for quite a while."
        if number == 1:
            event = {"type": "message", "text": text}
            chat_id = customer.start_chat(events=[event]).chat_id or ""
        elif number % 2:
            customer.send_event(chat_id, event={"type": "message", "text": text})
        else:
            agent.say(text, customer_id=grant.customer_id, chat_id=chat_id, active=True)
    if grant.identity is None:
        raise RuntimeError("The stand-in gave no identity")
    return grant.identity


if __name__ == "__main__":
    main()
