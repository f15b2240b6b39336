"""The dialogs of the menu. `st.session_state.dialog` is the one that is open, None if none is.

It is kept, since each run of the page closes a dialog that is not drawn again. What happens in a
dialog runs that dialog alone, with the arguments of the page's last run: so it looks for itself.

What a dialog does not draw any more has `st.empty` in its place. Streamlit (1.67) has the browser
keep what is only left out if another fragment is asked for before that is sent: its ForwardMsgQueue
then says that the dialog's run has ended early. LiveChat's push of what was done there comes so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import streamlit as st

from livechat.api.structures.forms import EMAIL, NAME, Answers, Field, Form, given_text
from livechat.chat import keys
from livechat.page import (
    form_widgets,
    header,
    language,
    programs,
    rating,
    safe_text,
    search,
    words,
)
from livechat.page.browser import alerts, together
from livechat.page.guard import guarded
from livechat.page.times import here
from livechat.page.transcript_file import as_text
from livechat.visit import Customer, Errand, Glance, Visit

_ICONS = {
    "details": ":material/person:",
    "rate": ":material/thumbs_up_down:",
    "transcript": ":material/download:",
    "search": ":material/search:",
    "alerts": ":material/notifications:",
    "languages": ":material/language:",
    "forget": ":material/delete:",
}


def entries(glance: Glance) -> list[str]:
    """The menu: what there is to do about the chat, in addition to writing."""
    about_chat = ["rate", "transcript", "search"]
    has_chat = glance.conversation.thread_id is not None
    of_browser = () if programs.is_here() else ("alerts",)
    return ["details", *(about_chat if has_chat else ()), *of_browser, "languages", "forget"]


def labelled(entry: str) -> str:
    """An entry of the menu with its icon."""
    return f"{_ICONS[entry]} {words.say(entry)}"


def open_chosen(key: str) -> None:
    """Opens the dialog that was chosen in the menu of that key."""
    st.session_state.dialog = st.session_state[key]
    if st.session_state.dialog == "details":
        st.session_state.visit.look_up_customer()
    together.heard()


def draw(visit: Visit, glance: Glance) -> None:
    """Draws the dialog that is open, if any."""
    name = st.session_state.get("dialog")
    st.session_state.dialog_shows = None
    visit.is_covered = False
    if name in entries(glance):
        visit.is_covered = True
        st.dialog(words.say(name), on_dismiss=_dismiss)(_draw)(visit, name)


def is_disturbed(visit: Visit) -> bool:
    """Whether drawing the page now would disturb the visitor in a dialog for nothing.

    Streamlit closes a dialog and opens it again whenever the page is drawn: on a phone the
    keyboard goes away in the middle of a word. So only what the dialog itself shows is worth it.
    """
    is_open = st.session_state.get("dialog") is not None
    return is_open and bool(st.session_state.dialog_shows == _shown(visit.glance()))


def tell_news(visit: Visit) -> None:
    """Says that agents have written, once for each time, to whom a dialog keeps from seeing it."""
    drawn, newest = visit.drawn, visit.conversation.newest_by_others
    shown = drawn.conversation.newest_by_others if drawn else None
    if newest not in (None, shown, st.session_state.get("dialog_told")):
        st.session_state.dialog_told = newest
        st.toast(words.say("news"), icon=":material/forum:")


@guarded("dialog")
def _draw(visit: Visit, name: str) -> None:
    glance = visit.glance()
    st.session_state.dialog_shows = _shown(glance)
    _DIALOGS[name](visit, glance)


def _shown(glance: Glance) -> tuple[object, ...]:
    conversation = glance.conversation
    # What is taken back is found no more, and not seen behind it either.
    taken_back = [event.id for event in conversation.transcript.places if event.is_taken_back]
    return (
        taken_back,
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
        st.html(safe_text.status_line(words.say("looking_up")))
        return
    fields = (Field(NAME, "name", words.say("name")), Field(EMAIL, "email", words.say("email")))
    form_widgets.draw(
        Form("details", fields),
        "details",
        submit=words.say("save"),
        on_submit=partial(_introduce, visit),
        prefill=glance.prefill,
        border=False,
    )


def _introduce(visit: Visit, form: Form, answers: Answers) -> None:
    given = [given_text(form, answers, type) for type in (NAME, EMAIL)]
    if any(given):
        visit.introduce(*given)
    _close()


def _rate(visit: Visit, glance: Glance) -> None:
    _refused(glance, Errand.RATE)
    thread_id = glance.conversation.thread_id
    rating.draw(visit, glance, f"dialog-{keys.part(thread_id or '')}", thread_id)


def _transcript(visit: Visit, glance: Glance) -> None:
    # Not to be asked for in the thread that writes the file.
    place, language, locale = here(), words.spoken(), words.locale()

    def write() -> str:
        with words.speaking(language, locale):
            return as_text(visit.read_everything(), place, header.title(visit.settings))

    st.download_button(
        words.say("transcript_download"),
        write() if programs.is_here() else write,  # which only a browser asks for when it is wanted
        words.say("transcript_file"),
        "text/plain",
        key="download",
        icon=":material/download:",
        on_click="ignore",
    )
    email = glance.conversation.transcript_email
    if email and glance.refused is not Errand.SEND_TRANSCRIPT:
        known = safe_text.isolated(safe_text.name(email))
        st.html(safe_text.paragraph(words.say("transcript_to", email=known)))
    else:
        _refused(glance, Errand.SEND_TRANSCRIPT)
    form_widgets.draw(
        Form("transcript", (Field(EMAIL, "email", words.say("transcript_email"), required=True),)),
        "transcript",
        submit=words.say("send"),
        on_submit=partial(_send_transcript, visit),
        prefill=glance.prefill or Customer(email=email or ""),
        border=False,
    )


def _send_transcript(visit: Visit, form: Form, answers: Answers) -> None:
    visit.send_transcript(given_text(form, answers, EMAIL) or "")
    visit.work_in_background()


def _alerts(visit: Visit, glance: Glance) -> None:
    alerts.draw()


def _languages(visit: Visit, glance: Glance) -> None:
    with st.container(horizontal=True, gap="xsmall"):
        for tongue in sorted(words.languages(), key=lambda one: words.name_of(one).casefold()):
            st.button(
                safe_text.label(words.name_of(tongue)),
                key=f"speak-{tongue}",
                icon=":material/check:" if tongue == words.spoken() else None,
                on_click=_speak,
                args=(tongue,),
            )


def _speak(tongue: str) -> None:
    language.choose(tongue)
    _close()


def _forget(visit: Visit, glance: Glance) -> None:
    st.write(words.say("forget_ask"))
    with st.container(horizontal=True, horizontal_alignment="right"):
        st.button(words.say("forget_not"), key="forget-not", on_click=_close)
        # Its colour is in `style.css`: of a label in red a screen reader would hear the Markdown.
        st.button(
            words.say("forget_do"), key="forget", type="primary", on_click=_do_forget, args=(visit,)
        )


def _do_forget(visit: Visit) -> None:
    visit.forget()
    _close()


def _refused(glance: Glance, errand: Errand) -> None:
    if glance.refused is errand:
        st.warning(words.say("refused", of=errand), icon=":material/error:")
    else:
        st.empty()


_DIALOGS: Mapping[str, Callable[[Visit, Glance], None]] = {
    "details": _details,
    "rate": _rate,
    "transcript": _transcript,
    "search": partial(search.draw, close=_close),
    "alerts": _alerts,
    "languages": _languages,
    "forget": _forget,
}
