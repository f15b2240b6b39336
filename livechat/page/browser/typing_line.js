// It goes before push.js. What it is for stands in typing_line.py.

// Milliseconds. Nobody tells that they no longer think, or write on.
const [TYPES_FOR, THINKS_FOR, DRAWN_WITHIN, SAID_FOR] = [10_000, 30_000, 5_000, 60_000];
// Characters: the first of a title, the last of a preview.
const [LONGEST_TITLE, LONGEST_PREVIEW] = [100, 2_000];
const MOST_DONE = 20;

const [TYPING, THINKING, WRITING] = ["typing", "thinking", "writing"];
const MISLEADING = /[\p{Cc}\p{Bidi_Control}]/gu;

class Typing {
  authors = new Map(); // what each is at, who was heard of last at the end
  done = []; // custom IDs of events: what belongs to them comes late
  held = null; // a preview whose message is not drawn yet
  said = {};
  told = "";

  constructor(place, line) {
    [this.sign, this.preview] = [place.querySelector("p"), place.querySelector("#preview div div")];
    this.line = line;
  }

  // What is heard

  hearTyping({ author_id, is_typing }) {
    if (is_typing) this.note(author_id, { at: TYPING, lasts: TYPES_FOR });
    else if (this.authors.get(author_id)?.at === TYPING) this.authors.delete(author_id);
    this.draw();
  }

  hearThinking({ author_id, custom_id, title }) {
    this.note(author_id, { at: THINKING, lasts: THINKS_FOR, custom_id, title: asTitle(title) });
    this.draw();
  }

  hearPreview({ author_id, custom_id, type, text }) {
    if (type !== "message" || typeof text !== "string") return;
    this.note(author_id, { at: WRITING, lasts: THINKS_FOR, custom_id, text: endOf(text) });
    this.draw();
  }

  note(author, { lasts, ...about }) {
    if (typeof author !== "string" || author === this.line.data.customer) return;
    if (about.custom_id && this.done.includes(about.custom_id)) return;
    about.until = performance.now() + lasts;
    const before = this.authors.get(author);
    // What has begun to be written stays to be seen.
    const now = before?.at === WRITING && about.at !== WRITING ? { ...before, until: about.until } : about;
    this.authors.delete(author);
    this.authors.set(author, now);
  }

  // Whoever answers has the word; who goes on typing is told of anew. Who says what an answer is to
  // is not done with anything else.
  answered({ id, author_id, custom_id }) {
    if (author_id === this.line.data.customer) return;
    for (const [author, about] of this.authors) {
      const isAnother = about.custom_id && custom_id && about.custom_id !== custom_id;
      const isOver = about.at === TYPING || (author === author_id && !isAnother);
      if (!isOver) continue;
      this.authors.delete(author);
      if (about.text && id) this.hold(about.text, id);
    }
    if (custom_id) this.done = [...this.done, custom_id].slice(-MOST_DONE);
    this.said = {};
    this.draw();
  }

  // Nothing moves if it goes in the moment that its message comes.
  hold(text, id) {
    this.release();
    const until = performance.now() + DRAWN_WITHIN;
    const observer = new MutationObserver(() => this.draw());
    observer.observe(document.body, { childList: true, subtree: true });
    this.held = { text, id: anchorOf(String(id)), until, observer };
  }

  release() {
    this.held?.observer.disconnect();
    this.held = null;
  }

  silence() {
    this.authors.clear();
    this.release();
    this.said = {};
    this.draw();
  }

  // The browser's tabs (reader.js), which are told who, never what.

  get heard() {
    const [typing, thinking] = [[], []];
    for (const [author, { at }] of this.authors) (at === THINKING ? thinking : typing).push(author);
    return { typing, thinking };
  }

  follow({ typing = [], thinking = [] }) {
    const of = (authors, at) => authors.map((author) => [author, { at, until: Infinity }]);
    this.authors = new Map([...of(thinking, THINKING), ...of(typing, TYPING)]);
    this.draw();
  }

  // What is drawn

  draw() {
    const now = performance.now();
    for (const [author, { until }] of this.authors) if (until < now) this.authors.delete(author);
    const { held } = this;
    if (held && (held.until < now || document.getElementById(held.id))) this.release();
    const all = [...this.authors];
    const [author, about] = all.findLast(([, { at }]) => at === WRITING) ?? all.at(-1) ?? [];
    const says = about ? this.sentence(author, about.at) : "";
    if (about?.title) this.show(this.sign, this.sentence(author, "thinking_of"), about.title);
    else this.show(this.sign, says);
    this.show(this.preview, about?.text ?? this.held?.text ?? "");
    if (says) this.say(author, says);
    const told = JSON.stringify(this.heard);
    if (told === this.told) return;
    this.told = told;
    this.line.tellTabs();
  }

  sentence(author, at) {
    const { data } = this.line;
    const name = new Map(Object.entries(data.names ?? {})).get(author) ?? data.agent;
    return (data.signs[at] ?? data.signs.typing).replace("{name}", () => name);
  }

  // A title has a direction of its own.
  show(place, text, title = "") {
    const [before, after = ""] = title ? text.split("{title}") : [text];
    if (place.textContent === before + title + after) return;
    const own = document.createElement("bdi");
    own.textContent = title;
    place.replaceChildren(before, ...(title ? [own, after] : []));
  }

  // To a screen reader, not with each push; what is written it reads when it is a message.
  say(author, text) {
    const now = performance.now();
    if (author === this.said.author && now < this.said.until) return;
    this.said = { author, until: now + SAID_FOR };
    globalThis.livechatAnnouncer?.say("typing", "");
    globalThis.livechatAnnouncer?.say("typing", text);
  }
}

function asTitle(title) {
  if (typeof title !== "string") return "";
  const line = title.slice(0, 10 * LONGEST_TITLE).replace(/\s+/g, " ").replace(MISLEADING, "").trim();
  const letters = [...line];
  return letters.length > LONGEST_TITLE ? `${letters.slice(0, LONGEST_TITLE).join("")}…` : line;
}

function endOf(text) {
  const whole = text.trim();
  if (whole.length <= LONGEST_PREVIEW) return whole;
  return `…${whole.slice(-LONGEST_PREVIEW).replace(/^[\udc00-\udfff]/, "")}`;
}

// As `leading.anchor` has it.
function anchorOf(id) {
  const part = (other) => `_${other.codePointAt(0).toString(16)}_`;
  return `event-${id.replace(/[^a-zA-Z0-9]/gu, part)}`;
}
