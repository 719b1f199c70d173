"""What ``catalog show`` and ``catalog list`` tell of models that were built."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from model_fact_samples import LLAMA_MODEL, MIXTURE, NOT_BUILT

from catalog import Catalog
from catalog.model_facts import BuildFailure, ForwardFacts

MIXTRAL = replace(MIXTURE, config_class="MixtralConfig", model_type="mixtral", architecture="MixtralModel")
CLIP = replace(NOT_BUILT, config_class="CLIPConfig", model_type="clip", architecture="CLIPModel")
TINY = replace(
    LLAMA_MODEL,
    config_class="GPT2Config",
    model_type="gpt2",
    architecture="GPT2Model",
    parameters=124_439_808,
    kv_cache_values_per_token=None,
    forward=ForwardFacts(mode="real", size="tiny", flops=12_345, failure=None),
)


@pytest.fixture
def built(run, own_database: Path):
    """Runs commands on a catalog that knows what four models told."""
    with Catalog.open(own_database) as catalog:
        version = catalog.releases()[0].version
        catalog.record_facts(replace(facts, release=version) for facts in (LLAMA_MODEL, MIXTRAL, CLIP, TINY))
    return run


def block(page: str) -> dict[str, str]:
    """Labels and values of the second block of facts."""
    lines = page.split("\n\n")[2].splitlines()
    return {label.strip(): value.strip() for label, _, value in (line.partition("  ") for line in lines)}


def test_a_model_that_was_not_built_has_no_block(built) -> None:
    page = built("show", "bert").out
    assert page.split("\n\n")[2].startswith("PARAMETER")
    assert built("show", "bert", "--json").json["facts"] is None


def test_show_tells_what_building_told(built) -> None:
    assert block(built("show", "llama").out) == {
        "base model": "LlamaModel",
        "parameters": "6.61 B (6,607,343,616)",
        "weights": "12.3 GiB in bfloat16, 24.6 GiB in float32",
        "layers": "32",
        "KV cache": "524,288 bytes a token in bfloat16 (512 KiB)",
        "FLOPs": "1.69 TFLOP forward for input_ids [1, 128]",
    }


def test_show_tells_active_parameters_overrides_and_what_does_not_run(built) -> None:
    facts = block(built("show", "mixtral").out)
    assert facts["active"] == "17 B a token (17.0 %)"
    assert facts["built with"].startswith("layer_types=['full_attention'], num_attention_heads=40")
    assert facts["built with"].endswith("The defaults ask for more heads than there are.")
    assert facts["does not run"] == "There is no grouped product. [unsupported]"


def test_show_tells_why_a_model_does_not_build(built) -> None:
    assert block(built("show", "clip").out) == {"not built": "CLIPModel: It takes a projector. [needs-parameter]"}
    failure = built("show", "clip", "--json").json["facts"]["failure"]
    assert failure == {
        "kind": "needs-parameter",
        "reason": "It takes a projector.",
        "library": None,
        "parameter": "projector",
    }


def test_show_tells_that_a_figure_is_of_a_shrunk_model(built) -> None:
    facts = block(built("show", "gpt2").out)
    assert facts["FLOPs"] == "12.3 kFLOP forward of a shrunk model"
    assert "KV cache" not in facts


def test_show_does_not_let_a_reason_steer_the_terminal(built, own_database: Path) -> None:
    with Catalog.open(own_database) as catalog:
        version = catalog.releases()[0].version
        failure = BuildFailure(kind="upstream-bug", reason="red \x1b[31m and\nmore")
        catalog.record_facts([replace(CLIP, release=version, failure=failure)])
    assert "red \\x1b[31m and more" in built("show", "clip").out


def test_json_has_the_facts_with_exactly_their_keys(built) -> None:
    facts = built("show", "llama", "--json").json["facts"]
    assert set(facts) == {
        "architecture", "failure", "override", "override_params", "parameters", "trainable_parameters",
        "embedding_parameters", "active_parameters", "buffers", "buffer_bytes", "components", "branches",
        "weights_bytes", "layers", "kv_cache_values_per_token", "forward", "torch",
    }  # fmt: skip
    assert set(facts["forward"]) == {
        "mode", "size", "failure", "inputs", "flops", "backward_flops", "flops_by_operator", "assumptions",
    }  # fmt: skip
    assert facts["forward"]["inputs"] == {"input_ids": {"shape": [1, 128], "dtype": "int64"}}
    assert facts["weights_bytes"]["bfloat16"] == 13_214_687_232


def test_list_shows_sizes_and_filters_by_them(built) -> None:
    lines = built("list", "--min-size", "1B").out.splitlines()
    assert lines[0].split() == ["MODEL", "TYPE", "CONFIG", "CLASS", "MODALITY", "SIZE", "TASKS"]
    assert [line.split()[0] for line in lines[1:]] == ["llama", "mixtral"]
    assert "6.61 B" in lines[1]
    assert "100 B" in lines[2]


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (("--max-size", "500M"), ["GPT2Config"]),
        (("--max-size", "6607343616"), ["GPT2Config", "LlamaConfig"]),
        (("--max-size", "6607343615"), ["GPT2Config"]),
        (("--min-size", "6.7 B", "--max-size", "1e11"), ["MixtralConfig"]),
        (("--min-size", "200B"), []),
    ],
)
def test_sizes_are_given_as_people_write_them(built, arguments: tuple[str, ...], names: list[str]) -> None:
    result = built("list", *arguments, "--json")
    assert [row["config_class"] for row in result.json] == names
    assert all(isinstance(row["size"], int) for row in result.json)
    assert ("No model fits." in result.err) == (not names)


def test_sizes_the_wrong_way_round_are_wrong_usage(built) -> None:
    result = built("list", "--min-size", "7B", "--max-size", "1B")
    assert (result.status, result.out) == (2, "")
    assert "7,000,000,000" in result.err
