// What Streamlit leaves unsaid to a screen reader, or says too much. What it is for stands in
// screen.py, which joins it with screen.js.

const FRAME = ".st-key-poll iframe";
const SIDEBAR = "[data-testid=stSidebar]";
const ELEMENT = "[data-testid=stElementContainer]";
const RATING = "[data-testid=stFeedback] [role=radiogroup]";
const ICON = "[data-testid=stIconMaterial]";

class Naming {
  faulty = new Set();

  look() {
    // Nothing can be seen in it, nor in a sidebar that is folded away.
    for (const frame of document.querySelectorAll(FRAME)) frame.tabIndex = -1;
    for (const bar of document.querySelectorAll(SIDEBAR)) {
      bar.inert = bar.dataset.collapsed === "true";
    }
    for (const group of document.querySelectorAll(RATING)) {
      const question = group.closest(ELEMENT)?.previousElementSibling?.innerText.trim();
      if (question) group.ariaLabel = question;
    }
    this.nameFaults();
  }

  nameFaults() {
    for (const field of this.faulty) {
      if (document.getElementById(field.getAttribute("aria-describedby"))) continue;
      field.removeAttribute("aria-describedby");
      field.ariaInvalid = null;
      this.faulty.delete(field);
    }
    for (const fault of document.querySelectorAll(FAULT)) {
      const field = partsOf(fault)?.querySelector(FOCUSABLE);
      if (!field || this.faulty.has(field)) continue;
      fault.id = [...fault.classList].find((name) => name.endsWith("-fault"));
      fault.querySelector(ICON)?.setAttribute("aria-hidden", true); // what it says is said
      field.setAttribute("aria-describedby", fault.id);
      field.ariaInvalid = true;
      this.faulty.add(field);
    }
  }
}
