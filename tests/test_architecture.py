"""The rooms of the package import each other in one direction only, and only the command line prints or exits."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import catalog

PACKAGE = Path(catalog.__file__).parent
FILES = sorted(path for path in PACKAGE.rglob("*.py") if "_bundled" not in path.parts)

FLOOR = {
    "records",
    "model_facts",
    "measurements",
    "quantities",
    "values",
    "types",
    "errors",
    "resources",
    "collector",
    "_version",
}
ROOMS = {
    "introspect": FLOOR,
    "history": FLOOR,
    "store": FLOOR,
    "doctor": FLOOR | {"introspect"},
    "sync": FLOOR | {"introspect", "store"},
    "query": FLOOR | {"introspect", "history", "store", "sync", "doctor", "specs", "builder", "benchmark"},
    "specs": FLOOR | {"store", "history"},
    "builder": FLOOR | {"query", "specs"},
    "benchmark": FLOOR | {"builder", "specs"},
    "site": FLOOR | {"query", "history", "specs", "builder", "benchmark", "doctor"},
    "cli": FLOOR
    | {"introspect", "history", "store", "doctor", "sync", "query", "specs", "builder", "benchmark", "site"},
}
"""What each room may import besides itself. `query` reaches into `specs` for its own ``validate`` and into `builder`
for its own ``build``, lazily."""

FOREIGN = {
    "floor": {"sqlalchemy", "alembic", "torch", "transformers", "rich", "typer", "click"},
    "introspect": {"sqlalchemy", "alembic", "rich", "typer", "click", "torch"},
    "store": {"torch", "transformers", "rich", "typer", "click"},
    "history": {"sqlalchemy", "alembic", "torch", "transformers", "rich", "typer", "click"},
    "doctor": {"sqlalchemy", "alembic", "torch", "transformers", "rich", "typer", "click"},
    "sync": {"sqlalchemy", "alembic", "torch", "transformers", "rich", "typer", "click"},
    "query": {"sqlalchemy", "alembic", "torch", "transformers", "rich", "typer", "click"},
    "specs": {"sqlalchemy", "alembic", "torch", "transformers", "rich", "typer", "click"},
    "builder": {"sqlalchemy", "alembic", "rich", "typer", "click"},
    "benchmark": {"sqlalchemy", "alembic", "rich", "typer", "click"},
    "site": {"sqlalchemy", "alembic", "torch", "transformers", "rich", "typer", "click"},
    "cli": {"sqlalchemy", "alembic", "torch", "transformers"},
}
"""Packages that a room leaves alone, even within functions."""


def room_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return "floor" if parts[0] in FLOOR or parts == ("__init__",) else parts[0]


def imports_of(path: Path) -> Iterator[tuple[int, str]]:
    """Line and full name of everything that a module imports, wherever in it, except for type checkers."""
    tree = parsed(path)
    skipped = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for statement in node.body
        for inner in ast.walk(statement)
    }
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno} imports relatively"
            yield node.lineno, node.module or ""
            if node.module == "catalog":
                yield from ((node.lineno, f"catalog.{alias.name}") for alias in node.names)


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def test_every_module_belongs_to_a_known_room() -> None:
    assert {room_of(path) for path in FILES} <= {"floor", *ROOMS}


def test_imports_go_down_the_picture_only() -> None:
    wrong = []
    for path in FILES:
        room = room_of(path)
        allowed = FLOOR if path == PACKAGE / "__init__.py" else ROOMS.get(room, FLOOR) | {room}
        for line, name in imports_of(path):
            target = name.split(".")[1] if name.startswith("catalog.") else None
            if target is not None and is_part(target) and target not in allowed:
                wrong.append(f"{path}:{line}: {room} may not import {name}")
    assert not wrong


def is_part(name: str) -> bool:
    """True for a room or module of the package, false for a name that its ``__init__`` offers."""
    return (PACKAGE / name).is_dir() or (PACKAGE / f"{name}.py").is_file()


def test_rooms_leave_foreign_packages_alone() -> None:
    wrong = [
        f"{path}:{line}: {room_of(path)} may not import {name}"
        for path in FILES
        for line, name in imports_of(path)
        if name.split(".")[0] in FOREIGN[room_of(path)]
    ]
    assert not wrong


COMMANDS = {PACKAGE / "benchmark" / "__main__.py"}
"""Commands of their own, which machines run that have no more than torch and transformers."""


def test_only_the_command_line_prints_or_exits() -> None:
    wrong = []
    for path in FILES:
        if room_of(path) == "cli" or path in COMMANDS:
            continue
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Call):
                called = ast.unparse(node.func)
                if called in {"print", "sys.exit", "exit", "quit"} or called.startswith(("sys.stdout.", "sys.stderr.")):
                    wrong.append(f"{path}:{node.lineno} calls {called}")
            elif isinstance(node, ast.Raise) and node.exc is not None and "SystemExit" in ast.unparse(node.exc):
                wrong.append(f"{path}:{node.lineno} raises SystemExit")
    assert not wrong


@pytest.mark.parametrize(
    ("module", "heavy"),
    [
        ("catalog", {"sqlalchemy", "alembic", "torch", "transformers", "rich", "typer", "yaml"}),
        ("catalog.cli", {"sqlalchemy", "alembic", "torch", "transformers", "rich", "typer", "yaml"}),
        ("catalog.cli.app", {"sqlalchemy", "alembic", "torch", "transformers", "rich"}),
        ("catalog.specs.validation", {"sqlalchemy", "alembic", "torch", "transformers", "rich", "typer"}),
        ("catalog.specs.checker", {"sqlalchemy", "alembic", "torch", "transformers", "rich", "typer", "yaml"}),
        ("catalog.cli.validation", {"sqlalchemy", "alembic", "torch", "transformers", "rich", "typer", "yaml"}),
        ("catalog.query", {"alembic", "torch", "transformers", "rich", "typer"}),
    ],
)
def test_importing_a_room_loads_nothing_heavy(module: str, heavy: set[str]) -> None:
    program = f"import sys, {module}; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert not heavy & set(loaded)


def test_public_names_are_exported_once_and_exist() -> None:
    assert len(set(catalog.__all__)) == len(catalog.__all__)
    for name in catalog.__all__:
        assert getattr(catalog, name) is not None
        assert name in dir(catalog)


def test_an_unknown_public_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = catalog.nonsense
