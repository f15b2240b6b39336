"""What is wrong with a language's sentences, beside the English ones."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from livechat.page.words import plurals
from livechat.page.words.catalogues import ENGLISH, Catalogue

_NAME = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|\d{3}))?")
_PLACEHOLDER = re.compile(r"{(\w+)}")
_BRACKETS = [*zip("([«\uff08「『《", ")]»\uff09」』》", strict=True)]
_SEPARATOR = "list_separator"  # ends with a blank where the language wants one
_QUOTES = "„“”"
_ENDS = {"…": "…", ":": ":\uff1a", ".": ".。!\uff01}"}  # as the English ends

# What is not written so, and in which languages; none is all of them.
_TYPOGRAPHY = (
    ("", r"\.\.\.", "three full stops, for “…”"),
    ("", r"[\"'`]", "straight quotes"),
    ("", r"\s\s", "several blanks in a row"),
    ("fr", r"(?<![\u202f\u00a0?!])[?!:;»]|«(?![\u202f\u00a0])", "no narrow no-break space"),
    ("es", r"^[^¿]*\?|^[^¡]*!", "no “¿” or “¡”"),
    ("de", r"”|(?<!\u00a0)…", "“…” for „…“, or no blank before an ellipsis"),
    ("ja zh", r"[\u3040-\u30ff\u4e00-\u9fff][,?!;:]", "half-width marks"),
)


@dataclass(frozen=True)
class Fault:
    """A sentence, and what is wrong with it; the English takes the place of one that `fails`."""

    key: str
    what: str
    fails: bool = False


def faults(found: Catalogue, english: Catalogue) -> list[Fault]:
    """All that is wrong with a language's sentences."""
    listed = []
    if not _NAME.fullmatch(found.language):
        listed.append(Fault("", "the file is not named as “de” or “pt-BR” is"))
    failing = not_to_be_said(found, english)
    for key, model in english.sentences.items():
        if key in failing:
            listed += [Fault(key, what, fails=True) for what in failing[key]]
        else:
            said = found.sentences[key]
            listed += [Fault(key, what) for what in _doubts(key, said, model, found)]
    unknown = found.sentences.keys() - english.sentences.keys()
    listed += [Fault(key, "is superfluous") for key in sorted(unknown)]
    own = {key for key in found.as_in_english if not _is_shared(key, found, english)}
    return listed + [Fault(key, "is not as in English") for key in sorted(own)]


def not_to_be_said(found: Catalogue, english: Catalogue) -> dict[str, list[str]]:
    """The sentences of which the English is said, by key, and why."""
    why = {
        key: [*_failing(found.sentences.get(key), model, found.language)]
        for key, model in english.sentences.items()
    }
    return {key: reasons for key, reasons in why.items() if reasons}


def _is_shared(key: str, found: Catalogue, english: Catalogue) -> bool:
    texts = _all(english.sentences.get(key, []))
    return any(text in texts for text in _all(found.sentences.get(key, [])))


def _failing(said: Any, model: Any, language: str) -> Iterator[str]:
    """What keeps it from being said."""
    match model:
        case _ if said is None:
            yield "is missing"
        case str():
            if not isinstance(said, str):
                yield "has to be one text"
            else:
                yield from _unlike(said, model)
        case list():
            if not isinstance(said, list) or len(said) != len(model):
                yield f"has to be a list of {len(model)}"
            else:
                for one, of in zip(said, model, strict=True):
                    yield from _unlike(one, of)
        case _:
            if not isinstance(said, Mapping) or "other" not in said:
                yield "has to be a table of plural forms, with “other”"
                return
            for form, one in said.items():
                spells_out = plurals.is_one_number(language, form)
                yield from _unlike(one, model["other"], may_lack="count" if spells_out else "")


def _unlike(said: Any, model: str, may_lack: str = "") -> Iterator[str]:
    if not isinstance(said, str) or not said.strip():
        yield "is empty" if isinstance(said, str) else "is no text"
        return
    if re.search("[{}]", _PLACEHOLDER.sub("", said)):
        yield f"has half a pair of braces: {said}"
    given, wanted = sorted(_PLACEHOLDER.findall(said)), sorted(_PLACEHOLDER.findall(model))
    if given not in (wanted, [name for name in wanted if name != may_lack]):
        names = " ".join(f"{{{name}}}" for name in wanted) or "nothing in braces"
        yield f"has to have {names}: {said}"


def _doubts(key: str, said: Any, model: Any, found: Catalogue) -> Iterator[str]:
    """What a reader would stumble over."""
    if isinstance(said, Mapping):
        wanted = plurals.categories(found.language)
        yield from (f"has no form “{form}”" for form in sorted(wanted - said.keys()))
        yield from (f"has a form “{form}” too many" for form in sorted(said.keys() - wanted))
    english = _all(model)
    is_english = found.language == ENGLISH or key in found.as_in_english
    for number, text in enumerate(_all(said)):
        has_words = re.search(r"[^\W\d_]", _PLACEHOLDER.sub("", text))
        if has_words and text in english and not is_english:
            yield f"is still English: {text}"
        if text != text.strip() and key != _SEPARATOR:
            yield f"begins or ends with a blank: {text}"
        of = english[number] if isinstance(model, list) else english[-1]
        if text[-1] not in _ENDS.get(of[-1], text):
            yield f"does not end with “{of[-1]}”, as the English does: {text}"
        yield from (f"has {what}: {text}" for what in _typography(text, found.language))


def _typography(text: str, language: str) -> Iterator[str]:
    for languages, pattern, what in _TYPOGRAPHY:
        applies = not languages or language.partition("-")[0] in languages.split()
        if applies and re.search(pattern, text):
            yield what
    if any(text.count(left) != text.count(right) for left, right in _BRACKETS):
        yield "half a pair of brackets"
    if sum(map(text.count, _QUOTES)) % 2:
        yield "half a pair of quotes"


def _all(said: Any) -> list[str]:
    if isinstance(said, Mapping):
        return [*said.values()]
    return list(said) if isinstance(said, list) else [said]
