"""A customer's RTM connection."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

from tests.sandbox.actors import JSON, Customer


class Socket:
    """A customer's connection."""

    def __init__(self, customer: Customer, wire: ClientConnection) -> None:
        self.customer = customer
        self.wire = wire
        self.count = 0
        self.pushes: list[JSON] = []

    def send(self, action: str, payload: Any = None, **envelope: Any) -> str:
        """Send a request; return its id."""
        self.count += 1
        request = {"request_id": f"r{self.count}", "action": action, **envelope}
        self.wire.send(json.dumps(request if payload is None else {**request, "payload": payload}))
        return f"r{self.count}"

    def read(self, timeout: float = 5) -> JSON:
        frame: JSON = json.loads(self.wire.recv(timeout))
        return frame

    def answer(self, request_id: str | None) -> JSON:
        """The response to a request; what is pushed before it is kept."""
        while True:
            frame = self.read()
            if frame["type"] == "response" and frame.get("request_id") == request_id:
                return frame
            self.pushes.append(frame)

    def call(self, action: str, payload: Any = None, **envelope: Any) -> JSON:
        return self.answer(self.send(action, payload, **envelope))

    def ok(self, action: str, **payload: Any) -> JSON:
        answer = self.call(action, payload)
        assert answer["success"], answer
        result: JSON = answer["payload"]
        return result

    def error(self, action: str, payload: Any = None, **envelope: Any) -> str:
        answer = self.call(action, payload, **envelope)
        assert answer["success"] is False
        return str(answer["payload"]["error"]["type"])

    def login(self, **payload: Any) -> JSON:
        return self.ok("login", token=f"Bearer {self.customer.token}", **payload)

    def heard(self) -> list[JSON]:
        """All pushes so far."""
        self.ok("ping")
        frames, self.pushes = self.pushes, []
        assert all(frame["type"] == "push" for frame in frames)
        return frames

    def names(self) -> list[str]:
        return [frame["action"] for frame in self.heard()]

    def end(self) -> JSON:
        """The payload of the `customer_disconnected` that comes next; then it is closed."""
        frame = self.read()
        assert (frame["type"], frame["action"]) == ("push", "customer_disconnected")
        with pytest.raises(ConnectionClosed):
            self.wire.recv(5)
        payload: JSON = frame["payload"]
        return payload


Open = Callable[..., Socket]
