"""Customer API: chats, events and properties (sections 3.3 to 3.5, and `mark_events_as_seen`)."""

from __future__ import annotations

from typing import Any

from ..world import chats, files, greetings, properties
from ..world.errors import ApiError
from ..world.events import Draft, draft, drafts, press_button, system_message
from ..world.limits import MAX_TEXT_BYTES
from ..world.model import Chat, Thread
from ..world.views import CustomerView
from .registry import Actions, CustomerCall, Upload
from .request_schemas import CUSTOMER
from .shared_reads import get_chat as chat_with_thread
from .shared_reads import list_threads as threads_page
from .shared_reads import page_of_chats, sort_chats

JSON = dict[str, Any]

action: Actions[CustomerCall] = Actions(CUSTOMER)


def _own_chat(call: CustomerCall, chat_id: str) -> Chat:
    # Another customer's chat is not told from one that does not exist. Which error the Web API
    # has for either is not documented.
    chat = call.customer.chat
    if chat is None or chat.id != chat_id:
        raise ApiError("not_found", "Chat not found")
    return chat


def _own_thread(call: CustomerCall, request: JSON) -> tuple[Chat, Thread]:
    chat = _own_chat(call, request["chat_id"])
    return chat, chats.find_thread(chat, request["thread_id"])


# -- 3.3 Chats


@action
def list_chats(call: CustomerCall, request: JSON) -> JSON:
    """Summaries of the customer's chats: at most one (D24)."""
    own = [call.customer.chat] if call.customer.chat is not None else []
    page = call.state.pages.cut(
        f"customer/{call.customer.id}/chats",
        request,
        lambda options: sort_chats(own, options),
        page_of_chats,
    )
    view = CustomerView(call.organization, call.version)
    return {
        "chats_summary": [view.summary(chat) for chat in page.items],
        "total_chats": len(own),
        **page.links,
    }


@action
def list_threads(call: CustomerCall, request: JSON) -> JSON:
    """Threads of the chat with their events. Raises ApiError ``not_found``."""
    chat = _own_chat(call, request["chat_id"])
    view = CustomerView(call.organization, call.version)
    return threads_page(call.state.pages, view, chat, "customer/threads", request)


@action
def get_chat(call: CustomerCall, request: JSON) -> JSON:
    """The chat with one thread, the newest by default. Raises ApiError ``not_found``."""
    chat = _own_chat(call, request["chat_id"])
    return chat_with_thread(CustomerView(call.organization, call.version), chat, request)


@action
def start_chat(call: CustomerCall, request: JSON) -> JSON:
    """Start the customer's chat.

    Raises ApiError ``chat_limit_reached`` and those of `chats.check_opening`.
    """
    if call.customer.chat is not None:
        raise ApiError("chat_limit_reached")
    spec = request.get("chat", {})
    active, continuous = request.get("active", True), request.get("continuous", False)
    group_ids = spec.get("access", {}).get("group_ids", [0])
    chats.check_opening(
        call.organization,
        call.customer,
        spec,
        active=active,
        continuous=continuous,
        group_ids=group_ids,
    )
    initial, opening = _initial(call, spec), _opening(call, request)
    chat = chats.new_chat(call.organization, call.customer)
    thread, event_ids = chats.open_thread(
        call.organization,
        call.customer,
        chat,
        spec,
        initial,
        active=active,
        continuous=continuous,
        opening=opening,
    )
    return {"chat_id": chat.id, **_opened(thread, event_ids)}


@action
def resume_chat(call: CustomerCall, request: JSON) -> JSON:
    """Open a new thread in the chat.

    Raises ApiError ``not_found``, ``chat_already_active`` and those of `chats.check_opening`.
    """
    spec = request["chat"]
    chat = _own_chat(call, spec["id"])
    if chat.active_thread is not None:
        raise ApiError("chat_already_active")
    active = request.get("active", True)
    continuous = request.get("continuous", chat.properties["routing"]["continuous"])
    chats.check_opening(
        call.organization,
        call.customer,
        spec,
        active=active,
        continuous=continuous,
        group_ids=spec.get("access", {}).get("group_ids", chat.group_ids),
    )
    initial, opening = _initial(call, spec), _opening(call, request)
    return _opened(
        *chats.open_thread(
            call.organization,
            call.customer,
            chat,
            spec,
            initial,
            active=active,
            continuous=continuous,
            opening=opening,
        )
    )


def _initial(call: CustomerCall, spec: JSON) -> list[Draft]:
    events = spec.get("thread", {}).get("events", [])
    return drafts(call.organization, call.state.files, call.customer, events, call.version)


def _opening(call: CustomerCall, request: JSON) -> list[Draft]:
    properties = request.get("chat", {}).get("thread", {}).get("properties", {})
    welcome_message_id = request.get("welcome_message_id")
    return greetings.opening(call.organization, call.customer, properties, welcome_message_id)


def _opened(thread: Thread, event_ids: list[str]) -> JSON:
    return {"thread_id": thread.id, **({"event_ids": event_ids} if event_ids else {})}


@action
def deactivate_chat(call: CustomerCall, request: JSON) -> JSON:
    """Close the active thread. Raises ApiError ``not_found``, ``chat_inactive``."""
    chats.deactivate(call.organization, _own_chat(call, request["id"]), call.customer)
    return {}


# -- 3.4 Events


@action
def send_event(call: CustomerCall, request: JSON) -> JSON:
    """Send an event. Raises ApiError ``not_found``, ``validation``, ``chat_inactive``."""
    chat = _own_chat(call, request["chat_id"])
    event = chats.send(
        call.organization,
        call.customer,
        chat,
        draft(
            call.organization,
            call.state.files,
            call.customer,
            request["event"],
            version=call.version,
        ),
        attach_to_last_thread=request.get("attach_to_last_thread", False),
    )
    return {"event_id": event.id}


@action
def upload_file(call: CustomerCall, request: JSON) -> JSON:
    """Store a file for 24 hours; errors as in `files.Files.add`."""
    return store(call.state.files, call.organization.organization_id, call.base_url, request)


def store(store: files.Files, organization_id: str, base_url: str, request: JSON) -> JSON:
    """Store the upload of a request, for either API."""
    upload: Upload = request["file"]
    file = store.add(organization_id, base_url, upload.name, upload.content_type, upload.data)
    return {"url": file.temporary_url}


@action
def send_rich_message_postback(call: CustomerCall, request: JSON) -> JSON:
    """Press a rich message's button. Raises ApiError ``not_found``, ``validation``."""
    _, thread = _own_thread(call, request)
    event = chats.find_event(thread, request["event_id"])
    postback = request["postback"]
    press_button(event, call.customer.id, postback["id"], postback["toggled"])
    if thread.active:
        payload = {"user_id": call.customer.id, **request}
        call.organization.push("incoming_rich_message_postback", payload, call.customer.id)
    return {}


@action
def send_sneak_peek(call: CustomerCall, request: JSON) -> JSON:
    """Show agents what is being typed; the sandbox's looks with `control.peek`.

    How long it may be the reference does not say: of one that is too long for a message the end is
    not kept.
    Raises ApiError ``not_found``, ``chat_inactive``.
    """
    thread = chats.active_thread(_own_chat(call, request["chat_id"]))
    thread.sneak_peek = request["sneak_peek_text"][:MAX_TEXT_BYTES]
    return {}


@action
def delete_event(call: CustomerCall, request: JSON) -> JSON:
    """Take an event back (v3.6). Raises ApiError ``not_found``, ``authorization``.

    Whose events a customer may delete, after how long, whether in a thread that is closed, and what
    is said otherwise, is not documented: here their own ones, in any thread, at any time.
    """
    chat, thread = _own_thread(call, request)
    event = chats.find_event(thread, request["event_id"])
    if event.author_id != call.customer.id:
        raise ApiError("authorization", "The event is somebody else's")
    chats.delete_event(call.organization, chat, thread, event)
    return {}


@action
def mark_events_as_seen(call: CustomerCall, request: JSON) -> JSON:
    """Move the customer's ``events_seen_up_to``. Raises ApiError ``not_found``."""
    chat = _own_chat(call, request["chat_id"])
    chats.mark_seen(call.organization, chat, call.customer, request["seen_up_to"])
    return {}


# -- 3.5 Properties; all raise ApiError ``not_found`` and those of `properties.check`


@action
def update_chat_properties(call: CustomerCall, request: JSON) -> JSON:
    """Set properties of the chat."""
    chat = _own_chat(call, request["id"])
    properties.check(request["properties"], "chat", call.organization.client_id)
    _update(call, chat.properties, request["properties"])
    _push_changed(call, "chat", {"chat_id": chat.id}, request["properties"])
    return {}


@action
def delete_chat_properties(call: CustomerCall, request: JSON) -> JSON:
    """Delete properties of the chat."""
    chat = _own_chat(call, request["id"])
    properties.check_delete(request["properties"], "chat", call.organization.client_id)
    properties.delete(chat.properties, request["properties"])
    _push_deleted(call, "chat", {"chat_id": chat.id}, request["properties"])
    return {}


@action
def update_thread_properties(call: CustomerCall, request: JSON) -> JSON:
    """Set properties of a thread; rating and transcript leave system messages (section 7)."""
    chat, thread = _own_thread(call, request)
    changes = request["properties"]
    properties.check(changes, "thread", call.organization.client_id)
    _update(call, thread.properties, changes)
    _push_changed(call, "thread", {"chat_id": chat.id, "thread_id": thread.id}, changes)
    _announce_changes(call, chat, thread, changes)
    return {}


def _announce_changes(call: CustomerCall, chat: Chat, thread: Thread, changes: JSON) -> None:
    """Add the system messages that a customer's change of a thread's properties causes."""
    customer = call.customer.display_name
    rating = changes.get("rating", {})
    if "score" in rating:
        # The text form of the score is not documented.
        score = "good" if rating["score"] else "bad"
        system_message(
            call.organization, chat, thread, "rating.chat_rated", customer=customer, score=score
        )
    if rating.get("comment"):
        system_message(
            call.organization,
            chat,
            thread,
            "rating.chat_commented",
            customer=customer,
            comment=rating["comment"],
        )
    email = changes.get("routing", {}).get("transcript_email")
    if email:
        system_message(
            call.organization, chat, thread, "transcript_requested", customer=customer, email=email
        )


@action
def delete_thread_properties(call: CustomerCall, request: JSON) -> JSON:
    """Delete properties of a thread; without its score a rating is cancelled."""
    chat, thread = _own_thread(call, request)
    properties.check_delete(request["properties"], "thread", call.organization.client_id)
    removed = properties.delete(thread.properties, request["properties"])
    names = {"chat_id": chat.id, "thread_id": thread.id}
    _push_deleted(call, "thread", names, request["properties"])
    if "score" in removed.get("rating", {}):
        customer = call.customer.display_name
        kind = "rating.chat_rating_canceled"
        system_message(call.organization, chat, thread, kind, customer=customer)
    return {}


@action
def update_event_properties(call: CustomerCall, request: JSON) -> JSON:
    """Set properties of an event."""
    _, thread = _own_thread(call, request)
    event = chats.find_event(thread, request["event_id"])
    properties.check(request["properties"], "event", call.organization.client_id)
    _update(call, event.properties, request["properties"])
    _push_changed(call, "event", _names_of_event(request), request["properties"])
    return {}


@action
def delete_event_properties(call: CustomerCall, request: JSON) -> JSON:
    """Delete properties of an event."""
    _, thread = _own_thread(call, request)
    event = chats.find_event(thread, request["event_id"])
    properties.check_delete(request["properties"], "event", call.organization.client_id)
    properties.delete(event.properties, request["properties"])
    _push_deleted(call, "event", _names_of_event(request), request["properties"])
    return {}


def _names_of_event(request: JSON) -> JSON:
    return {name: request[name] for name in ("chat_id", "thread_id", "event_id")}


def _update(call: CustomerCall, target: JSON, changes: JSON) -> None:
    call.organization.ledger.grow(call.customer.id, properties.update(target, changes))


def _push_changed(call: CustomerCall, where: str, names: JSON, changes: JSON) -> None:
    payload = {
        **names,
        "properties": CustomerView(call.organization, call.version).properties(changes, where),
    }
    call.organization.push(f"{where}_properties_updated", payload, call.customer.id)


def _push_deleted(call: CustomerCall, where: str, names: JSON, deleted: JSON) -> None:
    payload = {**names, "properties": deleted}
    call.organization.push(f"{where}_properties_deleted", payload, call.customer.id)
