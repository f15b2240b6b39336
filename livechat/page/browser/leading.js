// What it is for stands in leading.py.

const SOUGHT_FOR = 10_000; // milliseconds: what is earlier has to be drawn first

function leadTo({ id }) {
  const lead = () => {
    const message = document.getElementById(id)?.closest("[data-testid=stChatMessage]");
    if (!message || document.querySelector("[role=dialog]")) return false;
    message.scrollIntoView({ block: "center" });
    message.tabIndex = -1;
    message.focus({ preventScroll: true });
    const outline = ["2px solid currentcolor", "2px solid transparent"];
    message.animate({ outline, borderRadius: ["0.5rem", "0.5rem"] }, 3_000);
    return true;
  };
  if (lead()) return;
  const observer = new MutationObserver(() => lead() && observer.disconnect());
  observer.observe(document.body, { childList: true, subtree: true });
  setTimeout(() => observer.disconnect(), SOUGHT_FOR);
}
