"""What is said of settings that cannot be used."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Browser, expect

from livechat.page import words
from livechat.sandbox import Sandbox
from tests.browser.apps import Apps
from tests.browser.chat import Chat
from tests.conftest import live


def test_wrong_settings_are_named_and_nothing_else_is_drawn(
    browser: Browser, run_app: Apps
) -> None:
    wrong = {"LIVECHAT_POLL_SECONDS": "0", "LIVECHAT_LANGUAGE": "klingon"}
    with browser.new_context(locale="fr-FR") as context:
        page = context.new_page()
        page.goto(run_app(LIVECHAT_CLIENT_ID="abc", **wrong))
        for name in ("LIVECHAT_ORGANIZATION_ID", *wrong):
            expect(page.get_by_text(re.compile(name))).to_be_visible()
        expect(page.get_by_test_id("stChatInput")).to_have_count(0)
        with words.speaking("fr"):
            expect(page.get_by_test_id("stSkipToContent")).to_have_text(words.say("streamlit.skip"))


def test_secrets_are_read_and_broken_ones_are_said(
    browser: Browser, run_app: Apps, livechat: Sandbox, tmp_path: Path
) -> None:
    livechat.faults.clear()
    secrets = tmp_path / "secrets.toml"
    lines = [f'{name} = "{value}"' for name, value in live(livechat).items()]
    secrets.write_text("\n".join(["[livechat]", *lines]))
    with browser.new_context() as context:
        chat = Chat(context, run_app(STREAMLIT_SECRETS_FILES=str(secrets)))
        chat.ready()
        expect(chat.page.get_by_text(re.compile("Demo:"))).to_have_count(0)
        secrets.write_text("[livechat")
        page = context.new_page()
        page.goto(run_app(STREAMLIT_SECRETS_FILES=str(secrets)))
        expect(page.get_by_text(re.compile("secrets.toml cannot be read"))).to_be_visible()
        expect(page.get_by_test_id("stChatInput")).to_have_count(0)


def test_a_wrong_client_id_is_named_on_the_page(
    browser: Browser, run_app: Apps, livechat: Sandbox
) -> None:
    url = run_app(**live(livechat, LIVECHAT_CLIENT_ID="0123456789abcdef"))
    with browser.new_context() as context:
        chat = Chat(context, url)
        expect(chat.page.get_by_text(re.compile("LIVECHAT_CLIENT_ID"))).to_be_visible()
        chat.say("Hello")
        expect(chat.own("Hello")).to_be_visible()
        expect(chat.page.get_by_role("button", name="Retry")).to_be_visible()
