"""What paragraphs and headings contain, in CommonMark: emphasis, code, links, line breaks.

This is the second half of the specification's strategy: brackets and runs of `*` and `_` are kept
on stacks until the one that closes them turns up. Nothing is nested in what is found: a link's
content is HTML as soon as the link is complete, and emphasis adds its tags to its runs.
"""

from __future__ import annotations

import html
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from html.entities import html5
from typing import NamedTuple

from livechat.page import addresses, links
from livechat.page.safe_text import link_tag, linked

_PUNCTUATION = r"[!-/:-@\[-`{-~]"
_ENTITY = r"&(?:\#[xX][0-9a-fA-F]{1,6}|\#[0-9]{1,7}|[a-zA-Z][a-zA-Z0-9]{1,31});"
_TOKEN = re.compile(
    rf"""
      \\(?P<escaped>{_PUNCTUATION})
    | (?P<line>\\?\n)
    | (?P<code>`+)
    | (?P<run>\*+|_+)
    | (?P<opening>!?\[)
    | (?P<closing>\])
    | <(?P<link>https?://[^\x00-\x20\x7f<>]+)>
    | (?P<entity>{_ENTITY})
    | (?P<text>[^\\\n`*_!\[\]<&hH]+ | .)  # an address begins at an `h`
    """,
    re.VERBOSE | re.IGNORECASE,
)
_ESCAPED = re.compile(rf"\\(?P<escaped>{_PUNCTUATION})|(?P<entity>{_ENTITY})", re.VERBOSE)

_LABEL = re.compile(r"\[(?!\s*\])((?:[^\\\[\]]|\\.){1,999})\]", re.DOTALL)
_TITLE = re.compile(
    r"""[ \t\n]+(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|\(((?:[^()\\]|\\.)*)\))""", re.DOTALL
)
_BRACKETED_ADDRESS = re.compile(r"<((?:[^<>\\\n]|\\.)*)>")
_PART_OF_ADDRESS = re.compile(rf"[^\x00-\x20\x7f()\\]+|\\{_PUNCTUATION}?|[()]")
_SPACE = re.compile(r"[ \t\n]*")
_LINK_END = re.compile(r"[ \t\n]*\)")
_DEFINITION_END = re.compile(r"[ \t]*(?:\n|\Z)")


class Target(NamedTuple):
    """Where a link leads, and where its source ends."""

    address: str
    title: str
    end: int


References = dict[str, Target]


def definition(text: str, start: int) -> tuple[str, Target] | None:
    """The label and the target that are defined at this place: `[label]: address "title"`."""
    found = _LABEL.match(text, start)
    if not found or not text.startswith(":", found.end()):
        return None
    target = _target(text, _after_space(text, found.end() + 1), _DEFINITION_END)
    # What makes no link is left in the text, for people to see.
    if not target or not _linkable(target.address):
        return None
    return _normal(found[1]), target


def render(text: str, references: References) -> str:
    """The content of a paragraph or a heading as HTML."""
    return _Parser(text, references).render()


@dataclass
class _Run:
    """A run of `*` or `_`: whether it may open and close emphasis, and the tags where it does."""

    mark: str
    length: int
    opens: bool
    closes: bool
    left: int = 0  # not used for tags
    closing: list[str] = field(default_factory=list)
    opening: list[str] = field(default_factory=list)  # the innermost first


class _Drawn(NamedTuple):
    """Something that is complete, and the text in its place in the name of an image."""

    html: str
    text: str
    is_link: bool = False


_Node = str | _Run | _Drawn


class _Bracket(NamedTuple):
    """A bracket that may open a link or an image: where it is, and in what has been found."""

    end: int
    is_image: bool
    nodes: int
    runs: int


class _Parser:
    def __init__(self, text: str, references: References) -> None:
        self._text = text
        self._references = references
        self._nodes: list[_Node] = []
        self._runs: list[_Run] = []
        self._brackets: list[_Bracket] = []
        self._around_a_link = 0  # so many brackets, which can open no other link
        self._addresses = dict(links.find(text))  # what is in them is no markup
        self._ticks: dict[int, list[int]] = {}  # where runs of backticks begin, by their length
        for ticks in re.finditer("`+", text):
            self._ticks.setdefault(len(ticks[0]), []).append(ticks.start())

    def render(self) -> str:
        at = 0
        while token := _TOKEN.match(self._text, at):
            end = self._addresses.get(at)
            at = self._add_address(at, end) if end else self._read(token)
        _emphasize(self._runs)
        return _html(self._nodes)

    def _read(self, token: re.Match[str]) -> int:
        """Adds what a token means, and tells where to go on."""
        end = token.end()
        match token.lastgroup:
            case "escaped" | "entity":
                self._nodes.append(_unescaped(token))
            case "line":
                if self._nodes and isinstance(last := self._nodes[-1], str):
                    self._nodes[-1] = last.rstrip(" \t")
                self._nodes.append(_Drawn("<br>", " "))
            case "code":
                return self._add_code(token)
            case "run":
                run = _run(self._text, token)
                self._nodes.append(run)
                self._runs.append(run)
            case "opening":
                is_image = token[0] == "!["
                bracket = _Bracket(end, is_image, len(self._nodes), len(self._runs))
                self._brackets.append(bracket)
                self._nodes.append(token[0])
            case "closing":
                return self._close_bracket(end)
            case "link":
                self._nodes.append(_link(token["link"], "", token["link"]))
            case _:
                self._nodes.append(token[0])
        return end

    def _add_address(self, begin: int, end: int) -> int:
        # No other entity is part of one. A `;` at its end may seem to belong to the sentence.
        for entity in re.finditer(_ENTITY, self._text[begin : end + 1]):
            if html.unescape(entity[0]) != "&":
                end = begin + entity.start()
                break
            end = max(end, begin + entity.end())
        self._nodes.append(_ESCAPED.sub(_unescaped, self._text[begin:end]))
        return end

    def _add_code(self, token: re.Match[str]) -> int:
        start, length = token.end(), len(token[0])
        ends = self._ticks.get(length, [])
        index = bisect_left(ends, start)
        if index == len(ends):
            self._nodes.append(token[0])
            return start
        code = self._text[start : ends[index]].replace("\n", " ")
        if code.startswith(" ") and code.endswith(" ") and code.strip(" "):
            code = code[1:-1]
        self._nodes.append(_Drawn(f"<code>{html.escape(code)}</code>", code))
        return ends[index] + length

    def _close_bracket(self, at: int) -> int:
        bracket = self._brackets.pop() if self._brackets else None
        depth = len(self._brackets)
        can_open = bracket and (bracket.is_image or depth >= self._around_a_link)
        self._around_a_link = min(self._around_a_link, depth)
        target = self._bracket_target(bracket, at) if bracket and can_open else None
        if not bracket or not target:
            self._nodes.append("]")
            return at
        content = self._nodes[bracket.nodes + 1 :]
        del self._nodes[bracket.nodes :]
        _emphasize(self._runs[bracket.runs :])
        del self._runs[bracket.runs :]
        name = "".join(map(_plain, content))
        if bracket.is_image:
            self._nodes.append(_link(target.address, target.title, name.strip() or target.address))
        else:
            self._around_a_link = depth
            self._nodes.append(_link(target.address, target.title, name, _html(content, True)))
        return target.end

    def _bracket_target(self, bracket: _Bracket, at: int) -> Target | None:
        """Where the link or image leads whose name ends here, if it is one."""
        if self._text.startswith("(", at):
            target = _target(self._text, _after_space(self._text, at + 1), _LINK_END)
            if target and (bracket.is_image or _linkable(target.address)):
                return target
        if label := _LABEL.match(self._text, at):
            at = label.end()
        else:  # the name is the label
            label = _LABEL.fullmatch(self._text, bracket.end - 1, at)
            at += 2 if self._text.startswith("[]", at) else 0
        defined = self._references.get(_normal(label[1])) if label else None
        return defined and defined._replace(end=at)


def _emphasize(runs: list[_Run]) -> None:
    """Gives the runs that match their tags."""
    openers: list[_Run] = []
    # Below these no opener matches a run of this kind, so none is looked at in vain twice.
    bottoms: dict[tuple[str, bool, int], int] = {}
    for run in runs:
        kind = (run.mark, run.opens, run.length % 3)
        while run.closes and run.left:
            at = len(openers) - 1
            while at >= bottoms.get(kind, 0) and not _matches(openers[at], run):
                at -= 1
            if at < bottoms.get(kind, 0):
                bottoms[kind] = len(openers)
                break
            opener = openers[at]
            size = 2 if min(opener.left, run.left) >= 2 else 1
            tag = "strong" if size == 2 else "em"
            opener.opening.append(f"<{tag}>")
            run.closing.append(f"</{tag}>")
            opener.left -= size
            run.left -= size
            del openers[at + 1 if opener.left else at :]
            bottoms = {other: min(bottom, len(openers)) for other, bottom in bottoms.items()}
        if run.opens and run.left:
            openers.append(run)


def _matches(opener: _Run, closer: _Run) -> bool:
    if opener.mark != closer.mark:
        return False
    is_ambiguous = opener.closes or closer.opens
    return not is_ambiguous or (opener.length + closer.length) % 3 != 0 or closer.length % 3 == 0


def _run(text: str, token: re.Match[str]) -> _Run:
    before = _kind(text[token.start() - 1 : token.start()] if token.start() else "")
    after = _kind(text[token.end() : token.end() + 1])
    is_left = after != " " and (after == "a" or before != "a")
    is_right = before != " " and (before == "a" or after != "a")
    if token[0][0] == "_":  # not within a word
        is_left, is_right = (
            is_left and (not is_right or before == "."),
            is_right and (not is_left or after == "."),
        )
    length = len(token[0])
    return _Run(token[0][0], length, opens=is_left, closes=is_right, left=length)


def _kind(character: str) -> str:
    """Whether there is white space, punctuation or another character: `" "`, `"."` or `"a"`."""
    if not character or character.isspace():
        return " "
    return "." if unicodedata.category(character)[0] in "PS" else "a"


def _html(nodes: Iterable[_Node], in_link: bool = False) -> str:
    parts: list[str] = []
    text: list[str] = []  # since the last tag, for an address may have been found in pieces

    def add(tags: str) -> None:
        said = "".join(text)
        parts.extend([html.escape(said) if in_link else linked(said), tags])
        text.clear()

    for node in nodes:
        match node:
            case _Run():
                if node.closing:
                    add("".join(node.closing))
                text.append(node.mark * node.left)
                if node.opening:
                    add("".join(reversed(node.opening)))
            case _Drawn() if not (in_link and node.is_link):
                add(node.html)
            case _:
                text.append(_plain(node))
    add("")
    return "".join(parts)


def _plain(node: _Node) -> str:
    match node:
        case str():
            return node
        case _Run():
            return node.mark * node.left
        case _Drawn():
            return node.text


def _link(address: str, title: str, name: str, content: str = "") -> _Node:
    """A link, or only its name if the address may not be opened."""
    if not (target := _linkable(address)):
        return name
    drawn = f"{link_tag(target, title)}{content or html.escape(name)}</a>"
    return _Drawn(drawn, name, is_link=True)


def _linkable(address: str) -> str | None:
    """The address, if it may be opened."""
    return addresses.web(address.replace(" ", "%20"))


def _target(text: str, at: int, tail: re.Pattern[str]) -> Target | None:
    """The address and the title, if there is one, at this place, if the tail follows them."""
    address = _address(text, at)
    if not address:
        return None
    after = at + len(address)
    title = _TITLE.match(text, after)
    end = title and tail.match(text, title.end())
    if not (title and end):
        title, end = None, tail.match(text, after)
    if not end:
        return None
    about = next((part for part in title.groups() if part), "") if title else ""
    if address.startswith("<"):
        address = address[1:-1]
    return Target(_ESCAPED.sub(_unescaped, address), _ESCAPED.sub(_unescaped, about), end.end())


def _address(text: str, at: int) -> str:
    """The address at this place as it is written."""
    if text.startswith("<", at):
        bracketed = _BRACKETED_ADDRESS.match(text, at)
        return bracketed[0] if bracketed else ""
    depth = 0
    end = at
    while part := _PART_OF_ADDRESS.match(text, end):
        depth += {"(": 1, ")": -1}.get(part[0], 0)
        if not 0 <= depth <= 10:  # more would only take time
            break
        end = part.end()
    return text[at:end] if depth <= 0 else ""


def _after_space(text: str, at: int) -> int:
    space = _SPACE.match(text, at)
    return space.end() if space else at


def _normal(label: str) -> str:
    return " ".join(label.split()).casefold()


def _unescaped(found: re.Match[str]) -> str:
    if found["escaped"]:
        return found["escaped"]
    entity = found["entity"]
    if entity[1] != "#" and entity[1:] not in html5:
        return entity
    return html.unescape(entity) or "\N{REPLACEMENT CHARACTER}"
