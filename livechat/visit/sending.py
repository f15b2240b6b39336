"""Sending: each message goes in the order typed, once, in whatever state the chat is (3.3, 3.4)."""

from __future__ import annotations

import logging
import threading
from collections import Counter, deque
from collections.abc import Callable
from typing import Any

from livechat.api.client import Client
from livechat.api.errors import (
    ChatAlreadyActive,
    ChatInactive,
    ChatLimitReached,
    ChatNotFound,
    GroupsOffline,
    Refused,
    TooLarge,
    Unreachable,
)
from livechat.api.structures.events import Sent
from livechat.api.structures.forms import Answers, Form, chosen_group
from livechat.chat import outgoing, pictures
from livechat.chat.conversation import State
from livechat.chat.outgoing import Delivery, Outgoing, Problem, Route
from livechat.visit.company import Shared
from livechat.visit.ending import Ending
from livechat.visit.greetings import Greetings
from livechat.visit.holder import Holder
from livechat.visit.patience import TRY_SECONDS, Patience
from livechat.visit.prechat import Prechat
from livechat.visit.reading import Reading

# How often a send that contradicts what was believed of the chat is tried anew. More would mean
# that LiveChat contradicts itself.
_ATTEMPTS = 3

# Faster than anybody writes: what is beyond this leaves later, in order, for it costs others.
MOST_AT_ONCE = 20  # messages,
WITHIN = 10.0  # seconds

# A send met another state of the chat than was believed: look again, then do the right thing. The
# last one is for a chat that is gone; its type is documented for RTM only (5.2).
_CONTRADICTIONS = (ChatInactive, ChatAlreadyActive, ChatLimitReached, ChatNotFound)

_log = logging.getLogger("livechat")


class Sending:
    """What one visitor sends, from the outbox to LiveChat.

    It `holds_back` what was written faster than messages leave.
    """

    def __init__(
        self,
        holder: Holder,
        client: Client,
        company: Shared,
        clock: Callable[[], float],
        hurry: threading.Event,
        reading: Reading,
        ending: Ending,
        prechat: Prechat,
        patience: Patience,
        greetings: Greetings,
        group_id: int | None,
    ) -> None:
        """`group_id` None stands for LiveChat's choice.

        `clock` counts seconds, and `hurry` is set when the visitor waits for something.
        """
        self.holds_back = False
        self._holder = holder
        self._client = client
        self._company = company
        self._sent_at: deque[float] = deque(maxlen=MOST_AT_ONCE)
        self._clock = clock
        self._hurry = hurry
        self._group_ids = None if group_id is None else [group_id]
        self._ending = ending
        self._patience = patience
        self._prechat = prechat
        self._greetings = greetings
        self._reading = reading

    # What the visitor wants

    def send_off(self, *messages: Outgoing) -> None:
        """Something to send, in this order, after what is on its way. It takes an end back."""
        if messages:
            self._holder.apply(lambda c: c.say(*messages))
            self._ending.take_back()
            self._hurry.set()

    def retry(self, custom_id: str) -> None:
        """What was not delivered, once more; what LiveChat would never take stays."""
        now = self._clock()
        self._holder.change_outbox(lambda o: o.retry(custom_id, now))
        self._hurry.set()

    def discard(self, custom_id: str) -> None:
        """A failed message is no longer wanted."""
        self._holder.change_outbox(lambda o: o.discard(custom_id))

    # What is asked of LiveChat

    def deliver_all(self) -> None:
        """Delivers what can go now. Raises what holds up the rest."""
        contradicted: Counter[str] = Counter()
        while True:
            self._prechat.goes_alone()
            message = self._next()
            held_back, self.holds_back = self.holds_back, message is not None and self._is_fast
            if message is None or self.holds_back:
                return
            if held_back:  # what waited here was not tried yet
                self._holder.change_outbox(lambda o: o.tried_anew(self._clock()))
            custom_id = message.custom_id
            try:
                self._deliver(message)
                if self._is_unsure(custom_id):
                    self.give_up()
                    return  # The next poll goes on looking for it.
            except _CONTRADICTIONS as error:
                contradicted[custom_id] += 1
                if contradicted[custom_id] < _ATTEMPTS:
                    self._holder.apply(lambda c: c.disproved())
                    self._reading.look()
                else:
                    _log.debug("A message was refused: %s", error)
                    self._fail(custom_id, Problem.REFUSED)

    def give_up(self) -> None:
        """What was tried for long enough waits for the visitor's Retry.

        What waits for the visitor has all the time they take.
        """
        if self._next():
            tried_enough = self._clock() - TRY_SECONDS
            self._holder.change_outbox(lambda o: o.failed(Problem.UNREACHABLE, before=tried_enough))

    def _next(self) -> Outgoing | None:
        """The message to deliver next, unless it has to wait for the pre-chat form."""
        message = self._holder.conversation.outbox.next
        return None if message and self._prechat.holds_up(message) else message

    @property
    def _is_fast(self) -> bool:
        """Whether as many messages have just left as may at once."""
        sent_at = self._sent_at
        return len(sent_at) == MOST_AT_ONCE and self._clock() - sent_at[0] < WITHIN

    def _is_unsure(self, custom_id: str) -> bool:
        """Whether it is not known yet if a message has arrived."""
        outbox = self._holder.conversation.outbox
        return any(m.custom_id == custom_id and m.delivery is Delivery.UNSURE for m in outbox)

    def _fail(self, custom_id: str, problem: Problem) -> None:
        self._holder.change_outbox(lambda o: o.failed(problem, custom_id))

    def _deliver(self, message: Outgoing, *, continuous: bool = False) -> None:
        """Sends a message, or finds out that it has arrived already.

        Raises what contradicts the state of the chat that is believed.
        """
        if message.delivery is Delivery.UNSURE:
            self._reading.look()
            return
        custom_id = message.custom_id
        if message.route is Route.LAST_THREAD and self._holder.conversation.chat_id is None:
            self._fail(custom_id, Problem.REFUSED)
            return
        prechat = self._prechat.goes_with(message)
        try:
            message = self._upload(message)
            sent, state = self._request(
                message, continuous=continuous or self._is_away, prechat=prechat
            )
        except _CONTRADICTIONS:
            raise
        except Unreachable as error:
            maybe_arrived = error.maybe_done
            self._holder.apply(lambda c: c.answer_lost(custom_id, maybe_arrived=maybe_arrived))
            raise
        except GroupsOffline:
            if continuous or self._is_away:
                self._fail(custom_id, Problem.GROUPS_OFFLINE)
            else:
                # Nobody is there any more: the message waits for them (1.6).
                self._company.expire()
                self._deliver(message, continuous=True)
        except Refused as error:
            is_uploaded = message.file is None or message.file.url is not None
            begins = is_uploaded and self._begins_thread(message)
            if begins and self._greetings.refused_with(error):
                self._deliver(message, continuous=continuous)
                return
            _log.debug("A message was refused: %s", error)
            problem = Problem.FILE_REFUSED if message.file else Problem.REFUSED
            if isinstance(error, TooLarge):
                problem = Problem.FILE_TOO_LARGE
            self._prechat.refused_with(custom_id)
            self._fail(custom_id, problem)
        else:
            at = self._clock()
            self._sent_at.append(at)
            self._holder.apply(lambda c: c.accepted(custom_id, sent, state, at))
            self._patience.all_is_well()

    def _begins_thread(self, message: Outgoing) -> bool:
        """Whether a message opens the chat, with the greeting that the visitor was shown."""
        is_open = self._holder.conversation.state is State.ACTIVE
        return message.route is Route.OPEN_THREAD and not is_open

    @property
    def _is_away(self) -> bool:
        """Whether nobody is there to answer, so that a chat has to be continuous (1.6)."""
        company = self._company.current
        return company is not None and not company.online

    def _upload(self, message: Outgoing) -> Outgoing:
        """A message as it is to be sent: its file, if it has one, is uploaded first."""
        file = message.file
        if file is None or file.url:
            return message
        try:
            content = pictures.upright(file.content)
            url = self._client.upload_file(file.name, content, file.content_type)
        except Unreachable as error:
            # Uploaded or not: nothing was sent yet.
            error.maybe_done = False
            raise
        self._holder.change_outbox(lambda o: o.uploaded(message.custom_id, url))
        return outgoing.uploaded(message, url)

    def _request(
        self, message: Outgoing, *, continuous: bool, prechat: tuple[Form, Answers] | None
    ) -> tuple[Sent, State]:
        """Sends a message in the way that the state of the chat asks for; says which that is then.

        `continuous` opens a chat that waits until somebody is there, `prechat` goes before the
        first message. Raises ChatInactive, ChatAlreadyActive, ChatLimitReached or ChatNotFound if
        the chat is in another state than is believed.
        """
        client, conversation = self._client, self._holder.conversation
        event: dict[str, Any] = {**message.content, "custom_id": message.custom_id}
        if message.file and message.file.url:
            event["url"] = message.file.url
        chat_id = conversation.chat_id
        if chat_id and message.route is Route.LAST_THREAD:
            sent = client.send_event(chat_id, event=event, attach_to_last_thread=True)
            return sent, conversation.state
        if chat_id and conversation.state is State.ACTIVE:
            return client.send_event(chat_id, event=event), State.ACTIVE
        # One call with the message in it: no empty thread if a second call failed.
        options: dict[str, Any] = {"events": [event], "group_ids": self._group_ids}
        state = State.ACTIVE
        if message.route is Route.CLOSED_THREAD:
            state = State.CLOSED
            options["active"] = False
            options["thread_properties"] = {"routing": {"offline_message": True}}
        elif continuous:
            options["continuous"] = True
        if self._begins_thread(message):
            options |= self._greetings.begin_chat()
        if chat_id:
            return client.resume_chat(chat_id, **options), state
        if prechat:
            form, answers = prechat
            options["events"] = [outgoing.filled_form_event(form, answers, "prechat"), event]
            group_id = chosen_group(form, answers)
            options["group_ids"] = self._group_ids if group_id is None else [group_id]
        return client.start_chat(**options), state
