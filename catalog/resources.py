"""Finds the folders that lie beside the package in a checkout and inside it in a wheel."""

from __future__ import annotations

from pathlib import Path


def resource_folder(name: str) -> Path:
    """Path of a bundled folder.

    Args:
        name: ``"migrations"``, ``"data"`` or ``"site"``.

    Returns:
        The folder within the installed package, or the one of the checkout.

    Raises:
        FileNotFoundError: If neither exists, which means that the installation is incomplete.
    """
    package = Path(__file__).resolve().parent
    for folder in (package / "_bundled" / name, package.parent / name):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"The bundled folder {name!r} is missing from {package}: reinstall the package.")
