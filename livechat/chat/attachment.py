"""Files that a customer sends, and what LiveChat takes of them (3.4)."""

from __future__ import annotations

from dataclasses import dataclass, field

MAX_BYTES = 10 * 1024 * 1024

# LiveChat refuses "executable files" without saying which: what Windows, macOS, Linux and Android
# run when it is opened, by name or by its first bytes.
_SUFFIXES = (
    *(".apk", ".app", ".bat", ".cmd", ".com", ".cpl", ".dll", ".dmg", ".exe", ".gadget", ".hta"),
    *(".jar", ".js", ".jse", ".lnk", ".msi", ".msp", ".pif", ".ps1", ".reg", ".scr", ".sh", ".so"),
    *(".vb", ".vbe", ".vbs", ".wsf", ".wsh"),
)
_FIRST_BYTES = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe")


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
        return self.name.lower().endswith(_SUFFIXES) or self.content.startswith(_FIRST_BYTES)
