// What it is for stands in identity_cookie.py. There it runs in a block of its own.

const read = (name) => {
  const found = document.cookie.split("; ").find((one) => one.startsWith(`${name}=`));
  return found ? found.slice(name.length + 1) : "";
};

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

const write = ({ name, attributes, value, own, visit, isNew }) => {
  const written = (window.livechatWritten ??= new Set()); // by which visits
  const now = read(name);
  const isFree = !isIdentity(now) && isNew && !written.has(visit);
  if (!isFree && !own.includes(now)) return;
  document.cookie = `${name}=${value}; ${attributes}`;
  written.add(visit);
};

const clear = (keys) => {
  try {
    const kept = Object.keys(sessionStorage).filter((key) => key.startsWith(keys));
    for (const key of kept) sessionStorage.removeItem(key);
  } catch {} // some browsers keep nothing
};

const remove = ({ name, attributes, own, keys }) => {
  clear(keys);
  if (own.includes(read(name))) document.cookie = `${name}=; ${attributes}`;
};

// Once: Streamlit may run it again, when the next visitor is here already.
const removeEverywhere = ({ name, attributes, keys, forgotten, visit }) => {
  const isDone = window.livechatForgotten === visit;
  window.livechatForgotten = visit;
  if (isDone) return;
  clear(keys);
  document.cookie = `${name}=; ${attributes}`;
  try {
    localStorage.setItem(forgotten, visit);
  } catch {}
  new BroadcastChannel(forgotten).postMessage(visit);
};
