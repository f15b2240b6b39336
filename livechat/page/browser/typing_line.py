"""The typing line: who is typing or thinking, and what a bot is writing, as it comes.

The script that hears LiveChat's pushes (`push.py`) draws it at the end of the transcript, without a
run of the page: no other API tells it, and nothing of it is ever in the conversation. The line is
kept free (`style.css`), so that nothing moves when it is written. A preview stands above it, as
wide as its message will be. It grows with what is written, up to a height of which the end is seen:
at the end of the page one goes along with it, further up nothing moves. With the author's next
event it goes the moment that this is drawn, and all of it goes at once with the chat, a transfer or
an agent who leaves. What its author does not finish goes after a while.

A preview is a text like any other, shown as it is; a title is one line. To a screen reader it is
said that somebody has begun, not what: that it hears as a message. Nor do the browser's other tabs
hear what, but they show that somebody is typing.
"""

from __future__ import annotations

from pathlib import Path

from livechat.page import words

SCRIPT = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")

HTML = '<div id="preview"><div><div></div></div></div><p></p>'

# An empty line has no height, since that would be seen to move.
STYLE = """
p {
  visibility: visible;
  margin: 0;
  padding-inline-start: 2.5rem; /* as the messages above */
  line-height: 1.5rem;
  white-space: nowrap;
  overflow: hidden;
  text-overflow: ellipsis;
  font-size: 0.8125rem;
  color: var(--st-text-color);
  opacity: 0.7;
}
#preview {
  visibility: visible;
  box-sizing: border-box;
  width: fit-content;
  max-width: calc(100% - 7rem);
  margin: 0.125rem 0 0;
  margin-inline-start: 2.5rem;
  padding: 0.5rem 0.75rem;
  border: 1px solid transparent; /* seen in forced colours */
  border-radius: 1rem;
  background: rgb(128 128 128 / 0.12);
  color: var(--st-text-color);
}
#preview > div {
  display: flex;
  flex-direction: column;
  justify-content: flex-end; /* what is seen of a long one is its end, in whole lines */
  max-height: min(50vh, 24rem);
  max-height: round(down, min(50vh, 24rem), 1lh);
  overflow: hidden;
}
#preview div div {
  opacity: 0.7;
  white-space: pre-wrap;
  overflow-wrap: anywhere;
  unicode-bidi: plaintext;
  text-align: start;
}
#preview:has(div div:empty) {
  display: none;
}
@media (max-height: 400px) {
  p {
    line-height: 1.25rem;
  }
}
"""


def signs() -> dict[str, str]:
    """What is said of who is typing, thinking, or thinking of something that has a title."""
    return {
        "typing": words.say("typing"),
        "thinking": words.say("thinking"),
        "thinking_of": words.say("thinking_of"),
    }
