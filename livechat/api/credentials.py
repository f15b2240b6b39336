"""A customer's token: got with the cookie grant, renewed before it expires (2.2, 2.9)."""

from __future__ import annotations

import logging
from collections.abc import Callable

from livechat.api.accounts import Accounts, Grant, Identity
from livechat.api.errors import IdentityRefused, LiveChatError

RENEW_AHEAD = 60.0  # seconds before a token expires

_log = logging.getLogger("livechat")


class CustomerCredentials:
    """One customer's credentials for the `Client`.

    `identity` is what is to be remembered of the customer, anew whenever `grants` has grown.
    `on_grant` is told of each grant before its token is used. `on_refusal` is told of an identity
    that LiveChat does not take, and says whether to begin anew at once, as a new customer.
    """

    def __init__(
        self,
        accounts: Accounts,
        identity: Identity | None,
        *,
        clock: Callable[[], float],
        on_grant: Callable[[Grant], None],
        on_refusal: Callable[[Identity], bool] = lambda _: True,
    ) -> None:
        self.identity = identity
        self.grants = 0
        self._accounts = accounts
        self._clock = clock
        self._on_grant = on_grant
        self._on_refusal = on_refusal
        self._grant: Grant | None = None

    @property
    def token(self) -> str | None:
        """The token in use, None before the first grant."""
        return self._grant.access_token if self._grant else None

    def access_token(self) -> str:
        """A token with life left."""
        grant = self._grant
        if grant is None or self._clock() >= grant.expires_at - RENEW_AHEAD:
            grant = self._authorize()
        return grant.access_token

    def renew(self, refused: str) -> str:
        """A token in place of one that LiveChat no longer takes."""
        if self._grant and self._grant.access_token != refused:
            return self._grant.access_token
        return self._authorize().access_token

    def become(self, identity: Identity) -> None:
        """The customer is this one: the next token is theirs."""
        self.identity, self._grant = identity, None
        self._accounts.organization_id = identity.organization_id

    def forget(self) -> None:
        """Forgets the customer, and revokes the token (2.7).

        If LiveChat cannot be reached, the token dies by itself when it expires.
        """
        token, self._grant, self.identity = self.token, None, None
        if token:
            try:
                self._accounts.revoke(token)
            except LiveChatError as error:
                _log.debug("A token could not be revoked: %s", type(error).__name__)

    def _authorize(self) -> Grant:
        try:
            grant = self._accounts.grant(self.identity)
        except IdentityRefused:
            refused, self.identity, self._grant = self.identity, None, None
            if refused is None or not self._on_refusal(refused):
                raise
            grant = self._accounts.grant(None)
        self._on_grant(grant)
        self._grant, self.identity = grant, grant.identity
        self.grants += 1
        return grant
