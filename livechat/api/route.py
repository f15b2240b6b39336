"""Where the requests of this process go: which version of LiveChat's API, and which region.

The version is one for the whole process, and named nowhere else. When LiveChat serves it no more,
all go on with the next one, which has all of it (v36 2 and 3).

A region serves an organization, and LiveChat names it to who has come to another one. The same host
takes requests for all regions, if they say so, but for those that are served in Frankfurt; a host
that is the region's alone is tried last (v36 F1). An address that is not LiveChat's own stays.
"""

from __future__ import annotations

import logging
import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import TypeGuard, TypeVar
from urllib.parse import urlencode, urlsplit

from livechat.api.errors import Misconfigured, Unreachable
from livechat.api.rarely import DAY, HOUR, Rarely
from livechat.settings import VERSIONS, Version

T = TypeVar("T")

UNSUPPORTED = "unsupported_version"  # which is an error's type, and a reason to be disconnected
_MISDIRECTED = "misdirected_request"

_MOST_REPEATS = 3  # of one request: LiveChat could name one region after the other

_REGION = re.compile("[a-z0-9]{1,20}(-[a-z0-9]{1,20})?")  # it becomes part of a host name
_HOST = re.compile(r"(?<=://)api(-[a-z0-9-]+)?(?=\.livechatinc\.com([:/]|$))", re.IGNORECASE)
_FRANKFURT, _IN_FRANKFURT = "api-fra", ("fra", "eu-west3")

# What the date means that a header holds (v36 3).
_AGES = {"Legacy": "will be deprecated", "Deprecation": "will be shut down"}

_NO_TEXT = re.compile(r"[^ -~]")  # what a log line, or who looks at it on a screen, may obey

_log = logging.getLogger("livechat")


class Spoken:
    """The version that the process speaks, from one of the `VERSIONS` on."""

    def __init__(self, version: Version = VERSIONS[0]) -> None:
        """Nobody has refused it yet."""
        self.current = version
        self._lock = threading.Lock()
        self._rarely = Rarely(DAY)

    @property
    def is_newest(self) -> bool:
        """Whether it is the newest of them, which has methods and fields that others lack."""
        return self.current == VERSIONS[-1]

    def begin(self, version: Version) -> None:
        """The settings name this one, which others may have moved on from already."""
        with self._lock:
            self.current = max(self.current, version, key=VERSIONS.index)

    def ask(self, ask: Callable[[Version], T]) -> T:
        """What `ask` returns, with another version if LiveChat serves this one no more.

        Raises what it does.
        """
        while True:
            version = self.current
            try:
                return ask(version)
            except Misconfigured as error:
                if error.type != UNSUPPORTED or not self.was_refused(version):
                    raise

    def was_refused(self, version: Version) -> bool:
        """LiveChat has refused that one; returns whether another one is spoken now."""
        with self._lock:
            if version != self.current:
                return True
            if version == VERSIONS[-1]:
                return False
            self.current = VERSIONS[VERSIONS.index(version) + 1]
        _log.warning(
            "LiveChat serves version %s of its API no more: all pages go on with %s. "
            "With LIVECHAT_API_VERSION=%s they begin with it.",
            *(version, self.current, self.current),
        )
        return True

    def hear(self, headers: Mapping[str, str], version: Version) -> None:
        """LiveChat has answered with these: what they tell of the version's age is logged (1.10).

        Once a day, whoever asks.
        """
        for header, fate in _AGES.items():
            if header in headers and self._rarely.may_say((version, header), time.monotonic()):
                _log.warning(
                    "LiveChat API v%s (%s: %.40s): it %s after that day",
                    *(version, header, _NO_TEXT.sub("?", headers[header]), fate),
                )


VERSION = Spoken()


@dataclass(frozen=True)
class Region:
    """One of LiveChat's regions, by its name; `has_host` if it is looked for at its own host."""

    name: str
    has_host: bool = False

    def address(self, url: str) -> str:
        """That of LiveChat's in this region; any other one as it is."""
        if self.has_host:
            host = f"api-{self.name}"
        else:
            host = _FRANKFURT if self.name in _IN_FRANKFURT else "api"
        return _HOST.sub(host, url)


class Route:
    """An organization's way to LiveChat, which all its visitors share.

    `region` is where its requests are answered; where browsers are that connect by themselves
    (`Line`), one of them has been told.
    """

    def __init__(self, api_url: str, organization_id: str) -> None:
        """No region was named yet. `api_url` has no final slash."""
        self.region: Region | None = None
        self.region_of_browsers: Region | None = None
        self._api_url = api_url
        self._organization_id = organization_id
        self._rarely = Rarely(HOUR)

    def ask(self, ask: Callable[[str, Mapping[str, str], Version], T]) -> T:
        """What `ask` returns, given an address, headers and the version that both are of.

        It is asked once more wherever LiveChat says it should have gone. Raises what it does.
        """

        def ask_in(region: Region | None, repeats: int, version: Version) -> T:
            url = f"{self._address(region)}/v{version}/customer"
            try:
                answer = ask(url, {"X-Region": region.name} if region else {}, version)
            except Misconfigured as error:
                next = self.after(region, error.data.get("region"))
                if error.type != _MISDIRECTED or next is None or not repeats:
                    raise
                try:
                    return ask_in(next, repeats - 1, version)
                except Unreachable:
                    if next.has_host:  # which may not exist
                        raise error from None
                    raise
            self._is_served_in(region)
            return answer

        return VERSION.ask(partial(ask_in, self.region, _MOST_REPEATS))

    def _is_served_in(self, region: Region | None) -> None:
        is_new = region is not None and region != self.region
        self.region = region
        if is_new and region and self._rarely.may_say(region.name, time.monotonic()):
            _log.warning(
                "LiveChat serves the organization in region %s: all pages ask at %s",
                *(region.name, urlsplit(self._address(region)).netloc),
            )

    def after(self, region: Region | None, named: object) -> Region | None:
        """Where to try next if LiveChat has named that one in a `region`; None if nowhere."""
        if not _is_region(named):
            return None
        if region is None or region.name != named:
            return Region(named)
        last = Region(named, has_host=True)
        return last if self._address(last) != self._address(region) else None

    def rtm_url(self, region: Region | None) -> str:
        """Where a browser connects to (v36 1.1), in a region."""
        query = {"organization_id": self._organization_id}
        if region:
            query["x-region"] = region.name
        address = f"{self._address(region)}/v{VERSION.current}/customer/rtm/ws"
        return f"ws{address.removeprefix('http')}?{urlencode(query)}"

    def _address(self, region: Region | None) -> str:
        return region.address(self._api_url) if region else self._api_url


@lru_cache(maxsize=1_000)  # in the sandbox each visitor has an organization of their own
def route(api_url: str, organization_id: str) -> Route:
    """The one place where this is kept in the process."""
    return Route(api_url, organization_id)


class Line:
    """Where one visitor's browser connects to; it stays there while nothing turns it away.

    What a browser says may be made up. Other visitors only begin where it was sent, and LiveChat
    sends them on.
    """

    def __init__(self, find: Callable[[], Route]) -> None:
        """`find` tells the way of the visitor's organization."""
        self._find = find
        self._route: Route | None = None
        self._region: Region | None = None

    @property
    def url(self) -> str:
        """The address."""
        route = self._find()
        if self._route is not route:
            self._route, self._region = route, route.region_of_browsers or route.region
        return route.rtm_url(self._region)

    def was_turned_away(self, url: str, reason: str, region: object) -> None:
        """LiveChat has disconnected the browser at `url` for that reason, and named that region."""
        if url != self.url or self._route is None:
            return  # It is told already where to go instead.
        if reason == UNSUPPORTED:
            VERSION.was_refused(VERSION.current)
        elif next := self._route.after(self._region, region):
            self._region = next
            if not next.has_host:
                self._route.region_of_browsers = next


def _is_region(named: object) -> TypeGuard[str]:
    return isinstance(named, str) and _REGION.fullmatch(named) is not None
