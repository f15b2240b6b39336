"""The agent's side of one chat in the sandbox, for a person who tries the page alone.

Section 8 of the API reference, as far as the desk needs it. A sandbox organization belongs to one
visitor, and so does its agent token: a desk can reach no chat of anybody else.
"""

from __future__ import annotations

from typing import Any

from livechat import transport


class Desk:
    """Speaks the Agent Chat API for one agent. Every method raises `livechat.errors`' classes."""

    def __init__(self, api_url: str, agent_token: str) -> None:
        self._url = f"{api_url}/v3.5/agent/action"
        self._token = agent_token
        self._session = transport.new_session()

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

    def _tell(self, action: str, fields: dict[str, Any]) -> None:
        transport.exchange(
            self._session, action, "POST", f"{self._url}/{action}", token=self._token, body=fields
        )
