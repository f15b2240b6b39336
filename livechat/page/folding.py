"""What is drawn of one message, card or form is bounded, and long texts fold.

Some 40 lines of each text are shown, and of all that somebody has sent at once no more characters
and parts than people read; ten times as much when that is wanted. What is not shown is not sent to
the browser either, which a million characters would keep busy.
"""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from livechat.page import words
from livechat.page.browser import together
from livechat.page.safe_text import shortened

LINES = 40
_CHARACTERS = 50_000
_PARTS = 300
_TIMES = 10


class Room:
    """What there is room for in one drawing of something."""

    def __init__(self, times: int = 1) -> None:
        """`times` is how much more than usual there is."""
        self.is_cut = False
        self._lines = LINES * times
        self._characters = _CHARACTERS * times
        self._parts = _PARTS * times

    def shown(self, text: str) -> str:
        """What is shown of a text."""
        shown = shortened(text, self._lines)
        if len(shown) > self._characters:
            shown = f"{shown[: self._characters].rstrip()} …"
        self._characters = max(0, self._characters - len(shown))
        self.is_cut = self.is_cut or shown != text
        return shown

    def takes(self, *texts: str, parts: int = 1) -> bool:
        """Whether something of so many parts, with these texts on it, is drawn as well.

        What there is no room for is the end: nothing comes after it.
        """
        characters = sum(map(len, texts))
        if parts > self._parts or characters > self._characters:
            self.is_cut = True
            self._parts = self._characters = 0
            return False
        self._parts -= parts
        self._characters -= characters
        return True


class Fold(Room):
    """The room of one message, card or form, of which more can be shown."""

    def __init__(self, key: str) -> None:
        """As far unfolded as the visitor has it. `key` tells it from others."""
        self._key = f"more-{key}"
        self._unfolded: dict[str, int] = st.session_state.setdefault("unfolded", {})
        super().__init__(_TIMES ** self._unfolded.get(self._key, 0))

    def unfold(self, text: str, is_enough: Callable[[str], bool]) -> None:
        """Shows more of a text until that is enough, or all of it."""
        while (shown := self.shown(text)) != text and not is_enough(shown):
            self._turn()
            super().__init__(_TIMES ** self._unfolded.get(self._key, 0))

    def draw(self) -> None:
        """Draws what unfolds more, or folds everything again, if there is something to fold."""
        if self.is_cut or self._key in self._unfolded:
            label = words.say("show_more") if self.is_cut else words.say("show_less")
            st.button(label, key=self._key, type="tertiary", on_click=self._press)

    def _press(self) -> None:
        self._turn()
        together.heard()

    def _turn(self) -> None:
        if self.is_cut:
            self._unfolded[self._key] = self._unfolded.get(self._key, 0) + 1
        else:
            self._unfolded.pop(self._key, None)
