"""When something was said, in the visitor's own time zone and in the manner of their locale.

The browser tells both. Without them, or with ones that are not known here, times are UTC and
dates are ISO 8601's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import streamlit as st

from livechat.page import words

# Language and region of a locale such as "de-AT" or "zh-Hant-HK".
_LOCALE = re.compile(r"([a-z]{2,3})(?:[-_][a-z]{4})?(?:[-_]([a-z]{2}|\d{3}))?(?![a-z\d])", re.I)

# From CLDR (skeleton yMd), by language, and by language and region where that differs. Left out:
# the word for year behind some, and the direction marks of Arabic, as the words here are English.
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
            "am ar bn ca cy el en-BE en-CA en-HK en-IE en-IN en-ZW es gl gu hi id km kn ml mr ms "
            "my nl-BE pa sw ta te th ur vi zh-HK zh-MO"
        ),
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
        "y-MM-dd": "en-SE fr-CA",
    }.items()
    for locale in locales.split()
}
_ISO = "y-MM-dd"
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
_TWENTY_FOUR_HOURS = ("fr", "CA")  # an exception to its region


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
        return words.say("day", weekday=weekday, date=self._date(local))

    def _local(self, moment: datetime) -> datetime:
        try:
            return moment.astimezone(self.zone)
        except (OverflowError, ValueError):
            return moment  # at the very beginning or end of the calendar

    def _clock(self, local: datetime) -> str:
        language, region = self._language_and_region
        twelve = (region or language) in _TWELVE_HOURS
        if not twelve or (language, region) == _TWENTY_FOUR_HOURS:
            return f"{local:%H:%M}"
        half = words.say("before_noon") if local.hour < 12 else words.say("after_noon")
        return f"{local.hour % 12 or 12}:{local:%M} {half}"

    def _date(self, local: datetime) -> str:
        language, region = self._language_and_region
        pattern = _DATES.get(f"{language}-{region}") or _DATES.get(language, _ISO)
        fields = {
            "y": f"{local.year}",
            "M": f"{local.month}",
            "MM": f"{local.month:02}",
            "d": f"{local.day}",
            "dd": f"{local.day:02}",
        }
        return re.sub("y|M+|d+", lambda field: fields[field.group()], pattern)

    @property
    def _language_and_region(self) -> tuple[str, str]:
        match = _LOCALE.match(self.locale)
        if match is None:
            return "", ""
        language, region = match[1].lower(), (match[2] or "").upper()
        # English alone means that of the US, with any other region more that of Britain.
        return language, region or ("US" if language == "en" else "")


def here() -> Here:
    """Where the visitor of this session is."""
    return Here(_zone(st.context.timezone, st.context.timezone_offset), st.context.locale or "")


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
