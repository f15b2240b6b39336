"""Greetings: what LiveChat shows customers before they write (sections 3.8, 4.8, 6.3 and 6.4)."""

from __future__ import annotations

import copy
import secrets
from typing import Any

from . import sentences
from .clock import to_text
from .errors import ApiError
from .events import Draft
from .model import Customer, Greeting, Organization, WelcomeMessage
from .sample_organization import GREETINGS
from .views import agent_fields

JSON = dict[str, Any]


def show(organization: Organization, customer: Customer, what: str = "message") -> Greeting:
    """Show the customer one of `GREETINGS`, as LiveChat does when a greeting's rule applies.

    Takes the place of an earlier one; pushes ``incoming_greeting``.
    """
    if customer.greeting is not None:
        _push(organization, "greeting_canceled", customer, customer.greeting)
    greeting = Greeting(
        id=1 + list(GREETINGS).index(what),
        unique_id=secrets.token_hex(8),
        shown_at=organization.clock.now(),
        agent_id=next(iter(organization.agents)),
        content=sentences.shown(GREETINGS[what], customer.language),
    )
    customer.greeting = greeting
    customer.greetings_shown_count += 1
    payload = {**view(organization, greeting), "displayed_first_time": True}
    organization.push("incoming_greeting", payload, customer.id)
    return greeting


def meet(organization: Organization, customer: Customer, page: JSON) -> bool:
    """The customer is on a page: show the greeting that targets it; say whether there is one.

    Each is shown once, and none while a chat is open.
    """
    if customer.chat is not None and customer.chat.active_thread is not None:
        return False
    for target in organization.targets:
        is_there = target.url in page["url"] and target.title in page.get("title", "")
        if is_there and target.greeting not in customer.greeted:
            customer.greeted.add(target.greeting)
            show(organization, customer, target.greeting)
            return True
    return False


def view(organization: Organization, greeting: Greeting) -> JSON:
    """Return the payload of ``incoming_greeting`` but for ``displayed_first_time``."""
    agent = organization.agents[greeting.agent_id]
    content = copy.deepcopy(greeting.content)
    for button in _buttons(content):
        # They have one in LiveChat's settings; the Customer API's table leaves it out.
        button |= {"button_id": button_id(greeting, button), "user_ids": []}
    event = {
        "id": f"greeting_{greeting.unique_id}",
        "created_at": to_text(greeting.shown_at),
        **content,
        "author_id": agent.hash,
    }
    return {
        "id": greeting.id,
        "unique_id": greeting.unique_id,
        "is_exit_intent": False,
        "event": event,
        "agent": {"id": agent.hash, **agent_fields(agent), "is_bot": False},
    }


def button_id(greeting: Greeting, button: JSON) -> str:
    """Return the id of a greeting's button."""
    return f"{greeting.id}-{button['postback_id']}"


def click(customer: Customer, unique_id: str, button: str) -> None:
    """Note that a button was clicked. Raises ApiError ``greeting_not_found``, ``validation``."""
    greeting = find(customer, unique_id)
    if button not in {button_id(greeting, known) for known in _buttons(greeting.content)}:
        raise ApiError("validation", "`button_id` is no button of the greeting")
    greeting.clicked.append(button)


def find(customer: Customer, unique_id: str) -> Greeting:
    """Return the greeting that the customer has. Raises ApiError ``greeting_not_found``."""
    greeting = customer.greeting
    if greeting is None or greeting.unique_id != unique_id:
        raise ApiError("greeting_not_found")
    return greeting


def accept(organization: Organization, customer: Customer, id: int, unique_id: str) -> None:
    """Note that the customer took it up. Raises ApiError ``greeting_not_found``."""
    greeting = find(customer, unique_id)
    if greeting.id != id:
        raise ApiError("greeting_not_found")
    if not greeting.accepted:
        greeting.accepted = True
        customer.greetings_accepted_count += 1
    _push(organization, "greeting_accepted", customer, greeting)


def cancel(organization: Organization, customer: Customer, unique_id: str) -> None:
    """Note that the customer closed it. Raises ApiError ``greeting_not_found``."""
    greeting = find(customer, unique_id)
    customer.greeting = None
    _push(organization, "greeting_canceled", customer, greeting)


def welcome(organization: Organization, customer: Customer, author: str, id: str | None) -> str:
    """Push the company's welcome message, if it has one, in an agent's name; return its id.

    ``author`` is the agent's hash, ``id`` may be that of the one before, which is told again.
    """
    said = customer.welcome
    if said is None or said.id != id:
        text, new = organization.welcome_message, secrets.token_hex(8)
        if text is None:
            return new
        customer.welcome = said = WelcomeMessage(new, organization.clock.now(), author, text)
    event = {
        "created_at": to_text(said.sent_at),
        "type": "message",
        "text": said.text,
        "author_id": said.author,
    }
    organization.push("incoming_welcome_message", {"id": said.id, "event": event}, customer.id)
    return said.id


def opening(
    organization: Organization, customer: Customer, properties: JSON, welcome_message_id: str | None
) -> list[Draft]:
    """Return what a new thread begins with: what was said to the customer before.

    That a greeting's properties are on its event, too, is documented (section 4.8), not how they
    come there. Raises ApiError ``validation`` for an unknown welcome message.
    """
    drafts = []
    said, greeting = customer.welcome, customer.greeting
    if welcome_message_id is not None:
        if said is None or said.id != welcome_message_id:
            raise ApiError("validation", "`welcome_message_id` is unknown")
        marks: JSON = {
            "lc2": {"welcome_message": True},
            "chats": {"welcome_message_source": "welcome_phrase"},
        }
        author = next(a.id for a in organization.agents.values() if a.hash == said.author)
        drafts.append(Draft("message", author, "all", {"text": said.text}, None, marks))
    named = properties.get("lc2", {}).get("greeting_unique_id")
    if greeting is not None and greeting.unique_id == named:
        content = copy.deepcopy(greeting.content)
        for button in _buttons(content):
            button["user_ids"] = []
        names = {"greeting_id": greeting.id, "greeting_unique_id": greeting.unique_id}
        kind = content.pop("type")
        drafts.append(Draft(kind, greeting.agent_id, "all", content, None, {"lc2": names}))
    return drafts


def _buttons(content: JSON) -> list[JSON]:
    return [
        button for element in content.get("elements", []) for button in element.get("buttons", [])
    ]


def _push(organization: Organization, action: str, customer: Customer, greeting: Greeting) -> None:
    organization.push(action, {"unique_id": greeting.unique_id}, customer.id)
