// What it is for stands in document.py. It is joined with screen.js.

// What the page itself says, and nobody else; each language's name is in that language.
const OWN = [
  ".st-key-row",
  ".st-key-header :is(h1, .presence)",
  ".notice",
  ".head time",
  ".head bdi",
  ".st-key-earlier",
  "[data-testid=stChatInput]",
  "[class*=st-key-speak-]",
].join();
const NAMES = "[class*=st-key-speak-]";

class Language {
  use(about, tell) {
    const { own, spoken, chosen, known, place, parameter } = about;
    if (own !== this.isOwn) {
      for (const part of document.querySelectorAll("[translate=no]")) part.removeAttribute("translate");
    }
    this.isOwn = own;
    if (chosen) remember(place, chosen);
    const kept = chosen ?? remembered(place);
    this.veil = kept === spoken ? place : null;
    if (!known.includes(kept)) return;
    nameInAddress(parameter, kept);
    if (kept !== spoken) tell("language", kept);
  }

  look() {
    if (this.veil && !isRunning()) {
      for (const veil of document.body.getAnimations()) if (veil.id === this.veil) veil.cancel();
    }
    for (const part of this.isOwn ? document.querySelectorAll(OWN) : []) part.translate = false;
    for (const part of document.querySelectorAll(NAMES)) {
      part.lang = [...part.classList].find((name) => name.startsWith("st-key-speak-")).slice(13);
    }
  }
}

function isRunning() {
  return document.querySelector("[data-test-script-state=running]") !== null;
}

function remembered(place) {
  try {
    return sessionStorage.getItem(place);
  } catch {
    return null; // some browsers keep nothing
  }
}

function remember(place, language) {
  try {
    sessionStorage.setItem(place, language);
  } catch {
    // The address does.
  }
}

// Not by Streamlit, whose every change of it is one more step for the browser's way back.
function nameInAddress(parameter, language) {
  const address = new URL(location.href);
  if (address.searchParams.get(parameter) === language) return;
  address.searchParams.set(parameter, language);
  try {
    history.replaceState(history.state, "", address);
  } catch {
    // Not in some frames.
  }
}
