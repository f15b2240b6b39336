// A picture, large over the page. What it is for stands in lightbox.py; screen.js uses it.

const PICTURES = ".st-key-transcript :is(a, button).picture"; // links to the whole of it lead on
const MARK = "picture"; // of the history, where one is open

class Lightbox {
  constructor(signal) {
    addEventListener("click", (event) => this.pressed(event), { capture: true, signal });
  }

  use(words, place) {
    const dialog = place.querySelector("#lightbox");
    if (!dialog) return;
    const part = (id) => dialog.querySelector(`#${id}`);
    Object.assign(this, { words, dialog, stage: part("stage"), caption: part("caption") });
    Object.assign(this, { count: part("count"), full: part("full") });
    this.full.textContent = words.full_size;
    const steps = { previous: () => this.step(-1), next: () => this.step(1), close: () => dialog.close() };
    for (const [id, act] of Object.entries(steps)) {
      Object.assign(part(id), { ariaLabel: words[id], title: words[id], onclick: act });
    }
    dialog.onclick = ({ target }) => [dialog, this.stage].includes(target) && dialog.close();
    dialog.onkeydown = ({ key }) => {
      const isTurned = getComputedStyle(dialog).direction === "rtl";
      const way = { ArrowLeft: -1, ArrowRight: 1 }[key];
      if (way) this.step(isTurned ? -way : way);
    };
    dialog.onclose = () => this.closed();
  }

  // The way back leads through a frame's history: of its own Streamlit would hear, and draw the
  // page anew. It is there before a picture is pressed, since browsers ignore a frame without.
  look() {
    if (!this.dialog || this.frame?.isConnected || !document.querySelector(PICTURES)) return;
    this.isLeaving = false;
    this.frame = document.createElement("iframe");
    Object.assign(this.frame, { hidden: true, tabIndex: -1, srcdoc: "<p></p>" });
    this.frame.onload = () => {
      this.past = this.frame.contentWindow;
      this.past.onpopstate = ({ state }) => this.wentBack(state === MARK);
    };
    this.dialog.after(this.frame);
  }

  get isInHistory() {
    return this.past?.history.state === MARK;
  }

  get isOpen() {
    return Boolean(this.dialog?.open);
  }

  // Whoever wants a new tab, by a modifier or by the menu, gets one.
  pressed(event) {
    const isPlain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
    const picture = event.target.closest?.(PICTURES);
    if (!picture || !isPlain || !this.dialog?.isConnected) return;
    event.preventDefault();
    this.open(picture);
  }

  open(picture) {
    if (this.isLeaving) {
      this.waiting = picture;
      return;
    }
    this.opener = picture;
    if (!this.isInHistory) this.past?.history.pushState(MARK, "");
    this.show(picture);
    this.dialog.showModal();
    this.caption.ariaLive = "polite"; // from the second on
    this.tellEnd();
  }

  closed() {
    if (this.isOpen) return; // again, before the browser has told
    this.stage.replaceChildren(); // what moves or loads need not go on
    this.caption.ariaLive = null;
    if (this.isInHistory && !this.isLeaving) this.leave();
    if (!this.opener?.isConnected) (this.same(this.opener) ?? document.querySelector(INPUT))?.focus();
    this.tellEnd();
  }

  // It hides what is written meanwhile, which is not seen then.
  tellEnd() {
    if (livechatScreen.reading.isAtEnd) document.dispatchEvent(new Event("livechat-end"));
  }

  leave() {
    this.isLeaving = true;
    this.past.history.back();
  }

  wentBack(isForward) {
    if (isForward) { // to what is closed
      this.leave();
      return;
    }
    this.isLeaving = false;
    this.dialog.close();
    const { waiting } = this;
    this.waiting = null;
    if (waiting?.isConnected) this.open(waiting);
  }

  get all() {
    return [...document.querySelectorAll(PICTURES)];
  }

  // A message may have been drawn anew.
  same(picture) {
    return this.all.find((other) => other.outerHTML === picture?.outerHTML);
  }

  step(way) {
    const { all } = this;
    const at = all.indexOf(this.picture.isConnected ? this.picture : this.same(this.picture));
    const next = all[at + way];
    if (at >= 0 && next) this.show(next);
  }

  show(picture) {
    this.picture = picture;
    const { all, words } = this;
    const at = all.indexOf(picture);
    const small = picture.querySelector("img");
    this.dialog.ariaLabel = this.caption.textContent = small.alt;
    const count = words.picture_of.replace("{at}", written(at + 1)).replace("{count}", written(all.length));
    this.count.textContent = all.length > 1 ? count : "";
    for (const [id, isThere] of [["previous", at > 0], ["next", at + 1 < all.length]]) {
      // Disabled it would lose the focus.
      const button = this.dialog.querySelector(`#${id}`);
      button.ariaDisabled = !isThere;
      button.hidden = all.length < 2;
    }
    this.full.hidden = !picture.href;
    if (picture.href) this.full.href = picture.href;
    this.stage.replaceChildren(this.large(picture, small));
  }

  // It has its size before it is there, and what is there of it already.
  large(picture, small) {
    const large = new Image();
    const size = (wide, high) => {
      if (!wide || !high) return;
      large.style.setProperty("--wide", wide);
      large.style.setProperty("--high", high);
    };
    size(small.naturalWidth, small.naturalHeight);
    size(...(small.dataset.size ?? "").split(" ").map(Number));
    if (small.naturalWidth && !small.dataset.halted) {
      large.style.backgroundImage = `url(${JSON.stringify(small.currentSrc)})`;
    }
    large.alt = small.alt;
    large.referrerPolicy = "no-referrer"; // as the link has it
    large.onload = () => {
      large.style.backgroundImage = "";
      size(large.naturalWidth, large.naturalHeight);
      halt(large, this.words);
    };
    large.onerror = () => {
      const note = document.createElement("p");
      note.textContent = this.words.no_picture;
      large.replaceWith(note);
    };
    large.src = picture.href || small.currentSrc || small.src;
    return large;
  }
}
