"""What the sandbox's people say, and in which language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from livechat.sandbox.bot import tricks
from livechat.sandbox.world import sentences
from livechat.sandbox.world.sample_organization import GREETINGS
from tests.sandbox.actors import Agent, Customer

OTHERS = [language for language in sentences.languages() if language != sentences.ENGLISH]


def flat(table: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        match value:
            case dict():
                yield from flat(value, f"{before}{key}.")
            case list():
                yield from ((f"{before}{key}", sentence) for sentence in value)
            case _:
                yield f"{before}{key}", value


def filled_in(sentence: str) -> set[str]:
    return set(re.findall(r"{(\w+)}", sentence))


@pytest.mark.parametrize("language", OTHERS)
def test_each_language_says_all_of_it(language: str) -> None:
    english, other = (dict(flat(sentences.of(name))) for name in (sentences.ENGLISH, language))
    shown = {key for key in other if key.startswith("shown.")}
    assert other.keys() - shown == english.keys()
    wrong = [key for key in english if filled_in(english[key]) != filled_in(other[key])]
    assert not wrong
    same = [key for key in english if english[key] == other[key] and key != "help_line"]
    assert not same


# In events, what people read, and what of it is the same in all languages.
READ = ("text", "title", "subtitle", "label", "comment_label", "alternative_text", "addon_type")
KEPT = {"Cards", "Sticker", "File", "Help", "S", "M", "L", "XL", "General", "Sales", "Support"}


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("what", GREETINGS)
def test_a_greeting_says_all_of_it_and_does_the_same(language: str, what: str) -> None:
    compare(GREETINGS[what], sentences.shown(GREETINGS[what], language))


@pytest.mark.parametrize("what", ["cards", "quick_replies", "shop", "sticker", "file", "form"])
def test_so_does_what_the_agent_shows(customer: Customer, agent: Agent, what: str) -> None:
    chat_id = customer.start("hello")
    agent.show(chat_id, what)
    english = customer.threads()[0]["events"][1]
    for language in OTHERS:
        customer.http.headers["Accept-Language"] = language
        seen = len(customer.threads()[0]["events"])
        agent.show(chat_id, what)
        compare(english, customer.threads()[0]["events"][seen])


def compare(english: object, other: object) -> None:
    """Fails unless nothing but what people read differs, and all of that does."""
    for (name, one), (same_name, another) in zip(leaves(english), leaves(other), strict=True):
        assert name == same_name
        if name not in ("id", "created_at") and not name.endswith("url"):
            assert (one != another) == (name in READ and one not in KEPT), another


def leaves(value: object, name: str = "") -> Iterator[tuple[str, object]]:
    """What a JSON value holds at last, each under its name."""
    match value:
        case dict():
            for key, inner in value.items():
                yield from leaves(inner, key)
        case list():
            for inner in value:
                yield from leaves(inner, name)
        case _:
            yield name, value


def test_the_list_of_commands_tells_of_each() -> None:
    for language in sentences.languages():
        assert set(sentences.of(language)["about"]) == set(tricks.NAMES)


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("de", "de"),
        ("DE-at", "de"),
        ("pt-BR,pt;q=0.9,en;q=0.8", "pt-BR"),
        ("pt-PT", "pt-BR"),
        ("en;q=0.5, ja ; q = 0.7", "ja"),
        ("th, fr;q=0.3, it;q=0.4", "it"),
        ("de;q=0, nl;q=0.001", "nl"),
        ("zh-Hant-TW", "zh"),
        ("th", "en"),
        ("*", "en"),
        ("*;q=0.1, uk;q=0.01", "uk"),
        ("", "en"),
        (",;,q=1;;,=", "en"),
        ("../en, de\\n, tr;q=high, he;q=", "en"),
        ("\N{LATIN SMALL LETTER LONG S}l, pl;q=1", "pl"),
        ("x," * 100_000 + "de", "en"),
        ("-de" * 100_000, "en"),
        ("de;" + "q" * 100_000, "en"),
    ],
)
def test_the_language_that_is_asked_for(accepted: str, language: str) -> None:
    assert sentences.language(accepted) == language


def test_a_customer_is_spoken_to_in_the_language_of_the_last_request_that_tells_one(
    customer: Customer,
) -> None:
    def language() -> str:
        return customer.organization.customers[customer.id].language

    customer.ok("list_chats")
    assert language() == "en"
    for told, known in (("ar,en;q=0.5", "ar"), (None, "ar"), ("\xff\xfe" * 9, "en"), ("ko", "ko")):
        customer.http.headers = {} if told is None else {"Accept-Language": told}
        customer.ok("list_chats")
        assert language() == known
    customer.http.headers = {"Accept-Language": "de," * 10_000}
    customer.ok("list_chats")
    assert language() == "de"
    assert Customer(customer.sandbox).ok("list_chats")
