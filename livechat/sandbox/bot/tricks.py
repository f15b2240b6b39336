"""What the scripted agent can show: every kind of event, and what may become of a chat.

All of it goes the way of the Agent API: the same checks, the same files, the same transfers.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from ..actions.transfers import transfer
from ..world import chats, greetings, routing, sentences
from ..world.events import Draft, draft, system_event
from ..world.files import File, Files
from ..world.model import Agent, Chat, Event, Organization, Thread
from ..world.regions import FIRST, KNOWN
from ..world.sample_organization import GROUPS
from . import pictures

JSON = dict[str, Any]

QUEUE_STEP = timedelta(seconds=5)
"""After which the queue moves up by one."""

PLACES_IN_QUEUE = 3

AWAY_FOR = timedelta(seconds=60)
"""After which the agents are back by themselves, so that nobody who is alone here is stuck."""

THINKS_FOR, WRITES_EVERY = 2.5, 0.15
"""Seconds, before the first word of an answer that is shown as it is written, and between two."""

# Where to from each: one with a host of its own, one without.
_REGIONS = dict.fromkeys(KNOWN, FIRST) | {FIRST: "fra", "fra": "us-south1"}

FORM_ID = "167000000000000004"


@dataclass(frozen=True, slots=True)
class Scene:
    """Where something is shown, and by whom."""

    organization: Organization
    files: Files
    base_url: str
    """Of the files' addresses, without a slash at the end."""
    chat: Chat
    thread: Thread
    agent: Agent

    def send(self, type: str, **fields: Any) -> None:
        """Send an event as the agent, with what it shows in the customer's language."""
        shown = sentences.shown(fields, self.chat.customer.language)
        event = draft(self.organization, self.files, self.agent, {"type": type, **shown})
        chats.send(self.organization, self.agent, self.chat, event)

    def say(self, text: str, **fields: Any) -> None:
        """Send a message as the agent."""
        self.send("message", text=text, **fields)

    def sentence(self, key: str, **values: str) -> str:
        """One of the agent's sentences, in the customer's language."""
        return str(self.sentences[key]).format(**values)

    def tell(self, key: str, **values: str) -> None:
        """Say it."""
        self.say(self.sentence(key, **values))

    @property
    def sentences(self) -> Mapping[str, Any]:
        """All of them."""
        return sentences.of(self.chat.customer.language)

    def last(self, author_id: str) -> Event | None:
        """The newest message of the thread by somebody that is still there."""
        events = (e for e in reversed(self.thread.events) if not e.deleted)
        said = (e for e in events if (e.type, e.author_id) == ("message", author_id))
        return next(said, None)

    def upload(self, name: str, content_type: str, data: bytes) -> File:
        """Store a file for the agent."""
        organization_id = self.organization.organization_id
        return self.files.add(organization_id, self.base_url, name, content_type, data)

    def image(self, name: str, data: bytes, alternative_text: str) -> JSON:
        """Store a picture for good, and return the ``image`` of a rich message's element."""
        file = self.upload(name, "image/png", data)
        file.permanent = True
        fields = ("url", "name", "content_type", "size", "width", "height")
        content = file.event_content()
        return {field: content[field] for field in fields} | {"alternative_text": alternative_text}


_COMMONMARK = {"chats": {"formatting": "commonmark"}}

_FORMATTING = """\
# A heading

Some **bold**, some *italic* text, `a little code`, and a \
[link to the documentation](https://www.livechat.com/help/).

## A list

1. First this
2. then that
   - with a detail

> Somebody said so.

```python
print("Hello")
```

A picture from elsewhere: ![not to be loaded](https://example.com/pixel.png)

<b onclick="alert('markup')">HTML as it was typed</b> <script>alert("markup")</script>"""

_MORNING = ((120, 180, 235), (250, 226, 190), (120, 170, 130), (66, 130, 96))
_EVENING = ((74, 58, 130), (250, 150, 110), (112, 72, 120), (58, 40, 84))


def _button(text: str, type: str | None = None, value: str | None = None, **more: str) -> JSON:
    button = {"text": text, "postback_id": re.sub(r"\W+", "_", text.lower()).strip("_"), **more}
    given = {"type": type, "value": value}
    return button | {name: said for name, said in given.items() if said is not None}


def _show_help(scene: Scene) -> None:
    listed = (
        scene.sentence("help_line", command=name.replace("_", " "), about=about)
        for name, about in scene.sentences["about"].items()
    )
    scene.say("\n".join([scene.sentence("help"), "", *listed]), properties=_COMMONMARK)


def _show_formatting(scene: Scene) -> None:
    scene.say(_FORMATTING, properties=_COMMONMARK)


def _show_cards(scene: Scene) -> None:
    hills = scene.image("hills.png", pictures.landscape(*_MORNING), "Green hills in the morning")
    dusk = scene.image("dusk.png", pictures.landscape(*_EVENING), "Violet hills at dusk")
    scene.send(
        "rich_message",
        template_id="cards",
        elements=[
            {
                "title": "A day in the hills",
                "subtitle": "Four hours on foot, with a guide. From $20.",
                "image": hills,
                "buttons": [
                    _button("I take this one", "message", "hills", role="primary"),
                    _button("Read more", "url", "https://example.com/hills", target="new"),
                    _button("Call us", "phone", "+1 555 0100"),
                ],
            },
            {
                "title": "An evening by the fire",
                "subtitle": "Dinner for two under the stars. From $45.",
                "image": dusk,
                "buttons": [
                    _button("I would rather have this", "message", "dusk"),
                    _button(
                        "Look around",
                        "webview",
                        "https://example.com/dusk",
                        webview_height="tall",
                    ),
                    _button("Remember it"),
                ],
            },
            {
                "title": "Something else?",
                "buttons": [
                    _button("Tell me more", "message", "more"),
                    _button("No, thank you", "cancel", role="danger"),
                ],
            },
        ],
    )


_GLAZES = {"Forest": (52, 106, 84), "Brick": (176, 82, 62), "Night": (44, 58, 98)}


def _show_shop(scene: Scene) -> None:
    mugs = {
        glaze: scene.image(f"{glaze.lower()}.png", pictures.mug(colour), f"A mug, glaze {glaze}")
        for glaze, colour in _GLAZES.items()
    }

    def hexadecimal(glaze: str) -> str:
        return "#" + "".join(f"{part:02x}" for part in _GLAZES[glaze])

    scene.send(
        "rich_message",
        template_id="ecommerce",
        elements=[
            _product(
                "Mug",
                "Thrown by hand, 0.3 l.",
                "swatch",
                "Glaze",
                [
                    {
                        "label": glaze,
                        "price": price,
                        "color": hexadecimal(glaze),
                        "image_url": mugs[glaze]["url"],
                        **more,
                    }
                    for glaze, price, more in (
                        ("Forest", "18.00", {"regular_price": "24.00", "selected": True}),
                        ("Brick", "18.00", {"regular_price": "24.00"}),
                        ("Night", "24.00", {"available": False}),
                    )
                ],
                image=mugs["Forest"],
                addons=[
                    {
                        "addon_type": "gift_wrapping",
                        "range_from": "2.00",
                        "range_to": "5.00",
                        "currency": "USD",
                    }
                ],
                buttons=[
                    _button("Add the mug", "message", "add", role="primary"),
                    _button("Copy the code MUG10", "copy", "MUG10"),
                ],
            ),
            _product(
                "Apron",
                "Linen, washed.",
                "tags",
                "Size",
                [
                    {"label": "S", "price": "32.00"},
                    {"label": "M", "price": "32.00", "selected": True},
                    {"label": "L", "price": "34.00"},
                    {"label": "XL", "price": "34.00", "available": False},
                ],
                buttons=[
                    _button("Add the apron", "message", "add", role="primary"),
                    _button(
                        "See the sizes",
                        "webview",
                        "https://example.com/sizes",
                        webview_height="compact",
                    ),
                ],
            ),
            _product(
                "Mug of the month",
                "A glaze of which there are twelve.",
                "images",
                "Glaze",
                [
                    {
                        "label": glaze,
                        "price": "26.00",
                        "image_url": mugs[glaze]["url"],
                        "image_thumbnail_url": mugs[glaze]["url"],
                    }
                    for glaze in _GLAZES
                ],
                buttons=[_button("Add this one", "message", "add", role="primary")],
            ),
            _product(
                "A course at the wheel",
                "Two hours, clay included.",
                "select",
                "When",
                [
                    {"label": f"{day}, {hour}", "price": price, "available": day != "Sunday"}
                    for day, price in (
                        ("Friday", "45.00"),
                        ("Saturday", "50.00"),
                        ("Sunday", "50.00"),
                    )
                    for hour in ("10 am", "2 pm")
                ],
                buttons=[_button("Book it", "message", "book", role="primary")],
            ),
        ],
    )


def _product(
    title: str, subtitle: str, view_type: str, label: str, options: list[JSON], **more: Any
) -> JSON:
    addons = more.pop("addons", None)
    numbered = [
        {"option_id": f"{label}-{number}".lower(), "currency": "USD", **option}
        for number, option in enumerate(options, start=1)
    ]
    product = {
        "view_type": view_type,
        "product_id": title.lower().replace(" ", "-"),
        "label": label,
        "options": numbered,
        **({"addons": addons} if addons else {}),
    }
    return {"title": title, "subtitle": subtitle, "ecommerce": product, **more}


def _show_quick_replies(scene: Scene) -> None:
    buttons = [_button(text, "message", text) for text in ("Cards", "Sticker", "File", "Help")]
    scene.send(
        "rich_message",
        template_id="quick_replies",
        elements=[{"title": scene.sentence("show_next"), "buttons": buttons}],
    )


def _show_sticker(scene: Scene) -> None:
    image = scene.image("smile.png", pictures.smile(), "A smiling face")
    scene.send("rich_message", template_id="sticker", elements=[{"image": image}])


def _show_file(scene: Scene) -> None:
    hills = scene.upload("hills.png", "image/png", pictures.landscape(*_MORNING))
    scene.send("file", url=hills.temporary_url, alternative_text="Green hills in the morning")
    text = "Opening hours\n\nMonday to Friday, 9 am to 6 pm\n"
    hours = scene.upload("opening-hours.txt", "text/plain", text.encode())
    scene.send("file", url=hours.temporary_url)


def _show_form(scene: Scene) -> None:
    def field(type: str, label: str, **more: Any) -> JSON:
        return {"type": type, "id": f"{FORM_ID}-{type}", "label": label, **more}

    def options(*labels: str) -> list[JSON]:
        return [{"id": str(index), "label": label} for index, label in enumerate(labels)]

    groups = [
        {"id": str(index), "label": name, "group_id": group_id}
        for index, (group_id, name) in enumerate(GROUPS.items())
    ]
    scene.send(
        "form",
        form_id=FORM_ID,
        fields=[
            field("header", "A form with every kind of field."),
            field("name", "Your name", required=True),
            field("email", "Your e-mail address", required=True),
            field("subject", "Subject", required=False),
            field("question", "Order number", required=False),
            field("textarea", "What happened?", required=False),
            field("radio", "How urgent is it?", required=False, options=options("Now", "Soon")),
            field(
                "select",
                "Where did you buy it?",
                required=False,
                options=options("Online", "In a shop", "Elsewhere"),
            ),
            field(
                "checkbox",
                "What have you tried?",
                required=False,
                options=options("Off and on again", "The manual", "A friend"),
            ),
            field("group_chooser", "Who should answer?", required=False, options=groups),
            field("checkbox_for_email", "Send me a copy", required=False, checked=True),
            field("rating", "How was it so far?", required=False, comment_label="Why?"),
        ],
    )


def _show_edit(scene: Scene) -> None:
    event = scene.last(scene.agent.id)
    if event is None:
        scene.tell("nothing_to_edit")
        return
    text = scene.sentence("edited", text=event.content["text"])
    chats.edit_event(scene.organization, scene.chat, scene.thread, event, text)
    scene.tell("has_edited")


def _show_delete(scene: Scene) -> None:
    _delete(scene, scene.agent.id, "has_deleted")


def _show_delete_mine(scene: Scene) -> None:
    _delete(scene, scene.chat.customer.id, "has_deleted_yours")


def _delete(scene: Scene, author_id: str, told: str) -> None:
    event = scene.last(author_id)
    if event is None:
        scene.tell("nothing_to_delete")
        return
    chats.delete_event(scene.organization, scene.chat, scene.thread, event)
    scene.tell(told)


def _show_order(scene: Scene) -> None:
    store = {"id": "1", "platform": "shopify", "uuid": "5f0f2f3c", "name": "Flowers & Co"}
    tulips = {"id": "7", "title": "Tulips", "sku": "TUL-7"}
    line = {"total_price": 59, "currency": "EUR", "quantity": 2, "product": tulips}
    item = {"product_id": "7", "title": "Tulips", "quantity": 2, "price": 29.5}
    order = {"id": "820", "order_number": "1001", "currency": "EUR", "total_price": 59}
    order["line_items"] = [item]
    place = scene.organization, scene.chat, scene.thread
    added = {"store": store, "cart_lines": [line]}
    system_event(*place, "cdp.store_product_added_to_cart", added)
    system_event(*place, "cdp.store_order_was_created", {"store": store, "order": order}, version=2)
    summary = {"summary": {"text": "Wants tulips.", "status": "ok"}, "requested_by": scene.agent.id}
    # For agents by its purpose; that customers are not sent it is not documented.
    system_event(*place, "messaging.summary", summary)
    scene.tell("ordered")


def _show_queue(scene: Scene) -> None:
    scene.tell("queueing")
    organization = scene.organization
    now = organization.clock.now()
    organization.busy_until = [now + n * QUEUE_STEP for n in range(1, PLACES_IN_QUEUE + 1)]
    scene.thread.first_words = scene.sentence("queued")
    _hand_over(scene, {"type": "group", "ids": scene.thread.group_ids})


def _show_transfer(scene: Scene) -> None:
    everyone = scene.organization.agents.values()
    colleague = next(agent for agent in everyone if agent is not scene.agent)
    scene.tell("transferring", colleague=colleague.name)
    _hand_over(scene, {"type": "agent", "ids": [colleague.id]})
    replace(scene, agent=colleague).tell(
        "transferred", name=colleague.first_name, before=scene.agent.first_name
    )


# A word, or some letters of a script that puts no spaces between words.
_PARTS = re.compile(r"[^\s\u3000-\u9fff]+|[\u3000-\u9fff]{1,3}")


def _show_thinking(scene: Scene) -> None:
    organization, chat, thread, agent = scene.organization, scene.chat, scene.thread, scene.agent
    scene.tell("looking_up")
    custom_id = chats.new_id()
    about = {"title": scene.sentence("looking_for"), "custom_id": custom_id}
    chats.show_thinking(organization, chat, thread, agent, about)
    text = scene.sentence("looked_up")
    ends = [found.end() for found in _PARTS.finditer(text)]
    loop = asyncio.get_running_loop()

    def write(number: int) -> None:
        is_here = organization.chats.get(chat.id) is chat and chat.active_thread is thread
        if not is_here:
            return
        if number == len(ends):
            scene.say(text, custom_id=custom_id)
            return
        written = {"text": text[: ends[number]]}
        preview = Draft("message", agent.id, "all", written, custom_id)
        chats.show_preview(organization, chat, thread, agent, preview)
        loop.call_later(WRITES_EVERY, write, number + 1)

    loop.call_later(THINKS_FOR, write, 0)


def _hand_over(scene: Scene, target: JSON) -> None:
    transfer(
        scene.organization,
        scene.agent,
        scene.chat,
        scene.thread,
        target,
        ignore_availability=True,
    )


def _show_region(scene: Scene) -> None:
    organization = scene.organization
    organization.region = _REGIONS[organization.region]
    scene.tell("moving", region=organization.region)


def _show_away(scene: Scene) -> None:
    scene.tell("going_away")
    organization = scene.organization
    routing.announce_statuses(organization)
    agents = list(organization.agents.values())
    for agent in [agent for agent in agents if agent.accepts_chats] or agents[:1]:
        agent.routing_status = "not_accepting_chats"
        agent.back_at = organization.clock.now() + AWAY_FOR
    chats.deactivate(organization, scene.chat, scene.agent)


def _show_greeting(scene: Scene) -> None:
    scene.tell("greeting_next")
    chats.deactivate(scene.organization, scene.chat, scene.agent)
    greetings.show(scene.organization, scene.chat.customer, "buttons")


@dataclass(frozen=True, slots=True)
class _Trick:
    """Something that can be shown."""

    show: Callable[[Scene], None]
    asked_for: str
    """A pattern of the words, in lower case."""


_TRICKS = {
    "cards": _Trick(_show_cards, "cards?"),
    "quick_replies": _Trick(_show_quick_replies, "(?:quick )?repl(?:y|ies)"),
    "shop": _Trick(_show_shop, "(?:shop|products?)"),
    "sticker": _Trick(_show_sticker, "stickers?"),
    "file": _Trick(_show_file, "files?"),
    "form": _Trick(_show_form, "forms?"),
    "formatting": _Trick(_show_formatting, "formatting"),
    "thinking": _Trick(_show_thinking, "thinking"),
    "edit": _Trick(_show_edit, "edit(?:s|ing)?"),
    "delete": _Trick(_show_delete, "delete"),
    "delete_mine": _Trick(_show_delete_mine, "delete (?:mine|my (?:last )?message)"),
    "order": _Trick(_show_order, "orders?"),
    "queue": _Trick(_show_queue, "queues?"),
    "transfer": _Trick(_show_transfer, "transfers?"),
    "region": _Trick(_show_region, "regions?"),
    "away": _Trick(_show_away, "away"),
    "greeting": _Trick(_show_greeting, "greetings?"),
    "help": _Trick(_show_help, "help"),
}
NAMES = tuple(_TRICKS)

_BEFORE_IT = "(?:show (?:me )?)?(?:(?:a|an|the|some) )?"


def requested(text: str) -> str | None:
    """Return the name of what a message asks for and nothing else, or None."""
    words = " ".join(text.lower().split()).rstrip(".!?… ")
    found = (n for n, t in _TRICKS.items() if re.fullmatch(_BEFORE_IT + t.asked_for, words))
    return next(found, None)


def show(organization: Organization, files: Files, base_url: str, chat: Chat, name: str) -> None:
    """Show something in the active thread, as its agent or, without one, as the first.

    ``name`` is one of `NAMES`. Raises ApiError ``chat_inactive``.
    """
    thread = chats.active_thread(chat)
    agents = organization.agents
    agent = agents.get(thread.assignee or "") or next(iter(agents.values()))
    _TRICKS[name].show(Scene(organization, files, base_url, chat, thread, agent))
