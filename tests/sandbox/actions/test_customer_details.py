"""The customer, configuration, forms and greetings: sections 3.6 to 3.8."""

from __future__ import annotations

import re

import pytest
import requests

from livechat.sandbox.world.localization import PHRASES
from livechat.sandbox.world.sample_organization import FORMS
from tests.sandbox.actors import FIELD_TYPES, Agent, Customer, error_type


def test_customer(customer: Customer) -> None:
    fresh = customer.ok("get_customer")
    assert (fresh["id"], fresh["type"]) == (customer.id, "customer")
    assert "name" not in fresh
    assert set(fresh["statistics"]) == {
        "chats_count",
        "threads_count",
        "visits_count",
        "page_views_count",
        "greetings_shown_count",
        "greetings_accepted_count",
    }
    details = {"name": "Ann", "email": "ann@example.com", "avatar": "https://example.com/a.png"}
    assert customer.ok("update_customer", **details) == {}
    assert customer.ok("get_customer").items() >= details.items()
    customer.authorize()
    assert customer.ok("get_customer")["name"] == "Ann"


def test_session_fields(customer: Customer) -> None:
    customer.ok("set_customer_session_fields", session_fields=[{"a": "1"}, {"b": "2"}])
    customer.ok("update_customer", session_fields=[{"c": "3"}, {"a": "4"}])
    fields = [{"a": "4"}, {"b": "2"}, {"c": "3"}]
    assert customer.ok("get_customer")["session_fields"] == fields
    many = [{str(number): "x"} for number in range(97)]
    customer.ok("set_customer_session_fields", session_fields=many)
    for action in ("set_customer_session_fields", "update_customer"):
        error = customer.error(action, session_fields=[{"one": "more"}])
        assert error == "customer_session_fields_limit_reached"
    assert customer.ok("update_customer", session_fields=[]) == {}


def test_configuration(customer: Customer, agent: Agent) -> None:
    dynamic = customer.get("get_dynamic_configuration").json()
    assert dynamic["organization_id"] == customer.organization.organization_id
    assert dynamic["online_group_ids"] == [0, 1, 2]
    assert dynamic["group_id"] == 0
    version = {"group_id": 1, "version": dynamic["config_version"]}
    configuration = customer.get("get_configuration", **version).json()
    assert {"buttons", "integrations", "properties"} <= set(configuration)
    assert "prechat_form" not in configuration
    customer.organization.enabled_forms.update({"prechat", "ticket"})
    assert error_type(customer.get("get_configuration", **version)) == "not_found"
    version["version"] = customer.get("get_dynamic_configuration").json()["config_version"]
    assert {"prechat_form", "ticket_form"} <= set(
        customer.get("get_configuration", **version).json()
    )
    customer.organization.enabled_forms.add("postchat")
    with_postchat = customer.get("get_dynamic_configuration").json()["config_version"]
    assert with_postchat not in (version["version"], dynamic["config_version"])
    agent.ok("set_routing_status", status="not_accepting_chats")
    offline = customer.get("get_dynamic_configuration", group_id=2, test="true").json()
    assert "online_group_ids" not in offline
    for action, more in (
        ("get_dynamic_configuration", {}),
        ("get_configuration", {"version": "x"}),
        ("get_localization", {"version": "x", "language": "en"}),
    ):
        assert error_type(customer.get(action, group_id=9, **more)) == "group_not_found"


def test_the_older_license_id(customer: Customer) -> None:
    organization = customer.organization
    url = customer.url("get_dynamic_configuration")
    answer = customer.http.get(url, params={"license_id": organization.license_id})
    assert answer.json()["organization_id"] == organization.organization_id
    unknown = customer.http.get(url, params={"license_id": 1})
    assert error_type(unknown) == "license_not_found"
    elsewhere = customer.http.get(
        customer.url("list_license_properties"), params={"license_id": organization.license_id}
    )
    assert error_type(elsewhere) == "validation"


def test_localization(customer: Customer) -> None:
    dynamic = customer.get("get_dynamic_configuration").json()
    wanted = {"group_id": 0, "language": "en", "version": dynamic["localization_version"]}
    phrases = customer.get("get_localization", **wanted).json()
    assert all(isinstance(phrase, str) for phrase in phrases.values())
    assert error_type(customer.get("get_localization", **{**wanted, "language": "xx"})) == (
        "not_found"
    )


def test_a_second_language(customer: Customer) -> None:
    english = customer.get("get_dynamic_configuration").json()
    customer.organization.language = "de"
    german = customer.get("get_dynamic_configuration").json()
    assert (english["language"], german["language"]) == ("en", "de")
    assert english["localization_version"] != german["localization_version"]

    def phrases(language: str, version: str) -> requests.Response:
        wanted = {"group_id": 0, "language": language, "version": version}
        return customer.get("get_localization", **wanted)

    answer = phrases("de", german["localization_version"])
    assert answer.json()["end_chat"] == "Chat beenden"
    assert error_type(phrases("de", english["localization_version"])) == "not_found"
    assert error_type(phrases("en", german["localization_version"])) == "not_found"
    customer.organization.language = "uk"  # of which there are none
    assert phrases("uk", english["localization_version"]).json()["end_chat"] == "End chat"


def test_all_languages_have_the_same_phrases() -> None:
    english, german = PHRASES["en"], PHRASES["de"]
    assert english.keys() == german.keys()
    for key, phrase in english.items():
        assert re.findall("%.*?%", phrase) == re.findall("%.*?%", german[key])


def test_properties_of_license_and_group(customer: Customer) -> None:
    everything = customer.get("list_license_properties").json()
    assert customer.get("list_license_properties", namespace="chats").json() == everything
    assert customer.get("list_license_properties", name="nothing").json() == {}
    assert customer.get("list_group_properties", id=1).json() == {
        "smart_actions": {"greeting.hide_when_offline": True}
    }
    assert error_type(customer.get("list_group_properties", id=9)) == "group_not_found"


@pytest.mark.parametrize("kind", ["prechat", "postchat", "ticket"])
def test_forms(customer: Customer, kind: str) -> None:
    assert customer.ok("get_form", group_id=0, type=kind) == {"enabled": False}
    customer.organization.enabled_forms.add(kind)
    answer = customer.ok("get_form", group_id=0, type=kind)
    assert answer["enabled"] is True
    assert all({"type", "label"} <= set(field) for field in answer["form"]["fields"])
    assert customer.error("get_form", group_id=9, type=kind) == "group_not_found"


def test_the_forms_have_every_kind_of_field() -> None:
    kinds = {field["type"] for form in FORMS.values() for field in form["fields"]}
    assert kinds == FIELD_TYPES
    assert "rating" in {field["type"] for field in FORMS["postchat"]["fields"]}


def test_predicted_agent(customer: Customer, agent: Agent) -> None:
    answer = customer.ok("get_predicted_agent")
    assert answer["queue"] is False
    assert answer["agent"]["name"] == "Kate Novak"
    assert answer["agent"]["is_bot"] is False
    customer.organization.chat_limit = 0
    assert customer.error("get_predicted_agent") == "group_unavailable"
    agent.ok("set_routing_status", status="not_accepting_chats")
    assert customer.error("get_predicted_agent", group_id=1) == "group_offline"
    assert customer.error("get_predicted_agent", group_id=9) == "group_not_found"


def test_url_info(customer: Customer) -> None:
    url = "https://example.com/page"
    assert customer.ok("get_url_info", url=url) == {"title": "example.com", "url": url}


def test_greetings(customer: Customer) -> None:
    assert customer.error("accept_greeting", greeting_id=1, unique_id="x") == "greeting_not_found"
    assert customer.error("cancel_greeting", unique_id="x") == "greeting_not_found"
    greeting_id, unique_id = customer.sandbox.greet(customer.organization, customer.id)
    wrong = {"greeting_id": greeting_id + 1, "unique_id": unique_id}
    assert customer.error("accept_greeting", **wrong) == "greeting_not_found"
    for _ in range(2):
        right = {"greeting_id": greeting_id, "unique_id": unique_id}
        assert customer.ok("accept_greeting", **right) == {}
    statistics = customer.ok("get_customer")["statistics"]
    assert statistics["greetings_shown_count"] == statistics["greetings_accepted_count"] == 1
    assert customer.ok("cancel_greeting", unique_id=unique_id) == {}
    assert customer.error("cancel_greeting", unique_id=unique_id) == "greeting_not_found"


def test_goals_and_verification(customer: Customer) -> None:
    goal = {"session_fields": [{"a": "b"}], "page_url": "https://example.com/"}
    assert customer.ok("check_goals", group_id=0, **goal) == {}
    assert customer.error("check_goals", group_id=9, **goal) == "group_not_found"
    assert customer.ok("request_email_verification", callback_uri="https://example.com/") == {}
