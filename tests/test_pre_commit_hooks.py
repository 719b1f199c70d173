"""The hooks that other repositories install name commands that exist, and the files that are meant."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from catalog.cli.app import COMMANDS

ROOT = Path(__file__).parent.parent
HOOKS: list[dict[str, Any]] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))


def hook(name: str) -> dict[str, Any]:
    return next(hook for hook in HOOKS if hook["id"] == name)


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])
def test_a_hook_runs_a_command_of_this_package(hook):
    assert {"id", "name", "description", "entry", "language", "files"} <= hook.keys()
    assert hook["language"] == "python"
    program, command, *rest = hook["entry"].split()
    assert program in tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]
    assert command in COMMANDS
    assert not rest


@pytest.mark.parametrize(
    ("name", "taken", "left"),
    [
        (
            "catalog-validate",
            ["specs/a.yaml", "models/spec/b.json", "llama.spec.yml", "llama_spec.yaml", "spec.json"],
            ["docker-compose.yaml", "package.json", "specs/readme.md", "inspec.yaml", "special/a.yaml"],
        ),
        (
            "catalog-validate-config",
            ["config.json", "checkpoints/llama/config.json"],
            ["tokenizer_config.json", "config.json.bak", "myconfig.json"],
        ),
    ],
)
def test_a_hook_takes_the_files_that_are_meant(name, taken, left):
    pattern = re.compile(hook(name)["files"])
    assert all(pattern.search(path) for path in taken)
    assert not any(pattern.search(path) for path in left)
