"""Where an address in a text ends, because the sentence goes on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livechat.page.entries.commonmark import styled
from livechat.page.links import find
from livechat.page.safe_text import linked


def addresses(text: str) -> list[str]:
    return [text[begin:end] for begin, end in find(text)]


def linked_in(html: str) -> list[str]:
    return [part.split("</a>")[0].split(">")[-1] for part in html.split("<a ")[1:]]


WHOLE = [
    "https://en.wikipedia.org/wiki/Schindler's_List",
    "https://en.wikipedia.org/wiki/Schindler’s_List",
    "https://en.wikipedia.org/wiki/A_(b)",
    "https://en.wikipedia.org/wiki/A_(b_(c)_[d])_{e}",
    "https://example.com/a[1]",
    "https://example.com/a[1]#b",
    "https://example.com/foo_",
    "https://example.com/a_b_c",
    "https://example.com/?a=1&b=(2)&c=%20;d",
    "https://example.com/a,b;c:d!e?f.g+h=i@j$k-",
    "https://web.archive.org/web/*/https://example.com/a_b",
    "HTTPS://EXAMPLE.COM:8080/",
    "http://localhost:8501",
    "http://[2001:db8::1]:80/a",
    "https://user:pass@example.com/",
    "https://example.com?a#b",
    "https://example.com/été/straße/Ελλάδα/तस्वीर/صورة",
    "https://fa.example/می\u200cخواهم",
    "https://zh.wikipedia.org/wiki/中国_(消歧义)",
    "https://ja.wikipedia.org/wiki/ノート:ハリー・ポッター",
    "https://www.例え.テスト/ページ?q=日本語",
    "https://th.wikipedia.org/wiki/ประเทศไทย",
    "https://example.com/a--b/~c",
]


@pytest.mark.parametrize("address", WHOLE)
def test_a_whole_address_in_every_place(address: str) -> None:
    around = ["{}", " {} ", "({})", "(see {}).", "“{}”", "‘{}’", "'{}'", '"{}"', "«{}»", "「{}」"]
    around += [
        "（{}）",
        "【{}】",
        "{}，谢谢",
        "{}。",
        "{}、",
        "{}！",
        "{}؟",
        "{}،",
        "{}।",
        "{}—then",
    ]
    around += [
        "<{}>",
        "{}.",
        "{}, and",
        "{}...",
        "{}…",
        "{}?!",
        "{}:",
        "{}\n",
        "a:{}",
        "看{}",
        "ב{}",
    ]
    around += ["{}\u200b", "{}\u202e", "{}\xa0x", "{}|x", "[{}]", "{{{}}}", "_{}_.", "{}👍", "{}→"]
    around += ["{}” he said", "{}）谢谢", "`{}`", "{}\\", "{}^"]
    for form in around:
        text = form.format(address)
        assert addresses(text) == [address], text


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("https://example.com/a谢谢", "https://example.com/a"),
        ("https://example.com谢谢", "https://example.com"),
        ("请看https://example.com/谢谢。", "https://example.com/谢谢"),
        ("https://example.com/a.谢谢", "https://example.com/a"),
        ("https://example.com/a(点击)", "https://example.com/a"),
        ("https://example.com/a를 보세요", "https://example.com/a"),
        ("https://example.com/aครับ", "https://example.com/a"),
        ("https://example.com's page", "https://example.com"),
        ("https://example.com’s page", "https://example.com"),
        ("https://example.com/a' b", "https://example.com/a"),
        ("https://example.com/a(b", "https://example.com/a"),
        ("https://example.com/a(b]c)", "https://example.com/a"),
        ("https://example.com/a)b(c)", "https://example.com/a"),
        ("https://example.com/(a.)", "https://example.com/(a.)"),
        ("**https://example.com/a**", "https://example.com/a"),
        ("~~https://example.com/a~~.", "https://example.com/a"),
        ("__https://example.com/a__", "https://example.com/a"),
        ("https://example.com,then", "https://example.com"),
        ("https://example.com&x", "https://example.com"),
        ("https://example.com:谢谢", "https://example.com"),
    ],
)
def test_the_sentence_goes_on(text: str, found: str) -> None:
    assert addresses(text) == [found]


@pytest.mark.parametrize(
    "text",
    ["", "http://", "https://...", "https:///a", "http:/a", "xhttp://a", "https://“a”", "ſhttp:"],
)
def test_no_address(text: str) -> None:
    assert addresses(text) == []


def test_several_addresses() -> None:
    text = "https://a.example/(b https://c.example/(d(https://e.example/f)"
    assert addresses(text) == ["https://a.example/", "https://c.example/", "https://e.example/f"]


@pytest.mark.parametrize("address", [a for a in WHOLE if "*" not in a])
def test_commonmark_has_the_same_links(address: str) -> None:
    for form in ("{}", "(see {}).", "“{}”", "{}，谢谢", "*{}*", "**{}**!", "_{}_", "- {}", "> {}."):
        text = form.format(address)
        plain = linked(address)
        assert plain in styled(text), text


hostile = st.text("hps:/a.b(c)[d]{e}_'’*谢・\u200c中ァ\u0301&; \n|é", max_size=300)


@given(st.lists(st.one_of(hostile, st.just("http://"), st.just("https://a/"), st.text())))
def test_links_are_in_order_and_end_within_the_text(parts: list[str]) -> None:
    text = "".join(parts)
    last = 0
    for begin, end in find(text):
        assert last <= begin < end <= len(text)
        assert text[begin:].lower().startswith("http")
        assert not any(c.isspace() or c in '<>"`\\' for c in text[begin:end])
        last = end


class Counted(str):
    """A text that counts how often one of its characters was looked at."""

    looks = 0

    def __getitem__(self, at: object) -> str:
        Counted.looks += 1
        return super().__getitem__(at)  # type: ignore[index]


@pytest.mark.parametrize(
    "hostile",
    ["http://", "http://a(", "http://a/(", "http://a/(]", "http://a/.", "_", "(", "http://a/_", "http://.",
     "http://a/谢a谢", "http://a/((http://b/[)", "http://[", "http://a/'a谢)"],
)  # fmt: skip
def test_a_text_is_read_once(hostile: str) -> None:
    Counted.looks = 0
    text = Counted(hostile * 2_000)
    list(find(text))
    assert Counted.looks <= 12 * len(text)
