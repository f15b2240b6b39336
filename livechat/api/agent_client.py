"""The agent's side of one chat in the sandbox, for a person who tries the page alone.

Section 8 of the API reference, as far as the desk needs it, and the sandbox's own control endpoint.
A sandbox organization belongs to one visitor, and so does its agent token: it opens no chat
of anybody else.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from livechat.api import route, transport


@dataclass(frozen=True, slots=True)
class Configured:
    """What a company sets in LiveChat's settings: the forms it uses, and its language."""

    enabled_forms: frozenset[str]
    language: str
    welcome_message: str | None = None


class AgentClient:
    """Speaks the Agent Chat API for one agent. Raises the classes of `livechat.api.errors`."""

    def __init__(self, api_url: str, agent_token: str) -> None:
        self._api_url = api_url
        self._token = agent_token

    def say(self, text: str, *, customer_id: str, chat_id: str | None, active: bool) -> None:
        """Answers in the open thread, or opens one (8.3)."""
        event = {"type": "message", "text": text}
        if active:
            self._tell("send_event", {"chat_id": chat_id, "event": event})
            return
        chat: dict[str, Any] = {"thread": {"events": [event]}}
        if chat_id:
            self._tell("resume_chat", {"chat": {"id": chat_id, **chat}})
        else:
            users = [{"id": customer_id, "type": "customer"}]
            self._tell("start_chat", {"chat": {"users": users, **chat}})

    def end(self, chat_id: str) -> None:
        """Closes the open thread (8.3). Raises ChatInactive if there is none."""
        self._tell("deactivate_chat", {"id": chat_id, "ignore_requester_presence": True})

    def accept_chats(self, accept: bool) -> None:
        """Goes online, or offline (8.3)."""
        status = "accepting_chats" if accept else "not_accepting_chats"
        self._tell("set_routing_status", {"status": status})

    def show(self, what: str, chat_id: str) -> None:
        """Has the scripted agent show something in the open thread, such as "cards".

        Raises ChatInactive if there is none. Not LiveChat's: the sandbox's own.
        """
        self._control("show", {"chat_id": chat_id, "what": what})

    def peek(self, chat_id: str) -> str:
        """What the customer is writing in the open thread; empty if nothing.

        Raises ChatInactive if there is none. LiveChat tells agents over their own RTM API, for
        which this stands: the sandbox's own.
        """
        return str(self._control("peek", {"chat_id": chat_id})["sneak_peek_text"])

    def greet(self, customer_id: str) -> None:
        """Shows the customer a greeting with buttons. Not LiveChat's: the sandbox's own."""
        self._control("greet", {"customer_id": customer_id, "what": "buttons"})

    def configure(
        self, *, enabled_forms: Collection[str] | None = None, language: str | None = None
    ) -> Configured:
        """Replaces the enabled forms and the language, None leaves them; returns what is in force.

        Forms are "prechat", "postchat" and "ticket", languages "en" and "de". Not LiveChat's: the
        sandbox's own.
        """
        fields: dict[str, Any] = {}
        if enabled_forms is not None:
            fields["enabled_forms"] = sorted(enabled_forms)
        if language is not None:
            fields["language"] = language
        return self._configured(fields)

    def welcome(self, message: str | None) -> Configured:
        """Has LiveChat welcome who asks for it with this, or with nothing; returns the same."""
        return self._configured({"welcome_message": message})

    def _configured(self, fields: dict[str, Any]) -> Configured:
        answer = self._control("configure", fields)
        forms = frozenset(answer["enabled_forms"])
        return Configured(forms, answer["language"], answer["welcome_message"])

    def _tell(self, action: str, fields: dict[str, Any]) -> None:
        route.VERSION.ask(lambda version: self._post(f"v{version}/agent", action, fields))

    def _control(self, action: str, fields: dict[str, Any]) -> dict[str, Any]:
        return self._post("sandbox", action, fields)

    def _post(self, api: str, action: str, fields: dict[str, Any]) -> dict[str, Any]:
        url = f"{self._api_url}/{api}/action/{action}"
        answer = transport.exchange(action, "POST", url, token=self._token, body=fields)
        return answer.json
