"""Every command is documented, answers to -h, and refuses what it does not know."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from typer.main import get_command

from catalog import __version__
from catalog.cli.app import COMMANDS, app


def walk(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command and group below a command, with the words that call it."""
    yield path, command
    for name, inner in getattr(command, "commands", {}).items():
        yield from walk(inner, (*path, name))


EVERY = [pytest.param(path, command, id=" ".join(path) or "catalog") for path, command in walk(get_command(app))]
LEAVES = [parameter for parameter in EVERY if not hasattr(parameter.values[1], "commands")]


def test_the_commands_of_the_contract_are_there() -> None:
    assert {"sync", "list", "show", "search", "doctor", "database", "version"} <= set(COMMANDS)


@pytest.mark.parametrize(("path", "command"), EVERY)
def test_help_says_what_it_does_and_gives_an_example(run, path, command) -> None:
    result = run(*path, "--help")
    assert result.status == 0
    assert re.search(rf"^ +catalog {' '.join(path[:1])}", result.out, re.MULTILINE), "no example"
    assert "Example" in result.out
    assert command.help
    assert run(*path, "-h").out == result.out


@pytest.mark.parametrize(("path", "command"), EVERY)
def test_every_option_and_argument_is_described(path, command) -> None:
    for parameter in command.params:
        assert parameter.help, f"{parameter.name} of {' '.join(path)} has no help"


@pytest.mark.parametrize(("path", "command"), LEAVES)
def test_examples_name_options_that_exist(path, command) -> None:
    known = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
    for line in (command.epilog or "").splitlines():
        if line.strip().startswith("catalog "):
            for option in re.findall(r"(?<!\S)--[a-z-]+", line):
                assert option in known | {"--help"}, line


@pytest.mark.parametrize(("path", "command"), EVERY)
def test_an_unknown_option_is_wrong_usage(run, path, command) -> None:
    result = run(*path, "--nonsense")
    assert result.status == 2
    assert "--nonsense" in result.err
    assert not result.out


def test_a_misspelt_command_gets_a_suggestion(run) -> None:
    result = run("shwo", "llama")
    assert result.status == 2
    assert "Did you mean 'show'?" in result.err


def test_the_version_is_told(run) -> None:
    assert run("--version").out == f"catalog {__version__}\n"
    assert run("version", "--json").json["catalog"] == __version__


def test_without_a_command_help_is_shown(run) -> None:
    result = run()
    assert result.status == 2
    assert "show" in result.out + result.err


def test_the_database_may_be_named_before_the_command(run, tmp_path, database) -> None:
    missing = tmp_path / "elsewhere.db"
    assert run("--database", str(missing), "database", "path").out.strip() == str(missing)
    assert run("--database", str(missing), "database", "path", "--database", str(database)).out.strip() == str(database)


def test_the_shell_completion_script_is_there(spawn) -> None:
    result = spawn("--show-completion", "bash", env={"_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"})
    assert result.status == 0
    assert "_CATALOG_COMPLETE" in result.out


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("catalog sh", "show"),
        ("catalog show lla", "llama"),
        ("catalog show LlamaC", "LlamaConfig"),
        ("catalog show llama.num_key", "llama.num_key_value_heads"),
        ("catalog list --has sliding_w", "sliding_window"),
        ("catalog show llama --release 5", "5."),
        ("catalog list --task text-gen", "text-generation"),
        ("catalog bench compare late", "latest~1"),
    ],
)
def test_tab_completes_from_the_catalog(spawn, words: str, expected: str) -> None:
    result = spawn(
        env={"_CATALOG_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": str(len(words.split()) - 1)}
    )
    assert result.status == 0
    assert any(line.startswith(expected) for line in result.out.splitlines())
    assert not result.err


@pytest.mark.parametrize("url", ["/nonexistent/catalog.db", "nonsense://", "postgresql://nobody@127.0.0.1:1/x"])
def test_tab_is_silent_where_there_is_no_catalog(spawn, url: str) -> None:
    words = "catalog show lla"
    environment = {"_CATALOG_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": "2"}
    result = spawn(env={**environment, "CATALOG_DATABASE_URL": url})
    assert (result.status, result.out.strip(), result.err) == (0, "", "")
