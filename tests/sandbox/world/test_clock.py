"""The clock."""

from __future__ import annotations

from livechat.sandbox.world.clock import Clock


def test_times_are_unique_and_move() -> None:
    clock = Clock()
    moments = [clock.now() for _ in range(1000)]
    assert len(set(moments)) == 1000
    assert moments == sorted(moments)
    clock.advance(3600)
    assert (clock.now() - moments[0]).total_seconds() > 3599
