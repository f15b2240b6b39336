"""Products in a real browser: what is picked of them, and buttons that copy."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from livechat.api.agent_client import AgentClient
from livechat.page import words
from livechat.sandbox import Sandbox
from tests.browser.apps import Apps
from tests.browser.axe import faults
from tests.browser.chat import Chat, newest_chat, png
from tests.browser.content import Content, button, card
from tests.conftest import live, until
from tests.field.browsers import as_elsewhere, elsewhere

BUY = button("Buy", type="message", value="buy")


def product(view_type: str, *options: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A card about a mug in so many sizes, or whatever its options are."""
    about = {"view_type": view_type, "product_id": "mug", "label": "Size", "options": options}
    return card(BUY, title="Mug", ecommerce=about | fields) | {"template_id": "ecommerce"}


def option(id: str, **fields: Any) -> dict[str, Any]:
    return {"option_id": id, "label": id.upper(), **fields}


def serve_pictures(page: Page) -> None:
    picture = png(8, 8)
    answer = partial(Route.fulfill, body=picture, content_type="image/png")
    page.route("https://img.example/**", lambda route: answer(route))


S, M, L = option("s", price="18"), option("m", price="18", selected=True), option("l", price="20")
VIEWS = ("tags", "swatch", "images", "something new")


@pytest.mark.parametrize("view_type", VIEWS)
def test_an_option_is_picked_by_the_keyboard_and_goes_with_the_button(
    content: Content, view_type: str
) -> None:
    content.show(product(view_type, S, M, L))
    sizes = content.page.get_by_role("radiogroup", name="Size")
    expect(sizes.get_by_role("radio")).to_have_count(3)
    expect(sizes.get_by_role("radio", name="M")).to_be_checked()
    expect(sizes.get_by_role("radio", name="L")).to_have_accessible_description("20")
    sizes.get_by_role("radio", name="M").focus()
    content.page.keyboard.press("ArrowRight")
    expect(sizes.get_by_role("radio", name="L")).to_be_checked()
    expect(content.page.locator(".price")).to_have_text("20")
    content.page.get_by_role("button", name="Buy").click()
    content.pressed("Buy", "mug/l")


def test_one_of_a_list_is_picked(content: Content) -> None:
    content.show(product("select", S, M, L | {"available": False}))
    chosen = content.page.get_by_role("combobox", name="Size")
    expect(chosen).to_have_value("M · 18")
    chosen.click()
    content.page.get_by_role("option", name="S · 18").click()
    content.page.get_by_role("button", name="Buy").click()
    content.pressed("Buy", "mug/s")
    chosen.click()
    content.page.get_by_role("option", name="L (not available) · 20").click()
    expect(content.page.get_by_role("button", name="Buy")).to_be_disabled()


def test_nothing_is_picked_for_the_visitor(content: Content) -> None:
    content.show(product("tags", S, L))
    expect(content.page.get_by_role("radio")).to_have_count(2)
    expect(content.page.get_by_role("radio", checked=True)).to_have_count(0)
    expect(content.page.locator(".price")).to_have_count(0)
    content.page.get_by_role("button", name="Buy").click()
    content.pressed("Buy", "mug/None")


def test_what_cannot_be_had_cannot_be_bought(content: Content) -> None:
    site = button("Site", type="url", value="https://shop.example")
    shown = product("tags", S, option("xl", available=False, selected=True))
    shown["elements"][0]["buttons"] = [BUY, site]
    content.show(shown)
    expect(content.page.get_by_role("radio", name="XL (not available)")).to_be_checked()
    expect(content.page.get_by_role("button", name="Buy")).to_be_disabled()
    expect(content.page.get_by_role("link", name="Site")).to_be_visible()
    content.page.get_by_role("radio", name="S").check(force=True)
    expect(content.page.get_by_role("button", name="Buy")).to_be_enabled()


def test_the_regular_price_is_struck_through_and_said(content: Content) -> None:
    priced = option("a", price="18.00", regular_price="24.00", currency="USD", selected=True)
    addon = {"addon_type": "gift_wrapping", "range_from": "2", "range_to": "5", "currency": "USD"}
    content.show(product("tags", priced, addons=[addon, {"addon_type": 7}, None]))
    expect(content.page.locator(".price b")).to_have_text("18.00 USD")
    expect(content.page.locator(".price s")).to_have_text(f"{words.say('instead_of')} 24.00 USD")
    expect(content.page.get_by_text("Gift wrapping: 2 USD to 5 USD")).to_be_visible()


COLORS = ["red", "#00f", "hsl(120, 100%, 50%)", "url(https://img.example/c)", "red;x:y", "</svg>"]


def test_a_color_is_only_ever_a_color_and_a_picture_only_of_the_web(content: Content) -> None:
    pictures = ["https://img.example/(a).png?b=[c]&d=*e*", "javascript:alert(1)", "x](y", "//z"]
    content.page.route(
        "https://img.example/**",
        lambda route: route.fulfill(body=png(8, 8), content_type="image/png"),
    )
    swatches = [option(str(n), color=color) for n, color in enumerate(COLORS)]
    images = [option(str(n), image_url=url) for n, url in enumerate(pictures)]
    content.show(product("swatch", *swatches), product("images", *images))
    expect(content.page.get_by_role("radio")).to_have_count(len(COLORS) + len(pictures))
    drawn = content.page.locator("[class*=st-key-choice-] img")
    sources = drawn.evaluate_all("all => all.map((img) => img.src)")
    assert len(sources) == 4
    assert all(source.startswith("data:image/svg+xml;base64,") for source in sources[:3])
    assert sources[3] == "https://img.example/(a).png?b=[c]&d=*e*".replace("*", "%2A").replace(
        "(", "%28"
    ).replace(")", "%29").replace("[", "%5B").replace("]", "%5D")
    assert content.foreign == [sources[3]]
    assert content.dialogs == []


def test_a_picked_option_shows_its_own_picture(content: Content) -> None:
    content.page.route(
        "https://img.example/**",
        lambda route: route.fulfill(body=png(8, 8), content_type="image/png"),
    )
    content.show(product("tags", S, option("z", image_url="https://img.example/z.png")))
    expect(content.page.locator(".described img")).to_have_count(0)
    content.page.get_by_role("radio", name="Z").check(force=True)
    expect(content.page.locator(".described img")).to_have_attribute(
        "src", "https://img.example/z.png"
    )


def test_a_hundred_options_are_a_list_and_a_phone_has_room_for_all_of_it(content: Content) -> None:
    many = [option(f"{n} {'long ' * 30}", price="9" * 90) for n in range(150)]
    content.show(
        product("tags", *many), product("swatch", *many[:12]), product("images", *many[:12])
    )
    expect(content.page.get_by_role("radio")).to_have_count(24)
    content.page.get_by_role("combobox").click()
    expect(content.page.get_by_role("option").first).to_be_visible()
    assert content.page.evaluate("document.scrollingElement.scrollWidth") <= 390


def test_what_is_broken_leaves_the_rest(content: Content) -> None:
    broken = card(BUY, title="Mug", ecommerce={"options": [S]})
    empty = card(ecommerce={"product_id": "mug", "view_type": 7, "options": [{}, 7], "addons": 7})
    content.show(broken, empty, product("tags", S))
    messages = content.page.get_by_test_id("stChatMessage")
    expect(messages.nth(0).get_by_role("button", name="Buy")).to_be_visible()
    expect(messages.nth(1)).to_contain_text(words.say("unsupported"))
    expect(messages.nth(2).get_by_role("radio")).to_have_count(1)


def size(element: Locator) -> tuple[float, float]:
    box = element.bounding_box()
    return (box["width"], box["height"]) if box else (0, 0)


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_a_finger_finds_the_options_and_axe_finds_nothing(
    browser: Browser, content_app: str, color_scheme: Any
) -> None:
    with browser.new_context(
        **{"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
        color_scheme=color_scheme,
    ) as context:
        content = Content(context.new_page(), content_app)
        content.show(*(product(view, S, M, option("n", available=False)) for view in VIEWS[:3]))
        options = content.page.get_by_test_id("stRadioOption")
        expect(options).to_have_count(9)
        # Once it has its style.
        until(content.page, lambda: all(min(size(option)) >= 44 for option in options.all()))
        assert faults(content.page) == []


def test_only_what_there_is_can_be_copied(content: Content) -> None:
    value = "\"a' <b>&amp;\n  c"
    content.show(
        card(
            button("Copy", type="copy", value=value),
            button("Nothing", type="copy"),
            button("Everything", type="copy", value="x" * 20_000),
        )
    )
    copies = content.page.get_by_role("button", name="Copy", exact=True)
    assert copies.get_attribute("data-value") == value
    expect(content.page.get_by_role("button", name="Nothing")).to_be_disabled()
    expect(content.page.get_by_role("button", name="Everything")).to_be_disabled()


@pytest.fixture
def shop(chat: Chat, agent: AgentClient, livechat: Sandbox) -> Chat:
    """A chat in which the agent has shown some products."""
    chat.say("Hello")
    expect(chat.own("Hello")).to_contain_text("Delivered")
    agent.show("shop", newest_chat(livechat))
    expect(chat.button("Add the mug")).to_be_visible()
    return chat


def test_what_is_picked_stays_picked_whatever_comes(
    shop: Chat, agent: AgentClient, livechat: Sandbox
) -> None:
    glaze = shop.page.get_by_role("radiogroup", name="Glaze").first
    glaze.get_by_role("radio", name="Brick").check(force=True)
    agent.show("shop", newest_chat(livechat))
    expect(shop.button("Add the mug")).to_have_count(2)
    shop.say("Thank you")
    expect(shop.own("Thank you")).to_contain_text("Delivered")
    expect(glaze.get_by_role("radio", name="Brick")).to_be_checked()
    second = shop.page.get_by_role("radiogroup", name="Glaze").nth(2)
    expect(second.get_by_role("radio", name="Forest")).to_be_checked()


COPIED = "navigator.clipboard.readText()"


def test_a_value_is_copied_and_nothing_is_sent(shop: Chat, livechat: Sandbox) -> None:
    shop.context.grant_permissions(["clipboard-read", "clipboard-write"])
    since = len(livechat.requests)
    shop.button("Copy the code MUG10").click()
    expect(shop.page.get_by_role("status").filter(has_text=words.say("copied"))).to_be_visible()
    assert shop.page.evaluate(COPIED) == "MUG10"
    assert not [r for r in list(livechat.requests)[since:] if "postback" in r.action]
    expect(shop.button("Copy the code MUG10")).to_be_focused()


def test_without_https_it_is_copied_all_the_same(
    browser: Browser, run_app: Apps, agent: AgentClient, livechat: Sandbox
) -> None:
    app = run_app(**live(livechat))
    with elsewhere(browser) as chromium, chromium.new_context() as context:
        chat = Chat(context, as_elsewhere(app))
        chat.ready()
        chat.say("Hello")
        expect(chat.own("Hello")).to_contain_text("Delivered")
        agent.show("shop", newest_chat(livechat))
        assert chat.page.evaluate("navigator.clipboard") is None
        chat.button("Copy the code MUG10").click()
        expect(chat.page.get_by_role("status").filter(has_text=words.say("copied"))).to_be_visible()
        expect(chat.button("Copy the code MUG10")).to_be_focused()
        chat.input.press("ControlOrMeta+v")
        expect(chat.input).to_have_value("MUG10")


def test_a_browser_that_does_not_copy_shows_the_value(shop: Chat) -> None:
    shop.page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    shop.page.evaluate("document.execCommand = () => false")
    shop.button("Copy the code MUG10").click()
    said = shop.page.get_by_role("status").filter(has_text=words.say("not_copied"))
    expect(said).to_be_visible()
    expect(said.locator("output")).to_have_text("MUG10")
