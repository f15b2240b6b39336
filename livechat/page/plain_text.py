"""Any event as plain text: for transcripts, for searches, and where nothing else can be drawn."""

from __future__ import annotations

from collections.abc import Iterator

from livechat.api.structures.events import Event, File
from livechat.api.structures.forms import FilledForm, Form
from livechat.api.structures.rich_messages import Button, RichMessage
from livechat.page import safe_text, words


def plain(event: Event) -> str:
    """What an event says, as text (4.2, 4.3, 4.9).

    A neutral line where it has no words, nothing if it is not for people.
    """
    match event.body:
        case File() as file:
            lines = _file(file)
        case RichMessage() as message:
            lines = _rich_message(message)
        case Form() as form:
            lines = (field.label for field in form.fields)
        case FilledForm() as form:
            lines = (_answered(*answered) for answered in form.answers if answered[1] != "")
        case None if event.type == "system_message":
            return words.SYSTEM.get(event.system_message_type or "", event.text)
        case None if event.type == "message":
            return event.text
        case None if not event.is_for_people:
            return ""
        case None:
            lines = iter(())
    return "\n".join(filter(None, map(str.strip, lines))) or words.UNSUPPORTED


def _file(file: File) -> Iterator[str]:
    called = safe_text.name(file.alternative_text or file.name, words.UNNAMED_FILE)
    yield words.FILE.format(name=called)
    yield file.url


def _rich_message(message: RichMessage) -> Iterator[str]:
    for element in message.elements:
        yield element.title or ""
        yield element.subtitle or ""
        yield from map(_button, element.buttons)


def _button(button: Button) -> str:
    # What a button of another type sends is for machines.
    leads_to = button.value if button.type in ("url", "webview", "phone") else None
    return f"• {button.text} {leads_to or ''}"


def _answered(label: str, answer: str | bool) -> str:
    colon = "" if label.rstrip().endswith((":", "?")) else ":"
    return f"{label.rstrip()}{colon} {words.answer(answer)}"
