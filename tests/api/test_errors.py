"""Each answer of LiveChat's becomes the one exception that says what to do about it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from livechat.api import errors

WEB_API = [
    ("authentication", errors.Unauthorized),
    ("authorization", errors.Refused),
    ("chat_anonymized", errors.Refused),
    ("chat_inactive", errors.ChatInactive),
    ("customer_banned", errors.CustomerBanned),
    ("entity_too_large", errors.TooLarge),
    ("greeting_not_found", errors.Refused),
    ("group_not_found", errors.Misconfigured),
    ("group_offline", errors.Refused),
    ("group_unavailable", errors.Refused),
    ("groups_offline", errors.GroupsOffline),
    ("internal", errors.Unreachable),
    ("license_expired", errors.Misconfigured),
    ("license_not_found", errors.Misconfigured),
    ("limit_reached", errors.Refused),
    ("misdirected_request", errors.Misconfigured),
    ("not_allowed", errors.Refused),
    ("not_found", errors.ChatNotFound),
    ("pending_requests_limit_reached", errors.TooManyRequests),
    ("request_timeout", errors.Unreachable),
    ("service_unavailable", errors.Unreachable),
    ("too_many_requests", errors.TooManyRequests),
    ("unsupported_version", errors.Misconfigured),
    ("users_limit_reached", errors.Refused),
    ("validation", errors.Refused),
    ("wrong_product_version", errors.Misconfigured),
    ("chat_already_active", errors.ChatAlreadyActive),
    ("chat_limit_reached", errors.ChatLimitReached),
    ("customer_session_fields_limit_reached", errors.Refused),
    ("a type of tomorrow", errors.Refused),
]


def answer(body: object, status: int = 200, **headers: str) -> errors.LiveChatError:
    error = errors.from_answer("send_event", body, status, headers)
    assert error is not None
    return error


@pytest.mark.parametrize("status", [200, 400, 401, 500])
@pytest.mark.parametrize(("type", "expected"), WEB_API)
def test_the_type_alone_decides_whatever_the_status(
    type: str, expected: type[errors.LiveChatError], status: int
) -> None:
    error = answer({"error": {"type": type, "message": "m", "data": {"a": 1}}}, status)
    assert error.__class__ is expected
    assert error.type == type
    assert error.data == {"a": 1}


def test_every_exception_is_one_of_the_tree() -> None:
    for _, expected in WEB_API:
        assert issubclass(expected, errors.LiveChatError)
    assert issubclass(errors.TooManyRequests, errors.Unreachable)
    for kind in ("ChatInactive", "ChatAlreadyActive", "ChatLimitReached", "ChatNotFound"):
        assert issubclass(getattr(errors, kind), errors.Refused)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"identity_exception": "unauthorized"}, errors.IdentityRefused),
        ({"identity_exception": "identity_lost"}, errors.IdentityRefused),
        ({"identity_exception": "access_denied"}, errors.CustomerBanned),
        ({"identity_exception": "server_error"}, errors.Unreachable),
        ({"identity_exception": "invalid_request"}, errors.Misconfigured),
        ({"identity_exception": "credentials_login_disabled"}, errors.Misconfigured),
        ({"oauth_exception": "invalid_grant"}, errors.IdentityRefused),
        ({"oauth_exception": "server_error"}, errors.Unreachable),
        ({"oauth_exception": "temporarily_unavailable"}, errors.Unreachable),
        ({"oauth_exception": "access_denied"}, errors.Misconfigured),
        ({"oauth_exception": "unauthorized_client"}, errors.Misconfigured),
        ({"oauth_exception": "conflict"}, errors.Misconfigured),
    ],
)
@pytest.mark.parametrize("status", [200, 401])
def test_token_server(
    body: dict[str, Any], expected: type[errors.LiveChatError], status: int
) -> None:
    assert answer(body, status).__class__ is expected


@pytest.mark.parametrize("key", ["exception_details", "exception_description"])
@pytest.mark.parametrize(
    ("detail", "setting"),
    [
        ("client_id_not_found", "LIVECHAT_CLIENT_ID"),
        ("redirect_uri_not_set", "LIVECHAT_REDIRECT_URI"),
        ("invalid_redirect_uri", "LIVECHAT_REDIRECT_URI"),
        ("too_many_redirects", "LIVECHAT_REDIRECT_URI"),
        ("Invalid Redirect URI for this client", "LIVECHAT_REDIRECT_URI"),
        ("organization not found", "LIVECHAT_ORGANIZATION_ID"),
        ("something else", "LIVECHAT_CLIENT_ID"),
    ],
)
def test_configuration_faults_name_the_setting(key: str, detail: str, setting: str) -> None:
    error = answer({"oauth_exception": "unauthorized_client", key: detail}, 400)
    assert isinstance(error, errors.Misconfigured)
    assert error.setting == setting
    assert setting in str(error)


@pytest.mark.parametrize(
    ("type", "setting"),
    [
        ("license_not_found", "LIVECHAT_ORGANIZATION_ID"),
        ("group_not_found", "LIVECHAT_GROUP_ID"),
        ("misdirected_request", "LIVECHAT_API_URL"),
        ("license_expired", None),
    ],
)
def test_the_api_names_the_setting_too(type: str, setting: str | None) -> None:
    error = answer({"error": {"type": type}})
    assert isinstance(error, errors.Misconfigured)
    assert error.setting == setting


@pytest.mark.parametrize(
    ("type", "maybe_done"),
    [
        ("internal", True),
        ("request_timeout", True),
        ("service_unavailable", False),
        ("too_many_requests", False),
    ],
)
def test_a_send_may_be_repeated_only_if_it_was_not_carried_out(type: str, maybe_done: bool) -> None:
    error = answer({"error": {"type": type}})
    assert isinstance(error, errors.Unreachable)
    assert error.maybe_done is maybe_done


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (None, 502),
        ([], 404),
        ({}, 302),
        ({"chat_id": "c"}, 500),
        ({"error": {}}, 200),
        ({"error": {"type": 7}}, 200),
        ({"error": {"type": ""}}, 400),
        ({"oauth_exception": ["x"]}, 200),
        ({"identity_exception": ["x"]}, 200),
        ({"identity_exception": {}, "oauth_exception": 1}, 200),
    ],
)
def test_no_readable_error_is_unreachable(body: object, status: int) -> None:
    error = answer(body, status)
    assert error.__class__ is errors.Unreachable
    assert error.maybe_done
    assert error.type == ""


@pytest.mark.parametrize("body", [{}, {"chat_id": "c"}, {"error": "a phrase"}, None])
def test_success(body: object) -> None:
    assert errors.from_answer("send_event", body, 200, {}) is None


def test_data_of_the_wrong_type_counts_as_none() -> None:
    assert answer({"error": {"type": "validation", "data": [1]}}).data == {}


def test_no_text_of_livechats_reaches_the_exception_text() -> None:
    told = [
        answer({"error": {"type": "validation", "message": "my secret text", "data": {"t": "my"}}}),
        answer({"oauth_exception": "invalid_request", "exception_description": "my token"}),
        answer({"error": {"type": "odd\ntype my\x1b[31m"}}),
    ]
    assert [str(error) for error in told if "my " in str(error)] == []
    assert all(str(error).isprintable() for error in told)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7),
        (" 0.5 ", 0.5),
        ("300", 300),
        ("301", 300),
        ("99999999999", 300),
        ("9" * 400, None),
        ("-3", None),
        ("soon", None),
        ("", None),
        ("²", None),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0),
        ("Wed, 99 Oct 2015 07:28:00 GMT", None),
    ],
)
def test_retry_after(header: str, seconds: float | None) -> None:
    assert errors.retry_after({"Retry-After": header}) == seconds


@pytest.mark.parametrize("zone", ["GMT", "-0000"])
def test_retry_after_as_a_date(zone: str) -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    wait = errors.retry_after({"Retry-After": date.replace("GMT", zone)})
    assert wait == pytest.approx(90, abs=3)


def test_retry_after_as_a_date_is_by_the_clock_of_who_answers() -> None:
    there = datetime.now(UTC) + timedelta(minutes=5)
    dates = (format_datetime(there + timedelta(seconds=s), usegmt=True) for s in (0, 90))
    assert errors.retry_after(dict(zip(("Date", "Retry-After"), dates, strict=True))) == 90


@pytest.mark.parametrize("body", [{"error": {"type": "too_many_requests"}}, None])
def test_the_wait_is_told(body: object) -> None:
    error = errors.from_answer("list_chats", body, 429, {"Retry-After": "12"})
    assert isinstance(error, errors.Unreachable)
    assert error.retry_after == 12


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"error": {"type": "internal"}}, 500),
        ({"error": {"type": "service_unavailable"}}, 503),
        (None, 502),
    ],
)
def test_a_fault_of_livechats_is_named_as_its_support_knows_it(body: object, status: int) -> None:
    error = errors.from_answer("call", body, status, {"x-debug-id": "a1\nb" + "c" * 100})
    assert "x-debug-id a1?bc" in str(error)
    assert len(str(error)) < 150


def test_a_refusal_is_no_fault() -> None:
    refused = errors.from_answer(
        "call", {"error": {"type": "validation"}}, 400, {"x-debug-id": "a1"}
    )
    assert "a1" not in str(refused)


@pytest.mark.parametrize(
    ("content_type", "told"),
    [
        ("text/html; charset=utf-8", "HTTP 200, text/html"),
        ("Application/Problem+JSON", "HTTP 200, application/problem+json"),
        ("", "HTTP 200"),
        ("ann@example.com", "HTTP 200"),
        ("text/" + "x" * 100, "HTTP 200"),
    ],
)
def test_what_an_answer_is_that_is_not_livechats(content_type: str, told: str) -> None:
    assert errors.kind_of_answer(200, {"Content-Type": content_type}) == told
