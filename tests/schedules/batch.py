"""A batch of schedules, in a process of its own."""

from __future__ import annotations

import traceback

import pytest

from livechat.sandbox import start
from livechat.settings import VERSIONS
from tests.schedules import machine


def run(schedules: int, seed: int, shrinks: bool) -> str:
    """Runs a batch; returns what has failed in it, if anything."""
    sandbox = start(port=0, bot=False)
    try:
        machine.run(sandbox, VERSIONS[seed % len(VERSIONS)], schedules, seed, shrinks=shrinks)
    except (Exception, pytest.fail.Exception):
        return traceback.format_exc(limit=-2)  # with the steps
    finally:
        sandbox.stop()
    return ""
