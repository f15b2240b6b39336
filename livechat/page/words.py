"""Every sentence that the page shows, in one place.

They are English. For some LiveChat has phrases of its own, in the language of the group and in the
company's words; `say` prefers those.
"""

from __future__ import annotations

import re

from livechat.api.structures.forms import Fault
from livechat.chat.attachment import MAX_BYTES, UNNAMED
from livechat.chat.outgoing import Problem
from livechat.chat.transcript import CLOSED_SILENTLY
from livechat.visit import Company, Errand

TITLE = "Chat with us"
TITLE_UNSEEN = "({count}) {title}"
GREETING = "Hello! Write to us below, and we will answer right here."
GREETING_AWAY = (
    "Hello! Nobody is here right now. Leave a message: the answer will appear right here."
)
SANDBOX = (
    "Sandbox: a scripted agent answers, nothing leaves this app. To go live, set "
    "`LIVECHAT_CLIENT_ID` and `LIVECHAT_ORGANIZATION_ID` (see the README)."
)
WRITE = "Write a message"
EARLIER = "Show earlier messages"
SHOW_MORE = "Show more"
SHOW_LESS = "Show less"

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
SENDING = "Sending…"
UPLOADING = "Uploading…"
ATTACH_AGAIN = "Has to be attached again: {files}"
SENT_ONCE_UPLOADED = "Sent as soon as the files are uploaded."
TOO_LONG = "Too long by some {over} characters. Please shorten it, or send it in parts."
SENT = "Sent"
SEEN = "Seen"
SUBMIT = "Submit"
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
NOT_ANSWERED = "—"

START_CHAT = "Start the chat"
SKIP = "Skip"
WAITS_FOR_FORM = "Your message is sent as soon as the form is filled in."
FORM_FILLED = "Thank you. Now write your message below."
TICKET_LEFT = "Thank you for your message. We will write back as soon as somebody is here."

END = "End chat"
ENDING = "Ending the chat…"
NOT_ENDED = "The chat could not be ended. Please try again, or simply leave: it ends by itself."
CONNECTING = "Connecting…"
READY = "Ready when you are"
CLOSED = "Chat closed. Write to go on."
WITH_AGENT = "You are talking to {names}"
AND_OTHERS = "{names} and {count} more"
WAITING_FOR_AGENT = "Waiting for an agent"
AWAY = "Nobody is here right now."
LEAVE_A_MESSAGE = "Leave a message."
AWAY_NOTED = "Nobody is here right now. We have your message and will answer here."
QUEUED = "You are number {position} in the queue"
QUEUED_FOR = "about {minutes} min"
OUT_OF_TOUCH = (
    "The chat cannot be reached at the moment. We keep trying; new messages appear as soon as "
    "the connection is back."
)

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

DETAILS = "Your details"
SAVE = "Save"
LOOKING_UP = "Looking up what we know of you…"
RATE = "Rate this chat"
RATE_ASK = "How was this chat?"
RATED = ("You rated this chat as bad.", "You rated this chat as good.")
RATE_COMMENT = "Would you like to say why?"
TRANSCRIPT = "Transcript"
TRANSCRIPT_DOWNLOAD = "Download the whole conversation"
TRANSCRIPT_FILE = "conversation.txt"
TRANSCRIPT_EMAIL = "Send this chat to an e-mail address"
TRANSCRIPT_TO = "This chat will be sent to {email}."
SEARCH = "Search"
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

# System messages are shown as LiveChat words them, but for these.
SYSTEM = {
    CLOSED_SILENTLY: CHAT_CLOSED,
    "manual_archived_customer": CHAT_CLOSED,
    "rating.chat_rated": "You have rated this chat.",
    "rating.chat_commented": "You have left a comment on this chat.",
    "rating.chat_rating_canceled": "You have taken your rating back.",
    "transcript_requested": "You have asked for the transcript by e-mail.",
}

# LiveChat's keys for what it has phrases for. They are not published: these are the sandbox's.
_PHRASES = {
    GREETING: "welcome",
    WRITE: "write_a_message",
    END: "end_chat",
    CONNECTING: "connecting",
    WAITING_FOR_AGENT: "waiting_for_agent",
    AWAY: "offline",
    LEAVE_A_MESSAGE: "leave_a_message",
    QUEUED: "queue_position",
    QUEUED_FOR: "queue_wait_time",
    CHAT_CLOSED: "chat_ended",
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


def answer(answer: str | bool) -> str:
    """What was answered in a form."""
    if isinstance(answer, bool):
        return YES if answer else NO
    return answer


DESK = "Agent desk"
DESK_HELP = "Play the agent of this conversation yourself. Nobody else sees it, nor you theirs."
DESK_REPLY = "Write as the agent"
DESK_SEND = "Send as the agent"
DESK_SHOW = "Send…"
DESK_SHOWN = {
    "cards": "Cards",
    "quick_replies": "Quick replies",
    "sticker": "A sticker",
    "file": "Files",
    "form": "A form",
    "formatting": "Formatted text",
    "help": "What can be asked for",
    "queue": "Back into the queue",
    "transfer": "Transfer to a colleague",
    "away": "Away for a minute",
}
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
NO = "No"
UNSUPPORTED = "(This message cannot be shown here.)"
