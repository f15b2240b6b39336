// The switches, in a dialog. What they are for stands in alerts.py.

export default function ({ data, parentElement }) {
  const { alerting } = globalThis.livechatScreen ?? {};
  const part = (id) => parentElement.querySelector(`#${id}`);
  if (!alerting) return;
  const draw = () => {
    const { sound, on, notices } = alerting.state;
    part("sound").checked = sound;
    part("notices").checked = on;
    part("notices").disabled = notices !== "possible";
    const said = { denied: data.denied, impossible: data.impossible }[notices] ?? "";
    if (part("said").textContent !== said) part("said").textContent = said;
  };
  part("when").textContent = data.when;
  // A dialog stands outside of what has the theme's.
  const app = document.querySelector("[data-testid=stApp]") ?? document.body;
  const { colorScheme } = getComputedStyle(app);
  for (const what of ["sound", "notices"]) {
    part(what).style.colorScheme = colorScheme;
    part(`${what}-label`).textContent = data[what];
    part(what).onchange = async ({ target }) => {
      await alerting.want(what, target.checked);
      draw();
    };
  }
  draw();
}
