"""Who comes back: known by a cookie, which can be forgotten, forged, or bound to a host."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from livechat.sandbox import Sandbox
from tests.browser.apps import Apps
from tests.browser.chat import Chat
from tests.conftest import live
from tests.field.nginx import Certificate


def test_this_device_can_be_forgotten(browser: Browser, live_app: str) -> None:
    with browser.new_context() as context:
        chat = Chat(context, live_app)
        chat.ready()
        chat.say("My secret")
        expect(chat.button("End chat")).to_be_enabled()
        assert "__Host-livechat" in {cookie["name"] for cookie in context.cookies()}
        chat.page.reload()  # as a returning visitor, whose browser sends the cookie
        expect(chat.own("My secret")).to_be_visible()
        chat.page.get_by_role("button", name="More").click()
        chat.page.get_by_text("Forget this device").click()
        chat.button("Forget me").click()
        expect(chat.page.get_by_text("This device has forgotten you.")).to_be_visible()
        chat.page.wait_for_function("() => !/livechat=./.test(document.cookie)")
        chat.button("Start a new conversation").click()
        chat.ready()
        expect(chat.messages).to_have_count(0)


@pytest.mark.parametrize("value", ["1.WyJhIiwiYiIsImMiXQ", "%00%0d%0aSet-Cookie:x"])
def test_a_bad_foreign_or_forged_cookie_begins_anew(
    browser: Browser, live_app: str, value: str
) -> None:
    with browser.new_context() as context:
        context.add_cookies([{"name": "__Host-livechat", "value": value, "url": live_app}])
        chat = Chat(context, live_app)
        chat.ready()
        chat.say("Hello")
        expect(chat.button("End chat")).to_be_enabled()
        assert value not in [cookie["value"] for cookie in context.cookies()]


def test_the_app_restarts_under_an_open_page(
    browser: Browser, run_app: Apps, livechat: Sandbox
) -> None:
    livechat.faults.clear()
    url = run_app(**live(livechat))
    with browser.new_context() as context:
        chat = Chat(context, url)
        chat.ready()
        chat.say("Hello")
        expect(chat.button("End chat")).to_be_enabled()
        run_app.restart(url)
        expect(chat.input).to_be_enabled()
        chat.say("Still me")
        expect(chat.own("Still me")).to_be_visible()
        expect(chat.page.get_by_text("Sending…")).to_have_count(0)
        expect(chat.messages).to_have_count(2)
        assert chat.bodies() == ["Hello", "Still me"]


def test_on_https_the_cookie_is_bound_to_this_host(
    browser: Browser, run_app: Apps, livechat: Sandbox, certificate: Certificate
) -> None:
    livechat.faults.clear()
    tls = {
        "STREAMLIT_SERVER_SSL_KEY_FILE": str(certificate.key),
        "STREAMLIT_SERVER_SSL_CERT_FILE": str(certificate.path),
    }
    url = run_app.directly(**live(livechat), **tls)
    with browser.new_context() as context:
        chat = Chat(context, url)
        chat.ready()
        chat.say("Hello")
        expect(chat.button("End chat")).to_be_enabled()
        (cookie,) = [c for c in context.cookies() if c["name"] == "__Host-livechat"]
        assert (cookie["secure"], cookie["sameSite"], cookie["path"]) == (True, "Lax", "/")
        chat.page.reload()
        expect(chat.own("Hello")).to_be_visible()
