// It goes before push.js. What it is for stands in greetings.py.

const LONGEST_GREETING = 100_000; // characters, far more than LiveChat lets anybody write
const FRAMED = /^\/~\/\+\//; // where Community Cloud has the app, which no visitor's address shows

class Greetings {
  leaving = null; // one for who is about to leave the page
  welcome = {}; // what LiveChat has said so far of the welcome message that it was asked for
  page = null; // where LiveChat knows the visitor to be

  constructor(line, signal) {
    this.line = line;
    const leave = () => this.leaving && this.line.tell({ greeting: this.leaving });
    document.documentElement.addEventListener("mouseleave", leave, { signal });
  }

  // What there is after a login, which tells it anew, but for a welcome message.
  atLogin(greeting) {
    const { told, data } = this.line;
    const arrived = this.arrives(greeting?.accepted ? null : greeting);
    const now = arrived ?? (told.greeting?.is_welcome_message ? told.greeting : null);
    if (!now && data.welcomes) {
      this.welcome = {};
      this.line.ask("request_welcome_message", data.group === null ? {} : { group_id: data.group });
    }
    return now;
  }

  // Who says it LiveChat answers, what it says it pushes, in either order. A greeting goes first.
  hearWelcome({ id, predicted_agent, event }) {
    if (id !== this.welcome.unique_id) this.welcome = { is_welcome_message: true, unique_id: id };
    this.welcome.agent ??= predicted_agent;
    this.welcome.event ??= event;
    const { welcome } = this;
    const isWhole = isGreeting(welcome) && welcome.agent && welcome.event;
    if (isWhole && !this.line.told.greeting) this.line.pass({ greeting: { ...welcome } });
  }

  hear(greeting) {
    if (isGreeting(greeting)) this.line.pass({ greeting: this.arrives(greeting) });
  }

  end({ unique_id }) {
    if (this.leaving?.unique_id === unique_id) this.leaving = null;
    if (this.line.told.greeting?.unique_id === unique_id) this.line.pass({ greeting: null });
  }

  // Returns what is to be shown now.
  arrives(greeting) {
    this.leaving = null;
    if (!isGreeting(greeting)) return null;
    const isShown = greeting.unique_id === this.line.told.greeting?.unique_id;
    if (!greeting.is_exit_intent || isShown) return greeting;
    this.leaving = greeting;
    return null;
  }

  // The browser's tabs (reader.js) hear which one is shown. Of welcome messages each has its own.
  get shown() {
    const { unique_id = null, is_welcome_message } = this.line.told.greeting ?? {};
    return is_welcome_message ? "welcome" : unique_id;
  }

  // One that is shown where nobody sees it is to be had here.
  lacks(id) {
    return Boolean(id) && id !== this.shown;
  }

  // What another tab has is shown here as long as LiveChat shows it.
  follow(id) {
    return id === this.shown ? this.line.told.greeting : null;
  }

  // Where the visitor is

  where() {
    const { origin, pathname, search } = location;
    const { title, fields = [] } = this.line.data.page ?? {};
    const given = [...new URLSearchParams(search)].filter(([name]) => fields.includes(name));
    const query = given.length ? `?${new URLSearchParams(given)}` : "";
    const page = { url: origin + pathname.replace(FRAMED, "/") + query, title };
    this.page = JSON.stringify(page);
    return page;
  }

  // With each tick.
  look() {
    const before = this.page;
    if (!this.line.isLoggedIn) return;
    const page = this.where();
    if (this.page !== before) this.line.ask("update_customer_page", page);
  }
}

function isGreeting(greeting) {
  const isOne = typeof greeting?.unique_id === "string";
  return isOne && JSON.stringify(greeting).length <= LONGEST_GREETING;
}
