// What it is for stands in announcing.py. The keeper's component brings it.

{
  const WHOLE_AFTER = 300; // milliseconds without a change
  const KEPT = 5; // notices
  const LONGEST = 1_000; // characters

  const EVENT = ".st-key-transcript [id^=event-]";
  const MESSAGE = "[data-testid=stChatMessage]";
  const CONTENT = "[data-testid=stChatMessageContent]";
  const ELEMENT = "[data-testid=stElementContainer]";
  const FORM = "[data-testid=stForm]";
  const SKELETON = "[data-testid=stSkeleton]";
  const TROUBLE = "[class*=st-key-retry-], [class*=st-key-discard-]";
  const REASON = "[data-testid=stMarkdownContainer]:not(button *)";
  const LINES = { status: ".st-key-row [data-testid=stHtml]", queue: "#queue" };
  const ALERT = ".st-key-foot [role=alert]";
  const CROSS = ".st-key-no-greeting *";
  const LEFT_OUT = `[id^=event-], ${CROSS}, [data-testid=stIconMaterial], details > :not(summary), style`;
  const BLOCK = "div, p, li, br, td, th, h1, h2, h3, h4, h5, h6, pre, summary, button";
  const HIDDEN = `
    position: fixed; width: 1px; height: 1px; overflow: hidden;
    clip-path: inset(50%); white-space: nowrap;`;

  class Announcer {
    listening = new AbortController();
    known = new Set(); // events that were announced, or were there before
    failures = new Set();
    told = new Map(); // what was said last, by what says it

    constructor(older) {
      // It stays where it is: of one that is new some screen readers tell nothing.
      Object.assign(this, older ? { region: older.region, notices: older.notices } : makeRegion());
      const observer = new MutationObserver((records) => {
        if (records.some(({ target }) => target !== this.region)) this.changed();
      });
      observer.observe(document.body, { childList: true, subtree: true, characterData: true });
      const { signal } = this.listening;
      addEventListener("focusin", () => this.changed(), { capture: true, signal }); // back from a picture
      signal.addEventListener("abort", () => {
        observer.disconnect();
        clearTimeout(this.timer);
      });
    }

    // Each run of the page tells what the customer's conversation ended with before (`from`), which
    // may have been taken back meanwhile. Of another visit it is what this one may not have announced
    // yet.
    use(words, { customer, from }) {
      const isAnother = customer !== this.customer && from !== this.from;
      if (from !== null && (!this.isOpen || isAnother)) {
        this.from = from;
        this.isOpen = false;
      }
      if (from !== null) this.customer = customer;
      this.words = words;
      this.changed();
    }

    // Once for as long as its `source` says the same.
    say(source, text) {
      if (text === (this.told.get(source) ?? "")) return;
      this.told.set(source, text);
      if (text) this.note(text);
    }

    // Once for all that is drawn together, and when it is whole.
    changed() {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.look(), WHOLE_AFTER);
    }

    look() {
      // Behind a picture that is large over the page nothing can be heard: it is said afterwards.
      if (globalThis.livechatScreen?.lightbox.isOpen) return;
      if (this.from === undefined || !(this.isOpen || this.opens())) return;
      this.lookForEvents();
      this.lookForFailures();
      // An alert is read by itself, and has more to say.
      if (document.querySelector(ALERT)) this.told.set("status", "");
      else this.say("status", lineIn("status"));
      this.say("queue", lineIn("queue"));
    }

    // Whether what was there before is on the screen: what comes after it is news.
    opens() {
      const events = [...document.querySelectorAll(EVENT)];
      const last = events.findIndex(({ id }) => id === this.from);
      if (this.from && last < 0) return false;
      for (const { id } of events.slice(0, last + 1)) this.known.add(id);
      for (const [key] of failures()) this.failures.add(key);
      for (const line of Object.keys(LINES)) this.told.set(line, lineIn(line));
      return (this.isOpen = true);
    }

    // What is drawn anew was said already, and what is put before that long ago.
    lookForEvents() {
      const events = [...document.querySelectorAll(EVENT)];
      const last = events.findLastIndex(({ id }) => this.known.has(id));
      const said = [];
      for (const [place, event] of events.entries()) {
        const message = event.closest(MESSAGE);
        if (place > last && message?.querySelector(SKELETON)) break; // there is more to come
        this.known.add(event.id);
        const author = message && authorOf(message);
        if (place <= last || author === this.words.you) continue;
        if (message) said.push(paragraph(`${author}: ${says(message, this.words)}`));
        else this.note(event.textContent);
      }
      if (said.length) this.region.replaceChildren(...said);
    }

    lookForFailures() {
      for (const [key, reason] of failures()) {
        if (!this.failures.has(key)) this.note(reason);
        this.failures.add(key);
      }
    }

    note(text) {
      this.notices.append(paragraph(text));
      for (const old of [...this.notices.children].slice(0, -KEPT)) old.remove();
    }
  }

  // The notices are what stands elsewhere on the page, where who looks for it finds it once.
  function makeRegion() {
    const [region, notices] = [document.createElement("div"), document.createElement("div")];
    // A dialog hides from screen readers what is outside of it, but for what has this attribute.
    region.dataset.liveAnnouncer = true;
    region.role = "log";
    region.ariaLive = "polite";
    region.style.cssText = HIDDEN;
    region.attachShadow({ mode: "closed" }).append(document.createElement("slot"), notices);
    document.body.append(region);
    return { region, notices };
  }

  function paragraph(text) {
    const line = document.createElement("p");
    line.dir = "auto";
    line.textContent = text;
    return line;
  }

  // "Chat message from Kate", as Streamlit has it.
  function authorOf(message) {
    const content = message.querySelector(CONTENT);
    const { renaming } = globalThis.livechatScreen ?? {};
    const label = renaming?.said(content, "aria-label") ?? content?.ariaLabel;
    return label?.replace(/^.*? from /, "") ?? "";
  }

  // What a message says, or what it is.
  function says(message, words) {
    const said = [];
    for (const part of message.querySelectorAll(ELEMENT)) {
      const text = part.closest(FORM) ? words.form : textOf(part, words.picture);
      if (text && text !== said.at(-1)) said.push(text);
    }
    const text = said.join(" ");
    return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
  }

  function textOf(part, picture) {
    const copy = part.cloneNode(true);
    for (const one of copy.querySelectorAll(LEFT_OUT)) one.remove();
    for (const image of copy.querySelectorAll("img")) image.replaceWith(image.alt || picture, " ");
    for (const block of copy.querySelectorAll(BLOCK)) block.after(" ");
    return copy.textContent.replace(/\s+/g, " ").trim();
  }

  // Of the visitor's own messages: which one, and with it why.
  function failures() {
    const found = new Map();
    for (const button of document.querySelectorAll(TROUBLE)) {
      const reason = [...(button.closest(MESSAGE)?.querySelectorAll(REASON) ?? [])].at(-1);
      if (!reason) continue;
      const text = textOf(reason);
      const id = [...button.classList].find((name) => /^st-key-(retry|discard)-/.test(name));
      found.set(`${id.replace(/^st-key-[a-z]+-/, "")} ${text}`, text);
    }
    return found;
  }

  function lineIn(line) {
    const part = document.querySelector(LINES[line]);
    return part ? textOf(part) : "";
  }

  globalThis.livechatAnnouncer?.listening.abort(); // a newer script ends the older one
  globalThis.livechatAnnouncer = new Announcer(globalThis.livechatAnnouncer);
}
