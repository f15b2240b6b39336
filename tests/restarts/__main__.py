"""Many stories: python -m tests.restarts COUNT [--seed FIRST] [--kinds KIND ...]"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
import traceback
from contextlib import suppress
from pathlib import Path

from playwright.sync_api import Error, expect, sync_playwright

from tests.conftest import PATIENCE
from tests.field import front, nginx
from tests.restarts import running, story
from tests.restarts.visitor import Visitor


def main() -> int:
    """Tells them; returns 1 if something was not as it has to be."""
    parser = argparse.ArgumentParser(prog="python -m tests.restarts", description=__doc__)
    parser.add_argument("count", type=int, help="how many stories")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6), help="of the first")
    parser.add_argument("--length", type=int, default=6, help="how much happens in each")
    parser.add_argument("--kinds", nargs="+", choices=story.KINDS, default=story.KINDS)
    options = parser.parse_args()
    expect.set_options(timeout=PATIENCE)
    failed = []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        root = Path(folder)
        with front.serving(root, nginx.certificate(root)) as serving:
            for seed in range(options.seed, options.seed + options.count):
                kinds = random.Random(seed).choices(options.kinds, k=options.length)
                own = root / str(seed)
                own.mkdir()
                with running.site(serving, own) as site:
                    visitor = Visitor(playwright, own / "profile", site.line.url)
                    if not _is_well(visitor, site, seed, kinds):
                        failed.append(seed)
    print(f"Failed: {failed or 'none'}")
    return 1 if failed else 0


def _is_well(visitor: Visitor, site: story.Site, seed: int, kinds: list[str]) -> bool:
    """Tells one, and how it went."""
    began = time.monotonic()
    told = story.Story(site, visitor, seed)
    try:
        told.tell(kinds)
    except Exception:
        print(f"{seed}: {'; '.join(told.told)}", traceback.format_exc(), sep="\n", flush=True)
        with suppress(Error):
            visitor.page.screenshot(path=Path(tempfile.gettempdir(), f"restarts-{seed}.png"))
        return False
    finally:
        visitor.kill()
        visitor.is_gone()
    print(f"{seed}: well, {time.monotonic() - began:.0f} s: {', '.join(kinds)}", flush=True)
    return True


if __name__ == "__main__":
    sys.exit(main())
