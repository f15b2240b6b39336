"""Another site's page that holds the app in a frame, over TLS as both are in the field.

Two sites of this machine's: the shop's page is at `localhost`, the app in it at `127.0.0.1`, which
is another site for every browser, as two names of the internet's are. Both certificates are ones
that nobody vouches for, so the browser's context takes `ignore_https_errors`.

Not imitated: a shop and an app on two machines, and what Safari adds to its engine.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import FrameLocator, Page

from tests.browser.apps import free_port
from tests.field import nginx

# As the README has people write it into their page.
ALLOW = "microphone; clipboard-write; autoplay; fullscreen"

_SERVERS = """
map $http_upgrade $connection_kind {{ default upgrade; "" close; }}
server {{
    listen 127.0.0.1:{port} ssl;
    server_name localhost;
{tls}
    location / {{ root {folder}; try_files /shop.html =404; }}
}}
server {{
    listen 127.0.0.1:{port} ssl;
    server_name 127.0.0.1;
{tls}
    add_header Content-Security-Policy "frame-ancestors 'self' https://localhost:*" always;
    location / {{
        proxy_pass {app};
        proxy_http_version 1.1;
        proxy_set_header Host $http_host;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection $connection_kind;
        proxy_read_timeout 1h;
    }}
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
    config = _SERVERS.format(
        port=port, tls="\n".join(nginx.certificate(folder).lines), folder=folder, app=app
    )
    page = _SHOP.format(chat=f"https://127.0.0.1:{port}/?embed=true", allow=ALLOW)
    (folder / "shop.html").write_text(page, encoding="utf-8")
    with nginx.serving(config, port, folder):
        yield f"https://localhost:{port}/"


def chat_in(tab: Page) -> FrameLocator:
    """The app in a tab that shows the shop's page."""
    return tab.frame_locator("iframe[title='Chat with us']")
