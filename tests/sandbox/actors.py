"""A customer and an agent who talk plain HTTP to a sandbox."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import requests

from livechat.sandbox import Organization, Sandbox

JSON = dict[str, Any]
HELLO = {"type": "message", "text": "hello"}
REDIRECT_URI = "http://localhost:8501"
FIELD_TYPES = {
    *("header", "name", "email", "question", "textarea", "subject", "radio", "select"),
    *("checkbox", "group_chooser", "checkbox_for_email", "rating"),
}


def wait_for(condition: Callable[[], bool]) -> None:
    """Waits for what the scripted agent does by itself."""
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline, "the scripted agent did nothing"
        time.sleep(0.02)


def error_type(response: requests.Response) -> str | None:
    """`error.type` of an answer, None if it is a success."""
    if response.status_code == 200:
        return None
    return str(response.json()["error"]["type"])


class Actor:
    """Someone with a token."""

    def __init__(self, sandbox: Sandbox, organization: Organization | None = None) -> None:
        self.sandbox = sandbox
        self.organization = organization or sandbox.default
        self.http = requests.Session()
        self.token = ""

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def call(self, action: str, payload: Any) -> requests.Response:
        raise NotImplementedError

    def ok(self, action: str, **payload: Any) -> JSON:
        response = self.call(action, payload)
        assert response.status_code == 200, response.text
        answer: JSON = response.json()
        return answer

    def error(self, action: str, **payload: Any) -> str | None:
        return error_type(self.call(action, payload))


class Customer(Actor):
    """A browser of its own, with cookies."""

    version = "3.5"

    def __init__(self, sandbox: Sandbox, organization: Organization | None = None) -> None:
        super().__init__(sandbox, organization)
        self.authorize()

    def grant(self, path: str = "/v2/customer/token", **fields: Any) -> requests.Response:
        body = {
            "grant_type": "cookie",
            "client_id": self.sandbox.client_id,
            "response_type": "token",
            "organization_id": self.organization.organization_id,
            "redirect_uri": REDIRECT_URI,
        } | fields
        body = {name: value for name, value in body.items() if value is not None}
        return self.http.post(self.sandbox.url + path, json=body)

    def authorize(self, **fields: Any) -> JSON:
        response = self.grant(**fields)
        assert response.status_code == 200, response.text
        answer: JSON = response.json()
        self.token, self.id = answer["access_token"], answer["entity_id"]
        return answer

    def url(self, action: str) -> str:
        return f"{self.sandbox.url}/v{self.version}/customer/action/{action}"

    @property
    def query(self) -> dict[str, str]:
        return {"organization_id": self.organization.organization_id}

    def call(self, action: str, payload: Any) -> requests.Response:
        return self.http.post(
            self.url(action), params=self.query, json=payload, headers=self.headers
        )

    def get(self, action: str, **parameters: Any) -> requests.Response:
        return self.http.get(self.url(action), params=self.query | parameters)

    def upload(self, name: str, data: bytes, kind: str = "text/plain") -> requests.Response:
        return self.http.post(
            self.url("upload_file"),
            params=self.query,
            files={"file": (name, data, kind)},
            headers=self.headers,
        )

    def start(self, *texts: str, **more: Any) -> str:
        """Start the chat with messages; return its id."""
        chat = {"thread": {"events": [{"type": "message", "text": text} for text in texts]}}
        self.chat_id: str = self.ok("start_chat", chat=chat, **more)["chat_id"]
        return self.chat_id

    def say(self, text: str) -> str:
        event = {"type": "message", "text": text}
        event_id: str = self.ok("send_event", chat_id=self.chat_id, event=event)["event_id"]
        return event_id

    def threads(self) -> list[JSON]:
        """All threads, oldest first."""
        answer = self.ok("list_threads", chat_id=self.chat_id, limit=100, sort_order="asc")
        threads: list[JSON] = answer["threads"]
        return threads

    def texts(self) -> list[str]:
        """What can be read in all threads, system messages by their type."""
        return [
            event.get("system_message_type") or event.get("text") or event["type"]
            for thread in self.threads()
            for event in thread["events"]
        ]


class Agent(Actor):
    """The first agent of an organization, over the Agent API."""

    version = "3.5"

    def __init__(self, sandbox: Sandbox, organization: Organization | None = None) -> None:
        super().__init__(sandbox, organization)
        self.id, self.colleague = list(self.organization.agents)
        self.token = self.organization.agent_token

    def url(self, action: str) -> str:
        return f"{self.sandbox.url}/v{self.version}/agent/action/{action}"

    def call(self, action: str, payload: Any) -> requests.Response:
        return self.http.post(self.url(action), json=payload, headers=self.headers)

    def control(self, action: str, **payload: Any) -> requests.Response:
        """Ask the sandbox's own endpoint."""
        url = f"{self.sandbox.url}/sandbox/action/{action}"
        return self.http.post(url, json=payload, headers=self.headers)

    def show(self, chat_id: str, what: str) -> None:
        """Have the scripted agent show something."""
        response = self.control("show", chat_id=chat_id, what=what)
        assert (response.status_code, response.json()) == (200, {}), response.text

    def say(self, chat_id: str, text: str, **more: Any) -> str:
        event = {"type": "message", "text": text, **more}
        event_id: str = self.ok("send_event", chat_id=chat_id, event=event)["event_id"]
        return event_id
