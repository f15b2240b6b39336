"""What people write, made safe to draw: shown exactly as typed, whatever it contains.

Markdown would turn `**`, `:smile:`, `->`, `$$` and more into something else even when escaped
(Streamlit replaces some after parsing), and load a remote image that an agent's text names.
`st.text` keeps a text as it is, but has no links and always reads from left to right. So people's
words are HTML with every character escaped, and no more style than that needs: spaces and line
breaks are kept, a long word breaks, a line about something is smaller and paler than the thing.
"""

from __future__ import annotations

import html
import re
import unicodedata

# An address ends before white space, quotes and brackets that no address contains. RFC 3986
# allows most of the characters left out at its end, but in a sentence they belong to the sentence.
_LINK = re.compile(r"(?a:https?)://[^\s<>\"'`\\^{|}]*[^\s<>\"'`\\^{|}.,:;!?)\]*_~]", re.IGNORECASE)

_WEB = re.compile(r"(?a:https?)://[^\s\\\x00-\x1f]+", re.IGNORECASE)
_CONTACT = re.compile(r"(tel|mailto):[^\s\\\x00-\x1f]+", re.IGNORECASE)

_AS_TYPED = "white-space: pre-wrap; overflow-wrap: anywhere"
_QUIET = "font-size: 0.875rem; opacity: 0.7"

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


def message(name: str, at: str, text: str, *, title: str = "", receipt: str = "") -> str:
    """A message as HTML: who wrote it and when, and below what it says.

    `title` is what the author is, `receipt` what has become of the message; a blank text leaves
    room for something else to be drawn there.
    """
    about = (part for part in (title, at, receipt) if part)
    head = " · ".join([f"<b><bdi>{html.escape(name)}</bdi></b>", *map(_isolated, about)])
    return f'<div style="{_QUIET}">{head}</div>{paragraph(text) if text.strip() else ""}'


def paragraph(text: str) -> str:
    """A text as typed as HTML, http(s) addresses linked."""
    return f'<div dir="auto" style="{_AS_TYPED}">{linked(text)}</div>'


def heading(text: str) -> str:
    """A text as typed as HTML, to stand above others."""
    return f'<div dir="auto" style="{_AS_TYPED}; font-weight: 600">{linked(text)}</div>'


def system_line(text: str) -> str:
    """A quiet, centred line as HTML."""
    return f'<div dir="auto" style="{_QUIET}; text-align: center">{html.escape(text)}</div>'


def status_line(text: str) -> str:
    """A quiet line as HTML."""
    return f'<div dir="auto" style="{_QUIET}">{html.escape(text)}</div>'


def label(text: str, fallback: str = "") -> str:
    """A text as the label of a widget, which Streamlit reads as Markdown; blank is `fallback`."""
    line = " ".join(text.split()) or fallback
    line = _REPLACED.sub(lambda found: found.group() + _JOINER, line)
    line = _MARKUP.sub(r"\\\g<0>", line)
    # Nothing else tells a label's direction, and the other way round its marks would be misplaced.
    if any(unicodedata.bidirectional(character) in ("R", "AL") for character in line):
        line = f"\N{FIRST STRONG ISOLATE}{line}\N{POP DIRECTIONAL ISOLATE}"
    return line


def web_address(address: str | None) -> str | None:
    """An address that may be loaded or opened: http(s) only. None for anything else."""
    address = (address or "").strip()
    return address if _WEB.fullmatch(address) else None


def contact_address(address: str | None) -> str | None:
    """An address that a person may be sent to: http(s), or a phone number or mailbox."""
    contact = _CONTACT.fullmatch((address or "").strip())
    return contact.group() if contact else web_address(address)


def linked(text: str) -> str:
    """A text as typed as HTML, http(s) addresses linked, to stand inside something else."""
    parts = []
    end = 0
    for match in _LINK.finditer(text):
        address = match.group()
        parts.append(html.escape(text[end : match.start()]))
        parts.append(f"{link_tag(address)}{html.escape(address)}</a>")
        end = match.end()
    return "".join([*parts, html.escape(text[end:])])


def link_tag(address: str, title: str = "") -> str:
    """The tag that opens a link, which leaves the page where it is."""
    about = f' title="{html.escape(title)}"' if title else ""
    return (
        f'<a href="{html.escape(address)}" target="_blank" rel="noopener noreferrer nofollow"'
        f"{about}>"
    )


def _isolated(text: str) -> str:
    return f"<bdi>{html.escape(text)}</bdi>"
