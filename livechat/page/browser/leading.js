// Follows keeper.js. What it is for stands in leading.py.

const SOUGHT_FOR = 10_000; // milliseconds: what is earlier has to be drawn first
const SHOWN_FOR = 3_000;
const SCROLLER = "[data-testid=stAppScrollToBottomContainer]";
const BOTTOM = "[data-testid=stBottom]";
const SCROLLS = ["PageUp", "PageDown", "Home", "End", "ArrowUp", "ArrowDown", "Tab", "Enter", " "];

function leadTo({ id, wanted }) {
  const lead = () => {
    const message = document.getElementById(id)?.closest("[data-testid=stChatMessage]");
    if (!message || document.querySelector("[role=dialog]")) return false;
    hold(message, wanted);
    message.tabIndex = -1;
    message.focus({ preventScroll: true });
    const outline = ["2px solid currentcolor", "2px solid transparent"];
    message.animate({ outline, borderRadius: ["0.5rem", "0.5rem"] }, SHOWN_FOR);
    return true;
  };
  if (lead()) return;
  const observer = new MutationObserver(() => lead() && observer.disconnect());
  observer.observe(document.body, { childList: true, subtree: true });
  setTimeout(() => observer.disconnect(), SOUGHT_FOR);
}

// Streamlit, if it was at the end, goes on following it until a wheel stops it and it hears of
// scrolls while nothing changes. What the visitor does in the transcript meanwhile goes first, and
// so does what they send; who only writes goes on reading.
function hold(message, wanted) {
  const held = new AbortController();
  globalThis.livechatScreen.reading.leading?.abort();
  Object.assign(globalThis.livechatScreen.reading, { leading: held, pinned: null });
  const how = { capture: true, passive: true, signal: held.signal };
  const scroller = message.closest(SCROLLER);
  let range = null;
  const scroll = () => {
    if (held.signal.aborted) return;
    scroller?.dispatchEvent(new WheelEvent("wheel"));
    const isLong = scroller && message.offsetHeight > scroller.clientHeight / 2;
    if (isLong && !range?.startContainer.isConnected) range = rangeIn(message, wanted);
    if (range) {
      const { top, bottom } = range.getBoundingClientRect();
      scroller.scrollTop += (top + bottom - scroller.clientHeight) / 2;
    } else {
      message.scrollIntoView({ block: "center" });
    }
    scroller?.dispatchEvent(new Event("scroll"));
    requestAnimationFrame(scroll); // before Streamlit's next step
  };
  for (const does of ["wheel", "pointerdown", "touchstart", "keydown", "click"]) {
    addEventListener(does, (event) => moves(event) && held.abort(), how);
  }
  setTimeout(() => held.abort(), SHOWN_FOR);
  scroll();
}

function moves({ type, target, key, isTrusted }) {
  if (!isTrusted) return false;
  if (type === "wheel") return true;
  return !target.closest?.(BOTTOM) && (type !== "keydown" || SCROLLS.includes(key));
}

// Where in a long message that is which was sought: the first place that reads the same, as
// `sought.py` has it, but for the few letters that the browser does not decompose.
function rangeIn(message, wanted) {
  const walker = document.createTreeWalker(message, NodeFilter.SHOW_TEXT);
  const places = [];
  let read = "";
  for (let node; (node = walker.nextNode()); ) {
    let at = 0;
    for (const character of node.data) {
      const folded = /\s/.test(character)
        ? " ".repeat(!read.endsWith(" "))
        : character.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
      read += folded;
      for (let unit = 0; unit < folded.length; unit++) places.push([node, at]);
      at += character.length;
    }
  }
  const found = read.indexOf(wanted);
  if (found < 0) return null;
  const range = document.createRange();
  const [node, at] = places[found];
  range.setStart(node, at);
  range.setEnd(node, at + 1);
  return range;
}
