"""Events, files and properties: sections 3.4, 3.5, 4.2, 4.3, 4.8 and 4.9."""

from __future__ import annotations

import io
from typing import Any

import pytest
import requests
from PIL import Image
from sandbox_actors import Agent, Customer

from livechat.sandbox import Sandbox
from livechat.sandbox.world.sample_organization import FORMS

BUTTON = {"text": "Yes", "postback_id": "yes"}
CARDS = {
    "type": "rich_message",
    "template_id": "cards",
    "elements": [{"title": "T", "buttons": [BUTTON, {"text": "No", "postback_id": "no"}]}],
}
FIELDS: list[dict[str, Any]] = [
    {"type": "name", "id": "1", "label": "Name", "answer": "Ann"},
    {"type": "email", "id": "2", "label": "E-mail"},
    {"type": "radio", "id": "3", "label": "R", "answer": {"id": "0", "label": "a"}},
    {"type": "checkbox", "id": "4", "label": "C", "answers": [{"id": "0", "label": "a"}]},
    {
        "type": "group_chooser",
        "id": "5",
        "label": "G",
        "answer": {"id": "0", "label": "Sales", "group_id": 1},
    },
    {"type": "checkbox_for_email", "id": "6", "label": "Copy", "answer": True},
]


@pytest.mark.parametrize(
    "event",
    [
        {"type": "message", "text": "é" * 8192},
        {"type": "message", "text": "a", "recipients": "all", "custom_id": "c"},
        {"type": "message", "text": "a", "properties": {"chats": {"formatting": "commonmark"}}},
        {
            "type": "message",
            "text": "Yes",
            "postback": {"id": "p", "thread_id": "t", "event_id": "e", "type": "m", "value": "v"},
        },
        CARDS,
        {"type": "rich_message", "template_id": "sticker"},
        {"type": "form", "form_id": "f", "fields": [{"type": "name", "id": "1", "label": "N"}]},
        {"type": "filled_form", "form_id": "f", "fields": FIELDS, "recipients": "all"},
        {"type": "custom", "content": {"nested": {"json": [1, None]}}},
        {"type": "custom"},
        {"type": "system_message", "system_message_type": "mine", "text": "t", "text_vars": {}},
    ],
)
def test_events_that_are_right(customer: Customer, event: dict[str, Any]) -> None:
    chat_id = customer.start("hello")
    event_id = customer.ok("send_event", chat_id=chat_id, event=event)["event_id"]
    shown = customer.threads()[0]["events"][-1]
    assert shown["id"] == event_id
    assert ("author_id" in shown) == (event["type"] != "system_message")
    for name in ("type", "text", "custom_id", "postback", "properties", "content", "fields"):
        assert shown.get(name) == event.get(name)
    assert "recipients" not in shown
    assert "visibility" not in shown


@pytest.mark.parametrize(
    "event",
    [
        {"type": "message", "text": "é" * 8192 + "!"},
        {"type": "message", "text": ""},
        {"type": "message", "text": "half a pair \ud800"},
        {"type": "message", "text": "a", "visibility": "all"},
        {"type": "message", "text": "a", "author_id": "x"},
        {"type": "message", "text": "a", "postback": {"id": "p"}},
        {
            "type": "message",
            "text": "Yes",
            "postback": {"id": "p", "thread_id": "t", "event_id": "e", "type": "m"},
        },
        {"type": "message", "text": "a", "properties": {"routing": {"continuous": "x"}}},
        {"type": "message", "text": "a", "properties": {"chats": {"formatting": "html"}}},
        {"type": "file", "url": "https://example.com/a.png"},
        {"type": "unknown"},
        {"type": ["message"], "text": "a"},
        {**CARDS, "template_id": "list"},
        {**CARDS, "elements": [{}] * 11},
        {**CARDS, "elements": [{"buttons": [BUTTON] * 14}]},
        {**CARDS, "elements": [{"buttons": [{**BUTTON, "type": "url"}]}]},
        {**CARDS, "elements": [{"buttons": [{**BUTTON, "value": "x"}]}]},
        {**CARDS, "elements": [{"buttons": [{**BUTTON, "type": "webview", "value": "x"}]}]},
        {**CARDS, "elements": [{"image": {"name": "x"}}]},
        {"type": "filled_form", "form_id": "f", "fields": [{"type": "name", "answer": "x"}]},
        {
            "type": "filled_form",
            "form_id": "f",
            "fields": [{"type": "radio", "id": "1", "label": "R", "answer": "x"}],
        },
        {"type": "filled_form", "fields": []},
        {"type": "custom", "content": "x"},
    ],
)
def test_events_that_are_wrong(customer: Customer, event: dict[str, Any]) -> None:
    chat_id = customer.start("hello")
    assert customer.error("send_event", chat_id=chat_id, event=event) == "validation"
    assert customer.texts() == ["hello"]


def test_an_initial_event_may_not_be_a_form(customer: Customer) -> None:
    form = {"type": "form", "form_id": "f", "fields": [{"type": "name", "id": "1", "label": "N"}]}
    assert customer.error("start_chat", chat={"thread": {"events": [form]}}) == "validation"
    assert customer.ok("list_chats")["total_chats"] == 0


def test_events_for_agents_stay_with_agents(customer: Customer, agent: Agent) -> None:
    chat_id = customer.start("hello")
    form = {"type": "filled_form", "form_id": "f", "fields": FIELDS, "recipients": "agents"}
    customer.ok("send_event", chat_id=chat_id, event=form)
    agent.say(chat_id, "between us", visibility="agents")
    agent.say(chat_id, "hi")
    assert customer.texts() == ["hello", "hi"]
    events = agent.ok("get_chat", chat_id=chat_id)["thread"]["events"]
    assert [event["visibility"] for event in events] == ["all", "agents", "agents", "all"]


def filled(form_id: str, **more: Any) -> dict[str, Any]:
    return {"type": "filled_form", "form_id": form_id, "fields": FIELDS, **more}


@pytest.mark.parametrize(
    ("event", "form_type"),
    [
        (filled(FORMS["prechat"]["id"]), "prechat"),
        (filled(FORMS["postchat"]["id"]), "postchat"),
        (filled("f", properties={"lc2": {"form_type": "prechat"}}), "prechat"),
        (filled("f"), None),
    ],
)
def test_a_filled_form_says_of_what_type_it_is(
    customer: Customer, event: dict[str, Any], form_type: str | None
) -> None:
    customer.ok("start_chat", chat={"thread": {"events": [event]}})
    customer.chat_id = customer.ok("list_chats")["chats_summary"][0]["id"]
    shown = customer.threads()[0]["events"][-1]
    assert shown.get("form_type") == form_type
    assert shown["fields"] == FIELDS
    assert shown.get("properties") == event.get("properties")


def test_the_type_of_a_form_is_one_of_two(customer: Customer) -> None:
    chat_id = customer.start("hello")
    event = filled("f", properties={"lc2": {"form_type": "ticket"}})
    assert customer.error("send_event", chat_id=chat_id, event=event) == "validation"


def test_a_form_can_be_filled_in_after_the_end(customer: Customer) -> None:
    chat_id = customer.start("hello")
    customer.ok("deactivate_chat", id=chat_id)
    late = {"chat_id": chat_id, "event": filled(FORMS["postchat"]["id"])}
    assert customer.error("send_event", **late) == "chat_inactive"
    event_id = customer.ok("send_event", **late, attach_to_last_thread=True)["event_id"]
    (thread,) = customer.threads()
    assert thread["active"] is False
    assert (thread["events"][-1]["id"], thread["events"][-1]["form_type"]) == (event_id, "postchat")


def test_buttons(customer: Customer, agent: Agent) -> None:
    chat_id = customer.start("hello")
    event_id = agent.ok("send_event", chat_id=chat_id, event=CARDS)["event_id"]
    thread_id = customer.threads()[0]["id"]

    def press(postback_id: str, toggled: bool, event_id: str = event_id) -> str | None:
        return customer.error(
            "send_rich_message_postback",
            chat_id=chat_id,
            thread_id=thread_id,
            event_id=event_id,
            postback={"id": postback_id, "toggled": toggled},
        )

    def pressed() -> list[list[str]]:
        (element,) = customer.threads()[0]["events"][-1]["elements"]
        return [button["user_ids"] for button in element["buttons"]]

    assert pressed() == [[], []]
    assert press("yes", True) is None
    assert press("yes", True) is None
    assert pressed() == [[customer.id], []]
    assert press("yes", False) is None
    assert pressed() == [[], []]
    assert press("maybe", True) == "validation"
    assert press("yes", True, "unknown") == "not_found"
    assert press("yes", True, customer.threads()[0]["events"][0]["id"]) == "validation"


def test_sneak_peek(customer: Customer) -> None:
    chat_id = customer.start("hello")
    assert customer.ok("send_sneak_peek", chat_id=chat_id, sneak_peek_text="typ") == {}
    customer.ok("deactivate_chat", id=chat_id)
    peek = {"chat_id": chat_id, "sneak_peek_text": "typ"}
    assert customer.error("send_sneak_peek", **peek) == "chat_inactive"


def picture(width: int = 400, height: int = 200) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "red").save(out, "PNG")
    return out.getvalue()


def test_upload_and_send_a_file(customer: Customer) -> None:
    chat_id = customer.start("hello")
    url = customer.upload("notes ü.txt", b"some text").json()["url"]
    assert requests.get(url).content == b"some text"
    customer.ok("send_event", chat_id=chat_id, event={"type": "file", "url": url})
    event = customer.threads()[0]["events"][-1]
    assert (event["name"], event["content_type"]) == ("notes ü.txt", "text/plain")
    assert "thumbnail_url" not in event
    customer.sandbox.clock.advance(86_401)
    assert requests.get(url).status_code == 404
    served = requests.get(event["url"])
    assert served.content == b"some text"
    assert served.headers["content-disposition"] == "attachment"
    assert served.headers["content-security-policy"] == "sandbox"


def test_an_image_has_thumbnails(customer: Customer) -> None:
    chat_id = customer.start("hello")
    data = picture()
    url = customer.upload("red.png", data, "application/octet-stream").json()["url"]
    event = {"type": "file", "url": url, "alternative_text": "Red"}
    customer.ok("send_event", chat_id=chat_id, event=event)
    shown = customer.threads()[0]["events"][-1]
    assert (shown["width"], shown["height"], shown["size"]) == (400, 200, len(data))
    assert (shown["content_type"], shown["alternative_text"]) == ("image/png", "Red")
    for name, width in (("thumbnail_url", 160), ("thumbnail2x_url", 320)):
        with Image.open(io.BytesIO(requests.get(shown[name]).content)) as thumbnail:
            assert thumbnail.size == (width, width // 2)


def test_a_temporary_file_dies_after_a_day(customer: Customer) -> None:
    chat_id = customer.start("hello", continuous=True)
    customer.organization.inactivity_seconds = 10**9
    url = customer.upload("a.txt", b"x").json()["url"]
    customer.sandbox.clock.advance(86_401)
    customer.authorize()
    event = {"type": "file", "url": url}
    assert customer.error("send_event", chat_id=chat_id, event=event) == "validation"
    assert requests.get(url).status_code == 404


def test_a_file_is_of_its_organization(sandbox: Sandbox, customer: Customer) -> None:
    other = Customer(sandbox, sandbox.lodge(None))
    url = customer.upload("a.txt", b"x").json()["url"]
    chat_id = other.start("hello")
    event = {"type": "file", "url": url}
    assert other.error("send_event", chat_id=chat_id, event=event) == "validation"


def test_upload_limits(customer: Customer) -> None:
    limit = 10 * 1024 * 1024
    assert customer.upload("big.bin", b"\0" * limit).status_code == 200
    for size in (limit + 1, limit + 1_000_000):
        response = customer.upload("big.bin", b"\0" * size)
        assert response.json()["error"]["type"] == "entity_too_large"


@pytest.mark.parametrize(
    ("name", "data"),
    [("setup.EXE", b"x"), ("run.sh", b"x"), ("innocent.txt", b"MZ\x90"), ("a", b"\x7fELF")],
)
def test_executables_are_refused(customer: Customer, name: str, data: bytes) -> None:
    assert customer.upload(name, data).json()["error"]["type"] == "validation"


def test_upload_takes_one_part_named_file(customer: Customer) -> None:
    def upload(**body: Any) -> str:
        response = requests.post(
            customer.url("upload_file"), params=customer.query, headers=customer.headers, **body
        )
        return str(response.json()["error"]["type"])

    assert upload(files={"other": ("a.txt", b"x")}) == "validation"
    assert upload(files=[("file", ("a.txt", b"x")), ("file", ("b.txt", b"y"))]) == "validation"
    assert upload(files={"file": ("a.txt", b"x")}, data={"more": "x"}) == "validation"
    assert upload(json={}) == "validation"
    assert upload(data=b"x") == "validation"


def test_rating(customer: Customer) -> None:
    chat_id = customer.start("hello")
    customer.ok("update_customer", name="Ann")
    customer.ok("deactivate_chat", id=chat_id)
    thread = {"chat_id": chat_id, "thread_id": customer.threads()[0]["id"]}
    rating = {"rating": {"score": 1, "comment": "Nice"}}
    assert customer.ok("update_thread_properties", **thread, properties=rating) == {}
    shown = customer.threads()[0]
    assert shown["properties"]["rating"] == {"score": 1, "comment": "Nice"}
    assert [event["text"] for event in shown["events"][-2:]] == [
        "Ann rated the chat as good",
        "Ann left the following comment: Nice",
    ]
    assert shown["events"][-1]["text_vars"] == {"customer": "Ann", "comment": "Nice"}
    customer.ok("update_thread_properties", **thread, properties={"rating": {"score": 0}})
    assert customer.threads()[0]["properties"]["rating"] == {"score": 0, "comment": "Nice"}
    deleted = {"rating": ["score", "comment"]}
    customer.ok("delete_thread_properties", **thread, properties=deleted)
    assert "rating" not in customer.threads()[0]["properties"]
    assert customer.texts()[-1] == "rating.chat_rating_canceled"


def test_transcript(customer: Customer) -> None:
    chat_id = customer.start("hello")
    thread = {"chat_id": chat_id, "thread_id": customer.threads()[0]["id"]}
    wish = {"routing": {"transcript_email": "ann@example.com"}}
    customer.ok("update_thread_properties", **thread, properties=wish)
    customer.ok("deactivate_chat", id=chat_id)
    assert customer.texts() == [
        "hello",
        "transcript_requested",
        "manual_archived_customer",
        "transcript_sent",
    ]


@pytest.mark.parametrize(
    ("where", "properties", "error"),
    [
        ("thread", {"rating": {"score": 2}}, "validation"),
        ("thread", {"rating": {"score": "1"}}, "validation"),
        ("thread", {"rating": {"score": True}}, "validation"),
        ("thread", {"rating": {"stars": 1}}, "validation"),
        ("thread", {"unknown": {"x": 1}}, "validation"),
        ("thread", {"routing": {"continuous": True}}, "authorization"),
        ("thread", {"routing": {"pinned": True}}, "authorization"),
        ("thread", {"routing": {"email_follow_up": True}}, "validation"),
        ("chat", {"routing": {"email_follow_up": True}}, None),
        ("chat", {"test": {"int_property": 2**31}}, "validation"),
        ("chat", {"test": {"int_property": 2**31 - 1}}, None),
        ("event", {"status": {"delivered": True}}, None),
        ("event", {"lc2": {"greeting_id": 1}}, "authorization"),
    ],
)
def test_property_rights(
    customer: Customer, where: str, properties: dict[str, Any], error: str | None
) -> None:
    chat_id = customer.start("hello")
    thread = customer.threads()[0]
    ids = {"chat_id": chat_id, "thread_id": thread["id"], "event_id": thread["events"][0]["id"]}
    if where == "thread":
        del ids["event_id"]
    if where == "chat":
        ids = {"id": chat_id}
    assert customer.error(f"update_{where}_properties", **ids, properties=properties) == error


def test_private_properties(customer: Customer) -> None:
    mine = {customer.sandbox.client_id: {"anything": "goes", "number": 1}}
    chat_id = customer.ok("start_chat", chat={"properties": mine})["chat_id"]
    chat = customer.ok("get_chat", chat_id=chat_id)
    assert chat["properties"].items() >= mine.items()
    names = {customer.sandbox.client_id: ["anything"]}
    customer.ok("delete_chat_properties", id=chat_id, properties=names)
    (namespace,) = mine
    assert customer.ok("get_chat", chat_id=chat_id)["properties"][namespace] == {"number": 1}


def test_event_properties(customer: Customer) -> None:
    customer.chat_id = customer.start("hello")
    thread = customer.threads()[0]
    ids = {
        "chat_id": customer.chat_id,
        "thread_id": thread["id"],
        "event_id": thread["events"][0]["id"],
    }
    customer.ok("update_event_properties", **ids, properties={"rating": {"score": 1}})
    assert customer.threads()[0]["events"][0]["properties"] == {"rating": {"score": 1}}
    customer.ok("delete_event_properties", **ids, properties={"rating": ["score"]})
    assert "properties" not in customer.threads()[0]["events"][0]
    ids["event_id"] = "X"
    assert (
        customer.error("update_event_properties", **ids, properties={"rating": {"score": 1}})
        == "not_found"
    )


def test_customers_do_not_see_what_is_for_agents(customer: Customer, agent: Agent) -> None:
    chat_id = customer.start("hello")
    thread_id = customer.threads()[0]["id"]
    properties = {"routing": {"pinned": True}}
    agent.ok(
        "update_thread_properties", chat_id=chat_id, thread_id=thread_id, properties=properties
    )
    assert "pinned" not in customer.threads()[0]["properties"]["routing"]
    assert agent.ok("get_chat", chat_id=chat_id)["thread"]["properties"]["routing"]["pinned"]
