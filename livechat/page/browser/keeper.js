// What it is for stands in keeper.py.

const PLACE = "livechat-kept";
const SKIPPED = "livechat-skipped";
const AGAIN_AFTER = 4_000; // milliseconds, doubled each time
const LOOKED_AFTER = 50; // doubled as well
const LOOKED_UNTIL = 1_000;
const LONGEST = 60_000;
const SHOWN_AFTER = 2_000;
const ANSWER_WITHIN = 1_000;
const WHOLE_WITHIN = 2_000;

const NOTHING = JSON.stringify("");
const LOST = "?"; // not what is told, whatever that is

const AREA = "[data-testid=stChatInputTextArea]";
const SEND = "[data-testid=stChatInputSubmitButton]";
const ATTACH = "[data-testid=stChatInputFileUploadButton] button";
const CHIPS = "[data-testid=stFileChip]";
const CHIP = `${CHIPS}:not([aria-invalid])`; // not what could not be uploaded
const UPLOADING = "[data-testid=stFileChipIconSpinner]";
const TOO_LARGE = /smaller|413/; // Streamlit's words, or the status of who refused it
const FORBIDDEN = /403/;
const FORM = "[data-testid=stForm]:not([data-testid=stSidebar] *)"; // not the Agent desk's
const POLL = ".st-key-poll iframe";
const WIDGET = "[data-testid=stElementContainer][class*=st-key-]";
const SUBMIT = "[data-testid=stFormSubmitButton]";
const DIALOG_TITLE = "[data-testid=stDialog] [slot=title]";
const CLOSE = "section > button";
const WRITABLE = `${AREA}, ${FORM} textarea, ${FORM} [data-testid=stTextInputField]`;

// What a newer script has of the older one: what was put back is on the page, and where the browser
// keeps nothing, only there.
const HANDED_ON = [
  ...["draft", "missing", "area", "entries", "forms"],
  ...["formsBefore", "touched", "untouched", "filled"],
];

let keeper = null;

export default function ({ data, parentElement, setTriggerValue }) {
  if (!keeper) {
    // One for the document, whatever Streamlit calls anew; a newer script ends the older one.
    const older = globalThis.livechatKeeper;
    older?.listening.abort();
    keeper = globalThis.livechatKeeper = new Keeper(older);
  }
  Object.assign(keeper, { words: data, place: parentElement });
  if (data.uploads_in_frames) keepUploadCookie();
  keeper.drawConnection();
  keeper.renewing.use(data, parentElement);
  globalThis.livechatScreen.use(data, parentElement, setTriggerValue);
  if (globalThis.livechatTaken) keeper.hear(globalThis.livechatTaken);
}

class Keeper {
  listening = new AbortController();
  taken = new Set();
  toldHere = new Set(); // first told over the connection that there is
  staleChips = new WeakSet();
  missing = []; // names of files that have to be attached again
  touched = new WeakSet(); // widgets of forms
  untouched = new WeakMap(); // what was in them before
  wholeWithin = WHOLE_WITHIN;
  filled = new WeakSet();
  filling = new WeakSet();
  skipped = new Set(); // forms

  constructor(older) {
    this.load();
    if (older) {
      clearTimeout(older.timer);
      clearTimeout(older.formsTimer);
      older.keepInput(); // if that was drawn anew just now
      for (const name of HANDED_ON) if (name in older) this[name] = older[name];
    }
    const { signal } = this.listening;
    listenToWriting(this, signal); // before this does: what is stopped there was not pressed
    const on = (type, hear, capture) => addEventListener(type, hear, { capture, signal });
    // Before React the text is still there; after it, it is gone if it was submitted.
    for (const type of ["keydown", "click"]) {
      on(type, (event) => this.before(event), true);
      // What this presses itself React answers to when all has heard of it.
      on(type, ({ isTrusted }) => (isTrusted ? this.after() : queueMicrotask(() => this.after())), false);
    }
    on("pointerdown", ({ target }) => isHeldUp(target) && this.waitForFiles(true), true);
    for (const type of ["input", "change", "click", "keyup", "focusin"]) {
      on(type, (event) => this.note(event), true);
    }
    const observer = new MutationObserver((records) => this.watch(records));
    const disabled = { attributes: true, attributeFilter: ["disabled"] };
    observer.observe(document.body, { childList: true, subtree: true, ...disabled });
    signal.addEventListener("abort", () => observer.disconnect());
    keepOpen();
    this.attaching = new Attaching(signal);
    this.renewing = new Renewing(this, signal);
    this.claim(older?.isOurs);
  }

  // While the app is updated it may be of another version than this script: its own is on its way.
  hear(taken) {
    if (taken.data.scripts === this.words.scripts) this.use(taken);
  }

  use({ data, setTriggerValue }) {
    const { visit, customer } = data;
    const isNew = visit !== this.data?.visit;
    this.trigger = setTriggerValue;
    if (!visit) {
      this.forget();
      return;
    }
    if (isNew) {
      // What another visit has taken may be lost with it, as what is attached.
      this.taken.clear();
      this.toldForms = "";
      [this.sentForms, this.led] = [{}, 0];
      // Whom this connection leads to was not known yet: to this visit, as it turns out.
      for (const entry of this.entries) if (this.toldHere.has(entry.id)) entry.visit = visit;
      this.pause = AGAIN_AFTER;
      if (this.data) for (const chip of chips()) this.staleChips.add(chip);
    }
    const isKnown = customer !== this.data?.customer;
    this.data = data;
    if (customer) this.belongTo(customer);
    for (const id of [...data.taken, ...data.undelivered]) this.taken.add(id);
    const undelivered = new Set(data.undelivered);
    this.entries = this.entries.filter(({ id }) => !this.taken.has(id) || undelivered.has(id));
    this.sent(data.sent_forms);
    for (const form of data.skipped_forms ?? []) this.skip(form);
    if (isNew || isKnown) this.tell();
    globalThis.livechatAnnouncer.use(this.words, data.heard);
    this.restore();
    this.write();
    this.draw();
    if (data.leads_to && data.leads_to.times !== this.led) leadTo(data.leads_to);
    this.led = data.leads_to?.times;
  }

  // What is submitted

  before(event) {
    const { type, key, target } = event;
    const isLine = type === "keydown" && key === "Enter" && target.matches?.(AREA);
    const area = document.querySelector(AREA);
    this.seen = null;
    if (!area || !(isLine || (type === "click" && target.closest?.(SEND)))) return;
    const isEnter = isLine && !(event.shiftKey || event.ctrlKey || event.metaKey);
    const isWhole = isEnter && !event.isComposing;
    // What has to be attached again counts: the app sends nothing without it, unless it is asked to.
    const files = [...new Set([...this.attached(), ...this.missing])];
    this.seen = { area, text: area.value, chips: chips(), files, refused: refused(), isWhole };
    this.waitForFiles(isWhole && isUploading());
  }

  after() {
    const seen = this.seen;
    this.seen = null;
    if (!seen || !(seen.text || seen.chips.length || seen.refused.length)) return;
    if (seen.area.value || document.querySelector(CHIPS)) {
      // Streamlit has not submitted it: it is not whole yet, or nobody is there to take it.
      if (!seen.isWhole || isConnected() || seen.chips.length || !seen.text.trim()) return;
      setValue(seen.area, "");
      // They are named with this text, not with the next one as well.
      for (const chip of refusedChips()) chip.querySelector("button").click();
    }
    const text = seen.text.toWellFormed?.() ?? seen.text;
    const customer = this.data?.customer ?? null;
    const { files, refused } = seen;
    const since = performance.now();
    this.entries.push({ id: newId(), text, visit: null, customer, files, refused, since });
    this.missing = [];
    this.pause = AGAIN_AFTER;
    this.tell(); // in the very message that the input's text goes in
    this.write();
    setTimeout(() => this.draw(), SHOWN_AFTER);
  }

  tell() {
    clearTimeout(this.timer);
    const untaken = this.untaken();
    if (!untaken.length) return;
    if (isConnected() && this.data) {
      this.trigger("submitted", { messages: untaken.map((entry) => ({ ...entry })) });
      // Another visit that is told of it from now on cannot know whether it was taken.
      for (const entry of untaken) {
        if (!entry.visit) this.toldHere.add(entry.id);
        entry.visit ??= this.data.visit;
      }
      this.write();
    }
    this.timer = setTimeout(() => this.tell(), this.pause);
    this.pause = Math.min(2 * this.pause, LONGEST);
  }

  untaken() {
    const isTold = ({ id, isLoaded }) => !this.taken.has(id) && (this.isOurs || !isLoaded);
    return this.entries.filter(isTold);
  }

  // Streamlit sends nothing while a file is going up. What was pressed meanwhile is pressed again.

  waitForFiles(isWaiting) {
    this.isWaiting = isWaiting;
    this.show("waits", isWaiting ? this.words.sent_once_uploaded : "");
  }

  // What is not submitted yet

  note({ type, target }) {
    if (!(target instanceof Element)) return;
    // Who changes what is to be sent says anew that it is to be.
    if (type === "input" || target.closest(CHIPS)) this.waitForFiles(false);
    if (target.matches(AREA)) {
      if (type === "input" && !target.value && !chips().length) {
        // Nothing is left of what it went with.
        this.missing = [];
        this.draw();
      }
      this.write();
    }
    const widget = target.closest(FORM) && target.closest(WIDGET);
    if (widget && !this.filling.has(widget) && !widget.querySelector(SUBMIT)) {
      // One that Streamlit has drawn anew has what was typed before.
      const isKept = this.forms[formOf(widget)]?.[keyOf(widget)] !== undefined;
      if (!isKept && !this.untouched.has(widget)) this.noteUntouched(widget);
      this.touched.add(widget);
      this.open ??= new Set();
      this.open.add(widget);
    }
    if (this.open?.size) setTimeout(() => this.readForms()); // after React
  }

  readForms() {
    for (const widget of this.open) {
      if (!widget.isConnected) this.open.delete(widget);
      else if (!this.filling.has(widget)) this.readWidget(widget);
    }
    this.write();
    this.tellForms();
  }

  readWidget(widget) {
    const [form, key, value] = [formOf(widget), keyOf(widget), valueOf(widget)];
    if (JSON.stringify(value) !== (this.untouched.get(widget) ?? NOTHING)) {
      (this.forms[form] ??= {})[key] = value;
    } else {
      this.drop(form, key);
    }
    this.formsBefore.delete(form);
  }

  noteUntouched(widget) {
    this.untouched.set(widget, JSON.stringify(valueOf(widget)));
  }

  drop(form, key) {
    if (this.forms[form]) delete this.forms[form][key];
    if (!Object.keys(this.forms[form] ?? {}).length) delete this.forms[form];
  }

  get halfFilled() {
    const skipped = [...this.skipped].map((form) => `skipped-${form}`);
    return JSON.stringify([...Object.keys(this.forms), ...skipped]);
  }

  // What was skipped for good does not come back, in whatever tab.
  skip(form) {
    if (!this.customer || this.skipped.has(form)) return;
    this.skipped.add(form);
    this.toldForms &&= this.halfFilled; // the app knows
    try {
      const kept = { customer: this.customer, forms: [...this.skipped] };
      localStorage.setItem(SKIPPED, JSON.stringify(kept));
    } catch {
      // Then it does.
    }
  }

  // Every run of the page tells how often each was sent.
  sent(times) {
    const forms = Object.keys(times).filter((form) => times[form] !== this.sentForms[form]);
    if (!forms.length) return;
    this.sentForms = times;
    for (const form of forms) delete this.forms[form];
    this.toldForms &&= this.halfFilled; // who has taken them knows
    // Some stay on the page, with what was sent.
    for (const widget of document.querySelectorAll(`${FORM} ${WIDGET}`)) {
      const isSent = !widget.querySelector(SUBMIT) && forms.includes(formOf(widget));
      if (isSent) this.noteUntouched(widget);
    }
  }

  // What is half filled stays on the page, whatever it would show now. A dialog stays by itself, and
  // the run of the page that this asks for would close it and open it again.
  tellForms(pause = AGAIN_AFTER) {
    const told = this.halfFilled;
    if (told === (this.toldForms || "[]") || !isConnected() || !this.data) return;
    if (document.querySelector(DIALOG_TITLE)) return;
    this.toldForms = told;
    this.trigger("half_filled", JSON.parse(told));
    clearTimeout(this.formsTimer);
    this.formsTimer = setTimeout(() => this.tellFormsAgain(told, pause), pause);
  }

  // What was told may have been lost on its way: each run of the page says which it knows of.
  tellFormsAgain(told, pause) {
    const known = new Set(this.data?.half_filled ?? []);
    const forms = Object.keys(this.forms);
    const isHeard = forms.length === known.size && forms.every((form) => known.has(form));
    if (this.toldForms !== told || isHeard || pause > LONGEST) return;
    this.toldForms = LOST;
    this.tellForms(2 * pause);
  }

  restore() {
    if (!this.isOurs || !this.data) return;
    const { customer, likely } = this.data;
    if (![null, customer ?? likely].includes(this.customer)) return;
    const area = document.querySelector(AREA);
    if (area && this.draft) {
      // Before what was typed meanwhile, which goes on where the draft ended.
      const { text, files } = this.draft;
      const { selectionStart, selectionEnd } = area;
      this.draft = null;
      this.missing = files;
      if (text) {
        setValue(area, text + area.value);
        area.setSelectionRange(text.length + selectionStart, text.length + selectionEnd);
      }
      this.draw();
    }
    this.tellForms();
    for (const [form, fields] of Object.entries(this.forms)) {
      for (const [key, value] of Object.entries(fields)) this.fill(form, key, value);
    }
    this.tellForms();
  }

  fill(form, key, value) {
    const widget = document.querySelector(`${FORM} .${CSS.escape(`st-key-${key}`)}`);
    if (!widget || this.touched.has(widget) || this.filled.has(widget)) return;
    const [list, field, controls] = [listIn(widget), fieldIn(widget), controlsIn(widget)];
    if (!controls.length && !field) return; // its code is still to be loaded
    this.filled.add(widget);
    if (JSON.stringify(valueOf(widget)) === JSON.stringify(value)) {
      // The page was left before it was told that the form was sent, and LiveChat has it.
      if (this.formsBefore.has(form)) this.drop(form, key);
      return;
    }
    this.formsBefore.delete(form);
    this.noteUntouched(widget);
    if (list) this.choose(widget, key, value);
    else this.put(widget, value);
  }

  // A run of the page that draws it may be ended by the next one, which does not say it again.
  choose(widget, key, value, pause = AGAIN_AFTER) {
    if (this.isLeft(widget) || valueOf(widget) === value || pause > LONGEST) return;
    this.trigger("chosen", { [key]: value });
    setTimeout(() => this.choose(widget, key, value, 2 * pause), pause);
  }

  // What Streamlit has just drawn it may set, a moment later, to what it was drawn with.
  async put(widget, value, pause = LOOKED_AFTER) {
    if (this.isLeft(widget) || pause > LOOKED_UNTIL) return;
    if (JSON.stringify(valueOf(widget)) !== JSON.stringify(value)) {
      const field = fieldIn(widget);
      this.filling.add(widget);
      if (field) setValue(field, String(value));
      else await press(controlsIn(widget), value);
      this.filling.delete(widget);
    }
    setTimeout(() => this.put(widget, value, 2 * pause), pause);
  }

  isLeft(widget) {
    return this.touched.has(widget) || !widget.isConnected;
  }

  // What is kept

  load() {
    let found = null;
    try {
      found = JSON.parse(sessionStorage.getItem(PLACE));
    } catch {
      // Some browsers keep nothing: then it is kept until the page is left.
    }
    const { tab, customer, entries, draft, forms } = found ?? {};
    const since = performance.now();
    this.tab = asText(tab) || newId();
    this.customer = asText(customer) || null;
    // What may have been told to nobody may also have been told by another document.
    this.entries = listOf(entries, (entry) => asText(entry?.id)).map((entry) => {
      const [files, refused] = [listOf(entry.files, asText), listOf(entry.refused, isObject)];
      const visit = entry.visit ?? "another";
      return { ...entry, text: asText(entry.text), files, refused, visit, isLoaded: true, since };
    });
    const [written, files] = [asText(draft?.text), listOf(draft?.files, asText)];
    this.draft = written || files.length ? { text: written, files } : null;
    this.forms = Object.fromEntries(Object.entries(forms ?? {}).filter(([, one]) => isObject(one)));
    this.formsBefore = new Set(Object.keys(this.forms)); // as they were on the page before this one
    if (this.entries.length) setTimeout(() => this.draw(), SHOWN_AFTER);
  }

  write() {
    this.typed = document.querySelector(AREA)?.value ?? this.typed ?? "";
    const text = (this.draft?.text ?? "") + this.typed;
    const files = [...new Set([...(this.draft?.files ?? this.missing), ...this.attached()])];
    const { tab, customer, entries, forms } = this;
    try {
      const kept = { tab, customer, entries, draft: { text, files }, forms };
      sessionStorage.setItem(PLACE, JSON.stringify(kept));
      return true;
    } catch {
      return false; // as above, or it is too much for the browser
    }
  }

  belongTo(customer) {
    if (this.customer && this.customer !== customer) {
      this.draft = null;
      this.forms = {};
    }
    this.customer = customer;
    this.skipped = new Set(readSkipped(customer));
  }

  forget() {
    clearTimeout(this.timer);
    Object.assign(this, { entries: [], draft: null, forms: {}, customer: null, missing: [] });
    this.data = null;
    this.taken.clear();
    try {
      sessionStorage.removeItem(PLACE);
      localStorage.removeItem(SKIPPED);
    } catch {
      // Nothing is kept there.
    }
  }

  // A tab that is duplicated has a copy of all that the first one keeps, and goes on sending.

  async claim(isOurs) {
    const isCopy = !isOurs && (await isHeld(this.tab, this.listening.signal));
    if (isCopy) {
      this.tab = newId();
      this.entries = this.entries.filter(({ isLoaded }) => !isLoaded);
      this.draft = null;
      this.forms = {};
      await isHeld(this.tab, this.listening.signal);
    }
    this.isOurs = true;
    if (document.activeElement) this.note({ target: document.activeElement });
    this.write();
    if (!this.data) return;
    this.tell();
    this.restore();
    this.draw();
  }

  // What is drawn

  watch(records) {
    let isBack = false;
    for (const { type, target } of records) {
      if (type !== "attributes") continue;
      if (target.matches(ATTACH)) {
        isBack = !target.disabled;
        this.toldHere.clear();
        this.drawConnection();
      }
      if (this.isWaiting && !target.disabled && target.matches(SEND)) target.click();
    }
    keepOpen();
    if (isBack) {
      this.pause = AGAIN_AFTER;
      this.tell();
      this.tellForms();
    }
    if (records.some(({ type }) => type === "childList")) {
      closeConnectionError();
      this.keepInput();
      this.lookIfWhole();
      this.restore();
      this.attaching.shown();
      this.renewing.watch();
      this.noteInput();
    }
  }

  // Where Streamlit has lost what a run drew last, nothing hears of news any more. The page is asked
  // for once more, and more and more rarely while that does not help.
  lookIfWhole() {
    if (hearsOfNews()) this.wholeWithin = WHOLE_WITHIN;
    if (hearsOfNews() || this.looking) return;
    const look = () => {
      this.looking = null;
      if (hearsOfNews() || this.listening.signal.aborted) return;
      if (this.data && isConnected() && !isRunning()) this.trigger("torn", newId());
      this.wholeWithin = Math.min(2 * this.wholeWithin, LONGEST);
      this.lookIfWhole();
    };
    this.looking = setTimeout(look, this.wholeWithin);
  }

  // Streamlit draws the input anew, and empty, if it hears late of a run that ended before that.
  keepInput() {
    const [before, now] = [this.area, document.querySelector(AREA)];
    this.area = now;
    if (!before || before.isConnected || !this.data) return;
    const files = titles([...before.closest(CHAT_INPUT).querySelectorAll(CHIP)]);
    this.draft = { text: (this.draft?.text ?? "") + before.value, files: [...this.missing, ...files] };
    this.typed = "";
  }

  // While a voice is recorded, and once it is sent, nobody types and the input changes all the same.
  noteInput() {
    const now = [document.querySelector(AREA)?.value, ...this.attached()].join("\n");
    if (now === this.noted) return;
    this.noted = now;
    this.drawMissing();
    this.write();
  }

  attached() {
    return titles(chips());
  }

  draw() {
    const box = this.place?.querySelector("#on-its-way");
    if (!box) return;
    const late = this.untaken().filter(({ since }) => performance.now() - since >= SHOWN_AFTER);
    box.replaceChildren(
      ...late.map(({ text, files, refused = [] }) => {
        const [entry, status] = [document.createElement("p"), document.createElement("small")];
        const names = [...files, ...refused.map(({ name }) => name)];
        entry.dir = "auto";
        status.textContent = this.words.sending;
        entry.append(status, [text, ...names].filter(Boolean).join("\n"));
        return entry;
      }),
    );
    this.drawMissing();
  }

  drawConnection() {
    this.show("connection", isConnected() ? "" : this.words.reconnecting);
  }

  drawMissing() {
    if (!this.place) return;
    const there = new Set();
    const stale = new Set();
    for (const chip of chips()) {
      const { title } = chip.querySelector("[title]") ?? {};
      (this.staleChips.has(chip) ? stale : there).add(title);
    }
    this.missing = [...new Set([...this.missing, ...stale])].filter((name) => !there.has(name));
    const { attach_again, list_separator } = this.words;
    const said = attach_again.replace("{files}", () => this.missing.join(list_separator));
    this.show("attach-again", this.missing.length ? said : "");
  }

  // In a line of its own, and to a screen reader.
  show(id, said) {
    const line = this.place?.querySelector(`#${id}`);
    if (!line || line.textContent === said) return;
    line.textContent = said;
    globalThis.livechatAnnouncer.say(id, said);
  }
}

// What listens and what polls, once they were there.
function hearsOfNews() {
  const { livechatLine } = globalThis;
  return livechatLine === undefined || Boolean(livechatLine && document.querySelector(POLL));
}

function isRunning() {
  return document.querySelector("[data-test-script-state=running]") !== null;
}

function isConnected() {
  return !document.querySelector(ATTACH)?.disabled;
}

// Streamlit closes what can be written in, or draws it closed, while it is not connected; it takes
// what is typed all the same.
function keepOpen() {
  for (const field of document.querySelectorAll(WRITABLE)) field.disabled &&= false;
}

// Streamlit tells whoever is there how to restart it in a terminal, and nobody can write behind that.
function closeConnectionError() {
  const titles = [...document.querySelectorAll(DIALOG_TITLE)];
  const title = titles.find(({ textContent }) => textContent === "Connection error");
  title?.closest("[role=dialog]").querySelector(CLOSE).click();
}

function chips() {
  return [...document.querySelectorAll(CHIP)];
}

function titles(chips) {
  return chips.map((chip) => chip.querySelector("[title]")?.title ?? "");
}

function refusedChips() {
  return [...document.querySelectorAll(`${CHIPS}[aria-invalid]`)];
}

function refused() {
  return refusedChips().map((chip) => {
    const { title } = chip.querySelector("[title]") ?? {};
    const alert = chip.querySelector("[role=alert]");
    const { renaming } = globalThis.livechatScreen;
    const why = [...(alert?.childNodes ?? [])].map((node) => renaming.said(node)).join("");
    const needsCookie = FORBIDDEN.test(why) && !hasUploadCookie();
    return { name: title, reason: TOO_LARGE.test(why) ? "size" : needsCookie ? "cookie" : "upload" };
  });
}

function isUploading() {
  return Boolean(document.querySelector(UPLOADING));
}

// Nothing else is heard of a press on a button that is disabled.
function isHeldUp(target) {
  return Boolean(target.closest?.(SEND)?.disabled) && isUploading();
}

function readSkipped(customer) {
  try {
    const kept = JSON.parse(localStorage.getItem(SKIPPED));
    return kept?.customer === customer ? [...kept.forms] : [];
  } catch {
    return [];
  }
}

// What the tab keeps may have been kept by another version of this script.

function asText(found) {
  return typeof found === "string" ? found : "";
}

function isObject(found) {
  return typeof found === "object" && found !== null;
}

function listOf(found, isOne) {
  return Array.isArray(found) ? found.filter(isOne) : [];
}

function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16)); // randomUUID is for https only
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function keyOf(widget) {
  return [...widget.classList].find((name) => name.startsWith("st-key-")).slice(7);
}

function formOf(widget) {
  const button = widget.closest(FORM).querySelector(SUBMIT)?.closest(WIDGET);
  return button ? keyOf(button).replace(/-[^-]*$/, "") : null; // its code is still to be loaded
}

function listIn(widget) {
  return widget.querySelector("[role=combobox]");
}

function fieldIn(widget) {
  return widget.querySelector("textarea, input:not([type=checkbox], [type=radio])");
}

function controlsIn(widget) {
  return [...widget.querySelectorAll("input, button")];
}

function isOn(control) {
  const state = control.getAttribute("aria-pressed") ?? control.getAttribute("aria-checked");
  return control.checked ?? state === "true";
}

function valueOf(widget) {
  return (listIn(widget) ?? fieldIn(widget))?.value ?? controlsIn(widget).map(isOn);
}

async function press(controls, wanted) {
  for (const [place, control] of controls.entries()) {
    const isKept = isOn(control) === wanted[place] || (!wanted[place] && control.type === "radio");
    if (isKept) continue;
    control.click();
    await new Promise((done) => setTimeout(done)); // until React has drawn it
  }
}

// As if it were typed: React sees no other change.
function setValue(field, value) {
  const { set } = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), "value");
  set.call(field, value);
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

// Whether another document has the tab of that ID; if not, this one has, until it is left.
function isHeld(tab, signal) {
  return navigator.locks ? isLocked(tab) : isAnswered(tab, signal);
}

function isLocked(tab) {
  return new Promise((answer) => {
    const hold = (lock) => {
      answer(!lock);
      return lock && new Promise((leave) => addEventListener("pagehide", leave, { once: true }));
    };
    const request = navigator.locks.request(`livechat-tab-${tab}`, { ifAvailable: true }, hold);
    request.catch(() => answer(false));
  });
}

// Without https there are no locks: who has it answers.
function isAnswered(tab, signal) {
  return new Promise((answer) => {
    let channel;
    try {
      channel = new BroadcastChannel("livechat-tab");
    } catch {
      return answer(false); // some frames have none
    }
    signal.addEventListener("abort", () => channel.close());
    const own = setTimeout(() => {
      channel.onmessage = ({ data }) => {
        if (data.tab === tab && data.asks) channel.postMessage({ tab });
      };
      answer(false);
    }, ANSWER_WITHIN);
    channel.onmessage = ({ data }) => {
      if (data.tab !== tab || data.asks) return;
      clearTimeout(own);
      channel.close();
      answer(true);
    };
    channel.postMessage({ tab, asks: true });
  });
}
