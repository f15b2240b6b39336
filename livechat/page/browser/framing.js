// A frame that its page has closed, or scrolled away, is as hidden as a page behind another tab, of
// which alone browsers tell. What it is for stands in screen.py, which joins it with screen.js.

class Framing {
  constructor(signal) {
    if (globalThis.top === globalThis) return;
    // Where whoever wants to know asks.
    const { get } = Object.getOwnPropertyDescriptor(Document.prototype, "hidden");
    let isAway = false;
    Object.defineProperty(document, "hidden", {
      get: () => isAway || get.call(document),
      configurable: true,
    });
    const observer = new IntersectionObserver((entries) => {
      const before = document.hidden;
      isAway = !entries.at(-1).isIntersecting;
      if (document.hidden === before) return;
      document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
    });
    observer.observe(document.documentElement);
    signal.addEventListener("abort", () => observer.disconnect());
  }
}
