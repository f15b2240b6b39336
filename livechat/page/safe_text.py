"""What people write, made safe to draw: shown exactly as typed, whatever it contains.

Markdown would turn `**`, `:smile:`, `->`, `$$` and more into something else even when escaped
(Streamlit replaces some after parsing), and load a remote image that an agent's text names.
`st.text` keeps a text as it is, but has no links and always reads from left to right. So people's
words are HTML with every character escaped, in classes of the page's stylesheet: spaces and line
breaks are kept, a long word breaks, a line about something is smaller and paler than the thing.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Literal

from livechat.api.structures.characters import DIRECTION, is_visible
from livechat.page import addresses, links, words
from livechat.page.emoji import is_emoji

Direction = Literal["ltr", "rtl", "auto"]

# Marks that pile up above a letter do not cover other messages.
CLIPPED = "overflow: clip; overflow-clip-margin: 0.5rem"
# Each line has its own direction; `dir` alone would give all that of the first.
LINES = "unicode-bidi: plaintext; text-align: start"

# What Streamlit replaces in a label after it has parsed the Markdown, so that no escape helps, and
# where in it an invisible character keeps it from being found: `:smile:`, a lone `->`, the
# addresses that become links.
_REPLACED = re.compile(
    r":(?=[\w/+-]+:)|(?<!\S)[<>~-](?=(->?|>|=)(?!\S))|:(?=//)|\bwww(?=\.)|(?<=[\w+.-])@",
    re.ASCII | re.IGNORECASE,
)
_JOINER = "\N{WORD JOINER}"
# What means something in Markdown, anywhere in a line or at its beginning. No more than that: for a
# screen reader Streamlit leaves a label as it is, with every backslash.
_MARKUP = re.compile(r"[\\`*_\[\]<>~$|&:{}]|^[#+=-]|(?<=^\d)[.)]|(?<=^\d\d)[.)]|!(?=\[)")

_MISLEADING = re.compile(rf"[\x00-\x1f\x7f-\x9f{DIRECTION}]")
_TURNING = re.compile(f"[{DIRECTION}]")
_MOST_MARKS = 4  # above or below one letter, which is what any script needs
_LONGEST_NAME = 200  # characters
_LONGEST_LABEL = 2_000
_MOST_LINES = 100  # of what is no message
_WIDTH = 80  # characters that a line has room for, on a desktop
_SLACK = 1.25  # nothing is cut for the sake of a few lines


def name(given: str, fallback: str = "", longest: int = _LONGEST_NAME) -> str:
    """What others call something, as one line that can stand beside other text.

    No control or direction mark is left, so that it ends where it seems to end: an "exe" does not
    look like a "png". Marks do not pile up, and what is longer than so many characters is cut in
    the middle. `fallback` stands for one in which nothing is visible. Beside letters of another
    direction it still has to be `isolated`, or to stand in a tag of its own (`<bdi>`).
    """
    if len(given) > 20 * longest:  # what is left of that is cut all the same
        given = given[: 10 * longest] + given[-10 * longest :]
    line = " ".join(_MISLEADING.sub("", " ".join(given.split())).split())
    if not is_visible(line):
        return fallback
    if not line.isascii():
        line = "".join(_without_piles(line))
    if len(line) > longest:
        end = longest // 3
        line = f"{line[: longest - end - 1].rstrip()}…{line[-end:].lstrip()}"
    return line


def titled(text: str) -> str:
    """What others call something that has lines of its own: it reads in the order it has."""
    return _TURNING.sub("", text)


def isolated(name: str) -> str:
    """A name within a sentence that is not HTML: it has its own direction, if it needs one."""
    kinds = {unicodedata.bidirectional(character) for character in name}
    is_from_the_right = bool(kinds & {"R", "AL"})
    if words.direction() == "ltr":
        needs_one = is_from_the_right or "AN" in kinds
    else:
        needs_one = "L" in kinds or not is_from_the_right
    if needs_one:
        return f"\N{FIRST STRONG ISOLATE}{name}\N{POP DIRECTIONAL ISOLATE}"
    return name


def message(
    who: str,
    text: str,
    *,
    title: str = "",
    time: str = "",
    status: str = "",
    id: str = "",
    marks: Iterable[str] = (),
) -> str:
    """A message as HTML: who wrote it and when, and below what it says.

    `title` is what the author is, `time` a `time_tag`, `status` what has become of the message,
    `id` what the page knows it by, and `marks` are the classes by which the stylesheet knows what
    it is (`marks.py`); a blank text leaves room for something else to be drawn there.
    """
    name = f'<b dir="auto">{html.escape(who)}</b>'
    about = f' <small dir="auto">{html.escape(title)}</small>' if title else ""
    classes = " ".join(("head", *marks))
    at = " ".join(filter(None, (time, status and _bdi(status))))
    said = as_typed(text, "emoji" if is_emoji(text) else "") if is_visible(text) else ""
    return f'<div{_known_by(id)} class="{classes}">{name}{about} <span>{at}</span></div>{said}'


def time_tag(moment: datetime, shown: str, in_full: str) -> str:
    """A moment as HTML: what is shown of it, and what is said of it when it is pointed at."""
    at = html.escape(moment.isoformat(timespec="seconds"))
    about = f'datetime="{at}" title="{html.escape(in_full)}" dir="auto"'
    return f"<time {about}>{html.escape(shown)}</time>"


def paragraph(text: str) -> str:
    """A text as typed as HTML, http(s) addresses linked; no more than some lines of it."""
    return as_typed(shortened(text, _MOST_LINES))


def as_typed(text: str, kind: Literal["", "bold", "emoji"] = "") -> str:
    """The same, however long it is."""
    return f'<div dir="auto" class="{f"typed {kind}".rstrip()}">{linked(text)}</div>'


def shortened(text: str, lines: int) -> str:
    """The first lines of a text that has many more, of which a long one counts as several."""
    at = rows = 0
    cut = None
    while at <= len(text):
        end = text.find("\n", at)
        end = end if end >= 0 else len(text)
        broken = max(1, -(-(end - at) // _WIDTH))
        if cut is None and rows + broken > lines:
            full = at + (lines - rows) * _WIDTH
            space = text.rfind(" ", max(at, full - _WIDTH), full)
            cut = full if space < 0 else space
        rows += broken
        if cut is not None and rows > lines * _SLACK:
            return f"{text[:cut].rstrip()} …"
        at = end + 1
    return text


def system_line(text: str, id: str = "") -> str:
    """LiveChat's own words as a quiet, centred line; `id` is what the page knows it by."""
    return _quiet(name(text, longest=_LONGEST_LABEL), "auto", "quiet line", id)


def line(text: str, id: str = "") -> str:
    """The same of the page's own words, with the names in them `isolated`.

    They have the page's direction: by "auto" a name at the beginning would turn all of it round.
    """
    return _quiet(text, words.direction(), "quiet line", id)


def quiet_text(text: str) -> str:
    """Other people's words as a quiet line."""
    return _quiet(text[:_LONGEST_LABEL], "auto")


def status_line(text: str) -> str:
    """The same of the page's own words, with the names in them `isolated`."""
    return _quiet(text[:_LONGEST_LABEL], words.direction())


def for_operator(lines: Iterable[str]) -> str:
    """What whoever runs the page has to know as HTML: English, whatever the page speaks."""
    said = "".join(f'<div class="typed">{linked(line)}</div>' for line in lines)
    return f'<div lang="en" dir="ltr">{said}</div>'


def label(text: str, fallback: str = "") -> str:
    """A name as the label of a widget, which Streamlit reads as Markdown; blank is `fallback`."""
    # Nothing else tells a label's direction, and the other way round its marks would be misplaced.
    return isolated(heading(name(text, fallback, _LONGEST_LABEL)))


def heading(name: str) -> str:
    """A name as a heading, which Streamlit reads as Markdown, too. It has no direction."""
    line = _REPLACED.sub(lambda found: found.group() + _JOINER, name)
    return _MARKUP.sub(r"\\\g<0>", line)


def linked(text: str) -> str:
    """A text as typed as HTML, http(s) addresses linked, to stand inside something else."""
    parts = []
    at = 0
    for begin, end in links.find(text):
        address = text[begin:end]
        if addresses.web(address):
            parts.append(html.escape(text[at:begin]))
            parts.append(f"{link_tag(address, dir='ltr')}{html.escape(address)}</a>")
            at = end
    return "".join([*parts, html.escape(text[at:])])


def link_tag(
    address: str, title: str = "", dir: Literal["ltr", "auto"] = "auto", *, kind: str = ""
) -> str:
    """The tag that opens a link, which leaves the page where it is; `kind` is its class."""
    about = f' title="{html.escape(name(title))}"' if title else ""
    about += f' class="{kind}"' if kind else ""
    return (
        f'<a href="{html.escape(address)}" target="_blank" rel="noopener noreferrer nofollow"'
        f' dir="{dir}"{about}>'
    )


def _without_piles(line: str) -> Iterator[str]:
    marks = 0
    for character in line:
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks <= _MOST_MARKS:
            yield character


def _quiet(text: str, dir: Direction, kind: str = "quiet", id: str = "") -> str:
    return f'<div{_known_by(id)} dir="{dir}" class="{kind}">{html.escape(text)}</div>'


def _known_by(id: str) -> str:
    return f' id="{html.escape(id)}"' if id else ""


def _bdi(text: str) -> str:
    return f"<bdi>{html.escape(text)}</bdi>"
