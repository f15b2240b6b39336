"""What reaches the log, and at which level."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Iterator

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from livechat.page import header, log
from livechat.page.log import _Faults
from tests.conftest import ROOT

LINES = """
import logging, sys, threading
import streamlit.config
from livechat.page.tuning import tune

def fails():
    raise ValueError("words of a visitor")

def ends():
    raise SystemExit

flags = {"logger.level": sys.argv[1]}  # as `streamlit run` does
streamlit.config.get_config_options(force_reparse=True, options_from_flags=flags)
for _ in range(2):
    tune()
for level in ("debug", "info", "warning", "error"):
    getattr(logging.getLogger("livechat"), level)("A line of %s", level)
for target in (fails, fails, ends):
    thread = threading.Thread(target=target)
    thread.start()
    thread.join()
"""


@pytest.mark.parametrize("level", ["debug", "info", "error"])
def test_streamlits_level_is_ours_and_faults_have_no_words(level: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LINES, level],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    lines = [line for line in done.stderr.splitlines() if " livechat: " in line]
    levels = ["debug", "info", "warning", "error"]
    told = [line.partition(" livechat: ")[2] for line in lines]
    expected = [f"A line of {name}" for name in levels[levels.index(level) :]]
    assert told == [*expected, "A thread of the page has failed"]
    assert lines[0].split()[2] == level.upper()
    assert done.stderr.count("in fails") == 1
    assert "ValueError" in done.stderr
    assert "words of a visitor" not in done.stderr


OTHERS = """
import asyncio, gc, logging, uuid
import streamlit.config
from livechat.page.tuning import tune
from streamlit.logger import get_logger

flags = {"logger.level": "debug"}
streamlit.config.get_config_options(force_reparse=True, options_from_flags=flags)
tune()
WORDS, ID = "words of a visitor", str(uuid.uuid4())
log = get_logger("streamlit.runtime.any")
for name in ("uvicorn.error", "websockets.server", "asyncio", "concurrent.futures"):
    get_logger(name)
log.debug("Of %s, %-3d%% of %r", WORDS, 4711, ID)
log.info("%s of %d", ID, 4711)
log.warning("Of %s: %s", ID[:8], ValueError(WORDS))
log.warning("Of %(what)s", {"what": ValueError(WORDS)})
log.warning(ValueError(WORDS))
log.warning("%d", WORDS)
get_logger("websockets.server").debug("< %s: %s", "Cookie", WORDS)
try:
    raise ValueError(WORDS) from KeyError(WORDS)
except ValueError as error:
    log.exception("Of %s", error)
    get_logger("uvicorn.error").error("In the app", exc_info=error)
    logging.getLogger("livechat").error("In the page", exc_info=error)

async def fails():
    raise ValueError(WORDS)

async def forgets():
    asyncio.ensure_future(fails())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    gc.collect()

asyncio.run(forgets(), debug=True)
print(ID)
"""


def test_no_librarys_line_tells_what_it_is_about() -> None:
    command = [sys.executable, "-c", OTHERS]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    id = done.stdout.strip()
    assert "words of a visitor" not in done.stderr
    assert id[:8] not in done.stderr
    for told in (
        "DEBUG streamlit.runtime.any: Of …, …% of …",
        "INFO streamlit.runtime.any: … of 4711",
        "WARNING streamlit.runtime.any: Of …: ValueError",
        "WARNING streamlit.runtime.any: ValueError",
        "WARNING streamlit.runtime.any: %d",
        "DEBUG websockets.server: < …: …",
        "ERROR streamlit.runtime.any: Of ValueError\nValueError, at\n",
        "ERROR uvicorn.error: In the app\nValueError, at\n",
        "ERROR livechat: In the page\nValueError, at\n",
        "ERROR asyncio: Task exception was never retrieved\nValueError, at\n",
    ):
        assert told in done.stderr


ODD = """
import logging
import streamlit.config
from livechat.page.tuning import tune
from uvicorn.logging import AccessFormatter

class Unprintable:
    def __str__(self):
        raise RuntimeError("no text")

streamlit.config.get_config_options(force_reparse=True, options_from_flags={})
tune()
logging.basicConfig(format="%(levelname)s %(message)s")
log = logging.getLogger("others")
log.warning("Of %(one)s", {"another": 1})
log.warning("Of %s", Unprintable())
log.setLevel("DEBUG")
log.debug("Of %" + "0" * 100_000)
sent = {"name": "others", "levelno": 30, "levelname": "WARNING"}
log.handle(logging.makeLogRecord({**sent, "msg": "From %s", "args": ("afar",)}))
asked = logging.getLogger("uvicorn.access")
asked.propagate = False
asked.addHandler(logging.StreamHandler())
asked.handlers[0].setFormatter(AccessFormatter('%(request_line)s: %(status_code)s'))
asked.warning('%s - "%s %s HTTP/%s" %d', "1.2.3.4", "GET", f"/a/{'0a' * 16}", "1.1", 404)
"""


def test_no_librarys_line_is_in_the_way_of_the_library() -> None:
    command = [sys.executable, "-c", ODD]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    for told in ("WARNING Of %(one)s", "WARNING Of %s", "From afar", "GET /a/… HTTP/1.1: 404"):
        assert told in done.stderr
    assert f"DEBUG Of %{'0' * 100_000}" in done.stderr


@pytest.fixture
def new_faults(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    own = logging.getLogger("streamlit.error_util")
    own.removeFilter(log._faults)
    monkeypatch.setattr(log, "_faults", _Faults())
    yield
    own.removeFilter(log._faults)


def test_what_fails_in_a_run_of_the_page_is_told_once_without_its_words(
    app: AppTest,
    new_faults: None,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fails(*_: object) -> None:
        raise KeyError(" ".join(("words", "of a visitor")))

    st.set_option("logger.enableRich", True)  # which it is where that is installed
    monkeypatch.setattr(header, "draw", fails)
    for _ in range(3):
        app.run()
    (record,) = [record for record in caplog.records if record.name == "streamlit.error_util"]
    told = record.exc_text or ""
    assert told.startswith("KeyError, at")
    assert "in fails" in told
    assert "words of a visitor" not in caplog.text
    assert st.get_option("logger.enableRich") is False
