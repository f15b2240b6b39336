// Goes into one script with screen.js and keeper.js.

// A sentence with a number in it, in the form that the language has for that.
function counted(forms, count) {
  const language = document.documentElement.lang || "en";
  const form = forms[new Intl.PluralRules(language).select(count)] ?? forms.other;
  return form.replace("{count}", () => count.toLocaleString(language));
}
