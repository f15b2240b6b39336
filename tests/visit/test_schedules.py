"""Random schedules, some hundreds: `python -m tests.schedules 10000` runs more (see there)."""

from __future__ import annotations

import os
import random

from livechat.sandbox import Sandbox
from livechat.settings import VERSIONS, Version
from tests.schedules import machine

SCHEDULES = int(os.environ.get("SCHEDULES", "200"))
SEED = int(os.environ.get("SEED", random.randrange(10**6)))


def test_whatever_happens_all_tabs_and_livechat_agree(sandbox: Sandbox, version: Version) -> None:
    print(f"SEED={SEED}")
    machine.run(sandbox, version, -(-SCHEDULES // len(VERSIONS)), SEED)
