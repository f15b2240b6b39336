"""What proves that no answer is hidden: the rule for all reads, in one place.

Everything that was said stands in the threads, but reading them costs more the longer they are. So
they are read when nothing cheaper proves that there is nothing in them that is not known:

    a summary   holds the newest event of each type. An event that comes is the newest of its type,
                so a summary that has not changed proves that none came. One that has changed does
                not tell how many did: behind the event that it holds, others may hide.
    a push      proves that an event exists, and never that nothing else has happened.
    a line      is one connection that pushes: what happens while it stands it tells in order, and
                without a gap. What happened before its login, or between two, it never tells.
    a read      of the threads brings all that had happened when it began.

A summary and pushes together prove more than each alone. Be a line up *before* the last read of the
threads begins. Whatever that read did not bring was then pushed on this line; and what hides behind
an event was pushed before it. So if the new events of a summary are just those that this very line
has pushed and nobody has read, they are all that is new. (The browser tells of the latest pushes
only, but of more than there are types of events, so that they never are all in a summary.)

Only a read of the threads, back to where the last whole one ended, can tell

    - what happened while no line stood, or before this one did: with each new line they are read;
    - how many events came, if a line has told of others than the summary holds;
    - what no summary tells of, as edits, ratings and the queue: the line tells that there is such;
    - what an answer has left out: if something in it could not be read, or it lacks an event that
      the summary holds, it is read again, and proves nothing until it is whole;
    - that something is *not* there. A message whose answer was lost is in the thread that was the
      newest one when it was sent, or in a newer one. Only when all of these have been read, and it
      was not among them, may it be sent again.

What LiveChat takes back is no longer in its thread, nor in a summary: that holds an older event of
the type then, or none, so it has changed, and the threads are read. Of an event that was not the
newest of its type no summary tells, as of an edit. An event that was read is gone if a read of its
thread with all its events does not hold it, and that read cannot be older than the event. It cannot

    - if it holds something newer of that thread;
    - if it holds all that a summary does that was read just before;
    - if a push has told that this event was deleted.

What is to be delivered is not among the events, and stays; but what was accepted half a minute ago
has to be there. (Whoever deletes, elsewhere, a message whose answer was lost here, before it was
read, has it sent again: it cannot be told from one that never arrived.)
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from livechat.api.structures.events import ChatSummary, Event
from livechat.chat.pushes import Line


@dataclass(frozen=True)
class Read:
    """The last read of the threads.

    `summary` and `line` are as they were before it began. `is_whole` unless something was left out
    of it. `thread_id` is the newest thread that was read wholly, with all before it.
    """

    summary: ChatSummary
    line: Line | None = None
    thread_id: str | None = None
    is_whole: bool = True

    def tells_all(self, summary: ChatSummary, line: Line | None) -> bool:
        """Whether there is nothing new, if there is this summary now.

        Not so if another line is up than stood when the threads were read. A summary of an active
        chat that leaves the newest events out, as it may (4.6), tells nothing.
        """
        is_blind = summary.active and summary.last_events is None
        has_stood = line is None or line == self.line
        return has_stood and not is_blind and essence(summary) == self.summary

    def new_events(self, summary: ChatSummary, line: Line | None) -> tuple[Event, ...] | None:
        """What a summary holds that is new, if pushes can prove that there is no more.

        None if they cannot: then the line has not stood, something else than events is new, or one
        cannot be read.
        """
        if not self.is_whole or line is None or line != self.line:
            return None
        if summary.last_events is None or summary.last_thread_id is None:
            return None
        if any(event.is_unreadable for event in summary.last_events):
            return None
        before = self.summary.last_events
        if replace(essence(summary), last_events=before) != self.summary:
            return None
        return tuple(e for e in summary.last_events if e not in (before or ()))


def essence(summary: ChatSummary) -> ChatSummary:
    """What a summary tells of the threads: users change by themselves, with all an agent sees."""
    return replace(summary, users=())
