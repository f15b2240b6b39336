"""How Python is set for the whole process."""

from __future__ import annotations

import gc
import sys

import pytest
from streamlit import config
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.runtime.backend_operation_handler import InstallSkillsHandler
from streamlit.testing.v1 import AppTest

from livechat.page.tuning import tune
from tests.conftest import ROOT, apart


def test_the_page_has_python_tuned(app: AppTest) -> None:
    gc.set_threshold(700)
    sys.setswitchinterval(0.005)
    app.run()
    assert gc.get_threshold()[0] > 10_000
    assert sys.getswitchinterval() == pytest.approx(0.0005)


def test_no_visitor_is_taken_for_a_developer(app: AppTest) -> None:
    config.set_option("server.headless", False)
    app.run()
    asks = BackMsg().backend_operation_request
    asks.install_skills.SetInParent()
    done = apart(InstallSkillsHandler(lambda: str(ROOT)).handle(asks, "of a visitor"))
    assert done.error_reason.endswith("headless")


def test_once_is_enough() -> None:
    tune()
    before = gc.get_threshold(), sys.getswitchinterval()
    tune()
    assert (gc.get_threshold(), sys.getswitchinterval()) == before
