"""What a failure of a call means for who has set the page up, and what to do about it."""

from __future__ import annotations

from urllib.parse import urlsplit

from livechat.api.errors import (
    EXPIRED,
    CustomerBanned,
    LiveChatError,
    Misconfigured,
    TooManyRequests,
    Unauthorized,
    Unreachable,
)
from livechat.doctor.report import name

_CAUSES = {
    "name": (
        "no host of the name {host} is known",
        "Check this machine's network, and {setting} if it is set.",
    ),
    "refused": (
        "{host} refuses the connection",
        "Check {setting} if it is set, and any firewall in between.",
    ),
    "tls": (
        "there is no trusted TLS connection to {host}",
        "Is the clock right? Behind a proxy that looks into TLS, REQUESTS_CA_BUNDLE has to name a "
        "file with its certificate.",
    ),
    "timeout": (
        "{host} does not answer in time",
        "Is a firewall in between, or does it take a proxy (HTTPS_PROXY)?",
    ),
    "proxy": (
        "the proxy of the environment does not lead to {host}",
        "Check HTTPS_PROXY, or except the host in NO_PROXY.",
    ),
    "closed": (
        "the connection to {host} ends without an answer",
        "Check {setting} if it is set, and any firewall or proxy in between.",
    ),
}

_NOT_LIVECHAT = (
    "what answers at {host} is not LiveChat ({answered})",
    "Check {setting} if it is set. Does this network, or a proxy, want a login first?",
)

# LiveChat's own gateways answer so as well, with a page of theirs.
_IN_TROUBLE = (
    "{host} has trouble, or what is in between ({answered})",
    "Try again later. If it stays, check {setting} if it is set.",
)
_TROUBLES = ("HTTP 500", "HTTP 502", "HTTP 503", "HTTP 504")

_SETTINGS = {
    "LIVECHAT_CLIENT_ID": (
        "LiveChat does not take this app",
        "Check LIVECHAT_CLIENT_ID against the Developer Console, where the app needs the building "
        "block Authorization, and the redirect URI.",
    ),
    "LIVECHAT_ORGANIZATION_ID": (
        "LiveChat knows no such organization",
        "Check LIVECHAT_ORGANIZATION_ID against the console's account settings.",
    ),
    "LIVECHAT_GROUP_ID": (
        "LiveChat knows no such group",
        "Check LIVECHAT_GROUP_ID, or leave it out.",
    ),
    "LIVECHAT_API_URL": (
        "another region serves this organization, and going there did not help",
        "Leave LIVECHAT_API_URL out, or set it to that region's address.",
    ),
}

_TYPES = {
    EXPIRED: ("the organization's LiveChat subscription has ended", "Renew it."),
    "unsupported_version": (
        "LiveChat serves no version of its API that this page speaks",
        "Leave LIVECHAT_API_VERSION out; if that does not help, update the page.",
    ),
    "wrong_product_version": ("the organization has no LiveChat account", "Ask LiveChat."),
}


def about(error: LiveChatError, url: str, setting: str) -> tuple[str, str]:
    """What has happened, and what to do; `setting` is that of `url`, where the call went."""
    said, todo = _about(error)
    answered = error.answered if isinstance(error, Unreachable) else ""
    named = {"host": urlsplit(url).netloc, "setting": setting, "answered": answered}
    return said.format_map(named), todo.format_map(named)


def _about(error: LiveChatError) -> tuple[str, str]:
    match error:
        case Misconfigured(type=type) if type in _TYPES:
            return _TYPES[type]
        case Misconfigured(setting=str(setting)) if setting in _SETTINGS:
            said, todo = _SETTINGS[setting]
            return f"{said} ({name(error.type)})", todo
        case TooManyRequests():
            return "LiveChat refuses: too many requests", "Wait a minute, and try again."
        case Unreachable(cause=str(cause)):
            return _CAUSES[cause]
        case Unreachable(answered=answered) if answered.startswith(_TROUBLES):
            return _IN_TROUBLE
        case Unreachable(answered=answered) if answered:
            return _NOT_LIVECHAT
        case Unreachable(type=""):
            return "the answer lacks what the page needs", "Report it, with this text."
        case Unreachable():
            return f"LiveChat has trouble ({name(error.type)})", "Try again later."
        case Unauthorized():
            return (
                "LiveChat does not take the token that it has just granted",
                "Do LIVECHAT_API_URL and LIVECHAT_ACCOUNTS_URL belong together?",
            )
        case CustomerBanned():
            return "LiveChat bans this visitor", "Is this machine's address banned?"
        case _:
            return f"LiveChat refuses it ({name(error.type)})", "Report it, with this text."
