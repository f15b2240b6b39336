"""What the browser is told of LiveChat's real-time API (the script: see tests/browser)."""

from __future__ import annotations

from livechat.page.browser import push


def test_the_address_in_a_region_is_a_template() -> None:
    there = push.connection("wss://api.livechatinc.com/rtm/ws?organization_id=api.o")
    assert there["url"] == "wss://api.livechatinc.com/rtm/ws?organization_id=api.o"
    assert there["regional"] == "wss://api-{region}.livechatinc.com/rtm/ws?organization_id=api.o"


def test_where_there_are_no_regions_the_address_stays() -> None:
    there = push.connection("ws://127.0.0.1:1/rtm/ws")
    assert there["regional"] == there["url"]


def test_no_address_is_none_in_any_region() -> None:
    assert push.connection(None)["regional"] is None
