// It follows what it is made of. What it is for stands in push.py.

// Milliseconds. A silent connection is closed after 30 s (6.1), a login takes 15 s at most (6.6).
const [TICK, PING_AFTER, PONG_WITHIN, LOGIN_WITHIN] = [1_000, 15_000, 10_000, 15_000];
const [FIRST_PAUSE, LONGEST_PAUSE, BLOCKED_FOR] = [1_000, 60_000, 60_000];
const [SPREAD, READ_WITHIN] = [10_000, 1_000];
// What is pushed may wait for so long where nobody sees it, and what the app asks for is old then.
const [HIDDEN_FOR, HOLD_LASTS] = [3_000, 30_000];
// Streamlit may lose what is told: then it is told again, and more and more rarely.
const [HEARD_WITHIN, LONGEST_WAIT] = [10_000, 60_000];
const JUMP = 5_000; // of the wall clock: it was set, or the machine has slept

const LATEST = 20; // pushed events, and threads, that are told by their ID

// What a push is to the page: a reason to look, or to read the threads, which no look replaces. What
// has happened in one thread is a reason to read that one, however old it is.
const RINGS = new Map([
  ["incoming_chat", "looks"],
  ["chat_deactivated", "looks"],
  ["user_added_to_chat", "looks"],
  ["user_removed_from_chat", "looks"],
  ["events_marked_as_seen", "looks"],
  ["chat_transferred", "reads"],
  ["queue_position_updated", "reads"],
  ["event_updated", "threads"],
  ["event_deleted", "threads"],
  ["event_properties_updated", "threads"],
  ["event_properties_deleted", "threads"],
  ["thread_properties_updated", "threads"],
  ["thread_properties_deleted", "threads"],
  ["incoming_rich_message_postback", "threads"],
]);
const GREETING_ENDS = new Set(["greeting_accepted", "greeting_canceled"]);
const SIGNS = new Set([
  "incoming_typing_indicator",
  "incoming_thinking_indicator",
  "incoming_event_preview",
]);
// Nobody types any more.
const SILENCING = new Set(["chat_deactivated", "chat_transferred", "user_removed_from_chat"]);

const PUSHES = [
  ...RINGS.keys(),
  "incoming_event",
  "incoming_typing_indicator",
  "incoming_greeting",
  "greeting_accepted",
  "greeting_canceled",
  "incoming_welcome_message",
  "incoming_thinking_indicator",
  "incoming_event_preview",
  "groups_status_updated",
  "customer_side_storage_updated",
];
// Of these only the newest version tells, also who is connected to an older one.
const NEWEST = new Set([
  "event_deleted",
  "incoming_thinking_indicator",
  "incoming_event_preview",
  "incoming_welcome_message",
]);

// What to do when LiveChat ends the connection (6.5), or refuses a login (6.6): else try again.
const REACTIONS = new Map([
  ["access_token_expired", "renew"],
  ["access_token_revoked", "renew"],
  ["authentication", "renew"],
  ["misdirected_connection", "move"],
  ["misdirected_request", "move"],
  ["unsupported_version", "move"],
  ["service_temporarily_unavailable", "retryLater"],
  ["customer_temporarily_blocked", "sitOut"],
  ["too_many_connections", "rest"],
  ["logged_out_remotely", "rest"],
  ["inactivity_timeout", "rest"],
  ["users_limit_reached", "rest"],
  ["license_not_found", "giveUp"],
  ["license_expired", "giveUp"],
  ["customer_banned", "giveUp"],
  ["product_version_changed", "giveUp"],
  ["wrong_product_version", "giveUp"],
]);

const lines = new WeakMap(); // one for each place in the page

export default function ({ parentElement, data: page, setStateValue }) {
  // Streamlit calls this again whenever the theme changes.
  const leave = watchPage(page, setStateValue);
  let line = lines.get(parentElement);
  if (!line) {
    globalThis.livechatLine?.end(); // a newer script ends the older one
    lines.set(parentElement, (line = new Line(parentElement)));
  }
  globalThis.livechatLine = line;
  const { data, setTold } = globalThis.livechatNeeded ?? {};
  if (data) line.use(data, setTold);
  return () => {
    if (globalThis.livechatLine === line) globalThis.livechatLine = null;
    lines.delete(parentElement);
    line.end();
    leave();
  };
}

class Line {
  told = {
    open: false,
    customer: null,
    connection: null,
    looks: 0,
    reads: 0,
    threads: {},
    events: [],
    deleted: [],
    groups: {},
    refused: null,
    turned: null,
    follows: false,
    greeting: null,
  };
  data = {};
  reads = false; // not, if another tab does
  socket = null;
  dueAt = Infinity; // the next try
  failures = 0;
  number = 0; // of what was told last
  heardWithin = HEARD_WITHIN;
  kept = null; // a timer, while what was pushed is not told yet

  constructor(place) {
    this.ended = new AbortController();
    const { signal } = this.ended;
    this.typing = new Typing(place, this);
    this.peek = new Peek(this, signal);
    this.greetings = new Greetings(this, signal);
    // What another tab has told since is seen as a gap.
    const leave = () => (this.hasMissed ||= document.hidden);
    document.addEventListener("visibilitychange", leave, { signal });
    // A bit later than tab.js, as in reader.js.
    const back = () => setTimeout(() => document.hidden || this.tellKept(), LATER);
    document.addEventListener("visibilitychange", back, { signal });
    for (const act of ["pointerdown", "keydown"]) {
      document.addEventListener(act, () => this.resting && this.connect(), { signal });
    }
    // Where the page's policy forbids to connect there is no use in trying again.
    const onForbidden = (violation) => this.isForbidden(violation) && this.giveUp();
    document.addEventListener("securitypolicyviolation", onForbidden, { signal });
    this.startClock(signal);
  }

  // Browsers all but stop the timers of a hidden page, but not those of a worker. Where a policy
  // forbids one it throws, or is an error later, or is just silent: until it ticks the page does.
  startClock(signal) {
    const timer = setInterval(() => this.tick(), TICK);
    signal.addEventListener("abort", () => clearInterval(timer));
    const script = new Blob([`setInterval(() => postMessage(0), ${TICK})`]);
    const url = URL.createObjectURL(script);
    signal.addEventListener("abort", () => URL.revokeObjectURL(url));
    try {
      this.clock = new Worker(url);
    } catch {
      return;
    }
    this.clock.onmessage = () => {
      clearInterval(timer);
      this.tick();
    };
  }

  use(data, setTold) {
    const { url, customer, token, tabs, known, trusted } = this.data;
    this.data = data;
    this.usedAt = performance.now();
    if (data.heard === this.number) this.heardWithin = HEARD_WITHIN;
    this.setTold = setTold;
    this.typing.sign.hidden = !data.listens;
    if (data.tabs !== tabs) this.join(data.tabs);
    if (data.known !== known) this.tab?.post({ known: data.known });
    if (data.trusted !== trusted) this.tellTabs();
    if (data.customer !== customer) {
      this.told = { ...this.told, greeting: null };
      this.greetings.leaving = null;
    }
    if (data.url !== url || data.customer !== customer) {
      this.failures = 0;
      this.hangUp(data.url ? 0 : Infinity);
      if (data.url) this.connect();
    } else if (this.isRefused && data.token !== token) {
      this.isRefused = false;
      this.retry();
    }
  }

  end() {
    this.ended.abort();
    this.tab?.end();
    clearTimeout(this.comparing);
    clearTimeout(this.kept);
    this.clock?.terminate();
    this.setTold = () => {};
    this.hangUp(Infinity);
  }

  // What was pushed: where it is kept for a while, what comes meanwhile is told with it.
  pass(change) {
    const now = performance.now();
    const isAsked = now - this.usedAt < HOLD_LASTS;
    const seconds = isAsked ? this.data.hold : 0;
    const wait = Math.max(seconds * 1_000, document.hidden ? HIDDEN_FOR : 0);
    if (!wait) {
      this.tell(change);
      return;
    }
    this.told = { ...this.told, ...change };
    this.tellTabs(); // whose page may be seen
    this.kept ??= setTimeout(() => this.tellKept(), wait * (0.75 + Math.random() / 2));
  }

  tellKept() {
    if (this.kept) this.tell({});
  }

  tell(change) {
    clearTimeout(this.kept);
    this.kept = null;
    // It is all here if Streamlit has heard of its end; if it calls that otherwise, this never says so.
    const isWhole = document.querySelector("[data-test-script-state=notRunning]") !== null;
    const { customer, run } = this.data;
    this.told = { ...this.told, ...change, customer, drawn: isWhole ? run : null };
    this.toldAt = performance.now();
    this.setTold({ ...this.told, number: ++this.number });
    this.tellTabs();
  }

  tellTabs() {
    if (this.reads) this.tab?.tell();
  }

  ring(how, change = {}) {
    this.tell({ ...change, ...this.counted(how) });
  }

  counted(how) {
    return { [how]: this.told[how] + 1 };
  }

  tick() {
    const now = performance.now();
    // Nobody sets this clock, but on most systems it stands still while the machine sleeps. Where the
    // wall clock has left it behind, the connection may be gone, or what was waited for be over.
    const apart = Date.now() - now;
    const hasWoken = Math.abs(apart - (this.apart ?? apart)) > JUMP;
    this.apart = apart;
    if (hasWoken && this.told.open) {
      this.ping();
      if (this.reads) this.ring("looks"); // what was pushed meanwhile may never come
    } else if (hasWoken && this.dueAt < Infinity && !this.wasBlocked) {
      this.dueAt = now;
    }

    if (this.socket && !this.told.open) {
      if (now - this.begunAt > LOGIN_WITHIN) this.retry();
    } else if (this.socket) {
      const isUnanswered = this.heardAt < this.pingedAt;
      if (isUnanswered && now - this.pingedAt > PONG_WITHIN) this.retry();
      else if (now - this.pingedAt >= PING_AFTER) this.ping();
    } else if (now >= this.dueAt) {
      this.connect();
    }
    if (this.number && this.data.heard !== this.number && now - this.toldAt > this.heardWithin) {
      this.heardWithin = Math.min(2 * this.heardWithin, LONGEST_WAIT);
      this.tell({});
    }
    this.typing.draw();
    this.peek.look();
    this.greetings.look();
  }

  get isLoggedIn() {
    return this.socket !== null && this.told.open;
  }

  connect() {
    this.resting = false;
    if (!this.reads) return;
    try {
      this.socket = new WebSocket(this.data.url);
    } catch {
      this.giveUp(); // the page's host forbids it, or an old browser has none
      return;
    }
    this.begunAt = performance.now();
    this.socket.onopen = () => this.logIn();
    this.socket.onmessage = ({ data }) => this.hear(data);
    this.socket.onclose = () => this.retry();
  }

  isForbidden({ disposition, effectiveDirective, blockedURI }) {
    const isOurs = blockedURI && this.socket?.url.startsWith(blockedURI);
    return isOurs && disposition === "enforce" && effectiveDirective === "connect-src";
  }

  logIn() {
    const { version, newest } = this.data;
    const pushes = { [version]: PUSHES.filter((push) => version === newest || !NEWEST.has(push)) };
    this.token = this.data.token;
    this.ask("login", {
      token: `Bearer ${this.token}`,
      customer_page: this.greetings.where(),
      pushes: { [newest]: [...NEWEST], ...pushes },
      ...(this.data.group !== null && { group_id: this.data.group }),
      ...(this.storage && { customer_side_storage: this.storage }),
    });
  }

  ping() {
    this.pingedAt = performance.now();
    this.ask("ping", {});
  }

  ask(action, payload) {
    this.socket.send(JSON.stringify({ request_id: action, action, payload }));
  }

  hear(frame) {
    this.heardAt = performance.now();
    let said;
    try {
      said = JSON.parse(frame);
    } catch {
      return;
    }
    const payload = said?.payload ?? {};
    if (said?.type === "push") this.hearPush(said.action, payload);
    else if (said?.action === "login") this.hearLogin(said.success, payload);
    else if (said?.action === "request_welcome_message") this.greetings.hearWelcome(payload);
  }

  hearLogin(success, { error, greeting }) {
    if (!success) {
      this.react(error?.type, error?.data);
      return;
    }
    this.failures = 0;
    this.wasBlocked = false;
    this.pingedAt = this.heardAt;
    // What came before is not pushed. No other login has this name, not even after a reload.
    const connection = Math.random().toString(36);
    const shown = this.greetings.atLogin(greeting);
    this.ring("looks", { open: true, connection, turned: null, greeting: shown });
  }

  hearPush(action, payload) {
    const isOver = payload.thread_id && payload.thread_id === this.peek.closed;
    if (isOver && SIGNS.has(action)) return; // which was on its way when the chat ended
    if (action === "customer_disconnected") this.react(payload.reason, payload.data);
    else if (action === "incoming_event") this.hearEvent(payload.event ?? {});
    else if (action === "incoming_typing_indicator") this.typing.hearTyping(payload.typing_indicator ?? {});
    else if (action === "incoming_thinking_indicator") this.typing.hearThinking(payload);
    else if (action === "incoming_event_preview") this.typing.hearPreview(payload.event ?? {});
    else if (action === "incoming_greeting") this.greetings.hear(payload);
    else if (action === "incoming_welcome_message") this.greetings.hearWelcome(payload);
    else if (GREETING_ENDS.has(action)) this.greetings.end(payload);
    else if (action === "groups_status_updated") this.hearGroups(payload.groups);
    else if (action === "customer_side_storage_updated") this.storage = payload.customer_side_storage;
    else if (action === "events_marked_as_seen" && payload.user_id === this.data.customer) return;
    else if (RINGS.has(action)) this.pass(this.changed(action, payload));
    if (SILENCING.has(action)) this.typing.silence();
    if (action === "chat_deactivated") this.peek.closed = payload.thread_id;
  }

  changed(action, { thread_id, event_id }) {
    const how = RINGS.get(action);
    if (how !== "threads" || !thread_id) return this.counted(how === "threads" ? "reads" : how);
    // The mark of this change is no other's, as the name of a login.
    const others = Object.entries(this.told.threads).filter(([id]) => id !== thread_id);
    const threads = [...others, [thread_id, Math.random().toString(36)]].slice(-LATEST);
    const isGone = action === "event_deleted" && event_id;
    const deleted = isGone ? [...this.told.deleted, String(event_id)] : this.told.deleted;
    return { threads: Object.fromEntries(threads), deleted: deleted.slice(-LATEST) };
  }

  hearEvent(event) {
    const { id } = event;
    this.typing.answered(event);
    if (id) this.pass({ events: [...this.told.events, String(id)].slice(-LATEST) });
    else this.pass(this.counted("looks"));
  }

  hearGroups(groups) {
    if (!Array.isArray(groups)) return;
    const told = Object.fromEntries(groups.map((group) => [group?.id, group?.status]));
    // All visitors hear of it at the same moment, and would ask the app for it.
    const tell = () => this.tell({ groups: { ...this.told.groups, ...told } });
    setTimeout(() => this.ended.signal.aborted || tell(), Math.random() * SPREAD);
  }

  // The browser's tabs (reader.js)

  join(tabs) {
    this.tab?.end();
    if (this.told.follows) this.tell({ open: false, follows: false });
    this.hangUp(Infinity);
    this.hasMissed = true;
    this.tab = Tab.join(tabs, this);
    this.reads = !this.tab;
  }

  lead() {
    this.reads = true;
    if (this.told.follows) this.ring("looks", { open: false, follows: false });
    if (this.data.url) this.connect();
  }

  giveWay() {
    this.reads = false;
    this.hasMissed = true;
    this.hangUp(Infinity);
  }

  heard() {
    const { told, data } = this;
    // The token stays in this tab, and what a greeting says.
    const greeting = this.greetings.shown;
    const pushed = { ...told, open: told.open && data.trusted, refused: null, greeting };
    return { told: pushed, known: data.known, ...this.typing.heard };
  }

  follow({ told, known, ...who }) {
    this.typing.follow(who);
    if (document.hidden) {
      if (!this.told.follows) this.tell({ open: false, follows: true });
      return;
    }
    const heard = JSON.stringify(told.open && told);
    if (heard !== this.followed || !this.told.follows) {
      this.followed = heard;
      if (this.hasMissed) this.since = Math.random().toString(36);
      const connection = `${told.connection} ${this.since}`;
      const { refused } = this.told;
      const greeting = this.greetings.follow(told.greeting);
      const theirs = { ...told, connection, refused, greeting };
      const pushed = told.open ? theirs : { open: false };
      const isPushed = pushed.open && this.told.open && connection === this.told.connection;
      this[isPushed ? "pass" : "tell"]({ ...pushed, follows: true });
    }
    this.hasMissed = !told.open;
    this.compare(known);
  }

  // What another tab knows of the chat; one that follows pushes hears of all of that.
  compare(known) {
    this.theirs = known;
    const isNews = known && ![this.data.known, this.compared].includes(known);
    if (!isNews || this.told.open || document.hidden || this.comparing) return;
    this.compared = known;
    this.ring("looks");
    // All tabs tell what this look brings.
    const again = () => {
      this.comparing = null;
      this.compare(this.theirs);
    };
    this.comparing = setTimeout(again, READ_WITHIN);
  }

  // How a connection ends

  react(reason, data) {
    this[REACTIONS.get(reason) ?? "retry"](data ?? {}, reason);
  }

  hangUp(dueAt, change = {}) {
    if (this.socket) {
      this.socket.onopen = this.socket.onmessage = this.socket.onclose = null;
      this.socket.close();
    }
    this.socket = null;
    this.dueAt = dueAt;
    this.resting = this.isRefused = false;
    this.typing.silence();
    if (this.told.open || change.refused || change.turned) this.tell({ open: false, ...change });
  }

  retry() {
    this.hangUp(this.nextTry());
  }

  nextTry() {
    const pause = Math.min(FIRST_PAUSE * 2 ** this.failures++, LONGEST_PAUSE);
    return performance.now() + pause * (0.5 + Math.random());
  }

  retryLater() {
    this.failures++;
    this.retry();
  }

  renew() {
    if (this.data.token !== this.token) {
      this.retry();
      return;
    }
    this.hangUp(Infinity, { refused: this.token });
    this.isRefused = true;
  }

  // The app names another address, if there is one, where this connects at once.
  move({ region }, reason) {
    const turned = { url: this.data.url, reason, region };
    this.hangUp(reason === "unsupported_version" ? Infinity : this.nextTry(), { turned });
  }

  sitOut(data) {
    if (this.wasBlocked) {
      this.giveUp();
      return;
    }
    this.wasBlocked = true;
    // How LiveChat names the time, and in which unit, is not documented: seconds, as elsewhere.
    const seconds = Object.values(data).find(Number.isFinite);
    this.hangUp(performance.now() + (seconds > 0 ? Math.min(seconds, 3_600) * 1_000 : BLOCKED_FOR));
  }

  rest() {
    this.hangUp(Infinity);
    this.resting = true; // until the visitor does something
  }

  giveUp() {
    this.hangUp(Infinity);
  }
}
