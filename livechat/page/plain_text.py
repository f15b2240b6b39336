"""Any event as plain text: for transcripts, for searches, and where nothing else can be drawn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from livechat.api.structures.characters import is_visible
from livechat.api.structures.events import Event, File
from livechat.api.structures.forms import FilledForm, Form
from livechat.api.structures.rich_messages import COPY, Button, RichMessage
from livechat.api.structures.system_events import CartChange, Order
from livechat.page import prices, safe_text, words

_MOST_PRODUCTS = 5  # of a cart, in one line


def plain(event: Event) -> str:
    """What an event says, as text (4.2, 4.3, 4.9).

    A neutral line where it has no words, nothing if it is not for people.
    """
    match event.body:
        case File() as file:
            lines = _file(file)
        case RichMessage() as message:
            lines = map(safe_text.titled, _rich_message(message))
        case Form() as form:
            lines = (safe_text.titled(field.label) for field in form.fields)
        case FilledForm() as form:
            given = [answered for answered in form.answers if is_given(answered[1])]
            lines = (_answered(*answered) for answered in given)
            if not given:
                return words.say("form_filled_in")
        case Order() as order:
            return _order(order)
        case CartChange() as change:
            return _cart_change(change)
        case None if event.type == "system_message":
            return _system_message(event) or event.text
        case None if event.type == "message" and not event.is_broken:
            return event.text
        case None if not event.is_for_people:
            return ""
        case None:
            lines = iter(())
    return "\n".join(filter(None, map(str.strip, lines))) or words.say("unsupported")


def in_own_words(event: Event) -> str:
    """What the page says of an event that is by nobody; blank if only LiveChat has words for it."""
    return _system_message(event) if event.type == "system_message" else plain(event)


def is_given(answer: str | bool) -> bool:
    """Whether an answer says something: not a field that was left empty, nor an unchecked box."""
    return is_visible(answer) if isinstance(answer, str) else answer


def _system_message(event: Event) -> str:
    """What LiveChat tells in a chat, in the page's own words (section 7); blank if it has none."""
    given = event.content.get("text_vars")
    named = given.items() if isinstance(given, Mapping) else ()
    values = {str(key): safe_text.name(str(value)) for key, value in named}
    known = {key: safe_text.isolated(value) for key, value in values.items() if value}
    if (minutes := known.get("duration", "")).isdecimal():
        known["duration"] = words.number(int(minutes))
    return words.of_system_message(event.system_message_type, known)


def _order(order: Order) -> str:
    number = safe_text.isolated(safe_text.name(order.number).lstrip("#"))
    placed = words.say("order_placed", number=number)
    if order.total is None:
        return placed
    total = f"{words.number(order.total, decimals=2)} {safe_text.name(order.currency)}".rstrip()
    return f"{placed} · {safe_text.isolated(total)}"


def _cart_change(change: CartChange) -> str:
    said = []
    for title, quantity in change.products[:_MOST_PRODUCTS]:
        called = safe_text.isolated(safe_text.name(title, words.say("a_product")))
        said.append(
            f"{called} \N{MULTIPLICATION SIGN} {words.number(quantity)}" if quantity > 1 else called
        )
    more = "…" if len(change.products) > _MOST_PRODUCTS else ""
    products = words.say("list_separator").join(said) + more
    return words.say("cart_added" if change.is_added else "cart_removed", products=products)


def _file(file: File) -> Iterator[str]:
    called = safe_text.name(file.alternative_text or file.name, words.say("unnamed_file"))
    yield words.say("file", name=safe_text.isolated(called))
    yield file.url


def _rich_message(message: RichMessage) -> Iterator[str]:
    for element in message.elements:
        yield element.title or ""
        yield element.subtitle or ""
        if element.ecommerce:
            yield from prices.described(element.ecommerce)
        yield from map(_button, element.buttons)


def _button(button: Button) -> str:
    # What a button of another type sends is for machines.
    is_for_people = button.type in ("url", "webview", "phone", COPY)
    leads_to = button.value if is_for_people else None
    return f"• {button.text} {leads_to or ''}"


def _answered(label: str, answer: str | bool) -> str:
    colon = "" if label.rstrip().endswith((":", "?")) else ":"
    return f"{safe_text.titled(label.rstrip())}{colon} {words.of_answer(answer)}"
