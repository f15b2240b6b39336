"""A laptop that is closed with the page open, and opened hours later.

While it sleeps no script of its pages runs and nothing reaches them; its connections are gone, and
the servers see that; everybody's time passes. When it wakes, its pages go on where they were: the
wall clock has jumped, the timers have not, and the ends of the connections are heard of.

Streamlit drops a session two minutes after its connection: with the app's clock among `clocks` it
is gone on waking. So is the token, with the sandbox's; a page of a list after 30 days.

Not imitated: a page's workers do not sleep, and what they sent meanwhile is heard all at once; and
connections that go through none of `lines` stay open, as LiveChat's pushes do, until the sandbox
finds them silent.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

from playwright.sync_api import BrowserContext, Page

from tests.field.clocks import Clock
from tests.field.line import Line


@contextmanager
def asleep(
    context: BrowserContext, seconds: float, *, lines: Sequence[Line] = (), clocks: Sequence[Clock]
) -> Iterator[None]:
    """A browser's laptop sleeps for some seconds, of which none really passes.

    `lines` are those that its pages go through; `clocks` are the browser's and all others that
    shall agree with it. What happens in the block happens at the end of the night; nothing can be
    asked of the pages there.
    """
    with ExitStack() as pages:
        for page in context.pages:
            pages.enter_context(standing_still(page))
        for line in lines:
            line.refuse()
            line.close()
        for clock in clocks:
            clock.advance(seconds)
        yield
        for line in lines:
            line.open()


@contextmanager
def standing_still(page: Page) -> Iterator[None]:
    """No script of the page's runs: it is stopped as a debugger does. What happens waits for it."""
    session = page.context.new_cdp_session(page)
    stopped: list[object] = []
    session.on("Debugger.paused", lambda reason: stopped.append(reason))
    session.send("Debugger.enable")
    # In a timer of its own: what is evaluated while it stops would not be answered.
    session.send("Runtime.evaluate", {"expression": "setTimeout(() => { debugger; })"})
    while not stopped:
        page.wait_for_timeout(20)
    try:
        yield
    finally:
        session.send("Debugger.resume")
        session.detach()
