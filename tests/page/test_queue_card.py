"""The card that tells the visitor's place in the queue."""

from __future__ import annotations

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from livechat.api.structures.events import Queue, Thread
from livechat.chat.conversation import Conversation, State
from livechat.chat.outgoing import Problem
from livechat.chat.values import LONG_AGO
from livechat.page import queue_card
from livechat.sandbox import Sandbox
from livechat.visit import Glance
from tests.page.whole_page import agent_of, drawn, end, poll, say, visit_of


def glance_at(app: AppTest, queue: Queue | None) -> Glance:
    thread = Thread("T", LONG_AGO, active=True, queue=queue)
    conversation = Conversation(thread_id="T", state=State.ACTIVE).merged([thread])
    return replace(visit_of(app).glance(), conversation=conversation, company=None)


@pytest.mark.parametrize(
    ("queue", "said"),
    [
        (Queue(1, 60), ["You are number 1 in the queue", "It takes about 1 min"]),
        (Queue(3, 61), ["You are number 3 in the queue", "It takes about 2 min"]),
        (Queue(3, None), ["You are number 3 in the queue"]),
        (Queue(3, 0), ["You are number 3 in the queue"]),
        (Queue(3, -1), ["You are number 3 in the queue"]),
        (Queue(3, 10**12), ["You are number 3 in the queue"]),
        (Queue(0, 60), []),
        (Queue(-1, 60), []),
        (Queue(10**9, 10**12), []),
        (None, []),
    ],
)
def test_the_queue_is_told_where_it_says_something(
    app: AppTest, queue: Queue | None, said: list[str]
) -> None:
    glance = glance_at(app.run(), queue)
    assert queue_card.sentences(glance) == said
    assert not queue_card.sentences(replace(glance, problem=Problem.BANNED))
    assert not queue_card.sentences(replace(glance, ending=True))


def test_the_card_goes_with_the_queue(app: AppTest, sandbox: Sandbox) -> None:
    say(app.run(), "Hello")
    chat_id = visit_of(app).chat_id or ""
    agent_of(sandbox).show("queue", chat_id)
    poll(app)
    assert 'class="card"' in drawn(app)
    assert "You are number" in drawn(app)
    end(app)
    assert 'class="card"' not in drawn(app)
