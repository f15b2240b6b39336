"""The whole page with AppTest: what a test does with it, and what it shows then."""

from __future__ import annotations

import itertools
import json
import os
import threading
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block

from livechat.api.agent_client import AgentClient
from livechat.sandbox import Sandbox
from livechat.visit import Visit
from tests import driver
from tests.conftest import ROOT

APP = str(ROOT / "streamlit_app.py")

FORM_EVENT = {
    "type": "form",
    "form_id": "contact",
    "fields": [{"type": "email", "id": "1", "label": "Your e-mail", "required": True}],
}

_ticks = itertools.count(1)


def configure(monkeypatch: pytest.MonkeyPatch, **settings: str) -> None:
    """Sets these settings, and none besides."""
    for name in list(os.environ):
        if name.startswith("LIVECHAT_"):
            monkeypatch.delenv(name)
    for name, value in settings.items():
        monkeypatch.setenv(name, value)


def say(app: AppTest, text: str) -> AppTest:
    return app.chat_input(key="typed").set_value(text).run()


def type_into(app: AppTest, label: str, value: str) -> None:
    (widget,) = [w for w in [*app.text_input, *app.text_area] if w.label.startswith(label)]
    widget.set_value(value)


def press(app: AppTest, label: str) -> AppTest:
    (button,) = [button for button in app.button if button.label == label]
    button.click().run()
    assert not app.exception
    return app


def end(app: AppTest) -> AppTest:
    app.button(key="end").click().run()
    assert not app.exception
    return app


def opened(app: AppTest, name: str) -> AppTest:
    """The page with a dialog of the menu."""
    app.session_state["dialog"] = name
    app.run()
    assert not app.exception
    return app


def poll(app: AppTest) -> AppTest:
    """The next poll, and the run of the page that news cause."""
    visit = visit_of(app)
    visit.expect_news()
    visit.work(tick=next(_ticks))
    return app.run()


def work(app: AppTest) -> None:
    """Carries out what the visitor wants, once the threads that the page has begun are done.

    While one of them works, `Visit.work` leaves it to that, and returns at once.
    """
    for thread in threading.enumerate():
        if thread.name == "work":
            thread.join()
    visit_of(app).work()


def drawn(app: AppTest) -> str:
    """All HTML that the page shows."""
    return "\n".join(element.proto.body for element in app.get("html"))


def in_dialog(app: AppTest) -> dict[tuple[int, ...], str]:
    """What the open dialog draws: the types of all that is in it, by place."""
    found: dict[tuple[int, ...], str] = {}

    def collect(block: Block, place: tuple[int, ...]) -> None:
        for number, node in block.children.items():
            found[*place, number] = node.type
            if isinstance(node, Block):
                collect(node, (*place, number))

    (dialog,) = app.get("dialog")
    assert isinstance(dialog, Block)
    collect(dialog, ())
    return found


def kept_by_tab(app: AppTest) -> dict[str, Any]:
    """What the browser's tab is told to keep, and to do."""
    (told,) = [
        component.proto.json
        for component in app.get("bidi_component")
        if component.proto.component_name == "livechat.taken"
    ]
    return dict(json.loads(told))


def labels(app: AppTest) -> list[str]:
    """What can be pressed."""
    return [button.label for button in app.button]


def faults(app: AppTest) -> list[str]:
    """What is said to be wrong with a form."""
    return [
        m.value.split(": ", 1)[1].strip("]") for m in app.markdown if "material/error" in m.value
    ]


def visit_of(app: AppTest) -> Visit:
    visit = app.session_state["visit"]
    assert isinstance(visit, Visit)
    return visit


def texts_of(app: AppTest) -> list[str]:
    """What is said in the conversation, as the visit knows it."""
    return [event.text for event in visit_of(app).conversation.transcript.timeline if event.text]


def agent_of(sandbox: Sandbox) -> AgentClient:
    return AgentClient(sandbox.url, sandbox.default.agent_token)


def send(page: driver.Page, event: dict[str, Any]) -> None:
    """An agent sends an event."""
    sent = {"chat_id": page.visit.chat_id, "event": event}
    driver.ask_as_agent(page.sandbox, "send_event", json=sent)
