"""What a story takes: all of it in processes of their own, nginx in front."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.browser.apps import Apps
from tests.field.front import Front
from tests.field.line import Line
from tests.restarts.story import SOMEBODY_ELSES, Site
from tests.sandbox.process import Customer, Process

_IDS = ("CLIENT_ID", "ORGANIZATION_ID")


@contextmanager
def site(front: Front, folder: Path) -> Iterator[Site]:
    """A sandbox, an app and a line to it; what the app logs is in `folder`."""
    sandbox = Process(folder / "state")
    Customer(sandbox).say(SOMEBODY_ELSES)
    with (folder / "log").open("wb") as log:
        apps = Apps(front, log)
        try:
            with Line(sandbox.url) as far:
                settings = {f"LIVECHAT_{n}": sandbox.settings[f"LIVECHAT_{n}"] for n in _IDS}
                app = apps(LIVECHAT_API_URL=far.url, LIVECHAT_ACCOUNTS_URL=far.url, **settings)
                with Line(app) as line:
                    yield Site(sandbox, apps, app, line, far)
        finally:
            apps.stop()
            sandbox.kill()
