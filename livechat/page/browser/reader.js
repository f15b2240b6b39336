// It goes before push.js, which says what a tab does that reads. What it is for stands in reader.py.

const [ASK_AFTER, ANSWER_WITHIN, LATER] = [15_000, 3_000, 50]; // milliseconds

// One of the tabs, with what it does when it reads, and when another one does.
class Tab {
  reads = false;

  static join(name, line) {
    try {
      return name && navigator.locks ? new Tab(`${name}${location.pathname}`, line) : null;
    } catch {
      return null; // the browser keeps its channels from this frame, or has none
    }
  }

  constructor(name, line) {
    Object.assign(this, { name, line });
    this.ended = new AbortController();
    const { signal } = this.ended;
    this.channel = new BroadcastChannel(name);
    this.channel.onmessage = ({ data }) => this.hear(data);
    // A bit later than tab.js tells the app: Streamlit sends both as one, for one fragment only.
    const turn = () => setTimeout(() => signal.aborted || this.turn(), LATER);
    addEventListener("visibilitychange", turn, { capture: true, signal });
    const on = (type, hear) => addEventListener(type, hear, { capture: true, signal });
    on("freeze", () => this.release?.());
    on("pagehide", () => this.leave());
    on("pageshow", () => this.isLeft && this.begin());
    this.begin();
  }

  begin() {
    this.isLeft = false;
    this.wait();
    this.ask();
  }

  // It may come back, as it was. Until then it waits for nothing: WebKit would refuse it at once,
  // again and again.
  leave() {
    this.isLeft = true;
    this.giveUp();
    this.release?.();
    if (this.reads) this.stop();
  }

  end() {
    this.ended.abort();
    this.giveUp();
    this.release?.();
    clearTimeout(this.timer);
    this.channel.close();
  }

  // For its turn to read, which is over when it is closed, stands still, or another one steals it.
  async wait(how = {}) {
    const waiting = (this.waiting = new AbortController());
    let hasRead = false;
    const read = () => {
      if (waiting !== this.waiting) return null;
      this.reads = hasRead = true;
      clearTimeout(this.timer);
      this.line.lead();
      this.tell();
      return new Promise((release) => (this.release = release));
    };
    try {
      const { signal } = waiting;
      await navigator.locks.request(this.name, how.steal ? how : { signal }, read);
    } catch {
      // Stolen, given up or refused: which of them is seen below.
    }
    if (waiting !== this.waiting) return;
    if (hasRead) {
      this.stop();
      this.begin();
    } else {
      this.line.lead(); // the browser keeps its locks from this frame
      this.end();
    }
  }

  stop() {
    this.reads = false;
    this.line.giveWay();
  }

  giveUp() {
    this.waiting?.abort();
    this.waiting = null;
  }

  take() {
    this.giveUp();
    this.wait({ steal: true });
  }

  turn() {
    if (this.reads) this.tell();
    else if (!document.hidden) this.ask();
  }

  ask() {
    this.post({ asks: true });
    clearTimeout(this.timer);
    this.timer = setTimeout(() => document.hidden || this.reads || this.take(), ANSWER_WITHIN);
  }

  // Of those that wait for a sign of the reader, the first to ask has it answer all of them.
  rest() {
    clearTimeout(this.timer);
    const pause = ASK_AFTER * (1 + Math.random());
    this.timer = setTimeout(() => document.hidden || this.ask(), pause);
  }

  tell() {
    this.post({ reader: { ...this.line.heard(), isSeen: !document.hidden } });
  }

  post(message) {
    if (!this.ended.signal.aborted) this.channel.postMessage(message);
  }

  hear({ asks, known, reader }) {
    if (asks && this.reads) this.tell();
    if (known) this.line.compare(known);
    if (!reader || this.reads) return;
    this.rest();
    const isUseless = !reader.told.open || this.line.greetings.lacks(reader.told.greeting);
    if (!document.hidden && !reader.isSeen && isUseless) this.take();
    else this.line.follow(reader);
  }
}
