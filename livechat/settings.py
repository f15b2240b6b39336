"""Where configuration comes from, and what is wrong with it.

The environment goes before `.env`, and that before `[livechat]` in Streamlit's secrets, setting by
setting; a blank value counts as not set. In the secrets a name may also be written in lower case
without its prefix: `client_id` for LIVECHAT_CLIENT_ID. With neither client ID nor organization ID
the app runs on the embedded sandbox.
"""

from __future__ import annotations

import difflib
import ipaddress
import re
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args
from urllib.parse import urlsplit

from livechat import settings_dotenv
from livechat.settings_logo import NoLogo, in_page

if TYPE_CHECKING:
    from livechat.sandbox import Sandbox

_PREFIX = "LIVECHAT_"

# The versions of LiveChat's API that the page speaks, the oldest one first.
Version = Literal["3.5", "3.6"]
VERSIONS: tuple[Version, ...] = get_args(Version)

# The languages that the page speaks, by the files of its words.
_WORDS = Path(__file__).parent / "page" / "words"
LANGUAGES = tuple(sorted(file.stem for file in _WORDS.glob("*.toml")))

_API_URL = "https://api.livechatinc.com"
_ACCOUNTS_URL = "https://accounts.livechat.com"
_POLL_SECONDS = 3.0
MAX_SESSION_FIELDS = 100  # keys (3.6)

_MOST_SUGGESTIONS = 3
_LONGEST_SUGGESTION = 80  # characters, which is what a button has room for
_LONGEST_TITLE = 60
_LONGEST_GREETING = 1_000

# Every look is billed; a slower one is no chat.
_POLL_RANGE = (0.1, 3600.0)


@dataclass(frozen=True)
class Settings:
    """What the operator sets, which the app runs with.

    `redirect_uri` None stands for the page's own origin, `group_id` None for LiveChat's choice.
    `authorize` tells when a new visitor becomes a customer: as the page loads, or when they write.
    `push` tells whether the browser is to listen for LiveChat's pushes, `sneak_peek` whether it is
    to show the agents what the visitor is writing, too. `api_version` is the one to begin with
    (`api/route.py`).
    `signed_in` tells whether the name and e-mail of who is signed in are the customer's.
    `session_fields` are told to the agents about every visitor, `query_fields` are the query
    parameters of the page that may add to them. `title`, `logo`, `greeting` and `privacy_url` are
    the page's own if they are None; `logo` is an address, which for a file of the repository holds
    the picture. `suggestions` are questions to begin with. `language` is one of `LANGUAGES`, or
    None for each visitor's own. With `sandbox` the IDs are empty until `enter_sandbox`, which also
    gives the `agent_token` of the sandbox's Agent API.
    """

    client_id: str
    organization_id: str
    redirect_uri: str | None
    group_id: int | None
    poll_seconds: float
    api_url: str
    accounts_url: str
    sandbox: bool
    api_version: Version = VERSIONS[0]
    authorize: Literal["load", "message"] = "load"
    push: bool = True
    sneak_peek: bool = True
    signed_in: bool = False
    session_fields: Mapping[str, str] = field(default_factory=dict)
    query_fields: tuple[str, ...] = ()
    title: str | None = None
    logo: str | None = field(default=None, repr=False)
    greeting: str | None = None
    suggestions: tuple[str, ...] = ()
    privacy_url: str | None = None
    language: str | None = None
    agent_token: str | None = field(default=None, repr=False)


# From the last one to the first.
SOURCES = ("secrets", ".env", "environment")

# A setting is named as its field; these two are not set, but come with the sandbox.
NAMES = tuple(
    f"{_PREFIX}{setting.name.upper()}"
    for setting in fields(Settings)
    if setting.name not in ("sandbox", "agent_token")
)


class SettingsError(Exception):
    """The configuration cannot be used.

    Each of `problems` names a setting and what was expected of it; none repeats a value, which
    may be a secret in the wrong place.
    """

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def load(
    environ: Mapping[str, str], dotenv_path: Path | None, secrets: Mapping[str, Any]
) -> Settings:
    """The settings, each from the first source that has it. Raises SettingsError with all faults.

    `dotenv_path` may name no file. `secrets` is Streamlit's, of which only `[livechat]` is read.
    """
    problems: list[str] = []
    sources = _sources(environ, dotenv_path, secrets, problems)
    given = {name: value for found in sources.values() for name, value in found.items()}
    problems += _typos(given)
    settings = _checked(given, problems)
    if problems:
        raise SettingsError(tuple(problems))
    return settings


def origins(
    environ: Mapping[str, str], dotenv_path: Path | None, secrets: Mapping[str, Any]
) -> dict[str, str]:
    """Where each LIVECHAT_ name that is set comes from, in the words of `SOURCES`.

    Names that are no setting are among them. What is wrong is told by `load`.
    """
    sources = _sources(environ, dotenv_path, secrets, [])
    return {name: source for source, found in sources.items() for name in found}


_sandbox: Sandbox | None = None
_sandbox_lock = threading.Lock()


def enter_sandbox(settings: Settings, organization_id: str | None) -> Settings:
    """`settings` filled in for one visitor of the process's sandbox, which the first one starts.

    `organization_id` is what an earlier call gave this visitor; None, or one that the sandbox
    does not know, begins a new one.
    """
    from livechat.sandbox import start  # only a page without configuration pays for it

    global _sandbox
    with _sandbox_lock:
        if _sandbox is None:
            _sandbox = start(port=0, bot=True)
    organization = _sandbox.lodge(organization_id)
    return replace(
        settings,
        client_id=_sandbox.client_id,
        organization_id=organization.organization_id,
        api_url=_sandbox.url,
        accounts_url=_sandbox.url,
        agent_token=organization.agent_token,
    )


def is_loopback(host: str) -> bool:
    """Whether `host` (a name, or an address without brackets) is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _sources(
    environ: Mapping[str, str],
    dotenv_path: Path | None,
    secrets: Mapping[str, Any],
    problems: list[str],
) -> dict[str, dict[str, str]]:
    """What each source gives; a later one goes before those above it."""
    found = (_from_secrets(secrets, problems), _from_dotenv(dotenv_path, problems), _set(environ))
    return dict(zip(SOURCES, found, strict=True))


def _set(values: Mapping[str, Any]) -> dict[str, str]:
    return {
        name: str(value).strip()
        for name, value in values.items()
        if name.startswith(_PREFIX) and value is not None and str(value).strip()
    }


def _from_dotenv(path: Path | None, problems: list[str]) -> dict[str, str]:
    if path is None:
        return {}
    try:
        return _set(settings_dotenv.values(path))
    except (OSError, UnicodeDecodeError):
        problems.append(f"{path.name} cannot be read: expected a text file in UTF-8")
        return {}


def _from_secrets(secrets: Mapping[str, Any], problems: list[str]) -> dict[str, str]:
    table = secrets.get("livechat", {})
    if not isinstance(table, Mapping):
        problems.append("livechat in secrets.toml: expected a table, [livechat]")
        return {}
    named = {
        name if name.startswith(_PREFIX) else _PREFIX + name.upper(): value
        for name, value in table.items()
    }
    for name in [name for name, value in named.items() if isinstance(value, Mapping | list)]:
        problems.append(f"{name}: expected one value, not a table or a list")
        del named[name]
    return _set(named)


def _typos(given: Mapping[str, str]) -> list[str]:
    # Near misses only: other programs may have LIVECHAT_ names of their own.
    near = {
        name: match
        for name in sorted(given.keys() - set(NAMES))
        for match in difflib.get_close_matches(name, NAMES, n=1, cutoff=0.9)
    }
    return [f"{name} is no setting: did you mean {match}?" for name, match in near.items()]


def _checked(given: Mapping[str, str], problems: list[str]) -> Settings:
    def wrong(name: str, expected: str) -> None:
        problems.append(f"{name}: expected {expected}")

    def url(name: str, default: str) -> str:
        value = given.get(name, default)
        fault = _url_fault(value)
        if fault:
            wrong(name, fault)
        return value.rstrip("/")

    ids = {}
    for name, other in (
        ("LIVECHAT_CLIENT_ID", "LIVECHAT_ORGANIZATION_ID"),
        ("LIVECHAT_ORGANIZATION_ID", "LIVECHAT_CLIENT_ID"),
    ):
        ids[name] = given.get(name, "")
        if not ids[name] and other in given:
            problems.append(f"{name} is not set, but {other} is: set both, or neither")
        elif not re.fullmatch(r"([A-Za-z0-9][\w.-]{0,127})?", ids[name], re.ASCII):
            wrong(name, "an ID of letters, digits and hyphens, as in the Developer Console")

    redirect_uri = given.get("LIVECHAT_REDIRECT_URI")
    if redirect_uri is not None and not is_web_address(redirect_uri):
        wrong("LIVECHAT_REDIRECT_URI", "an http:// or https:// URL")

    group_id = given.get("LIVECHAT_GROUP_ID")
    if group_id is not None and not re.fullmatch(r"[0-9]{1,10}", group_id):
        wrong("LIVECHAT_GROUP_ID", "a whole number, 0 or more")
        group_id = None

    low, high = _POLL_RANGE
    try:
        poll_seconds = float(given.get("LIVECHAT_POLL_SECONDS", _POLL_SECONDS))
    except ValueError:
        poll_seconds = 0
    if not low <= poll_seconds <= high:
        wrong("LIVECHAT_POLL_SECONDS", f"a number of seconds from {low:g} to {high:g}")

    authorize = given.get("LIVECHAT_AUTHORIZE", "load").lower()
    if authorize not in ("load", "message"):
        wrong("LIVECHAT_AUTHORIZE", "load or message")

    def switch(name: str, default: str = "on") -> bool:
        value = given.get(name, default).lower()
        if value not in ("on", "off"):
            wrong(name, "on or off")
        return value == "on"

    api_version = next(
        (v for v in VERSIONS if v == given.get("LIVECHAT_API_VERSION", VERSIONS[0])), None
    )
    if api_version is None:
        wrong("LIVECHAT_API_VERSION", " or ".join(VERSIONS))

    session_fields = dict(_pairs(given.get("LIVECHAT_SESSION_FIELDS", "")))
    if "" in session_fields or "" in session_fields.values():
        wrong("LIVECHAT_SESSION_FIELDS", "name=value pairs with commas between them")
    query_fields = tuple(_listed(given.get("LIVECHAT_QUERY_FIELDS", "")))
    if any(re.search(r"[=&?\s]", name) for name in query_fields):
        wrong("LIVECHAT_QUERY_FIELDS", "names of query parameters with commas between them")
    if len(session_fields.keys() | set(query_fields)) > MAX_SESSION_FIELDS:
        wrong("LIVECHAT_SESSION_FIELDS", f"at most {MAX_SESSION_FIELDS}, query fields included")

    def text(name: str, longest: int) -> str | None:
        value = given.get(name)
        if value is not None and len(value) > longest:
            wrong(name, f"at most {longest} characters")
        return value

    logo = given.get("LIVECHAT_LOGO")
    if logo is not None and not (logo.startswith("https://") and is_web_address(logo)):
        try:
            logo = in_page(logo)
        except NoLogo as error:
            wrong("LIVECHAT_LOGO", str(error))

    suggestions = tuple(dict.fromkeys(_listed(given.get("LIVECHAT_SUGGESTIONS", ""), "|")))
    if any(len(question) > _LONGEST_SUGGESTION for question in suggestions):
        wrong(
            "LIVECHAT_SUGGESTIONS",
            f"questions of at most {_LONGEST_SUGGESTION} characters with | between them",
        )

    privacy_url = given.get("LIVECHAT_PRIVACY_URL")
    if privacy_url is not None and not is_web_address(privacy_url):
        wrong("LIVECHAT_PRIVACY_URL", "an http:// or https:// URL")

    wanted = given.get("LIVECHAT_LANGUAGE", "auto").lower()
    language = next((known for known in LANGUAGES if known.lower() == wanted), None)
    if language is None and wanted != "auto":
        wrong("LIVECHAT_LANGUAGE", f"auto, or one of {', '.join(LANGUAGES)}")

    return Settings(
        client_id=ids["LIVECHAT_CLIENT_ID"],
        organization_id=ids["LIVECHAT_ORGANIZATION_ID"],
        redirect_uri=redirect_uri,
        group_id=None if group_id is None else int(group_id),
        poll_seconds=poll_seconds,
        api_url=url("LIVECHAT_API_URL", _API_URL),
        accounts_url=url("LIVECHAT_ACCOUNTS_URL", _ACCOUNTS_URL),
        sandbox=not any(ids.values()),
        api_version=api_version or VERSIONS[0],
        authorize="message" if authorize == "message" else "load",
        push=switch("LIVECHAT_PUSH"),
        sneak_peek=switch("LIVECHAT_SNEAK_PEEK"),
        signed_in=switch("LIVECHAT_SIGNED_IN", "off"),
        session_fields=session_fields,
        query_fields=query_fields,
        title=text("LIVECHAT_TITLE", _LONGEST_TITLE),
        logo=logo,
        greeting=text("LIVECHAT_GREETING", _LONGEST_GREETING),
        suggestions=suggestions[:_MOST_SUGGESTIONS],
        privacy_url=privacy_url,
        language=language,
    )


def _listed(value: str, between: str = ",") -> list[str]:
    return [item.strip() for item in value.split(between) if item.strip()]


def _pairs(value: str) -> Iterator[tuple[str, str]]:
    for item in _listed(value):
        name, _, given = item.partition("=")
        yield name.strip(), given.strip()


def is_web_address(value: str) -> bool:
    """Whether `value` is an http:// or https:// URL of some host, as it may stand in a request."""
    try:
        parts = urlsplit(value)
        _ = parts.port  # raises ValueError for one that is no port
    except ValueError:
        return False
    # Spaces and controls first: urlsplit quietly removes some of them.
    printable = re.fullmatch(r"[!-~]+", value) is not None and "\\" not in value
    return printable and parts.scheme in ("http", "https") and bool(parts.hostname)


def _url_fault(value: str) -> str | None:
    if not is_web_address(value):
        return "an http:// or https:// URL"
    parts = urlsplit(value)
    if "@" in parts.netloc or "?" in value or "#" in value:
        return "a URL without user name, query or fragment"
    if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
        return "an https:// URL (http:// only on this machine, since tokens travel there)"
    return None
