"""The mapping of bounded weight."""

from __future__ import annotations

from livechat.sandbox.world.lru import Lru


def test_the_least_recently_used_goes_first() -> None:
    gone: list[str] = []
    lru: Lru[str, int] = Lru(10, on_evict=lambda key, _value: gone.append(key))
    lru.put("a", 1, 4)
    lru.put("b", 2, 4)
    assert lru.get("a") == 1
    lru.put("c", 3, 4)
    assert gone == ["b"]
    lru.grow("a", 4)
    assert gone == ["b", "c"]
    lru.put("heavy", 4, 99)
    assert gone == ["b", "c", "a"]
    assert list(lru) == ["heavy"]
