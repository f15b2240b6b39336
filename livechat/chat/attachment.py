"""Files that a customer sends, and what LiveChat takes of them (3.4)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import PurePath

from livechat.api.structures.parsing import clean

MAX_BYTES = 10 * 1024 * 1024

# LiveChat refuses "executable files" without saying which. Here are those that surely are: what
# Windows, macOS, Linux and Android run when it is opened. `.com` is not among them: it ends the
# name of a shop more often than that of a program. What LiveChat refuses besides, it says itself.
_SUFFIXES = (
    *(".apk", ".app", ".bat", ".cmd", ".cpl", ".dll", ".dmg", ".exe", ".gadget", ".hta", ".jar"),
    *(".js", ".jse", ".lnk", ".msi", ".msp", ".pif", ".ps1", ".reg", ".scr", ".sh", ".so"),
    *(".vb", ".vbe", ".vbs", ".wsf", ".wsh"),
)
_FIRST_BYTES = (b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe")  # no text begins so

UNNAMED = "File"
_LONGEST_NAME = 255  # bytes of UTF-8: more takes no file system
# Controls, and what has the rest of a name read the other way round, so that "exe" ends like "txt".
_MISLEADING = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# What a browser writes for what may not stand in the header of an upload. It leaves "%" as it is.
_ENCODED = {'"': "%22", "\n": "%0A", "\r": "%0D"}


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file on its way: `url` is where LiveChat keeps it once it is uploaded, for 24 hours."""

    name: str
    content_type: str
    content: bytes = field(repr=False)
    url: str | None = None

    @property
    def is_executable(self) -> bool:
        """Whether LiveChat would refuse it for what it is."""
        return self.name.lower().endswith(_SUFFIXES) or _is_program(self.content)


def _is_program(content: bytes) -> bool:
    if content.startswith(_FIRST_BYTES):
        return True
    # A text may begin with "MZ", too; a program of Windows's says there where it goes on.
    start = int.from_bytes(content[0x3C:0x40], "little")
    return content.startswith(b"MZ") and content[start : start + 4] == b"PE\0\0"


def named(given: str) -> str:
    """The name under which a file is sent: no folders, nothing that misleads, not too long."""
    last = _MISLEADING.sub("", clean(given)).replace("\\", "/").rsplit("/", 1)[-1].strip()
    ending = PurePath(last).suffix
    room = _LONGEST_NAME - len(ending.encode())
    if len(last.encode()) > _LONGEST_NAME and room > 0:
        last = last.removesuffix(ending).encode()[:room].decode(errors="ignore") + ending
    return last.encode()[:_LONGEST_NAME].decode(errors="ignore") or UNNAMED


def as_attached(uploaded: str, known: Iterable[str] = ()) -> str:
    """The name of a file whose browser has `uploaded` it by that one.

    `known` are names that files were attached by: only they tell `5%22` from what `5"` becomes.
    """
    for name in known:
        if _encoded(name) == uploaded:
            return name
    for character, code in _ENCODED.items():
        uploaded = uploaded.replace(code, character)
    return uploaded


def _encoded(name: str) -> str:
    for character, code in _ENCODED.items():
        name = name.replace(character, code)
    return name
