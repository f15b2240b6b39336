"""What is measured side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

INTERVAL = 3.0  # seconds between two polls of an open chat


@dataclass(frozen=True, eq=False)
class Variant:
    """A page that `streamlit run` serves, and the `LIVECHAT_` settings that make it this one."""

    name: str
    script: str = "streamlit_app.py"
    settings: Mapping[str, str] = field(default_factory=dict)


_POLL = {"LIVECHAT_POLL_SECONDS": f"{INTERVAL:g}"}

BASELINE = Variant("baseline", "tests/bench/baseline.py", _POLL)
POLLING = Variant("polling", settings={**_POLL, "LIVECHAT_PUSH": "off"})
PUSH = Variant("push", settings={**_POLL, "LIVECHAT_PUSH": "on"})

ALL = (BASELINE, POLLING, PUSH)
