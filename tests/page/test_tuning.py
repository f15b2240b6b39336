"""How Python is set for the whole process."""

from __future__ import annotations

import gc
import sys

import pytest
from streamlit.testing.v1 import AppTest

from livechat.page.tuning import tune


def test_the_page_has_python_tuned(app: AppTest) -> None:
    gc.set_threshold(700)
    sys.setswitchinterval(0.005)
    app.run()
    assert gc.get_threshold()[0] > 10_000
    assert sys.getswitchinterval() == pytest.approx(0.0005)


def test_once_is_enough() -> None:
    tune()
    before = gc.get_threshold(), sys.getswitchinterval()
    tune()
    assert (gc.get_threshold(), sys.getswitchinterval()) == before
