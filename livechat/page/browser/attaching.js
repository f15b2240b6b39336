// Follows keeper.js: a file that Streamlit has lost on its way into the input is attached once more.
// And its address for uploads gets the cookie that it asks for, where a frame may have one.
//
// Streamlit (1.67) asks the app where a file may go, and shows it once that is answered. If a run of
// the page begins in that very moment the answer is dropped, and nobody asks again.

const SHOWN_WITHIN = 4_000; // milliseconds
const CHAT_INPUT = "[data-testid=stChatInput]";

class Attaching {
  awaited = new Map(); // files by name, until they are shown
  again = new Set(); // names of those that were attached once more

  constructor(signal) {
    this.signal = signal;
    for (const type of ["change", "drop", "paste"]) {
      addEventListener(type, (event) => this.hear(event), { capture: true, signal });
    }
  }

  hear({ target, dataTransfer, clipboardData }) {
    if (!target.closest?.(CHAT_INPUT)) return;
    const files = target.files ?? (dataTransfer ?? clipboardData)?.files;
    if (!files?.length) return;
    for (const file of files) this.awaited.set(file.name, file);
    this.lookLater();
  }

  lookLater() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.attachAgain(), SHOWN_WITHIN);
  }

  attachAgain() {
    const input = document.querySelector(`${CHAT_INPUT} input[type=file]`);
    if (!this.awaited.size || !input || this.signal.aborted) return;
    if (!isConnected()) {
      this.lookLater();
      return;
    }
    const files = new DataTransfer();
    for (const [name, file] of this.awaited) {
      files.items.add(file);
      this.again.add(name);
    }
    input.files = files.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  // What is shown has arrived, or Streamlit says why not.
  shown() {
    const seen = new Set();
    for (const chip of document.querySelectorAll("[data-testid=stFileChip]")) {
      const name = chip.querySelector("[title]")?.title;
      this.awaited.delete(name);
      // The first answer was only late.
      if (seen.has(name) && this.again.has(name)) chip.querySelector("button").click();
      seen.add(name);
    }
    for (const name of this.again) {
      if (!seen.has(name) && !this.awaited.has(name)) this.again.delete(name);
    }
  }
}

// Streamlit (1.67) takes a file from who sends a cookie of its own twice, whatever is in it: no other
// site can. Its SameSite=None is not Partitioned, so where a browser keeps nobody's cookies in another
// site's frame but those, this writes one.
const UPLOAD_COOKIE = "_streamlit_xsrf";

function hasUploadCookie() {
  try {
    return document.cookie.split("; ").some((one) => one.startsWith(`${UPLOAD_COOKIE}=`));
  } catch {
    return false; // this frame may not have any
  }
}

function keepUploadCookie() {
  if (hasUploadCookie()) return;
  const value = `2|00000000|${newId()}|${Math.floor(Date.now() / 1000)}`;
  try {
    document.cookie = `${UPLOAD_COOKIE}=${value}; Path=/; SameSite=None; Secure; Partitioned`;
  } catch {
    // As above: a file is refused, and named.
  }
}
