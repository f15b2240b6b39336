"""The report that the README shows."""

from __future__ import annotations

import re
from pathlib import Path

from livechat.sandbox import start
from livechat.sandbox.web.faults import deviation
from livechat.settings import VERSIONS
from tests.conftest import ROOT, live
from tests.doctor.conftest import Doctor


def test_the_report_in_the_readme_is_one(patient: Doctor, tmp_path: Path) -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    section = text.split("\n## Is it set up right?\n")[1].split("\n## ")[0]
    (shown,) = re.findall(r"(?s)```\n(Live chat .*?)```\n", section)
    sandbox = start(refused_versions=[VERSIONS[0]])
    try:
        lines = [f"{name}={value}\n" for name, value in live(sandbox).items()]
        (tmp_path / ".env").write_text("".join(lines))
        sandbox.faults.add("list_group_statuses", rewrite=deviation("gains", "mood"))
        said = patient("https://chat.example.com")
    finally:
        sandbox.stop()
    told = said.text.replace(sandbox.url, "http://127.0.0.1:8900")
    assert without_versions(told) == without_versions(shown)


def without_versions(report: str) -> str:
    return re.sub(r"\ALive chat \S+, Streamlit \S+, Python \S+ on \S+\n", "", report)
