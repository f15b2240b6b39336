"""Cookies of every odd kind, as somebody may send them who wants to be somebody else.

`python -m pytest -n0 tests/strangers/test_cookies.py` tries others each time; `SEED=7` the same.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import random
import string
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from livechat.api.accounts import Identity
from livechat.page.browser.identity_cookie import NAME, NAME_ON_HTTPS, decoded, encoded
from tests.strangers.conftest import Run
from tests.strangers.visitor import Browser, Page

PLAIN, HOST = NAME, NAME_ON_HTTPS
HTTPS = "https://chat.example"
WORDS = {"own": "What I have said myself", "other": "What somebody else has said"}

HEBREW = "שלום".encode().decode("latin-1")  # as a header's bytes are read
SURROGATES = r'["\ud800","\ud800","\ud800"]'

MUTATED = int(os.environ.get("COOKIES", "60000"))
SENT = MUTATED // 1000
AT_ONCE = 10
SEED = int(os.environ.get("SEED") or random.randrange(10**6))


@pytest.fixture(scope="module")
def known(app: str, run: Run[Any]) -> dict[str, Identity]:
    """Two customers, each of whom has a chat: who the stranger is, and somebody else."""

    async def chat(words: str) -> Identity:
        browser = Browser(app)
        page = await browser.open()
        await page.say(words)
        await page.until_chatting()
        await page.until(lambda: NAME in browser.cookies)
        await page.close()
        identity = decoded(browser.cookies[NAME])
        assert identity
        return identity

    return {whose: run(chat(words)) for whose, words in WORDS.items()}


def coded(text: str) -> str:
    """A text in the cookie's code."""
    return "1." + base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def kinds(known: dict[str, Identity]) -> dict[str, tuple[str, str | None]]:
    """Headers, and whose page it is then; None: nobody's. Those with "https" are sent there."""
    me, them = known["own"], known["other"]
    own, other = encoded(me), encoded(them)
    parts = [me.organization_id, me.customer_id, me.secret]
    nobodys = {
        "none": "",
        "a name alone": PLAIN,
        "empty": f"{PLAIN}=",
        "the version alone": f"{PLAIN}=1.",
        "another version": f"{PLAIN}=2{own[1:]}",
        "no version": f"{PLAIN}={own[2:]}",
        "two versions": f"{PLAIN}=1.{own}",
        "huge": f"{PLAIN}={coded('x' * 5_000)}",
        "its first half": f"{PLAIN}={own[: len(own) // 2]}",
        "its second half": f"{PLAIN}=1.{own[len(own) // 2 :]}",
        "cut": f"{PLAIN}={own[:-1]}",
        "padded": f"{PLAIN}={own}=",
        "longer": f"{PLAIN}={own}AAAA",
        "twice in one": f"{PLAIN}={own}{own}",
        "percent-encoded": f"{PLAIN}={own.replace('.', '%2E')}",
        "with a NUL": f"{PLAIN}={own}%00",
        "with a line": f"{PLAIN}={own}%0d%0aSet-Cookie:x=1",
        "with a space": f"{PLAIN}={own[:30]} {own[30:]}",
        "with a tab": f"{PLAIN}={own[:30]}\t{own[30:]}",
        "in Latin": f"{PLAIN}={own[:-1]}é",
        "in Hebrew": f"{PLAIN}={HEBREW}",
        "in capitals": f"{PLAIN.upper()}={own}",
        "the other alphabet": f"{PLAIN}={own[:-2]}+/",
        "JSON itself": f"{PLAIN}={json.dumps(parts, separators=(',', ':'))}",
        "another spelling": f"{PLAIN}={coded(json.dumps(parts))}",
        "an object": f"{PLAIN}={coded(json.dumps({'organization_id': parts[0]}))}",
        "null": f"{PLAIN}={coded('null')}",
        "a number": f"{PLAIN}={coded('1e999')}",
        "NaN": f"{PLAIN}={coded('[NaN,NaN,NaN]')}",
        "a text": f"{PLAIN}={coded(json.dumps('abc'))}",
        "two parts": f"{PLAIN}={coded(json.dumps(parts[:2], separators=(',', ':')))}",
        "four parts": f"{PLAIN}={coded(json.dumps([*parts, 'x'], separators=(',', ':')))}",
        "numbers": f"{PLAIN}={coded('[1,2,3]')}",
        "truths": f"{PLAIN}={coded('[true,true,true]')}",
        "lists": f"{PLAIN}={coded('[[],[],[]]')}",
        "without end": f"{PLAIN}={coded('[' * 3_000)}",
        "a lone surrogate": f"{PLAIN}={coded(SURROGATES)}",
        "another organization": f"{PLAIN}={encoded(replace(me, organization_id=str(me.secret)))}",
        "no organization": f"{PLAIN}={coded(json.dumps(['', *parts[1:]], separators=(',', ':')))}",
        "somebody else's ID": f"{PLAIN}={encoded(replace(me, customer_id=them.customer_id))}",
        "somebody else's secret": f"{PLAIN}={encoded(replace(me, secret=them.secret))}",
        "somebody else without it": f"{PLAIN}={encoded(replace(them, secret='0' * 64))}",
        "two IDs": f"{PLAIN}={encoded(replace(me, secret=f'{me.customer_id}'))}",
        "LiveChat's own": f"__lc_cid={them.customer_id}; __lc_cst={them.secret}",
        "of who is signed in": f"{PLAIN}-{'0' * 24}={other}",
        "what the page keeps besides": f"{PLAIN}-turn={other}; {PLAIN}-probe-0.1={other}",
        "of https over http": f"{HOST}={other}",
        "of http over https": f"{PLAIN}={other}",
        "with a comma": f"{PLAIN}={own}, {PLAIN}={other}",
    }
    owns = {
        "itself": f"{PLAIN}={own}",
        "beside one of https": f"{HOST}={other}; {PLAIN}={own}",
        "of https beside one of http": f"{PLAIN}={other}; {HOST}={own}",
        "after an odd one": f"{PLAIN}=0; {PLAIN}={own}",
        "with attributes": f"$Version=1; {PLAIN}={own}; $Path=/; Domain=example.com",
        "among empty ones": f";;; =; {PLAIN}={own};;",
        "among many": "; ".join([*(f"c{n}={n}" for n in range(300)), f"{PLAIN}={own}"]),
        "beside somebody else's under other names": f"x={other}; {PLAIN}-x={other}; {PLAIN}={own}",
    }
    return {
        **{kind: (header, None) for kind, header in nobodys.items()},
        **{kind: (header, "own") for kind, header in owns.items()},
    }


def test_whatever_is_sent_it_is_ones_own_page_or_nobodys(
    app: str, run: Run[Any], known: dict[str, Identity]
) -> None:
    given = kinds(known)
    assert len(given) >= 48
    over_https = {"of http over https", "of https beside one of http"}

    async def story() -> dict[str, str | None]:
        whose = {}
        for some in batches(given):
            sent = [
                of_whom(app, known, given[kind][0], HTTPS if kind in over_https else "")
                for kind in some
            ]
            whose |= dict(zip(some, await asyncio.gather(*sent), strict=True))
        return whose

    found = run(story())
    assert found == {kind: whose for kind, (_, whose) in given.items()}


def test_mutated_cookies_are_nobodys_or_of_somebody_who_does_not_exist(
    app: str, run: Run[Any], known: dict[str, Identity]
) -> None:
    print(f"SEED={SEED}")
    rng = random.Random(SEED)
    own, others = encoded(known["own"]), set(known.values())
    mutated = [mutant(rng, own, encoded(known["other"])) for _ in range(MUTATED)]
    for value in mutated:
        identity = decoded(value)
        assert identity is None or encoded(identity) == value
        assert identity not in others or value in map(encoded, others)

    can_be_sent = [value for value in mutated if "\x7f" not in value]

    async def story() -> None:
        for some in batches(can_be_sent[:SENT]):
            sent = [of_whom(app, known, f"{PLAIN}={value}") for value in some]
            for value, whose in zip(some, await asyncio.gather(*sent), strict=True):
                assert whose is None or value == encoded(known[whose]), value

    run(story())


def mutant(rng: random.Random, own: str, other: str) -> str:
    """One of these with a few letters changed, or parts of both."""
    if rng.random() < 0.2:
        at = rng.randrange(min(len(own), len(other)))
        return own[:at] + other[at:]
    letters = list(own)
    for _ in range(rng.choice([1, 1, 1, 2, 5, 40])):
        at = rng.randrange(len(letters) + 1)
        letter = rng.choice(string.ascii_letters + string.digits + "-_.+/=%é\x7f")
        match rng.randrange(4):
            case 0:
                letters[at : at + 1] = [letter]
            case 1:
                letters.insert(at, letter)
            case 2:
                del letters[at : at + rng.choice([1, 4, 50])]
            case 3:
                letters[at:at] = letters[: rng.choice([1, 4, 50])]
    return "".join(letters)


def batches(given: Any) -> Iterator[list[Any]]:
    """So many at a time as one may ask for at once."""
    every = list(given)
    yield from (every[at : at + AT_ONCE] for at in range(0, len(every), AT_ONCE))


async def of_whom(
    app: str, known: dict[str, Identity], header: str, origin: str = ""
) -> str | None:
    """Whose page is shown to who sends that; None if it is nobody's."""
    browser = Sender(app, header)
    page = await browser.open(origin=origin)
    for _ in range(2):  # what LiveChat refuses is asked for once more
        await page.tick_once(60)
    shows = [whose for whose in known if is_page_of(page, known[whose], WORDS[whose])]
    assert page.customer in (None, *(known[whose].customer_id for whose in shows)), header
    assert len(shows) <= 1, header
    await page.close()
    return shows[0] if shows else None


def is_page_of(page: Page, identity: Identity, words: str) -> bool:
    """Whether a page is that customer's, or shows what they have said."""
    return page.customer == identity.customer_id or page.knows(words)


class Sender(Browser):
    """What sends one header, whatever it is told to keep."""

    def __init__(self, url: str, header: str) -> None:
        self.url = url
        self.cookies: dict[str, str] = {}
        self._header = header

    @property
    def header(self) -> str:
        """That."""
        return self._header
