"""Products (v3.6): who may send them, and what a customer picks of them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.actors import Agent, Customer
from tests.sandbox.conftest import Open

OPTION = {"option_id": "s", "label": "S", "price": "18.00", "currency": "USD", "color": "#fff"}
MUG = {"view_type": "tags", "product_id": "mug", "label": "Size", "options": [OPTION]}
BUY = {"text": "Buy", "postback_id": "buy", "type": "message", "value": "buy"}
CODE = {"text": "Code", "postback_id": "code", "type": "copy", "value": "MUG10"}


def shop(**ecommerce: Any) -> dict[str, Any]:
    element = {"title": "Mug", "ecommerce": MUG | ecommerce, "buttons": [BUY, CODE]}
    return {"type": "rich_message", "template_id": "ecommerce", "elements": [element]}


@pytest.fixture
def new_agent(agent: Agent) -> Agent:
    agent.version = "3.6"
    return agent


@pytest.fixture
def new_customer(customer: Customer) -> Customer:
    customer.version = "3.6"
    return customer


def test_agents_send_products_from_36_on(customer: Customer, agent: Agent) -> None:
    chat_id = customer.start("hello")
    addon = {"addon_type": "wrapping", "range_from": "2", "range_to": "5", "currency": "USD"}
    assert agent.error("send_event", chat_id=chat_id, event=shop()) == "validation"
    agent.version = "3.6"
    agent.ok("send_event", chat_id=chat_id, event=shop(addons=[addon]))
    shown = customer.threads()[0]["events"][-1]["elements"][0]
    assert shown["ecommerce"] == MUG | {"addons": [addon]}
    assert shown["buttons"][1] == CODE | {"user_ids": []}


def test_customers_do_not(new_customer: Customer) -> None:
    chat_id = new_customer.start("hello")
    assert new_customer.error("send_event", chat_id=chat_id, event=shop()) == "validation"


@pytest.mark.parametrize(
    "event",
    [
        shop(view_type="grid"),
        shop(options=[{"label": "S"}]),
        shop(options=[OPTION | {"price": 18}]),
        shop(options=[OPTION | {"available": "no"}]),
        shop(options=[OPTION | {"image_url": "ftp://x/y"}]),
        shop(options=[OPTION | {"size": "S"}]),
        shop(addons=[{"range_from": "1"}]),
        shop(quantity=1),
        shop() | {"elements": [{"title": "No product"}]},
        shop() | {"template_id": "cards"},
    ],
)
def test_what_is_no_product_is_refused(
    customer: Customer, new_agent: Agent, event: dict[str, Any]
) -> None:
    chat_id = customer.start("hello")
    assert new_agent.error("send_event", chat_id=chat_id, event=event) == "validation"


PICKED = {"product_id": "mug", "option_id": "s", "quantity": 2}
POSTBACK = {"id": "buy", "toggled": True}
ABOUT = {"button_type": "message", "button_value": "buy", "ecommerce": PICKED}


def test_what_is_picked_goes_with_a_press_and_is_pushed(
    customer: Customer, new_agent: Agent, open_socket: Open
) -> None:
    chat_id = customer.start("hello")
    event_id = new_agent.ok("send_event", chat_id=chat_id, event=shop())["event_id"]
    thread_id = customer.threads()[0]["id"]
    request = {"chat_id": chat_id, "thread_id": thread_id, "event_id": event_id}
    for new in ABOUT:
        postback = POSTBACK | {new: ABOUT[new]}
        refused = customer.error("send_rich_message_postback", **request, postback=postback)
        assert refused == "validation"
    socket = open_socket(version="3.6")
    socket.login()
    customer.version = "3.6"
    customer.ok("send_rich_message_postback", **request, postback=POSTBACK | ABOUT)
    pushed = socket.heard()[-1]
    assert pushed["action"] == "incoming_rich_message_postback"
    assert pushed["payload"]["postback"] == POSTBACK | ABOUT
    wrong = POSTBACK | {"ecommerce": {"option_id": "s"}}
    assert customer.error("send_rich_message_postback", **request, postback=wrong) == "validation"


def test_what_is_picked_stays_in_the_message(customer: Customer, new_agent: Agent) -> None:
    chat_id = customer.start("hello")
    event_id = new_agent.ok("send_event", chat_id=chat_id, event=shop())["event_id"]
    thread_id = customer.threads()[0]["id"]
    postback = {"id": "buy", "thread_id": thread_id, "event_id": event_id, "ecommerce": PICKED}
    event = {"type": "message", "text": "Buy", "postback": postback}
    assert customer.error("send_event", chat_id=chat_id, event=event) == "validation"
    customer.version = "3.6"
    customer.ok("send_event", chat_id=chat_id, event=event)
    assert customer.threads()[0]["events"][-1]["postback"] == postback
