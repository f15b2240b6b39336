"""Times as the visitor reads them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
import streamlit as st
from hypothesis import given
from hypothesis import strategies as some

from livechat.page import times, words
from livechat.page.times import Here

TODAY = date(2026, 3, 10)
THEN = datetime(2026, 3, 4, 15, 4, 59, tzinfo=UTC)  # a Wednesday

# As CLDR has them, but for the word for year, and the words, which are English here.
LOCALES = [
    ("ar", "4\u200f/3\u200f/2026, 3:04 PM"),
    ("ar-EG", "٤\u200f/٣\u200f/٢٠٢٦, ٣:٠٤ PM"),
    ("be-BY", "4.3.2026, 15:04"),
    ("bg-BG", "4.03.2026, 15:04"),
    ("ca-ES", "4/3/2026, 15:04"),
    ("cs-CZ", "4. 3. 2026, 15:04"),
    ("da-DK", "4.3.2026, 15:04"),
    ("de", "4.3.2026, 15:04"),
    ("de-CH", "4.3.2026, 15:04"),
    ("el-GR", "4/3/2026, 3:04 PM"),
    ("en", "3/4/2026, 3:04 PM"),
    ("en-AU", "04/03/2026, 3:04 PM"),
    ("en-CA", "2026-03-04, 3:04 PM"),
    ("en-DE", "04/03/2026, 15:04"),
    ("en-GB", "04/03/2026, 15:04"),
    ("en-IN", "4/3/2026, 3:04 PM"),
    ("en-NZ", "4/03/2026, 3:04 PM"),
    ("en-SE", "2026-03-04, 15:04"),
    ("en-US", "3/4/2026, 3:04 PM"),
    ("en-US@posix", "3/4/2026, 3:04 PM"),
    ("en_US", "3/4/2026, 3:04 PM"),
    ("EN-us", "3/4/2026, 3:04 PM"),
    ("en-ZA", "2026/03/04, 15:04"),
    ("es-419", "4/3/2026, 3:04 PM"),
    ("es-CL", "04-03-2026, 3:04 PM"),
    ("es-ES", "4/3/2026, 15:04"),
    ("es-MX", "4/3/2026, 3:04 PM"),
    ("es-PR", "03/04/2026, 3:04 PM"),
    ("fi-FI", "4.3.2026, 15:04"),
    ("fil-PH", "3/4/2026, 3:04 PM"),
    ("fr-CA", "2026-03-04, 15 h 04"),
    ("fr-CH", "04.03.2026, 15:04"),
    ("fr-FR", "04/03/2026, 15:04"),
    ("he-IL", "4.3.2026, 15:04"),
    ("hi-IN", "4/3/2026, 3:04 PM"),
    ("hr-HR", "04. 03. 2026., 15:04"),
    ("hu-HU", "2026. 03. 04., 15:04"),
    ("it-IT", "04/03/2026, 15:04"),
    ("ja-JP", "2026/3/4, 15:04"),
    ("ko-KR", "2026. 3. 4., 3:04 PM"),
    ("lt-LT", "2026-03-04, 15:04"),
    ("nl-BE", "4/3/2026, 15:04"),
    ("nl-NL", "4-3-2026, 15:04"),
    ("pl-PL", "4.03.2026, 15:04"),
    ("pt-BR", "04/03/2026, 15:04"),
    ("ru-RU", "04.03.2026, 15:04"),
    ("sr-Latn-RS", "4. 3. 2026., 15:04"),
    ("sv-SE", "2026-03-04, 15:04"),
    ("tr-TR", "04.03.2026, 15:04"),
    ("vi-VN", "4/3/2026, 15:04"),
    ("zh-CN", "2026/3/4, 15:04"),
    ("zh-Hant-HK", "4/3/2026, 3:04 PM"),
    ("zh-TW", "2026/3/4, 3:04 PM"),
    # What says nothing.
    ("", "2026-03-04, 15:04"),
    ("C", "2026-03-04, 15:04"),
    ("english", "2026-03-04, 15:04"),
    ("xx-XX", "2026-03-04, 15:04"),
    ("../../etc", "2026-03-04, 15:04"),
]


@pytest.mark.parametrize(("locale", "expected"), LOCALES)
def test_dates_and_times_are_written_as_in_the_locale(locale: str, expected: str) -> None:
    assert Here(UTC, locale).stamp(THEN, TODAY) == expected


@pytest.mark.parametrize(
    ("hour", "expected"), [(0, "12:04 AM"), (11, "11:04 AM"), (12, "12:04 PM"), (13, "1:04 PM")]
)
def test_noon_and_midnight_are_twelve(hour: int, expected: str) -> None:
    assert Here(UTC, "en-US").clock(THEN.replace(hour=hour)) == expected


def test_in_full_a_moment_has_its_weekday_and_date() -> None:
    assert Here(UTC, "en-US").in_full(THEN) == "Wednesday, 3/4/2026, 3:04 PM"


@pytest.mark.parametrize(
    ("locale", "expected"),
    [
        ("de-DE", "Mittwoch, 4.3.2026, 15:04"),
        ("fr-FR", "Mercredi 04/03/2026 à 15:04"),
        ("es-MX", "Miércoles, 4/3/2026, 3:04 p. m."),
        ("pt-BR", "Quarta-feira, 04/03/2026, 15:04"),
        ("it-IT", "Mercoledì 04/03/2026, 15:04"),
        ("nl-NL", "Woensdag 4-3-2026 om 15:04"),
        ("pl-PL", "Środa, 4.03.2026, 15:04"),
        ("tr-TR", "04.03.2026 Çarşamba 15:04"),
        ("uk-UA", "Середа, 04.03.2026, 15:04"),
        ("ja-JP", "2026年3月4日(水) 15:04"),
        ("zh-CN", "2026年3月4日星期三 15:04"),
        ("zh-HK", "2026年3月4日星期三 下午3:04"),
        ("ko-KR", "2026년 3월 4일 수요일 오후 3:04"),
        ("ar-EG", "الأربعاء، ٤\u200f/٣\u200f/٢٠٢٦، ٣:٠٤ م"),
        ("he-IL", "יום רביעי, 4.3.2026, 15:04"),
    ],
)
def test_in_full_it_is_said_in_the_pages_language(locale: str, expected: str) -> None:
    language = next(name for name in words.languages() if name[:2] == locale[:2])
    with words.speaking(language, locale):
        assert Here(UTC, locale).in_full(THEN) == expected


def test_the_zone_is_the_visitors() -> None:
    assert Here(ZoneInfo("Asia/Kolkata"), "de").clock(THEN) == "20:34"
    assert Here(ZoneInfo("Europe/Berlin"), "de").clock(THEN) == "16:04"
    summer = datetime(2026, 7, 1, 15, 4, tzinfo=UTC)
    assert Here(ZoneInfo("Europe/Berlin"), "de").clock(summer) == "17:04"


def test_days_begin_at_the_visitors_midnight() -> None:
    late = datetime(2026, 3, 9, 23, 30, tzinfo=UTC)
    assert Here(UTC, "en-US").day(late, TODAY) == "Yesterday"
    assert Here(ZoneInfo("Europe/Berlin"), "en-US").day(late, TODAY) == "Today"
    assert Here(ZoneInfo("Europe/Berlin"), "en-US").stamp(late, TODAY) == "12:30 AM"
    assert Here(UTC, "en-US").stamp(late, TODAY) == "3/9/2026, 11:30 PM"


def test_other_days_have_their_weekday_and_date() -> None:
    assert Here(UTC, "en-US").day(THEN, TODAY) == "Wednesday, 3/4/2026"
    assert Here(UTC, "de").day(THEN, TODAY) == "Wednesday, 4.3.2026"
    assert Here(UTC, "").day(THEN, TODAY) == "Wednesday, 2026-03-04"
    assert Here(UTC, "").day(THEN + timedelta(days=7), TODAY) == "Wednesday, 2026-03-11"


@given(
    moment=some.datetimes(timezones=some.just(UTC))
    | some.sampled_from([d.replace(tzinfo=UTC) for d in (datetime.min, datetime.max)])
    | some.just(datetime.min.replace(tzinfo=timezone(timedelta(hours=23))))
    | some.just(datetime.max.replace(tzinfo=timezone(-timedelta(hours=23)))),
    zone=some.sampled_from(["UTC", "Pacific/Kiritimati", "America/Los_Angeles", "Asia/Kolkata"]),
    locale=some.sampled_from(["en-US", "de", "", "ko"]) | some.text(),
)
def test_no_moment_and_no_locale_is_too_much(moment: datetime, zone: str, locale: str) -> None:
    here = Here(ZoneInfo(zone), locale)
    days = (here.day(moment, TODAY), here.in_full(moment))
    for said in (here.clock(moment), here.stamp(moment, TODAY), *days):
        assert said
    try:
        today = moment.astimezone(here.zone).date()
    except (OverflowError, ValueError):
        today = moment.date()  # at the very beginning or end of the calendar
    assert here.stamp(moment, today) == here.clock(moment)
    assert here.day(moment, today) == "Today"


class Context:
    """What the browser says of itself."""

    def __init__(
        self, timezone: str | None, offset: int | None = None, locale: str | None = None
    ) -> None:
        self.timezone, self.timezone_offset, self.locale = timezone, offset, locale


def test_the_browser_says_where_the_visitor_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(st, "context", Context("America/New_York", 300, "en-US"))
    assert times.here() == Here(ZoneInfo("America/New_York"), "en-US")


@pytest.mark.parametrize(
    ("language", "browser", "locale"),
    [
        ("de", "de-AT", "de-AT"),
        ("de", "en-US", "de-US"),
        ("de", "de", "de"),
        ("de", "", "de"),
        ("pt-BR", "pt-PT", "pt-PT"),
        ("he", "iw-IL", "he-IL"),
        ("zh", "zh-Hant-TW", "zh-TW"),
        ("en", "en-GB", "en-GB"),
        ("en", "en", "en"),
        ("en", "th-TH", "en-TH"),
        ("en", "th", "en-001"),
        ("en", "", ""),
        ("en", "C", ""),
    ],
)
def test_the_pages_language_is_read_where_the_browser_is(
    monkeypatch: pytest.MonkeyPatch, language: str, browser: str, locale: str
) -> None:
    monkeypatch.setattr(st, "context", Context("UTC", locale=browser))
    with words.speaking(language):
        assert times.here().locale == locale


def test_english_is_that_of_the_us_only_there() -> None:
    assert Here(UTC, "en-TH").stamp(THEN, TODAY) == "04/03/2026, 15:04"
    assert Here(UTC, "en-001").stamp(THEN, TODAY) == "04/03/2026, 15:04"


def test_whose_language_has_a_24_hour_clock_has_it_anywhere() -> None:
    assert Here(UTC, "de-US").clock(THEN) == "15:04"
    assert Here(UTC, "es-US").clock(THEN) == "3:04 PM"


@pytest.mark.parametrize(
    "zone",
    [None, "", "Nowhere/At_All", "../../etc/passwd", "/etc/passwd", "a\0b", "Europe", "x" * 999],
)
@pytest.mark.parametrize(
    ("offset", "expected"),
    [(None, "15:04"), (-330, "20:34"), (300, "10:04"), (10**6, "15:04"), (-(10**20), "15:04")],
)
def test_an_unknown_zone_is_as_far_from_utc_as_the_browsers_clock_is_now(
    monkeypatch: pytest.MonkeyPatch, zone: str | None, offset: int | None, expected: str
) -> None:
    monkeypatch.setattr(st, "context", Context(zone, offset))
    assert times.here().clock(THEN) == expected


def test_without_a_browser_times_are_utc() -> None:
    assert times.here().stamp(THEN, TODAY) == "2026-03-04, 15:04"
