"""CommonMark as HTML: what it draws, and that it draws nothing else, whatever it is given."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livechat.page import safe_text
from livechat.page.entries.commonmark import as_text, styled
from livechat.page.entries.commonmark.rendering import to_html

LINK = 'target="_blank" rel="noopener noreferrer nofollow"'
ATTRIBUTES = {
    **{tag: {"dir"} for tag in ("p", "h4", "h5", "h6", "pre", "ul", "blockquote", "hr")},
    **{tag: set[str]() for tag in ("br", "strong", "em", "code")},
    "ol": {"dir", "start"},
    "li": {"dir"},
    "a": {"href", "target", "rel", "dir", "title"},
}


class Drawn(HTMLParser):
    """What a browser would make of the HTML; fails for a tag that is not to be there."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.text = ""
        self.links: list[str] = []
        self.open: list[str] = []
        html = to_html(source)
        assert not re.search("<[^/a-z]", html)
        self.feed(html)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        assert set(values) <= ATTRIBUTES[tag]
        assert values.get("dir", "auto") in ("auto", "ltr", "rtl")
        if tag == "a":
            assert "a" not in self.open
            assert values["target"] == "_blank"
            assert values["rel"] == "noopener noreferrer nofollow"
            address = values["href"] or ""
            assert re.fullmatch(r"https?://\S+", address, re.IGNORECASE)
            self.links.append(address)
        if tag not in ("br", "hr"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def drawn(source: str) -> str:
    """The HTML less what is the same in every message."""
    return re.sub(' dir="(auto|ltr)"', "", to_html(source)).replace(f" {LINK}", "")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("", ""),
        ("   \n\t\n", ""),
        ("a", "<p>a</p>"),
        ("a\n\n\nb", "<p>a</p><p>b</p>"),
        ("a\r\nb\rc", "<p>a<br>b<br>c</p>"),
        ("a  \n  b\\\nc\\  \nd", "<p>a<br>b<br>c\\<br>d</p>"),
        ("# a\n## b ##\n### c #d\n#### e", "<h4>a</h4><h5>b</h5><h6>c #d</h6><h6>e</h6>"),
        ("#a\n####### b", "<p>#a<br>####### b</p>"),
        ("#\n# #", "<h4></h4><h4></h4>"),
        ("a\nb\n===\nc\n-", "<h4>a<br>b</h4><h5>c</h5>"),
        ("a\n***\n- - -\n_____", "<p>a</p><hr><hr><hr>"),
        ("--", "<p>--</p>"),
        ("> a\n>b\nc\n\nd", "<blockquote><p>a<br>b<br>c</p></blockquote><p>d</p>"),
        (
            "> a\n> > b\nc",
            "<blockquote><p>a</p><blockquote><p>b<br>c</p></blockquote></blockquote>",
        ),
        ("> a\n===", "<blockquote><p>a<br>===</p></blockquote>"),
        ("> # a\nb", "<blockquote><h4>a</h4></blockquote><p>b</p>"),
        ("- a\n- b\n* c", "<ul><li>a</li><li>b</li></ul><ul><li>c</li></ul>"),
        ("- a\n\n- b", "<ul><li><p>a</p></li><li><p>b</p></li></ul>"),
        ("- a\n\n  b", "<ul><li><p>a</p><p>b</p></li></ul>"),
        ("- a\n\n\nb", "<ul><li>a</li></ul><p>b</p>"),
        (
            "- a\n  - b\n\n    c\n- d",
            "<ul><li>a<ul><li><p>b</p><p>c</p></li></ul></li><li>d</li></ul>",
        ),
        ("- ```\n\n  ```\n- a", "<ul><li><pre></pre></li><li>a</li></ul>"),
        ("- ```\n\n- a", "<ul><li><pre></pre></li><li>a</li></ul>"),
        ("- a\nb", "<ul><li>a<br>b</li></ul>"),
        ("-\n  a\n-\n\n  b", "<ul><li>a</li><li></li></ul><p>b</p>"),
        ("-\ta\n\n\tb", "<ul><li><p>a</p><p>b</p></li></ul>"),
        ("-\t\ta", "<ul><li><pre>  a</pre></li></ul>"),
        ("1. a\n2. b", "<ol><li>a</li><li>b</li></ol>"),
        ("3) a\n1) b\n1. c", '<ol start="3"><li>a</li><li>b</li></ol><ol><li>c</li></ol>'),
        ("0. a", '<ol start="0"><li>a</li></ol>'),
        ("1234567890. a", "<p>1234567890. a</p>"),
        ("In\n1984. No\n-\n", "<h5>In<br>1984. No</h5>"),
        ("a\n1. b\n   > c", "<p>a</p><ol><li>b<blockquote><p>c</p></blockquote></li></ol>"),
        ("    a\n\n      b\n\nc", "<pre>a\n\n  b</pre><p>c</p>"),
        ("a\n    b", "<p>a<br>b</p>"),
        (
            "```py <b>\n<a>\n ``\n\tb\n````\nc",
            "<pre>&lt;a&gt;\n ``\n\tb</pre><p>c</p>",
        ),
        ("  ~~~\n   a\n ~~~ b", "<pre> a\n~~~ b</pre>"),
        ("> ```\n> a\nb", "<blockquote><pre>a</pre></blockquote><p>b</p>"),
        ("```\na\n    ```", "<pre>a\n    ```</pre>"),
        ("``` a`b", "<p>``` a`b</p>"),
    ],
)
def test_blocks(source: str, expected: str) -> None:
    assert drawn(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("*a* _b_ **c** __d__", "<em>a</em> <em>b</em> <strong>c</strong> <strong>d</strong>"),
        ("***a*** **b*c*d**", "<em><strong>a</strong></em> <strong>b<em>c</em>d</strong>"),
        ("**a*", "*<em>a</em>"),
        ("*a**", "<em>a</em>*"),
        ("a*b*c a_b_c a_b_ _a_b", "a<em>b</em>c a_b_c a_b_ _a_b"),
        ("a * b * c", "a * b * c"),
        ('a*"b"*', "a*&quot;b&quot;*"),
        ("(_a_)", "(<em>a</em>)"),
        ("*a**b**c* *a**b*", "<em>a<strong>b</strong>c</em> <em>a**b</em>"),
        ("**a _b* c_", "*<em>a _b</em> c_"),
        ("_a b* c_ *d*", "<em>a b* c</em> <em>d</em>"),
        ("*a _b* c_", "<em>a _b</em> c_"),
        ("`a` `` b`c `` ` `", "<code>a</code> <code>b`c</code> <code> </code>"),
        ("`a\nb` `*c*` `<b>`", "<code>a b</code> <code>*c*</code> <code>&lt;b&gt;</code>"),
        ("`a ``b``", "`a <code>b</code>"),
        ("*a`*`", "*a<code>*</code>"),
        (r"\*a\* \\ \a \`b`", r"*a* \ \a `b`"),
        (
            "&amp; &copy; &#35; &#x22; &nope; &copy &#0;",
            "&amp; © # &quot; &amp;nope; &amp;copy \ufffd",
        ),
        ("&#42;a&#42; &#1; &notit;", "*a* \ufffd &amp;notit;"),
        ("\0", "\ufffd"),
        (":smile: -> $x$ ~~a~~ |", ":smile: -&gt; $x$ ~~a~~ |"),
    ],
)
def test_text_emphasis_and_code(source: str, expected: str) -> None:
    assert drawn(source) == f"<p>{expected}</p>"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("[a *b*](http://x/y)", '<a href="http://x/y">a <em>b</em></a>'),
        ('[a](http://x "b&amp;\\"")', '<a href="http://x" title="b&amp;&quot;">a</a>'),
        ("[a]( <http://x/b c>\n'd' )", '<a href="http://x/b%20c" title="d">a</a>'),
        ("[a](http://x/(b)\\) (c))", '<a href="http://x/(b))" title="c">a</a>'),
        ("[a](http://x?b&amp;c=\\_)", '<a href="http://x?b&amp;c=_">a</a>'),
        ("[](http://x)", '<a href="http://x"></a>'),
        ("*[a*](http://x)", '*<a href="http://x">a*</a>'),
        ("[`a](http://x)`", "[<code>a](http://x)</code>"),
        ("[a] (http://x)", '[a] (<a href="http://x">http://x</a>)'),
        (
            "[[a](http://x)](http://y)",
            '[<a href="http://x">a</a>](<a href="http://y">http://y</a>)',
        ),
        ("[[a](http://x)] [b](http://y)", '[<a href="http://x">a</a>] <a href="http://y">b</a>'),
        ("[http://x](http://y)", '<a href="http://y">http://x</a>'),
        ("[a <http://x>](http://y)", '<a href="http://y">a http://x</a>'),
        ("<http://x/*b*>", '<a href="http://x/*b*">http://x/*b*</a>'),
        (
            "see http://x/__a__b_, *b*",
            'see <a href="http://x/__a__b_">http://x/__a__b_</a>, <em>b</em>',
        ),
        ("**http://x**", '<strong><a href="http://x">http://x</a></strong>'),
        ("http://x/a\\_b&amp;c", '<a href="http://x/a_b&amp;c">http://x/a_b&amp;c</a>'),
        ("`http://x`", "<code>http://x</code>"),
    ],
)
def test_links(source: str, expected: str) -> None:
    assert drawn(source) == f"<p>{expected}</p>"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("[a]\n\n[A]: http://x", '<p><a href="http://x">a</a></p>'),
        ("[a]: <http://x> 'b'\n\n[c][a]", '<p><a href="http://x" title="b">c</a></p>'),
        ("[a]:\nhttp://x\n'b\nc'\n[*a*][]", "<p>[<em>a</em>][]</p>"),
        ("[*a*]: http://x\n\n[*a*][]!", '<p><a href="http://x"><em>a</em></a>!</p>'),
        ("[a]: http://x\n[a]: http://y\n\n[a](b)", '<p><a href="http://x">a</a>(b)</p>'),
        ("[a]: http://x\n===\n[a][b]", "<p>===<br>[a][b]</p>"),
        (
            "> [a b]: http://x\n\n[a\nb ]",
            '<blockquote></blockquote><p><a href="http://x">a<br>b </a></p>',
        ),
        ("[a]: http://x 'b' c", "<p>[a]: <a>http://x</a> 'b' c</p>"),
        ("b\n[a]: http://x", "<p>b<br>[a]: <a>http://x</a></p>"),
        ("[ ]: http://x", "<p>[ ]: <a>http://x</a></p>"),
        ("- a\n\n[b]: http://x\n- c", "<ul><li>a</li></ul><ul><li>c</li></ul>"),
    ],
)
def test_references(source: str, expected: str) -> None:
    expected = expected.replace("<a>http://x", '<a href="http://x">http://x').replace("'", "&#x27;")
    assert drawn(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("![a *b*](http://x/y.png 'c')", '<a href="http://x/y.png" title="c">a b</a>'),
        ("![](http://x/y.png)", '<a href="http://x/y.png">http://x/y.png</a>'),
        ("![a][b]\n\n[b]: http://x", '<a href="http://x">a</a>'),
        ("![a ![b](http://x) [c](http://y)](http://z)", '<a href="http://z">a b c</a>'),
        ("[![a](http://x)](http://y)", '<a href="http://y">a</a>'),
        ("![a](data:image/png;base64,AA==)", "a"),
        ("![](/a.png)", "/a.png"),
        ("![a]", "![a]"),
        ("!\\[a](b)", "![a](b)"),
    ],
)
def test_an_image_is_a_link(source: str, expected: str) -> None:
    assert drawn(source) == f"<p>{expected}</p>"


@pytest.mark.parametrize("source", ["[a]: http://x", "&#8203;", "[](http://x)", "#", "- \n-", ">"])
def test_what_would_be_nothing_is_shown_as_typed(source: str) -> None:
    assert styled(source) == safe_text.as_typed(source)


def test_a_rule_alone_is_something() -> None:
    assert "<hr" in styled("---")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("שלום\nabc", '<p dir="auto">שלום<br>abc</p>'),
        ("- שלום\n- abc", '<ul dir="rtl"><li>שלום</li><li dir="ltr">abc</li></ul>'),
        ("1. abc\n2. شكرا", '<ol dir="ltr"><li>abc</li><li dir="rtl">شكرا</li></ol>'),
        ("- 1\n- 2", '<ul dir="ltr"><li>1</li><li>2</li></ul>'),
        ("> שלום", '<blockquote dir="rtl"><p>שלום</p></blockquote>'),
        (
            "- שלום\n  - abc\n\n    ```\n    ש\n    ```",
            '<ul dir="rtl"><li>שלום<ul dir="ltr"><li><p>abc</p><pre>ש</pre></li></ul></li></ul>',
        ),
    ],
)
def test_each_part_has_its_own_direction(source: str, expected: str) -> None:
    assert to_html(source) == expected


@pytest.mark.parametrize(
    "source",
    [
        "[a](javascript:alert(1))",
        "[a](JavaScript:alert)",
        "[a](data:text/html,b)",
        "[a](mailto:b@c.de)",
        "[a](tel:123)",
        "[a](/b)",
        "[a](//b)",
        "[a](#b)",
        "[a]()",
        "[a](http:)",
        "[a](https:b)",
        "[a][b]\n[b]: javascript:alert",
        "[b]: /c",
        "<javascript:alert>",
        "<b@c.de>",
        "<b>a</b>",
        "<img src=x onerror=alert(1)>",
        "<script>alert(1)</script>",
        "<!-- a -->",
        "<?a?>",
        "<!a>",
        "<![CDATA[a]]>",
        "<a href='javascript:alert(1)'>",
    ],
)
def test_what_may_not_be_drawn_stays_text(source: str) -> None:
    message = Drawn(source)
    assert message.links == []
    assert message.text == source.replace("\n", "")


@pytest.mark.parametrize(
    "source",
    [
        "[a](&#106;avascript:alert)",
        "[a](&#x6A;avascript&colon;alert)",
        "[a](java\\script:alert)",
        "[a](<java script:alert>)",
        "[a](\x01javascript:alert)",
        "[a](&#1;javascript:alert)",
        "[a](java&NewLine;script:alert)",
        "![a](&#106;avascript:alert)",
        "[a]: &#106;avascript:alert\n\n[a]",
    ],
)
def test_an_address_in_disguise_is_no_link(source: str) -> None:
    message = Drawn(source)
    assert message.links == []
    assert "a" in message.text


@pytest.mark.parametrize(
    "source",
    [
        '[a](http://x/"onclick="alert(1))',
        "[a](http://x/'onclick='alert)",
        "[a](http://x '\"><script>')",
        '<http://x/"onclick=">',
        "[a](http://x/&quot;&gt;&lt;script&gt;)",
        'http://x/"><script>',
        '!["><script>](http://x \'" onload="\')',
        '```"><script>\n```',
    ],
)
def test_nothing_breaks_out_of_its_attribute(source: str) -> None:
    Drawn(source)


SIZE = 16 * 1024
UNITS = [
    *"[]*_><`#-+!&\\|~=()\n\t\0 ",
    *("- - - - ", "> - ", "1. ", "- a\n", "- a\n\n", "\n> ", "```\n", "    \n    a\n", "a\n===\n"),
    *("a*a*a*", "*a_ ", "a**b", "*_", "***a** ", "`a``", "&amp;", "<http://", "http://_"),
    *("![", "[a](", "[](", "[a](<b", '[a](b "', "[a](\\(", "[a][", "[a]: b\n", "![a](http://x)"),
]


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("end", ["", "\nz", "\n\nz"])
def test_long_repetitions(unit: str, end: str) -> None:
    assert Drawn(unit * ((SIZE - len(end)) // len(unit)) + end).text.endswith(end.strip())


@pytest.mark.parametrize(
    "source",
    [
        "[" * (SIZE // 2) + "z" + "]" * (SIZE // 2),
        "![" * 2000 + "z" + "](http://x)" * 1000,
        "[" * 8000 + "[z](http://x)" * 600,
        ">" * (SIZE // 2) + "z\n" * (SIZE // 4),
        "*" * (SIZE // 2) + "z" + "*" * (SIZE // 2),
        " ".join("`" * length for length in range(1, 180)) + "z",
        "".join("  " * depth + "- z\n" for depth in range(126)),
        "    a\n" + "\n" * (SIZE - 10) + "    z",
        "# a" + " " * (SIZE - 10) + "z",
        "- " * (SIZE // 2) + "z",
    ],
)
def test_deep_nesting(source: str) -> None:
    assert "z" in Drawn(source).text


def test_blocks_that_would_be_nested_too_deeply_are_text() -> None:
    assert Drawn(">" * 30 + "z").text == ">" * 10 + "z"


PIECES = ["a", "b", "é", " ", "  ", "\n", "\n\n", "    ", "\t", "*", "**", "_", "`", "~", "\\", "-"]
PIECES += ["- ", "> ", "1. ", "2) ", "# ", "[", "](", "]", "(", ")", "<", ">", "=", "===", '"', "."]
ADDRESSES = [
    "](http://x)",
    "![",
    "[a]: https://y 'c'\n",
    "[a]",
    "<https://z>",
    "http://w/_",
    "&lt;",
]
ADDRESSES += [
    "&#106;",
    "javascript:",
    "<b>",
    "```",
    "~~~",
    "\r",
    "\0",
    "&",
    ";",
    "#",
    "'",
    "\ud800",
]


@given(st.text() | st.lists(st.sampled_from(PIECES + ADDRESSES), max_size=40).map("".join))
def test_only_safe_html_comes_out(source: str) -> None:
    Drawn(source)


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_no_letter_is_lost(source: str) -> None:
    source = re.sub(r"(`|~)\1\1+", "", source)  # what follows a fence is not drawn
    assert re.findall(r"[a-zé]", Drawn(source).text) == re.findall(r"[a-zé]", source)


def test_formatted_text_is_linear_enough() -> None:
    # Each is 16 KB, the longest text; a parser that backtracks would not come back.
    for piece in ("[", "*a_", "![[](", "> ", "`", "- ", "<", "[](", "**", "&#", "\\", "[x]: "):
        assert to_html(piece * (16_384 // len(piece)))


@given(st.text(alphabet="[]()<>!`*_\\\"'&#:/\n -=ahtps.1"))
def test_formatted_text_has_no_tag_but_its_own(text: str) -> None:
    html = to_html(text)
    assert "<img" not in html
    assert html.count('href="') == html.count('href="http')
    assert " on" not in html.replace(text, "")


@pytest.mark.parametrize(
    ("source", "read"),
    [
        ("**Two** for *one*: `a*b`", "Two for one: a*b"),
        ("# Offer\n\n- a\n- b\n\n> said", "Offer a b said"),
        ("one\ntwo", "one two"),
        (
            "[shop](https://a.example/?b&c), **[x *y*](http://d.example)**",
            "shop (https://a.example/?b&c), x y (http://d.example)",
        ),
        ("<https://a.example/?b&c> https://e.example", "https://a.example/?b&c https://e.example"),
        ("![hill](https://a.example/a.png)", "hill (https://a.example/a.png)"),
        ("<b onclick='x'> &lt; &amp;lt;", "<b onclick='x'> < &lt;"),
        ("[r]: http://a.example", "[r]: http://a.example"),
        ("", ""),
    ],
)
def test_it_is_read_without_its_signs(source: str, read: str) -> None:
    assert " ".join(as_text(source).split()) == read
