"""What agents send, in a real browser: nothing is loaded or opened but what it should be."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from livechat.page import safe_text
from livechat.sandbox import Sandbox
from tests.browser.apps import ELSEWHERE
from tests.browser.chat import AWKWARD, png
from tests.browser.content import Content, button, card
from tests.conftest import relaunched
from tests.driver import ask_as_agent

NASTY = [
    "![x](http://img.example/a.png) ![](https://img.example/b.png 'title')",
    "[![img](http://img.example/c.png)](http://img.example/d)",
    "`![x](http://img.example/e.png)` and ![a `b](http://img.example/f.png) c`",
    "![r][r] ![r] [r]\n\n[r]: http://img.example/g.png",
    "<img src=http://img.example/h.png onerror=alert(1)> <svg onload=alert(1)>",
    "<img src=x onerror=alert(1)>\n\n<script>alert(1)</script>\n<iframe src=//img.example>",
    "[a](javascript:alert(1)) [b](&#106;avascript:alert(1)) [c](JaVaScRiPt:alert(1))",
    "[a](<javascript:alert(1)>) [b](java\nscript:alert(1)) [c](\x01javascript:alert(1))",
    "[a][j] [j]\n\n[j]: javascript:alert(1)",
    "<javascript:alert(1)> <data:text/html,x> <vbscript:x> <a@mail.example>",
    "[a](data:text/html;base64,PHNjcmlwdD4=) ![b](data:image/svg+xml,<svg/onload=alert(1)>)",
    "[a](mailto:a@b.example) [b](/relative) [c](#anchor) [d](//host.example/x) [e]() [f](ftp://f)",
    "[[nested] brackets](http://a.example) [esc\\]aped](http://b.example \"onclick='x'\")",
    '[a](http://a.example/"onmouseover="alert(1)) [b](<http://b.example/ onclick=x>)',
    "https://c.example/\"onmouseover='alert(1)' www.d.example e@f.example",
    "[link [inner](http://in.example)](http://out.example)",
    "** unbalanced `ticks`` _ and *more",
    "Heading\n===\n\nother\n---\n\n# <b>x</b> [y](javascript:x)",
    "> - 1. > deep\n\n```html onclick=x\n<img src=http://img.example/i.png>\n```",
    "    <img src=http://img.example/j.png>\n\n\t![x](http://img.example/k.png)",
    ":smile: :material/home: :streamlit: :red[red] $a$ -> -- ~~s~~ [^1]\n\n[^1]: note",
    "$$\n\\href{javascript:alert(1)}{x}\n$$\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n- [ ] task",
    "</div></div><style>*{display:none}</style>",
    "&lt;img src=x onerror=alert(1)&gt; &#60;script&#62;",
    "[x](http://a.example/<script>) <http://b.example/<b>> \\<i\\> \\![x](http://img.example/l.png)",
    "[" * 50 + "x" + "](http://a.example)" * 50,
]

TAGS = {
    *("A", "BLOCKQUOTE", "BR", "CODE", "DIV", "EM", "H4", "H5", "H6", "HR"),
    *("LI", "OL", "P", "PRE", "STRONG", "UL"),
}


def formatted(text: str) -> dict[str, Any]:
    properties = {"chats": {"formatting": "commonmark"}}
    return {"type": "message", "text": text, "properties": properties}


def test_formatted_text_loads_nothing_and_links_only_to_the_web(content: Content) -> None:
    content.show(*map(formatted, NASTY))
    drawn = content.page.get_by_test_id("stChatMessage").get_by_test_id("stHtml")
    expect(drawn).to_have_count(len(NASTY))
    expect(drawn.locator("img")).to_have_count(0)
    elements = drawn.locator("*")
    tags = elements.evaluate_all("nodes => nodes.map(node => node.tagName)")
    assert set(tags) <= TAGS
    names = elements.evaluate_all("nodes => nodes.flatMap(node => node.getAttributeNames())")
    assert set(names) <= {"dir", "href", "rel", "start", "style", "target", "title"}
    links = drawn.locator("a")
    for address in links.evaluate_all("nodes => nodes.map(node => node.href)"):
        assert address.startswith(("http://", "https://"))
        assert "localhost" not in address
    assert all(link.get_attribute("target") == "_blank" for link in links.all())
    content.page.wait_for_timeout(500)
    assert content.foreign == []
    assert content.dialogs == []


def test_formatted_text_is_formatted(content: Content) -> None:
    content.show(
        formatted(
            "# Offer\n\n**Two** for *one*:\nuse `**CODE**`\n\n- a\n- b\n\n> said\n\n"
            "```\n:smile: **x**\n  -> $y$\n```\n\n[shop](https://shop.example/?a=1&b=2) :tada:"
        )
    )
    drawn = content.page.get_by_test_id("stChatMessage").get_by_test_id("stHtml")
    expect(drawn.get_by_role("heading", name="Offer", level=4)).to_be_visible()
    expect(drawn.locator("strong")).to_have_text("Two")
    expect(drawn.locator("em")).to_have_text("one")
    expect(drawn.locator("p code")).to_have_text("**CODE**")
    expect(drawn.get_by_role("listitem")).to_have_text(["a", "b"])
    expect(drawn.locator("blockquote")).to_have_text("said")
    assert drawn.locator("pre").text_content() == ":smile: **x**\n  -> $y$"
    link = drawn.get_by_role("link", name="shop")
    assert link.get_attribute("href") == "https://shop.example/?a=1&b=2"
    expect(drawn.get_by_text(":tada:")).to_be_visible()


def test_labels_show_a_text_as_typed(content: Content) -> None:
    texts = [safe_text.name(text) for text in AWKWARD]
    content.show_labels(texts)
    for number, text in enumerate(texts):
        shown = content.page.locator(f".st-key-labels-{number} p")
        expect(shown).to_have_count(7)  # a radio button has two labels
        expect(content.page.locator(f".st-key-labels-{number} a")).to_have_count(1)
        for said in shown.all_text_contents():
            assert said in ("One", text) or said.translate(INVISIBLE) == text.translate(INVISIBLE)
        links = content.page.locator(f".st-key-labels-{number} a")
        assert [a.get_attribute("href") for a in links.all()] == ["https://link.example"]
        expect(content.page.locator(f".st-key-labels-{number} p img")).to_have_count(0)
    assert content.foreign == []


INVISIBLE = dict.fromkeys(map(ord, "\u2060\u2068\u2069"))

# Where a text begins and ends within the message that holds it, in pixels from its left side.
SIDES = """(message, text) => {
    const walker = document.createTreeWalker(message, NodeFilter.SHOW_TEXT);
    for (let node; (node = walker.nextNode()); ) {
        const at = node.data.indexOf(text);
        if (at < 0) continue;
        const { left } = message.getBoundingClientRect();
        return [at, at + text.length - 1].map((place) => {
            const range = document.createRange();
            range.setStart(node, place);
            range.setEnd(node, place + 1);
            return range.getBoundingClientRect().left - left;
        });
    }
}"""
HEBREW, ENGLISH = "הודעה חדשה:", "Ticket 12 (open)."


def test_each_line_has_its_own_direction_and_nothing_leaves_its_place(content: Content) -> None:
    lines = f"{HEBREW}\n{ENGLISH}"
    giant, piled = "K" * 80, "Z" + "\u0301" * 500
    content.show(
        {"type": "message", "text": lines},
        {"type": "message", "text": f"{ENGLISH}\n{HEBREW}"},
        formatted(lines),
        formatted(f"- {HEBREW}\n- {ENGLISH}"),
        formatted(f"- {ENGLISH}\n- {HEBREW}"),
        {"type": "message", "text": piled, "by": giant},
        formatted(f"{piled}\n- {giant}"),
        card(button(giant), title=giant, subtitle=piled),
    )
    messages = content.page.get_by_test_id("stChatMessageContent")
    for number in range(5):
        message = messages.nth(number)
        width = message.evaluate("message => message.clientWidth")
        begins, ends = message.evaluate(SIDES, ENGLISH)
        assert begins < 100 < ends, number
        begins, ends = message.evaluate(SIDES, HEBREW)
        assert begins > max(width - 100, ends), number
    assert content.page.evaluate("document.scrollingElement.scrollWidth") <= 390
    for part in content.page.locator("[data-testid=stChatMessage] *").all():
        box = part.bounding_box()
        assert box is None or box["x"] + box["width"] <= 390


def test_buttons_lead_only_where_they_may(content: Content) -> None:
    content.show(
        card(
            button("Web", type="url", value="https://shop.example/a?b=1&c=2"),
            button("View", type="webview", value="https://view.example"),
            button("Bare", type="webview", value="http://view.example"),
            button("Mail", type="url", value="mailto:us@shop.example"),
            button("Call", type="phone", value="+48 790-034-890"),
            button("Script", type="url", value="javascript:alert(1)"),
            button("Data", type="webview", value="data:text/html,x"),
            button("Relative", type="url", value="/relative"),
            button("Nowhere", type="phone", value="none"),
            button("Nothing", type="url"),
        )
    )
    links = content.page.get_by_test_id("stChatMessage").get_by_role("link")
    expect(links).to_have_count(4)
    assert {link.inner_text().split()[-1]: link.get_attribute("href") for link in links.all()} == {
        "Web": "https://shop.example/a?b=1&c=2",
        "View": "https://view.example",
        "Mail": "mailto:us@shop.example",
        "Call": "tel:+48790034890",
    }
    buttons = content.page.get_by_test_id("stChatMessage").get_by_role("button")
    expect(buttons).to_have_count(6)
    assert buttons.all_inner_texts() == ["Bare", "Script", "Data", "Relative", "Nowhere", "Nothing"]
    buttons.nth(1).click()
    content.pressed("Script")


def test_a_button_is_pressed_once_unless_it_has_no_type(content: Content) -> None:
    content.show(
        card(
            button("Shop", type="url", value="about-nothing"),
            button("Tell", type="message", value="x"),
            button("Like"),
        )
    )
    message = content.page.get_by_test_id("stChatMessage")
    message.get_by_role("button", name="Shop").click()
    expect(message.get_by_role("button", name="✓ Shop")).to_be_enabled()
    message.get_by_role("button", name="Shop").click()
    content.pressed("Shop")
    message.get_by_role("button", name="Tell").click()
    content.pressed("Shop", "Tell")
    for likes in (1, 2):
        message.get_by_role("button", name="Like").click()
        content.pressed("Shop", "Tell", *["Like"] * likes)
    expect(message.get_by_role("button", name="✓ Shop")).to_be_enabled()
    expect(message.get_by_role("button", name="✓ Tell")).to_be_disabled()
    expect(message.get_by_role("button", name="Like", exact=True)).to_be_enabled()


def test_a_link_that_is_opened_is_pressed_once(content: Content) -> None:
    content.show(card(button("Shop", type="url", value="https://shop.example/")))
    content.page.context.route("https://shop.example/", lambda route: route.fulfill(body="shop"))
    link = content.page.get_by_role("link", name="Shop")
    for _ in range(2):
        with content.page.context.expect_page() as opened:
            link.click()
        expect(opened.value.get_by_text("shop")).to_be_visible()
        content.pressed("Shop")


def test_quick_replies_go_once_one_is_chosen(content: Content) -> None:
    replies = card(button("Yes", type="message"), button("No", type="message"), title="Sure?")
    content.show(replies | {"template_id": "quick_replies"})
    content.page.get_by_role("button", name="Yes").click()
    content.pressed("Yes")
    message = content.page.get_by_test_id("stChatMessage")
    expect(message.get_by_role("button")).to_have_count(0)
    expect(message.get_by_text("Sure?")).to_be_visible()


def test_ten_cards_of_thirteen_buttons_stand_in_a_row_on_a_phone(content: Content) -> None:
    buttons = [button(f"Button {n} {'long ' * n}", postback_id=str(n)) for n in range(13)]
    element = {"title": "Card " + "x" * 100, "subtitle": "y " * 200, "buttons": buttons}
    content.show(card() | {"elements": [element] * 10})
    message = content.page.get_by_test_id("stChatMessage")
    expect(message.get_by_role("button")).to_have_count(130)
    assert content.page.evaluate("document.scrollingElement.scrollWidth") <= 390
    tops = message.get_by_text("y y").evaluate_all("all => all.map((card) => card.offsetTop)")
    assert len(set(tops)) == 1
    row = message.locator("[class*=st-key-cards-]")
    assert row.evaluate("row => row.scrollWidth / row.clientWidth") > 5
    first, last = (message.get_by_role("button", name="Button 0").nth(n) for n in (0, 9))
    for one in (first, last):
        one.focus()  # scrolls there
        box = one.bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390


def test_a_picture_keeps_its_place_and_leads_to_the_whole_of_it(content: Content) -> None:
    requested: list[str] = []

    def answer(route: Any) -> None:
        requested.append(route.request.url)
        if "broken" in route.request.url:
            route.abort()
        else:
            route.fulfill(body=png(160, 120), content_type="image/png")

    content.page.route("https://cdn.example/**", answer)
    common = {"type": "file", "content_type": "image/png", "width": 1600, "height": 1200}
    content.show(
        common
        | {
            "url": "https://cdn.example/whole.png",
            "thumbnail_url": "https://cdn.example/small.png",
            "alternative_text": "A <shirt>",
        },
        common | {"name": "broken.png", "url": "https://cdn.example/broken.png"},
        common | {"name": "odd.png", "url": "javascript:alert(1)", "thumbnail_url": "file:///x"},
    )
    whole = content.page.get_by_role("link", name="A <shirt>")
    assert whole.get_attribute("href") == "https://cdn.example/whole.png"
    assert whole.get_attribute("target") == "_blank"
    for picture in (
        content.page.get_by_role("img", name="A <shirt>"),
        content.page.get_by_role("img", name="broken.png"),
    ):
        box = picture.bounding_box()
        assert box
        assert box["width"] <= 320
        assert box["height"] / box["width"] == pytest.approx(0.75, abs=0.01)
    assert sorted(requested) == ["https://cdn.example/broken.png", "https://cdn.example/small.png"]
    odd = content.page.get_by_test_id("stChatMessage").last
    expect(odd).to_contain_text("odd.png")
    expect(odd.locator("a, img")).to_have_count(0)


def test_other_files_are_links_that_say_what_they_are(content: Content) -> None:
    url = "https://cdn.example/report.pdf"
    file = {"type": "file", "name": "a :b: *c*.pdf", "content_type": "application/pdf", "url": url}
    content.show(file | {"size": 1_258_291}, file, file | {"name": ""})
    links = content.page.get_by_test_id("stLinkButton")
    expect(links).to_have_count(3)
    for link in links.all():
        expect(link).to_be_visible()  # without the screen's script the sheet takes some seconds
    assert [link.inner_text().split("\n")[-1].translate(INVISIBLE) for link in links.all()] == [
        "a :b: *c*.pdf 1.2 MB",
        "a :b: *c*.pdf",
        "File PDF",
    ]
    assert links.first.locator("a").get_attribute("rel") == "noreferrer"


def test_what_is_being_sent_is_shown_in_the_size_it_will_have(content: Content) -> None:
    def outgoing(name: str, content_type: str, data: bytes) -> dict[str, Any]:
        return {"outgoing": data.hex(), "name": name, "content_type": content_type}

    content.show(
        outgoing("photo.png", "image/png", png(64, 48)),
        outgoing("broken.png", "image/png", png(64, 48)[:60]),
        outgoing("notes.txt", "text/plain", b"x"),
    )
    box = content.page.get_by_role("img", name="photo.png").bounding_box()
    assert box
    assert (box["width"], box["height"]) == (64, 48)
    expect(content.page.get_by_text("broken.png 60 B")).to_be_visible()
    expect(content.page.get_by_text("notes.txt 1 B")).to_be_visible()


def test_a_browser_elsewhere_gets_the_sandboxs_files_from_the_app(
    browser: Browser, content_app: str, sandbox: Sandbox
) -> None:
    addresses = [upload(sandbox, name) for name in ("whole.png", "small.png")]
    file = dict(zip(("url", "thumbnail_url"), addresses, strict=True))
    shown = [
        {"type": "file", "name": "a.png", "content_type": "image/png", **file},
        card(image={"url": addresses[0], "alternative_text": "A card"}),
        {"type": "file", "name": "gone.png", "content_type": "image/png", "url": sandbox.url + "/"},
    ]
    chromium = relaunched(browser, f"--host-resolver-rules=MAP {ELSEWHERE} 127.0.0.1")
    content = Content(chromium.new_page(), content_app.replace("localhost", ELSEWHERE))
    content.show(*shown, sandbox=sandbox.url)
    for name in ("a.png", "A card"):
        picture = content.page.get_by_role("img", name=name)
        expect(picture).to_have_js_property("naturalWidth", 64)
    with content.page.expect_download() as download:
        content.page.get_by_test_id("stDownloadButton").filter(has_text="a.png").click()
    assert download.value.suggested_filename == "a.png"
    assert download.value.path().read_bytes() == png(64, 48)
    assert content.foreign == []
    chromium.close()


def upload(sandbox: Sandbox, name: str) -> str:
    """The address of a picture that is uploaded to the sandbox."""
    files = {"file": (name, png(64, 48), "image/png")}
    return str(ask_as_agent(sandbox, "upload_file", files=files)["url"])
