// Where the focus is. What it is for stands in screen.py, which joins it with screen.js.

const [BEGINS_WITHIN, ANSWERED_WITHIN, DRAWN_WITHIN] = [1_500, 60_000, 2_000]; // milliseconds

const MAIN = "#stMain";
const INPUT = "[data-testid=stChatInputTextArea]";
const MENU = ".st-key-menu button";
const ASKING = ".st-key-asking";
const FORM = "[data-testid=stForm]";
const FAULT = "[class*=st-key-][class*=-fault]";
const TYPED = "input, textarea";
const FOCUSABLE = "input, textarea, button:not([disabled]), a[href]";

class Focus {
  // `changed` is called when what is looked for here may have changed without any element.
  constructor(signal, changed) {
    this.changed = changed;
    const on = (type, hear) => addEventListener(type, hear, { capture: true, passive: true, signal });
    on("focusin", ({ target }) => this.focused(target));
    on("focusout", ({ target }) => setTimeout(() => this.left(target)));
    on("keydown", (event) => {
      this.isByKeyboard = true;
      this.submitted = null;
      const isLine = event.target.matches?.("input") || event.ctrlKey || event.metaKey;
      if (event.key === "Enter" && isLine) this.submits(event.target);
    });
    on("pointerdown", () => {
      this.isByKeyboard = false;
      this.submitted = null;
    });
    on("click", ({ target }) => {
      if (target.closest?.("[data-testid=stFormSubmitButton]")) this.submits(target);
    });
    signal.addEventListener("abort", () => clearTimeout(this.waiting));
  }

  // At once, since it may be over when `look` is called.
  watch(records) {
    if (this.submitted && isRunning()) this.submitted.hasRun = true;
    const { held } = this;
    const isDisabling = ({ attributeName, target }) =>
      attributeName === "disabled" && target === held?.target;
    if (records.some(isDisabling)) held.wasDisabled = true;
  }

  look() {
    this.keepFocus();
    this.showFaults();
  }

  focused(target) {
    const popup = target.closest?.("[role=dialog], [role=menu]");
    if (!popup) this.opener = target;
    this.held = { target, popup, asking: target.closest?.(ASKING) };
  }

  // Who has it nowhere by their own doing wants it nowhere.
  left(target) {
    const { held } = this;
    if (held?.target !== target || hasFocus()) return;
    if (isThere(target) && !held.wasDisabled) this.held = null;
    else this.changed();
  }

  // What has the focus may go, or be disabled: then the browser has it nowhere.
  keepFocus() {
    const { target, popup, asking, wasDisabled } = this.held ?? {};
    if (hasFocus() && isThere(target)) this.held.wasDisabled = false;
    if (!target || hasFocus() || (isThere(target) && !wasDisabled)) return;
    // Where a keyboard would come up on the screen, nothing to type in gets it unasked.
    const mayType = this.isByKeyboard || matchMedia("(pointer: fine)").matches;
    const isFit = (part) => isThere(part) && (mayType || !part.matches(TYPED));
    if (!mayType && target.matches(TYPED)) return;
    const nextIn = (part) => part?.isConnected && part.querySelector(FOCUSABLE);
    const heirs = popup
      ? [this.opener, document.querySelector(MENU)]
      : [nextIn(asking), counterpartOf(target)];
    const last = document.querySelector(mayType ? INPUT : MAIN);
    const heir = [target, ...heirs, last].find(isFit);
    heir?.focus({ preventScroll: !asking || heir === last });
    clearTimeout(this.waiting);
    if (heir) return;
    // Streamlit may be about to draw the input anew; a page that is over has none.
    const wait = () => hasFocus() || nextIn(document.querySelector(MAIN))?.focus();
    this.waiting = setTimeout(wait, DRAWN_WITHIN);
  }

  toInput() {
    if (this.isByKeyboard) document.querySelector(INPUT)?.focus({ preventScroll: true });
  }

  submits(part) {
    const form = part.closest(FORM);
    if (!form) return;
    this.submitted = { form, at: performance.now() };
    setTimeout(this.changed, BEGINS_WITHIN + 1); // a run may be over before it is noticed
  }

  // A form that comes back with faults: the first one gets the focus, once the run is over.
  showFaults() {
    const { form, at, hasRun } = this.submitted ?? {};
    if (!form) return;
    const waited = performance.now() - at;
    const isOver = !isRunning() && (hasRun || waited > BEGINS_WITHIN);
    const fault = form.isConnected && isOver && form.querySelector(FAULT);
    if (!form.isConnected || waited > ANSWERED_WITHIN) this.submitted = null;
    if (!fault) return;
    this.submitted = null;
    partsOf(fault)?.querySelector(FOCUSABLE)?.focus();
  }
}

// What is drawn of the field that the fault belongs to.
function partsOf(fault) {
  return fault.closest("[data-testid=stLayoutWrapper]")?.parentElement;
}

// What opens something goes when it is open, and what closes it comes.
function counterpartOf(target) {
  const controlled = target.getAttribute("aria-controls");
  return controlled && document.querySelector(`[aria-controls="${CSS.escape(controlled)}"]`);
}

function isThere(part) {
  return Boolean(part?.isConnected && !part.disabled);
}

function hasFocus() {
  return document.activeElement && document.activeElement !== document.body;
}
