"""The company: what LiveChat says of it to every visitor alike.

Who is online, the forms, its language. What the operator sets for this app are the `Settings`.

It is read once for all visitors of the process: no request is spent on what another visitor's page
has learned a moment ago. Nothing here is a visitor's own.
"""

from __future__ import annotations

import logging
import math
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache, partial
from typing import Any

from livechat.api.client import Client
from livechat.api.errors import EXPIRED, LiveChatError, of_type
from livechat.api.rarely import HOUR, Rarely
from livechat.api.structures.configuration import DynamicConfiguration
from livechat.api.structures.forms import Form, parse_form
from livechat.api.structures.parsing import Json, Malformed
from livechat.visit import touch
from livechat.visit.patience import COMPANY_PAUSE, doubled
from livechat.visit.trust import Doubts

FRESH_SECONDS = 120.0  # for so long nobody asks again who is online

_WAIT_FOR_ANOTHER = 5.0  # seconds

_MOST_GROUPS = 1_000  # whose statuses are kept: a browser may make up any number of them

_FORMS = frozenset({"prechat", "postchat"})  # that `get_form` tells, to customers

_log = logging.getLogger("livechat")


@dataclass(frozen=True)
class Company:
    """What LiveChat says of the company, or of one group of it (3.7, 3.8).

    A form is None unless it is enabled. `hides_greetings` while nobody is online.
    """

    online: bool = True
    language: str = "en"
    prechat: Form | None = None
    postchat: Form | None = None
    ticket: Form | None = None
    hides_greetings: bool = False


class Shared:
    """What is known of one group of one organization, for all visitors.

    `doubts` are about LiveChat's pushes.
    """

    def __init__(self, group_id: int | None) -> None:
        """Nothing is known yet. `group_id` None stands for LiveChat's choice."""
        self.current: Company | None = None
        self.doubts = Doubts()
        self._group_id = group_id
        self._has_ended = False
        self._due = -math.inf
        self._failures = 0
        self._version: str | None = None
        self._missing: set[str] = set()
        self._awaits_token: set[str] = set()  # what was read without one, if at all
        self._statuses: dict[str, str] = {}
        self._rarely = Rarely(HOUR)
        self._lock = threading.Lock()

    def is_due(self, now: float, *, has_token: bool = True) -> bool:
        """Whether it is time to read it, at `now` in seconds."""
        return now >= self._due or (has_token and bool(self._awaits_token))

    @property
    def has_expired(self) -> bool:
        """Whether it is known that something has changed, or nothing is known yet."""
        return self._due == -math.inf

    def expire(self) -> None:
        """Something has changed: the next visitor who looks reads it anew."""
        self._due = -math.inf

    def hear(self, statuses: Mapping[str, str]) -> None:
        """Pushes have told groups' statuses (6.4), all visitors the same: the first one counts."""
        if self._statuses.items() >= statuses.items():
            return
        heard = {**self._statuses, **statuses}
        self._statuses = dict(list(heard.items())[-_MOST_GROUPS:])
        self.expire()

    def check(self) -> None:
        """Raises Misconfigured if the subscription had ended when this was read last."""
        if self._has_ended:
            raise of_type("get_dynamic_configuration", EXPIRED)

    def refresh(self, client: Client, now: float, *, has_token: bool = True) -> bool:
        """Reads what may have changed, usually with one request; says whether it could.

        Without a token: what LiveChat tells everybody (3.1), which is all but the post-chat form.

        Waits for another visitor's reading only if nothing is known yet. What cannot be read stays
        as it was, and is asked for again the next time: a chat goes on without it.
        """
        if not self._lock.acquire(timeout=0 if self.current else _WAIT_FOR_ANOTHER):
            return False
        try:
            if not self.is_due(now, has_token=has_token):
                return False
            # Before reading: who has it expire meanwhile is heard.
            self._due = now + FRESH_SECONDS
            self._read(client, now, has_token)
            touch.PROCESS.well(now)
            self._failures = 0
            return True
        except LiveChatError as error:
            touch.PROCESS.failed(error, now)
            self._has_ended |= error.type == EXPIRED
            self._failures += 1
            again = doubled(COMPANY_PAUSE, self._failures, FRESH_SECONDS)
            self._due = min(self._due, now + again)
            return False
        finally:
            self._lock.release()

    def _read(self, client: Client, now: float, has_token: bool) -> None:
        dynamic = client.get_dynamic_configuration(group_id=self._group_id)
        self._has_ended = False
        version = dynamic.config_version
        parts = _parts(client, dynamic.group_id, version, has_token=has_token)
        if version != self._version:
            self._missing, self._awaits_token = {*_FORMS, *parts}, set()
            self._version = version
        if has_token:
            self._missing |= self._awaits_token
            self._awaits_token = set()
        else:
            self._awaits_token |= self._missing & _FORMS
        found: dict[str, Any] = {}
        for name in sorted(self._missing & parts.keys()):
            # One thing that LiveChat does not give must not take the others with it.
            try:
                found[name] = parts[name]()
            except (LiveChatError, Malformed) as error:
                if self._rarely.may_say(name, now):
                    _log.warning("The company's %s could not be read: %s", name, error)
        self._missing -= set(found)
        self.current = replace(
            self.current or Company(),
            online=_online(dynamic, self._group_id),
            language=dynamic.language or "en",
            **found,
        )


@lru_cache(maxsize=1_000)  # in the sandbox each visitor has an organization of their own
def shared(api_url: str, organization_id: str, group_id: int | None) -> Shared:
    """The one place where this is kept in the process."""
    return Shared(group_id)


def _parts(
    client: Client, group_id: int, config_version: str, *, has_token: bool
) -> dict[str, Callable[[], Any]]:
    """How each part is read that changes with a version only, by its name in `Company`.

    Without a token it is not told of every form whether it is enabled.
    """

    def form(type: str) -> Form | None:
        answer = client.get_form(group_id, type=type)
        return _form(answer.get("form"), type) if answer.get("enabled") is True else None

    @cache
    def configuration() -> Json:
        return client.get_configuration(group_id, version=config_version)

    def configured(type: str) -> Form | None:
        return _form(configuration().get(f"{type}_form"), type)

    open_to_all = {
        "ticket": lambda: configured("ticket"),
        "hides_greetings": lambda: _hides_greetings(configuration()),
    }
    if not has_token:
        return {"prechat": lambda: configured("prechat"), **open_to_all}
    return {name: partial(form, name) for name in _FORMS} | open_to_all


def _online(dynamic: DynamicConfiguration, group_id: int | None) -> bool:
    # A chat without a group goes to all agents.
    online = dynamic.online_group_ids
    return bool(online) if group_id is None else group_id in online


def _form(data: object, type: str) -> Form | None:
    # A form may have no ID of its own (4.9), but a filled one must name one: its type then.
    form = parse_form(data, id=type) if data else None
    return form if form and form.fields else None


def _hides_greetings(configuration: Json) -> bool:
    # The group's property `smart_actions.greeting.hide_when_offline` (4.8).
    found: object = configuration
    for name in ("properties", "group", "smart_actions"):
        found = found.get(name) if isinstance(found, Mapping) else None
    return isinstance(found, Mapping) and found.get("greeting.hide_when_offline") is True
