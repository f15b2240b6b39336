"""IDs of LiveChat's as parts of keys."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livechat.chat.keys import part


@pytest.mark.parametrize(
    ("id", "expected"),
    [
        ("Q20N9CKRX2", "Q20N9CKRX2"),
        ("Q20N9CKRX2_1", "Q20N9CKRX2_5f_1"),
        ("X-faults", "X_2d_faults"),
        ("é.👍", "_e9__2e__1f44d_"),
        ("", ""),
    ],
)
def test_an_id_can_be_read_in_a_key(id: str, expected: str) -> None:
    assert part(id) == expected


@given(st.text(), st.text())
def test_no_two_ids_meet_and_each_is_one_part(one: str, other: str) -> None:
    assert re.fullmatch("[a-zA-Z0-9_]*", part(one))
    assert (part(one) == part(other)) == (one == other)
    given_back = re.sub("_([0-9a-f]+)_", lambda found: chr(int(found[1], 16)), part(one))
    assert given_back == one
