"""An nginx of the tests' own, which reads and writes nothing outside of one folder."""

from __future__ import annotations

import base64
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

_START_WITHIN = 60.0  # seconds

# What a system's nginx.conf has around a site's block.
_AROUND = """
daemon off;
master_process off;
pid {folder}/pid;
error_log {folder}/error.log;
events {{}}
http {{
    access_log off;
    client_max_body_size 0;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
{block}
}}
"""


@contextmanager
def serving(block: str, port: int, folder: Path) -> Iterator[None]:
    """nginx with a block of `http`, once it listens on the block's port."""
    config = folder / "nginx.conf"
    config.write_text(_AROUND.format(folder=folder, block=block))
    process = subprocess.Popen([_program(), "-c", str(config), "-e", str(folder / "error.log")])
    try:
        _wait_for(port, process)
        yield
    finally:
        process.terminate()
        process.wait(timeout=_START_WITHIN)


def written(section: str) -> str:
    """The block that a section of the README shows."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    return readme.split(f"\n## {section}\n")[1].split("```nginx\n")[1].split("```")[0]


@dataclass(frozen=True)
class Certificate:
    """One for localhost, for which nobody vouches."""

    key: Path
    path: Path

    @property
    def lines(self) -> list[str]:
        """What names it in a server's block."""
        return [f"ssl_certificate {self.path};", f"ssl_certificate_key {self.key};"]

    @property
    def pin(self) -> str:
        """The hash of its public key, by which Chromium can be made to trust it."""
        read = ["openssl", "x509", "-in", str(self.path), "-pubkey", "-noout"]
        public = subprocess.run(read, check=True, capture_output=True).stdout
        convert = ["openssl", "pkey", "-pubin", "-outform", "der"]
        der = subprocess.run(convert, input=public, check=True, capture_output=True).stdout
        return base64.b64encode(sha256(der).digest()).decode()


def certificate(folder: Path) -> Certificate:
    """Makes one. `folder` is where its files are put."""
    made = Certificate(folder / "key.pem", folder / "certificate.pem")
    request = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"]
    request += ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    request += ["-keyout", str(made.key), "-out", str(made.path)]
    subprocess.run(request, check=True, capture_output=True)
    return made


def _program() -> str:
    """Without it tests are skipped, but never in CI."""
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        if os.environ.get("CI"):
            pytest.fail("no nginx, and tests of the field may not be skipped in CI")
        pytest.skip("no nginx on this machine")
    return program


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _START_WITHIN
    while time.monotonic() < deadline:
        assert process.poll() is None, "nginx has stopped"
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    pytest.fail("nginx did not start")
