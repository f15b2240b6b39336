"""LiveChat's own Python SDK, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import requests

from livechat.sandbox import Sandbox


def run_python_sdk(
    session: str, version: str, sandbox: Sandbox, certificate: str, folder: Path
) -> requests.Response:
    """Run a script that prints "all well"; return the answer that gave it the customer's token.

    Its arguments are the version, the host, the organization's id, the customer's token and the
    agent's.
    """
    script = folder / "session.py"
    script.write_text(session)
    grant = {
        "grant_type": "cookie",
        "client_id": sandbox.client_id,
        "response_type": "token",
        "organization_id": sandbox.default.organization_id,
        "redirect_uri": "https://localhost:8501",
    }
    response = requests.post(f"{sandbox.url}/v2/customer/token", json=grant, verify=certificate)
    # From another folder, and without ours on the path: the SDK is called `livechat`, too.
    done = subprocess.run(
        [
            sys.executable,
            str(script),
            version,
            sandbox.url.removeprefix("https://"),
            sandbox.default.organization_id,
            response.json()["access_token"],
            sandbox.default.agent_token,
        ],
        cwd=folder,
        env={
            **{name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
            "SSL_CERT_FILE": certificate,
        },
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout == "all well\n", done.stderr
    return response
