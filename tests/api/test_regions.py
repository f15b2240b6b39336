"""The hosts of LiveChat's regions (how the client goes there: see test_transport)."""

from __future__ import annotations

import pytest

from livechat.api.regions import in_region, is_region


@pytest.mark.parametrize("named", ["dal", "fra", "eu-west", "a" * 20, "a1-2"])
def test_a_region(named: str) -> None:
    assert is_region(named)


@pytest.mark.parametrize("named", [None, 7, "", "evil.com/", "DAL", "a" * 60, "dal-", "x@y", "a\n"])
def test_no_region(named: object) -> None:
    assert not is_region(named)


@pytest.mark.parametrize(
    ("address", "there"),
    [
        ("https://api.livechatinc.com", "https://api-dal.livechatinc.com"),
        (
            "https://api-fra.livechatinc.com/a?b=//api.c",
            "https://api-dal.livechatinc.com/a?b=//api.c",
        ),
        ("wss://api.livechatinc.com/v3.5", "wss://api-dal.livechatinc.com/v3.5"),
        ("https://apiary.example", "https://apiary.example"),
        ("http://127.0.0.1:80/api.x", "http://127.0.0.1:80/api.x"),
    ],
)
def test_the_address_in_a_region(address: str, there: str) -> None:
    assert in_region(address, "dal") == there
