// Buttons that put a text into the clipboard. What it is for stands in screen.py, which joins it with
// screen.js.

const COPIES = ".st-key-transcript button.copy";

class Copying {
  constructor(signal) {
    addEventListener("click", ({ target }) => this.pressed(target.closest?.(COPIES)), { signal });
  }

  async pressed(button) {
    if (!button) return;
    const { value } = button.dataset;
    const isCopied = await copies(value, button);
    for (const said of document.querySelectorAll(".copied")) said.replaceChildren();
    const said = button.nextElementSibling;
    if (isCopied) return said.append(this.words.copied);
    const shown = document.createElement("output");
    shown.textContent = value;
    said.append(this.words.not_copied, shown);
  }
}

// Without https a browser gives a page no clipboard, and may refuse it one otherwise: there is an
// older way, which takes what is selected.
async function copies(text, button) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement("textarea");
    Object.assign(area, { value: text, readOnly: true });
    area.style.cssText = "position: fixed; inset: 0 auto auto 0; opacity: 0";
    document.body.append(area);
    area.select();
    const isCopied = document.execCommand("copy");
    area.remove();
    button.focus({ preventScroll: true });
    return isCopied;
  }
}
