// Sent anew with each run of the page, so it is short. What it is for stands in push.py.

// Milliseconds. A silent connection is closed after 30 s (6.1), a login takes 15 s at most (6.6).
const [TICK, PING_AFTER, PONG_WITHIN, LOGIN_WITHIN] = [1_000, 15_000, 10_000, 15_000];
const [FIRST_PAUSE, LONGEST_PAUSE, BLOCKED_FOR] = [1_000, 60_000, 60_000];
const [TYPING_FOR, SPREAD] = [10_000, 10_000];
const JUMP = 5_000; // of the wall clock: it was set, or the machine has slept

const LATEST = 20; // pushed events that are told by their ID

// What a push is to the page: a reason to look, or to read the threads, which no look replaces.
const RINGS = new Map([
  ["incoming_chat", "looks"],
  ["chat_deactivated", "looks"],
  ["user_added_to_chat", "looks"],
  ["user_removed_from_chat", "looks"],
  ["events_marked_as_seen", "looks"],
  ["chat_transferred", "reads"],
  ["queue_position_updated", "reads"],
  ["event_updated", "reads"],
  ["event_properties_updated", "reads"],
  ["event_properties_deleted", "reads"],
  ["thread_properties_updated", "reads"],
  ["thread_properties_deleted", "reads"],
  ["incoming_rich_message_postback", "reads"],
]);
const PUSHES = [
  ...RINGS.keys(),
  "incoming_event",
  "incoming_typing_indicator",
  "groups_status_updated",
  "customer_side_storage_updated",
];

// What to do when LiveChat ends the connection (6.5), or refuses a login (6.6): else try again.
const REACTIONS = new Map([
  ["access_token_expired", "renew"],
  ["access_token_revoked", "renew"],
  ["authentication", "renew"],
  ["misdirected_connection", "move"],
  ["service_temporarily_unavailable", "retryLater"],
  ["customer_temporarily_blocked", "sitOut"],
  ["too_many_connections", "rest"],
  ["logged_out_remotely", "rest"],
  ["inactivity_timeout", "rest"],
  ["users_limit_reached", "rest"],
  ["license_not_found", "giveUp"],
  ["license_expired", "giveUp"],
  ["unsupported_version", "giveUp"],
  ["customer_banned", "giveUp"],
  ["product_version_changed", "giveUp"],
  ["wrong_product_version", "giveUp"],
]);

const lines = new WeakMap(); // one for each place in the page

export default function ({ data, parentElement, setStateValue }) {
  // Streamlit calls this again whenever the data or the theme change.
  let line = lines.get(parentElement);
  if (!line) lines.set(parentElement, (line = new Line(parentElement.querySelector("p"))));
  line.use(data, (told) => setStateValue("told", told));
  return () => {
    lines.delete(parentElement);
    line.end();
  };
}

class Line {
  told = { open: false, connection: null, looks: 0, reads: 0, events: [], groups: {}, refused: null };
  data = {};
  socket = null;
  dueAt = Infinity; // the next try
  failures = 0;
  typing = new Map(); // until when, by author

  constructor(sign) {
    this.sign = sign;
    this.ended = new AbortController();
    const { signal } = this.ended;
    for (const act of ["pointerdown", "keydown"]) {
      document.addEventListener(act, () => this.resting && this.connect(), { signal });
    }
    // Browsers all but stop the timers of a hidden page, but not those of a worker.
    const script = new Blob([`setInterval(() => postMessage(0), ${TICK})`]);
    const url = URL.createObjectURL(script);
    try {
      this.clock = new Worker(url);
      this.clock.onmessage = () => this.tick();
    } catch {
      this.isImpossible = true; // the page's host forbids workers
    }
    signal.addEventListener("abort", () => URL.revokeObjectURL(url));
  }

  use(data, setTold) {
    const { url, customer, token } = this.data;
    this.data = data;
    this.setTold = setTold;
    if (data.url !== url || data.customer !== customer) {
      this.region = null;
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
    this.clock?.terminate();
    this.setTold = () => {};
    this.hangUp(Infinity);
  }

  tell(change) {
    this.told = { ...this.told, ...change };
    this.setTold(this.told);
  }

  ring(how, change = {}) {
    this.tell({ ...change, [how]: this.told[how] + 1 });
  }

  tick() {
    const now = performance.now();
    // Nobody sets this clock, but on most systems it stands still while the machine sleeps. Where the
    // wall clock has left it behind, the connection may be gone, or what was waited for be over.
    const apart = Date.now() - now;
    const hasWoken = Math.abs(apart - (this.apart ?? apart)) > JUMP;
    this.apart = apart;
    if (hasWoken && this.told.open) this.ping();
    else if (hasWoken && this.dueAt < Infinity && !this.wasBlocked) this.dueAt = now;

    if (this.socket && !this.told.open) {
      if (now - this.begunAt > LOGIN_WITHIN) this.retry();
    } else if (this.socket) {
      const isUnanswered = this.heardAt < this.pingedAt;
      if (isUnanswered && now - this.pingedAt > PONG_WITHIN) this.retry();
      else if (now - this.pingedAt >= PING_AFTER) this.ping();
    } else if (now >= this.dueAt) {
      this.connect();
    }
    this.drawTyping();
  }

  connect() {
    this.resting = false;
    if (this.isImpossible) return;
    const { url, regional } = this.data;
    try {
      this.socket = new WebSocket(this.region ? regional.replace("{region}", this.region) : url);
    } catch {
      this.giveUp(); // the page's host forbids it, or an old browser has none
      return;
    }
    this.begunAt = performance.now();
    this.socket.onopen = () => this.logIn();
    this.socket.onmessage = ({ data }) => this.hear(data);
    this.socket.onclose = () => this.retry();
  }

  logIn() {
    this.token = this.data.token;
    this.ask("login", {
      token: `Bearer ${this.token}`,
      customer_page: { url: location.origin + location.pathname, title: document.title },
      pushes: { 3.5: PUSHES },
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
    else if (said?.action === "login") this.hearLogin(said.success, payload.error);
  }

  hearLogin(success, error) {
    if (!success) {
      this.react(error?.type, error?.data);
      return;
    }
    this.failures = 0;
    this.wasBlocked = false;
    this.pingedAt = this.heardAt;
    // What came before is not pushed. No other login has this name, not even after a reload.
    this.ring("looks", { open: true, connection: Math.random().toString(36) });
  }

  hearPush(action, payload) {
    if (action === "customer_disconnected") this.react(payload.reason, payload.data);
    else if (action === "incoming_event") this.hearEvent(payload.event ?? {});
    else if (action === "incoming_typing_indicator") this.hearTyping(payload.typing_indicator ?? {});
    else if (action === "groups_status_updated") this.hearGroups(payload.groups);
    else if (action === "customer_side_storage_updated") this.storage = payload.customer_side_storage;
    else if (action === "events_marked_as_seen" && payload.user_id === this.data.customer) return;
    else if (RINGS.has(action)) this.ring(RINGS.get(action));
  }

  hearEvent({ id, author_id }) {
    this.typing.delete(author_id);
    this.drawTyping();
    if (id) this.tell({ events: [...this.told.events, String(id)].slice(-LATEST) });
    else this.ring("looks");
  }

  hearTyping({ author_id, is_typing }) {
    if (author_id === this.data.customer) return;
    this.typing.delete(author_id);
    if (is_typing) this.typing.set(author_id, performance.now() + TYPING_FOR);
    this.drawTyping();
  }

  hearGroups(groups) {
    if (!Array.isArray(groups)) return;
    const told = Object.fromEntries(groups.map((group) => [group?.id, group?.status]));
    // All visitors hear of it at the same moment, and would ask the app for it.
    const tell = () => this.tell({ groups: { ...this.told.groups, ...told } });
    setTimeout(() => this.ended.signal.aborted || tell(), Math.random() * SPREAD);
  }

  drawTyping() {
    for (const [author, until] of this.typing) if (until < performance.now()) this.typing.delete(author);
    const author = [...this.typing.keys()].at(-1);
    const names = new Map(Object.entries(this.data.names ?? {}));
    const name = names.get(author) ?? this.data.agent;
    const text = author === undefined ? "" : this.data.typing.replace("{name}", () => name);
    if (this.sign.textContent !== text) this.sign.textContent = text;
  }

  // How a connection ends

  react(reason, data) {
    this[REACTIONS.get(reason) ?? "retry"](data ?? {});
  }

  hangUp(dueAt, change = {}) {
    if (this.socket) {
      this.socket.onopen = this.socket.onmessage = this.socket.onclose = null;
      this.socket.close();
    }
    this.socket = null;
    this.dueAt = dueAt;
    this.resting = this.isRefused = false;
    this.typing.clear();
    this.drawTyping();
    if (this.told.open || change.refused) this.tell({ open: false, ...change });
  }

  retry() {
    const pause = Math.min(FIRST_PAUSE * 2 ** this.failures++, LONGEST_PAUSE);
    this.hangUp(performance.now() + pause * (0.5 + Math.random()));
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

  move({ region }) {
    const isRegion = typeof region === "string" && RegExp(`^(${this.data.region})$`).test(region);
    if (!isRegion || region === this.region) {
      this.retry();
      return;
    }
    this.region = region;
    this.hangUp(0);
    this.connect();
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
