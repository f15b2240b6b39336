"""The Customer Chat Web API: one method per action (section 3).

Methods and arguments are named as the actions and their JSON fields; None leaves a field out.
Answers with a structure of section 4 come back parsed, others as LiveChat sent them. Every method
raises the classes of `livechat.api.errors`.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, Literal, Protocol, TypeVar

from livechat.api import refusals, route, transport
from livechat.api.errors import (
    EXPIRED,
    Refused,
    TooManyRequests,
    Unauthorized,
    Unreachable,
    of_type,
)
from livechat.api.route import Route
from livechat.api.server_clock import ServerClock
from livechat.api.structures import events as structures
from livechat.api.structures.configuration import (
    DynamicConfiguration,
    parse_dynamic_configuration,
)
from livechat.api.structures.events import Chat, ChatList, Sent, ThreadPage
from livechat.api.structures.parsing import Json, Malformed
from livechat.api.transport import Answer
from livechat.settings import Version

SortOrder = Literal["asc", "desc"]
T = TypeVar("T")

# Safe to repeat when it is not known whether LiveChat has done it: reads, calls that set a value
# to what it would be set to again, and deactivate_chat, which finds the chat closed then
# (`chat_inactive`). A repeated start, resume, send or upload could happen twice.
_REPEATABLE = frozenset(
    {
        "list_chats",
        "list_threads",
        "get_chat",
        "deactivate_chat",
        "update_chat_properties",
        "delete_chat_properties",
        "update_thread_properties",
        "delete_thread_properties",
        "update_event_properties",
        "delete_event_properties",
        "list_license_properties",
        "list_group_properties",
        "get_customer",
        "update_customer",
        "set_customer_session_fields",
        "get_dynamic_configuration",
        "get_configuration",
        "list_group_statuses",
        "get_form",
        "get_predicted_agent",
        "get_url_info",
        "mark_events_as_seen",
        "accept_greeting",
        "cancel_greeting",
    }
)

# 3.1: GET with query parameters, and readable without a token. All other actions are POST.
_GETS = frozenset(
    {
        "get_dynamic_configuration",
        "get_configuration",
        "list_license_properties",
        "list_group_properties",
    }
)

_FIRST_WAIT = 0.3  # seconds, doubled each time, with full jitter
_REPEAT_WITHIN = 5.0  # seconds since the first try


@dataclass(frozen=True)
class _Request:
    action: str
    fields: Json
    file: tuple[str, bytes, str] | None = None
    may_be_empty: bool = False


class Credentials(Protocol):
    """Where a client gets its visitor's token from."""

    def access_token(self) -> str:
        """A token with life left; renews it by itself before `expires_in` runs out."""

    def renew(self, refused: str) -> str:
        """A new token in place of `refused`, which LiveChat answered with `authentication`."""


class Client:
    """One visitor's way to the Customer API.

    `api_url` has no final slash; the `route` from there is the organization's. In the sandbox
    `organization_id` may turn out to be another.
    `language` is the page's. LiveChat is told it in `Accept-Language`, as it is by a browser that
    talks to it itself; its documentation says nothing of that, and nothing here depends on it.
    `retries` is how often a call that is safe to repeat is repeated when LiveChat is unreachable.
    `server_clock` is what its answers tell of LiveChat's clock, by `clock`, which counts seconds.
    `exchange` is what sends each request.
    """

    def __init__(
        self,
        api_url: str,
        organization_id: str,
        credentials: Credentials,
        *,
        retries: int = 2,
        clock: Callable[[], float] = time.monotonic,
        exchange: Callable[..., Answer] = transport.exchange,
    ) -> None:
        self.server_clock = ServerClock(clock)
        self._api_url = api_url
        self._clock = clock
        self.organization_id = organization_id
        self.language: str | None = None
        self._credentials = credentials
        self._retries = retries
        self._exchange = exchange

    @property
    def route(self) -> Route:
        """How the organization's requests go to LiveChat."""
        return route.route(self._api_url, self.organization_id)

    # 3.3 Chats

    def list_chats(
        self,
        *,
        limit: int | None = None,
        sort_order: SortOrder | None = None,
        page_id: str | None = None,
    ) -> ChatList:
        """The customer's chats, the one with the newest thread first (3.3)."""
        fields = _given(limit=limit, sort_order=sort_order, page_id=page_id)
        return self._ask("list_chats", fields, structures.parse_chat_list)

    def list_threads(
        self,
        chat_id: str,
        *,
        sort_order: SortOrder | None = None,
        limit: int | None = None,
        page_id: str | None = None,
        min_events_count: int | None = None,
    ) -> ThreadPage:
        """A page of a chat's threads with their events, newest first by default (3.3).

        `page_id` goes with `chat_id` alone (3.2), `min_events_count` not with `limit`.
        """
        fields = _given(
            chat_id=chat_id,
            sort_order=sort_order,
            limit=limit,
            page_id=page_id,
            min_events_count=min_events_count,
        )
        return self._ask("list_threads", fields, structures.parse_thread_page)

    def get_chat(self, chat_id: str, *, thread_id: str | None = None) -> Chat:
        """A chat with one thread, by default the newest (3.3)."""
        fields = _given(chat_id=chat_id, thread_id=thread_id)
        return self._ask("get_chat", fields, structures.parse_chat)

    def start_chat(
        self,
        *,
        events: Sequence[Json] = (),
        group_ids: Sequence[int] | None = None,
        continuous: bool | None = None,
        active: bool | None = None,
        properties: Json | None = None,
        thread_properties: Json | None = None,
        welcome_message_id: str | None = None,
    ) -> Sent:
        """Starts the customer's chat with its first thread and `events` in it (3.3).

        Never repeated. Raises ChatLimitReached if there is a chat, GroupsOffline.
        """
        chat = _chat(events, group_ids, properties, thread_properties)
        fields = _given(
            chat=chat or None,
            active=active,
            continuous=continuous,
            welcome_message_id=welcome_message_id,
        )
        return self._ask("start_chat", fields, _sent("chat_id", "thread_id"))

    def resume_chat(
        self,
        chat_id: str,
        *,
        events: Sequence[Json] = (),
        group_ids: Sequence[int] | None = None,
        continuous: bool | None = None,
        active: bool | None = None,
        properties: Json | None = None,
        thread_properties: Json | None = None,
        welcome_message_id: str | None = None,
    ) -> Sent:
        """Opens a new thread in a closed chat with `events` in it (3.3).

        Never repeated. Raises ChatAlreadyActive, GroupsOffline.
        """
        chat = {"id": chat_id, **_chat(events, group_ids, properties, thread_properties)}
        fields = _given(
            chat=chat,
            active=active,
            continuous=continuous,
            welcome_message_id=welcome_message_id,
        )
        return self._ask("resume_chat", fields, _sent("thread_id"))

    def deactivate_chat(self, id: str) -> None:
        """Closes the active thread of the chat `id` (3.3). Raises ChatInactive if none is."""
        self._tell("deactivate_chat", {"id": id})

    # 3.4 Events

    def send_event(
        self, chat_id: str, *, event: Json, attach_to_last_thread: bool | None = None
    ) -> Sent:
        """Adds `event` (4.2) to the active thread (3.4). Never repeated. Raises ChatInactive."""
        fields = _given(chat_id=chat_id, event=event, attach_to_last_thread=attach_to_last_thread)
        return self._ask("send_event", fields, _sent("event_ids"))

    def upload_file(self, name: str, content: bytes, content_type: str) -> str:
        """Uploads at most 10 MB and returns the address, good for 24 h (3.4). Never repeated.

        Raises TooLarge.
        """
        request = _Request("upload_file", {}, file=(name, content, content_type))
        return _parsed("upload_file", self._answer(request), _url)

    def send_rich_message_postback(
        self, chat_id: str, *, thread_id: str, event_id: str, postback: Json
    ) -> None:
        """Presses a rich message's button (3.4): `postback` has `id` and `toggled`.

        From v3.6 on also `button_type`, `button_value` and, of a product, `ecommerce`.
        """
        self._tell(
            "send_rich_message_postback",
            {
                "chat_id": chat_id,
                "thread_id": thread_id,
                "event_id": event_id,
                "postback": postback,
            },
        )

    def send_sneak_peek(self, chat_id: str, *, sneak_peek_text: str) -> None:
        """Shows the agents what the customer is typing (3.4)."""
        self._tell("send_sneak_peek", {"chat_id": chat_id, "sneak_peek_text": sneak_peek_text})

    # 3.5 Properties: `{namespace: {name: value}}` to update, `{namespace: [name]}` to delete.

    def update_chat_properties(self, id: str, *, properties: Json) -> None:
        """Sets properties of the chat `id` (3.5)."""
        self._tell("update_chat_properties", {"id": id, "properties": properties})

    def delete_chat_properties(self, id: str, *, properties: Json) -> None:
        """Deletes properties of the chat `id` (3.5)."""
        self._tell("delete_chat_properties", {"id": id, "properties": properties})

    def update_thread_properties(self, chat_id: str, *, thread_id: str, properties: Json) -> None:
        """Sets properties of a thread (3.5); the rating of a chat is one."""
        self._tell(
            "update_thread_properties",
            {"chat_id": chat_id, "thread_id": thread_id, "properties": properties},
        )

    def delete_thread_properties(self, chat_id: str, *, thread_id: str, properties: Json) -> None:
        """Deletes properties of a thread (3.5)."""
        self._tell(
            "delete_thread_properties",
            {"chat_id": chat_id, "thread_id": thread_id, "properties": properties},
        )

    def update_event_properties(
        self, chat_id: str, *, thread_id: str, event_id: str, properties: Json
    ) -> None:
        """Sets properties of an event (3.5)."""
        self._tell(
            "update_event_properties",
            {
                "chat_id": chat_id,
                "thread_id": thread_id,
                "event_id": event_id,
                "properties": properties,
            },
        )

    def delete_event_properties(
        self, chat_id: str, *, thread_id: str, event_id: str, properties: Json
    ) -> None:
        """Deletes properties of an event (3.5)."""
        self._tell(
            "delete_event_properties",
            {
                "chat_id": chat_id,
                "thread_id": thread_id,
                "event_id": event_id,
                "properties": properties,
            },
        )

    def list_license_properties(
        self, *, namespace: str | None = None, name: str | None = None
    ) -> dict[str, Any]:
        """The license's properties that a customer may read (3.5)."""
        return self._call("list_license_properties", _given(namespace=namespace, name=name))

    def list_group_properties(
        self, id: int, *, namespace: str | None = None, name: str | None = None
    ) -> dict[str, Any]:
        """The properties of the group `id` that a customer may read (3.5)."""
        return self._call("list_group_properties", _given(id=id, namespace=namespace, name=name))

    # 3.6 Customer

    def get_customer(self) -> dict[str, Any]:
        """The customer's own data (3.6)."""
        return self._call("get_customer", {})

    def update_customer(
        self,
        *,
        name: str | None = None,
        email: str | None = None,
        avatar: str | None = None,
        session_fields: Sequence[Json] | None = None,
    ) -> None:
        """Changes the customer's data (3.6); at least one argument."""
        fields = _given(name=name, email=email, avatar=avatar, session_fields=session_fields)
        self._tell("update_customer", fields)

    def set_customer_session_fields(self, *, session_fields: Sequence[Json]) -> None:
        """Sets at most 100 one-key objects `{key: value}`, kept for the session (3.6)."""
        self._tell("set_customer_session_fields", {"session_fields": session_fields})

    # 3.7 Configuration, status

    def get_dynamic_configuration(
        self,
        *,
        group_id: int | None = None,
        url: str | None = None,
        channel_type: str | None = None,
        test: bool | None = None,
    ) -> DynamicConfiguration:
        """The version of the configuration, the language, and who is online (3.7).

        Raises Misconfigured of the type `errors.EXPIRED` if the subscription has ended, which
        LiveChat tells as an error or as a success (v36 1.3).
        """
        action = "get_dynamic_configuration"
        fields = _given(group_id=group_id, url=url, channel_type=channel_type, test=test)
        found = self._ask(action, fields, parse_dynamic_configuration)
        if found is None:
            raise of_type(action, EXPIRED)
        return found

    def get_configuration(self, group_id: int, *, version: str) -> dict[str, Any]:
        """Buttons, forms and properties of a group (3.7); `version` is its `config_version`."""
        return self._call("get_configuration", {"group_id": group_id, "version": version})

    def list_group_statuses(
        self, *, all: bool | None = None, group_ids: Sequence[int] | None = None
    ) -> dict[str, Any]:
        """`groups_status` by group ID, of all groups or of some (3.7); one argument is needed."""
        return self._call("list_group_statuses", _given(all=all, group_ids=group_ids))

    # 3.8 Other

    def get_form(self, group_id: int, *, type: str) -> dict[str, Any]:
        """A group's form (3.8); `type` is "prechat" or "postchat"."""
        return self._call("get_form", {"group_id": group_id, "type": type})

    def get_predicted_agent(self, *, group_id: int | None = None) -> dict[str, Any]:
        """Who would answer (3.8). LiveChat wants the customer logged in over RTM for it."""
        return self._call("get_predicted_agent", _given(group_id=group_id))

    def get_url_info(self, url: str) -> dict[str, Any]:
        """Title, description and image of a web page (3.8)."""
        return self._call("get_url_info", {"url": url})

    def mark_events_as_seen(self, chat_id: str, *, seen_up_to: datetime) -> None:
        """Tells the agents that the customer has seen events up to a time with a zone (3.8)."""
        time_ = seen_up_to.astimezone(UTC).isoformat(timespec="microseconds")
        fields = {"chat_id": chat_id, "seen_up_to": time_.replace("+00:00", "Z")}
        self._tell("mark_events_as_seen", fields)

    def check_goals(self, *, session_fields: Sequence[Json], group_id: int, page_url: str) -> None:
        """Checks whether the customer has reached a goal (3.8)."""
        fields = {"session_fields": session_fields, "group_id": group_id, "page_url": page_url}
        self._tell("check_goals", fields)

    def accept_greeting(self, *, greeting_id: int, unique_id: str) -> None:
        """Says that the customer took up a greeting (3.8)."""
        self._tell("accept_greeting", {"greeting_id": greeting_id, "unique_id": unique_id})

    def send_greeting_button_clicked(self, greeting_unique_id: str, *, button_id: str) -> None:
        """Says that the customer clicked a greeting's button; only the newest version has it."""
        fields = {"greeting_unique_id": greeting_unique_id, "button_id": button_id}
        self._tell("send_greeting_button_clicked", fields)

    def cancel_greeting(self, unique_id: str) -> None:
        """Says that the customer closed a greeting (3.8)."""
        self._tell("cancel_greeting", {"unique_id": unique_id})

    def request_email_verification(self, callback_uri: str) -> None:
        """Has the customer's verified address posted to `callback_uri` (3.8)."""
        self._tell("request_email_verification", {"callback_uri": callback_uri})

    def _ask(self, action: str, fields: Json, parse: Callable[[Json], T]) -> T:
        return _parsed(action, self._call(action, fields), parse)

    def _tell(self, action: str, fields: Json) -> None:
        self._answer(_Request(action, fields, may_be_empty=True))

    def _call(self, action: str, fields: Json) -> dict[str, Any]:
        return self._answer(_Request(action, fields))

    def _answer(self, request: _Request) -> dict[str, Any]:
        if request.action in _GETS:
            return self._patiently(request, None)
        token = self._token(self._credentials.access_token)
        try:
            return self._patiently(request, token)
        except Unauthorized:
            pass  # refused, so not carried out: safe to repeat for a send as well
        renewed = self._token(lambda: self._credentials.renew(token))
        return self._patiently(request, renewed)

    def _token(self, fetch: Callable[[], str]) -> str:
        try:
            return fetch()
        except Unreachable as error:
            error.maybe_done = False  # whatever became of the token, the call was not carried out
            raise

    def _patiently(self, request: _Request, token: str | None) -> dict[str, Any]:
        # Repeats what is safe to repeat, unless LiveChat asked for patience: then the caller
        # decides, who knows whether anyone is waiting for it.
        started = time.monotonic()
        attempt = 0
        while True:
            try:
                return self.route.ask(partial(self._send, request, token))
            except Unreachable as error:
                wait = random.uniform(0, _FIRST_WAIT * 2**attempt)
                late = time.monotonic() + wait - started > _REPEAT_WITHIN
                told_to_wait = isinstance(error, TooManyRequests) or error.retry_after is not None
                safe = request.action in _REPEATABLE
                if not safe or told_to_wait or late or attempt == self._retries:
                    raise
            except Refused as error:
                refusals.PROCESS.note(self, error, time.monotonic())
                raise
            time.sleep(wait)
            attempt += 1

    def _send(
        self,
        request: _Request,
        token: str | None,
        url: str,
        headers: Mapping[str, str],
        version: Version,
    ) -> dict[str, Any]:
        gets = request.action in _GETS
        query = {"organization_id": self.organization_id}
        if gets:
            query |= {name: _query_value(value) for name, value in request.fields.items()}
        if self.language:
            headers = {**headers, "Accept-Language": self.language}
        asked_at = self._clock()
        answer = self._exchange(
            request.action,
            "GET" if gets else "POST",
            f"{url}/action/{request.action}",
            token=token,
            headers=headers,
            query=query,
            body=None if gets or request.file else request.fields,
            file=request.file,
            may_be_empty=request.may_be_empty,
        )
        route.VERSION.hear(answer.headers, version)
        if not gets:  # which may come out of a cache, with the time when they were put there
            self.server_clock.hear(answer.headers, asked_at)
        return answer.json


def _given(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


def _chat(
    events: Sequence[Json],
    group_ids: Sequence[int] | None,
    properties: Json | None,
    thread_properties: Json | None,
) -> dict[str, Any]:
    thread = _given(events=list(events) or None, properties=thread_properties)
    access = None if group_ids is None else {"group_ids": list(group_ids)}
    return _given(access=access, properties=properties, thread=thread or None)


def _query_value(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _parsed(action: str, answer: Json, parse: Callable[[Json], T]) -> T:
    try:
        return parse(answer)
    except Malformed as error:
        raise Unreachable(f"{action}: unexpected answer ({error})") from None


def _sent(*needed: str) -> Callable[[Json], Sent]:
    # Without these nothing is known of what was sent: the caller has to look.
    def parse(answer: Json) -> Sent:
        sent = structures.parse_sent(answer)
        for name in needed:
            if not getattr(sent, name):
                raise Malformed(f"no {name}")
        return sent

    return parse


def _url(answer: Json) -> str:
    url = answer.get("url")
    if not isinstance(url, str) or not url:
        raise Malformed("no url")
    return url
