"""The line that the log begins with."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from livechat.page import sources, starting
from livechat.sandbox import Sandbox
from livechat.settings import VERSIONS
from livechat.settings_code import version
from tests.conftest import Said, live
from tests.page.whole_page import APP, configure


@pytest.fixture(autouse=True)
def _new_process() -> None:
    starting._say.cache_clear()
    starting._say_why_not.cache_clear()
    starting.say_what_is_left_out.cache_clear()


def opened() -> AppTest:
    return AppTest.from_file(APP, default_timeout=60).run()


def test_it_says_once_what_runs_and_where_livechat_is(
    app: AppTest, sandbox: Sandbox, said: Said
) -> None:
    app.run()
    opened()
    ((level, told),) = said()
    assert level == "INFO"
    assert told.startswith(f"Live chat {version()} starts (Streamlit 1.")
    host = urlsplit(sandbox.url).netloc
    assert told.endswith(f"): API {VERSIONS[0]} of {host}, pushes on")


def test_it_says_so_of_the_sandbox_and_of_pushes_that_are_off(
    monkeypatch: pytest.MonkeyPatch, said: Said
) -> None:
    configure(monkeypatch, LIVECHAT_PUSH="off")
    opened()
    assert said()[0][1].endswith(f"): API {VERSIONS[0]} of the sandbox, pushes off")


def test_lines_that_are_no_setting_are_told_once_without_what_is_in_them(
    app: AppTest,
    said: Said,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    (tmp_path / ".env").write_text("A=b\nNo secret\n")
    monkeypatch.setattr(sources, "DOTENV", tmp_path / ".env")
    app.run()
    opened()
    assert [record.name for record in caplog.records if "dotenv" in record.name] == []
    warning, _ = said()
    assert warning == ("WARNING", "What is no NAME=value in .env is left out: line 2")


def test_settings_that_are_wrong_are_an_error_without_their_values(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, said: Said
) -> None:
    configure(monkeypatch, **live(sandbox, LIVECHAT_PUSH="secret", LIVECHAT_GROUP_ID="secret"))
    for _ in range(2):
        opened()
    why = "LIVECHAT_GROUP_ID: expected a whole number, 0 or more; LIVECHAT_PUSH: expected on or off"
    assert said() == [("ERROR", f"The page cannot start: {why}")]
