"""Every sentence that the page shows, in one place."""

from __future__ import annotations

from livechat.conversation import CLOSED_SILENTLY, Problem

TITLE = "Chat with us"
GREETING = "Hello! Write to us below, and we will answer right here."
SANDBOX = (
    "Sandbox: a scripted agent answers, nothing leaves this app. To go live, set "
    "`LIVECHAT_CLIENT_ID` and `LIVECHAT_ORGANIZATION_ID` (see the README)."
)
WRITE = "Write a message"
EARLIER = "Show earlier messages"

YOU = "You"
AGENT = "Agent"
SENDING = "Sending…"
RETRY = "Retry"
DISCARD = "Discard"

END = "End chat"
ENDING = "Ending the chat…"
NOT_ENDED = "The chat could not be ended. Please try again, or simply leave: it ends by itself."
CONNECTING = "Connecting…"
READY = "Ready when you are"
CLOSED = "Chat closed. Write to go on."
WITH_AGENT = "You are talking to {names}"
WAITING_FOR_AGENT = "Waiting for an agent"
QUEUED = "You are number {position} in the queue"
QUEUED_FOR = "You are number {position} in the queue, about {minutes} min"
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

CANNOT_START = "The chat is not set up correctly"
BROKEN_SECRETS = "secrets.toml cannot be read: expected a TOML file with a table `[livechat]`"

# Under a message that was not delivered: what happened, and what to do.
UNDELIVERED = {
    Problem.UNREACHABLE: "Not delivered: the chat could not be reached. Please retry.",
    Problem.GROUPS_OFFLINE: (
        "Not delivered: nobody is here to answer right now. Please retry during opening hours."
    ),
    Problem.BANNED: "Not delivered: you have been blocked from this chat.",
    Problem.TOO_LONG: (
        "Not delivered: the message is too long (over 16 KB). Please send it in shorter parts."
    ),
    Problem.REFUSED: "Not delivered: LiveChat did not accept this message.",
    Problem.UNAUTHORIZED: "Not delivered: you could not be signed in. Please retry.",
    Problem.MISCONFIGURED: "Not delivered: the chat is not set up correctly.",
}
STILL_TRYING = "Not delivered yet. We keep trying."

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

# System messages are shown as LiveChat words them, but for these.
SYSTEM = {
    CLOSED_SILENTLY: "The chat has been closed.",
    "manual_archived_customer": "The chat has been closed.",
}

DESK = "Agent desk"
DESK_HELP = "Play the agent of this conversation yourself. Nobody else sees it, nor you theirs."
DESK_REPLY = "Write as the agent"
DESK_SEND = "Send as the agent"
DESK_END = "Close the chat as the agent"
DESK_ONLINE = "Go online"
DESK_OFFLINE = "Go offline"
DESK_IS_ONLINE = "The agent is online."
DESK_IS_OFFLINE = "The agent is offline: a new chat finds nobody there."

FILE = "File: {name}"
UNSUPPORTED = "(This message cannot be shown here.)"
