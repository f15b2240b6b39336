"""Whether a package that the page stands on has a known vulnerability: `python -m tests.audit`.

pip-audit asks OSV (osv.dev) about what is installed of `requirements.txt` and all that it brings,
and about the lowest versions that it admits. A vulnerability fails. Where OSV cannot be asked
nothing is known, which is said and fails nothing: that is no fault of the page's.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]

# Of a version that is known to be vulnerable, and none of ours, whoever answers has to say so.
KNOWN = "django==1.11.0"


class Unasked(Exception):
    """OSV has not answered; the message says why."""


def requirements() -> list[Requirement]:
    """The packages of `requirements.txt`."""
    lines = (ROOT / "requirements.txt").read_text("utf-8").splitlines()
    stated = (line.partition("#")[0].strip() for line in lines)
    return [Requirement(line) for line in stated if line]


def installed() -> set[str]:
    """What is installed of them, and of what they require, each as `name==version`."""
    found: dict[str, str] = {}
    wanted = [one.name for one in requirements()]
    while wanted:
        name = canonicalize_name(wanted.pop())
        if name not in found:
            found[name] = metadata.version(name)
            every = map(Requirement, metadata.requires(name) or ())
            wanted += [
                one.name for one in every if not one.marker or one.marker.evaluate({"extra": ""})
            ]
    return {f"{name}=={version}" for name, version in found.items()}


def lowest() -> set[str]:
    """The lowest version of each that `requirements.txt` admits."""
    return {
        f"{one.name}=={bound.version}"
        for one in requirements()
        for bound in one.specifier
        if bound.operator == ">="
    }


def audit(pins: Iterable[str], *options: str) -> dict[str, list[str]]:
    """What is known of these versions: for each vulnerable one, what its faults are called.

    `options` are pip-audit's. Raises Unasked.
    """
    command = [sys.executable, "-m", "pip_audit", "--no-deps", "--disable-pip"]
    command += ["--progress-spinner", "off", "--format", "json"]
    command += ["--vulnerability-service", "osv", *options]
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("\n".join((*pins, KNOWN)))
        file.flush()
        command += ["--requirement", file.name]
        done = subprocess.run(command, capture_output=True, text=True)
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        raise Unasked(done.stderr.strip().rpartition("\n")[2]) from None
    if skipped := [one["skip_reason"] for one in packages if "skip_reason" in one]:
        raise Unasked(skipped[0])
    found = {
        f"{one['name']}=={one['version']}": [fault["id"] for fault in one["vulns"]]
        for one in packages
        if one["vulns"]
    }
    if not found.pop(KNOWN, None):
        raise Unasked(f"nothing is said of {KNOWN}, which has known vulnerabilities")
    return found


def main(*options: str) -> int:
    """Says what is known; returns the exit status."""
    status = 0
    for what, pins in (("as installed", installed()), ("as low as admitted", lowest())):
        try:
            found = audit(pins, *options)
        except Unasked as why:
            print(f"NOT AUDITED, {what}, since OSV could not be asked: {why}")
            break
        for pin, faults in found.items():
            print(f"{pin}, {what}: {', '.join(faults)}")
            status = 1
        if not found:
            print(f"No known vulnerability of {len(pins)} packages, {what}")
    return status


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
