"""The dialogs of the menu. `st.session_state.dialog` is the one that is open, None if none is.

It is kept, since each run of the page closes a dialog that is not drawn again. What happens in a
dialog runs that dialog alone, with the arguments of the page's last run: so it looks for itself.

What a dialog does not draw any more has `st.empty` in its place. Streamlit (1.67) has the browser
keep what is only left out if another fragment is asked for before that is sent: its ForwardMsgQueue
then says that the dialog's run has ended early. LiveChat's push of what was done there comes so.
"""

from __future__ import annotations

from functools import partial

import streamlit as st

from livechat.api.structures.events import Event
from livechat.api.structures.forms import EMAIL, NAME, Answers, Field, Form, given_text
from livechat.chat import keys
from livechat.page import authors, form_widgets, rating, safe_text, sought, words
from livechat.page.browser import leading
from livechat.page.guard import guarded
from livechat.page.plain_text import plain
from livechat.page.times import here
from livechat.page.transcript_file import as_text
from livechat.visit import Customer, Errand, Glance, Visit

_MOST_FOUND = 50
_EXCERPT = 240  # characters, of which some before the hit
_BEFORE_HIT = 80


def entries(glance: Glance) -> list[str]:
    """The menu: what there is to do about the chat, in addition to writing."""
    about_chat = [words.RATE, words.TRANSCRIPT, words.SEARCH]
    has_chat = glance.conversation.thread_id is not None
    return [words.DETAILS, *(about_chat if has_chat else ()), words.FORGET]


def open_chosen(key: str) -> None:
    """Opens the dialog that was chosen in the menu of that key."""
    st.session_state.dialog = st.session_state[key]
    if st.session_state.dialog == words.DETAILS:
        st.session_state.visit.look_up_customer()


def draw(visit: Visit, glance: Glance) -> None:
    """Draws the dialog that is open, if any."""
    name = st.session_state.get("dialog")
    st.session_state.dialog_shows = None
    if name in entries(glance):
        st.dialog(name, on_dismiss=_dismiss)(_draw)(visit, name)


def is_disturbed(visit: Visit) -> bool:
    """Whether drawing the page now would disturb the visitor in a dialog for nothing.

    Streamlit closes a dialog and opens it again whenever the page is drawn: on a phone the
    keyboard goes away in the middle of a word. So only what the dialog itself shows is worth it.
    """
    is_open = st.session_state.get("dialog") is not None
    return is_open and bool(st.session_state.dialog_shows == _shown(visit.glance()))


@guarded("dialog")
def _draw(visit: Visit, name: str) -> None:
    glance = visit.glance()
    st.session_state.dialog_shows = _shown(glance)
    _DIALOGS[name](visit, glance)


def _shown(glance: Glance) -> tuple[object, ...]:
    conversation = glance.conversation
    return (
        glance.customer,
        glance.problem,
        glance.out_of_touch,
        glance.refused,
        conversation.rating,
        conversation.transcript_email,
    )


def _dismiss() -> None:
    st.session_state.dialog = None


def _close() -> None:
    _dismiss()
    st.rerun()


def _details(visit: Visit, glance: Glance) -> None:
    looking_up = glance.customer is None and glance.refused is not Errand.LOOK_UP_CUSTOMER
    if looking_up and not glance.out_of_touch and not glance.problem:
        st.html(safe_text.status_line(words.LOOKING_UP))
        return
    fields = (Field(NAME, "name", words.NAME), Field(EMAIL, "email", words.EMAIL))
    form_widgets.draw(
        Form("details", fields),
        "details",
        submit=words.SAVE,
        on_submit=partial(_introduce, visit),
        prefill=glance.customer,
        border=False,
    )


def _introduce(visit: Visit, form: Form, answers: Answers) -> None:
    given = [given_text(form, answers, type) for type in (NAME, EMAIL)]
    if any(given):
        visit.introduce(*given)
    _close()


def _rate(visit: Visit, glance: Glance) -> None:
    _refused(glance, Errand.RATE)
    rating.draw(visit, glance, "dialog")


def _transcript(visit: Visit, glance: Glance) -> None:
    place = here()  # not to be asked for in the thread that writes the file
    st.download_button(
        words.TRANSCRIPT_DOWNLOAD,
        lambda: as_text(visit.read_everything(), place),
        words.TRANSCRIPT_FILE,
        "text/plain",
        key="download",
        icon=":material/download:",
        on_click="ignore",
    )
    email = glance.conversation.transcript_email
    if email and glance.refused is not Errand.SEND_TRANSCRIPT:
        known = safe_text.isolated(safe_text.name(email))
        st.html(safe_text.paragraph(words.TRANSCRIPT_TO.format(email=known)))
    else:
        _refused(glance, Errand.SEND_TRANSCRIPT)
    form_widgets.draw(
        Form("transcript", (Field(EMAIL, "email", words.TRANSCRIPT_EMAIL, required=True),)),
        "transcript",
        submit=words.SUBMIT,
        on_submit=partial(_send_transcript, visit),
        prefill=glance.customer or Customer(email=email or ""),
        border=False,
    )


def _send_transcript(visit: Visit, form: Form, answers: Answers) -> None:
    visit.send_transcript(given_text(form, answers, EMAIL) or "")
    visit.work_in_background()


def _search(visit: Visit, glance: Glance) -> None:
    wanted = st.text_input(words.SEARCH_FOR, key="search", type="search", placeholder="", live=True)
    conversation = glance.conversation
    if conversation.transcript.older_page_id:
        st.caption(words.SEARCH_NOT_ALL)
        st.button(words.SEARCH_EARLIER, key="search-earlier", on_click=_load, args=(visit,))
    else:
        st.empty()
        st.empty()
    hits: list[Event] = []
    if wanted := sought.fold(wanted):
        timeline = conversation.transcript.timeline
        found = [event for event in reversed(timeline) if _tells(event, wanted)]
        hits = found[:_MOST_FOUND]
        count = words.SEARCH_FOUND if hits == found else words.SEARCH_FOUND_MORE
        st.caption(count.format(count=len(found), shown=len(hits)))
    else:
        st.empty()
    for place in range(_MOST_FOUND):
        if place < len(hits):
            _draw_hit(visit, glance, hits[place], wanted)
        else:
            st.empty()


def _draw_hit(visit: Visit, glance: Glance, event: Event, wanted: str) -> None:
    author = authors.author(glance.conversation, event).name
    at = here().stamp(event.created_at, glance.today)
    with st.container(gap=None):
        st.button(
            f"{safe_text.label(author)} · {safe_text.label(at)}",
            key=f"found-{keys.part(event.id)}",
            type="tertiary",
            on_click=_lead_to,
            args=(visit, event),
        )
        excerpt = sought.excerpt(plain(event), wanted, _BEFORE_HIT, _EXCERPT)
        st.html(safe_text.paragraph(excerpt))


def _load(visit: Visit) -> None:
    visit.read_everything()


def _tells(event: Event, wanted: str) -> bool:
    return event.type != "system_message" and wanted in sought.fold(plain(event))


def _lead_to(visit: Visit, event: Event) -> None:
    visit.show_back_to(event.id)
    leading.lead_to(event.id)
    _close()


def _forget(visit: Visit, glance: Glance) -> None:
    st.write(words.FORGET_ASK)
    with st.container(horizontal=True, horizontal_alignment="right"):
        st.button(words.FORGET_NOT, on_click=_close)
        st.button(words.FORGET_DO, type="primary", on_click=_do_forget, args=(visit,))


def _do_forget(visit: Visit) -> None:
    visit.forget()
    _close()


def _refused(glance: Glance, errand: Errand) -> None:
    if glance.refused is errand:
        st.warning(words.REFUSED[errand], icon=":material/error:")
    else:
        st.empty()


_DIALOGS = {
    words.DETAILS: _details,
    words.RATE: _rate,
    words.TRANSCRIPT: _transcript,
    words.SEARCH: _search,
    words.FORGET: _forget,
}
