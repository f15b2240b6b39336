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

# An address ends before white space, quotes and brackets that no address contains. RFC 3986
# allows most of the characters left out at its end, but in a sentence they belong to the sentence.
_LINK = re.compile(r"https?://[^\s<>\"'`\\^{|}]*[^\s<>\"'`\\^{|}.,:;!?)\]*_~]", re.IGNORECASE)

_QUIET = "font-size: 0.875rem; opacity: 0.7"


def message(name: str, at: str, text: str) -> str:
    """A message as HTML: who wrote it and when, and the text as typed, http(s) addresses linked."""
    return (
        f'<div style="{_QUIET}"><b><bdi>{html.escape(name)}</bdi></b> · {html.escape(at)}</div>'
        f'<div dir="auto" style="white-space: pre-wrap; overflow-wrap: anywhere">{_linked(text)}'
        "</div>"
    )


def system_line(text: str) -> str:
    """A quiet, centred line as HTML."""
    return f'<div dir="auto" style="{_QUIET}; text-align: center">{html.escape(text)}</div>'


def status_line(text: str) -> str:
    """A quiet line as HTML."""
    return f'<div dir="auto" style="{_QUIET}">{html.escape(text)}</div>'


def _linked(text: str) -> str:
    parts = []
    end = 0
    for match in _LINK.finditer(text):
        address = html.escape(match.group())
        parts.append(html.escape(text[end : match.start()]))
        parts.append(
            f'<a href="{address}" target="_blank" rel="noopener noreferrer nofollow">{address}</a>'
        )
        end = match.end()
    return "".join([*parts, html.escape(text[end:])])
