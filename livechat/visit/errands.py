"""What is asked of LiveChat besides messages, until it is done or given up.

Each errand waits for itself alone: one that fails holds up no message, no poll and no other errand
but those of its own kind, which are done in order.
"""

from __future__ import annotations

import logging
import math
import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

from livechat.api.errors import LiveChatError, Unreachable
from livechat.visit.patience import TRY_SECONDS, pause_after

_log = logging.getLogger("livechat")


class Errand(Enum):
    """An errand: something small besides messages that LiveChat may be asked for twice."""

    PRESS = auto()
    RATE = auto()
    SEND_TRANSCRIPT = auto()
    INTRODUCE = auto()
    INTRODUCE_SIGNED_IN = auto()
    LOOK_UP_CUSTOMER = auto()
    SET_SESSION_FIELDS = auto()
    ACCEPT_GREETING = auto()
    CANCEL_GREETING = auto()
    CLICK_GREETING = auto()


@dataclass(eq=False)
class _Task:
    errand: Errand
    ask: Callable[[], object]
    done: Callable[[], object]
    refused: Callable[[], object]
    since: float | None = None  # when it was asked for first
    due: float = -math.inf
    failures: int = 0
    error: LiveChatError | None = None  # the last one


class Errands:
    """One visitor's errands. `refused` is the last one that was given up, until another begins."""

    def __init__(self, clock: Callable[[], float], hurry: threading.Event) -> None:
        """There are none yet.

        `clock` counts seconds, and `hurry` is set when the visitor waits for something.
        """
        self.refused: Errand | None = None
        self._clock = clock
        self._hurry = hurry
        self._tasks: list[_Task] = []

    def add(
        self,
        errand: Errand,
        ask: Callable[[], object],
        *,
        done: Callable[[], object] = lambda: None,
        refused: Callable[[], object] = lambda: None,
    ) -> None:
        """Something to ask; `done` is called once LiveChat has done it, `refused` if it will not.

        What is only looked up is not looked up twice at a time.
        """
        self.refused = None
        self._hurry.set()
        if errand is Errand.LOOK_UP_CUSTOMER and any(t.errand is errand for t in self._tasks):
            return
        self._tasks.append(_Task(errand, ask, done, refused))

    @property
    def failing(self) -> bool:
        """Whether any is to be tried again."""
        return any(task.failures for task in self._tasks)

    def run(self) -> None:
        """Asks for what is due. While LiveChat is unreachable, as long as a message is tried."""
        waiting: set[Errand] = set()
        for task in list(self._tasks):
            now = self._clock()
            if task.errand in waiting or task not in self._tasks:
                continue
            if now < task.due:
                waiting.add(task.errand)
                continue
            task.since = now if task.since is None else task.since
            try:
                task.ask()
            except Unreachable as error:
                task.error = error
                if self._is_late(task, now):
                    self._give_up(task, error)
                    continue
                task.failures += 1
                # Whatever LiveChat asks for, the visitor is told after a minute.
                end = task.since + TRY_SECONDS
                task.due = min(now + pause_after(task.failures, error), end)
                waiting.add(task.errand)
            except LiveChatError as error:
                self._give_up(task, error)
            else:
                self._remove(task)
                task.done()

    def clear(self) -> None:
        """None of them is wanted any more."""
        self._tasks.clear()
        self.refused = None

    def give_up_late(self) -> None:
        """What was tried for long enough is given up, while LiveChat may not be asked."""
        for task in list(self._tasks):
            if task.error and self._is_late(task, self._clock()):
                self._give_up(task, task.error)

    def give_up(self, error: LiveChatError) -> None:
        """LiveChat will do none of them."""
        for task in list(self._tasks):
            self._give_up(task, error)

    def _is_late(self, task: _Task, now: float) -> bool:
        return task.since is not None and now - task.since >= TRY_SECONDS

    def _give_up(self, task: _Task, error: LiveChatError) -> None:
        _log.debug("%s could not be done: %s", task.errand.name, error)
        self.refused = task.errand
        self._remove(task)
        task.refused()

    def _remove(self, task: _Task) -> None:
        # It is gone already if another customer has come meanwhile.
        if task in self._tasks:
            self._tasks.remove(task)
