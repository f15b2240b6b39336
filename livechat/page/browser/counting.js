// Goes into one script with screen.js and keeper.js.

// A sentence with a number in it, in the form that the language has for that.
function counted(forms, count) {
  const rules = new Intl.PluralRules(document.documentElement.lang || "en");
  const form = forms[rules.select(count)] ?? forms.other;
  return form.replace("{count}", () => written(count));
}

// A number as the page's language has it where the visitor is, as in numbers.py.
function written(number) {
  const language = document.documentElement.lang || "en";
  const [base] = language.split("-");
  const isTheirs = base !== "en" && navigator.language.split("-")[0] === base;
  return number.toLocaleString(isTheirs ? navigator.language : language);
}
