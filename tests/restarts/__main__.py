"""Many stories: python -m tests.restarts COUNT [--seed FIRST] [--kinds KIND ...]"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
import traceback
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

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
        certificate = nginx.certificate(Path(folder))
        with (
            front.serving(Path(folder), certificate) as serving,
            running.site(serving, Path(folder)) as site,
        ):
            for seed in range(options.seed, options.seed + options.count):
                kinds = random.Random(seed).choices(options.kinds, k=options.length)
                began = time.monotonic()
                visitor = Visitor(playwright, Path(folder, f"profile-{seed}"), site.line.url)
                told = story.Story(site, visitor, seed)
                try:
                    told.tell(kinds)
                    print(f"{seed}: well, {time.monotonic() - began:.0f} s: {', '.join(kinds)}")
                except Exception:
                    failed.append(seed)
                    print(f"{seed}: {'; '.join(told.told)}", traceback.format_exc(), sep="\n")
                    visitor.page.screenshot(path=f"restarts-{seed}.png")
                visitor.kill()
                visitor.is_gone()
                sys.stdout.flush()
    print(f"Failed: {failed or 'none'}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
