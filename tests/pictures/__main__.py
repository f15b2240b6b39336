"""Makes the README's pictures anew: `python -m tests.pictures`.

A chat with the sandbox's organization, on a phone and on a desktop, light and dark. It says the
same each time, so that only a page that looks different makes a picture that does.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, expect, sync_playwright

from livechat.api.agent_client import AgentClient
from livechat.sandbox import Sandbox, start
from tests.browser.apps import Apps
from tests.browser.chat import Chat, newest_chat
from tests.conftest import ARGUMENTS, be_patient, chromium, live

HERE = Path(__file__).parent
SIZES = {"phone": (390, 844), "desktop": (1280, 800)}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")

ASKED = "Hi! My tent has come, but two of the pegs are bent."
ANSWERED = [
    "Oh no, I am sorry to hear that!",
    "I have put a new set into today's post. It is with you by Thursday, at no cost.",
]
ASKED_THEN = "That was quick, thank you!"
ANSWERED_LAST = "My pleasure. Can I help you with anything else for your trip?"


def talk(chat: Chat, sandbox: Sandbox) -> None:
    """Has the visitor and the agent say all of it."""
    agent = AgentClient(sandbox.url, sandbox.default.agent_token)

    def answer(text: str) -> None:
        agent.say(text, customer_id="", chat_id=newest_chat(sandbox), active=True)
        expect(chat.messages.filter(has_text=text)).to_be_visible()

    chat.say(ASKED)
    expect(chat.button("End chat")).to_be_enabled()
    for text in ANSWERED:
        answer(text)
    chat.say(ASKED_THEN)
    expect(chat.own(ASKED_THEN)).to_contain_text("Delivered")
    answer(ANSWERED_LAST)
    agent.show("quick_replies", newest_chat(sandbox))
    expect(chat.page.get_by_test_id("stChatMessage").last.get_by_role("button")).not_to_have_count(
        0
    )


def take(browser: Browser, apps: Apps, device: str, scheme: Literal["light", "dark"]) -> None:
    """Makes one picture, of a chat of its own."""
    sandbox = start(port=0, bot=False)
    width, height = SIZES[device]
    try:
        with browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            reduced_motion="reduce",
            timezone_id="Europe/Berlin",
        ) as context:
            be_patient(context)
            chat = Chat(context, apps(**live(sandbox)))
            chat.ready()
            talk(chat, sandbox)
            chat.input.blur()
            chat.page.wait_for_timeout(1_500)  # what fades, has faded
            chat.page.screenshot(path=HERE / f"{device}-{scheme}.png")
    finally:
        sandbox.stop()


def main() -> None:
    """Makes all of them."""
    apps = Apps()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
            for device in SIZES:
                for scheme in SCHEMES:
                    take(browser, apps, device, scheme)
                    print(f"{device}-{scheme}.png")
    finally:
        apps.stop()


if __name__ == "__main__":
    main()
