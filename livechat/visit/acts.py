"""What the visitor does besides writing: presses buttons, rates, wants the transcript.

Each is shown at once (`chat/unconfirmed.py`), and LiveChat is told by an errand.
"""

from __future__ import annotations

from collections.abc import Callable

from livechat.api import route
from livechat.api.client import Client
from livechat.api.structures.ecommerce import Picked
from livechat.api.structures.forms import Rating
from livechat.chat import outgoing
from livechat.chat.unconfirmed import Act, Press, Rate, SendTranscript
from livechat.visit.errands import Errand, Errands
from livechat.visit.greetings import Greetings
from livechat.visit.holder import Holder
from livechat.visit.reading import Reading
from livechat.visit.sending import Sending


class Acts:
    """One visitor's doings in the chat."""

    def __init__(
        self,
        holder: Holder,
        client: Client,
        clock: Callable[[], float],
        errands: Errands,
        sending: Sending,
        greetings: Greetings,
        reading: Reading,
    ) -> None:
        """`clock` counts seconds."""
        self._holder = holder
        self._client = client
        self._clock = clock
        self._errands = errands
        self._sending = sending
        self._greetings = greetings
        self._reading = reading

    def press(self, event_id: str, postback_id: str, picked: Picked | None = None) -> None:
        """A button of a rich message, which one without a type also releases (3.4, 4.3).

        `picked` is what the visitor has picked of its product, which older versions than v3.6 do
        not know. One of a greeting has no event to be pressed on: what it says begins the chat.
        """
        if said := self._greetings.press(event_id, postback_id):
            self._sending.send_off(outgoing.message(said.text, self._clock()))
            return
        conversation, apply = self._holder.conversation, self._holder.apply
        found = conversation.transcript.button(event_id, postback_id)
        if found is None:
            return
        event, thread_id, button = found
        toggled = not conversation.is_pressed(event, button, picked)
        press = Press(thread_id, event_id, postback_id, toggled)
        apply(lambda c: c.did(press))
        is_newest = route.VERSION.is_newest
        about = outgoing.about_press(button, picked) if is_newest else {}
        self._errands.add(
            Errand.PRESS,
            lambda: self._client.send_rich_message_postback(
                conversation.chat_id or "",
                thread_id=thread_id,
                event_id=event_id,
                postback={"id": postback_id, "toggled": toggled, **about},
            ),
            done=lambda: self._confirm(press),
            refused=lambda: apply(lambda c: c.refused(press)),
        )
        if button.type == "message" and toggled:
            told = picked if is_newest else None
            self._sending.send_off(outgoing.reply(event, thread_id, button, self._clock(), told))

    def rate(self, rating: Rating | None, thread_id: str | None) -> None:
        """How good a thread was; None takes the rating back (3.5)."""
        conversation, apply = self._holder.conversation, self._holder.apply
        chat_id, before = conversation.chat_id, conversation.rating_of(thread_id)
        if chat_id is None or thread_id is None or rating == before:
            return
        rate = Rate(thread_id, rating)
        apply(lambda c: c.did(rate))

        def tell() -> None:
            if rating is None:
                names = {"rating": ["score", "comment"]}
                self._client.delete_thread_properties(
                    chat_id, thread_id=thread_id, properties=names
                )
                return
            values: dict[str, int | str] = {}
            if before is None or before.score != rating.score:
                values["score"] = rating.score
            if rating.comment != (before.comment if before else ""):
                values["comment"] = rating.comment
            self._client.update_thread_properties(
                chat_id, thread_id=thread_id, properties={"rating": values}
            )

        self._errands.add(
            Errand.RATE,
            tell,
            done=lambda: self._confirm(rate),
            refused=lambda: apply(lambda c: c.refused(rate)),
        )

    def send_transcript(self, email: str) -> None:
        """The transcript of the newest thread to an e-mail address (3.5)."""
        conversation, apply = self._holder.conversation, self._holder.apply
        chat_id, thread_id = conversation.chat_id, conversation.thread_id
        if chat_id is None or thread_id is None:
            return
        act = SendTranscript(thread_id, email)
        apply(lambda c: c.did(act))
        properties = {"routing": {"transcript_email": email}}
        self._errands.add(
            Errand.SEND_TRANSCRIPT,
            lambda: self._client.update_thread_properties(
                chat_id, thread_id=thread_id, properties=properties
            ),
            done=lambda: self._confirm(act),
            refused=lambda: apply(lambda c: c.refused(act)),
        )

    def _confirm(self, act: Act) -> None:
        self._holder.apply(lambda c: c.confirmed(act))
        self._reading.make_sure_of(act)
