"""A picture, large over the page, at once and without a run of it.

A native `<dialog>`, which the screen's script opens (`lightbox.js`) instead of the new tab that a
picture leads to without a script, or with Ctrl held. It closes by Escape, by its button, by a press
beside the picture, and by the browser's way back, and the focus is where it was. The arrow keys and
two buttons lead to the pictures before and after it.
"""

from __future__ import annotations

from livechat.page import words

HTML = """
<dialog id="lightbox">
  <div id="about">
    <span id="count" dir="auto"></span>
    <a id="full" target="_blank" rel="noopener noreferrer nofollow"></a>
    <button id="close" type="button" autofocus>&#10005;</button>
  </div>
  <div id="stage"></div>
  <div id="turn">
    <button id="previous" type="button">&lsaquo;</button>
    <p id="caption" dir="auto"></p>
    <button id="next" type="button">&rsaquo;</button>
  </div>
</dialog>
"""

# A picture is as large as it is, but no larger than the room for it (`cqw`, `cqh`).
STYLE = """
#lightbox {
  visibility: visible;
  box-sizing: border-box;
  inset: 0;
  width: 100%;
  max-width: none;
  height: 100%;
  max-height: none;
  margin: 0;
  padding: env(safe-area-inset-top) env(safe-area-inset-right) env(safe-area-inset-bottom)
    env(safe-area-inset-left);
  border: none;
  overflow: hidden;
  overscroll-behavior: contain;
  background: rgb(0 0 0 / 0.94);
  color: #fff;
  font-family: var(--st-font);
}
#lightbox[open] {
  display: grid;
  grid-template-rows: auto minmax(0, 1fr) auto;
}
#lightbox::backdrop {
  background: none;
}
#about, #turn {
  display: flex;
  align-items: center;
  gap: 0.5rem;
  min-height: 44px;
  padding: 0.25rem 0.5rem;
}
#count {
  flex: 1;
  padding-inline-start: 0.5rem;
}
#lightbox a, #lightbox button {
  box-sizing: border-box;
  min-width: 44px;
  min-height: 44px;
  padding: 0 0.75rem;
  border: 1px solid transparent;
  border-radius: 22px;
  background: rgb(0 0 0 / 0.5);
  color: inherit;
  font: inherit;
  line-height: 42px;
  cursor: pointer;
}
#lightbox button {
  font-size: 1.25rem;
}
#lightbox [aria-disabled=true] {
  opacity: 0.3;
  cursor: default;
}
#lightbox :focus-visible {
  outline: 2px solid #fff;
  outline-offset: -2px;
}
#lightbox [hidden] {
  display: none;
}
#stage {
  container-type: size;
  display: flex;
  flex-direction: column;
  align-items: center;
  justify-content: center;
  overflow: hidden;
}
#stage > img, #stage > canvas {
  --wide: 640;
  --high: 480;
  width: min(100%, var(--wide) * 1px, 100cqh * var(--wide) / var(--high));
  min-height: 1rem;
  aspect-ratio: var(--wide) / var(--high);
  object-fit: contain;
  background: center / 100% 100% no-repeat;
}
#caption {
  flex: 1;
  max-height: 20vh;
  padding: 0;
  overflow-y: auto;
  color: inherit;
  text-align: center;
}
"""


def says() -> dict[str, str]:
    """What the script says."""
    return {
        "full_size": words.say("full_size"),
        "close": words.say("close"),
        "previous": words.say("previous"),
        "next": words.say("next"),
        "picture_of": words.say("picture_of"),
        "no_picture": words.say("no_picture"),
    }
