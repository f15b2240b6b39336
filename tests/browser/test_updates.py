"""An app that is updated under open tabs: each comes back by itself, or says what to do."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path

import pytest
import streamlit
from playwright.sync_api import Browser, Route, expect

from livechat.page import words
from livechat.sandbox import Sandbox
from tests.browser.apps import Apps, copy_sources
from tests.browser.chat import Chat, newest_chat
from tests.conftest import ROOT, live
from tests.driver import ask_as_agent, cut_off

FORM = {
    "type": "form",
    "form_id": "contact",
    "fields": [
        {"type": "textarea", "id": "1", "label": "More"},
        {
            "type": "select",
            "id": "2",
            "label": "Country",
            "options": [{"id": "a", "label": "Poland"}, {"id": "b", "label": "Peru"}],
        },
    ],
}

LOADED = """if (top === window) {
  sessionStorage.setItem("loaded", 1 + Number(sessionStorage.getItem("loaded")));
}"""
SELECT_BOX = re.compile(r"/static/js/Selectbox\.")


@pytest.fixture(scope="module")
def url(run_app: Apps, shared_sandbox: Sandbox) -> str:
    return run_app(**live(shared_sandbox))


@pytest.fixture
def chat(browser: Browser, url: str, sandbox: Sandbox) -> Iterator[Chat]:
    """A chat, in a tab that counts how often it is loaded, of a browser that has loaded nothing."""
    with browser.new_context() as context:
        context.add_init_script(LOADED)
        chat = Chat(context, url)
        chat.say("Hello")
        expect(chat.own("Hello")).to_contain_text("Delivered")
        yield chat


@pytest.fixture
def update(run_app: Apps, url: str) -> Iterator[Callable[[Path], None]]:
    """Restarts the app as it stands elsewhere; the next story has it as it was."""
    yield lambda root: run_app.restart(url, root)
    run_app.restart(url)


def send_form(chat: Chat, sandbox: Sandbox) -> None:
    about = {"chat_id": newest_chat(sandbox), "event": FORM}
    ask_as_agent(sandbox, "send_event", json=about)


def loaded(chat: Chat) -> int:
    """How often the tab was loaded."""
    return int(chat.page.evaluate("sessionStorage.getItem('loaded')"))


def wait_until_loaded(chat: Chat, times: int) -> None:
    chat.page.wait_for_function(f"() => sessionStorage.getItem('loaded') === '{times}'")


def newer_page(root: Path) -> None:
    """The page's sources in another version, of which no script nor style is as it was."""
    copy_sources(root)
    for script in root.glob("livechat/page/browser/*.js"):
        script.write_text(f"{script.read_text('utf-8')}\nglobalThis.newer = true;\n", "utf-8")
    style = root / "livechat" / "page" / "style.css"
    style.write_text(f"{style.read_text('utf-8')}\n[data-testid=stApp] {{ --newer: yes; }}\n")
    # Containers have other keys, and what the tab is told is called something else.
    for file in root.glob("livechat/page/**/*.py"):
        text = file.read_text("utf-8").replace('key="foot"', 'key="foot-2"')
        file.write_text(text.replace('"sent_forms"', '"forms_sent"'), "utf-8")
    keeper = root / "livechat" / "page" / "browser" / "keeper.js"
    text = keeper.read_text("utf-8")
    keeper.write_text(text.replace("data.sent_forms", "data.forms_sent"), "utf-8")


def newer_streamlit(root: Path) -> None:
    """The same page under another Streamlit: of another number, and no script is where it was."""
    for part in ("streamlit_app.py", "livechat", ".streamlit"):
        (root / part).symlink_to(ROOT / part)
    here, package = Path(streamlit.__file__).parent, root / "streamlit"
    package.mkdir()
    for part in here.iterdir():
        if part.name != "static":
            (package / part.name).symlink_to(part)
    shutil.copytree(here / "static", package / "static")
    scripts = list((package / "static" / "static" / "js").iterdir())
    names = {script.name.encode() for script in scripts}
    named = re.compile(rb"(?<=/)[\w.-]{1,80}\.js\b")
    for file in (package / "static" / "index.html", *scripts):
        file.write_bytes(named.sub(lambda m: b"2" * (m[0] in names) + m[0], file.read_bytes()))
    for script in scripts:
        script.rename(script.with_name(f"2{script.name}"))
    (root / "streamlit-99.dist-info").mkdir()
    about = metadata.distribution("streamlit").read_text("METADATA") or ""
    about = re.sub(r"(?m)^Version: .*", "Version: 99", about, count=1)
    (root / "streamlit-99.dist-info" / "METADATA").write_text(about, "utf-8")


@pytest.mark.parametrize("newer", [newer_page, newer_streamlit])
def test_a_tab_comes_back_and_nothing_written_is_lost(
    chat: Chat,
    sandbox: Sandbox,
    run_app: Apps,
    url: str,
    tmp_path: Path,
    update: Callable[[Path], None],
    newer: Callable[[Path], None],
) -> None:
    root = tmp_path / "site-packages"  # elsewhere Streamlit takes itself to be developed
    root.mkdir()
    newer(root)
    send_form(chat, sandbox)
    expect(chat.page.get_by_label("Country")).to_be_visible()
    chat.page.get_by_label("More").press_sequentially("Half a word")
    chat.page.wait_for_function("() => JSON.stringify(sessionStorage).includes('Half a word')")
    cut_off(sandbox)
    chat.say("On its way")
    expect(chat.own("On its way")).to_be_visible()
    chat.input.press_sequentially("A draft")
    update(root)
    wait_until_loaded(chat, 2)
    expect(chat.own("On its way")).to_contain_text("Not delivered")
    expect(chat.input).to_have_value("A draft")
    sandbox.faults.clear()
    expect(chat.page.get_by_label("More")).to_have_value("Half a word")
    chat.button("Retry").click()
    expect(chat.own("On its way")).to_contain_text("Delivered")
    assert loaded(chat) == 2
    if newer is newer_page:
        chat.page.wait_for_function("() => globalThis.newer")
        style = "getComputedStyle(document.querySelector('[data-testid=stApp]'))"
        chat.page.wait_for_function(f"() => {style}.getPropertyValue('--newer') === 'yes'")

    # It is taken back, as an operator does whom it has disappointed.
    run_app.restart(url)
    wait_until_loaded(chat, 3)
    expect(chat.page.get_by_label("More")).to_have_value("Half a word")
    expect(chat.input).to_have_value("A draft")
    chat.input.press("Enter")
    expect(chat.own("A draft")).to_contain_text("Delivered")


def gone(route: Route) -> None:
    """What the app answers for a script that it has no longer: its page."""
    route.fulfill(path=Path(streamlit.__file__).parent / "static" / "index.html")


def test_a_script_that_did_not_come_has_the_tab_loaded_once_more(
    chat: Chat, sandbox: Sandbox
) -> None:
    chat.page.route(SELECT_BOX, gone, times=1)
    chat.input.press_sequentially("A draft")
    send_form(chat, sandbox)
    wait_until_loaded(chat, 2)
    expect(chat.page.get_by_label("Country")).to_be_visible()
    expect(chat.input).to_have_value("A draft")
    assert loaded(chat) == 2


def test_a_script_that_never_comes_is_said_and_the_tab_is_loaded_no_more(
    chat: Chat, sandbox: Sandbox
) -> None:
    chat.page.route(SELECT_BOX, gone)
    chat.input.press_sequentially("A draft")
    send_form(chat, sandbox)
    expect(chat.page.get_by_text(words.say("outdated"))).to_be_visible()
    chat.page.wait_for_timeout(3_000)
    assert loaded(chat) == 2
    expect(chat.input).to_have_value("A draft")
    chat.page.unroute(SELECT_BOX)
    chat.button(words.say("renew")).click()
    expect(chat.page.get_by_label("Country")).to_be_visible()
    expect(chat.page.get_by_text(words.say("outdated"))).to_have_count(0)
    expect(chat.input).to_have_value("A draft")
    assert loaded(chat) == 3
