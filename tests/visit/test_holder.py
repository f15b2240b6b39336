"""The one place where a visit keeps its conversation."""

from __future__ import annotations

import threading

from livechat.chat.conversation import State
from tests.visit.scenes import Alone


def test_a_change_replaces_the_conversation(alone: Alone) -> None:
    before = alone.conversation
    assert alone.holder.apply(lambda c: c.looked(None))
    assert alone.conversation.state is State.NONE
    assert alone.conversation is not before


def test_a_change_that_comes_to_none_changes_nothing(alone: Alone) -> None:
    before = alone.conversation
    assert not alone.holder.apply(lambda c: None)
    assert alone.conversation is before


def test_no_change_is_lost_to_another(alone: Alone) -> None:
    def talk() -> None:
        for _ in range(50):
            alone.holder.apply(lambda c: c.say(alone.message()))

    talking = [threading.Thread(target=talk) for _ in range(4)]
    for thread in talking:
        thread.start()
    for thread in talking:
        thread.join()
    assert len(alone.conversation.outbox) == 200
