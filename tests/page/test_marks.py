"""What one author says in a row has one face, one name and one time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from livechat.page.marks import FIRST, LAST, NEW, OWN, Said, marked

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
KATE, TOM = "agent kate", "agent tom"


def said(author: str | None, minutes: float = 0, day: str = "Today") -> Said:
    return Said(author, NOON + timedelta(minutes=minutes), day)


@pytest.mark.parametrize(
    ("page", "runs"),
    [
        ([], []),
        ([said(KATE)], [1]),
        ([said(KATE), said(KATE, 5), said(KATE, 10)], [3]),
        ([said(KATE), said(KATE, 5.1)], [1, 1]),
        ([said(KATE), said(TOM), said(KATE)], [1, 1, 1]),
        ([said(OWN), said(OWN), said(KATE)], [2, 1]),
        ([said(KATE), said(None), said(KATE)], [1, 1, 1]),
        ([said(None), said(None)], [1, 1]),
        ([said(KATE, 0, "Yesterday"), said(KATE, 1)], [1, 1]),
        # What failed stands where it was typed, whenever that was.
        ([said(OWN, 9), said(OWN), said(OWN, 1)], [1, 2]),
    ],
)
def test_a_run_is_of_one_author_and_of_one_time(page: list[Said], runs: list[int]) -> None:
    ends = [FIRST in marks for marks in marked(page)]
    begins = [LAST in marks for marks in marked(page)]
    assert ends == [place == 0 for length in runs for place in range(length)]
    assert begins == [place == length - 1 for length in runs for place in range(length)]


def test_an_agent_has_a_title_until_another_one_speaks() -> None:
    page = [said(a) for a in (KATE, OWN, KATE, None, KATE, TOM, KATE)]
    assert [NEW in marks for marks in marked(page)] == [
        True,
        False,
        False,
        False,
        False,
        True,
        True,
    ]
    assert [OWN in marks for marks in marked(page)] == [a.author == OWN for a in page]


def test_what_is_added_changes_no_more_than_where_the_run_before_ends() -> None:
    page = [said(a, n) for n, a in enumerate((KATE, KATE, OWN, OWN, KATE))]
    for length in range(1, len(page)):
        before, after = marked(page[:length]), marked(page[: length + 1])[:length]
        assert [m - {LAST} for m in before] == [m - {LAST} for m in after]
        assert before[:-1] == after[:-1]
