"""Known vulnerabilities: a package that has one is named, and so is that nobody could be asked."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests import audit
from tests.browser.apps import free_port
from tests.conftest import ROOT


class Osv(ThreadingHTTPServer):
    """Answers as OSV does; of the versions in `faults` it knows one of that name."""

    def __init__(self) -> None:
        self.faults: dict[str, str] = {}
        super().__init__(("127.0.0.1", 0), _Answer)

    @property
    def option(self) -> str:
        return f"--osv-url=http://127.0.0.1:{self.server_port}/v1/query"


class _Answer(BaseHTTPRequestHandler):
    server: Osv

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        name = asked["package"]["name"]
        fault = self.server.faults.get(f"{name}=={asked['version']}")
        affected = {"package": {"name": name, "ecosystem": "PyPI"}}
        body = json.dumps({"vulns": [{"id": fault, "affected": [affected]}]} if fault else {})
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def osv() -> Iterator[Osv]:
    server = Osv()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_a_vulnerable_package_fails(osv: Osv, capsys: pytest.CaptureFixture[str]) -> None:
    lowest = max(audit.lowest() - audit.installed())
    osv.faults = {audit.KNOWN: "GHSA-KNOWN", lowest: "GHSA-FAULT"}
    assert audit.main(osv.option) == 1
    said = capsys.readouterr().out.splitlines()
    assert re.fullmatch(r"No known vulnerability of \d+ packages, as installed", said[0])
    assert said[1:] == [f"{lowest}, as low as admitted: GHSA-FAULT"]


def test_who_knows_nothing_of_anything_is_not_believed(osv: Osv) -> None:
    with pytest.raises(audit.Unasked, match="nothing is said of django"):
        audit.audit(["requests==2.32.2"], osv.option)


def test_that_nobody_could_be_asked_is_said_and_fails_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert audit.main(f"--osv-url=http://127.0.0.1:{free_port()}") == 0
    assert capsys.readouterr().out.startswith("NOT AUDITED, as installed, since OSV could not")


def test_it_is_about_all_that_the_page_stands_on() -> None:
    names = {pin.partition("==")[0] for pin in audit.installed()}
    assert {"streamlit", "requests", "urllib3", "starlette", "pillow", "websockets"} <= names
    assert "pytest" not in names
    assert len(audit.lowest()) == len(audit.requirements()) == 4


@pytest.mark.parametrize("path", ["requirements.txt", "tests/requirements.txt"])
def test_each_package_says_what_it_is_for(path: str) -> None:
    lines = Path(ROOT, path).read_text("utf-8").splitlines()
    packages = [line for line in lines if not line.startswith(("#", "-r"))]
    assert packages
    assert [line for line in packages if not re.search(r"  # \w", line)] == []
