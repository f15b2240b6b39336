// Sent anew with each run of the page, so it is short. What it is for stands in tab.py.

const KEPT_FOR = 10_000; // milliseconds

let mounted = new AbortController();

export default function ({ setStateValue }) {
  // Streamlit calls this again when the theme changes, and cleans up only after the last call.
  mounted.abort();
  const page = (mounted = new AbortController());
  const { signal } = page;

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
  return () => page.abort();
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
