"""What is said in Streamlit's stead: it still says that, and each of its words has one of ours."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
import streamlit

from livechat.page import words
from livechat.page.browser import renaming

# What Streamlit puts together.
_COMPOSED = {
    "Upload files": ["`Upload ${", "`files`"],
    "Upload or drag and drop files": ["`Upload or drag and drop ${", "`files`"],
    "Drag and drop files here": ["`Drag and drop ${", "} here`", "`files`"],
    "Press Enter to apply": ["`Press Enter to ${", "`apply`"],
    "Press Enter to submit form": ["`Press Enter to ${", "`submit form`"],
    "Press {keys} to submit form": ["`Press ${", "+Enter to ${", "`submit form`"],
}
_OF_REACT_ARIA = ("{count} option available.", "{count} options available.", "{name}, selected")

SAID = [theirs for said in renaming.NAMES.values() for theirs in said]


@cache
def bundle() -> str:
    """All that the installed Streamlit's browser side may say."""
    scripts = (Path(streamlit.__file__).parent / "static" / "static" / "js").glob("*.js")
    return "\n".join(script.read_text("utf-8") for script in scripts)


@pytest.mark.parametrize("theirs", [one for one in SAID if one not in _OF_REACT_ARIA])
def test_streamlit_still_says_it(theirs: str) -> None:
    whole = [f"`{theirs}`"] if re.fullmatch(r"[\w. ]+", theirs) else re.split(r"{\w+}", theirs)
    for part in _COMPOSED.get(theirs, whole):
        assert part.strip(" ,") in bundle()


def test_so_do_its_lists() -> None:
    assert "countAnnouncement:" in bundle()
    assert "selectedAnnouncement:" in bundle()
    assert "react-aria.i18n.locale" in bundle()


@pytest.mark.parametrize("language", words.languages())
def test_each_language_has_words_for_it_that_keep_what_is_filled_in(language: str) -> None:
    with words.speaking(language):
        for said in renaming.says()["names"].values():
            for theirs, ours in said.items():
                for sentence in ours.values() if isinstance(ours, dict) else [ours]:
                    assert set(re.findall(r"{(\w+)}", sentence)) <= {
                        *re.findall(r"{(\w+)}", theirs)
                    }
