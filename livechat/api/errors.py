"""What can go wrong, one class per thing a caller can do about it (sections 2.8 and 5).

    LiveChatError
     ├ Unreachable            no usable answer; try again later
     │  └ TooManyRequests     try again later, and ask less often
     ├ Unauthorized           the token is refused, a renewed one too
     ├ IdentityRefused        forget the stored identity and begin anew
     ├ CustomerBanned         tell the visitor, and stop asking
     ├ Misconfigured          tell the developer which setting to fix
     └ Refused                LiveChat understood and said no; nothing to repeat
        ├ ChatInactive        resume the chat, with the event in it
        ├ ChatAlreadyActive   read the chat again and send into its active thread
        ├ ChatLimitReached    find the customer's chat in list_chats, and use that
        ├ ChatNotFound        read list_chats again
        ├ GroupsOffline       nobody is there, and the chat is not continuous
        └ TooLarge            make it smaller

The texts are our own, never LiveChat's: its `message` may quote the request, and a message text or
a token does not belong into a log.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal

from livechat.api.server_clock import date_of, parse_date

# Whatever a gateway asks for, a page must not stay silent for longer (seconds).
_LONGEST_WAIT = 300.0


class LiveChatError(Exception):
    """Any failure of a call to LiveChat.

    `type` is LiveChat's `error.type`, `oauth_exception` or `identity_exception`, and "" if there
    was no such answer. `data` is its `error.data`.
    """

    def __init__(
        self, message: str, *, type: str = "", data: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(message)
        self.type = type
        self.data: Mapping[str, Any] = data or {}


# What there was instead of an answer: no such host, nobody at that port, no trust in the
# certificate, silence, a proxy of the environment that fails, or an end before the answer's.
Cause = Literal["name", "refused", "tls", "timeout", "proxy", "closed"]


class Unreachable(LiveChatError):
    """No usable answer: network, time-out, a body that is not LiveChat's, or a server fault.

    `maybe_done` is False only if the request was certainly not carried out, so that a send may be
    repeated without looking first. `retry_after` is the wait the server asked for, in seconds,
    at most five minutes. `cause` tells why nobody answered, `answered` what somebody did who is not
    LiveChat, such as "HTTP 200, text/html".
    """

    def __init__(
        self,
        message: str,
        *,
        type: str = "",
        data: Mapping[str, Any] | None = None,
        maybe_done: bool = True,
        retry_after: float | None = None,
        cause: Cause | None = None,
        answered: str = "",
    ) -> None:
        super().__init__(message, type=type, data=data)
        self.maybe_done = maybe_done
        self.retry_after = retry_after
        self.cause = cause
        self.answered = answered


class TooManyRequests(Unreachable):
    """The rate limit (`too_many_requests`); it clears by itself."""


class Unauthorized(LiveChatError):
    """`authentication`. `Client` raises it only after one silent re-authorization."""


class IdentityRefused(LiveChatError):
    """The stored identity is wrong, unknown or lost."""


class CustomerBanned(LiveChatError):
    """The customer is banned, or known and not let in."""


class Misconfigured(LiveChatError):
    """LiveChat does not accept this app's configuration.

    `setting` names the setting to fix; None if no setting can help (an expired subscription).
    """

    def __init__(
        self,
        message: str,
        *,
        type: str = "",
        data: Mapping[str, Any] | None = None,
        setting: str | None = None,
    ) -> None:
        super().__init__(message, type=type, data=data)
        self.setting = setting


class Refused(LiveChatError):
    """LiveChat understood the request and said no: any other type, unknown ones too."""


class ChatInactive(Refused):
    """`chat_inactive`: an active thread is needed and there is none."""


class ChatAlreadyActive(Refused):
    """`chat_already_active`: resumed a chat that has an active thread."""


class ChatLimitReached(Refused):
    """`chat_limit_reached`: the customer has a chat already, and may have one."""


class ChatNotFound(Refused):
    """`not_found`: the chat, thread or event does not exist for this customer."""


class GroupsOffline(Refused):
    """`groups_offline`: started or resumed without `continuous`, and nobody is online."""


class TooLarge(Refused):
    """`entity_too_large`: over 10 MB uploaded."""


EXPIRED = "license_expired"

_REFUSALS: Mapping[str, type[LiveChatError]] = {
    "authentication": Unauthorized,
    "customer_banned": CustomerBanned,
    "chat_inactive": ChatInactive,
    "chat_already_active": ChatAlreadyActive,
    "chat_limit_reached": ChatLimitReached,
    "not_found": ChatNotFound,
    "groups_offline": GroupsOffline,
    "entity_too_large": TooLarge,
}

# Server faults (5.2, 2.8), and whether the request may have been carried out all the same.
_FAULTS: Mapping[str, bool] = {
    "internal": True,
    "request_timeout": True,
    "server_error": True,
    "temporarily_unavailable": True,
    "service_unavailable": False,
}

# 5.2: what the developer has to change, and the setting that it is.
_CONFIGURATION: Mapping[str, tuple[str | None, str]] = {
    "license_not_found": (
        "LIVECHAT_ORGANIZATION_ID",
        "LiveChat knows no such organization: check LIVECHAT_ORGANIZATION_ID",
    ),
    EXPIRED: (None, "The organization's LiveChat trial or subscription has ended"),
    # The process has gone on to the newest version that it speaks (`route.py`): this is left then.
    "unsupported_version": (
        None,
        "LiveChat no longer serves any version of its API that this page speaks: update the page",
    ),
    "wrong_product_version": (None, "The organization's account is not a LiveChat account"),
    "group_not_found": (
        "LIVECHAT_GROUP_ID",
        "LiveChat knows no such group: check LIVECHAT_GROUP_ID",
    ),
    # `data.region` was followed (`route.py`); this is left when that did not help.
    "misdirected_request": (
        "LIVECHAT_API_URL",
        "Another region serves this organization: set LIVECHAT_API_URL to that region's address",
    ),
}

# 2.8: a detail is a code or free text. The first word found in it names the setting.
_DETAILS: tuple[tuple[str, str, str], ...] = (
    (
        "redirect",
        "LIVECHAT_REDIRECT_URI",
        "LIVECHAT_REDIRECT_URI must be one of the app's redirect URIs in the Developer Console, "
        "to the letter, a final slash included",
    ),
    (
        "organization",
        "LIVECHAT_ORGANIZATION_ID",
        "LiveChat knows no such organization: check LIVECHAT_ORGANIZATION_ID",
    ),
    (
        "client",
        "LIVECHAT_CLIENT_ID",
        "LiveChat knows no app with this client ID: check LIVECHAT_CLIENT_ID",
    ),
)


def from_answer(
    call: str, body: object, status: int, headers: Mapping[str, str]
) -> LiveChatError | None:
    """The failure that an HTTP answer stands for, None if it is a success (2.8, 5.1).

    `body` is the decoded JSON, None if there is none. An `error` object, an `identity_exception`
    or an `oauth_exception` is a failure whatever the status, and alone decides on the class; the
    status counts only where the body names no failure.
    """
    wait = retry_after(headers)
    json = body if isinstance(body, Mapping) else {}
    error = json.get("error")
    identity, oauth = json.get("identity_exception"), json.get("oauth_exception")
    if isinstance(error, Mapping) and error.get("type") and isinstance(error["type"], str):
        data = error.get("data")
        data = data if isinstance(data, Mapping) else {}
        return of_type(call, error["type"], data, wait=wait, debug_id=_debug_id(headers))
    if identity and isinstance(identity, str):
        return _from_identity_exception(call, identity, _detail(json))
    if oauth and isinstance(oauth, str):
        return _from_oauth_exception(call, oauth, _detail(json))
    if isinstance(error, Mapping) or identity or oauth or not 200 <= status < 300:
        about = f"HTTP {status}{_debug_id(headers)}"
        return Unreachable(
            f"{call}: no readable answer ({about})",
            retry_after=wait,
            answered=kind_of_answer(status, headers),
        )
    return None


def kind_of_answer(status: int, headers: Mapping[str, str]) -> str:
    """What an answer is that is not LiveChat's: its status, and its type if it has one."""
    kind = headers.get("Content-Type", "").partition(";")[0].strip().lower()
    return f"HTTP {status}" + (f", {kind}" if re.fullmatch(r"[a-z]+/[a-z.+-]{1,40}", kind) else "")


def retry_after(headers: Mapping[str, str]) -> float | None:
    """The wait that a `Retry-After` header asks for, in seconds (0 to 300), in either form.

    Both dates are by LiveChat's clock, if it says how late it is there.
    """
    value = headers.get("Retry-After", "").strip()
    if re.fullmatch(r"[0-9]{1,20}(\.[0-9]{1,20})?", value):
        wait = float(value)
    else:
        until, now = parse_date(value), date_of(headers) or datetime.now(UTC)
        if until is None:
            return None
        wait = (until - now).total_seconds()
    return min(max(wait, 0.0), _LONGEST_WAIT)


def of_type(
    call: str,
    type: str,
    data: Mapping[str, Any] | None = None,
    *,
    wait: float | None = None,
    debug_id: str = "",
) -> LiveChatError:
    """The failure that an `error.type` stands for (5.2)."""
    message = f"{call}: {_printable(type)}"
    if type in ("too_many_requests", "pending_requests_limit_reached"):
        return TooManyRequests(message, type=type, data=data, maybe_done=False, retry_after=wait)
    if type in _FAULTS:
        return Unreachable(
            message + debug_id, type=type, data=data, maybe_done=_FAULTS[type], retry_after=wait
        )
    if type in _CONFIGURATION:
        setting, advice = _CONFIGURATION[type]
        return Misconfigured(f"{advice} ({message})", type=type, data=data, setting=setting)
    return _REFUSALS.get(type, Refused)(message, type=type, data=data)


def _from_identity_exception(call: str, type: str, detail: str) -> LiveChatError:
    message = f"{call}: {_printable(type)}"
    if type in ("unauthorized", "identity_lost"):
        return IdentityRefused(message, type=type)
    if type == "access_denied":
        return CustomerBanned(message, type=type)
    return _from_oauth_exception(call, type, detail)


def _from_oauth_exception(call: str, type: str, detail: str) -> LiveChatError:
    message = f"{call}: {_printable(type)}"
    if type in _FAULTS:
        return Unreachable(message, type=type, maybe_done=_FAULTS[type])
    if type == "invalid_grant":
        return IdentityRefused(message, type=type)
    for word, setting, advice in _DETAILS:
        if word in detail:
            return Misconfigured(f"{advice} ({message})", type=type, setting=setting)
    return Misconfigured(
        "LiveChat does not accept this app: check LIVECHAT_CLIENT_ID and LIVECHAT_REDIRECT_URI "
        f"against the Developer Console ({message})",
        type=type,
        setting="LIVECHAT_CLIENT_ID",
    )


def _detail(json: Mapping[str, Any]) -> str:
    # D6: two names for the same thing.
    found = (json.get("exception_details"), json.get("exception_description"))
    return " ".join(text for text in found if isinstance(text, str)).lower()


def _printable(type: str) -> str:
    # Known types are short ASCII names; an odd one must not break a log line.
    return re.sub(r"[^\w.-]", "?", type[:60], flags=re.ASCII)


def _debug_id(headers: Mapping[str, str]) -> str:
    # v36 F8: LiveChat's support finds a request by it.
    found = headers.get("x-debug-id")
    return f", x-debug-id {_printable(found)}" if found else ""
