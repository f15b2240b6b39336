"""One thread at a time works for a visit, and one more waits at most."""

from __future__ import annotations

import threading

from livechat.chat.pushes import Told
from livechat.visit.working import Working, later
from tests.driver import Page
from tests.visit.scenes import wait_until

HANGS = 2.0  # seconds


class Threads:
    """Threads that want to work. `began` says of each that has been told whether it may."""

    def __init__(self) -> None:
        self.working = Working()
        self.began: dict[str, bool] = {}

    def wants(self, name: str, *, gives_way: bool = False) -> None:
        def begin() -> None:
            self.began[name] = self.working.begin(waits=True, gives_way=gives_way)

        latest = self.working._latest
        threading.Thread(target=begin, daemon=True).start()
        wait_until(lambda: name in self.began or self.working._latest is not latest)


def test_who_does_not_wait_is_told_at_once() -> None:
    threads = Threads()
    assert threads.working.begin(waits=False)
    assert not threads.working.begin(waits=False)
    threads.working.end()
    assert threads.working.begin(waits=False)


def test_of_those_that_wait_the_latest_one_stays() -> None:
    threads = Threads()
    threads.wants("at work")
    for name in ("first", "second", "latest"):
        threads.wants(name)
    wait_until(lambda: len(threads.began) == 3)
    assert threads.began == {"at work": True, "first": False, "second": False}
    threads.working.end()
    wait_until(lambda: "latest" in threads.began)
    assert threads.began["latest"]


def test_one_that_gives_way_waits_only_for_who_works() -> None:
    threads = Threads()
    threads.wants("at work")
    threads.wants("waits", gives_way=True)
    assert "waits" not in threads.began
    threads.wants("does not", gives_way=True)
    assert threads.began == {"at work": True, "does not": False}
    threads.working.end()
    wait_until(lambda: "waits" in threads.began)
    assert threads.began["waits"]


def test_what_else_there_is_to_do_is_done_whoever_waits() -> None:
    threads = Threads()
    threads.wants("at work")
    done = threading.Event()

    def forget() -> None:
        with threads.working:
            done.set()

    threading.Thread(target=forget, daemon=True).start()
    threads.wants("waits")
    threads.working.end()
    wait_until(lambda: "waits" in threads.began)
    threads.working.end()
    done.wait()


def test_what_another_thread_reads_is_there_to_be_drawn_by_who_has_told_of_it(
    chatting: Page,
) -> None:
    chatting.sandbox.faults.add("list_chats", delay=0.5)
    chatting.hear("Something new")
    visit = chatting.visit
    visit.told(Told(open=True, connection="first", looks=1))
    threading.Thread(target=visit.work, kwargs={"gives_way": True}, daemon=True).start()
    wait_until(lambda: not visit._pushed.is_unread)  # it is being read
    visit.work()
    assert visit.needs_drawing
    assert chatting.texts[-1] == "Something new"


def test_where_livechat_hangs_few_threads_wait_and_all_that_was_written_arrives(
    chatting: Page,
) -> None:
    chatting.sandbox.faults.add("send_event", delay=HANGS)
    before = threading.active_count()
    texts = [f"Message {number}" for number in range(10)]
    pages = []
    for text in texts:
        chatting.visit.say(text)
        chatting.visit.work_in_background()
        pages.append(threading.Thread(target=chatting.visit.work, daemon=True))
        pages[-1].start()
    wait_until(lambda: sum(page.is_alive() for page in pages) <= 2)
    assert threading.active_count() <= before + 3
    for page in pages:
        page.join()
    wait_until(lambda: not chatting.visit.conversation.outbox.next)
    chatting.poll()
    assert chatting.texts[-len(texts) :] == texts


def test_what_is_done_later_is_waited_for_by_nobody() -> None:
    threads: list[threading.Thread] = []
    later(0.01, lambda: threads.append(threading.current_thread()))
    wait_until(lambda: bool(threads))
    assert threads[0] is not threading.current_thread()
    assert threads[0].daemon
