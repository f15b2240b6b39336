"""The scripted agent: answers customers as whichever agent has their chat."""

from __future__ import annotations

import asyncio
import itertools
import re

from ..world import chats
from ..world.clock import to_text
from ..world.events import Draft
from ..world.model import Agent, Chat, Event, Push, Thread
from ..world.state import State
from . import tricks

TYPING_AFTER = 0.3  # seconds
ANSWER_AFTER = 0.9

# What is looked for in the last message (first match wins), and what is answered to it.
_ANSWERS: list[tuple[re.Pattern[str], tuple[str, ...]]] = [
    (re.compile(pattern, re.IGNORECASE), answers)
    for pattern, answers in (
        (
            r"\b(bye|goodbye|see you|that'?s all|nothing else)\b",
            (
                "Thank you for the chat. Have a lovely day!",
                "Goodbye, and come back any time.",
            ),
        ),
        (
            r"\b(thanks?|thank you|thx|cheers)\b",
            ("You're welcome! Is there anything else?", "My pleasure. Anything else I can do?"),
        ),
        (
            r"\b(hours?|open(ing)?|closed?|when)\b",
            ("We are here Monday to Friday, 9 am to 6 pm.",),
        ),
        (
            r"\b(prices?|pricing|costs?|how much|plans?|discount)\b",
            ("Our plans start at $20 per agent a month, and the first 14 days are free.",),
        ),
        (
            r"\b(human|person|agent|someone|representative|robot|bot)\b",
            (
                "I'm a scripted stand-in, I admit. A person can take over at any time:"
                " once they write, I keep quiet.",
            ),
        ),
        (
            r"\b(help|support|problem|issue|broken|error|stuck)\b",
            (
                "I'm glad to help. What happened, and what did you expect instead?",
                "Let's sort that out. Could you tell me a little more?",
            ),
        ),
        (
            r"\b(hi|hello|hey|good (morning|afternoon|evening)|howdy)\b",
            (
                "Hi there! I'm {name}. How can I help you today?"
                ' Write "help" to see what I can show.',
                'Hello! {name} here. What can I do for you? Write "help" to see what I can show.',
            ),
        ),
    )
]
_OTHERWISE = (
    "Got it. Could you tell me a little more?",
    "Thank you, that helps. What would be the best outcome for you?",
    "Understood. Let me look into that; is there anything I should know besides?",
    "Good question! Which product is it about?",
)
_CHOSEN = "Good choice, I have noted it. Anything else?"
_NOT_TEXT = {
    "file": "Thank you, I have received your file. I'll take a look.",
    "filled_form": "Thank you, I have received your answers.",
}
_NOT_TEXT_OTHERWISE = "Thank you, I have received it. I'll take a look."


class Bot:
    """Listens to pushes and answers as the agent a chat is routed to."""

    def __init__(self, state: State, base_url: str) -> None:
        """Wait for customers of ``state``; ``base_url`` is that of the files it sends."""
        self._state = state
        self._base_url = base_url
        self._count = itertools.count()
        self._timers: dict[str, asyncio.TimerHandle] = {}

    def reset(self) -> None:
        """Drop the answers that are on their way."""
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()

    def __call__(self, push: Push) -> None:
        """Listen: a chat, an event of the customer, or being given a chat asks for an answer."""
        chat_id = push.payload.get("chat_id") or push.payload.get("chat", {}).get("id")
        chat = push.organization.chats.get(chat_id) if chat_id is not None else None
        if chat is None or push.action not in (
            "incoming_chat",
            "incoming_event",
            "user_added_to_chat",
        ):
            return
        if chat.id not in self._timers and self._is_due(push, chat):
            loop = asyncio.get_running_loop()
            self._timers[chat.id] = loop.call_later(TYPING_AFTER, self._type, push, chat)

    def _is_due(self, push: Push, chat: Chat) -> tuple[Thread, Agent] | None:
        """Return where to answer and as whom, if there is something to answer."""
        thread = chat.active_thread
        if (
            thread is None
            or push.organization.chats.get(chat.id) is not chat
            or thread.taken_over
            or thread.assignee is None
        ):
            return None
        silent = ("system_message", "system")
        said = [e for e in thread.events if e.type not in silent and not e.deleted]
        if not said or said[-1].author_id != chat.customer.id:
            return None
        return thread, push.organization.agents[thread.assignee]

    def _type(self, push: Push, chat: Chat) -> None:
        del self._timers[chat.id]
        due = self._is_due(push, chat)
        if due is None:
            return
        thread, agent = due
        organization = push.organization
        chats.mark_seen(organization, chat, agent, to_text(organization.clock.now()))
        chats.show_typing(organization, chat, thread, agent, True)
        loop = asyncio.get_running_loop()
        self._timers[chat.id] = loop.call_later(
            ANSWER_AFTER - TYPING_AFTER, self._answer, push, chat
        )

    def _answer(self, push: Push, chat: Chat) -> None:
        del self._timers[chat.id]
        due = self._is_due(push, chat)
        if due is None:
            return
        thread, agent = due
        organization = push.organization
        chats.show_typing(organization, chat, thread, agent, False)
        own = (e for e in reversed(thread.events) if e.author_id == chat.customer.id)
        last = next(event for event in own if not event.deleted)
        wanted = tricks.requested(_text(last))
        if wanted is not None:
            tricks.show(organization, self._state.files, self._base_url, chat, wanted)
            return
        text = self._words(last).replace("{name}", agent.first_name)
        chats.send(organization, agent, chat, Draft("message", agent.id, "all", {"text": text}))

    def _words(self, last: Event) -> str:
        # Nothing the customer wrote is repeated: it could be anything.
        if last.type != "message":
            return _NOT_TEXT.get(last.type, _NOT_TEXT_OTHERWISE)
        if "postback" in last.content:
            return _CHOSEN
        text = _text(last)
        matching = (answers for pattern, answers in _ANSWERS if pattern.search(text))
        answers = next(matching, _OTHERWISE)
        return answers[next(self._count) % len(answers)]


def _text(event: Event) -> str:
    return str(event.content.get("text", ""))[:1000]
