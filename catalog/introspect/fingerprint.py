"""Tells what is installed, and whether it changed, without importing it."""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
import importlib.util
import platform
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from catalog.errors import IntrospectionError, MissingDependencyError
from catalog.resources import resource_folder

_VERSION = re.compile(rb"""^__version__\s*=\s*["']([^"']+)["']""", re.MULTILINE)
_TAKES_PART = ("huggingface_hub",)
"""Packages whose version changes what is read: it brings the field validators."""

_CURATED = ("tasks.yaml", "traits.yaml")
"""Curated facts that go into records."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalledRelease:
    """The installed transformers, as its files tell.

    Attributes:
        version: Its version.
        location: Folder of the package.
        fingerprint: Digest of all its Python files, of the extractor's own and of the environment that takes part.
        environment: Versions of Python and of the packages that take part.
    """

    version: str
    location: Path
    fingerprint: str
    environment: Mapping[str, str] = field(default_factory=dict)


def installed_release(package: str = "transformers") -> InstalledRelease:
    """Describe the installed package without executing any of it.

    Contents are hashed, not times: a reinstalled release keeps its fingerprint, and an edited file changes it.

    Args:
        package: Import name of the package.

    Returns:
        Its version, location and fingerprint.

    Raises:
        MissingDependencyError: If it is not installed.
        IntrospectionError: If only remains of it are there.
    """
    location = find_package(package)
    version = _version(package, location)
    environment = environment_versions()
    digest = hashlib.sha256(repr((package, version, sorted(environment.items()))).encode())
    digest.update(extractor_digest().encode())
    digest.update(_digest_files(location).encode())
    return InstalledRelease(version=version, location=location, fingerprint=digest.hexdigest(), environment=environment)


def find_package(package: str) -> Path:
    """Folder of an installed package, found without importing it.

    Raises:
        MissingDependencyError: If it is not installed.
        IntrospectionError: If a folder of that name is there, but no package in it.
    """
    try:
        spec = importlib.util.find_spec(package)
    except (ImportError, ValueError) as error:
        raise IntrospectionError(
            f"{package} cannot be located: {error}.",
            remedy=f"Reinstall it with: pip install --force-reinstall {package}",
        ) from error
    if spec is None:
        raise MissingDependencyError(package, extra=None)
    if spec.origin is None or not spec.submodule_search_locations:
        places = ", ".join(spec.submodule_search_locations or ()) or str(spec.origin)
        raise IntrospectionError(
            f"{places} is no installation of {package}: its __init__.py is missing.",
            remedy=f"Reinstall it with: pip install --force-reinstall {package}",
        )
    return Path(spec.origin).parent


def environment_versions() -> dict[str, str]:
    """Versions of Python (without its patch level) and of the packages that take part in reading."""
    versions = {"python": ".".join(platform.python_version_tuple()[:2])}
    for package in _TAKES_PART:
        try:
            versions[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            versions[package] = "none"
    return versions


@functools.cache
def extractor_digest() -> str:
    """Digest of the code and curated facts that make records: when they change, what they made is out of date."""
    package = Path(__file__).resolve().parents[1]
    files = [
        *(package / "introspect").rglob("*.py"),
        *(package / f"{name}.py" for name in ("records", "types", "values")),
    ]
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(file.relative_to(package).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    for name in _CURATED:
        digest.update(name.encode() + b"\0" + (resource_folder("data") / name).read_bytes() + b"\0")
    return digest.hexdigest()


def _digest_files(folder: Path) -> str:
    digest = hashlib.blake2b(digest_size=32)
    for file in sorted(folder.rglob("*.py")):
        data = file.read_bytes()
        digest.update(f"{file.relative_to(folder).as_posix()}\0{len(data)}\0".encode())
        digest.update(data)
    return digest.hexdigest()


def _version(package: str, location: Path) -> str:
    match = _VERSION.search((location / "__init__.py").read_bytes())
    if match:
        return match[1].decode()
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError as error:
        raise IntrospectionError(
            f"{location} states no version of {package}.",
            remedy=f"Reinstall it with: pip install --force-reinstall {package}",
        ) from error
