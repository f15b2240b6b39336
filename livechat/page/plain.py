"""Any event as plain text, so that nothing that an agent sends stays invisible."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from livechat.events import Event, clean
from livechat.page import words


def plain(event: Event) -> str:
    """What an event says, as text (4.2, 4.3, 4.9); a neutral line where it has no words."""
    if event.type == "message":
        return event.text
    lines = _DESCRIBE[event.type](event.content) if event.type in _DESCRIBE else ()
    return clean("\n".join(filter(None, map(str.strip, lines)))) or words.UNSUPPORTED


def _file(content: Mapping[str, Any]) -> Iterable[str]:
    name = _text(content.get("alternative_text")) or _text(content.get("name"))
    yield words.FILE.format(name=name)
    yield _text(content.get("url"))


def _rich_message(content: Mapping[str, Any]) -> Iterable[str]:
    for element in _objects(content.get("elements")):
        yield _text(element.get("title"))
        yield _text(element.get("subtitle"))
        for button in _objects(element.get("buttons")):
            yield f"• {_text(button.get('text'))} {_text(button.get('value'))}"


def _form(content: Mapping[str, Any]) -> Iterable[str]:
    for field in _objects(content.get("fields")):
        yield _text(field.get("label"))


def _filled_form(content: Mapping[str, Any]) -> Iterable[str]:
    for field in _objects(content.get("fields")):
        answers = field.get("answers", [field.get("answer")])
        given = ", ".join(filter(None, map(_answer, answers if isinstance(answers, list) else [])))
        yield f"{_text(field.get('label'))} {given}"


def _answer(answer: object) -> str:
    return _text(answer.get("label") if isinstance(answer, Mapping) else answer)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _objects(value: object) -> list[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


_DESCRIBE: Mapping[str, Callable[[Mapping[str, Any]], Iterable[str]]] = {
    "file": _file,
    "rich_message": _rich_message,
    "form": _form,
    "filled_form": _filled_form,
}
