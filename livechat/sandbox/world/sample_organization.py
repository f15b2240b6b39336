"""What every organization of the sandbox has: its people, groups, forms and properties."""

from __future__ import annotations

import base64
import secrets
import uuid
from typing import Any

from .model import Agent

JSON = dict[str, Any]

GROUPS: dict[int, str] = {0: "General", 1: "Sales", 2: "Support"}
DEFAULT_GROUP = 0


def _avatar(initials: str, colour: str) -> str:
    # A data URI, not an address: the sandbox listens on the loopback of the machine the app runs
    # on, which the browser of a hosted demo's visitor cannot reach.
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" width="64" height="64">'
        f'<rect width="64" height="64" fill="{colour}"/>'
        '<text x="32" y="41" font-family="sans-serif" font-size="26" fill="#fff"'
        f' text-anchor="middle">{initials}</text></svg>'
    )
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


def _agent(
    name: str, job_title: str, colour: str, group_ids: tuple[int, ...], status: str, token: str
) -> Agent:
    email = name.lower().replace(" ", ".") + "@example.com"
    initials = "".join(word[0] for word in name.split())
    return Agent(
        id=email,
        # Stable, and the same in every organization: nothing depends on its being secret.
        hash=uuid.uuid5(uuid.NAMESPACE_URL, f"mailto:{email}").hex,
        account_id=str(uuid.uuid4()),
        token=token,
        name=name,
        job_title=job_title,
        avatar=_avatar(initials, colour),
        group_ids=group_ids,
        routing_status=status,
    )


def new_agents(agent_token: str | None = None) -> dict[str, Agent]:
    """Return the agents of an organization, by e-mail; ``agent_token`` is the first one's."""
    agents = [
        _agent(
            "Kate Novak",
            "Customer Success",
            "#7a3cff",
            (0, 1, 2),
            "accepting_chats",
            agent_token or new_agent_token(),
        ),
        # Tom does not accept chats at first, so that the groups go offline when Kate does.
        _agent(
            "Tom Reyes",
            "Technical Support",
            "#0a7f5a",
            (0, 1, 2),
            "not_accepting_chats",
            new_agent_token(),
        ),
    ]
    return {agent.id: agent for agent in agents}


def new_agent_token() -> str:
    """Return an unguessable agent access token."""
    return f"dal:agent-{secrets.token_urlsafe(24)}"


def _field(type: str, id: str, label: str, **more: Any) -> JSON:
    return {"type": type, "id": id, "label": label, **more}


def _options(*labels: str) -> list[JSON]:
    return [{"id": str(index), "label": label} for index, label in enumerate(labels)]


FORMS: dict[str, JSON] = {
    "prechat": {
        "id": "167000000000000001",
        "fields": [
            _field("header", "167000000000000010", "Tell us a little about you first."),
            _field("name", "167000000000000011", "Name:", required=True),
            _field("email", "167000000000000012", "E-mail:", required=True),
            _field(
                "group_chooser",
                "167000000000000013",
                "Choose a department:",
                required=False,
                options=[
                    {"id": str(index), "label": label, "group_id": group_id}
                    for index, (group_id, label) in enumerate(GROUPS.items())
                ],
            ),
            _field("question", "167000000000000014", "Order number:", required=False),
            _field(
                "radio",
                "167000000000000015",
                "Are you a customer already?",
                required=False,
                options=_options("Yes", "Not yet"),
            ),
            _field(
                "select",
                "167000000000000016",
                "Country:",
                required=False,
                options=_options("Poland", "United Kingdom", "United States", "Elsewhere"),
            ),
            _field(
                "checkbox",
                "167000000000000017",
                "What is it about?",
                required=False,
                options=_options("Pricing", "Delivery", "Returns"),
            ),
            _field("textarea", "167000000000000018", "Anything else?", required=False),
            _field(
                "checkbox_for_email",
                "167000000000000019",
                "Send me the transcript by e-mail",
                required=False,
                checked=False,
            ),
        ],
    },
    "postchat": {
        "id": "167000000000000002",
        "fields": [
            _field("header", "167000000000000020", "Thank you for the chat."),
            _field(
                "rating",
                "167000000000000021",
                "How did we do?",
                required=False,
                comment_label="Tell us why",
            ),
            _field("textarea", "167000000000000022", "What could be better?", required=False),
        ],
    },
    "ticket": {
        "id": "167000000000000003",
        # A ticket form's fields have no ids.
        "fields": [
            {"type": "header", "label": "We are away. Leave a message and we will write back."},
            {"type": "name", "label": "Name:", "required": False},
            {"type": "email", "label": "E-mail:", "required": True},
            {"type": "subject", "label": "Subject:", "required": False},
            {"type": "textarea", "label": "Message:", "required": True},
        ],
    },
}

BUTTONS: list[JSON] = [
    {
        "id": "167000000000000031",
        "type": "text",
        "online_value": "Chat with us",
        "offline_value": "Leave a message",
    }
]

# The names are those the reference mentions; which of them a customer may read, it does not say.
LICENSE_PROPERTIES: JSON = {
    "chats": {
        "chat_inactive_after_min": 30,
        "archive_chat_after_min": 30,
        "archive_offline_chat_after_min": 30,
    },
}

GROUP_PROPERTIES: JSON = {"smart_actions": {"greeting.hide_when_offline": True}}


def _button(text: str, type: str, value: str | None = None, **more: str) -> JSON:
    named: JSON = {"text": text, "postback_id": text.lower().replace(" ", "_"), "type": type}
    return {**named, **({} if value is None else {"value": value}), **more}


GREETINGS: dict[str, JSON] = {
    "message": {
        "type": "message",
        "text": "Good to see you! If you are looking for something, just ask me.",
    },
    "buttons": {
        "type": "rich_message",
        "template_id": "cards",
        "elements": [
            {
                "title": "Can I help you choose?",
                "subtitle": "It takes a minute, and I will be right here.",
                "buttons": [
                    _button("Yes please", "message", "choose", role="primary"),
                    _button("See our plans", "url", "https://example.com/plans", target="new"),
                    _button("Not now", "cancel"),
                ],
            }
        ],
    },
    "quick_replies": {
        "type": "rich_message",
        "template_id": "quick_replies",
        "elements": [
            {
                "title": "What brings you here today?",
                "buttons": [_button(text, "message", text) for text in ("Prices", "An order")],
            }
        ],
    },
}
"""By name: the events of the greetings, whose ids are their numbers, from 1 on."""
