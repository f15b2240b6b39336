"""Where an address in a text begins, and where it ends because the sentence goes on.

No grammar tells an address from what follows it. This is what readers expect:

- It has what RFC 3986 allows, and letters and digits of every script, as browsers show them. It
  ends before white space, quotes, `<`, `>`, and before punctuation and symbols that are not ASCII,
  such as dashes and ideographic stops. An apostrophe within a word is part of it.
- What ends a sentence is part of it only if something follows: `.`, `,`, `!`, `?`, `:`, `;`.
- Brackets are part of it if both are.
- It ends where a script without spaces follows a letter that is none of its own:
  `https://example.com/a谢谢`, but not `https://example.com/谢谢`.

Where a path may end depends on nothing but the characters beside it. So a text is read once,
however many addresses are in it and however they are nested.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping

_START = re.compile(r"(?<![a-z])https?://", re.ASCII | re.IGNORECASE)
_NUMBER = re.compile(r"\[[0-9a-f:.]{2,45}\]", re.ASCII | re.IGNORECASE)  # of a host, IPv6

_IN_PATH = frozenset("-._~:/?#()[]{}@!$&*+,;=%")
_AFTER_HOST = frozenset("/?#:@")
_CLOSERS = {")": "(", "]": "[", "}": "{"}
_BRACKETS = frozenset("()[]{}")
_WITHIN_WORDS = frozenset(
    "'\N{RIGHT SINGLE QUOTATION MARK}\N{MIDDLE DOT}\N{KATAKANA MIDDLE DOT}"
    "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"
)
_NOT_AT_END = frozenset(".,:;!?*~")  # the last two are how some write bold, and strike out

# Scripts that leave no space between words, or next to another script: the blocks (Unicode 16.0,
# Blocks.txt) of Thai, Lao, Tibetan, Myanmar and Khmer, and of what is written in East Asia.
_WITHOUT_SPACES = re.compile(
    "[\u0e00-\u109f\u1100-\u11ff\u1780-\u17ff\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3040-\u30ff"
    "\u3100-\u31ff\u3400-\u4dbf\u4e00-\ua4cf\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff66-\uffdc"
    "\U0001b000-\U0001b16f\U00020000-\U0003ffff]"
)
_BEFORE_ANY_SCRIPT = frozenset("/=-_#+&@~")
_BETWEEN_ITS_OWN = frozenset(".:([{")


def find(text: str) -> Iterator[tuple[int, int]]:
    """Where each http(s) address begins and ends, from the first to the last."""
    at = read_to = 0
    partners: Mapping[int, int] = {}
    while found := _START.search(text, at):
        at = found.end()
        if (host := _host_end(text, at)) is None:
            continue
        if host > read_to:
            read_to = _path_can_reach(text, host)
            partners = _partners(text, host, read_to)
        at = _path_end(text, host, read_to, partners)
        begin = before = found.start()
        while at > host and text[before - 1 : before] == text[at - 1] == "_":  # written as emphasis
            before, at = before - 1, at - 1
        yield begin, at


def _host_end(text: str, at: int) -> int | None:
    """Where the host that begins here ends; None if there is none."""
    if number := _NUMBER.match(text, at):
        return number.end()
    has_letter = False
    while at < len(text):
        character, before = text[at], text[at - 1]
        if _is_letter(character):
            if before not in "/.-" and _changes_script(before, character):
                break
            has_letter = True
        elif character not in "-._%":
            break
        at += 1
    return at if has_letter else None


def _path_can_reach(text: str, at: int) -> int:
    """Where everything ends that begins before this place, and reaches it."""
    while at < len(text) and _goes_on(text, at):
        at += 1
    return at


def _goes_on(text: str, at: int) -> bool:
    character = text[at]
    if character in _IN_PATH:
        return True
    before = text[at - 1]
    if character in _WITHIN_WORDS:
        return _is_letter(before) and _is_letter(text[at + 1 : at + 2])
    if not _is_letter(character):
        return False
    if before in _BETWEEN_ITS_OWN:
        before = text[at - 2]
    return before in _BEFORE_ANY_SCRIPT or not _changes_script(before, character)


def _changes_script(before: str, character: str) -> bool:
    """Whether a script without spaces begins here."""
    is_own = before in _WITHIN_WORDS or _WITHOUT_SPACES.match(before)
    return not is_own and _WITHOUT_SPACES.match(character) is not None


def _is_letter(character: str) -> bool:
    """Whether it is a letter, a digit, or a mark of one, in any script."""
    if not character or character.isascii():
        return character.isalnum()
    return unicodedata.category(character)[0] in "LMN"


def _partners(text: str, begin: int, end: int) -> Mapping[int, int]:
    """The places of brackets that match, each by the other's. Nothing between two has none."""
    partners: dict[int, int] = {}
    openers: list[int] = []
    for at in range(begin, end):
        character = text[at]
        if character not in _BRACKETS:
            continue
        if character not in _CLOSERS:
            openers.append(at)
        elif openers and text[openers[-1]] == _CLOSERS[character]:
            opener = openers.pop()
            partners[opener], partners[at] = at, opener
        else:
            openers.clear()
    return partners


def _path_end(text: str, host: int, read_to: int, partners: Mapping[int, int]) -> int:
    at = host
    if text[at : at + 1] in _AFTER_HOST:
        while at < read_to and (text[at] not in _BRACKETS or partners.get(at, -1) >= host):
            at += 1
    while text[at - 1] in _NOT_AT_END:
        at -= 1
    return at
