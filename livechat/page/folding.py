"""Long texts fold: some 40 lines of each are shown, and ten times as much when that is wanted.

What is not shown is not sent to the browser either, which a million characters would keep busy.
"""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from livechat.page import words
from livechat.page.browser import together
from livechat.page.safe_text import shortened

LINES = 40
_TIMES = 10


class Fold:
    """The texts of one message, card or form, which fold together."""

    def __init__(self, key: str) -> None:
        """As far unfolded as the visitor has it. `key` tells it from others."""
        self._key = f"more-{key}"
        self._unfolded: dict[str, int] = st.session_state.setdefault("unfolded", {})
        self._lines = LINES * _TIMES ** self._unfolded.get(self._key, 0)
        self._is_cut = False

    def shown(self, text: str) -> str:
        """What is shown of a text."""
        shown = shortened(text, self._lines)
        self._is_cut = self._is_cut or shown != text
        return shown

    def unfold(self, text: str, is_enough: Callable[[str], bool]) -> None:
        """Shows more of a text until that is enough, or all of it."""
        while (shown := self.shown(text)) != text and not is_enough(shown):
            self._turn()
            self._lines *= _TIMES

    def draw(self) -> None:
        """Draws what unfolds more, or folds everything again, if there is something to fold."""
        if self._is_cut or self._key in self._unfolded:
            label = words.say("show_more") if self._is_cut else words.say("show_less")
            st.button(label, key=self._key, type="tertiary", on_click=self._press)

    def _press(self) -> None:
        self._turn()
        together.heard()

    def _turn(self) -> None:
        if self._is_cut:
            self._unfolded[self._key] = self._unfolded.get(self._key, 0) + 1
        else:
            self._unfolded.pop(self._key, None)
