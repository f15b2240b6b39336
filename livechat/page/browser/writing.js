// Goes into one script with keeper.js. How the input answers to what people press and paste, where
// Streamlit would send, drop or ignore it.

const MANY_LINES = 200; // Chromium takes time for each that is pasted, and more for each after it
const ON_TOUCH = "(pointer: coarse)";
const TYPED_INTO = "input, textarea, select, [contenteditable]";
const POPUP = "[role=dialog], [role=menu], [role=listbox]";
// A smaller font has iOS zoom in, and never out again. Each line reads from its own side.
const STYLE = `
  @media ${ON_TOUCH} {
    .stApp :is(input, textarea) { font-size: max(1rem, 16px) !important; }
  }
  ${AREA} { unicode-bidi: plaintext; text-align: start; }
`;

function listenToWriting(keeper, signal) {
  const style = document.createElement("style");
  style.textContent = STYLE;
  document.head.append(style);
  signal.addEventListener("abort", () => style.remove());

  const on = (type, hear) => addEventListener(type, hear, { capture: true, signal });
  on("keydown", (event) => {
    if (event.target.matches?.(AREA)) pressed(keeper, event);
    else if (beginsToWrite(event)) {
      event.stopImmediatePropagation(); // Streamlit has shortcuts: "r" would run the page anew
      document.querySelector(AREA)?.focus(); // which gets the letter
    }
  });
  on("click", (event) => {
    if (event.target.closest?.(SEND) && isTooLong(keeper)) stop(event);
  });
  on("input", ({ target }) => target.matches?.(AREA) && isTooLong(keeper));
  on("paste", (event) => {
    if (event.target.matches?.(AREA)) pasted(event);
  });
}

function pressed(keeper, event) {
  const { key, keyCode, isComposing, shiftKey, ctrlKey, metaKey } = event;
  if (key !== "Enter" || isComposing) return;
  const isAlone = !(shiftKey || ctrlKey || metaKey);
  // 229 is an input method's: in Safari, the Enter that ends a conversion.
  const isLineBreak = isAlone && matchMedia(ON_TOUCH).matches;
  if (keyCode === 229 || isLineBreak) event.stopImmediatePropagation();
  else if (isAlone && isTooLong(keeper)) stop(event);
}

function pasted(event) {
  const { target: area, clipboardData } = event;
  const text = clipboardData.getData("text/plain").replace(/\r\n?/g, "\n");
  const files = [...clipboardData.files];
  if (files.length && !isDocument(text, files)) return;
  // Streamlit would take the picture of what was copied, and leave the words.
  event.stopImmediatePropagation();
  if (text.split("\n").length <= MANY_LINES) return;
  event.preventDefault();
  const { value, selectionStart, selectionEnd } = area;
  setValue(area, value.slice(0, selectionStart) + text + value.slice(selectionEnd));
  area.setSelectionRange(selectionStart + text.length, selectionStart + text.length);
}

// Words of a document are more than a picture of them; the names of copied files are not.
function isDocument(text, pictures) {
  const lines = text.split("\n").map((line) => line.trim());
  return (
    pictures.every(({ type }) => type.startsWith("image/")) &&
    lines.some((line) => line && !pictures.some(({ name }) => line.endsWith(name)))
  );
}

function stop(event) {
  event.preventDefault();
  event.stopImmediatePropagation();
}

function beginsToWrite(event) {
  const { target, key, altKey, ctrlKey, metaKey, isComposing } = event;
  const isShortcut = ctrlKey || metaKey || altKey;
  return (
    [...(key ?? "")].length === 1 &&
    key !== " " && // turns the page over, and presses buttons
    !isComposing &&
    (!isShortcut || event.getModifierState("AltGraph")) &&
    !target.closest?.(TYPED_INTO) &&
    !document.querySelector(POPUP)
  );
}

// Says so, too; not with each letter, which a screen reader would have to read.
function isTooLong(keeper) {
  const { words } = keeper;
  const text = document.querySelector(AREA)?.value ?? "";
  const over = words ? charactersOver(text, words.longest) : 0;
  const step = 10 ** Math.max(0, String(over).length - 2);
  keeper.show("too-long", over ? counted(words.too_long, Math.ceil(over / step) * step) : "");
  return over > 0;
}

// As many as what is too much, of which one can take up to four bytes.
function charactersOver(text, longest) {
  if (text.length * 3 <= longest) return 0;
  const bytes = new TextEncoder().encode(text).length;
  return Math.max(0, Math.ceil((bytes - longest) * ([...text].length / bytes)));
}
