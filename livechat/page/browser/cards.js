// Cards side by side: who has no pointer scrolls them by the arrow keys, once they have the focus.
// What has two of them is joined with screen.js, as screen.py says.

const CARDS = "[class*=st-key-cards-]";

class Cards {
  look() {
    for (const row of document.querySelectorAll(CARDS)) {
      if (row.role === "region") continue;
      Object.assign(row, { role: "region", ariaLabel: this.words.cards, tabIndex: 0 });
    }
  }
}
