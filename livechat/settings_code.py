"""Which code this is. No number is kept for that, since nobody would remember to raise it."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path

_ROOT = Path(__file__).parents[1]
_CODE = {".py", ".js", ".css"}


@cache
def version() -> str:
    """Eight hexadecimal digits, the same wherever the same code runs."""
    digest = sha256()
    files = [_ROOT / "streamlit_app.py", *(_ROOT / "livechat").rglob("*")]
    for file in sorted(file for file in files if file.suffix in _CODE):
        digest.update(file.relative_to(_ROOT).as_posix().encode() + b"\0")
        digest.update(file.read_bytes())
    return digest.hexdigest()[:8]
