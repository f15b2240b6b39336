"""Settings: three sources in order, and every wrong value named at once."""

from __future__ import annotations

import os
import re
import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from livechat.api.accounts import Accounts
from livechat.settings import Settings, SettingsError, enter_sandbox, load, origins
from livechat.settings_logo import in_page
from tests.conftest import ROOT

IDS = {"LIVECHAT_CLIENT_ID": "c1", "LIVECHAT_ORGANIZATION_ID": "o1"}


# All but what comes with the sandbox.
SETTINGS = {field.name for field in fields(Settings)} - {"sandbox", "agent_token"}


def problems(environ: dict[str, str], **secrets: Any) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        load(environ, None, secrets)
    return caught.value.problems


def test_nothing_set_is_the_sandbox() -> None:
    assert load({}, None, {}) == Settings(
        client_id="",
        organization_id="",
        redirect_uri=None,
        group_id=None,
        poll_seconds=3.0,
        api_url="https://api.livechatinc.com",
        accounts_url="https://accounts.livechat.com",
        sandbox=True,
    )


def test_everything_set() -> None:
    environ = {
        **IDS,
        "LIVECHAT_REDIRECT_URI": "http://chat.example.com:8501/",
        "LIVECHAT_GROUP_ID": "0",
        "LIVECHAT_POLL_SECONDS": "0.5",
        "LIVECHAT_AUTHORIZE": "Message",
        "LIVECHAT_PUSH": "Off",
        "LIVECHAT_SNEAK_PEEK": "OFF",
        "LIVECHAT_SIGNED_IN": "On",
        "LIVECHAT_API_VERSION": "3.6",
        "LIVECHAT_SESSION_FIELDS": "plan=gold, equation = a=b,",
        "LIVECHAT_QUERY_FIELDS": " order,campaign",
        "LIVECHAT_TITLE": "Flowers & Co",
        "LIVECHAT_LOGO": "https://example.com/logo.png",
        "LIVECHAT_GREETING": "Welcome!",
        "LIVECHAT_SUGGESTIONS": "| Where is it? || Prices? |Where is it?|Hours?|One too many?",
        "LIVECHAT_PRIVACY_URL": "https://example.com/privacy?of=all#chat",
        "LIVECHAT_LANGUAGE": "EN",
        "LIVECHAT_API_URL": "http://127.0.0.1:8900/base/",
        "LIVECHAT_ACCOUNTS_URL": "http://[::1]:8900",
    }
    assert load(environ, None, {}) == Settings(
        client_id="c1",
        organization_id="o1",
        redirect_uri="http://chat.example.com:8501/",
        group_id=0,
        poll_seconds=0.5,
        api_url="http://127.0.0.1:8900/base",
        accounts_url="http://[::1]:8900",
        sandbox=False,
        authorize="message",
        push=False,
        sneak_peek=False,
        signed_in=True,
        api_version="3.6",
        session_fields={"plan": "gold", "equation": "a=b"},
        query_fields=("order", "campaign"),
        title="Flowers & Co",
        logo="https://example.com/logo.png",
        greeting="Welcome!",
        suggestions=("Where is it?", "Prices?", "Hours?"),
        privacy_url="https://example.com/privacy?of=all#chat",
        language="en",
    )


def test_environment_before_dotenv_before_secrets(tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_text(
        "export LIVECHAT_CLIENT_ID='dotenv'\nLIVECHAT_ORGANIZATION_ID=dotenv\n"
        "LIVECHAT_POLL_SECONDS=\nLIVECHAT_REDIRECT_URI\n"
    )
    secrets = {"livechat": {"organization_id": "secret", "poll_seconds": 4, "group_id": 2}}
    settings = load({"LIVECHAT_CLIENT_ID": "environment"}, dotenv, secrets)
    assert settings.client_id == "environment"
    assert settings.organization_id == "dotenv"
    assert settings.poll_seconds == 4
    assert settings.group_id == 2


def test_a_blank_value_hides_no_later_source() -> None:
    secrets = {"livechat": {"client_id": "c", "organization_id": "o"}}
    settings = load({"LIVECHAT_CLIENT_ID": "  ", "LIVECHAT_ORGANIZATION_ID": ""}, None, secrets)
    assert (settings.client_id, settings.organization_id) == ("c", "o")


def test_surrounding_space_is_dropped() -> None:
    assert load({**IDS, "LIVECHAT_CLIENT_ID": " c1\n"}, None, {}).client_id == "c1"


def test_each_setting_comes_from_somewhere(tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_text("LIVECHAT_CLIENT_ID=c\nLIVECHAT_TITLE=a\nLIVECHAT_GROUP_ID=\n")
    secrets = {"livechat": {"organization_id": "o", "title": "b", "group_id": 2, "typo": "x"}}
    environ = {"LIVECHAT_TITLE": "c", "LIVECHAT_GREETING": "", "HOME": "/"}
    assert origins(environ, dotenv, secrets) == {
        "LIVECHAT_ORGANIZATION_ID": "secrets",
        "LIVECHAT_GROUP_ID": "secrets",
        "LIVECHAT_TYPO": "secrets",
        "LIVECHAT_CLIENT_ID": ".env",
        "LIVECHAT_TITLE": "environment",
    }


def test_secrets_take_full_names_too() -> None:
    settings = load({}, None, {"livechat": IDS, "other": "x"})
    assert (settings.client_id, settings.organization_id) == ("c1", "o1")


def test_dotenv_is_read_as_written_and_never_into_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME_PAGE", "x")
    before = dict(os.environ)
    dotenv = tmp_path / ".env"
    dotenv.write_text("LIVECHAT_REDIRECT_URI=http://localhost/${HOME_PAGE}\n")
    assert load({}, dotenv, {}).redirect_uri == "http://localhost/${HOME_PAGE}"
    assert dict(os.environ) == before


def test_dotenv_from_a_windows_editor(tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_text("LIVECHAT_GROUP_ID=5\r\n", encoding="utf-8-sig")
    assert load({}, dotenv, {}).group_id == 5


@pytest.mark.parametrize("kind", ["missing", "directory"])
def test_no_dotenv_is_no_problem(tmp_path: Path, kind: str) -> None:
    assert load({}, tmp_path if kind == "directory" else tmp_path / ".env", {}).sandbox


def test_an_unreadable_dotenv_is_a_problem(tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_bytes(b"LIVECHAT_CLIENT_ID=\xff\xfe")
    with pytest.raises(SettingsError) as caught:
        load({}, dotenv, {})
    assert caught.value.problems == (".env cannot be read: expected a text file in UTF-8",)


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ("LIVECHAT_CLIENT_ID", "LIVECHAT_ORGANIZATION_ID"),
        ("LIVECHAT_ORGANIZATION_ID", "LIVECHAT_CLIENT_ID"),
    ],
)
def test_only_one_id_names_the_other(given: str, missing: str) -> None:
    (problem,) = problems({given: "x"})
    assert problem.startswith(f"{missing} is not set")


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("LIVECHAT_CLIENT_ID", "two words", "an ID"),
        ("LIVECHAT_CLIENT_ID", "../x", "an ID"),
        ("LIVECHAT_ORGANIZATION_ID", "naïve", "an ID"),
        ("LIVECHAT_REDIRECT_URI", "localhost:8501", "URL"),
        ("LIVECHAT_REDIRECT_URI", "ftp://example.com", "URL"),
        ("LIVECHAT_GROUP_ID", "-1", "a whole number"),
        ("LIVECHAT_GROUP_ID", "1.5", "a whole number"),
        ("LIVECHAT_GROUP_ID", "sales", "a whole number"),
        ("LIVECHAT_GROUP_ID", "²", "a whole number"),
        ("LIVECHAT_GROUP_ID", "9" * 5000, "a whole number"),
        ("LIVECHAT_POLL_SECONDS", "0", "from 0.1 to 3600"),
        ("LIVECHAT_AUTHORIZE", "never", "load or message"),
        ("LIVECHAT_PUSH", "maybe", "on or off"),
        ("LIVECHAT_SNEAK_PEEK", "no", "on or off"),
        ("LIVECHAT_SIGNED_IN", "yes", "on or off"),
        ("LIVECHAT_POLL_SECONDS", "-3", "a number"),
        ("LIVECHAT_POLL_SECONDS", "three", "a number"),
        ("LIVECHAT_POLL_SECONDS", "nan", "a number"),
        ("LIVECHAT_POLL_SECONDS", "inf", "a number"),
        ("LIVECHAT_SESSION_FIELDS", "plan", "name=value"),
        ("LIVECHAT_SESSION_FIELDS", "=gold", "name=value"),
        ("LIVECHAT_SESSION_FIELDS", "plan=", "name=value"),
        ("LIVECHAT_SESSION_FIELDS", ",".join(f"k{n}=v" for n in range(101)), "at most 100"),
        ("LIVECHAT_QUERY_FIELDS", "order=1", "names"),
        ("LIVECHAT_QUERY_FIELDS", "two words", "names"),
        ("LIVECHAT_TITLE", "a" * 61, "at most 60 characters"),
        ("LIVECHAT_GREETING", "a" * 1001, "at most 1000 characters"),
        ("LIVECHAT_SUGGESTIONS", "short|" + "a" * 81, "at most 80 characters"),
        ("LIVECHAT_SUGGESTIONS", "a|b|c|" + "d" * 81, "at most 80 characters"),
        ("LIVECHAT_PRIVACY_URL", "example.com/privacy", "URL"),
        ("LIVECHAT_PRIVACY_URL", "javascript:alert(1)", "URL"),
        ("LIVECHAT_PRIVACY_URL", "mailto:me@example.com", "URL"),
        ("LIVECHAT_LANGUAGE", "th", "auto, or one of "),
        ("LIVECHAT_LANGUAGE", "../en", "auto, or one of "),
        ("LIVECHAT_LOGO", "http://example.com/logo.png", "https://"),
        ("LIVECHAT_LOGO", "https://", "https://"),
        ("LIVECHAT_LOGO", "file:///etc/hostname", "https://"),
        ("LIVECHAT_LOGO", "data:image/png;base64,AAAA", "https://"),
        ("LIVECHAT_LOGO", "none.png", "no such file"),
        ("LIVECHAT_LOGO", "livechat", "no such file"),
        ("LIVECHAT_LOGO", "a" * 5000, "cannot be read"),
        ("LIVECHAT_LOGO", "a\0b", "cannot be read"),
        ("LIVECHAT_LOGO", "../logo.png", "leads out of it"),
        ("LIVECHAT_LOGO", "/etc/hostname", "leads out of it"),
        ("LIVECHAT_LOGO", "README.md", "a picture"),
        ("LIVECHAT_API_URL", "api.livechatinc.com", "URL"),
        ("LIVECHAT_API_URL", "https://", "URL"),
        ("LIVECHAT_API_URL", "https://host:port", "URL"),
        ("LIVECHAT_API_URL", "https://[::1", "URL"),
        ("LIVECHAT_API_URL", "https://a b", "URL"),
        ("LIVECHAT_API_URL", "https://a\tb", "URL"),
        ("LIVECHAT_API_URL", "https://a\\b", "URL"),
        ("LIVECHAT_API_URL", "https://example.com/?a=b", "without"),
        ("LIVECHAT_API_URL", "https://example.com/#a", "without"),
        ("LIVECHAT_API_URL", "https://user:password@example.com", "without"),
        ("LIVECHAT_API_URL", "http://example.com", "https://"),
        ("LIVECHAT_ACCOUNTS_URL", "http://localhost.example.com", "https://"),
        ("LIVECHAT_ACCOUNTS_URL", "http://128.0.0.1", "https://"),
    ],
)
def test_a_wrong_value_is_named_with_what_was_expected(
    name: str, value: str, expected: str
) -> None:
    (problem,) = problems({**IDS, name: value})
    assert problem.startswith(f"{name}: expected ")
    assert expected in problem


def test_no_problem_repeats_a_value() -> None:
    secret = "https://user:hunter2@example.com?hunter2 hunter2"
    names = [*IDS, "LIVECHAT_REDIRECT_URI", "LIVECHAT_GROUP_ID", "LIVECHAT_POLL_SECONDS"]
    names += ["LIVECHAT_AUTHORIZE", "LIVECHAT_PUSH", "LIVECHAT_API_URL", "LIVECHAT_ACCOUNTS_URL"]
    names += ["LIVECHAT_LOGO", "LIVECHAT_PRIVACY_URL", "LIVECHAT_API_VERSION"]
    names += ["LIVECHAT_SNEAK_PEEK", "LIVECHAT_SIGNED_IN", "LIVECHAT_LANGUAGE"]
    with pytest.raises(SettingsError) as caught:
        load(dict.fromkeys(names, secret), None, {})
    assert len(caught.value.problems) == len(names)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    ["http://localhost:1", "http://a.localhost", "http://127.9.9.9", "http://[::1]", "https://a.b"],
)
def test_plain_http_on_this_machine_only(url: str) -> None:
    assert load({"LIVECHAT_API_URL": url}, None, {}).api_url == url


def test_all_problems_are_told_together() -> None:
    environ = {
        "LIVECHAT_CLIENT_ID": "x",
        "LIVECHAT_GROUP_ID": "x",
        "LIVECHAT_POLL_SECONDS": "x",
        "LIVECHAT_API_URL": "x",
    }
    told = problems(environ, livechat="not a table")
    assert len(told) == 5


def test_a_secret_of_the_wrong_type() -> None:
    (problem,) = problems({}, livechat={"group_id": {"a": 1}})
    assert problem.startswith("LIVECHAT_GROUP_ID")
    (problem,) = problems({}, livechat={"suggestions": ["Prices?", "Hours?"]})
    assert problem == "LIVECHAT_SUGGESTIONS: expected one value, not a table or a list"


@pytest.mark.parametrize(
    ("typo", "meant"),
    [
        ("LIVECHAT_CLIENTID", "LIVECHAT_CLIENT_ID"),
        ("LIVECHAT_ORGANISATION_ID", "LIVECHAT_ORGANIZATION_ID"),
        ("LIVECHAT_REDIRECT_URL", "LIVECHAT_REDIRECT_URI"),
    ],
)
def test_a_typo_is_pointed_out(typo: str, meant: str) -> None:
    assert problems({typo: "x"}) == (f"{typo} is no setting: did you mean {meant}?",)


def test_a_typo_in_the_secrets_is_pointed_out() -> None:
    assert problems({}, livechat={"poll_second": 3}) != ()


@pytest.mark.parametrize("name", ["LIVECHAT_AGENT_TOKEN", "LIVECHAT_RTM_URL", "LIVECHAT_LICENSE"])
def test_other_names_are_left_alone(name: str) -> None:
    assert load({name: "x"}, None, {}).sandbox


def test_the_example_file_is_valid_and_complete() -> None:
    text = (ROOT / ".streamlit/secrets.toml.example").read_text()
    assert load({}, None, tomllib.loads(text)).sandbox
    table = tomllib.loads(re.sub("(?m)^# (?=[a-z_]+ = )", "", text))["livechat"]
    assert table.keys() == SETTINGS
    assert load({}, None, {"livechat": {**table, "client_id": "c", "organization_id": "o"}}) == (
        Settings(
            client_id="c",
            organization_id="o",
            redirect_uri="https://example.streamlit.app",
            group_id=0,
            poll_seconds=3.0,
            api_url="https://api.livechatinc.com",
            accounts_url="https://accounts.livechat.com",
            sandbox=False,
            session_fields={"plan": "gold", "source": "docs"},
            query_fields=("order", "campaign"),
            title="Flowers & Co",
            logo=in_page("livechat/page/icon.svg"),
            greeting="Hello! What can we do for you?",
            suggestions=("Where is my order?", "What are your prices?"),
            privacy_url="https://example.com/privacy",
        )
    )


def test_the_readme_names_every_setting() -> None:
    section = (ROOT / "README.md").read_text("utf-8").split("\n## Configuration\n")[1]
    table = (row.split("|")[1] for row in section.split("\n## ")[0].splitlines() if "|" in row)
    names = {name.lower() for cell in table for name in re.findall("LIVECHAT_([A-Z_]+)", cell)}
    assert names == SETTINGS


def test_the_agent_token_is_not_shown() -> None:
    settings = load({}, None, {})
    assert "agent_token" not in repr(settings)


def test_the_sandbox_is_one_for_all_and_each_visitor_lodges_in_it() -> None:
    settings = load({"LIVECHAT_POLL_SECONDS": "1"}, None, {})
    ada, bob = enter_sandbox(settings, None), enter_sandbox(settings, None)
    again = enter_sandbox(settings, ada.organization_id)
    assert ada.api_url == ada.accounts_url == bob.api_url
    assert ada.api_url.startswith("http://127.0.0.1:")
    assert again == ada
    assert ada.organization_id != bob.organization_id
    assert ada.agent_token
    assert ada.agent_token not in repr(ada)
    assert (ada.sandbox, ada.poll_seconds) == (True, 1)
    accounts = Accounts(ada.accounts_url, ada.client_id, ada.organization_id, "http://localhost")
    assert accounts.grant(None).identity


def test_a_sandbox_of_before_a_restart_is_replaced() -> None:
    settings = enter_sandbox(load({}, None, {}), "00000000-0000-4000-8000-000000000000")
    assert settings.organization_id
    assert settings.agent_token
