"""``catalog version``: what is installed."""

from __future__ import annotations

from catalog import __version__
from catalog.cli.options import JsonOption, family

app = family()

_PACKAGES = ("transformers", "torch", "sqlalchemy", "huggingface_hub")


@app.command(epilog="Examples:\n\n\b\n  catalog version\n  catalog version --json\n")
def version(*, json: JsonOption = False) -> None:
    """Show the version of the catalog and of what it works with."""
    import platform

    from catalog.cli.output import write_facts, write_json

    versions: dict[str, str | None] = {"catalog": __version__, "python": platform.python_version()}
    versions |= {package: _version_of(package) for package in _PACKAGES}
    if json:
        write_json(versions)
    else:
        write_facts((name, found or "not installed") for name, found in versions.items())


def print_version() -> None:
    """Write the version of the catalog to stdout."""
    from catalog.cli.output import write

    write(f"catalog {__version__}")


def _version_of(package: str) -> str | None:
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as version_of

    try:
        return version_of(package)
    except PackageNotFoundError:
        return None
