"""The README begins with pictures, and all of them are there."""

from __future__ import annotations

import re

from PIL import Image

from tests.conftest import ROOT
from tests.pictures.__main__ import HERE, SCHEMES, SIZES


def test_the_readme_begins_with_pictures_of_each_size_and_scheme() -> None:
    begin = (ROOT / "README.md").read_text(encoding="utf-8").split("\n## ")[0]
    shown = re.findall(r'src="tests/pictures/([\w-]+)\.png"', begin)
    assert sorted(shown) == sorted(f"{size}-{scheme}" for size in SIZES for scheme in SCHEMES)
    for name in shown:
        with Image.open(HERE / f"{name}.png") as picture:
            assert picture.size == SIZES[name.split("-")[0]]
