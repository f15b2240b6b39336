"""How large the reference lets texts and files be (section 4.10)."""

from __future__ import annotations

MAX_TEXT_BYTES = 16 * 1024
"""Of a message."""

MAX_FILE_BYTES = 10 * 1024 * 1024
"""Of an upload."""
