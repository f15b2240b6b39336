"""One thread at a time works for a visit, and one more waits at most."""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import TracebackType


class Working:
    """A lock, held by the thread that asks LiveChat for something.

    All that work would do the same next: what there is to do then. So of those that wait for that
    only the latest one stays, whose page is the one that is still there. Where LiveChat hangs, no
    more threads wait for it however much is written.
    """

    def __init__(self) -> None:
        """Nobody works."""
        self._changes = threading.Condition()
        self._is_held = False
        self._latest: object | None = None  # of those that wait to work

    def begin(self, *, waits: bool, gives_way: bool = False) -> bool:
        """Returns whether the thread may work now; then it has to call `end`.

        If not, somebody else does it, or it is left to whoever comes next. It `waits` for its turn,
        unless it `gives_way` and another thread does that already.
        """
        with self._changes:
            if self._is_held and (not waits or (gives_way and self._latest is not None)):
                return False
            me = self._latest = object()
            self._changes.notify_all()
            self._changes.wait_for(lambda: not self._is_held or self._latest is not me)
            if self._latest is not me:
                return False
            self._is_held, self._latest = True, None
            return True

    def end(self) -> None:
        """The thread is done."""
        with self._changes:
            self._is_held = False
            self._changes.notify_all()

    def locked(self) -> bool:
        """Whether somebody works."""
        return self._is_held

    def __enter__(self) -> None:
        """Waits for all that work, to do something else."""
        with self._changes:
            self._changes.wait_for(lambda: not self._is_held)
            self._is_held = True

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.end()


def later(seconds: float, do: Callable[[], object]) -> None:
    """Does something in a thread of its own, so many seconds from now."""
    timer = threading.Timer(seconds, do)
    timer.daemon = True
    timer.start()
