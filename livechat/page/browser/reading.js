// Where one reads. What it is for stands in screen.py, which joins it with screen.js.

const NEAR = 40; // pixels from the end that count as being there
const FOLLOWED_WITHIN = 1_500; // milliseconds: Streamlit scrolls smoothly
const PINNED_FOR = 3_000;
const OPENS_WITHIN = 4_000; // what is not there by then is not waited for, as in style.css
const STILL_AFTER = 150; // what has not changed for so long is whole

const APP = "[data-testid=stApp]";
const SCROLLER = "[data-testid=stAppScrollToBottomContainer]";
const HEADERS = "[data-testid=stHeader], .st-key-header";
const BOTTOM = "[data-testid=stBottom]";
const CLOSED = ".st-key-header, .st-key-conversation, .st-key-kept";
const ASKED = ".st-key-asking";
const REQUIRED = ".st-key-asking [class*=-required] :is(input, textarea, button)";
const WAITING = ".st-key-waiting";
const DRAWN = ".st-key-transcript [data-testid=stHtml], .st-key-asking [data-testid=stForm]";
const SKELETON = "[data-testid=stSkeleton]";
const PARTS = "[data-testid=stChatMessage], [data-testid=stForm]";
const MESSAGE = "[data-testid=stChatMessage]";
const CONTENT = "[data-testid=stChatMessageContent]";
const EVENT = `${MESSAGE} [id^=event-]`;
const FOLD = "[class*=st-key-more-] button";
const SCROLLS = ["PageUp", "PageDown", "Home", "End", "ArrowUp", "ArrowDown", "Tab", " "];

class Reading {
  isAtEnd = true;
  top = 0;
  ownCount = 0;
  isOpening = true;
  coming = null; // a message that may yet grow
  pinned = null; // what is kept in view: `part` returns it, and `until` when
  read = new Set(); // the IDs of events
  whole = new WeakSet();
  heights = new WeakMap();

  constructor(signal) {
    const on = (type, hear) => addEventListener(type, hear, { capture: true, passive: true, signal });
    on("scroll", ({ target }) => target === this.scroller && this.scrolled());
    on("click", ({ target }) => target.closest?.(FOLD) && this.unfolds());
    for (const does of ["wheel", "touchmove", "pointerdown", "keydown"]) {
      on(does, (event) => event.isTrusted && this.acts(event));
    }
    on("visibilitychange", () => (this.wasHidden ||= document.hidden));
    this.wasHidden = document.hidden;
    this.sizes = new ResizeObserver(() => this.resized());
    this.opens = setInterval(openAnyway, OPENS_WITHIN);
    signal.addEventListener("abort", () => {
      this.sizes.disconnect();
      for (const timer of [this.timer, this.stills]) clearTimeout(timer);
      clearInterval(this.opens);
      this.pinned = null;
    });
  }

  use(words, button) {
    Object.assign(this, { words, button });
  }

  look() {
    this.findScroller();
    if (!this.scroller) return;
    if (this.isOpening && !this.pinned) this.pin(() => firstAsked() ?? messages().at(-1));
    this.stills ??= setTimeout(() => this.lookIfStill(), STILL_AFTER);
    this.lookForNews();
  }

  findScroller() {
    const scroller = document.querySelector(SCROLLER);
    if (scroller === this.scroller) return;
    this.sizes.disconnect();
    this.scroller = scroller;
    if (!scroller) return;
    this.top = scroller.scrollTop;
    for (const part of [scroller, ...scroller.children]) this.sizes.observe(part);
  }

  // The page opens at its end, or where what stands there begins, until the visitor does something.
  // What comes is seen when it is whole: when nothing of it is loading, and it does not grow.
  lookIfStill() {
    this.stills = null;
    const parts = [...document.querySelectorAll(PARTS)].filter((part) => !this.whole.has(part));
    let isStill = !isRunning();
    for (const part of parts) {
      const { offsetHeight } = part;
      const isWhole = offsetHeight === this.heights.get(part) && !part.querySelector(SKELETON);
      this.heights.set(part, offsetHeight);
      if (isWhole) this.isWhole(part);
      else isStill = false;
    }
    if (this.isOpening && isStill && document.querySelector(DRAWN)) this.open();
    const isDone = parts.every((part) => this.whole.has(part)) && !this.isOpening;
    if (!isDone) this.stills = setTimeout(() => this.lookIfStill(), STILL_AFTER);
  }

  isWhole(part) {
    this.whole.add(part);
    part.dataset.livechatWhole = "";
  }

  open() {
    if (messages().length) document.documentElement.dataset.livechatOpened = "";
    this.openUntil ??= performance.now() + PINNED_FOR;
    if (performance.now() > this.openUntil) this.opened();
  }

  opened() {
    this.isOpening = false;
    this.pinned = null;
    document.documentElement.dataset.livechatOpened = "";
  }

  acts({ type, key, target }) {
    if (this.isOpening) this.opened();
    if (type === "keydown" && !(SCROLLS.includes(key) && !target.closest?.(BOTTOM))) return;
    if (type === "pointerdown" && target.closest?.(BOTTOM)) return;
    if (this.pinned && this.pinned.at < this.end) this.pinned = null;
  }

  // What is kept in view

  get end() {
    return this.scroller.scrollHeight - this.scroller.clientHeight;
  }

  get below() {
    return this.end - this.scroller.scrollTop;
  }

  // At the end; but what is too tall for that begins at the top, and the page with it if it can.
  placeOf(part) {
    const { end, scroller } = this;
    if (!part?.isConnected) return end;
    const { top, height } = scroller.getBoundingClientRect();
    const at = scroller.scrollTop + part.getBoundingClientRect().top - top;
    return at < height / 3 ? Math.min(end, 0) : Math.min(end, at - covered(scroller));
  }

  place(part) {
    const at = Math.round(this.placeOf(part));
    const { scroller } = this;
    if (at < Math.floor(this.end)) {
      // Streamlit, if it was at the end, follows it until it hears of scrolls after a wheel.
      scroller.dispatchEvent(new WheelEvent("wheel"));
      scroller.scrollTop = at;
      this.top = scroller.scrollTop;
      scroller.dispatchEvent(new Event("scroll"));
    } else {
      this.toEnd();
    }
    return at;
  }

  // With `holds` the reader is there for what begins there, and what comes does not move them on.
  pin(part, holds = true) {
    this.leading?.abort();
    this.setAtEnd(true);
    const pinned = (this.pinned = { part, holds, until: performance.now() + PINNED_FOR });
    const keep = () => {
      if (this.pinned !== pinned || !this.scroller) return;
      if (!this.isOpening && performance.now() > pinned.until) {
        this.pinned = null;
        if (isBeyond(messages().at(-1))) this.setAtEnd(false);
        return;
      }
      this.keepPinned();
      requestAnimationFrame(keep); // before Streamlit's next step
    };
    keep();
  }

  keepPinned() {
    if (this.fills && fillIn()) this.fills = false;
    const { part, holds } = this.pinned;
    this.pinned.at = this.place(part());
    this.isHeld = holds && this.end - this.pinned.at > NEAR;
  }

  scrolled() {
    const { scrollTop } = this.scroller;
    if (this.below <= NEAR) {
      this.isHeld = false;
      this.setAtEnd(true);
    }
    // What comes, or a keyboard, moves the end away; only who scrolls back leaves it.
    else if (scrollTop < this.top - 1) this.setAtEnd(false);
    this.top = scrollTop;
  }

  // Who wants more of a text reads on where it was cut, wherever the end goes.
  unfolds() {
    this.hasUnfolded = true;
    this.pinned = null;
    clearTimeout(this.timer);
    if (!this.scroller) return;
    this.scroller.dispatchEvent(new WheelEvent("wheel")); // ends Streamlit's way there
    this.scroller.scrollTop -= 2; // from the very end it follows
  }

  // Before the browser paints.
  resized() {
    const { hasUnfolded } = this;
    this.hasUnfolded = false;
    if (this.whole.has(this.coming)) this.coming = null;
    if (this.coming && this.isAtEnd && !this.pinned) this.comes(this.coming);
    if (this.pinned) this.keepPinned();
    this.measure();
    if (!this.isAtEnd || this.pinned || this.isHeld) return;
    const isNear = this.below <= NEAR;
    if (hasUnfolded) {
      if (!isNear) this.setAtEnd(false);
      return;
    }
    // Streamlit takes what has shrunk for a reader who scrolls back, and follows no more.
    if (isNear) {
      if (this.below >= 1) this.toEnd();
      return;
    }
    // Not what the visitor has unfolded.
    const newest = messages().at(-1);
    if (newest === this.followed) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.followed = newest;
      if (this.isAtEnd && this.scroller && !this.pinned) this.toEnd();
    }, FOLLOWED_WITHIN);
  }

  // For what sticks above the foot.
  measure() {
    const [{ style }, foot] = [document.documentElement, document.querySelector(BOTTOM)];
    style.setProperty("--livechat-foot", `${foot?.offsetHeight ?? 0}px`);
    const { backgroundColor } = getComputedStyle(document.querySelector(APP) ?? document.body);
    style.setProperty("--livechat-background", backgroundColor);
  }

  toEnd() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.top = this.scroller.scrollTop;
  }

  setAtEnd(isAtEnd) {
    if (isAtEnd === this.isAtEnd) return;
    this.isAtEnd = isAtEnd;
    if (!isAtEnd) {
      this.opened();
      this.isHeld = false;
    }
    this.tellNews(0);
    document.dispatchEvent(new Event("livechat-end"));
  }

  // What is new

  lookForNews() {
    if (document.hidden) return; // what comes is news when the page is seen again
    const all = messages();
    const own = all.filter((message) => this.isOwn(message));
    // Earlier messages may be the visitor's, too: what is said now comes after what was there.
    const hasSaid = own.length > this.ownCount && isAfter(own.at(-1), this.last);
    [this.ownCount, this.last] = [own.length, all.at(-1)];
    const news = this.news();
    // Who reads where something tall begins is not moved on.
    if (this.isHeld && !this.isOpening && !hasSaid && isBeyond(news.at(-1))) this.setAtEnd(false);
    const isSeen = this.isAtEnd && !this.wasHidden;
    this.wasHidden = false;
    if (hasSaid && !this.isOpening) {
      this.said(own.at(-1));
    } else if (this.isOpening) {
      this.seeAll();
    } else if (news.length) {
      this.mark(isSeen ? null : news[0]);
      if (!this.isAtEnd) this.tellNews(news.length);
      else if (!this.isHeld) this.comes(news[0]);
    }
    if (this.isAtEnd) this.seeAll();
  }

  // What waits for a form sticks to the foot, and the form is what comes next.
  said(message) {
    this.coming = null;
    const waits = message.closest(WAITING);
    this.fills = Boolean(waits);
    this.mark(null);
    this.seeAll();
    const own = () => messages().findLast((message) => this.isOwn(message));
    this.pin(() => (waits?.isConnected ? firstAsked() : own()), this.fills);
  }

  // The agents' messages that are not read, below what is.
  news() {
    const events = [...document.querySelectorAll(EVENT)];
    const last = events.findLastIndex(({ id }) => this.read.has(id));
    const unread = events.slice(last + 1).map((event) => event.closest(MESSAGE));
    return unread.filter((message) => !this.isOwn(message));
  }

  seeAll() {
    for (const { id } of document.querySelectorAll(EVENT)) this.read.add(id);
  }

  // Streamlit follows, smoothly. It does not know what begins at the top, and who wants less motion.
  // What is tall may be so only once it is whole, and what was said before is in view no longer.
  comes(message) {
    const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const isPinned = isStill || this.pinned || this.placeOf(message) < this.end - 1;
    this.coming = isPinned ? null : message;
    if (isPinned) this.pin(() => message);
  }

  goToNews() {
    const [first] = this.news();
    this.seeAll();
    this.pin(() => first);
  }

  isOwn(message) {
    return authorOf(message) === this.words.you;
  }

  // The line where the reader has left off. Where one was, its room stays, and nothing moves.
  mark(message) {
    const before = document.querySelector("[data-livechat-new]");
    if (message === before) return;
    if (message) {
      before?.removeAttribute("data-livechat-new");
      message.dataset.livechatNew = this.words.new;
    } else if (before) {
      before.dataset.livechatNew = "";
    }
  }

  tellNews(count) {
    if (!this.button) return;
    const said = counted(this.words.news_count, count);
    this.button.textContent = count ? `${said} ↓` : "";
    const bottom = document.querySelector(BOTTOM)?.getBoundingClientRect();
    if (!bottom) return;
    this.button.style.left = `${bottom.left + bottom.width / 2}px`;
    this.button.style.bottom = `${innerHeight - bottom.top + 8}px`;
  }
}

// How much of it a header covers that stays.
function covered(scroller) {
  const { top } = scroller.getBoundingClientRect();
  const edges = [...document.querySelectorAll(HEADERS)]
    .filter((header) => /fixed|sticky|absolute/.test(getComputedStyle(header).position))
    .map((header) => header.getBoundingClientRect())
    .filter((header) => header.height && header.top <= top + 1)
    .map(({ bottom }) => bottom - top);
  return Math.max(0, ...edges) + 8;
}

function firstAsked() {
  const asked = document.querySelector(ASKED);
  return asked?.offsetHeight > NEAR ? asked : null;
}

// The stylesheet may not come at all, and what it opens may be drawn anew.
function openAnyway() {
  for (const box of document.querySelectorAll(CLOSED)) {
    if (getComputedStyle(box).overflowY === "visible") continue;
    for (const part of [box, box.parentElement]) {
      Object.assign(part.style, { height: "auto", maxHeight: "none", overflow: "visible" });
    }
  }
}

// The first field that has to be; returns whether it has the focus.
function fillIn() {
  const fields = [...document.querySelectorAll(REQUIRED)].filter(({ disabled }) => !disabled);
  const field = fields.find(({ value }) => !value) ?? fields[0];
  field?.focus({ preventScroll: true });
  return document.activeElement === field;
}

// Whether its end is below what is on the screen.
function isBeyond(message) {
  const bottom = document.querySelector(BOTTOM)?.getBoundingClientRect().top ?? innerHeight;
  return Boolean(message) && message.getBoundingClientRect().bottom > bottom + NEAR;
}

// "Chat message from Kate", as Streamlit has it.
function authorOf(message) {
  const label = globalThis.livechatScreen?.renaming.said(message.querySelector(CONTENT), "aria-label");
  return label?.replace(/^.*? from /, "") ?? "";
}

function isAfter(message, last) {
  if (!last?.isConnected) return true;
  return Boolean(last.compareDocumentPosition(message) & Node.DOCUMENT_POSITION_FOLLOWING);
}

function messages() {
  return [...document.querySelectorAll(MESSAGE)];
}
