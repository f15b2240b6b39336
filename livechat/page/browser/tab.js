// It follows reader.js. What it is for stands in tab.py.

const KEPT_FOR = 10_000; // milliseconds

let mounted = new AbortController();
let forgotten; // what all tabs know to be forgotten, as this page began
let veil; // over a page that was forgotten since

function watchPage(data, setStateValue) {
  // Streamlit calls this again when the theme changes, and cleans up only after the last call.
  mounted.abort();
  const page = (mounted = new AbortController());
  const { signal } = page;

  watch(data, setStateValue, signal);

  const seesEnd = ({ reading, lightbox }) => reading.isAtEnd && !lightbox.isOpen;
  const tellEnd = () => setStateValue("at_end", !globalThis.livechatScreen || seesEnd(livechatScreen));
  document.addEventListener("livechat-end", tellEnd, { signal });
  if (globalThis.livechatScreen?.reading.isAtEnd === false) tellEnd();

  const tell = () => setStateValue("on_screen", !document.hidden);
  document.addEventListener("visibilitychange", tell, { signal });
  if (document.hidden) tell();

  let kept = new AbortController();
  const onClick = ({ target }) => {
    const button = target.closest(".st-key-earlier button");
    if (!button) return;
    kept.abort();
    kept = new AbortController();
    keep(button, kept);
  };
  document.addEventListener("click", onClick, { capture: true, signal });
  signal.addEventListener("abort", () => kept.abort());
  return () => {
    page.abort();
    veil?.remove();
    forgotten = veil = undefined; // who is drawn anew is somebody else
  };
}

// A tab that stands still, or sleeps, hears of it when it wakes up.
function watch(data, setStateValue, signal) {
  const forget = () => {
    for (const key of keysOf(data)) sessionStorage.removeItem(key);
    if (!veil) document.head.append((veil = veiling(data.says)));
    if (veil.dataset.told === data.visit) return;
    veil.dataset.told = data.visit;
    setStateValue("forgotten", data.visit);
  };
  const now = () => {
    try {
      return localStorage.getItem(data.forgotten);
    } catch {
      return null; // some browsers keep nothing
    }
  };
  const look = () => (veil || now() !== forgotten) && forget();
  if (forgotten === undefined) {
    forgotten = now();
    if (data.sent && !has(data.sent)) forget(); // forgotten while this page was loading
  } else {
    look();
  }
  for (const wakes of ["visibilitychange", "pageshow", "resume", "storage"]) {
    addEventListener(wakes, look, { capture: true, signal });
  }
  try {
    const channel = new BroadcastChannel(data.forgotten);
    channel.addEventListener("message", forget, { signal });
    signal.addEventListener("abort", () => channel.close());
  } catch {
    // Some browsers keep channels from some frames, or have none; it is told in their storage, too.
  }
}

function has(cookie) {
  try {
    return document.cookie.split("; ").some((one) => one.startsWith(`${cookie}=`));
  } catch {
    return true; // not for this frame to see
  }
}

function keysOf({ keys }) {
  try {
    return Object.keys(sessionStorage).filter((key) => key.startsWith(keys));
  } catch {
    return [];
  }
}

function veiling(text) {
  const style = document.createElement("style");
  style.textContent = `
    body > * { display: none !important; }
    body::before {
      content: ${JSON.stringify(text)};
      position: fixed;
      inset: 0;
      display: grid;
      place-items: center;
    }`;
  return style;
}

function keep(button, kept) {
  const { signal } = kept;
  const scroller = scrollerOf(button);
  const { top: edge } = scroller.getBoundingClientRect();
  const read = [...scroller.querySelectorAll("[data-testid=stChatMessage]")].find(
    (message) => message.getBoundingClientRect().bottom > edge,
  );
  if (!read) return;
  let { top } = read.getBoundingClientRect();
  let scrolled = scroller.scrollTop;

  // Observers of sizes are called before the browser paints: nothing is seen to jump.
  const observer = new ResizeObserver(() => {
    scroller.scrollTop += read.getBoundingClientRect().top - top;
    scrolled = scroller.scrollTop;
  });
  for (let part = read.parentElement; part && part !== scroller; part = part.parentElement) {
    observer.observe(part);
  }
  scroller.style.overflowAnchor = "none"; // some browsers would move it, too

  // Who scrolls meanwhile has it kept where it is then.
  const onScroll = () => {
    top -= scroller.scrollTop - scrolled;
    scrolled = scroller.scrollTop;
  };
  scroller.addEventListener("scroll", onScroll, { passive: true, signal });
  const timer = setTimeout(() => kept.abort(), KEPT_FOR);
  signal.addEventListener("abort", () => {
    clearTimeout(timer);
    observer.disconnect();
    scroller.style.overflowAnchor = "";
  });
}

function scrollerOf(element) {
  for (let part = element.parentElement; part; part = part.parentElement) {
    if (/auto|scroll/.test(getComputedStyle(part).overflowY)) return part;
  }
  return document.scrollingElement;
}
