"""What everybody else does to the visitor's chat: agents, LiveChat, the visitor from elsewhere.

All of it in the thread of the sandbox's loop, where nothing else happens meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from livechat.sandbox import Sandbox
from livechat.sandbox.world import chats, properties, routing
from livechat.sandbox.world.clock import to_text
from livechat.sandbox.world.events import Caller, Draft
from livechat.sandbox.world.lru import Lru
from livechat.sandbox.world.model import Agent, Chat, Customer, Event, Organization, Thread
from livechat.sandbox.world.sample_organization import FORMS
from livechat.sandbox.world.state import MAX_TOKENS

ACTS = (
    *("write", "write", "buttons", "form", "open", "open long", "queue", "close"),
    *("edit", "delete", "delete own", "rate", "take the rating back", "see"),
)
# Of what is said in an older thread only pushes tell.
LATE_ACTS = (*ACTS, "edit old", "delete old")


class Others:
    """Everybody else. What an agent has said is `message 1` and so on."""

    def __init__(self, sandbox: Sandbox, customer_id: str) -> None:
        """Nobody has done anything yet."""
        self.count = 0
        self._sandbox = sandbox
        self._customer_id = customer_id

    @property
    def organization(self) -> Organization:
        """The visitor's."""
        return self._sandbox.default

    @property
    def customer(self) -> Customer:
        """The visitor, as LiveChat knows them."""
        return self.organization.customers[self._customer_id]

    @property
    def chat(self) -> Chat | None:
        """Their chat, if there is one."""
        return self.customer.chat

    @property
    def agent(self) -> Agent:
        """The first one."""
        return next(iter(self.organization.agents.values()))

    def said(self) -> Iterator[tuple[Thread, Event]]:
        """All that is in the chat, what was deleted too."""
        for thread in self.chat.threads if self.chat else ():
            for event in thread.events:
                yield thread, event

    def act(self, act: str) -> None:
        """Does one of the `LATE_ACTS`, if there is a chat."""
        self._sandbox._in_loop(lambda: self._act(act))

    def be_busy(self, ahead: int) -> None:
        """Every agent has others to talk to; so many of those wait."""

        def change() -> None:
            until = self.organization.clock.now() + timedelta(days=1)
            self.organization.busy_until = [until] * ahead
            routing.announce_places(self.organization, self.organization.queue)
            chats.serve_waiting(self.organization)

        self._sandbox._in_loop(change)

    def come_and_go(self) -> None:
        """The agents take no chats, or do again."""

        def change() -> None:
            status = "not_accepting_chats" if self.agent.accepts_chats else "accepting_chats"
            self.agent.routing_status = status
            routing.announce_statuses(self.organization)
            chats.serve_waiting(self.organization)

        self._sandbox._in_loop(change)

    def let_time_pass(self, seconds: float) -> None:
        """LiveChat's clock jumps, and all that is due by then happens."""
        self._sandbox.clock.advance(seconds)

        def catch_up() -> None:
            chats.catch_up(self.organization)
            if self.chat:
                chats.close_if_idle(self.organization, self.chat)
            chats.serve_waiting(self.organization)

        self._sandbox._in_loop(catch_up)

    def greet(self, what: str) -> None:
        """The visitor is shown a greeting."""
        self._sandbox.greet(self.organization, self._customer_id, what)

    def revoke_tokens(self) -> None:
        """No token that was given so far is taken any more."""
        state = self._sandbox._state
        self._sandbox._in_loop(lambda: setattr(state, "tokens", Lru(MAX_TOKENS)))

    def _act(self, act: str) -> None:
        chat, organization = self.chat, self.organization
        if chat is None:
            return
        agent, thread = self.agent, chat.active_thread
        if act in ("write", "buttons", "form") and thread:
            chats.send(organization, agent, chat, self._draft(agent, act))
        elif act in ("write", "buttons", "form", "open"):
            self._open(chat, agent, 1)
        elif act == "open long":
            self._open(chat, agent, 60)
        elif act == "queue":
            self._open(chat, chat.customer, 1)  # from elsewhere; queued if all agents are busy
        elif act == "close" and thread:
            chats.deactivate(organization, chat, agent)
        elif act in ("edit", "delete"):
            self._change(act, chat, chat.last_thread, list(organization.agents))
        elif act == "delete own":
            self._change(act, chat, chat.last_thread, [chat.customer.id])
        elif act in ("edit old", "delete old"):
            self._change(act, chat, chat.threads[0], [*organization.agents, chat.customer.id])
        elif act == "rate" and thread:
            self._rate(chat, thread, self.count % 2)
        elif act == "take the rating back" and thread:
            self._rate(chat, thread, None)
        elif act == "see":
            chats.mark_seen(organization, chat, agent, to_text(organization.clock.now()))

    def _draft(self, author: Caller, what: str = "write") -> Draft:
        self.count += 1
        drafts: dict[str, tuple[str, dict[str, Any]]] = {
            "write": ("message", {"text": f"message {self.count}"}),
            "buttons": ("rich_message", _buttons(self.count)),
            "form": ("form", {**FORMS["postchat"], "form_id": f"form {self.count}"}),
        }
        type, content = drafts[what]
        content.pop("id", None)
        return Draft(type, author.id, "all", content)

    def _open(self, chat: Chat, caller: Caller, length: int) -> None:
        if chat.active_thread:
            chats.deactivate(self.organization, chat, caller)
        drafts = [self._draft(caller) for _ in range(length)]
        chats.open_thread(self.organization, caller, chat, {}, drafts, active=True, continuous=True)

    def _change(self, act: str, chat: Chat, thread: Thread, authors: list[str]) -> None:
        """The first or the last message of these is edited or deleted, by turns."""
        self.count += 1
        said = [
            e
            for e in thread.events
            if e.author_id in authors and not e.deleted and "text" in e.content
        ]
        if not said:
            return
        event = said[0 if self.count % 2 else -1]
        if act.startswith("edit"):
            edited = f"{event.content['text']}, edited"
            chats.edit_event(self.organization, chat, thread, event, edited)
        else:
            chats.delete_event(self.organization, chat, thread, event)

    def _rate(self, chat: Chat, thread: Thread, score: int | None) -> None:
        where = {"chat_id": chat.id, "thread_id": thread.id}
        if score is None:
            names = {"rating": ["score", "comment"]}
            properties.delete(thread.properties, names)
            change, how = {**where, "properties": names}, "deleted"
        else:
            rating = {"rating": {"score": score}}
            properties.update(thread.properties, rating)
            change, how = {**where, "properties": rating}, "updated"
        self.organization.push(f"thread_properties_{how}", change, chat.customer.id)


def _buttons(number: int) -> dict[str, Any]:
    def button(text: str, **more: str) -> dict[str, Any]:
        return {"text": text, "postback_id": f"{text} {number}", "user_ids": [], **more}

    says = button(f"reply {number}", type="message", value="r")
    return {
        "template_id": "cards",
        "elements": [{"title": f"card {number}", "buttons": [says, button("keep")]}],
    }
