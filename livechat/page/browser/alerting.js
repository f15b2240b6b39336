// Tells who is not looking that somebody has answered. What it is for stands in alerts.py; it is
// joined with screen.js.

const WANTED = "livechat-alerts"; // in the browser's localStorage
const [LEARNT_WITHIN, TOLD_AFTER, TELLS_FOR] = [3_000, 1_000, 10_000]; // milliseconds
const TITLE = ".st-key-header h1";
const TONES = [
  [660, 0],
  [880, 0.14],
]; // Hz, and when: seconds
const [VOLUME, TONE_LASTS] = [0.08, 0.35];

class Alerting {
  wanted = { sound: false, notices: false };
  known = new Set(); // the IDs of events
  told = new Set(); // of which somebody was told, in any tab

  constructor(signal, reading) {
    Object.assign(this, { signal, reading });
    try {
      Object.assign(this.wanted, JSON.parse(localStorage.getItem(WANTED)));
    } catch {
      // Some browsers keep nothing: then it is wanted until the page is left.
    }
    try {
      this.channel = new BroadcastChannel(WANTED);
      this.channel.onmessage = ({ data }) => this.hear(data);
      signal.addEventListener("abort", () => this.channel.close());
    } catch {
      // This frame has none: the tab speaks for itself.
    }
    // No browser makes a sound before the visitor has done something on the page.
    for (const act of ["pointerdown", "keydown"]) {
      addEventListener(act, () => this.wanted.sound && this.tune(), { capture: true, signal });
    }
    addEventListener("visibilitychange", () => document.hidden || this.notice?.close(), { capture: true, signal });
    signal.addEventListener("abort", () => clearTimeout(this.learns));
  }

  // What is wanted

  // What can be had here: a notification may be "possible", "denied" or "impossible".
  get state() {
    const permission = globalThis.isSecureContext && globalThis.Notification?.permission;
    const isRefused = permission === "denied" && !isInAnotherSitesFrame(); // where all are, for good
    const isPossible = permission && permission !== "denied";
    const notices = isPossible ? "possible" : isRefused ? "denied" : "impossible";
    const isOn = this.wanted.notices && permission === "granted" && !this.isImpossible;
    return { sound: this.wanted.sound, on: isOn, notices: this.isImpossible ? "impossible" : notices };
  }

  // Asks the browser, which asks the visitor: only for who has just pressed for it.
  async want(what, isWanted) {
    if (what === "notices" && isWanted) {
      const permission = await globalThis.Notification?.requestPermission();
      isWanted = permission === "granted" && this.notify(this.words.alerts_on);
    }
    this.wanted[what] = isWanted;
    if (what === "sound" && isWanted) this.play();
    try {
      localStorage.setItem(WANTED, JSON.stringify(this.wanted));
    } catch {
      // As above.
    }
    this.channel?.postMessage({ wanted: this.wanted });
  }

  // What there is to tell

  // A hidden page has no frames: this is called for what changes, too.
  look() {
    const events = [...document.querySelectorAll(EVENT)];
    const last = events.findLastIndex(({ id }) => this.known.has(id));
    const news = events.slice(last + 1).map(({ id, parentElement }) => [id, parentElement]);
    for (const { id } of events) this.known.add(id);
    if (!this.hasLearnt) {
      // What was there when the page began is no news.
      if (document.querySelector(DRAWN)) {
        this.learns ??= setTimeout(() => (this.hasLearnt = true), LEARNT_WITHIN);
      }
      return;
    }
    for (const [id, part] of news) {
      const message = part.closest(MESSAGE);
      if (!this.reading.isOwn(message)) this.comes(id, authorOf(message));
    }
  }

  comes(id, author) {
    if (this.isSeen) {
      this.channel?.postMessage({ told: id });
      return;
    }
    if (!this.wanted.sound && !this.state.on) return;
    // A tab that is on the screen shows it meanwhile; of all others one tells it.
    setTimeout(async () => {
      if (this.signal.aborted || this.isSeen || this.told.has(id) || !(await claim(id))) return;
      this.channel?.postMessage({ told: id });
      if (this.wanted.sound) this.play();
      if (this.state.on) this.notify(this.words.alert.replace("{name}", () => author));
    }, TOLD_AFTER * (1 + Math.random()));
  }

  get isSeen() {
    return !document.hidden && this.reading.isAtEnd;
  }

  hear({ told, wanted }) {
    if (told) this.told.add(told);
    if (wanted) Object.assign(this.wanted, wanted);
  }

  // How it is told

  tune() {
    try {
      this.audio ??= new AudioContext();
      if (this.audio.state === "suspended") this.audio.resume().catch(() => {});
    } catch {
      // An old browser makes no sound.
    }
    return this.audio;
  }

  play() {
    const audio = this.tune();
    for (const [frequency, after] of audio ? TONES : []) {
      const [tone, volume] = [audio.createOscillator(), audio.createGain()];
      const at = audio.currentTime + after;
      tone.frequency.value = frequency;
      volume.gain.setValueAtTime(0, at);
      volume.gain.linearRampToValueAtTime(VOLUME, at + 0.02);
      volume.gain.exponentialRampToValueAtTime(0.0001, at + TONE_LASTS);
      tone.connect(volume).connect(audio.destination);
      tone.start(at);
      tone.stop(at + TONE_LASTS);
    }
  }

  // Who has written, never what: others may see the screen. Returns whether it can be shown.
  notify(body) {
    try {
      const title = document.querySelector(TITLE).innerText;
      this.notice = new Notification(title, { body, tag: WANTED, silent: true });
    } catch {
      this.isImpossible = true; // as on Android, where only what is installed may
      return false;
    }
    this.notice.onclick = ({ target }) => {
      globalThis.parent?.focus();
      globalThis.focus();
      target.close();
    };
    return true;
  }
}

function isInAnotherSitesFrame() {
  try {
    return !globalThis.top.document;
  } catch {
    return true;
  }
}

// Of all tabs one has it; without Web Locks, which are for https, who is first has told the others.
function claim(id) {
  if (!navigator.locks) return true;
  return new Promise((answer) => {
    const have = (lock) => {
      answer(Boolean(lock));
      return lock && new Promise((release) => setTimeout(release, TELLS_FOR));
    };
    const request = navigator.locks.request(`${WANTED}-${id}`, { ifAvailable: true }, have);
    request.catch(() => answer(true));
  });
}
