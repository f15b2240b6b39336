"""Sending files from the input, in a real browser: as a visitor attaches them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser, BrowserContext, Request, WebSocketRoute, expect

from livechat.chat.attachment import MAX_BYTES
from livechat.sandbox import Sandbox
from tests.browser.apps import Apps
from tests.browser.chat import UPLOADS, Chat, Held, attach, png
from tests.conftest import as_new, live
from tests.field.nginx import Certificate
from tests.photos import ASCII, X_RESOLUTION, photo, turned

# As it was seen, but for a text where a camera writes a number.
PORTRAIT = photo(turned(6), (X_RESOLUTION, ASCII, b"72\0"), width=400, height=200)


@pytest.fixture(scope="module")
def url(run_app: Apps, shared_sandbox: Sandbox) -> str:
    return run_app(tls=True, **live(shared_sandbox))


@pytest.fixture(scope="module")
def phone(browser: Browser) -> Iterator[BrowserContext]:
    with browser.new_context(viewport={"width": 390, "height": 844}) as context:
        yield context


@pytest.fixture
def chat(phone: BrowserContext, url: str, sandbox: Sandbox) -> Iterator[Chat]:
    with as_new(phone) as context:
        chat = Chat(context, url)
        chat.ready()
        yield chat


def test_a_text_and_several_files_are_sent_in_order(chat: Chat, sandbox: Sandbox) -> None:
    attach(chat, ("photo.png", "image/png", png(800, 600)), ("notes.txt", "text/plain", b"notes"))
    chat.input.fill("Look at these")
    chat.button("Send message").click()
    expect(chat.messages).to_have_count(3)
    expect(chat.messages.nth(0)).to_contain_text("Look at these")
    expect(chat.messages.nth(1).get_by_role("img", name="photo.png")).to_be_visible()
    expect(chat.messages.nth(2)).to_contain_text("notes.txt")
    chat.page.reload()
    expect(chat.messages).to_have_count(3)
    link = chat.messages.nth(2).get_by_role("link")
    expect(link).to_contain_text("notes.txt")
    assert [r.action for r in sandbox.requests].count("upload_file") == 2
    assert (link.get_attribute("href") or "").startswith(f"{sandbox.url}/files/")


def test_what_is_not_sent_is_named_with_its_reason_and_the_text_is_kept(
    chat: Chat, sandbox: Sandbox, tmp_path: Path
) -> None:
    huge, large = tmp_path / "huge.mov", tmp_path / "large.bin"
    huge.write_bytes(bytes(12_000_000))
    large.write_bytes(bytes(MAX_BYTES + 1))
    refusals = iter([500, 403, 413])
    chat.page.route(UPLOADS, lambda route: route.fulfill(status=next(refusals)))
    for number, name in enumerate(["photo.png", "shut.png", "wide.png"]):
        attach(chat, (name, "image/png", png(80, 60)))
        expect(chat.page.get_by_test_id("stFileChipIconError")).to_have_count(number + 1)
    chat.page.unroute(UPLOADS)
    chat.page.locator("input[type=file]").set_input_files([huge, large])
    attach(
        chat,
        ("setup.exe", "application/octet-stream", b"MZ"),
        ("notes.txt", "text/plain", b"notes"),
    )
    chat.say("See what is attached")
    expect(chat.messages).to_have_count(8)
    for number, (name, reason) in enumerate(
        [
            ("See what is attached", "Retry sends it without"),
            ("large.bin", "larger than 10 MB"),
            ("setup.exe", "programs and scripts are not accepted"),
            ("notes.txt", "Retry sends it without"),
            ("photo.png", "could not be uploaded"),
            ("shut.png", "could not be uploaded"),
            ("wide.png", "larger than 10 MB"),
            ("huge.mov", "larger than 10 MB"),
        ]
    ):
        expect(chat.messages.nth(number)).to_contain_text(name)
        expect(chat.messages.nth(number)).to_contain_text(reason)
    expect(chat.page.get_by_test_id("stFileChip")).to_have_count(0)
    expect(chat.input).to_have_value("")
    assert "upload_file" not in [r.action for r in sandbox.requests]
    chat.messages.first.get_by_role("button", name="Retry").click()
    expect(chat.own("See what is attached")).to_contain_text("Delivered")
    # One alone, without a text.
    chat.page.locator("input[type=file]").set_input_files([huge.rename(tmp_path / "alone.mov")])
    chat.button("Send message").click()
    expect(chat.own("alone.mov")).to_contain_text("larger than 10 MB")


def test_enter_while_a_file_is_going_up_sends_it_as_soon_as_it_is_there(
    chat: Chat, sandbox: Sandbox
) -> None:
    held = Held(chat.page)
    says = chat.page.get_by_text("Sent as soon as the files are uploaded.")
    attach(chat, ("notes.txt", "text/plain", b"notes"))
    chat.say("Here they are")
    expect(says).to_be_visible()
    chat.input.press_sequentially(", all")  # is not said yet
    expect(says).to_have_count(0)
    chat.input.press("Enter")
    expect(says).to_be_visible()
    expect(chat.input).to_have_value("Here they are, all")
    held.let()
    expect(chat.messages).to_have_count(2)
    expect(chat.messages.first).to_contain_text("Here they are, all")
    expect(chat.messages.last.get_by_role("link")).to_contain_text("notes.txt")
    expect(says).to_have_count(0)
    expect(chat.input).to_have_value("")


def test_files_arrive_by_their_names_and_photos_upright(chat: Chat, sandbox: Sandbox) -> None:
    names = ['5" pipe.txt', "5%22 pipe.txt", "100%25.txt", "100%.txt", "a" * 300 + ".txt"]
    texts = [(name, "text/plain", b"notes") for name in names]
    empty, portrait = ("empty.txt", "text/plain", b""), ("portrait.jpg", "image/jpeg", PORTRAIT)
    sandbox.faults.add("upload_file", status=503)
    attach(chat, portrait, empty, *texts)
    chat.button("Send message").click()
    expect(chat.page.get_by_text("Not delivered yet").first).to_be_visible()
    seen = "image => image.naturalWidth < image.naturalHeight"
    photo = chat.messages.get_by_role("img", name="portrait.jpg")
    assert photo.evaluate(seen)
    expect(chat.messages.get_by_role("link")).to_have_count(7)
    expect(photo).to_have_attribute("src", re.compile("^http"))
    expect(photo).to_have_js_property("complete", True)
    assert photo.evaluate(seen)
    (found,) = sandbox.default.chats.values()
    files = [event.content for event in found.threads[0].events if event.type == "file"]
    assert (files[0]["width"], files[0]["height"]) == (200, 400)
    sent = ["portrait.jpg", "empty.txt", *names[:4], "a" * 251 + ".txt"]
    assert [file["name"] for file in files] == sent


PASTE = """area => {
    const clipboardData = new DataTransfer();
    clipboardData.items.add(new File(["pasted"], "pasted.txt", { type: "text/plain" }));
    area.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }));
}"""


class Addresses:
    """What the app says of where a file may go; Streamlit drops some of it."""

    def __init__(self, socket: WebSocketRoute) -> None:
        self.kept: list[str | bytes] = []
        self._socket = socket
        socket.connect_to_server().on_message(self._hear)

    def _hear(self, message: str | bytes) -> None:
        if b"/upload_file/" in bytes(message) and len(self.kept) < 2:
            self.kept.append(message)
        else:
            self._socket.send(message)

    def come_late(self) -> None:
        for message in self.kept:
            self._socket.send(message)


def test_a_file_that_streamlit_has_lost_is_attached_once_more(
    browser: Browser, url: str, sandbox: Sandbox
) -> None:
    addresses: list[Addresses] = []
    with browser.new_context() as context:
        context.route_web_socket("**/stream", lambda socket: addresses.append(Addresses(socket)))
        chat = Chat(context, url)
        chat.ready()
        chips = chat.page.get_by_test_id("stFileChip")
        chat.input.evaluate(PASTE)
        attach(chat, ("chosen.txt", "text/plain", b"chosen"))
        expect(chips).to_have_count(2)
        assert len(addresses[0].kept) == 2
        # Whoever was only late changes nothing.
        addresses[0].come_late()
        attach(chat, ("third.txt", "text/plain", b"third"))
        expect(chips).to_have_count(3)
        chat.button("Send message").click()
        expect(chat.messages).to_have_count(3)
        expect(chat.messages.filter(has_text="Delivered")).to_have_count(1)
    sent = [r.action for r in sandbox.requests]
    assert sent.count("upload_file") == 3


def test_a_failed_upload_keeps_the_file_for_retry(chat: Chat, sandbox: Sandbox) -> None:
    sandbox.faults.add("upload_file", error="validation")
    attach(chat, ("photo.png", "image/png", png(80, 60)))
    chat.button("Send message").click()
    chat.button("Retry").click()
    expect(chat.button("Retry")).to_have_count(0)
    chat.page.reload()
    expect(chat.messages).to_have_count(1)
    expect(chat.messages.get_by_role("img", name="photo.png")).to_be_visible()


def test_a_file_of_just_the_limit_is_sent(chat: Chat, sandbox: Sandbox) -> None:
    attach(chat, ("big.bin", "application/octet-stream", bytes(MAX_BYTES)))
    chat.input.press("Enter")
    expect(chat.messages.get_by_role("link")).to_contain_text("big.bin")
    assert [r.action for r in sandbox.requests].count("upload_file") == 1


def test_the_upload_address_takes_no_more_than_the_limit(
    chat: Chat, certificate: Certificate
) -> None:
    with chat.page.expect_request(lambda request: "upload_file" in request.url) as uploads:
        attach(chat, ("notes.txt", "text/plain", b"notes"))
    upload: Request = uploads.value
    sent = upload.all_headers()
    headers = {name: sent[name] for name in ("cookie", "x-xsrftoken")}
    headers["content-type"] = "multipart/form-data; boundary=edge"
    head = b'--edge\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n'
    for size, status in ((MAX_BYTES, 204), (2 * MAX_BYTES, 413)):
        body = head + bytes(size) + b"\r\n--edge--\r\n"
        for data in (body, iter([body])):  # that tells its length, and that does not
            answer = requests.put(
                upload.url, headers=headers, data=data, timeout=60, verify=str(certificate.path)
            )
            assert answer.status_code == status
