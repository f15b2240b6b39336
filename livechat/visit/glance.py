"""The glance: what the page draws, as one value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from livechat.chat.conversation import Conversation
from livechat.chat.outgoing import Problem
from livechat.visit.asking import Asks
from livechat.visit.company import Company
from livechat.visit.customer import Customer
from livechat.visit.errands import Errand
from livechat.visit.who import Keeps, Question


@dataclass(frozen=True)
class Glance:
    """All that the page shows of a visit, at one moment.

    `shown` is how many events are to be on the screen, `refused` the last errand that LiveChat did
    not do. `too_fast` tells that messages are held back for a moment. `unseen` counts the agents'
    events that came while the page was not on the screen. `prefill` is what forms begin with.
    `today` is the visitor's day, by LiveChat's clock; `question` is what the browser is asked,
    `keeps` what it keeps.
    """

    conversation: Conversation
    company: Company | None
    shown: int
    ending: bool
    end_refused: bool
    problem: Problem | None
    advice: str
    out_of_touch: bool
    too_fast: bool
    grants: int
    customer: Customer | None
    prefill: Customer | None
    asks: Asks
    refused: Errand | None
    unseen: int
    today: date
    question: Question | None
    keeps: Keeps
