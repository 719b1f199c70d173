"""Settings of the checker from ``[tool.catalog]`` in a ``pyproject.toml``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeVar

from catalog.errors import UsageError
from catalog.specs.selection import Selection
from catalog.specs.suggestions import nearest

FILE_NAME: Final = "pyproject.toml"
KEYS: Final = ("select", "ignore", "severity", "exclude", "release", "database")

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a project wants of the checker.

    Attributes:
        selection: Which rules report, and how severely.
        exclude: Patterns of paths that a search of folders leaves out.
        release: The transformers release to check against; ``None`` for the newest one cataloged.
        database: The catalog's database; ``None`` for the usual one.
        source: The file that says so; ``None`` where there is none.
    """

    selection: Selection = field(default_factory=Selection)
    exclude: tuple[str, ...] = ()
    release: str | None = None
    database: str | None = None
    source: Path | None = None


class SettingsSearch:
    """Finds the settings that hold for each file, reading each ``pyproject.toml`` once."""

    def __init__(self) -> None:
        self._found: dict[Path, Settings] = {}

    def of(self, path: Path) -> Settings:
        """The settings that hold for a file or folder.

        They are those of the nearest ``pyproject.toml`` above it that has a ``[tool.catalog]``.

        Args:
            path: The file or folder.

        Returns:
            The settings, or the defaults where no such file stands above.

        Raises:
            UsageError: If the file cannot be read, a key is unknown, or a value is wrong; the message names both.
        """
        folder = path.absolute()
        return self._above(folder if folder.is_dir() else folder.parent)

    def _above(self, folder: Path) -> Settings:
        found = self._found.get(folder)
        if found is None:
            path = folder / FILE_NAME
            table = _table(path) if path.is_file() else None
            if table is not None:
                found = _read(table, path)
            else:
                found = Settings() if folder.parent == folder else self._above(folder.parent)
            self._found[folder] = found
        return found


def load_settings(start: Path | None = None) -> Settings:
    """The settings that hold for a file or folder; for the working folder where none is given.

    Raises:
        UsageError: If the file that holds them is wrong.
    """
    return SettingsSearch().of(start or Path())


def _table(path: Path) -> Mapping[str, Any] | None:
    import tomllib  # noqa: PLC0415 (most runs meet no file with settings)

    try:
        content = path.read_bytes()
        if b"catalog" not in content:
            return None
        document = tomllib.loads(content.decode("utf-8-sig"))
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} is no TOML: {error}.") from error
    tools = document.get("tool", {})
    table = tools.get("catalog") if isinstance(tools, dict) else None
    if table is not None and not isinstance(table, dict):
        raise UsageError(f"{path}: tool.catalog is no table.", remedy="Write [tool.catalog] above its keys.")
    return table


def _read(table: Mapping[str, Any], path: Path) -> Settings:
    for key in table:
        if key not in KEYS:
            likely = nearest(key, KEYS, limit=1)
            remedy = f"Did you mean {likely[0].name}?" if likely else f"The keys are {', '.join(KEYS)}."
            raise UsageError(f"{path}: [tool.catalog] has no key {key!r}.", remedy=remedy)
    where = f"{path}: [tool.catalog]"
    severity: dict[str, str] = _value(
        table, "severity", path, _is_words, 'a table such as severity = {C110 = "warning"}', {}
    )
    strings = 'a list of strings such as ["C110"]'
    return Settings(
        selection=Selection.of(
            _value(table, "select", path, _is_list, strings, []),
            _value(table, "ignore", path, _is_list, strings, []),
            severity,
            where=where,
        ),
        exclude=tuple(_value(table, "exclude", path, _is_list, 'a list of patterns such as ["drafts/*"]', [])),
        release=_value(table, "release", path, _is_text, 'a string such as "5.23.0"', None),
        database=_value(table, "database", path, _is_text, 'a URL such as "sqlite:///catalog.db"', None),
        source=path,
    )


def _value(table: Mapping[str, Any], key: str, path: Path, fits: Callable[[Any], bool], form: str, default: _T) -> _T:
    value: _T = table.get(key, default)
    if key in table and not fits(value):
        raise UsageError(f"{path}: tool.catalog.{key} must be {form}, not {value!r}.")
    return value


def _is_list(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_words(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(item, str) for item in value.values())
