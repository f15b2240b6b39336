"""A tab that is closed for good: the app gives back what it held for it."""

from __future__ import annotations

import re
import select
from collections.abc import Mapping
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest
import requests
from playwright.sync_api import Browser, Request

from livechat.sandbox import Sandbox
from tests.browser.apps import Apps
from tests.browser.chat import Chat, attach
from tests.conftest import live, until

FILES = 9
CONTENT = bytes(1_000_000)
TOO_LARGE = 190 * len(CONTENT)


@pytest.fixture
def url(run_app: Apps, sandbox: Sandbox) -> str:
    """Nothing is in front of it, which would refuse what is too large before the app can."""
    return run_app.directly(**live(sandbox, STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL="1"))


def uploaded(url: str) -> int:
    """How many bytes of uploaded files the app holds, as Streamlit counts them."""
    metrics = requests.get(f"{url}/_stcore/metrics", timeout=10).text
    found = re.search(r"^cache_memory_bytes\{.*UploadedFileManager.*\} (\d+)$", metrics, re.M)
    return int(found[1]) if found else 0


def sent(upload: Request, size: int, **framing: str) -> tuple[int, int]:
    """Sends so many bytes to where a file was uploaded; the answer's status, and how many it took.

    Who is refused need not send the rest.
    """
    known: Mapping[str, str] = upload.all_headers()
    address = urlsplit(upload.url)
    connection = HTTPConnection(address.netloc, timeout=60)
    connection.putrequest("PUT", address.path)
    for name in ("cookie", "x-xsrftoken"):
        connection.putheader(name, known[name])
    connection.putheader("Content-Type", "multipart/form-data; boundary=x")
    for name, value in framing.items():
        connection.putheader(name.replace("_", "-"), value)
    connection.endheaders()
    took = 0
    head = b'--x\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n'
    piece = head + bytes(100_000)
    while took < size and not select.select([connection.sock], [], [], 0)[0]:
        try:
            connection.send(b"%x\r\n%s\r\n" % (len(piece), piece))
        except OSError:  # the app has hung up
            break
        took += len(piece)
        piece = piece[-100_000:]
    answer = connection.getresponse()
    connection.close()
    return answer.status, took


def test_what_was_attached_in_a_tab_goes_with_it(browser: Browser, url: str) -> None:
    with browser.new_context() as context:
        chat, other = Chat(context, url), Chat(context, url)
        chat.ready()
        uploads: list[Request] = []
        chat.page.on("request", lambda r: uploads.append(r) if "/upload_file/" in r.url else None)
        attach(chat, *((f"{n}.txt", "text/plain", CONTENT) for n in range(FILES)))
        attach(other, ("other.txt", "text/plain", CONTENT))
        until(other.page, lambda: uploaded(url) >= (FILES + 1) * len(CONTENT))
        said = sent(uploads[0], 0, Content_Length=str(TOO_LARGE))
        assert said == (413, 0)
        status, took = sent(uploads[0], TOO_LARGE, Transfer_Encoding="chunked")
        assert status == 413
        assert took < TOO_LARGE / 3  # and what the line had taken
        assert uploaded(url) == (FILES + 1) * len(CONTENT)
        chat.page.close()
        until(other.page, lambda: uploaded(url) <= len(CONTENT))
        other.page.wait_for_timeout(2_000)
        assert uploaded(url) == len(CONTENT)
