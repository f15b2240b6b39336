// It goes before push.js. What it is for stands in sneak_peek.py.

const PEEKS_AFTER = 2_000; // milliseconds
const INPUT = "[data-testid=stChatInputTextArea]";

class Peek {
  sent = "";
  sentAt = -Infinity;
  isWriting = false; // not what the page itself has put into the input
  closed = null; // the thread that was closed last: the app has yet to hear of it

  constructor(line, signal) {
    this.line = line;
    const note = ({ isTrusted, target }) => {
      if (!isTrusted || !target.matches?.(INPUT)) return;
      this.enter();
      this.isWriting = true;
    };
    addEventListener("input", note, { capture: true, signal });
  }

  // What is in the input already was not written in this thread.
  enter() {
    const { peek } = this.line.data;
    if (peek?.thread === this.thread) return;
    this.thread = peek?.thread;
    this.sent = "";
    this.isWriting = false;
  }

  // With each tick.
  look() {
    this.enter();
    const { peek } = this.line.data;
    const now = performance.now();
    const isOpen = peek && this.thread !== this.closed && this.line.isLoggedIn;
    if (!isOpen || now - this.sentAt < PEEKS_AFTER) return;
    const { value = "" } = document.querySelector(INPUT) ?? {};
    this.isWriting &&= value !== "";
    const text = this.isWriting && value.trim() ? (value.toWellFormed?.() ?? value) : "";
    if (text === this.sent || new TextEncoder().encode(text).length > peek.longest) return;
    this.sent = text;
    this.sentAt = now;
    this.line.ask("send_sneak_peek", { chat_id: peek.chat, sneak_peek_text: text });
  }
}
