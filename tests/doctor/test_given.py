"""What is set, and where that comes from; what is wrong with it is told, its value never."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from livechat.sandbox import Sandbox
from tests.conftest import live
from tests.doctor.conftest import Doctor

IDS = {"LIVECHAT_CLIENT_ID": "c" * 32, "LIVECHAT_ORGANIZATION_ID": "o" * 36}


def test_nothing_is_set(patient: Doctor) -> None:
    said = patient()
    assert said.status == 1
    assert said.about("the two IDs") == (
        "FAIL neither is set, so the page runs on its built-in sandbox. See README.md, Go live: "
        "LIVECHAT_CLIENT_ID and LIVECHAT_ORGANIZATION_ID, in a file .env."
    )
    assert said.text.endswith("\nA visitor could not chat. 0 requests to LiveChat.\n")


def test_each_comes_from_somewhere(patient: Doctor, sandbox: Sandbox, tmp_path: Path) -> None:
    given = live(sandbox)
    (tmp_path / ".env").write_text(f"LIVECHAT_CLIENT_ID={given.pop('LIVECHAT_CLIENT_ID')}\n")
    secrets = {"organization_id": given.pop("LIVECHAT_ORGANIZATION_ID"), "client_id": "other"}
    said = patient(_secrets={"livechat": secrets}, **given, LIVECHAT_PUSH="ON")
    assert said.status == 0
    assert said.about("LIVECHAT_CLIENT_ID") == f"ok ...{sandbox.client_id[-4:]}, from .env"
    assert said.about("LIVECHAT_ORGANIZATION_ID").endswith(", from secrets")
    assert said.about("LIVECHAT_API_URL") == f"ok {sandbox.url}, from environment"
    assert said.about("LIVECHAT_PUSH") == "ok on, from environment"


def test_texts_are_only_said_to_be_set(doctor: Doctor) -> None:
    assert doctor(LIVECHAT_GREETING="Dear Ann").about("LIVECHAT_GREETING") == (
        "ok set, from environment"
    )


@pytest.mark.parametrize(
    ("settings", "about", "said"),
    [
        ({"LIVECHAT_PUSH": "secret"}, "LIVECHAT_PUSH", "expected on or off (from environment)"),
        (
            {"LIVECHAT_REDIRECT_URL": "https://secret.example.com"},
            "LIVECHAT_REDIRECT_URL",
            "is no setting: did you mean LIVECHAT_REDIRECT_URI? (from environment)",
        ),
        (
            {"LIVECHAT_API_URL": "http://secret.example.com"},
            "LIVECHAT_API_URL",
            "expected an https:// URL (http:// only on this machine, since tokens travel there) "
            "(from environment)",
        ),
        (
            {"LIVECHAT_CLIENT_ID": ""},
            "LIVECHAT_CLIENT_ID",
            "is not set, but LIVECHAT_ORGANIZATION_ID is: set both, or neither",
        ),
    ],
)
def test_what_is_wrong(patient: Doctor, settings: dict[str, str], about: str, said: str) -> None:
    found = patient(**IDS | settings)
    assert found.status == 1
    assert found.about(about) == f"FAIL {said}"
    assert "secret" not in found.text
    assert "LiveChat\n" not in found.text  # which is not asked


def test_what_is_wrong_besides_a_setting(patient: Doctor, tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"LIVECHAT_TITLE=\xff")
    secrets: dict[str, Any] = {"livechat": "secret"}
    found = patient(_secrets=secrets, **IDS)
    assert found.status == 1
    assert found.about(".env") == "FAIL cannot be read: expected a text file in UTF-8"
    assert found.about("livechat") == "FAIL in secrets.toml: expected a table, [livechat]"
    assert "secret\n" not in found.text


def test_lines_of_a_file_that_set_nothing(
    patient: Doctor, sandbox: Sandbox, tmp_path: Path
) -> None:
    lines = "# secret\nLIVECHAT_TITLE='secret\n\nexport LIVECHAT_PUSH=off\nsecret text\n"
    (tmp_path / ".env").write_text(lines)
    said = patient(**live(sandbox))
    assert said.status == 0
    assert said.about(".env", "note") == (
        "note what is no NAME=value is left out: line 2, 5. A quote that is not closed?"
    )
    assert said.about("LIVECHAT_PUSH") == "ok off, from .env"
    assert "secret" not in said.text


def test_other_names_are_told_if_they_are_names(doctor: Doctor) -> None:
    said = doctor(LIVECHAT_AGENT_TOKEN="secret", **{"LIVECHAT_ann@example.com": "secret"})
    assert said.status == 0
    assert said.about("LIVECHAT_AGENT_TOKEN") == "note no setting of this page"
    assert said.about("LIVECHAT_...") == "note no setting of this page"
    assert "secret" not in said.text
