"""A plain port of the guide's page to Streamlit: what the app is measured against, no part of it.

Function by function what the guide's app.js does, as one would write it in an hour: the whole page
runs again every three seconds, reads the newest threads with all of their events and draws all
messages. Of the guide's bugs (section 9.1) only those are gone that would spoil a measurement: it
finds its chat again, and shows the newest thread, whoever opened it. Who the customer is it takes
from the app's own cookie, so that both open the same conversation.

    streamlit run tests/bench/baseline.py

with LIVECHAT_CLIENT_ID, LIVECHAT_ORGANIZATION_ID, LIVECHAT_API_URL and LIVECHAT_ACCOUNTS_URL, as
`python -m livechat.sandbox` prints them.
"""

import base64
import json
import os
from typing import Any

import requests
import streamlit as st
from streamlit_autorefresh import st_autorefresh

CLIENT_ID = os.environ["LIVECHAT_CLIENT_ID"]
ORGANIZATION_ID = os.environ["LIVECHAT_ORGANIZATION_ID"]
API_URL = os.environ.get("LIVECHAT_API_URL", "https://api.livechatinc.com")
ACCOUNTS_URL = os.environ.get("LIVECHAT_ACCOUNTS_URL", "https://accounts.livechat.com")
POLL_SECONDS = float(os.environ.get("LIVECHAT_POLL_SECONDS", "3"))
TIMEOUT = 15  # seconds

state = st.session_state


def identity() -> dict[str, str]:
    """The two cookies by which LiveChat knows the customer; none for a new one."""
    kept = st.context.cookies.get("livechat")
    if not kept:
        return {}
    encoded = kept.removeprefix("1.")
    _, customer_id, secret = json.loads(
        base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
    )
    return {"__lc_cid": customer_id, "__lc_cst": secret}


def call(action: str, body: dict[str, Any]) -> dict[str, Any]:
    """Asks the Customer Chat API for something; returns the answer's JSON."""
    response = state.http.post(
        f"{API_URL}/v3.5/customer/action/{action}",
        params={"organization_id": ORGANIZATION_ID},
        headers={"Authorization": f"Bearer {state.token}"},
        json=body,
        timeout=TIMEOUT,
    )
    response.raise_for_status()
    return dict(response.json())


def authorize_customer() -> None:
    """Gets a token, and finds the chat that the customer has."""
    state.http = requests.Session()
    state.messages, state.seen = [], set()
    state.chat_id = state.thread_id = None
    state.active = False
    response = state.http.post(
        f"{ACCOUNTS_URL}/v2/customer/token",
        json={
            "grant_type": "cookie",
            "client_id": CLIENT_ID,
            "organization_id": ORGANIZATION_ID,
            "response_type": "token",
            "redirect_uri": "http://localhost:8501",
        },
        cookies=identity(),
        timeout=TIMEOUT,
    )
    response.raise_for_status()
    granted = response.json()
    state.token, state.customer_id = granted["access_token"], granted["entity_id"]
    for chat in call("list_chats", {})["chats_summary"][:1]:
        state.chat_id, state.thread_id = chat["id"], chat.get("last_thread_id")
        state.active = chat["active"]


def append_message(sender: str, text: str) -> None:
    """Adds to what is drawn."""
    state.messages.append((sender, text))


def message(text: str) -> dict[str, str]:
    """An event to send."""
    return {"type": "message", "text": text}


def start_chat(text: str) -> None:
    """The first message."""
    chat = {"thread": {"events": [message(text)]}}
    started = call("start_chat", {"chat": chat})
    state.chat_id, state.thread_id = started["chat_id"], started["thread_id"]
    state.active = True
    state.seen.update(started["event_ids"])
    append_message("You", text)


def send_message(text: str) -> None:
    """Sends a message, in a new chat or thread if none is open."""
    if not state.chat_id:
        start_chat(text)
        return
    if not state.active:
        state.thread_id = call("resume_chat", {"chat": {"id": state.chat_id}})["thread_id"]
        state.active = True
    sent = call("send_event", {"chat_id": state.chat_id, "event": message(text)})
    state.seen.add(sent["event_id"])
    append_message("You", text)


def deactivate_chat() -> None:
    """Ends the chat."""
    call("deactivate_chat", {"id": state.chat_id})
    state.active = False
    append_message("System", "The chat has been closed.")


def poll_for_messages() -> None:
    """Adds what is new in the newest thread."""
    if not state.chat_id or not state.thread_id:
        return
    thread = call("list_threads", {"chat_id": state.chat_id})["threads"][0]
    state.thread_id, state.active = thread["id"], thread["active"]
    for event in thread["events"]:
        if event["type"] == "message" and event["id"] not in state.seen:
            own = event["author_id"] == state.customer_id
            append_message("You" if own else "Agent", event["text"])
            state.seen.add(event["id"])


st.title("Live chat")
st_autorefresh(interval=int(POLL_SECONDS * 1000), key="poll")

if "token" not in state:
    authorize_customer()
if typed := st.chat_input("Type a message"):
    send_message(typed)
poll_for_messages()

st.button("End chat", disabled=not state.active, on_click=deactivate_chat)
for sender, text in state.messages:
    with st.chat_message("user" if sender == "You" else "assistant"):
        st.write(f"{sender}: {text}")
