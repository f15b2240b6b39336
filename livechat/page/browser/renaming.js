// What Streamlit says by itself, in the language of the page. What it is for stands in renaming.py,
// which has the words and where to look for them; screen.py joins it with screen.js.

const LABELS = ["aria-label", "title"];
const LOCALE = Symbol.for("react-aria.i18n.locale"); // which Streamlit's lists and dialogs go by
const UNITS = { B: ["B", 1], KB: ["KB", 1], MB: ["MB", 1], GB: ["MB", 1000] };

// What stood there before, by node and label: a newer script, or another language, goes by that, too.
const streamlits = (globalThis.livechatStreamlits ??= new WeakMap());

class Renaming {
  names = [];
  everywhere = "";

  constructor(signal) {
    const observer = new MutationObserver((records) => {
      for (const { type, target, addedNodes } of records) {
        if (type === "childList") for (const node of addedNodes) this.within(node);
        else this.rename(type === "attributes" ? target : target.parentElement);
      }
    });
    const what = { childList: true, characterData: true, attributeFilter: LABELS };
    observer.observe(document.body, { subtree: true, ...what });
    signal.addEventListener("abort", () => observer.disconnect());
  }

  use({ names, sizes, locale }) {
    if (globalThis[LOCALE] !== locale) {
      globalThis[LOCALE] = locale;
      dispatchEvent(new Event("languagechange"));
    }
    const told = JSON.stringify([names, sizes]);
    if (told === this.told) return;
    this.told = told;
    this.sizes = sizes;
    this.names = Object.entries(names).map(([place, all]) => [
      place,
      Object.entries(all).map(([theirs, ours]) => [shapeOf(theirs), ours]),
    ]);
    this.everywhere = Object.keys(names).join();
    this.within(document.body);
  }

  // What Streamlit says there, whatever it is called now.
  said(node, label = "") {
    const now = label ? node?.getAttribute(label) : node?.data;
    const known = node && streamlits.get(node)?.[label];
    return known?.ours === now ? (known?.theirs ?? now) : now;
  }

  within(node) {
    if (!(node instanceof Element)) return this.rename(node.parentElement);
    this.rename(node);
    if (!this.everywhere) return;
    for (const part of node.querySelectorAll(this.everywhere)) this.rename(part);
  }

  rename(part) {
    if (!this.everywhere || !part?.matches(this.everywhere)) return;
    const all = this.names.flatMap(([place, names]) => (part.matches(place) ? names : []));
    for (const label of LABELS) {
      if (part.hasAttribute(label)) {
        this.put(part, label, all, (ours) => {
          if (ours) part.setAttribute(label, ours);
          else part.ariaHidden = true;
        });
      }
    }
    for (const node of part.childNodes) {
      if (node.nodeType === Node.TEXT_NODE) this.put(node, "", all, (ours) => (node.data = ours));
    }
  }

  put(node, label, all, write) {
    const theirs = this.said(node, label);
    const ours = this.instead(all, theirs.trim());
    if (ours === undefined || ours === (label ? node.getAttribute(label) : node.data)) return;
    streamlits.set(node, { ...streamlits.get(node), [label]: { theirs, ours } });
    write(ours);
  }

  instead(all, theirs) {
    for (const [shape, ours] of all) {
      const found = shape.exec(theirs);
      if (!found) continue;
      const { count, size, ...rest } = found.groups ?? {};
      const filled = { ...rest, size: size && this.sized(size) };
      const sentence = count ? counted(ours, Number(count)) : ours;
      return sentence.replace(/{(\w+)}/g, (whole, place) => filled[place] ?? whole);
    }
  }

  sized(size) {
    const [unit, times] = UNITS[size.match(/[A-Z]+/)[0]];
    return this.sizes[unit].replace("{size}", () => written(parseFloat(size) * times));
  }
}

// {…} is whatever stands there.
function shapeOf(theirs) {
  const parts = theirs.replace(/[.*+?^$()|[\]\\]/g, "\\$&").replace(/{(\w+)}/g, (_, place) => {
    return `(?<${place}>${{ size: "[\\d.]+(?:B|KB|MB|GB)", count: "\\d+" }[place] ?? ".+"})`;
  });
  return new RegExp(`^${parts}$`, "s");
}
