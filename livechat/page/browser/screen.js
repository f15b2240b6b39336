// It follows what it is made of. What it is for stands in screen.py.

class Screen {
  listening = new AbortController();

  constructor() {
    const { signal } = this.listening;
    this.language = new Language();
    this.framing = new Framing(signal);
    this.reading = new Reading(signal);
    this.alerting = new Alerting(signal, this.reading);
    this.focus = new Focus(signal, () => this.changed());
    this.naming = new Naming();
    this.renaming = new Renaming(signal);
    this.motion = new Motion(signal);
    this.lightbox = new Lightbox(signal);
    this.cards = new Cards();
    this.copying = new Copying(signal);
    const observer = new MutationObserver((records) => {
      this.focus.watch(records);
      if (document.hidden && this.words) this.alerting.look(); // no frame comes
      this.changed();
    });
    const attributeFilter = ["disabled", "data-test-script-state", "data-collapsed"];
    observer.observe(document.body, { childList: true, subtree: true, attributeFilter });
    document.addEventListener("visibilitychange", () => this.changed(), { signal });
    signal.addEventListener("abort", () => observer.disconnect());
  }

  use(words, place, tell) {
    if (words.language) this.language.use(words.language, tell);
    if (words.streamlit) this.renaming.use(words.streamlit);
    const button = place.querySelector("#news");
    if (button) button.onclick = () => this.goToNews();
    this.reading.use(words, button);
    this.lightbox.use(words, place);
    for (const part of [this, this.alerting, this.motion, this.cards, this.copying]) {
      part.words = words;
    }
    this.changed();
  }

  goToNews() {
    this.reading.goToNews();
    this.focus.toInput();
  }

  // Once for all that changes in a frame. A hidden page has no frames, and looks when it has.
  changed() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      if (this.listening.signal.aborted || !this.words) return;
      const { language, reading, alerting, focus, naming, motion, lightbox, cards } = this;
      for (const part of [language, reading, alerting, focus, naming, motion, lightbox, cards]) {
        part.look();
      }
    });
  }
}

globalThis.livechatScreen?.listening.abort(); // a newer script ends the older one
globalThis.livechatScreen = new Screen();
