"""What the report is made of: lines that fit, and nothing that tells of anybody."""

from __future__ import annotations

import pytest

from livechat.doctor.report import Report, address, masked, name, plain


def written(*lines: tuple[str, str, str]) -> list[str]:
    found: list[str] = []
    report = Report(found.append)
    for subject, said, todo in lines:
        report.line("FAIL", subject, said, todo)
    return found


def test_lines_are_aligned_and_fit() -> None:
    said = "LiveChat has been asked and has said no, for a reason that takes some space"
    assert written(("token", said, "Do something about it."), ("x", "no", "")) == [
        "  FAIL  token                    LiveChat has been asked and has said no, for a",
        "                                 reason that takes some space. Do something",
        "                                 about it.",
        "  FAIL  x                        no",
    ]


def test_a_long_subject_and_a_long_word_have_room() -> None:
    lines = written(("LIVECHAT_A_NAME_THAT_NO_SETTING_HAS", "no", ""), ("x", "y" * 200, ""))
    assert lines[0] == "  FAIL  LIVECHAT_A_NAME_THAT_NO_SETTING_HAS no"
    assert max(map(len, lines)) == 80


def test_only_what_failed_counts() -> None:
    report = Report(lambda _: None)
    report.line("ok", "a", "b")
    report.line("note", "a", "b")
    assert report.failures == 0
    report.line("FAIL", "a", "b")
    assert report.failures == 1


@pytest.mark.parametrize(
    "given",
    ["id", "chats_summary", "thumbnail2x_url", "__priv_dynamic_config", "agentId", "FirstName",
     "new_field", "license_expired", "routing.idle"],
)  # fmt: skip
def test_names_are_told(given: str) -> None:
    assert name(given) == given


@pytest.mark.parametrize(
    "given",
    ["PJ0MRSHTDG", "b5657aff34dd32e198160d54666df9d8", "0b6f3c52-9d1e-4a87-b5c4-7e2f1a3d9c08",
     "ann@example.com", "Ann Lee", "167000000000000001", "", "a\x1b[31m", "x=1", "café",
     "kQweRtYuI", "dal:token"],
)  # fmt: skip
def test_what_can_be_an_id_or_a_text_is_not(given: str) -> None:
    assert name(given) == "<name>"


def test_a_long_name_is_cut() -> None:
    assert name("a" * 10_000) == "a" * 40 + "..."


def test_of_an_id_there_is_its_end() -> None:
    assert masked("0123456789abcdef") == "...cdef"
    assert masked("short") == "..."


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://chat.example.com:8501/x/", "https://chat.example.com:8501/x/"),
        ("https://ann:secret@example.com/?token=secret#secret", "https://example.com/?..."),
    ],
)
def test_an_address_holds_no_secret(url: str, shown: str) -> None:
    assert address(url) == shown


def test_nothing_but_printable_characters() -> None:
    assert plain("a\x1b[31m\n\N{RIGHT-TO-LEFT OVERRIDE}é~") == "a?[31m???~"
