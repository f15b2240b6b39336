"""When something was said, in the visitor's own time zone and as their page's language has it.

The browser tells the zone, and in which region that language is read (`words.locale`). Without
them, or with ones that are not known here, times are UTC and dates are ISO 8601's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import streamlit as st

from livechat.page import words
from livechat.page.words import numbers
from livechat.page.words.locales import locale_of, parts

# From CLDR (skeleton yMd), by language, and by language and region where that differs. Left out:
# the word for year behind some.
_DATES = {
    locale: pattern
    for pattern, locales in {
        "d.M.y": "be da de et fi he is ka lb mk nb nn no sq",
        "dd.MM.y": "az en-CH fr-CH hy kk ro ru tr uk",
        "d.MM.y": "bg pl",
        "d.MM.y.": "lv",
        "d. M. y": "cs sk sl",
        "d. M. y.": "bs sr",
        "dd. MM. y.": "hr",
        "dd/MM/y": "en fr ga it pt uz",
        "d/M/y": (
            "am bn ca cy el en-BE en-HK en-IE en-IN en-ZW es gl gu hi id km kn ml mr ms my nl-BE "
            "pa sw ta te th ur vi zh-HK zh-MO"
        ),
        "d\u200f/M\u200f/y": "ar",  # the day is on the right, whichever digits it has
        "d/MM/y": "en-NZ",
        "dd-MM-y": "es-CL",
        "d-M-y": "nl",
        "M/d/y": "en-AS en-BI en-GU en-MH en-MP en-PH en-PR en-UM en-US en-VI fil mt",
        "MM/dd/y": "es-PA es-PR",
        "y/M/d": "eu fa ja zh",
        "y/MM/dd": "en-ZA",
        "y. M. d.": "ko",
        "y. MM. dd.": "hu",
        "y.MM.dd": "mn",
        "y-MM-dd": "en-CA en-SE fr-CA",
    }.items()
    for locale in locales.split()
}
_ISO = "y-MM-dd"
# Beside the day of the week.
_LONG_DATES = {"ja": "y年M月d日", "ko": "y년 M월 d일", "zh": "y年M月d日"}
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

# From CLDR (short time): regions with a 12-hour clock, and the languages most spoken there.
_TWELVE_HOURS = frozenset(
    place
    for places in (
        "419 AE AG AL AR AS AU BB BD BH BM BN BO BS BT CA CL CO CR CU CY DJ DM DO DZ EC EG EH ER "
        "ET FJ FM GD GH GM GR GT GU GY HK HN IN IQ JM JO KH KI KN KP KR KW KY LB LC LR LS LY MH "
        "MO MP MR MW MX MY NA NI NZ OM PA PE PG PH PK PR PS PW PY QA SA SB SD SG SL SO SS SV SY "
        "SZ TC TD TN TO TT TW UM US UY VC VE VG VI VU WS YE ZM",
        "am ar bn el fil gu hi km kn ko ml mr ms pa sq ta te ur",
    )
    for place in places.split()
)
# Languages with a 24-hour clock, whichever the region.
_TWENTY_FOUR_HOURS = frozenset(("de", "fr", "he", "it", "ja", "nl", "pl", "pt", "tr", "uk"))
# From CLDR (short time), where it is none of "09:05".
_CLOCKS = {
    locale: pattern
    for pattern, locales in {"H:mm": "bg ca cs es he hu ja sk", "HH h mm": "fr-CA"}.items()
    for locale in locales.split()
}


@dataclass(frozen=True)
class Here:
    """Where a visitor is. Usable in any thread, unlike `st.context`."""

    zone: tzinfo
    locale: str

    def clock(self, moment: datetime) -> str:
        """The time of day."""
        return self._clock(self._local(moment))

    def day(self, moment: datetime, today: date) -> str:
        """The day, to stand above what was said on it."""
        local = self._local(moment)
        match (today - local.date()).days:
            case 0:
                return words.say("today")
            case 1:
                return words.say("yesterday")
            case _:
                return self._weekday_and_date(local)

    def in_full(self, moment: datetime) -> str:
        """The day of the week, the date and the time of day."""
        local = self._local(moment)
        return words.say("stamp", date=self._weekday_and_date(local), clock=self._clock(local))

    def stamp(self, moment: datetime, today: date) -> str:
        """The time of day, with the date unless it is today."""
        local = self._local(moment)
        clock = self._clock(local)
        if local.date() == today:
            return clock
        return words.say("stamp", date=self._date(local), clock=clock)

    def _weekday_and_date(self, local: datetime) -> str:
        weekday = words.say(f"weekday.{_WEEKDAYS[local.weekday()]}")
        long = _LONG_DATES.get(parts(self.locale)[0])
        date = _written(local, long) if long else self._date(local)
        return words.say("day", weekday=weekday, date=date)

    def _local(self, moment: datetime) -> datetime:
        try:
            return moment.astimezone(self.zone)
        except (OverflowError, ValueError):
            return moment  # at the very beginning or end of the calendar

    def _clock(self, local: datetime) -> str:
        language, region = self._language_and_region
        if (region or language) in _TWELVE_HOURS and language not in _TWENTY_FOUR_HOURS:
            half = "before_noon" if local.hour < 12 else "after_noon"
            said = words.say(half, time=f"{local.hour % 12 or 12}:{local:%M}")
        else:
            said = _written(local, self._pattern(_CLOCKS) or "HH:mm")
        return numbers.digits(said, self.locale)

    def _date(self, local: datetime) -> str:
        pattern = self._pattern(_DATES) or _ISO
        return numbers.digits(_written(local, pattern), self.locale)

    def _pattern(self, patterns: Mapping[str, str]) -> str | None:
        """That of the locale, or else of its language."""
        language, region = self._language_and_region
        return patterns.get(f"{language}-{region}") or patterns.get(language)

    @property
    def _language_and_region(self) -> tuple[str, str]:
        language, region = parts(self.locale)
        # English alone means that of the US, with any other region more that of Britain.
        return language, region or ("US" if language == "en" else "")


def here() -> Here:
    """Where the visitor of this session is."""
    zone = _zone(st.context.timezone, st.context.timezone_offset)
    return Here(zone, locale_of(words.spoken(), st.context.locale or ""))


def _zone(name: str | None, offset: int | None) -> tzinfo:
    """The time zone of that name, else what the browser's clock is behind UTC now, in minutes.

    Browsers say "Asia/Calcutta", which not every server knows any more.
    """
    try:
        return ZoneInfo(name or "")
    except (KeyError, ValueError, OSError):
        pass
    try:
        return timezone(-timedelta(minutes=offset or 0))
    except (OverflowError, ValueError):
        return UTC


def _written(local: datetime, pattern: str) -> str:
    fields = {"y": f"{local.year}", "mm": f"{local:%M}"}
    for field, value in {"M": local.month, "d": local.day, "H": local.hour}.items():
        fields |= {field: f"{value}", field * 2: f"{value:02}"}
    return re.sub("y|mm|M+|d+|H+", lambda field: fields[field.group()], pattern)
