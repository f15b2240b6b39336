"""The command line, and LiveChat's own Python SDK, in processes of their own."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from livechat.sandbox import Sandbox
from tests.sandbox.actors import Customer, error_type
from tests.sandbox.python_sdk import run_python_sdk

ROOT = Path(__file__).parents[2]
KEYS = [
    "LIVECHAT_API_URL",
    "LIVECHAT_ACCOUNTS_URL",
    "LIVECHAT_CLIENT_ID",
    "LIVECHAT_ORGANIZATION_ID",
    "LIVECHAT_AGENT_TOKEN",
]


def test_command_line() -> None:
    command = [sys.executable, "-m", "livechat.sandbox", "--port", "0", "--no-bot"]
    command += ["--region", "fra", "--refuse-version", "3.5"]
    command += ["--fault", "get_configuration=internal"]
    command += ["--deviate", "agent/list_chats=gains:surprise"]
    command += ["--deviate", "customer/list_chats=lacks:total_chats"]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # Whoever runs the tests in the background of a shell has it ignored, and so its children.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    try:
        assert process.stdout is not None
        printed = [process.stdout.readline().strip().partition("=") for _ in KEYS]
        assert [key for key, _, _ in printed] == KEYS
        values = {key: value for key, _, value in printed}
        headers = {"Authorization": f"Bearer {values['LIVECHAT_AGENT_TOKEN']}"}
        url = values["LIVECHAT_API_URL"] + "/v3.6/agent/action/list_chats"
        for _ in range(2):
            answer = requests.post(url, json={}, headers=headers).json()
            assert answer.keys() - {"surprise"} == {"chats_summary", "found_chats"}
            assert "surprise" in answer
        organization = {"organization_id": values["LIVECHAT_ORGANIZATION_ID"]}
        for version, error in (
            ("3.6", "internal"),
            ("3.5", "unsupported_version"),
            ("3.6", "misdirected_request"),
        ):
            url = f"{values['LIVECHAT_API_URL']}/v{version}/customer/action/get_configuration"
            assert error_type(requests.get(url, params=organization)) == error
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        assert (out, err, process.returncode) == ("", "", 0)
    finally:
        process.kill()


@pytest.mark.parametrize(
    ("half", "expected"),
    [
        (("--fault", "send_event"), "expected ACTION=ERROR"),
        (("--deviate", "send_event=loses:id"), "expected ACTION=lacks|gains|changes:FIELD"),
    ],
)
def test_command_line_with_half_a_fault(half: tuple[str, str], expected: str) -> None:
    command = [sys.executable, "-m", "livechat.sandbox", "--port", "0", *half]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (2, "")
    assert expected in done.stderr


def test_command_line_with_a_busy_port(sandbox: Sandbox) -> None:
    port = sandbox.url.rsplit(":", 1)[1]
    command = [sys.executable, "-m", "livechat.sandbox", "--port", port]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1
    assert port in done.stderr


SDK_SESSION = r"""
import io, json, os, sys, time

from livechat.agent import AgentWeb
from livechat.customer import CustomerWeb

version, host, organization_id, customer_token, agent_token = sys.argv[1:]
customer = CustomerWeb.get_client(
    access_token=f"Bearer {customer_token}",
    version=version,
    base_url=host,
    organization_id=organization_id,
    disable_logging=True,
)
agent = AgentWeb.get_client(
    access_token=f"Bearer {agent_token}", version=version, base_url=host, disable_logging=True
)


def ok(response):
    assert response.status_code == 200, response.text
    return response.json()


hello = {"type": "message", "text": "hello", "custom_id": "c1"}
started = ok(customer.start_chat(chat={"thread": {"events": [hello]}}, continuous=False))
chat_id, thread_id = started["chat_id"], started["thread_id"]
assert ok(agent.list_chats())["found_chats"] == 1
ok(agent.send_typing_indicator(chat_id=chat_id, is_typing=True))
rich = {
    "type": "rich_message",
    "template_id": "cards",
    "elements": [{"title": "T", "buttons": [{"text": "Yes", "postback_id": "yes"}]}],
}
event_id = ok(agent.send_event(chat_id=chat_id, event=rich))["event_id"]
ok(
    customer.send_rich_message_postback(
        chat_id=chat_id,
        thread_id=thread_id,
        event_id=event_id,
        postback={"id": "yes", "toggled": True},
    )
)
url = ok(customer.upload_file(file={"file": ("a.txt", io.BytesIO(b"x"), "text/plain")}))["url"]
ok(customer.send_event(chat_id=chat_id, event={"type": "file", "url": url}))
url = ok(agent.upload_file(file={"file": ("b.txt", io.BytesIO(b"y"), "text/plain")}))["url"]
ok(agent.send_event(chat_id=chat_id, event={"type": "file", "url": url}))
thread = ok(customer.list_threads(chat_id=chat_id, min_events_count=25))["threads"][0]
assert [event["type"] for event in thread["events"]] == ["message", "rich_message", "file", "file"]
seen_up_to = thread["events"][-1]["created_at"]
ok(customer.mark_events_as_seen(chat_id=chat_id, seen_up_to=seen_up_to))
ok(agent.mark_events_as_seen(chat_id=chat_id, seen_up_to=seen_up_to))
ok(customer.send_sneak_peek(chat_id=chat_id, sneak_peek_text="typ"))
ok(customer.update_customer(name="Ann", email="ann@example.com"))
if version != "3.5":
    ok(customer.update_customer(phone_number="+1 555 0100", name_is_default=False))
    assert ok(customer.get_customer())["phone_number"] == "+1 555 0100"
    mistake = ok(customer.send_event(chat_id=chat_id, event=hello))
    place = {"chat_id": chat_id, "thread_id": thread_id, **mistake}
    ok(customer.delete_event(**place))
    assert customer.delete_event(**place).json()["error"]["type"] == "not_found"
    colours = {"view_type": "tags", "product_id": "mug", "label": "Colour"}
    colours["options"] = [{"option_id": "red", "label": "Red"}]
    shop = {
        "type": "rich_message",
        "template_id": "ecommerce",
        "elements": [
            {
                "title": "Mug",
                "ecommerce": colours,
                "buttons": [
                    {"text": "Buy", "postback_id": "buy", "type": "message", "value": "buy"}
                ],
            }
        ],
    }
    sent = ok(agent.send_event(chat_id=chat_id, event=shop))
    bought = {"id": "buy", "toggled": True, "button_type": "message", "button_value": "buy"}
    bought["ecommerce"] = {"product_id": "mug", "option_id": "red", "quantity": 1}
    place = {"chat_id": chat_id, "thread_id": thread_id, **sent}
    ok(customer.send_rich_message_postback(**place, postback=bought))
ok(customer.set_customer_session_fields(session_fields=[{"a": "b"}]))
assert ok(customer.get_customer())["name"] == "Ann"
rating = {"rating": {"score": 1}}
deleted = {"rating": ["score"]}
ids = {"chat_id": chat_id, "thread_id": thread_id}
ok(customer.update_chat_properties(id=chat_id, properties=rating))
ok(customer.delete_chat_properties(id=chat_id, properties=deleted))
ok(customer.update_thread_properties(**ids, properties=rating))
ok(customer.delete_thread_properties(**ids, properties=deleted))
ok(customer.update_event_properties(**ids, event_id=event_id, properties=rating))
ok(customer.delete_event_properties(**ids, event_id=event_id, properties=deleted))
ok(customer.list_license_properties())
ok(customer.list_group_properties(group_id=0))
dynamic = ok(customer.get_dynamic_configuration(group_id=0, test=True))
if version != "3.5":
    assert dynamic["livechat_active"] is True
    dynamic = dynamic["livechat"]
ok(customer.get_configuration(group_id=0, version=dynamic["config_version"]))
localization = {"language": "en", "version": dynamic["localization_version"]}
ok(customer.get_localization(group_id=0, **localization))
assert ok(customer.list_group_statuses(all=True))["groups_status"]["0"] == "online"
ok(customer.get_form(group_id=0, type="prechat"))
ok(customer.get_predicted_agent())
ok(customer.get_url_info(url="https://example.com/"))
ok(customer.check_goals(session_fields=[{"a": "b"}], group_id=0, page_url="https://example.com/"))
ok(customer.request_email_verification(callback_uri="https://example.com/"))
for refused in (
    customer.accept_greeting(greeting_id=1, unique_id="u"),
    customer.cancel_greeting(unique_id="u"),
):
    assert refused.json()["error"]["type"] == "greeting_not_found"
ok(agent.update_thread_properties(**ids, properties={"routing": {"pinned": True}}))
colleague = "tom.reyes@example.com"
ok(
    agent.add_user_to_chat(
        chat_id=chat_id, user_id=colleague, user_type="agent", visibility="all"
    )
)
ok(
    agent.transfer_chat(
        id=chat_id,
        target={"type": "agent", "ids": [colleague]},
        ignore_agents_availability=True,
    )
)
ok(agent.deactivate_chat(id=chat_id, ignore_requester_presence=True))
assert ok(customer.list_chats())["chats_summary"][0]["active"] is False
ok(customer.resume_chat(chat={"id": chat_id}))
ok(customer.get_chat(chat_id=chat_id))
ok(customer.deactivate_chat(id=chat_id))
ok(agent.resume_chat(chat={"id": chat_id}))
ok(agent.get_chat(chat_id=chat_id))
ok(agent.list_threads(chat_id=chat_id))
ok(agent.set_routing_status(status="not_accepting_chats"))
customer_id = ok(customer.get_customer())["id"]
ok(agent.ban_customer(id=customer_id, ban={"days": 1}))
assert customer.list_chats().json()["error"]["type"] == "customer_banned"
print("all well")
"""


@pytest.mark.parametrize("version", ["3.5", "3.6"])
def test_the_official_python_sdk(
    tls_sandbox: tuple[Sandbox, str], tmp_path: Path, version: str
) -> None:
    response = run_python_sdk(SDK_SESSION, version, *tls_sandbox, tmp_path)
    for cookie in response.raw.headers.getlist("set-cookie"):
        assert "Secure" in cookie
        assert "samesite=none" in cookie.lower()


def test_settings_are_those_of_the_default_organization(customer: Customer) -> None:
    settings = customer.sandbox.settings()
    assert list(settings) == KEYS
    assert settings["LIVECHAT_ORGANIZATION_ID"] == customer.organization.organization_id
