"""Which form of a sentence a number asks for, by language (CLDR's rules for whole numbers).

Scripts go by the browser's own `Intl.PluralRules` (`counting.js`), which has the same rules.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import cache

CATEGORIES = frozenset({"zero", "one", "two", "few", "many", "other"})

Rule = Callable[[int], bool]


def _is(*numbers: int) -> Rule:
    return lambda count: count in numbers


def _ends(digits: Collection[int], but: Collection[int]) -> Rule:
    """It ends with one of these digits, but not with one of those pairs of digits."""
    return lambda count: count % 10 in digits and count % 100 not in but


def _pairs(pairs: Collection[int], *also: int) -> Rule:
    """It ends with one of these pairs of digits, or is one of those numbers."""
    return lambda count: count % 100 in pairs or count in also


def _any(count: int) -> bool:
    return True


def _millions(count: int) -> bool:
    return count > 0 and count % 1_000_000 == 0


_TEENS = range(11, 20)
_ONE = _ends([1], but=[11])
_FEW = _ends([2, 3, 4], but=[12, 13, 14])

# By category, of which the first that holds counts; what none holds for is `other`. Languages that
# are not named have `one` for 1, as English has.
_RULES: dict[str, dict[str, Rule]] = {
    language: rules
    for languages, rules in [
        ("id ig ja jv km ko lo ms my su th to vi wo yo yue zh", {}),
        ("ak am as bn fa gu hi hy kn ln mg pa si ti zu", {"one": _is(0, 1)}),
        ("fr pt", {"one": _is(0, 1), "many": _millions}),
        ("ca es it pt-PT", {"one": _is(1), "many": _millions}),
        ("he se", {"one": _is(1), "two": _is(2)}),
        ("is mk", {"one": _ONE}),
        ("bs hr sr", {"one": _ONE, "few": _FEW}),
        ("be ru uk", {"one": _ONE, "few": _FEW, "many": _any}),
        ("pl", {"one": _is(1), "few": _FEW, "many": _any}),
        ("cs sk", {"one": _is(1), "few": _is(2, 3, 4)}),
        ("dsb hsb sl", {"one": _pairs([1]), "two": _pairs([2]), "few": _pairs([3, 4])}),
        ("lt", {"one": _ends([1], but=_TEENS), "few": _ends(range(2, 10), but=_TEENS)}),
        ("lv", {"one": _ONE, "zero": lambda count: count % 10 == 0 or count % 100 in _TEENS}),
        ("ro", {"one": _is(1), "few": _pairs(range(1, 20), 0)}),
        ("fil tl", {"one": lambda count: count % 10 not in (4, 6, 9)}),
        ("ga", {"one": _is(1), "two": _is(2), "few": _is(3, 4, 5, 6), "many": _is(7, 8, 9, 10)}),
        ("cy", {"zero": _is(0), "one": _is(1), "two": _is(2), "few": _is(3), "many": _is(6)}),
        (
            "mt",
            {
                "one": _is(1),
                "two": _is(2),
                "few": _pairs(range(3, 11), 0),
                "many": _pairs(_TEENS),
            },
        ),
        (
            "ar",
            {
                "zero": _is(0),
                "one": _is(1),
                "two": _is(2),
                "few": _pairs(range(3, 11)),
                "many": _pairs(range(11, 100)),
            },
        ),
    ]
    for language in languages.split()
}
NAMED = tuple(_RULES)
_AS_ENGLISH = {"one": _is(1)}


def category(language: str, count: int) -> str:
    """The plural category of a number, in the language of that name."""
    return next((name for name, holds in _rules(language).items() if holds(count)), "other")


def categories(language: str) -> set[str]:
    """The categories of whole numbers, and `other`, which stands in for any."""
    return {*_rules(language), "other"}


@cache
def is_one_number(language: str, name: str) -> bool:
    """Whether a category has but one number, which its form may then spell out."""
    return [category(language, count) for count in range(1_000)].count(name) == 1


def _rules(language: str) -> Mapping[str, Rule]:
    base = language.partition("-")[0]
    return _RULES.get(language, _RULES.get(base, _AS_ENGLISH))
