// Cards side by side: who has no pointer scrolls them by the arrow keys, once they have the focus.
// What has two of them is joined with screen.js, as screen.py says.

const CARDS = "[class*=st-key-cards-]";

class Cards {
  look() {
    for (const row of document.querySelectorAll(CARDS)) {
      const { cards } = this.words;
      // The row stays when the visitor changes the language.
      if (row.ariaLabel !== cards) Object.assign(row, { role: "region", ariaLabel: cards, tabIndex: 0 });
    }
  }
}
