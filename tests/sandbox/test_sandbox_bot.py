"""The scripted agent."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest
from sandbox_actors import Agent, Customer

from livechat.sandbox import Sandbox, start


@pytest.fixture(scope="module")
def shared_sandbox() -> Iterator[Sandbox]:
    sandbox = start(port=0, bot=True)
    yield sandbox
    sandbox.stop()


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline, "the scripted agent did not answer"
        time.sleep(0.1)


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


def test_several_messages_at_once_get_one_answer(customer: Customer) -> None:
    customer.start("one", "two")
    customer.say("three")
    wait_for(lambda: len(answers(customer)) == 1)
    time.sleep(1.5)
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
    time.sleep(1.5)
    assert answers(customer) == ["A person here"]


def test_it_waits_until_kate_accepts_chats(customer: Customer, agent: Agent) -> None:
    agent.ok("set_routing_status", status="not_accepting_chats")
    customer.start("anybody?", continuous=True)
    time.sleep(1.5)
    assert answers(customer) == []
    agent.ok("set_routing_status", status="accepting_chats")
    wait_for(lambda: len(answers(customer)) == 1)


def test_it_leaves_with_a_transfer(customer: Customer, agent: Agent) -> None:
    chat_id = customer.start("hello")
    wait_for(lambda: len(answers(customer)) == 1)
    target = {"type": "agent", "ids": [agent.colleague]}
    agent.ok("transfer_chat", id=chat_id, target=target, ignore_agents_availability=True)
    customer.say("Tom?")
    time.sleep(1.5)
    assert len(answers(customer)) == 1
