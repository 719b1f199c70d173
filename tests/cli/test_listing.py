"""``catalog list`` and ``catalog search``."""

from __future__ import annotations

import pytest

LIST_KEYS = {"model_type", "config_class", "release", "tasks", "modality", "size"}
SEARCH_KEYS = {"kind", "name", "config_class", "model_type", "excerpt", "score"}


def test_json_of_list_has_exactly_the_promised_keys(run, installed_release) -> None:
    document = run("list", "--json").json
    assert {frozenset(row) for row in document} == {frozenset(LIST_KEYS)}
    assert len(document) == sum(not cls.is_base for cls in installed_release.classes)
    llama = next(row for row in document if row["config_class"] == "LlamaConfig")
    assert (llama["model_type"], llama["modality"], llama["size"]) == ("llama", "text", None)
    assert "text-generation" in llama["tasks"]


def test_the_models_that_take_a_parameter_equal_those_of_the_classes(run, installed_release) -> None:
    expected = {
        cls.name
        for cls in installed_release.classes
        if any(parameter.name == "sliding_window" for parameter in cls.parameters)
    }
    found = run("list", "--has", "sliding_window", "--json").json
    assert {row["config_class"] for row in found} == expected


def test_the_pivot_shows_the_default_of_each(run) -> None:
    lines = run("list", "--has", "sliding_window").out.splitlines()
    assert "SLIDING_WINDOW" in lines[0]
    assert any(line.startswith("mistral ") and " 4096" in line for line in lines)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("--task", "fill-mask"), "BertConfig"),
        (("--modality", "multimodal"), "Gemma3Config"),
        (("--attention", "sliding-window"), "MistralConfig"),
        (("--sub-config", "Gemma3TextConfig", "--modality", "multimodal"), "Gemma3Config"),
        (("--task", "text-generation", "--has", "sliding_window", "--attention", "grouped-query"), "MistralConfig"),
    ],
)
def test_filters_narrow_down(run, arguments: tuple[str, ...], expected: str) -> None:
    found = [row["config_class"] for row in run("list", *arguments, "--json").json]
    assert expected in found
    assert len(found) < len(run("list", "--json").json) / 2


def test_nothing_found_is_no_error(run) -> None:
    result = run("list", "--task", "fill-mask", "--modality", "audio", "--has", "sliding_window")
    assert (result.status, result.out) == (0, "")
    assert "No model fits" in result.err


@pytest.mark.parametrize("size", ["7B", "1e9", "1,000", "125_000_000", "1.5b"])
def test_a_limit_on_sizes_that_are_unknown_says_so(run, size: str) -> None:
    result = run("list", "--max-size", size)
    assert (result.status, result.out) == (0, "")
    assert "No model's size is known" in result.err
    assert run("list", "--max-size", size, "--json").json == []


@pytest.mark.parametrize("size", ["many", "", "-1", "1e999", "7X", "nan", "٣"])
def test_a_size_that_is_no_number_is_wrong_usage(run, size: str) -> None:
    result = run("list", "--max-size", size)
    assert result.status == 2
    assert "--max-size" in result.err


@pytest.mark.parametrize(
    ("option", "value", "hint"),
    [
        ("--has", "sliding_windwo", "sliding_window"),
        ("--task", "fill_mask", "fill-mask"),
        ("--modality", "txt", "text"),
        ("--attention", "grouped_query", "grouped-query"),
        ("--sub-config", "text_cofnig", "text_config"),
        ("--release", "5.22", "5.23.0"),
    ],
)
def test_what_does_not_exist_is_status_1_with_a_suggestion(run, option: str, value: str, hint: str) -> None:
    result = run("list", option, value)
    assert (result.status, result.out) == (1, "")
    assert hint in result.err


def test_json_of_search_has_exactly_the_promised_keys(run) -> None:
    document = run("search", "rope", "theta", "--json").json
    assert {frozenset(hit) for hit in document} == {frozenset(SEARCH_KEYS)}
    assert document[0]["name"] == "rope_theta"


def test_search_takes_one_kind_and_a_limit(run) -> None:
    document = run("search", "llama", "--kind", "config_class", "--limit", "3", "--json").json
    assert [hit["kind"] for hit in document] == ["config_class"] * 3
    assert document[0]["name"] == "LlamaConfig"


def test_search_without_hits_suggests(run) -> None:
    result = run("search", "sliding_windwo")
    assert result.status == 0
    assert "sliding_window" in result.out + result.err
    assert run("search", "🙂", "--json").json == []


@pytest.mark.parametrize(
    "arguments", [("--kind", "nonsense"), ("--limit", "0"), ("--limit", "-3"), ("--limit", "ten"), ("--limit", "")]
)
def test_search_refuses_wrong_usage(run, arguments: tuple[str, ...]) -> None:
    result = run("search", "llama", *arguments)
    assert (result.status, result.out) == (2, "")
    assert result.err
