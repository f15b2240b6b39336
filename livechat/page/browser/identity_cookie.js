// What it is for stands in identity_cookie.py. There it runs in a block of its own.

// This site's own; in another site's frame one for that frame alone. Where neither is kept, the tab's
// storage is.
const KINDS = ["SameSite=Lax", "SameSite=None; Secure; Partitioned"];

const read = (name) => {
  try {
    const found = document.cookie.split("; ").find((one) => one.startsWith(`${name}=`));
    return found ? found.slice(name.length + 1) : "";
  } catch {
    return ""; // some frames may not have any
  }
};

const put = (name, value, seconds, kind, { secure }) => {
  try {
    document.cookie = `${name}=${value}; Path=/; Max-Age=${seconds}; ${kind}${secure}`;
  } catch {} // as above
};

// The kind that the browser keeps here, which it tells by keeping one; undefined if it keeps none.
const kindOf = (data) =>
  KINDS.find((kind) => {
    const name = `livechat-probe-${Math.random()}`; // another tab has its own
    put(name, "1", 5, kind, data);
    const isKept = read(name) === "1";
    put(name, "", 0, kind, data);
    return isKept;
  });

// As `decoded` has it: what one of the two took for an identity, and the other not, would stay.
const isIdentity = (value) => {
  try {
    const parts = JSON.parse(atob(value.slice(2).replaceAll("-", "+").replaceAll("_", "/")));
    const text = btoa(JSON.stringify(parts)).replaceAll("+", "-").replaceAll("/", "_");
    const isSound = (part) => typeof part === "string" && /^[!#-+\--:<-[\]-~]{1,900}$/.test(part);
    return parts.length === 3 && parts.every(isSound) && `1.${text.replaceAll("=", "")}` === value;
  } catch {
    return false;
  }
};

// Nobody whom another tab has forgotten since: this one may have been asleep, and heard nothing.
const keptByTab = ({ place, forgotten }) => {
  try {
    const { value, after } = JSON.parse(sessionStorage.getItem(place));
    return after === localStorage.getItem(forgotten) ? value : "";
  } catch {
    return ""; // some browsers keep nothing
  }
};

// Returns whether the tab keeps it.
const keepInTab = ({ place, forgotten }, value) => {
  try {
    const after = localStorage.getItem(forgotten);
    sessionStorage.setItem(place, JSON.stringify({ value, after }));
    return true;
  } catch {
    return false;
  }
};

const known = (data) => [read(data.name), keptByTab(data)].find(isIdentity) ?? "";

const clear = (keys) => {
  try {
    const kept = Object.keys(sessionStorage).filter((key) => key.startsWith(keys));
    for (const key of kept) sessionStorage.removeItem(key);
  } catch {}
};

const write = (data) => {
  const { name, place, value, seconds, own, visit, isNew } = data;
  const written = (window.livechatWritten ??= new Set()); // by which visits
  const now = known(data);
  const isFree = !now && isNew && !written.has(visit);
  if (!isFree && !own.includes(now)) return;
  const kind = kindOf(data);
  if (kind) {
    put(name, value, seconds, kind, data);
    clear(place);
  } else {
    keepInTab(data, value);
  }
  written.add(visit);
};

const drop = (data) => {
  clear(data.keys);
  for (const kind of KINDS) put(data.name, "", 0, kind, data);
};

const remove = (data) => {
  if (data.own.includes(known(data))) drop(data);
  else clear(data.keys);
};

// Once: Streamlit may run it again, when the next visitor is here already.
const removeEverywhere = (data) => {
  const { forgotten, visit } = data;
  const isDone = window.livechatForgotten === visit;
  window.livechatForgotten = visit;
  if (isDone) return;
  drop(data);
  try {
    localStorage.setItem(forgotten, visit);
  } catch {}
  try {
    new BroadcastChannel(forgotten).postMessage(visit);
  } catch {} // some frames have none
};
