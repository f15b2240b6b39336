"""The customer's own details: what LiveChat knows of them by name, and what it is told (3.6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from livechat.api.client import Client
from livechat.api.structures import parsing
from livechat.visit.errands import Errand, Errands


@dataclass(frozen=True)
class Customer:
    """What LiveChat knows of the customer by name (3.6)."""

    name: str = ""
    email: str = ""


@dataclass(frozen=True)
class SignedIn:
    """Who the operator's login says is at the browser.

    `mark` tells them from everybody else, and tells nobody who they are.
    """

    mark: str
    name: str = ""
    email: str = ""

    def fill_in(self, customer: Customer | None) -> Customer:
        """The customer, with what they have not said themselves."""
        said = customer or Customer()
        return Customer(said.name or self.name, said.email or self.email)


@dataclass(frozen=True)
class _Introduction:
    """What a customer says of themselves; None leaves a name or an address as it was."""

    name: str | None
    email: str | None

    def of(self, customer: Customer | None) -> Customer:
        known = customer or Customer()
        return Customer(
            known.name if self.name is None else self.name,
            known.email if self.email is None else self.email,
        )


class Details:
    """One customer's details."""

    def __init__(
        self,
        client: Client,
        errands: Errands,
        session_fields: Mapping[str, str] | None,
        signed_in: SignedIn | None = None,
    ) -> None:
        """Nothing is known yet but who is `signed_in`; LiveChat is to be told `session_fields`."""
        self._client = client
        self._errands = errands
        self._session_fields = [{name: value} for name, value in (session_fields or {}).items()]
        self._signed_in = signed_in
        self._known: Customer | None = None  # as LiveChat knows them
        self._introductions: tuple[_Introduction, ...] = ()  # that LiveChat is yet to be told
        self._tell_session_fields()

    @property
    def customer(self) -> Customer | None:
        """The customer as the visitor wants to be known; None until anything is known."""
        customer = self._known
        for introduction in self._introductions:
            customer = introduction.of(customer)
        return customer

    @property
    def prefill(self) -> Customer | None:
        """The same, as forms begin with it: what is not known is as the visitor is signed in."""
        return self._signed_in.fill_in(self.customer) if self._signed_in else self.customer

    @property
    def is_introduced(self) -> bool:
        """Whether the customer has said who they are, and LiveChat is yet to be told."""
        return bool(self._introductions)

    def look_up(self) -> None:
        """Asks what LiveChat knows."""

        def read() -> None:
            known = self._client.get_customer()
            self._known = Customer(
                parsing.text(known, "name") or "", parsing.text(known, "email") or ""
            )

        self._errands.add(Errand.LOOK_UP_CUSTOMER, read)

    def are_unknown(self) -> None:
        """LiveChat knows nothing of somebody who is no customer yet."""
        self._known = self._known or Customer()

    def introduce(self, name: str | None, email: str | None) -> None:
        """Who the customer is; None leaves a name or an address as it was."""
        introduction = _Introduction(name, email)
        self._introductions += (introduction,)

        def end() -> None:
            self._introductions = tuple(i for i in self._introductions if i is not introduction)

        def remember() -> None:
            self._known = introduction.of(self._known)
            end()

        self._errands.add(
            Errand.INTRODUCE,
            lambda: self._client.update_customer(name=name, email=email),
            done=remember,
            refused=end,
        )

    def are_new(self) -> None:
        """LiveChat has just made the customer: it is told who is signed in.

        Once, and only what they do not say themselves before it is told.
        """
        if (signed_in := self._signed_in) is None:
            return

        def tell() -> None:
            said = self.customer or Customer()
            name = None if said.name else signed_in.name or None
            email = None if said.email else signed_in.email or None
            if name or email:
                self._client.update_customer(name=name, email=email)

        def remember() -> None:
            self._known = signed_in.fill_in(self._known)

        self._errands.add(Errand.INTRODUCE_SIGNED_IN, tell, done=remember)

    def begin_anew(self) -> None:
        """The customer is another one, of whom LiveChat is told the same session fields."""
        self._known, self._introductions = None, ()
        self._tell_session_fields()

    def _tell_session_fields(self) -> None:
        if fields := self._session_fields:
            self._errands.add(
                Errand.SET_SESSION_FIELDS,
                lambda: self._client.set_customer_session_fields(session_fields=fields),
            )
