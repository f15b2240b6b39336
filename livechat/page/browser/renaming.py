"""What Streamlit says by itself, in the language of the page.

Streamlit (1.67) says it in English: tooltips, labels that only a screen reader reads, what is wrong
with a file. A script that is sent with the keeper's (`screen.py`) puts the page's words in their
place as soon as they are drawn, before anybody sees them, and keeps Streamlit's for who reads them
(`said`). It looks for them only where Streamlit says them, since people may say the same; a text of
Streamlit's that is not known here stays as it is. Its lists, menus and dialogs have words of their
own for many languages, and are told which.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from livechat.page import words

SCRIPT = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")

# What is not said at all, and what Streamlit may say with a size in it.
_NOTHING, _WITH_SIZE = "", None

_ERROR = "[data-testid=stTooltipErrorContent]"

# Where Streamlit says something, what that is, and the key of what is said instead. {…} stands for
# whatever is there, {size} for a size as Streamlit writes it; what stands first is tried first.
NAMES: Mapping[str, Mapping[str, str | None]] = {
    "[data-testid=stSkipToContent]": {"Skip to main content": "streamlit.skip"},
    "[data-testid=stChatMessageContent]": {"Chat message from {name}": "streamlit.message_from"},
    "[data-testid=stChatInput] :is(button, input, div), [data-testid=stTooltipContent]": {
        "file upload": "streamlit.upload",
        "Upload files": "streamlit.upload",
        "Upload or drag and drop files": "streamlit.upload_or_drop",
        "Drag and drop files here": "streamlit.drop",
        "Send message": "streamlit.send",
        "Start recording": "streamlit.record",
        "Cancel recording": "streamlit.record_cancel",
        "Submit recording": "streamlit.record_done",
    },
    "[data-testid=stFileChip]": {
        "{name}, {size}": _WITH_SIZE,
        "Click to retry upload": "streamlit.retry_upload",
    },
    "[data-testid=stFileChip] div:not([data-testid])": {"{size}": _WITH_SIZE},
    "[data-testid=stFileChip] button": {
        "Remove {name}": "streamlit.remove_file",
        "Cancel upload of {name}": "streamlit.cancel_upload",
    },
    f"[data-testid=stFileChip] [role=alert], {_ERROR}": {
        "Error:": _NOTHING,
        "File must be {size} or smaller.": "streamlit.too_large",
        "Microphone access denied": "streamlit.microphone_denied",
        "Recording failed": "streamlit.recording_failed",
        "{why}": "streamlit.upload_failed",  # as the app, the browser or what is in between says it
    },
    "[data-testid=stMarkdownContainer] [role=img]": {"{name} icon": _NOTHING},
    "[role=dialog] button": {"Close": "close", "Dismiss": "close"},
    "[data-testid=stToastContainer], [data-testid=stToast] button": {
        "Notifications": "streamlit.notices",
        "Close": "close",
        "view more": "show_more",
        "view less": "show_less",
    },
    "[data-testid=stSelectbox] button, [data-testid=stSelectboxVirtualDropdown] button": {
        "Open": "streamlit.open",
        "Clear value": "streamlit.clear",
        "Dismiss": "close",
    },
    "[data-testid=stSelectboxVirtualDropdown] [role=option] > span": {
        "No results": "streamlit.no_results"
    },
    "[data-live-announcer] > [role=log] > div": {
        "{count} option available.": "streamlit.options",
        "{count} options available.": "streamlit.options",
        "{name}, selected": "streamlit.selected",
    },
    "[data-testid=stTextInputClearButton]": {"Clear entry": "streamlit.clear"},
    "[data-testid=InputInstructions] span": {
        "Press Enter to apply": "streamlit.enter_applies",
        "Press Enter to submit form": "streamlit.enter_submits",
        "Press {keys} to submit form": "streamlit.keys_submit",
    },
    "[data-testid=stFeedback] button": {
        "Thumbs up": "streamlit.thumbs_up",
        "Thumbs down": "streamlit.thumbs_down",
    },
    "[data-testid=stSidebar], [data-testid=stSidebarCollapseButton] button, "
    "[data-testid=stExpandSidebarButton]": {
        "Sidebar": "desk",
        "Expand sidebar": "streamlit.desk_open",
        "Collapse sidebar": "streamlit.desk_close",
    },
}

_SIZES = {"B": "size.bytes", "KB": "size.kilobytes", "MB": "size.megabytes"}


def says() -> dict[str, Any]:
    """What the script says."""
    return {
        "names": {
            place: {theirs: _instead(theirs, key) for theirs, key in said.items()}
            for place, said in NAMES.items()
        },
        "sizes": {unit: words.say(key) for unit, key in _SIZES.items()},
        "locale": words.locale(),
    }


def _instead(theirs: str, key: str | None) -> str | dict[str, str]:
    if not key:
        return theirs if key is _WITH_SIZE else _NOTHING
    return words.forms(key) if "{count}" in theirs else words.say(key)
