"""Decides what is asked of LiveChat for one visitor, and when.

What the page needs of it is here by name; everything else is the visit's own business.
"""

from livechat.visit.asking import Asks
from livechat.visit.company import Company
from livechat.visit.customer import Customer, SignedIn
from livechat.visit.errands import Errand
from livechat.visit.glance import Glance
from livechat.visit.visit import Visit
from livechat.visit.who import Keeps, Question

__all__ = [
    "Asks",
    "Company",
    "Customer",
    "Errand",
    "Glance",
    "Keeps",
    "Question",
    "SignedIn",
    "Visit",
]
