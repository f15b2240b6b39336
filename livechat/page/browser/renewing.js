// Follows keeper.js. What it is for stands in renewing.py.

const RENEWED = "livechat-renewed";
const QUIET_FOR = 2_000; // milliseconds
const SPREAD = 4_000; // not all tabs at once
const LOOKED_EACH = 1_000;
const LONGEST_REASON = 300; // characters
const ERROR = "[data-testid=stAlertContainer]:has([data-testid=stErrorElementStack])";
const INTERRUPTED = `[role=dialog], [data-testid=stChatInputCancelButton], ${UPLOADING}`;

class Renewing {
  actedAt = -Infinity;

  constructor(keeper, signal) {
    Object.assign(this, { keeper, signal });
    const acted = () => (this.actedAt = performance.now());
    for (const type of ["keydown", "input", "pointerdown"]) {
      addEventListener(type, acted, { capture: true, signal });
    }
  }

  // Of which scripts the app is, by their hash; those of the document are what it heard of first.
  use({ scripts, renew }, place) {
    const button = place.querySelector("#renew");
    if (button) {
      button.textContent = renew;
      button.onclick = () => this.renew();
    }
    globalThis.livechatScripts ??= scripts;
    if (scripts !== globalThis.livechatScripts) this.want(scripts);
  }

  // Streamlit puts it in the place of what it cannot load or draw, and tries no more.
  watch() {
    const error = document.querySelector(ERROR);
    // A script of a component has another address each time.
    if (error) this.want(error.textContent.replace(/blob:\S+/g, "").slice(0, LONGEST_REASON));
  }

  want(reason) {
    if (this.reason) return;
    this.reason = reason;
    setTimeout(() => this.look(), SPREAD * Math.random());
  }

  async look() {
    const { keeper, signal } = this;
    if (signal.aborted) return;
    const isAsked = this.was() || this.losesFiles() || !keeper.write();
    keeper.show("outdated", isAsked ? keeper.words.outdated : "");
    const isQuiet = performance.now() - this.actedAt > QUIET_FOR;
    const isLeft = isQuiet && !document.querySelector(INTERRUPTED);
    if (!isAsked && isLeft && (await isServed()) && !signal.aborted) this.renew();
    else setTimeout(() => this.look(), LOOKED_EACH);
  }

  renew() {
    this.keeper.write();
    try {
      sessionStorage.setItem(RENEWED, JSON.stringify([...renewed(), this.reason]));
    } catch {
      // It is asked for by a press then.
    }
    location.reload();
  }

  // Once for each reason, so that no tab goes on reloading.
  was() {
    return renewed().includes(this.reason);
  }

  losesFiles() {
    const { keeper } = this;
    const attached = chips().some((chip) => !keeper.staleChips.has(chip));
    return attached || keeper.entries.some(({ files }) => files.length);
  }
}

function renewed() {
  try {
    const found = JSON.parse(sessionStorage.getItem(RENEWED));
    return Array.isArray(found) ? found : [];
  } catch {
    return [];
  }
}

// Without the app there would be nothing in the place of what is there.
async function isServed() {
  try {
    return isConnected() && (await fetch(location.href, { cache: "no-store" })).ok;
  } catch {
    return false;
  }
}
