"""How something of the visitor's gets to LiveChat, in whatever state the chat is (3.3, 3.4)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from livechat.api.client import Client
from livechat.api.errors import Unreachable
from livechat.api.structures.events import Sent
from livechat.api.structures.forms import Answers, Form, chosen_group
from livechat.chat.conversation import Conversation, State
from livechat.chat.outgoing import Outgoing, Route, filled_form_event


def upload(client: Client, message: Outgoing) -> str | None:
    """The address of a message's file, which is uploaded first; None for one without a file."""
    file = message.file
    if file is None or file.url:
        return file.url if file else None
    try:
        return client.upload_file(file.name, file.content, file.content_type)
    except Unreachable as error:
        # Uploaded or not: nothing was sent yet.
        error.maybe_done = False
        raise


def send(
    client: Client,
    conversation: Conversation,
    message: Outgoing,
    url: str | None,
    *,
    group_ids: Sequence[int] | None,
    continuous: bool,
    prechat: tuple[Form, Answers] | None,
) -> tuple[Sent, State]:
    """Sends a message in the way that the state of the chat asks for, and says which that is then.

    `continuous` opens a chat that waits until somebody is there, `prechat` goes before the first
    message. Raises ChatInactive, ChatAlreadyActive, ChatLimitReached or ChatNotFound if the chat is
    in another state than `conversation` believes.
    """
    event: dict[str, Any] = {**message.content, "custom_id": message.custom_id}
    if url:
        event["url"] = url
    chat_id = conversation.chat_id
    if chat_id and message.route is Route.LAST_THREAD:
        sent = client.send_event(chat_id, event=event, attach_to_last_thread=True)
        return sent, conversation.state
    if chat_id and conversation.state is State.ACTIVE:
        return client.send_event(chat_id, event=event), State.ACTIVE
    # One call with the message in it: no empty thread if a second call failed.
    options: dict[str, Any] = {"events": [event], "group_ids": group_ids}
    state = State.ACTIVE
    if message.route is Route.CLOSED_THREAD:
        state = State.CLOSED
        options["active"] = False
        options["thread_properties"] = {"routing": {"offline_message": True}}
    elif continuous:
        options["continuous"] = True
    if chat_id:
        return client.resume_chat(chat_id, **options), state
    if prechat and message.route is Route.OPEN_THREAD:
        form, answers = prechat
        options["events"] = [filled_form_event(form, answers, "prechat"), event]
        group_id = chosen_group(form, answers)
        options["group_ids"] = group_ids if group_id is None else [group_id]
    return client.start_chat(**options), state
