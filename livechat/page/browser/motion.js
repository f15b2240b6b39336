// Pictures that move. What it is for stands in screen.py, which joins it with screen.js.

const PICTURE = ".st-key-transcript [data-testid=stHtml] img";
const PLAY = ".st-key-transcript button.play";
const STANDS_STILL = /\.(jpe?g|png|svg|bmp)$/i; // whatever else is named may move

class Motion {
  constructor(signal) {
    const onLoad = ({ target }) => target.matches?.(PICTURE) && halt(target, this.words);
    document.addEventListener("load", onLoad, { capture: true, signal }); // no window hears of it
  }

  look() {
    for (const picture of document.querySelectorAll(PICTURE)) halt(picture, this.words);
    // The buttons stay when the visitor changes the language.
    const { play } = this.words;
    for (const button of document.querySelectorAll(PLAY)) {
      if (button.ariaLabel !== play) button.ariaLabel = play;
    }
  }
}

// With less motion wanted a picture that may move stands still until it is asked to.
function halt(picture, words) {
  const isWanted = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const isDone = picture.dataset.halted || !picture.complete || !picture.naturalWidth;
  if (!isWanted || !words || isDone || !mayMove(picture.currentSrc)) return;
  picture.dataset.halted = true;
  const still = document.createElement("canvas");
  [still.width, still.height] = [picture.naturalWidth, picture.naturalHeight];
  still.getContext("2d").drawImage(picture, 0, 0);
  still.style.cssText = picture.style.cssText;
  still.setAttribute("role", "img");
  still.ariaLabel = picture.alt;
  const button = document.createElement("button");
  const { display } = picture.style;
  const show = (isMoving) => {
    picture.style.display = isMoving ? display : "none";
    still.style.display = isMoving ? "none" : display;
    button.textContent = isMoving ? "❚❚" : "▶";
  };
  Object.assign(button, { type: "button", className: "play", ariaLabel: words.play });
  button.style.cssText = "display: block; margin-block: 0.25rem; padding: 0.25rem 0.75rem";
  button.onclick = () => show(picture.style.display === "none");
  picture.after(still);
  (picture.closest("a, button") ?? still).after(button);
  show(false);
}

function mayMove(address) {
  const data = /^data:image\/(\w+)/i.exec(address);
  if (data) return /gif|webp/i.test(data[1]);
  try {
    return !STANDS_STILL.test(new URL(address).pathname);
  } catch {
    return true;
  }
}
