"""Which addresses the browser may load, and which a visitor may open: decided here alone.

By itself the browser loads the pictures and films that a structure of LiveChat's names as such, and
never what only a text names: from the internet over https, and from LiveChat's own host as the
settings have it, which may be a sandbox on this machine. A number, a name without a dot or one that
means the network at home would have the visitor's browser ask around in there, as any page could
that an agent's card names.

What the visitor presses may lead anywhere on the web. No address has a user name in it, by which
`https://livechat.com@other.example` seems to be another than it is.
"""

from __future__ import annotations

import re

import idna

_LONGEST = 8_000  # characters; servers refuse longer ones
_LONGEST_INLINE = 10_000  # of a picture that is an address in itself

_REST = r"(?:[/?#][^\s\\\x00-\x1f]*)?"
_WEB = re.compile(rf"(?a:https?)://[^\s\\\x00-\x1f/?#@]+{_REST}", re.IGNORECASE)
_CONTACT = re.compile(r"(tel|mailto):[^\s\\\x00-\x1f]+", re.IGNORECASE)
_INLINE = re.compile(r"data:image/[\w.+-]+[;,]", re.IGNORECASE)

_HOST = re.compile(r"(?<=//)[^/?#:]{1,253}")

# A name of the internet. What ends in a number is one for browsers, however it is written.
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?"
_PUBLIC = re.compile(
    rf"https://(?:{_LABEL}\.)+(?P<top>[a-z](?:[a-z0-9-]*[a-z0-9])?)\.?(?::[0-9]{{1,5}})?{_REST}",
    re.ASCII | re.IGNORECASE,
)
# RFC 6761, 6762, 8375, and what ICANN keeps for networks of one's own, or routers use all the same.
_AT_HOME = {"localhost", "localdomain", "local", "internal", "intranet", "private"}
_AT_HOME |= {"arpa", "corp", "home", "lan", "mail"}


def web(address: str | None) -> str | None:
    """An address that may be opened: http(s) only. None for anything else."""
    address = (address or "").strip()
    return address if len(address) <= _LONGEST and _WEB.fullmatch(address) else None


def contact(address: str | None) -> str | None:
    """An address that a person may be sent to: http(s), or a phone number or mailbox."""
    found = _CONTACT.fullmatch((address or "").strip()[: _LONGEST + 1])
    return found.group() if found and len(found.group()) <= _LONGEST else web(address)


def loadable(address: str | None, livechat: str = "") -> str | None:
    """An address that may be loaded; `livechat` is that of LiveChat's API in the settings."""
    address = web(address)
    if address is None:
        return None
    if livechat and address.startswith(f"{livechat}/"):
        return address
    address = _spelled(address)
    name = _PUBLIC.fullmatch(address)
    return address if name and name["top"].lower() not in _AT_HOME else None


def _spelled(address: str) -> str:
    """The same with its host in ASCII, as browsers ask for it: what is looked at is what is loaded.

    Some letters are others to them, and so `ⓛocalhost` is this machine.
    """
    host = _HOST.search(address)
    if host is None or host[0].isascii():
        return address
    try:
        ascii = idna.encode(host[0], uts46=True).decode()
    except UnicodeError:
        return address
    return f"{address[: host.start()]}{ascii}{address[host.end() :]}"


def picture(address: str | None, livechat: str = "") -> str | None:
    """An address that may be loaded as a picture: the same, or a picture in itself."""
    address = (address or "").strip()
    if _INLINE.match(address):
        return address if len(address) <= _LONGEST_INLINE else None
    return loadable(address, livechat)
