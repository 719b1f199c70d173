"""Specs move from one release to another; what is written is what was meant, and only that changes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from releases import sync_history

from catalog.errors import NotFoundError, UsageError
from catalog.records import Json
from catalog.specs.checker import check
from catalog.specs.knowledge import Knowledge
from catalog.specs.loading import load_text
from catalog.specs.migration import FileMigration, migrate
from catalog.specs.migration.operations import Insert, Operation, Put, Remove, Rename, applied
from catalog.specs.migration.writing import write_operation
from catalog.specs.nodes import to_value
from catalog.store import open_knowledge


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Knowledge]]:
    database = sync_history(tmp_path_factory.mktemp("history"))
    with ExitStack() as stack:
        yield {
            version: stack.enter_context(open_knowledge(database, version)) for version in ("4.1.0", "4.2.0", "5.0.0")
        }


def moved(releases, text: str, *, path: str = "spec.yaml", **options) -> FileMigration:
    def open_release(version: str) -> Knowledge:
        if version not in releases:
            raise NotFoundError("cataloged release", version)
        return releases[version]

    return migrate(load_text(text, path), target="5.0.0", open_release=open_release, **options)


def kinds(result: FileMigration) -> list[tuple[str, str | None, bool]]:
    return [(step.change, step.parameter, step.applied) for step in result.steps]


def test_a_spec_in_flow_style_keeps_it(releases) -> None:
    result = moved(releases, "{model_type: tiny, release: 4.2.0, params: {legacy: true, width: 3}}  # one line\n")
    assert result.after == '{model_type: tiny, release: "5.0.0", params: {hidden_size: 3}}  # one line\n'


def test_a_config_json_names_its_release_and_keeps_its_layout(releases) -> None:
    text = (
        '{\n  "model_type": "tiny",\n  "width": 3,\n  "legacy": true,\n  "mode": "slow",\n'
        '  "transformers_version": "4.2.0.dev0"\n}\n'
    )
    result = moved(releases, text, path="config.json", keep_behaviour=True)
    assert result.after == (
        '{\n  "model_type": "tiny",\n  "hidden_size": 3,\n  "mode": "slow",\n'
        '  "transformers_version": "5.0.0",\n  "ratio": 0.5\n}\n'
    )


def test_an_eir_spec_is_changed_in_its_own_block(releases) -> None:
    text = (
        "input_info: {input_source: a, input_name: b, input_type: sequence}\n"
        "model_config:\n  model_type: tiny\n  pretrained_model: false\n  model_init_config:\n    width: 3\n"
    )
    result = moved(releases, text, release="4.1.0", keep_behaviour=True)
    assert "  model_init_config:\n    hidden_size: 3\n    dropout: 0.1  # the default" in result.after


def test_a_removed_parameter_that_did_something_is_left_to_a_person(releases) -> None:
    result = moved(releases, 'model_type: tiny\nrelease: "4.2.0"\nparams:\n  legacy: false\n  width: 3\n')
    assert ("removed", "legacy", False) in kinds(result)
    assert [step.parameter for step in result.open] == ["legacy"]
    assert 'release: "4.2.0"' in result.after, "the spec is not for the new release yet"


def test_a_value_that_is_no_choice_any_more_is_told(releases) -> None:
    result = moved(releases, 'model_type: tiny\nrelease: "4.2.0"\nparams: {mode: fast}\n')
    (step,) = result.open
    assert (step.change, step.parameter, step.config_class) == ("choices", "mode", "TinyConfig")
    assert '"slow"' in step.message


def test_a_parameter_of_the_common_base_is_followed_too(releases) -> None:
    result = moved(releases, 'model_type: tiny\nrelease: "4.2.0"\nparams:\n  torchscript: false\n')
    assert ("removed", "torchscript", True) in kinds(result)
    assert "params:\n  {}\n" in result.after


def test_nested_configurations_are_compared(releases) -> None:
    text = 'model_type: duo\nrelease: "4.1.0"\nparams:\n  text_config:\n    width: 3 # w\n  projection: 2\n'
    result = moved(releases, text)
    assert ("renamed", "text_config.width", True) in kinds(result)
    assert ("default", "text_config.dropout", False) in kinds(result)
    assert "    hidden_size: 3 # w\n  projection: 2\n" in result.after


def test_defaults_of_a_nested_configuration_that_is_left_out_are_kept(releases) -> None:
    result = moved(releases, 'model_type: duo\nrelease: "4.1.0"\n', keep_behaviour=True)
    assert "params:\n  text_config:\n    dropout: 0.1  # the default" in result.after
    values = to_value(load_text(result.after, "spec.yaml").specs[0].root)
    assert isinstance(values, dict)
    assert values["params"] == {"text_config": {"dropout": 0.1, "ratio": 0.5}}


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("model_type: pair\n", "model_type: pair\n"),
        ("config_class: PairConfig\n", "config_class: CoupleConfig\n"),
        (
            "config_class: transformers.models.pair.configuration_pair.PairConfig\n",
            "config_class: transformers.models.pair.configuration_pair.CoupleConfig\n",
        ),
    ],
)
def test_a_class_with_a_new_name_is_named_by_it(releases, text: str, after: str) -> None:
    assert moved(releases, text, release="4.2.0").after == after


def test_a_model_that_is_gone_and_one_that_never_was(releases) -> None:
    result = moved(releases, "model_type: gone\n---\nmodel_type: late\n---\nmodel_type: nothing\n", release="4.1.0")
    assert [(step.change, step.required) for step in result.steps] == [
        ("class-removed", True),
        ("class-added", False),
        ("class-removed", True),
    ]
    assert result.after == result.before


def test_specs_of_one_file_move_from_their_own_releases(releases) -> None:
    text = 'model_type: tiny\nrelease: "4.1.0"\n---\nmodel_type: tiny\nrelease: "4.2.0"\nparams: {width: 1}\n'
    result = moved(releases, text)
    assert [spec.release for spec in result.specs] == ["4.1.0", "4.2.0"]
    assert result.after == text.replace("4.1.0", "5.0.0").replace("4.2.0", "5.0.0").replace("width", "hidden_size")


def test_what_stands_behind_an_alias_is_not_written(releases) -> None:
    text = (
        "- model_type: tiny\n  release: '4.2.0'\n  params: &shared {width: 3}\n"
        "- model_type: late\n  release: '4.2.0'\n  params: *shared\n"
    )
    result = moved(releases, text)
    assert "params: &shared {width: 3}" in result.after
    assert any("cannot be written where it stands" in step.message for step in result.steps)


def test_windows_line_ends_and_the_last_line_without_one_stay(releases) -> None:
    text = 'model_type: tiny\r\nrelease: "4.1.0"\r\nparams:\r\n  width: 3  # w\r\n  legacy: true'
    result = moved(releases, text, keep_behaviour=True)
    assert "\r\n  hidden_size: 3  # w\r\n  dropout: 0.1" in result.after
    assert "\n" not in result.after.replace("\r\n", "")


def test_a_release_must_be_known(releases) -> None:
    with pytest.raises(UsageError, match="--from"):
        moved(releases, "model_type: tiny\n")
    with pytest.raises(NotFoundError):
        moved(releases, "model_type: tiny\nrelease: '4.9'\n")


VALUES = {
    "width": st.integers(1, 9),
    "dropout": st.floats(0, 1).map(lambda value: round(value, 2)),
    "mode": st.sampled_from(["slow", "exact"]),
    "legacy": st.just(value=True),
    "window": st.none() | st.integers(1, 5),
    "ratio": st.floats(1, 2).map(lambda value: round(value, 2)),
}
PARAMS = st.fixed_dictionaries({}, optional=VALUES)


def _yaml(params: dict[str, Json], *, style: str, comment: str) -> str:
    import json

    head = 'model_type: tiny\nrelease: "4.1.0"\n'
    if style == "flow" or not params:
        return f"{head}params: {json.dumps(params)}{comment}\n"
    return f"{head}params:{comment}\n" + "".join(
        f"  {key}: {json.dumps(value)}{comment}\n" for key, value in params.items()
    )


@given(
    params=PARAMS,
    style=st.sampled_from(["flow", "block"]),
    comment=st.sampled_from(["", "  # why", " # a: {b}"]),
    keep=st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_a_migrated_spec_is_valid_and_needs_no_more(releases, params, style: str, comment: str, keep: bool) -> None:
    result = moved(releases, _yaml(params, style=style, comment=comment), keep_behaviour=keep)
    assert not result.open
    again = load_text(result.after, "spec.yaml")
    (spec,) = again.specs
    assert not [f for f in (*again.findings, *check(spec, releases["5.0.0"])) if f.severity == "error"]
    assert not kinds(moved(releases, result.after, keep_behaviour=keep))
    values = to_value(spec.root)
    assert isinstance(values, dict)
    expected = {("hidden_size" if key == "width" else key): value for key, value in params.items() if key != "legacy"}
    added = {"dropout": 0.1, "ratio": 0.5} if keep else {}
    assert (values["params"] or {}) == {**added, **expected}


BLOCK = st.dictionaries(
    st.sampled_from("abcd"), st.integers(0, 3) | st.lists(st.integers(0, 3), max_size=2), max_size=4
)
WORDS = st.characters(min_codepoint=32, max_codepoint=126)
OPERATIONS = st.one_of(
    st.builds(Rename, st.just(("params",)), st.sampled_from("abcd"), st.just("new")),
    st.builds(Remove, st.just(("params",)), st.sampled_from("abcd")),
    st.builds(Put, st.just(("params",)), st.sampled_from("abcd"), st.integers() | st.text(WORDS, max_size=5)),
    st.builds(Insert, st.just(("params",)), st.just("new"), st.integers() | st.lists(st.integers(), max_size=2)),
    st.builds(Insert, st.just(("params", "deep")), st.just("new"), st.integers()),
)


@given(block=BLOCK, operation=OPERATIONS, style=st.sampled_from(["json", "wide", "flow", "block"]))
@settings(max_examples=150, deadline=None)
def test_text_and_values_change_alike(block: dict[str, Json], operation: Operation, style: str) -> None:
    import json

    spec = {"model_type": "bert", "params": block}
    if style == "block":
        lines = [f"  {key}: {json.dumps(value)}  # {key}\n" for key, value in block.items()]
        text = "model_type: bert\nparams:\n" + "".join(lines) if lines else "model_type: bert\nparams:\n"
    else:
        text = json.dumps(spec, indent=2 if style == "wide" else None)
    path = "spec.json" if style in ("json", "wide") else "spec.yaml"
    file = load_text(text, path)
    before = to_value(file.specs[0].root)
    assert isinstance(before, dict)
    if not isinstance(operation, Insert) and operation.key not in block:
        return
    if isinstance(operation, Put) and isinstance(block[operation.key], list):
        return
    changed = write_operation(text, file.specs[0].root, operation, is_json=path.endswith("json"))
    assert changed is not None
    again = load_text(changed, path)
    assert to_value(again.specs[0].root) == applied(before, operation)
    assert [line for line in text.splitlines() if "#" in line and operation.key != line.strip()[:1]] == [
        line for line in changed.splitlines() if "#" in line and not line.strip().startswith(("new", operation.key))
    ]
