"""Published transformers releases, found and downloaded through pip.

pip is asked rather than an index of our own choice, so that its configuration (index, mirrors, certificates,
proxies, credentials) holds here too. Only wheels are taken, without their dependencies: pip unpacks and runs
nothing of them.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

from packaging.version import InvalidVersion, Version

from catalog.errors import IntrospectionError, MissingDependencyError, NotFoundError

PACKAGE = "transformers"
OLDEST = Version("2.0.0")
"""The first release under the name of transformers; what came before had other names and another layout."""

_VERSIONS_LINE = re.compile(r"^Available versions: (?P<versions>.+)$", re.MULTILINE)
_CREDENTIALS = re.compile(r"(?<=://)[^/@\s]+@")


def available_releases(*, timeout: float = 120.0) -> tuple[str, ...]:
    """Ask pip which releases there are.

    Args:
        timeout: Seconds to wait for the index.

    Returns:
        Final releases from 2.0.0 on, oldest first.

    Raises:
        IntrospectionError: If the index cannot be reached or understood.
        MissingDependencyError: If this Python has no pip.
    """
    done = _pip(["index", "versions", PACKAGE, "--json"], timeout=timeout)
    if done.returncode != 0 and "no such option" in done.stderr:  # pip before 25.0
        done = _pip(["index", "versions", PACKAGE], timeout=timeout)
    if done.returncode != 0:
        raise IntrospectionError(
            f"pip could not list the releases of {PACKAGE}: {_last_line(done.stderr)}",
            remedy="Check pip's configuration and the network, or give a wheel with --path.",
        )
    return _final_releases(_versions_in(done.stdout))


def download(version: str, folder: Path, *, timeout: float = 600.0) -> Path:
    """Download the wheel of one release.

    Args:
        version: For example ``"4.39.3"``.
        folder: An existing folder to put it in.
        timeout: Seconds to wait.

    Returns:
        Path of the wheel.

    Raises:
        NotFoundError: If there is no such release.
        IntrospectionError: If the download fails.
        MissingDependencyError: If this Python has no pip.
    """
    done = _pip(
        [
            "download", "--quiet", "--no-deps", "--only-binary=:all:", "--ignore-requires-python",
            "--no-input", "--dest", str(folder), f"{PACKAGE}=={version}",
        ],
        timeout=timeout,
    )  # fmt: skip
    wheels = sorted(folder.glob(f"{PACKAGE}-{version}-*.whl"))
    if done.returncode == 0 and wheels:
        return wheels[0]
    if "No matching distribution" in done.stderr or "Could not find a version" in done.stderr:
        raise NotFoundError("transformers release", version, where="in the package index")
    raise IntrospectionError(
        f"pip could not download {PACKAGE} {version}: {_last_line(done.stderr)}",
        remedy="Check pip's configuration and the network, or give a wheel with --path.",
    )


def _pip(arguments: list[str], *, timeout: float) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-color", *arguments]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=timeout)
    except subprocess.TimeoutExpired as error:
        raise IntrospectionError(
            f"pip did not answer within {timeout:.0f} seconds.", remedy="Check the network and try again."
        ) from error
    if "No module named pip" in done.stderr:
        raise MissingDependencyError("pip", extra=None, reason="it is needed to find and download releases")
    return done


def _versions_in(output: str) -> list[str]:
    if output.lstrip().startswith("{"):
        return list(json.loads(output)["versions"])
    match = _VERSIONS_LINE.search(output)
    return match["versions"].split(", ") if match else []


def _final_releases(texts: list[str]) -> tuple[str, ...]:
    found: dict[Version, str] = {}
    for text in texts:
        try:
            version = Version(text)
        except InvalidVersion:
            continue
        if version >= OLDEST and not version.is_prerelease:
            found[version] = text
    return tuple(found[version] for version in sorted(found))


def _last_line(text: str) -> str:
    """The line that says what went wrong, without credentials that an index URL may hold."""
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("WARNING")]
    return _CREDENTIALS.sub("***@", lines[-1].strip()) if lines else "it gave no reason"
