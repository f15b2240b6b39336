"""The scripted agent."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from livechat.sandbox import Sandbox, start
from livechat.sandbox.bot import scripted_agent
from tests.sandbox.actors import JSON, Agent, Customer, wait_for


@pytest.fixture(scope="module")
def shared_sandbox() -> Iterator[Sandbox]:
    sandbox = start(port=0, bot=True)
    yield sandbox
    sandbox.stop()


@pytest.fixture(autouse=True)
def prompt(monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes no time to write; how long it takes otherwise is for those who look."""
    monkeypatch.setattr(scripted_agent, "TYPING_AFTER", 0.02)
    monkeypatch.setattr(scripted_agent, "ANSWER_AFTER", 0.04)


def wait_until_it_rests(customer: Customer) -> None:
    """Waits until it has nothing to do."""
    sandbox = customer.sandbox
    wait_for(lambda: sandbox._in_loop(lambda: not sandbox._bot._timers))


def answers(customer: Customer) -> list[str]:
    return [
        event["text"]
        for thread in customer.threads()
        for event in thread["events"]
        if event["type"] == "message" and event["author_id"] != customer.id
    ]


def test_it_answers_as_kate(customer: Customer) -> None:
    chat_id = customer.start("Hello there")
    wait_for(lambda: len(answers(customer)) == 1)
    assert "Kate" in answers(customer)[0]
    users = customer.ok("get_chat", chat_id=chat_id)["users"]
    kate = next(user for user in users if user["type"] == "agent")
    assert kate["present"] is True
    assert kate["events_seen_up_to"] > customer.threads()[0]["events"][0]["created_at"]
    customer.say("What are your opening hours?")
    wait_for(lambda: len(answers(customer)) == 2)
    assert "Monday" in answers(customer)[1]
    customer.say("<script>**x**</script>")
    wait_for(lambda: len(answers(customer)) == 3)
    assert "<" not in answers(customer)[2]


def test_several_messages_at_once_get_one_answer(
    customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scripted_agent, "TYPING_AFTER", 0.5)
    customer.start("one", "two")
    customer.say("three")
    wait_until_it_rests(customer)
    assert len(answers(customer)) == 1


def test_it_answers_after_a_resume(customer: Customer) -> None:
    chat_id = customer.start("hello")
    wait_for(lambda: len(answers(customer)) == 1)
    customer.ok("deactivate_chat", id=chat_id)
    chat = {"id": chat_id, "thread": {"events": [{"type": "message", "text": "thanks"}]}}
    customer.ok("resume_chat", chat=chat)
    wait_for(lambda: len(answers(customer)) == 2)


def test_it_keeps_quiet_once_a_person_has_answered(customer: Customer, agent: Agent) -> None:
    chat_id = customer.start("hello")
    agent.say(chat_id, "A person here")
    customer.say("oh, nice")
    wait_until_it_rests(customer)
    assert answers(customer) == ["A person here"]


def test_it_waits_until_kate_accepts_chats(customer: Customer, agent: Agent) -> None:
    agent.ok("set_routing_status", status="not_accepting_chats")
    customer.start("anybody?", continuous=True)
    wait_until_it_rests(customer)
    assert answers(customer) == []
    agent.ok("set_routing_status", status="accepting_chats")
    wait_for(lambda: len(answers(customer)) == 1)


def test_it_leaves_with_a_transfer(customer: Customer, agent: Agent) -> None:
    chat_id = customer.start("hello")
    wait_for(lambda: len(answers(customer)) == 1)
    target = {"type": "agent", "ids": [agent.colleague]}
    agent.ok("transfer_chat", id=chat_id, target=target, ignore_agents_availability=True)
    customer.say("Tom?")
    wait_until_it_rests(customer)
    assert len(answers(customer)) == 1


def last_event(customer: Customer) -> JSON:
    event: JSON = customer.threads()[-1]["events"][-1]
    return event


def wait_for_answer(customer: Customer) -> JSON:
    wait_for(lambda: last_event(customer).get("author_id") not in (None, customer.id))
    return last_event(customer)


def test_its_greeting_tells_what_to_ask_for(customer: Customer) -> None:
    customer.start("hello")
    assert 'Write "help"' in wait_for_answer(customer)["text"]
    customer.say("Help!")
    assert "- **cards**" in wait_for_answer(customer)["text"]


def test_it_shows_what_it_is_asked_for(customer: Customer) -> None:
    customer.start("Show me the cards, please")
    assert wait_for_answer(customer)["type"] == "message"
    customer.say("Show me the cards.")
    event = wait_for_answer(customer)
    assert event["template_id"] == "cards"
    customer.say("file")
    url = wait_for_answer(customer)["url"]
    assert requests.get(url).status_code == 200


@pytest.mark.parametrize(
    ("event", "answer"),
    [
        ({"type": "filled_form", "form_id": "f", "fields": []}, "your answers"),
        (
            {
                "type": "message",
                "text": "Something",
                "postback": {"id": "p", "thread_id": "t", "event_id": "e"},
            },
            "Good choice",
        ),
        (
            {
                "type": "message",
                "text": "Help",
                "postback": {"id": "p", "thread_id": "t", "event_id": "e"},
            },
            "- **cards**",
        ),
        ({"type": "custom", "content": {}}, "I have received it"),
    ],
)
def test_it_answers_whatever_comes(customer: Customer, event: JSON, answer: str) -> None:
    customer.ok("start_chat", chat={"thread": {"events": [event]}})
    customer.chat_id = customer.ok("list_chats")["chats_summary"][0]["id"]
    assert answer in wait_for_answer(customer)["text"]


def test_it_answers_a_file(customer: Customer) -> None:
    url = customer.upload("a.txt", b"x").json()["url"]
    chat = {"thread": {"events": [{"type": "file", "url": url}]}}
    customer.chat_id = customer.ok("start_chat", chat=chat)["chat_id"]
    assert "your file" in wait_for_answer(customer)["text"]


def test_it_answers_as_the_colleague_it_has_transferred_the_chat_to(customer: Customer) -> None:
    customer.start("transfer")
    tom = wait_for_answer(customer)
    assert tom["text"].startswith("Hello, Tom here.")
    customer.say("hello")
    answer = wait_for_answer(customer)
    assert answer["author_id"] == tom["author_id"]
    assert "Tom" in answer["text"]


def test_it_is_quiet_while_the_customer_waits_and_then_comes_back(customer: Customer) -> None:
    customer.start("queue")
    wait_for(lambda: "queue" in customer.threads()[0])
    customer.say("Still there?")
    customer.sandbox.clock.advance(15)
    assert "Thank you for waiting" in wait_for_answer(customer)["text"]
    customer.say("hello")
    assert "Kate" in wait_for_answer(customer)["text"]


def test_it_goes_on_with_its_chats_while_it_takes_no_new_ones(
    customer: Customer, agent: Agent
) -> None:
    customer.start("hello")
    wait_for_answer(customer)
    agent.ok("set_routing_status", status="not_accepting_chats")
    customer.say("Are you there?")
    wait_for_answer(customer)


def test_it_goes_away(customer: Customer) -> None:
    customer.start("away")
    wait_for(lambda: not customer.threads()[0]["active"])
    assert customer.texts()[-1] == "manual_archived_agent"
    assert "online_group_ids" not in customer.get("get_dynamic_configuration").json()


def test_it_speaks_the_customers_language_but_its_commands_are_english(customer: Customer) -> None:
    customer.http.headers["Accept-Language"] = "de-DE,de;q=0.9"
    customer.start("Guten Tag")
    greeting = wait_for_answer(customer)["text"]
    assert greeting.startswith("Hallo! Ich bin Kate.")
    assert "„help“" in greeting
    customer.say("hello")  # is understood as well
    assert wait_for_answer(customer)["text"] == greeting
    customer.say("help")
    listed = wait_for_answer(customer)["text"]
    assert "- **cards**: Bilder mit Text" in listed
    assert "- **delete mine**: " in listed
    customer.http.headers["Accept-Language"] = "ja"
    customer.say("こんにちは")
    assert "Kateです" in wait_for_answer(customer)["text"]
