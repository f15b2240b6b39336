"""Every sentence that the page shows, in one place.

They are English. For some LiveChat has phrases of its own, in the language of the group and in the
company's words; `say` prefers those.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from livechat.api.structures.forms import Fault
from livechat.chat.attachment import MAX_BYTES, UNNAMED
from livechat.chat.outgoing import Problem
from livechat.chat.transcript import CLOSED_SILENTLY
from livechat.visit import Company, Errand, Keeps

TITLE = "Chat with us"
TITLE_UNSEEN = "({count}) {title}"
GREETING = "Hello! Write to us below, and we will answer right here."
COMPANY = "Our team"
ONLINE = "Online"
OFFLINE = "Away"
PRIVACY = "Privacy"
SANDBOX = "Demo: a scripted agent answers. Write “help”."
WRITE = "Write a message"
EARLIER = "Show earlier messages"
SHOW_MORE = "Show more"
SHOW_LESS = "Show less"
NO_GREETING = "Close this message"

# Where the browser keeps no cookie.
KEPT = {
    Keeps.TAB: "Your browser keeps this conversation only until you close this tab.",
    Keeps.NOTHING: (
        "Your browser keeps nothing of this page: when you reload or leave it, the conversation is "
        "gone from here."
    ),
}

TODAY = "Today"
YESTERDAY = "Yesterday"
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
DAY = "{weekday}, {date}"
STAMP = "{date}, {clock}"
BEFORE_NOON = "AM"
AFTER_NOON = "PM"

YOU = "You"
AGENT = "Agent"
TYPING = "{name} is typing…"
THINKING = "{name} is thinking…"
THINKING_OF = "{name}: {title}"
SENDING = "Sending…"
UPLOADING = "Uploading…"
ATTACH_AGAIN = "Has to be attached again: {files}"
SENT_ONCE_UPLOADED = "Sent as soon as the files are uploaded."
TOO_LONG = "Too long by some {over} characters. Please shorten it, or send it in parts."
SENT = "Sent"
SEEN = "Seen"
SUBMIT = "Submit"
SEND = "Send"
RETRY = "Retry"
DISCARD = "Discard"
EDIT = "Edit"

NAME = "Name"
EMAIL = "E-mail"
ANSWER = "Your answer"
OPTION = "Option {number}"
OPTION_AGAIN = "{label} ({number})"
CHOOSE = "Choose an option"
CHOOSE_ANY = "{label} (choose any)"
REQUIRED = "{label} (required)"
COMMENT = "Comment"
FAULTS = {
    Fault.MISSING: "This is needed.",
    Fault.NOT_AN_EMAIL: "This is not an e-mail address.",
}
CHECK = "Please check: {fields}"
FORM = "Form: {labels}"
FORM_WITHOUT_LABELS = "Form"
FORM_FILLED_IN = "Form, filled in"

INSTEAD_OF = "instead of"
PRICED = "{option} · {price}"
NOT_AVAILABLE = "{option} (not available)"
WITH = "{addon}: {price}"
FROM_TO = "{low} to {high}"
FROM = "from {low}"
UP_TO = "up to {high}"
OPTIONS = "Options"
UNNAMED_ADDON = "Add-on"
COPIED = "Copied"
NOT_COPIED = "Your browser does not let this page copy it:"

START_CHAT = "Start the chat"
SKIP = "Skip"
WAITS_FOR_FORM = "Your message is sent as soon as the form is filled in."
FORM_FILLED = "Thank you. Now write your message below."
TICKET_LEFT = "Thank you for your message. We will write back as soon as somebody is here."

ADDRESS_ASK = "E-mail address to answer to if you have left by then"
ADDRESS_GIVEN = "Thank you. If you have left by then, we can answer by e-mail."

END = "End chat"
ENDING = "Ending the chat…"
NOT_ENDED = "The chat could not be ended. Please try again, or simply leave: it ends by itself."
CONNECTING = "Connecting…"
READY = "Ready when you are"
CLOSED = "Chat closed. Write to go on."
WITH_AGENT = "You are talking to {names}"
AND_OTHERS = "{names} and {count} more"
WAITING_FOR_AGENT = "Waiting for an agent"
AWAY = "Nobody is here right now, but you can leave a message."
AWAY_NOTED = "Nobody is here right now, but your message will be answered here."
QUEUED = "You are number {position} in the queue"
QUEUED_FOR = "It takes about {minutes} min"
OUT_OF_TOUCH = (
    "The chat cannot be reached at the moment. We keep trying; new messages appear as soon as "
    "the connection is back."
)
OUT_OF_TOUCH_NOW = "Reconnecting…"
RECONNECTING = "Connection lost. We are reconnecting…"
OUTDATED = "Part of this page is missing or out of date: please reload it when you are ready."
RENEW = "Reload the page"
NEWS = "New messages"
NEWS_ONE = "1 new message"
NEWS_MANY = "{count} new messages"
NEW_SINCE = "New"
PLAY = "Play or stop the animation"
CLOSE = "Close"
PREVIOUS = "Previous picture"
NEXT = "Next picture"
PICTURE_OF = "{at} of {count}"
NO_PICTURE = "This picture cannot be loaded."
CARDS = "Cards"
TOO_FAST = "That was a lot at once. Your messages are sent in order, some seconds apart."

MENU = "More"
FORGET = "Forget this device"
FORGET_ASK = (
    "This device will no longer know you: the conversation disappears from it and cannot be "
    "opened here again. The company keeps its copy."
)
FORGET_DO = "Forget me"
FORGET_NOT = "Cancel"
FORGOTTEN = "This device has forgotten you."
BEGIN_ANEW = "Start a new conversation"

ALERTS = "Sound and notifications"
ALERTS_WHEN = "When somebody answers and this page is not in front of you:"
ALERT_BY_SOUND = "Play a sound"
ALERT_BY_NOTICE = "Show a notification"
ALERTS_DENIED = (
    "Your browser does not let this page show notifications. You can change that in its settings "
    "for this page."
)
ALERTS_IMPOSSIBLE = "Your browser cannot show notifications of this page."
ALERTS_ON = "You will be told here when somebody answers."
ALERT = "New message from {name}"

DETAILS = "Your details"
SAVE = "Save"
LOOKING_UP = "Looking up what we know of you…"
RATE = "Rate this chat"
RATE_ASK = "How was this chat?"
RATED = ("You rated this chat as bad.", "You rated this chat as good.")
RATED_THANKS = "Thank you."
RATE_COMMENT = "Would you like to say why?"
TRANSCRIPT = "Download or e-mail the conversation"
TRANSCRIPT_DOWNLOAD = "Download the whole conversation"
TRANSCRIPT_FILE = "conversation.txt"
TRANSCRIPT_EMAIL = "Send this chat to an e-mail address"
TRANSCRIPT_TO = "This chat will be sent to {email}."
SEARCH = "Search the conversation"
SEARCH_FOR = "Search for"
SEARCH_FOUND = "Found: {count}"
SEARCH_FOUND_MORE = "Found: {count}. These are the newest {shown}."
SEARCH_NOT_ALL = "Only the messages that have been loaded are searched."
SEARCH_EARLIER = "Load earlier messages"

CANNOT_START = "The chat is not set up correctly"
NO_ADDRESS = (
    "The browser names no http:// or https:// address for this page. Open it at its own, or set "
    "`LIVECHAT_REDIRECT_URI`."
)
BROKEN_SECRETS = "secrets.toml cannot be read: expected a TOML file with a table `[livechat]`"

# Under a message that was not delivered: what happened, and what to do.
UNDELIVERED = {
    Problem.UNREACHABLE: "Not delivered: the chat could not be reached. Please retry.",
    Problem.GROUPS_OFFLINE: (
        "Not delivered: nobody is here to answer right now. Please retry during opening hours."
    ),
    Problem.BANNED: "Not delivered: you have been blocked from this chat.",
    Problem.TOO_LONG: (
        "Not delivered: the message is too long (over 16 KB). Please shorten it, or send it in "
        "parts."
    ),
    Problem.REFUSED: "Not delivered: LiveChat did not accept this message.",
    Problem.UNAUTHORIZED: "Not delivered: you could not be signed in. Please retry.",
    Problem.MISCONFIGURED: "Not delivered: the chat is not set up correctly.",
    Problem.FILE_TOO_LARGE: f"Not sent: the file is larger than {MAX_BYTES // 1024**2} MB.",
    Problem.FILE_EXECUTABLE: "Not sent: programs and scripts are not accepted.",
    Problem.FILE_REFUSED: "Not sent: LiveChat did not accept this file.",
    Problem.FILE_NOT_UPLOADED: "Not sent: this file could not be uploaded. Please attach it again.",
    Problem.FILE_NEEDS_COOKIE: (
        "Not sent: your browser keeps no cookies of this page, and without one no file can be sent."
    ),
    Problem.FILE_LOST: "Not sent: this file has to be attached again.",
    Problem.LACKS_FILES: (
        "Not sent, since a file that goes with it could not be. Retry sends it without that."
    ),
}
STILL_TRYING = "Not delivered yet. We keep trying."

# What was asked of LiveChat besides messages, and was refused.
REFUSED = {
    Errand.RATE: "Your rating could not be saved.",
    Errand.SEND_TRANSCRIPT: "The transcript cannot be sent to this address.",
    Errand.INTRODUCE: "Your details could not be saved.",
}

# At the foot of the page: what concerns the whole chat.
TROUBLE = {
    Problem.BANNED: (
        "You have been blocked from this chat by an agent. If you think this is a mistake, "
        "please contact the company another way."
    ),
    Problem.UNAUTHORIZED: (
        "You could not be signed in to the chat. We keep trying; reloading the page may help."
    ),
    Problem.MISCONFIGURED: "The chat is not set up correctly, so no message can be delivered.",
}

CHAT_CLOSED = "The chat has been closed."

_JOINED = ("{agent} has joined the chat.", "Somebody has joined the chat.")
_LEFT = ("{agent} has left the chat.", "Somebody has left the chat.")
_CLOSED_BY_LEAVING = (
    "The chat has been closed because {agent} is no longer here.",
    CHAT_CLOSED,
)
_TAKEN_OVER = (
    "{agent_added} goes on in place of {agent_removed}.",
    "{agent_added} goes on with this chat.",
    "Somebody else goes on with this chat.",
)
_QUEUED_AGAIN = (
    "{agent} is no longer here. Somebody else will go on with this chat.",
    "Somebody else will go on with this chat.",
)

# System messages by type (section 7), in a visitor's words: the first sentence for which LiveChat
# says all that it needs. One of another type is shown as LiveChat words it.
SYSTEM = {
    CLOSED_SILENTLY: (CHAT_CLOSED,),
    "agent_added": _JOINED,
    "agent_joined": _JOINED,
    "agent_left": _LEFT,
    "agent_removed": _LEFT,
    "archived_customer_disconnected": ("The chat has been closed because you had left.",),
    "chat_transferred": (
        "This chat has been passed on to {targets}.",
        "This chat has been passed on.",
    ),
    "customer_added": ("{customer} has been added to the chat.", "Somebody has joined the chat."),
    "customer_banned": ("The chat has been closed, and you have been blocked.",),
    "customer_removed": ("{customer} is no longer in the chat.", "Somebody has left the chat."),
    "customer_updated": (
        "Your name is now {customer_name}, your e-mail address {customers_email}.",
        "Your name is now {customer_name}, your e-mail address {customer_email}.",
        "Your name is now {customer_name}.",
        "Your e-mail address is now {customer_email}.",
        "Your details have been changed.",
    ),
    "manual_archived_agent": ("{agent} has closed the chat.", CHAT_CLOSED),
    "manual_archived_customer": (CHAT_CLOSED,),
    "rating.chat_rated": ("You have rated this chat.",),
    "rating.chat_commented": ("You have left a comment on this chat.",),
    "rating.chat_rating_canceled": ("You have taken your rating back.",),
    "routing.archived_deleted": _CLOSED_BY_LEAVING,
    "routing.archived_disconnected": (
        "The chat has been closed because {agent} has lost the connection.",
        CHAT_CLOSED,
    ),
    "routing.archived_inactive": (
        "The chat has been closed, since nothing was written for {duration} min.",
        CHAT_CLOSED,
    ),
    "routing.archived_offline": ("The chat has been closed because nobody is here right now.",),
    "routing.archived_other": (CHAT_CLOSED,),
    "routing.archived_remotely_signed_out": _CLOSED_BY_LEAVING,
    "routing.archived_signed_out": _CLOSED_BY_LEAVING,
    "routing.assigned_deleted": _TAKEN_OVER,
    "routing.assigned_disconnected": _TAKEN_OVER,
    "routing.assigned_inactive": _TAKEN_OVER,
    "routing.assigned_other": _TAKEN_OVER,
    "routing.assigned_remotely_signed_out": _TAKEN_OVER,
    "routing.assigned_signed_out": _TAKEN_OVER,
    "routing.idle": (
        "Nothing has been written for {duration} min.",
        "Nothing has been written for a while.",
    ),
    "routing.unassigned_deleted": _QUEUED_AGAIN,
    "routing.unassigned_disconnected": _QUEUED_AGAIN,
    "routing.unassigned_other": _QUEUED_AGAIN,
    "routing.unassigned_remotely_signed_out": _QUEUED_AGAIN,
    "routing.unassigned_signed_out": _QUEUED_AGAIN,
    "system_archived": (CHAT_CLOSED,),
    "transcript_requested": ("You have asked for the transcript by e-mail.",),
    "transcript_sent": (
        "The transcript has been sent to {email}.",
        "The transcript has been sent by e-mail.",
    ),
}

# LiveChat's keys for what it has phrases for. They are not published: these are the sandbox's.
_PHRASES = {
    GREETING: "welcome",
    WRITE: "write_a_message",
    END: "end_chat",
    CONNECTING: "connecting",
    WAITING_FOR_AGENT: "waiting_for_agent",
    AWAY: "offline",
    QUEUED: "queue_position",
    QUEUED_FOR: "queue_wait_time",
    SENT: "message_delivered",
    SEEN: "message_seen",
    SUBMIT: "submit",
    START_CHAT: "start_chat",
    RATE_ASK: "postchat_form_header",
    TICKET_LEFT: "ticket_sent",
}


def say(sentence: str, company: Company | None, **values: object) -> str:
    """A sentence in LiveChat's words if it has some (3.7), else in ours, with `values` filled in.

    LiveChat writes `%name%` where we write `{name}`; one that asks for what we do not have is not
    used.
    """
    phrases = company.phrases if company else {}
    phrase = phrases.get(_PHRASES.get(sentence, ""), "")
    if phrase and set(re.findall(r"%(\w+)%", phrase)) <= values.keys():
        return re.sub(r"%(\w+)%", lambda match: str(values[match[1]]), phrase)
    return sentence.format(**values) if values else sentence


def filled_in(sentences: Iterable[str], values: Mapping[str, str]) -> str:
    """The first of these sentences that the values fill in; blank if they do for none."""
    for sentence in sentences:
        if set(re.findall(r"{(\w+)}", sentence)) <= values.keys():
            return sentence.format(**values)
    return ""


def answer(answer: str | bool) -> str:
    """What was answered in a form, if anything was (`plain_text.is_given`)."""
    return YES if isinstance(answer, bool) else answer


DESK = "Agent desk"
DESK_HELP = "Play the agent of this conversation yourself. Nobody else sees it, nor you theirs."
DESK_GO_LIVE = (
    "Nothing leaves this app. To go live, set LIVECHAT_CLIENT_ID and LIVECHAT_ORGANIZATION_ID, as "
    "the README says."
)
DESK_REPLY = "Write as the agent"
DESK_SEND = "Send as the agent"
DESK_SHOW = "Send…"
DESK_SHOWN = {
    "cards": "Cards",
    "quick_replies": "Quick replies",
    "shop": "Products",
    "sticker": "A sticker",
    "file": "Files",
    "form": "A form",
    "formatting": "Formatted text",
    "edit": "Change the last message",
    "delete": "Take the last message back",
    "delete_mine": "Delete the visitor's last message",
    "order": "An order in a shop",
    "help": "What can be asked for",
    "thinking": "An answer as it is written",
    "queue": "Back into the queue",
    "transfer": "Transfer to a colleague",
    "region": "Move to another region",
    "away": "Away for a minute",
    "greeting": "Close, and greet",
}
DESK_PEEK = "See what is being written"
DESK_PEEKED = "Is writing: {text}"
DESK_PEEKED_NOTHING = "Nothing is being written."
DESK_GREET = "Greet"
DESK_WELCOME = "Welcome message"
DESK_WELCOMES = "Welcome! What would you like to know?"
DESK_END = "Close the chat as the agent"
DESK_ONLINE = "Go online"
DESK_OFFLINE = "Go offline"
DESK_FORMS = {"prechat": "Pre-chat form", "postchat": "Post-chat form", "ticket": "Ticket form"}
DESK_GERMAN = "German phrases"
DESK_IS_ONLINE = "The agent is online."
DESK_IS_OFFLINE = "The agent is offline: a new chat finds nobody there."

FILE = "File: {name}"
UNNAMED_FILE = UNNAMED
FULL_SIZE = "Open in full size"
PICTURE = "Picture"
YES = "Yes"
ORDER_PLACED = "Order #{number} placed"
CART_ADDED = "Added to the cart: {products}"
CART_REMOVED = "Removed from the cart: {products}"
A_PRODUCT = "a product"
UNSUPPORTED = "(This message cannot be shown here.)"
