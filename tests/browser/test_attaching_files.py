"""Sending files from the input, in a real browser: as a visitor attaches them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests
from playwright.sync_api import Browser, BrowserContext, Request, WebSocketRoute, expect

from livechat.chat.attachment import MAX_BYTES
from livechat.sandbox import Sandbox
from tests.browser.apps import Apps
from tests.browser.chat import Chat, attach, png
from tests.conftest import as_new, live

BROWSERS_LIMIT = 10_000_000  # Streamlit's side there counts a thousand bytes to the KB


@pytest.fixture(scope="module")
def url(run_app: Apps, shared_sandbox: Sandbox) -> str:
    return run_app(**live(shared_sandbox))


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


def test_a_program_is_kept_with_the_reason_why_it_was_not_sent(
    chat: Chat, sandbox: Sandbox
) -> None:
    attach(chat, ("setup.exe", "application/octet-stream", b"MZ"))
    chat.input.fill("Is this safe?")
    chat.button("Send message").click()
    expect(chat.page.get_by_text("programs and scripts are not accepted")).to_be_visible()
    expect(chat.own("Is this safe?")).to_be_visible()
    expect(chat.button("Retry")).to_have_count(0)
    chat.button("Discard").click()
    expect(chat.messages).to_have_count(1)
    assert "upload_file" not in [r.action for r in sandbox.requests]


def test_a_file_over_the_limit_is_refused_by_name_before_it_is_sent(chat: Chat) -> None:
    big = ("big.bin", "application/octet-stream", bytes(MAX_BYTES + 1))
    attach(chat, big)
    expect(chat.page.get_by_text("10.0MB")).to_be_visible()


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
    with chat.page.expect_response(lambda response: "upload_file" in response.url) as uploaded:
        attach(chat, ("big.bin", "application/octet-stream", bytes(BROWSERS_LIMIT)))
    assert uploaded.value.ok
    chat.button("Send message").click()
    expect(chat.messages.get_by_role("link")).to_contain_text("big.bin")
    assert [r.action for r in sandbox.requests].count("upload_file") == 1


def test_the_upload_address_takes_no_more_than_the_limit(chat: Chat) -> None:
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
            answer = requests.put(upload.url, headers=headers, data=data, timeout=60)
            assert answer.status_code == status
