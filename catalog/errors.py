"""What can go wrong, as exceptions that know their remedy.

An error stores its facts as attributes and builds its message from them. The command line turns any
:class:`CatalogError` into one message and the exit status below; nothing else is shown to a user.
"""

from __future__ import annotations

from typing import ClassVar


class CatalogError(Exception):
    """Root of all errors that a user can mend.

    Attributes:
        message: What is wrong, naming the file or place.
        remedy: What to do about it; ``None`` where the message says it all.
        exit_status: Exit status of the command line.
    """

    exit_status: ClassVar[int] = 2

    def __init__(self, message: str, *, remedy: str | None = None) -> None:
        self.message = message
        self.remedy = remedy
        super().__init__(message if remedy is None else f"{message} {remedy}")


class NotFoundError(CatalogError):
    """Something that was asked for by name does not exist.

    Attributes:
        kind: What was looked for (``"model"``, ``"release"``, ``"parameter"``).
        name: The name that was given.
        suggestions: Names that were probably meant, best first.
    """

    exit_status: ClassVar[int] = 1

    def __init__(self, kind: str, name: str, *, where: str = "", suggestions: tuple[str, ...] = ()) -> None:
        self.kind = kind
        self.name = name
        self.suggestions = suggestions
        remedy = f"Did you mean {_either(suggestions)}?" if suggestions else None
        super().__init__(f"There is no {kind} named {name!r}{where and ' ' + where}.", remedy=remedy)


class NotCatalogedError(NotFoundError):
    """A release that the catalog does not hold, although it may well exist.

    Attributes:
        name: The release.
        suggestions: Cataloged releases that are near it, best first.
    """

    def __init__(self, release: str, *, near: tuple[str, ...] = ()) -> None:
        super().__init__("cataloged release", release, suggestions=near)
        self.message = f"transformers {release} is not cataloged."
        self.remedy = f"Catalog it with: catalog sync {release}" + ((near and f" (near it: {', '.join(near)})") or "")
        self.args = (f"{self.message} {self.remedy}",)


class NoEarlierReleaseError(NotFoundError):
    """The catalog holds no release before one, so that there is nothing to compare that with.

    Attributes:
        name: The release.
    """

    def __init__(self, release: str) -> None:
        super().__init__("cataloged release", release)
        self.message = f"No release before {release} is cataloged, so there is nothing to compare it with."
        self.remedy = f"Catalog one, for example with: catalog sync --until {release}"
        self.args = (f"{self.message} {self.remedy}",)


class UsageError(CatalogError):
    """The call itself is wrong: options that do not go together, a value out of range."""


class DatabaseError(CatalogError):
    """The database cannot be read or written: not reachable, not writable, full, damaged, locked, foreign."""


class NoCatalogError(DatabaseError):
    """There is no catalog at that place yet, or no release in it."""


class OutdatedDatabaseError(DatabaseError):
    """The database has an older or newer schema than this version of the catalog."""


class MissingDependencyError(CatalogError):
    """An optional dependency is not installed.

    Attributes:
        package: The package that is missing.
        extra: The extra that brings it; ``None`` where it comes with the base install.
    """

    def __init__(self, package: str, *, extra: str | None, reason: str = "") -> None:
        self.package = package
        self.extra = extra
        target = "transformers-catalog" if extra is None else f"'transformers-catalog[{extra}]'"
        super().__init__(
            f"{package} is not installed{reason and ': ' + reason}.",
            remedy=f"Install it with: pip install {target if extra else package}",
        )


class IntrospectionError(CatalogError):
    """A transformers installation, wheel or folder cannot be read at all."""


def _either(names: tuple[str, ...]) -> str:
    """``a``, ``a or b``, ``a, b or c``."""
    quoted = [repr(name) for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} or {quoted[-1]}"
