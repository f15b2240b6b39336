"""Random schedules, some hundreds, always the same ones, so that the gate tells of the code alone.

`SEED=7` runs others, `python -m tests.schedules 10000` more, each time others (see there).
"""

from __future__ import annotations

import os

from livechat.sandbox import Sandbox
from livechat.settings import VERSIONS, Version
from tests.schedules import machine

SCHEDULES = int(os.environ.get("SCHEDULES", "200"))
SEED = int(os.environ.get("SEED", "20"))


def test_whatever_happens_all_tabs_and_livechat_agree(sandbox: Sandbox, version: Version) -> None:
    print(f"SEED={SEED}")
    machine.run(sandbox, version, -(-SCHEDULES // len(VERSIONS)), SEED)
