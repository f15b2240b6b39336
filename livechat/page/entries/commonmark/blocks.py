"""The blocks of a text that is CommonMark: paragraphs, headings, lists, quotes, code.

This is the first half of the specification's strategy: line by line, with the containers that are
still open kept on a stack. What paragraphs and headings contain is for `inlines`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from livechat.page.entries.commonmark.inlines import References, definition

# Whatever would be nested deeper stays text: nobody writes that, but drawing blocks recurses.
_DEEPEST = 20

_LINE_END = re.compile(r"\r\n|\r|\n")
_HEADING = re.compile(r"(#{1,6})(?=[ \t]|$)")
_UNDERLINE = re.compile(r"(=+|-+)[ \t]*")
_FENCE = re.compile(r"`{3,}(?=[^`]*$)|~{3,}")
_MARKER = re.compile(r"([-+*]|([0-9]{1,9})[.)])(?=[ \t]|$)")


@dataclass
class Paragraph:
    """Lines of text, or a heading if it has a level."""

    lines: list[str]
    level: int = 0

    @property
    def text(self) -> str:
        return "\n".join(self.lines).rstrip(" \t")


@dataclass
class Code:
    """Lines that are code: behind a fence, or indented if there is none."""

    lines: list[str]
    fence: str = ""
    indent: int = 0

    @property
    def text(self) -> str:
        text = "\n".join(self.lines)
        return text if self.fence else text.rstrip()


@dataclass
class Rule:
    """A thematic break."""


@dataclass
class Quote:
    """A block quote, or the whole document."""

    children: list[Block] = field(default_factory=list)


@dataclass
class List:
    """Items with the same kind of marker, numbered from `start` if they are numbered."""

    marker: str
    start: int | None
    items: list[Item] = field(default_factory=list)
    loose: bool = False


@dataclass
class Item:
    """A list item. `gap` tells that the last line was blank."""

    parent: List
    indent: int
    children: list[Block] = field(default_factory=list)
    gap: bool = False


Block = Paragraph | Code | Rule | Quote | List


def parse(source: str) -> tuple[list[Block], References]:
    """The blocks of a text, and the addresses that it defines for reference."""
    parser = _Parser()
    for line in _LINE_END.split(source.replace("\0", "\N{REPLACEMENT CHARACTER}")):
        parser.read(_Line(line))
    parser.close(1)
    return parser.document.children, parser.references


class _Line:
    """What is left of a line, and the column where that begins: a tab reaches to every fourth."""

    def __init__(self, rest: str) -> None:
        self.rest = rest
        self.column = 0

    @property
    def is_blank(self) -> bool:
        return not self.rest.strip(" \t")

    @property
    def indent(self) -> int:
        blank = self.rest[: len(self.rest) - len(self.rest.lstrip(" \t"))]
        offset = self.column % 4
        return len((" " * offset + blank).expandtabs(4)) - offset

    def unindent(self, columns: int) -> None:
        """Takes white space away, at most so many columns of it."""
        end = self.column + columns
        at = 0
        while self.column < end and self.rest[at : at + 1] in (" ", "\t"):
            self.column += 4 - self.column % 4 if self.rest[at] == "\t" else 1
            at += 1
        self.rest = " " * (self.column - end) + self.rest[at:]
        self.column = min(self.column, end)

    def take(self, characters: int) -> None:
        """Takes characters away that are no white space."""
        self.rest = self.rest[characters:]
        self.column += characters


class _Parser:
    def __init__(self) -> None:
        self.document = Quote()
        self.references: References = {}
        self._open: list[Quote | Item] = [self.document]
        self._leaf: Paragraph | Code | None = None  # in the last of the open containers

    def read(self, line: _Line) -> None:
        """Adds a line to the blocks."""
        depth = self._continued(line)
        was_blank = line.is_blank
        if not (depth == len(self._open) and self._is_code(line)):
            while self._begins_container(line, depth):
                depth = len(self._open)
            if not self._begins_leaf(line, depth):
                self._add_text(line, depth)
        if not was_blank or (isinstance(self._leaf, Code) and self._leaf.fence):
            for container in self._open:
                if isinstance(container, Item):
                    container.gap = False

    def close(self, depth: int) -> None:
        """Closes all containers from this depth, and the leaf, whose definitions are taken out."""
        if isinstance(self._leaf, Paragraph):
            self._define(self._leaf)
        self._leaf = None
        del self._open[depth:]

    def _continued(self, line: _Line) -> int:
        """How many of the open containers the line belongs to; takes their marks off the line."""
        for depth, container in enumerate(self._open[1:], start=1):
            match container:
                case Quote():
                    if not self._take_quote_mark(line):
                        return depth
                case Item() if line.is_blank:
                    container.gap = True
                    if not container.children:
                        return depth
                case Item():
                    if line.indent < container.indent:
                        return depth
                    line.unindent(container.indent)
        return len(self._open)

    def _is_code(self, line: _Line) -> bool:
        """Adds the line to the open code block, or closes this; False if it is not part of it."""
        code = self._leaf
        if not isinstance(code, Code):
            return False
        if not code.fence:
            if line.indent < 4 and not line.is_blank:
                return False
            line.unindent(4)
            code.lines.append(line.rest)
            return True
        mark = line.rest.strip(" \t")
        if mark.startswith(code.fence) and not mark.strip(code.fence[0]) and line.indent < 4:
            self._leaf = None
        else:
            line.unindent(code.indent)
            code.lines.append(line.rest)
        return True

    def _begins_container(self, line: _Line, depth: int) -> bool:
        indent = line.indent
        if indent >= 4 or len(self._open) > _DEEPEST:
            return False
        if self._take_quote_mark(line):
            self.close(depth)
            quote = Quote()
            self._append(quote)
            self._open.append(quote)
            return True
        rest = line.rest.lstrip(" \t")
        marker = _MARKER.match(rest)
        if not marker or _is_rule(rest):
            return False
        is_empty = not rest[marker.end() :].strip(" \t")
        number = int(marker[2]) if marker[2] else None
        is_in_paragraph = depth == len(self._open) and isinstance(self._leaf, Paragraph)
        if is_in_paragraph and (is_empty or number not in (None, 1)):
            return False  # `1984.` at the start of a line is hardly meant to be a list
        self.close(depth)
        line.unindent(indent)
        line.take(marker.end())
        padding = 1 if is_empty or line.indent > 4 else line.indent
        line.unindent(padding)
        items = self._list(marker[1][-1], number)
        items.items.append(Item(items, indent + marker.end() + padding))
        self._open.append(items.items[-1])
        return True

    def _begins_leaf(self, line: _Line, depth: int) -> bool:
        text = self._leaf if isinstance(self._leaf, Paragraph) else None
        if line.is_blank or (text and line.indent >= 4):
            return False
        indent = line.indent
        rest = line.rest.strip(" \t")
        if indent >= 4:
            line.unindent(4)
            self._begin(Code([line.rest]), depth)
        elif heading := _HEADING.match(rest):
            self._begin(Paragraph([_title(rest[heading.end() :])], len(heading[1])), depth)
            self._leaf = None
        elif fence := _FENCE.match(rest):
            self._begin(Code([], fence[0], indent), depth)
        elif text and depth == len(self._open) and self._is_underline(text, rest):
            text.level = 1 if rest[0] == "=" else 2
            self._leaf = None
        elif _is_rule(rest):
            self.close(depth)
            self._append(Rule())
        else:
            return False
        return True

    def _add_text(self, line: _Line, depth: int) -> None:
        text = line.rest.lstrip(" \t")
        if text and isinstance(self._leaf, Paragraph):
            self._leaf.lines.append(text)  # also where a quote's or an item's marks are left out
        elif text:
            self._begin(Paragraph([text]), depth)
        else:
            self.close(depth)

    def _begin(self, leaf: Paragraph | Code, depth: int) -> None:
        self.close(depth)
        self._append(leaf)
        self._leaf = leaf

    def _append(self, block: Block) -> None:
        container = self._open[-1]
        if isinstance(container, Item) and container.gap:
            container.parent.loose = True
        container.children.append(block)

    def _list(self, marker: str, start: int | None) -> List:
        """The list that an item belongs to: the one before it, or a new one."""
        children = self._open[-1].children
        if children and isinstance(last := children[-1], List) and last.marker == marker:
            last.loose = last.loose or last.items[-1].gap
            return last
        new = List(marker, start)
        self._append(new)
        return new

    def _is_underline(self, text: Paragraph, rest: str) -> bool:
        if not _UNDERLINE.fullmatch(rest):
            return False
        self._define(text)
        return bool(text.lines)

    def _define(self, paragraph: Paragraph) -> None:
        """Takes the definitions at the beginning of a paragraph out of it."""
        text = paragraph.text
        end = 0
        while found := definition(text, end):
            label, target = found
            self.references.setdefault(label, target)
            end = target.end
        if end:
            paragraph.lines = [text[end:]] if text[end:] else []

    @staticmethod
    def _take_quote_mark(line: _Line) -> bool:
        indent = line.indent
        if indent >= 4 or not line.rest.lstrip(" \t").startswith(">"):
            return False
        line.unindent(indent)
        line.take(1)
        line.unindent(1)
        return True


def _is_rule(rest: str) -> bool:
    marks = rest.replace(" ", "").replace("\t", "")
    return len(marks) >= 3 and marks[0] in "*-_" and not marks.strip(marks[0])


def _title(rest: str) -> str:
    """A heading's text without the marks that may close it."""
    title = rest.strip(" \t")
    bare = title.rstrip("#")
    return bare.rstrip(" \t") if not bare or bare[-1] in " \t" else title
