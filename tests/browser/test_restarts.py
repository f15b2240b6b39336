"""Two stories in which everything ends once; `python -m tests.restarts` tells as many as wanted."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright

from tests.field.front import Front
from tests.restarts import running
from tests.restarts.story import Site, Story
from tests.restarts.visitor import Visitor

# What happens in each; in which order, and what is done meanwhile, its seed tells.
STORIES = (("app", "killed browser", "LiveChat refused"), ("sandbox", "deaf"))
SEED = int(os.environ.get("RESTARTS_SEED", "1"))


@pytest.fixture(scope="module")
def site(in_front: Front, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running.site(in_front, tmp_path_factory.mktemp("restarts")) as site:
        yield site


@pytest.mark.parametrize("kinds", STORIES, ids=", ".join)
def test_whatever_ends_nothing_is_lost(
    site: Site, playwright: Playwright, tmp_path: Path, kinds: tuple[str, ...]
) -> None:
    visitor = Visitor(playwright, tmp_path, site.line.url)
    story = Story(site, visitor, SEED)
    try:
        story.tell(random.Random(SEED).sample(kinds, len(kinds)))
    finally:
        print(f"RESTARTS_SEED={SEED}: {'; '.join(story.told)}")
        visitor.kill()
        visitor.is_gone()
