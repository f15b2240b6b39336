"""How numbers are written, by language and region (CLDR)."""

from __future__ import annotations

# What parts thousands and what parts decimals, by language, and by language and region where that
# differs; "," and "." for any other. `counting.js` writes numbers alike.
_MARKS = {
    locale: marks
    for marks, locales in {
        (".", ","): (
            "ar-DZ ar-LY ar-MA ar-TN ca da de el es es-AR es-BO es-CL es-CO es-EC es-PY es-UY "
            "es-VE hr id it nl pt ro sl sr tr vi"
        ),
        (",", "."): "es-419 es-DO es-GT es-HN es-MX es-NI es-PA es-PE es-PR es-SV es-US",
        ("\N{RIGHT SINGLE QUOTATION MARK}", "."): "de-CH de-LI it-CH",
        ("\N{NARROW NO-BREAK SPACE}", ","): "fr",
        (
            "\N{NO-BREAK SPACE}",
            ",",
        ): "bg cs de-AT es-CR fi fr-CA hu lt nb pl pt-AO pt-PT ru sk sv uk",
    }.items()
    for locale in locales.split()
}
_ENGLISH = (",", ".")
_ARABIC = ("\N{ARABIC THOUSANDS SEPARATOR}", "\N{ARABIC DECIMAL SEPARATOR}")
# Thousands are parted from five digits on.
_FROM_FIVE_DIGITS = frozenset(("es", "it", "it-CH", "pl", "pt-PT"))

# Where Arabic has digits of its own.
_ARABIC_DIGITS = frozenset(
    locale
    for locales in (
        "ar-BH ar-DJ ar-EG ar-ER ar-IL ar-IQ ar-JO ar-KM ar-KW ar-LB ar-MR ar-OM ar-PS ar-QA ar-SA",
        "ar-SD ar-SO ar-SS ar-SY ar-TD ar-YE",
    )
    for locale in locales.split()
)
_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


def written(number: float, locale: str, decimals: int = 0) -> str:
    """A number as it is written in a locale such as "de-AT"."""
    language = locale.partition("-")[0]
    known_as = locale if locale in _MARKS else language
    thousands, point = _MARKS.get(known_as, _ENGLISH)
    if locale in _ARABIC_DIGITS:
        thousands, point = _ARABIC
    if known_as in _FROM_FIVE_DIGITS and abs(number) < 10_000:
        thousands = ""
    marks = str.maketrans({",": thousands, ".": point})
    return digits(f"{number:,.{decimals}f}".translate(marks), locale)


def digits(text: str, locale: str) -> str:
    """A text with the digits of a locale."""
    return text.translate(_DIGITS) if locale in _ARABIC_DIGITS else text
