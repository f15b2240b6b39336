"""Conversations to open: made through LiveChat's APIs, without the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from livechat.api.accounts import Accounts, Identity
from livechat.api.agent_client import AgentClient
from livechat.api.client import Client

_ORIGIN = "http://localhost:8501"


@dataclass(frozen=True)
class Conversation:
    """An open chat of one thread, and the agent who can go on with it."""

    identity: Identity
    chat_id: str
    agent: AgentClient
    newest: str
    """The text of the newest message."""

    def say_as_agent(self, text: str) -> None:
        """Answers, and returns when LiveChat has it."""
        self.agent.say(
            text, customer_id=self.identity.customer_id, chat_id=self.chat_id, active=True
        )


class _Token:
    """The credentials of a conversation that is over long before they expire."""

    def __init__(self, token: str) -> None:
        self._token = token

    def access_token(self) -> str:
        """The token."""
        return self._token

    def renew(self, refused: str) -> str:
        """The same token, which is then refused again."""
        return self._token


def converse(settings: Mapping[str, str], messages: int) -> Conversation:
    """Has a new customer and an agent write so many messages, by turns."""
    organization_id = settings["LIVECHAT_ORGANIZATION_ID"]
    grant = Accounts(
        settings["LIVECHAT_ACCOUNTS_URL"],
        settings["LIVECHAT_CLIENT_ID"],
        organization_id,
        _ORIGIN,
    ).grant(None)
    if grant.identity is None:
        raise RuntimeError("The stand-in gave no identity")
    customer = Client(settings["LIVECHAT_API_URL"], organization_id, _Token(grant.access_token))
    agent = AgentClient(settings["LIVECHAT_API_URL"], settings["LIVECHAT_AGENT_TOKEN"])
    chat_id = text = ""
    for number in range(1, messages + 1):
        text = f"Message {number} of a conversation that has been going on for quite a while."
        if number == 1:
            event = {"type": "message", "text": text}
            chat_id = customer.start_chat(events=[event]).chat_id or ""
        elif number % 2:
            customer.send_event(chat_id, event={"type": "message", "text": text})
        else:
            agent.say(text, customer_id=grant.customer_id, chat_id=chat_id, active=True)
    return Conversation(grant.identity, chat_id, agent, newest=text)
