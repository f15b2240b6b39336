"""What is asked of LiveChat, in the order of what needs what, and what the answers mean."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping
from typing import TypeVar

from livechat.api import route, rtm
from livechat.api.accounts import Accounts
from livechat.api.client import Client
from livechat.api.credentials import CustomerCredentials
from livechat.api.errors import LiveChatError, Misconfigured
from livechat.api.structures.configuration import DynamicConfiguration
from livechat.doctor.advice import about
from livechat.doctor.report import Mark, Report, address
from livechat.doctor.witness import AGES, Witness
from livechat.settings import VERSIONS, Settings

T = TypeVar("T")

AT_HOME = "http://localhost:8501"  # the page's address, where nothing else is known
CUSTOMER = "python -m livechat"  # what agents see
_MESSAGE = "A test of the chat page by `python -m livechat`: nobody has to answer."

_ADD_IT = "Add it in the Developer Console, to the letter."
_NAME_IT = "If the page is elsewhere: `python -m livechat ADDRESS`."
_UPDATE = "Look for an update of this page before."

_STATUSES = ("online", "online_for_queue", "offline")
_FORMS = ("prechat", "postchat")
_FATES = {"Legacy": "deprecated", "Deprecation": "shut down"}  # as in route.py


class Checks:
    """One run of the checks. `redirect_uri` is that of the page."""

    def __init__(
        self, report: Report, settings: Settings, redirect_uri: str, witness: Witness
    ) -> None:
        """Nothing is asked yet."""
        route.VERSION.begin(settings.api_version)
        self._accounts = Accounts(
            settings.accounts_url,
            settings.client_id,
            settings.organization_id,
            redirect_uri,
            exchange=witness.exchange,
        )
        self._report = report
        self._settings = settings
        self._redirect_uri = redirect_uri
        self._witness = witness
        self._credentials = CustomerCredentials(
            self._accounts, None, clock=time.monotonic, on_grant=lambda _: None
        )
        self._client = Client(
            settings.api_url,
            settings.organization_id,
            self._credentials,
            retries=0,
            exchange=witness.exchange,
        )

    def run(self, *, chat: bool) -> None:
        """All of them. `chat` says whether a chat may be started, which agents see."""
        self._report.title("LiveChat")
        found = self._web_api()
        is_granted = self._grant()
        if found and is_granted and self._customer():
            self._groups(found)
            self._forms(found)
            self._limits()
            self._rtm()
            if chat:
                self._chat(found)
        if is_granted:
            self._revoke()

    # Each of these writes a line or more.

    def _web_api(self) -> DynamicConfiguration | None:
        """What LiveChat tells everybody: whether it is there, and knows whom this is about."""
        found = self._ask(
            "Web API",
            "FAIL",
            lambda: self._client.get_dynamic_configuration(group_id=self._settings.group_id),
        )
        if found is None:
            return None
        say = self._report.line
        say("ok", "Web API", f"answers at {address(self._settings.api_url)}")
        region = self._client.route.region
        say("ok", "region", f"{region.name}, which LiveChat names" if region else "none is named")
        wanted, spoken = self._settings.api_version, route.VERSION.current
        if wanted == spoken:
            is_announced = any(self._witness.ages)
            say("ok", "API version", spoken if is_announced else f"{spoken}, no end is announced")
        else:
            gone = f"{wanted} is gone, so the page speaks {spoken}"
            say("note", "API version", gone, f"Set LIVECHAT_API_VERSION={spoken}.")
        for header in AGES:
            if header in self._witness.ages:
                date = self._witness.ages[header]
                newest = VERSIONS[-1]
                todo = f"Set LIVECHAT_API_VERSION={newest}." if spoken != newest else _UPDATE
                say("note", header, f"{spoken} will be {_FATES[header]} after {date}", todo)
        return found

    def _grant(self) -> bool:
        """Whether LiveChat grants a token, which makes a customer."""
        uri = address(self._redirect_uri)
        try:
            self._credentials.access_token()
        except LiveChatError as error:
            said = about(error, self._settings.accounts_url, "LIVECHAT_ACCOUNTS_URL")
            if isinstance(error, Misconfigured) and error.setting == "LIVECHAT_REDIRECT_URI":
                said = f"{uri} is none of the app's redirect URIs", _ADD_IT
                if not self._settings.redirect_uri:
                    said = said[0], f"{_ADD_IT} {_NAME_IT}"
            self._report.line("FAIL", "token grant", *said)
            return False
        is_known = self._settings.redirect_uri or self._redirect_uri != AT_HOME
        todo = "" if is_known else _NAME_IT
        self._report.line("ok", "token grant", f"with the redirect URI {uri}", todo)
        return True

    def _customer(self) -> bool:
        """Whether LiveChat takes the token."""
        if self._ask("token", "FAIL", self._client.list_chats) is None:
            return False
        if self._ask("customer", "note", self._client.get_customer) is not None:
            self._report.line("ok", "token", "LiveChat takes it")
        return True

    def _groups(self, found: DynamicConfiguration) -> None:
        answer = self._ask("groups", "note", lambda: self._client.list_group_statuses(all=True))
        if answer is None:
            return
        statuses = answer.get("groups_status")
        statuses = statuses if isinstance(statuses, Mapping) else {}
        count = Counter(s if s in _STATUSES else "other" for s in map(str, statuses.values()))
        said = ", ".join(f"{count[status]} {status}" for status in count) or "none is told"
        own = self._settings.group_id
        is_online = bool(found.online_group_ids) if own is None else own in found.online_group_ids
        if is_online:
            self._report.line("ok", "groups", said)
        else:
            whose = "nobody" if own is None else "nobody of LIVECHAT_GROUP_ID"
            todo = "Visitors can leave a message; have an agent accept chats."
            self._report.line("note", "groups", f"{said}; {whose} is online", todo)

    def _forms(self, found: DynamicConfiguration) -> None:
        group = found.group_id

        def read() -> list[str]:
            on = [t for t in _FORMS if self._client.get_form(group, type=t).get("enabled") is True]
            configured = self._client.get_configuration(group, version=found.config_version)
            return [*on, *(["ticket"] if configured.get("ticket_form") else [])]

        enabled = self._ask("forms", "note", read)
        if enabled is not None:
            self._report.line("ok", "forms", ", ".join(enabled) or "none is enabled")

    def _limits(self) -> None:
        told = self._witness.last("get_dynamic_configuration")
        nested = told.get("livechat")
        told = nested if isinstance(nested, Mapping) else told
        if told.get("client_limit_exceeded") is True:
            todo = "Ask LiveChat, or look at your plan."
            self._report.line("note", "limits", "more visitors than the plan has", todo)
        elif self._witness.was_too_many:
            todo = "Does anybody else ask much of LiveChat from here?"
            self._report.line("note", "limits", "a request was one too many", todo)
        else:
            self._report.line("ok", "limits", "none was met; 16 KB a message, 10 MB a file")
        if told.get("domain_allowed") is False:
            todo = "Look at the trusted domains in LiveChat's settings."
            self._report.line("note", "domain", "LiveChat does not allow it", todo)

    def _rtm(self) -> None:
        """Whether a browser could hear LiveChat's pushes; without, the page polls."""
        if not self._settings.push:
            self._report.line("note", "RTM login", "not tried: LIVECHAT_PUSH is off")
            return

        def log_in() -> bool:
            line = self._client.route
            url, token = line.rtm_url(line.region), self._credentials.access_token()
            self._witness.requests += 1
            answer = rtm.login(url, token, name=CUSTOMER, group_id=self._settings.group_id)
            self._witness.hear("login", answer)
            return True

        if self._ask("RTM login", "note", log_in, "Without it the page polls, which costs more."):
            self._report.line("ok", "RTM login", "over a WebSocket, from this machine")

    def _chat(self, found: DynamicConfiguration) -> None:
        """Whether a chat can be started, written in and ended."""
        client, settings = self._client, self._settings

        def chat() -> bool:
            sent = client.start_chat(
                events=[{"type": "message", "text": _MESSAGE}],
                group_ids=None if settings.group_id is None else [settings.group_id],
                continuous=None if found.online_group_ids else True,
            )
            chat_id = sent.chat_id or ""
            try:
                client.send_event(chat_id, event={"type": "message", "text": _MESSAGE})
                client.list_chats()
                client.get_chat(chat_id)
                client.list_threads(chat_id)
            finally:
                client.deactivate_chat(chat_id)
            return True

        if self._ask("chat", "FAIL", chat):
            self._report.line("ok", "chat", "started, written in, read and ended")

    def _revoke(self) -> None:
        token = self._credentials.token or ""
        try:
            self._accounts.revoke(token)
        except LiveChatError as error:
            said, _ = about(error, self._settings.accounts_url, "LIVECHAT_ACCOUNTS_URL")
            self._report.line("note", "token", f"not given back: {said}", "It ends in some hours.")
        else:
            self._report.line("ok", "token", "given back")

    def _ask(self, what: str, mark: Mark, ask: Callable[[], T], otherwise: str = "") -> T | None:
        """What `ask` returns; None, and a line, if LiveChat does not do it."""
        try:
            return ask()
        except LiveChatError as error:
            said, todo = about(error, self._settings.api_url, "LIVECHAT_API_URL")
            self._report.line(mark, what, said, f"{todo} {otherwise}".strip())
            return None
