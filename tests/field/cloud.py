"""What stands in front of an app on Streamlit Community Cloud, and in front of many others.

Imitated, as Streamlit's source says it or several people have found it on apps of theirs:

- the proxy hands the app no cookies but some of Streamlit's own, though the browser keeps all;
- the app is served below `/~/+/` and knows nothing of it: Streamlit's frontend finds its server by
  the page's address;
- visitors see a page at `/` that holds the app in a sandboxed frame of the same origin, titled
  `streamlitApp`, and hands the tab's title on;
- two controls of that page float over the frame's lower right corner: on a phone 137 x 46 px, out
  of the app's reach.

Not known: what else the frame is allowed (here forms, dialogs, downloads and new tabs; `sandbox`
narrows it), and whether the address's query reaches it. Left out: the redirects of a first visit,
apps that are asleep, the options that are overridden, and cookies of `st.login` so long that
Streamlit splits them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import FrameLocator, Page

from tests.browser.apps import free_port
from tests.field import nginx

FRAME = "/~/+/"
SANDBOX = (
    "allow-scripts allow-same-origin allow-forms allow-modals allow-downloads "
    "allow-popups allow-popups-to-escape-sandbox"
)

_COOKIES = ("_streamlit_user", "_streamlit_user_tokens", "_streamlit_xsrf", "_streamlit_session")

_SERVER = """
map $http_upgrade $connection_kind {{ default upgrade; "" close; }}
{maps}
server {{
    listen 127.0.0.1:{listen};
{tls}
    proxy_http_version 1.1;
    proxy_set_header Host $http_host;
    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    proxy_set_header X-Forwarded-Host $http_host;
    proxy_set_header X-Forwarded-Proto $scheme;
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header Connection $connection_kind;
    proxy_set_header Cookie "{cookies}";
    proxy_buffering off;
    proxy_read_timeout 1h;
{locations}
}}
"""

_PLAIN = "    location / {{ proxy_pass {app}; }}"

_FRAMED = """
    location = / {{ root {folder}; try_files /host.html =404; }}
    location /~/+/ {{ proxy_pass {app}/; }}
"""

_HOST_PAGE = """<!DOCTYPE html>
<html lang="en">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Streamlit</title>
<style>
  html, body {{ margin: 0; height: 100%; overflow: hidden; }}
  iframe {{ border: 0; width: 100%; height: 100%; display: block; }}
  .control {{ position: fixed; bottom: 0; height: 46px; background: #888; }}
  #profile {{ right: 46px; width: 91px; z-index: 40; }}
  #badge {{ right: 0; width: 46px; z-index: 50; }}
</style>
<iframe title="streamlitApp" sandbox="{sandbox}" allow="clipboard-write"></iframe>
<a id="profile" class="control" href="about:blank#profile" target="_blank"></a>
<a id="badge" class="control" href="about:blank#badge" target="_blank"></a>
<script>
  const frame = document.querySelector("iframe");
  addEventListener("message", ({{ source, data }}) => {{
    const isTitle = source === frame.contentWindow && data?.type === "SET_PAGE_TITLE";
    if (isTitle) document.title = data.title;
  }});
  frame.src = "{frame}" + location.search;
</script>
</html>
"""


@contextmanager
def cloud(
    app: str, folder: Path, *, framed: bool = True, tls: bool = False, sandbox: str = SANDBOX
) -> Iterator[str]:
    """Serves the app at an address of its own, which is yielded.

    Without `framed` only cookies are dropped. With `tls` it is https with a certificate that nobody
    vouches for, so the browser's context takes `ignore_https_errors`. `folder` is a new one.
    """
    port = free_port()
    config = _SERVER.format(
        maps="\n".join(map(_map, _COOKIES)),
        listen=f"{port} ssl" if tls else port,
        tls="\n".join(nginx.certificate(folder).lines) if tls else "",
        cookies="".join(f"$only{name}" for name in _COOKIES),
        locations=(_FRAMED if framed else _PLAIN).format(app=app, folder=folder),
    )
    host_page = _HOST_PAGE.format(sandbox=sandbox, frame=FRAME)
    (folder / "host.html").write_text(host_page, encoding="utf-8")
    with nginx.serving(config, port, folder):
        yield f"{'https' if tls else 'http'}://localhost:{port}"


def app_in(tab: Page) -> FrameLocator:
    """The app in a tab that shows the host page."""
    return tab.frame_locator("iframe[title=streamlitApp]")


def _map(name: str) -> str:
    """The cookie as it is to be sent, or nothing; nginx leaves out a header that is empty."""
    return f"""map $http_cookie $only{name} {{ "~(?:^|; )(?<found>{name}=[^;]*)" "$found; "; }}"""
