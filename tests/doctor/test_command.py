"""The command itself: its arguments, what it does when all goes wrong, and real processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from livechat.doctor import command
from livechat.page import sources
from livechat.sandbox import Sandbox
from tests.conftest import ROOT, live


@pytest.mark.parametrize("address", ["chat.example.com", "ftp://example.com", "https://"])
def test_an_address_that_is_none(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        command.main([address])
    assert "expected an http:// or https:// address" in capsys.readouterr().err


def test_it_says_what_it_does(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        command.main(["--help"])
    told = " ".join(capsys.readouterr().out.split())
    assert "becomes a new customer" in told
    assert "agents see it" in told


def test_what_nobody_has_thought_of_is_told_without_its_text(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def secrets() -> dict[str, object]:
        raise RuntimeError("password 1234")

    monkeypatch.setattr(sources, "secrets", secrets)
    assert command.main([]) == 1
    told = capsys.readouterr().out
    assert "  FAIL  the doctor               RuntimeError in given.py:" in told
    assert "1234" not in told


def environment(**settings: str) -> dict[str, str]:
    others = {k: v for k, v in os.environ.items() if not k.startswith("LIVECHAT_")}
    return others | {"PYTHONPATH": str(ROOT)} | settings


def run(
    folder: Path, settings: Mapping[str, str], *python: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *python, "-m", "livechat"],
        cwd=folder,
        env=environment(**settings),
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_a_process_that_finds_its_settings_in_the_secrets(sandbox: Sandbox, tmp_path: Path) -> None:
    given = live(sandbox)
    (tmp_path / ".streamlit").mkdir()
    (tmp_path / ".streamlit" / "secrets.toml").write_text(
        f'LIVECHAT_CLIENT_ID = "{given.pop("LIVECHAT_CLIENT_ID")}"\n'
        f'[livechat]\norganization_id = "{given.pop("LIVECHAT_ORGANIZATION_ID")}"\n'
    )
    # Of which the page would log something.
    sandbox.faults.add("get_dynamic_configuration", headers={"Legacy": "2027-01-01"})
    done = run(tmp_path, given)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"LIVECHAT_CLIENT_ID       ...{sandbox.client_id[-4:]}, from secrets\n" in done.stdout
    assert "A visitor could chat." in done.stdout


def test_a_process_with_secrets_that_are_no_text(tmp_path: Path) -> None:
    (tmp_path / ".streamlit").mkdir()
    (tmp_path / ".streamlit" / "secrets.toml").write_bytes(b'client_id = "\xff"')
    done = run(tmp_path, {})
    assert (done.returncode, done.stderr) == (1, "")
    assert "secrets.toml cannot be read" in " ".join(done.stdout.split())


def test_a_process_without_the_packages(tmp_path: Path) -> None:
    done = run(tmp_path, {}, "-S")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.endswith(" is missing: pip install -r requirements.txt\n")
    assert len(done.stderr.splitlines()) == 1


def test_a_process_that_is_interrupted_before_it_has_begun(tmp_path: Path) -> None:
    (tmp_path / "streamlit.py").write_text("raise KeyboardInterrupt")
    done = run(tmp_path, {})
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


def test_a_process_that_is_interrupted_while_it_waits(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.faults.add("get_dynamic_configuration", delay=60)
    process = subprocess.Popen(
        [sys.executable, "-m", "livechat"],
        cwd=tmp_path,
        env=environment(**live(sandbox)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # Whoever runs the tests in the background of a shell has it ignored, and so its children.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    try:
        assert process.stdout is not None
        assert any(line == "LiveChat\n" for line in process.stdout)  # it is asking
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        assert (out, err, process.returncode) == ("", "", 130)
    finally:
        process.kill()
        sandbox.faults.clear()


def test_a_process_whose_reader_leaves(tmp_path: Path) -> None:
    command = f"{sys.executable} -m livechat | true; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "")
