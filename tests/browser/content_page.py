"""A page that draws what its address says: `?events=` as the transcript does, `?labels=` as labels.

What a button does is written at the end of the page.
"""

import json
from types import SimpleNamespace
from typing import Any, cast

import streamlit as st

from livechat.api.structures.ecommerce import Picked
from livechat.api.structures.events import Event, File, parse_event
from livechat.api.structures.rich_messages import Button, RichMessage
from livechat.chat.attachment import Attachment
from livechat.chat.conversation import Conversation
from livechat.page import safe_text, style
from livechat.page.entries import commonmark, files, rich_messages
from livechat.page.folding import Fold
from livechat.page.plain_text import plain
from livechat.visit import Visit


class Presses:
    """Stands in for a visit and its conversation: it knows what was pressed."""

    settings = SimpleNamespace(sandbox=True, api_url=st.query_params.get("sandbox", "none"))

    def __init__(self) -> None:
        self.pressed: list[str] = []

    @property
    def conversation(self) -> "Presses":
        return self

    def wants_reply(self, event: Event) -> bool:
        return not self.pressed

    def is_pressed(self, event: Event, button: Button, picked: Picked | None) -> bool:
        return self.pressed.count(button.postback_id) % 2 == 1

    def press(self, event_id: str, postback_id: str, picked: Picked | None) -> None:
        self.pressed.append(postback_id)
        if picked:
            self.pressed.append(f"{picked.product_id}/{picked.option_id}")

    def work_in_background(self) -> None:
        pass


presses = st.session_state.setdefault("presses", Presses())
visit, conversation = cast(Visit, presses), cast(Conversation, presses)


def draw(content: dict[str, Any]) -> None:
    if "outgoing" in content:
        data = bytes.fromhex(content["outgoing"])
        files.draw_outgoing(Attachment(content["name"], content["content_type"], data))
        return
    event = parse_event({"created_at": "2026-01-01T00:00:00Z", **content})
    if isinstance(event.body, RichMessage):
        rich_messages.draw(visit, conversation, event, Fold(event.id))
    elif isinstance(event.body, File):
        files.draw(visit, event)
    elif event.commonmark:
        commonmark.draw(event.text)
    else:
        st.html(safe_text.message(content.get("by", "Kate"), plain(event)))


style.draw()
with st.container(key="transcript"):
    for number, content in enumerate(json.loads(st.query_params.get("events", "[]"))):
        with st.chat_message("Kate", avatar=":material/support_agent:"):
            draw({"id": str(number), **content})
for number, typed in enumerate(json.loads(st.query_params.get("labels", "[]"))):
    label = safe_text.label(typed, "nothing")
    with st.container(key=f"labels-{number}"):
        st.button(label, key=f"button-{number}")
        st.link_button(label, "https://link.example", key=f"link-{number}")
        st.checkbox(label, key=f"checkbox-{number}")
        st.text_input(label, key=f"input-{number}")
        st.radio("One", [label], key=f"radio-{number}")
        st.markdown(label)
st.text(f"Pressed: {presses.pressed}")
