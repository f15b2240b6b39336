"""The errors LiveChat answers with (sections 2.8, 5 and 8.1 of the API reference)."""

from __future__ import annotations

from typing import Any

from .limits import MAX_FILE_BYTES

# type -> (HTTP status, default message). The messages are the reference's; it states no status,
# so the statuses are the plausible ones its readers settled on.
_ERRORS: dict[str, tuple[int, str]] = {
    "agent_offline": (422, "Agent is offline"),
    "authentication": (401, "Authentication error"),
    "authorization": (403, "Authorization error"),
    "chat_already_active": (422, "Chat is already active"),
    "chat_anonymized": (422, "Chat anonymized"),
    "chat_inactive": (422, "Chat is inactive"),
    "chat_limit_reached": (422, "Chat limit reached"),
    "customer_banned": (403, "Customer is banned"),
    "customer_session_fields_limit_reached": (422, "Customer session fields limit reached"),
    "entity_too_large": (413, f"Upload limit exceeded ({MAX_FILE_BYTES // 2**20}MB)."),
    "greeting_not_found": (404, "Greeting not found"),
    "group_not_found": (404, "Group not found"),
    "group_offline": (422, "Group is offline"),
    "group_unavailable": (422, "No agent available for group"),
    "groups_offline": (422, "Groups offline"),
    "internal": (500, "Internal server error"),
    "license_expired": (402, "License expired"),
    "license_not_found": (404, "License not found"),
    "limit_reached": (422, "Limit reached"),
    "misdirected_request": (421, "Wrong region"),
    "missing_access": (403, "Missing access"),
    "not_allowed": (403, "Not allowed"),
    "not_found": (404, "Not found"),
    "pending_requests_limit_reached": (429, "Requests limit reached"),
    "request_timeout": (504, "Request timed out"),
    "service_unavailable": (503, "Service unavailable"),
    "too_many_requests": (429, "Too many requests"),
    "unsupported_version": (400, "Cannot call unsupported API versions."),
    "users_limit_reached": (403, "Users limit reached"),
    "validation": (400, "Wrong format of request"),
    "wrong_product_version": (422, "Wrong product version"),
}


class ApiError(Exception):
    """A refusal by the Customer or Agent API, with the body of section 5.1."""

    def __init__(
        self, type: str, message: str | None = None, *, data: dict[str, Any] | None = None
    ) -> None:
        """Refuse with error ``type``; an unknown type (from a fault) is answered with 400."""
        status, default = _ERRORS.get(type, (400, type))
        super().__init__(type)
        self.type = type
        self.status = status
        self.message = message or default
        self.data = data

    def body(self) -> dict[str, Any]:
        """Return the JSON body: ``{"error": {"type", "message", "data"?}}``."""
        error: dict[str, Any] = {"type": self.type, "message": self.message}
        if self.data is not None:
            error["data"] = self.data
        return {"error": error}


class AuthError(Exception):
    """A refusal by the token server, with the error object of section 2.8."""

    def __init__(
        self,
        type: str,
        description: str,
        *,
        details: str | None = None,
        identity: bool = False,
        status: int = 400,
        **extra: str,
    ) -> None:
        """Refuse with an ``oauth_exception``, or an ``identity_exception`` if ``identity``."""
        super().__init__(type)
        self.type = type
        self.description = description
        self.details = details
        self.identity = identity
        self.status = status
        self.extra = extra

    def body(self) -> dict[str, Any]:
        """Return the JSON body, with both spellings of the explanation the reference knows."""
        key = "identity_exception" if self.identity else "oauth_exception"
        body: dict[str, Any] = {key: self.type, "exception_description": self.description}
        if self.details is not None:
            body["exception_details"] = self.details
        return body | self.extra
