"""Who the visitor is: the cookie grant, its token, and the two values that are the identity.

Section 2 of the API reference. LiveChat knows a customer by two cookies of the token server. Here
many visitors share one process, so the pair travels in an explicit header and is handed back to
the caller: no cookie jar ever holds it.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from livechat.api import transport
from livechat.api.errors import Unreachable
from livechat.api.structures.parsing import LONGEST_ID
from livechat.api.transport import Answer

# What may stand in a Cookie header as a value, and in an Authorization header as a token. This is
# what keeps a forged cookie from adding a header of its own.
_COOKIE_VALUE = re.compile(r"[!#-+\--:<-\[\]-~]{1,900}")
_LONGEST_TOKEN = 4_096
_TOKEN = re.compile(rf"[!-~]{{1,{_LONGEST_TOKEN}}}")

_CUSTOMER_ID, _SECRET = "__lc_cid", "__lc_cst"

_DEFAULT_EXPIRES_IN = 28800.0  # seconds, 2.2


@dataclass(frozen=True)
class Identity:
    """A customer's two cookies (2.3) and the organization they belong to.

    `secret` is a password: whoever has it reads the customer's chats. Raises ValueError for values
    that cannot stand in a Cookie header.
    """

    organization_id: str
    customer_id: str
    secret: str = field(repr=False)

    def __post_init__(self) -> None:
        for value in (self.organization_id, self.customer_id, self.secret):
            if not _COOKIE_VALUE.fullmatch(value):
                raise ValueError("not an identity")


@dataclass(frozen=True)
class Grant:
    """An access token (2.2). `expires_at` is in seconds of the clock that `Accounts` has."""

    access_token: str = field(repr=False)
    customer_id: str
    expires_at: float
    identity: Identity | None


@dataclass(frozen=True)
class TokenInfo:
    """What the token server says of a token (2.7). `expires_in` is in seconds."""

    customer_id: str
    client_id: str
    organization_id: str
    expires_in: float


class Accounts:
    """The token server (section 2). Nothing is repeated here: each grant is billed and may create
    a customer of `organization_id`. `exchange` is what sends each request, and `clock` counts the
    seconds of a token's life. Every method raises the classes of `livechat.api.errors`."""

    def __init__(
        self,
        accounts_url: str,
        client_id: str,
        organization_id: str,
        redirect_uri: str,
        *,
        exchange: Callable[..., Answer] = transport.exchange,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._url = f"{accounts_url.rstrip('/')}/v2/customer"
        self._token_url = f"{self._url}/token"
        self._client_id = client_id
        self.organization_id = organization_id
        self._redirect_uri = redirect_uri
        self._exchange = exchange
        self._clock = clock

    def grant(self, identity: Identity | None, *, group_id: int | None = None) -> Grant:
        """A token for `identity`, for a new customer if None: the cookie grant (2.2).

        With `group_id` the identity is one of that group only (2.4).
        """
        url = self._token_url
        if group_id is not None:
            url = f"{self._url}/{quote(self.organization_id, safe='')}/{group_id}/token"
        asked_at = self._clock()
        answer = self._exchange(
            "token",
            "POST",
            url,
            headers={"Cookie": _cookie_header(identity)} if identity else None,
            body={
                "grant_type": "cookie",
                "response_type": "token",
                "client_id": self._client_id,
                "organization_id": self.organization_id,
                "redirect_uri": self._redirect_uri,
            },
        )
        json = answer.json
        sent = _text("token", json, "access_token", longest=2 * _LONGEST_TOKEN)
        token = re.sub("%3a", ":", sent, flags=re.IGNORECASE)
        if not _TOKEN.fullmatch(token):
            raise Unreachable("token: unexpected answer (no access_token)")
        return Grant(
            access_token=token,
            customer_id=_text("token", json, "entity_id"),
            expires_at=asked_at + _expires_in(json),
            identity=self._identity(answer.set_cookies) or identity,
        )

    def info(self, access_token: str) -> TokenInfo:
        """Describes a token (2.7)."""
        answer = self._exchange("info", "GET", f"{self._url}/info", token=access_token)
        return TokenInfo(
            customer_id=_text("info", answer.json, "entity_id"),
            client_id=_text("info", answer.json, "client_id"),
            organization_id=_text("info", answer.json, "organization_id"),
            expires_in=_expires_in(answer.json),
        )

    def revoke(self, access_token: str) -> None:
        """Ends a token's life (2.7)."""
        self._exchange(
            "revoke",
            "DELETE",
            self._token_url,
            token=access_token,
            may_be_empty=True,
        )

    def _identity(self, set_cookies: Iterable[str]) -> Identity | None:
        # Only name and value are of use here, and http.cookies drops a cookie whole when it has
        # an attribute that Python 3.11 does not know, such as Partitioned.
        cookies = {}
        for header in set_cookies:
            name, _, value = header.partition(";")[0].partition("=")
            cookies[name.strip()] = value.strip()
        try:
            return Identity(
                self.organization_id, cookies.get(_CUSTOMER_ID, ""), cookies.get(_SECRET, "")
            )
        except ValueError:
            return None


def _cookie_header(identity: Identity) -> str:
    return f"{_CUSTOMER_ID}={identity.customer_id}; {_SECRET}={identity.secret}"


def _text(call: str, json: Mapping[str, Any], name: str, *, longest: int = LONGEST_ID) -> str:
    value = json.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= longest:
        raise Unreachable(f"{call}: unexpected answer (no {name})")
    return value


def _expires_in(json: Mapping[str, Any]) -> float:
    value = json.get("expires_in")
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 1e9:
        return float(value)
    return _DEFAULT_EXPIRES_IN
