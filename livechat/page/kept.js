// Sent anew with each run of the page, so it is short. What it is for stands in kept.py.

let isTold = false;

export default function ({ data, setStateValue }) {
  const tell = (found) => {
    isTold = found !== null;
    setStateValue("found", found);
  };
  try {
    const found = JSON.parse(sessionStorage.getItem(data.place)); // this tab's alone
    const isOfAnother = found && found.visit !== data.visit && found.visit !== data.taken;
    if (isOfAnother && found.messages.length) {
      tell(found);
      return;
    }
    sessionStorage.setItem(data.place, JSON.stringify(data));
  } catch {
    // Some browsers keep nothing, and what is not ours may stand there.
  }
  if (isTold) tell(null);
}
