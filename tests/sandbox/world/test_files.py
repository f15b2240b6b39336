"""Files: section 3.4, and the bounds of what is stored."""

from __future__ import annotations

import io

import pytest
import requests
from PIL import Image

from livechat.sandbox import Sandbox
from livechat.sandbox.world.clock import Clock
from livechat.sandbox.world.files import Files
from tests.photos import photo, turned
from tests.sandbox.actors import Customer

PROGRAM = b"MZ" + bytes(58) + (64).to_bytes(4, "little") + b"PE\0\0"


def picture(width: int = 400, height: int = 200) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "red").save(out, "PNG")
    return out.getvalue()


def test_upload_and_send_a_file(customer: Customer) -> None:
    chat_id = customer.start("hello")
    url = customer.upload("notes ü.txt", b"some text").json()["url"]
    assert requests.get(url).content == b"some text"
    customer.ok("send_event", chat_id=chat_id, event={"type": "file", "url": url})
    event = customer.threads()[0]["events"][-1]
    assert (event["name"], event["content_type"]) == ("notes ü.txt", "text/plain")
    assert "thumbnail_url" not in event
    customer.sandbox.clock.advance(86_401)
    assert requests.get(url).status_code == 404
    served = requests.get(event["url"])
    assert served.content == b"some text"
    assert served.headers["content-disposition"] == "attachment"
    assert served.headers["content-security-policy"] == "sandbox"


def test_an_image_has_thumbnails(customer: Customer) -> None:
    chat_id = customer.start("hello")
    data = picture()
    url = customer.upload("red.png", data, "application/octet-stream").json()["url"]
    event = {"type": "file", "url": url, "alternative_text": "Red"}
    customer.ok("send_event", chat_id=chat_id, event=event)
    shown = customer.threads()[0]["events"][-1]
    assert (shown["width"], shown["height"], shown["size"]) == (400, 200, len(data))
    assert (shown["content_type"], shown["alternative_text"]) == ("image/png", "Red")
    for name, width in (("thumbnail_url", 160), ("thumbnail2x_url", 320)):
        with Image.open(io.BytesIO(requests.get(shown[name]).content)) as thumbnail:
            assert thumbnail.size == (width, width // 2)


def test_a_temporary_file_dies_after_a_day(customer: Customer) -> None:
    chat_id = customer.start("hello", continuous=True)
    customer.organization.inactivity_seconds = 10**9
    url = customer.upload("a.txt", b"x").json()["url"]
    customer.sandbox.clock.advance(86_401)
    customer.authorize()
    event = {"type": "file", "url": url}
    assert customer.error("send_event", chat_id=chat_id, event=event) == "validation"
    assert requests.get(url).status_code == 404


def test_a_file_is_of_its_organization(sandbox: Sandbox, customer: Customer) -> None:
    other = Customer(sandbox, sandbox.lodge(None))
    url = customer.upload("a.txt", b"x").json()["url"]
    chat_id = other.start("hello")
    event = {"type": "file", "url": url}
    assert other.error("send_event", chat_id=chat_id, event=event) == "validation"


def test_upload_limits(customer: Customer) -> None:
    limit = 10 * 1024 * 1024
    assert customer.upload("big.bin", b"\0" * limit).status_code == 200
    for size in (limit + 1, limit + 1_000_000):
        response = customer.upload("big.bin", b"\0" * size)
        error = response.json()["error"]
        assert (error["type"], error["message"]) == (
            "entity_too_large",
            "Upload limit exceeded (10MB).",
        )


@pytest.mark.parametrize(
    ("name", "data"),
    [("setup.EXE", b"x"), ("run.sh", b"x"), ("innocent.txt", PROGRAM), ("a", b"\x7fELF")],
)
def test_executables_are_refused(customer: Customer, name: str, data: bytes) -> None:
    assert customer.upload(name, data).json()["error"]["type"] == "validation"


@pytest.mark.parametrize(
    ("name", "data"),
    [("order list.txt", b"MZ 250"), ("notes.txt", b"#! "), ("invoice from shop.com", b"x")],
)
def test_what_only_looks_like_one_is_taken(customer: Customer, name: str, data: bytes) -> None:
    assert customer.upload(name, data).status_code == 200


def test_a_thumbnail_is_upright(customer: Customer) -> None:
    portrait = photo(turned(6), width=400, height=200)
    url = customer.upload("portrait.jpg", portrait).json()["url"]
    chat_id = customer.start("hello")
    customer.ok("send_event", chat_id=chat_id, event={"type": "file", "url": url})
    shown = customer.threads()[0]["events"][-1]
    with Image.open(io.BytesIO(requests.get(shown["thumbnail_url"]).content)) as thumbnail:
        assert thumbnail.size == (80, 160)
        assert thumbnail.convert("RGB").getpixel((40, 10))[0] > 200  # type: ignore[index]


def test_files_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("livechat.sandbox.world.files.MAX_STORED_BYTES", 100_000)
    files = Files(Clock())
    added = [files.add("o", "http://x", f"{n}.txt", "text/plain", b"x" * 30_000) for n in range(5)]
    kept = [files.temporary(file.temporary_id) is not None for file in added]
    assert kept == [False, False, True, True, True]
