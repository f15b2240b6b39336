"""Another site's page that holds the app in a frame, over TLS as both are in the field.

Two sites of this machine's: the shop's page is at `localhost`, the app in it at `127.0.0.1`, which
is another site for every browser, as two names of the internet's are. Both certificates are ones
that nobody vouches for, so the browser's context takes `ignore_https_errors`. The app itself
has nothing in front: here it is the README's nginx, with the shop named as one who may frame it.

Not imitated: a shop and an app on two machines, and what Safari adds to its engine.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import FrameLocator, Page

from tests.browser.apps import free_port
from tests.field import front, nginx

# As the README has people write it into their page.
ALLOW = "microphone; clipboard-write; autoplay; fullscreen"

_SHOPS_SERVER = """
server {{
    listen 127.0.0.1:{port} ssl;
    server_name localhost;
{tls}
    location / {{ root {folder}; try_files /shop.html =404; }}
}}
"""

_SHOP = """<!DOCTYPE html>
<html lang="en">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Flowers</title>
<style>
  body {{ margin: 0; }}
  iframe {{ border: 0; width: 100%; height: 100vh; display: block; }}
</style>
<iframe title="Chat with us" src="{chat}" allow="{allow}"></iframe>
</html>
"""


@contextmanager
def shop(app: str, folder: Path) -> Iterator[str]:
    """Serves the shop's page at the address that is yielded. `folder` is a new one."""
    port = free_port()
    tls = nginx.certificate(folder).lines
    shops = _SHOPS_SERVER.format(port=port, tls="\n".join(tls), folder=folder)
    apps = front.as_tried("\n".join([f"listen 127.0.0.1:{port} ssl http2;", *tls]), app)
    for written, tried in (
        ("server_name chat.example.com;", "server_name 127.0.0.1;"),
        ("frame-ancestors 'self'", "frame-ancestors 'self' https://localhost:*"),
    ):
        assert apps.count(written) == 1, written
        apps = apps.replace(written, tried)
    page = _SHOP.format(chat=f"https://127.0.0.1:{port}/?embed=true", allow=ALLOW)
    (folder / "shop.html").write_text(page, encoding="utf-8")
    with nginx.serving(shops + apps, port, folder):
        yield f"https://localhost:{port}/"


def chat_in(tab: Page) -> FrameLocator:
    """The app in a tab that shows the shop's page."""
    return tab.frame_locator("iframe[title='Chat with us']")
