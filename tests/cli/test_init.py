"""``catalog init``: starter specs, on stdout or in a file."""

from __future__ import annotations

import json
import re

import pytest
import yaml


def test_a_spec_is_written_that_needs_no_change(run) -> None:
    result = run("init", "llama")
    assert result.status == 0
    assert not result.err
    spec = yaml.safe_load(result.out)
    assert spec["model_type"] == "llama"
    assert spec["params"]["hidden_size"] == 4096
    assert "# task: " in result.out
    assert "text-generation" in result.out
    assert result.out.endswith("\n")
    assert not result.out.endswith("\n\n")


def test_all_gives_the_other_parameters_in_comments(run) -> None:
    short, whole = run("init", "llama"), run("init", "llama", "--all")
    assert "rms_norm_eps" not in short.out
    assert "# rms_norm_eps: 1.0e-06" in whole.out
    assert yaml.safe_load(short.out) == yaml.safe_load(whole.out)


@pytest.mark.parametrize(
    ("dialect", "keys"),
    [
        ("native", {"model_type", "params"}),
        ("eir", {"input_info", "input_type_info", "model_config"}),
        ("huggingface", {"model_type", "transformers_version", "attention_window"}),
    ],
)
def test_every_dialect_is_written(run, dialect: str, keys: set[str]) -> None:
    result = run("init", "longformer", "--dialect", dialect)
    assert result.status == 0
    read = json.loads if dialect == "huggingface" else yaml.safe_load
    assert keys <= set(read(result.out))


def test_the_schema_that_editors_are_pointed_to_can_be_named(run) -> None:
    assert run("init", "llama", "--schema", "schemas/llama.json").out.startswith(
        "# yaml-language-server: $schema=schemas/llama.json\n"
    )
    refused = run("init", "llama", "--dialect", "huggingface", "--schema", "schemas/llama.json")
    assert refused.status == 2
    assert "no comments" in refused.err
    assert run("init", "llama", "--schema", "a\nb: c").status == 2


def test_an_unknown_model_gets_a_suggestion(run) -> None:
    result = run("init", "lama")
    assert result.status == 1
    assert "llama" in result.err
    assert not result.out


def test_a_class_that_a_dialect_cannot_name_is_refused_with_the_way_out(run) -> None:
    result = run("init", "BarkSubModelConfig", "--dialect", "eir")
    assert result.status == 2
    assert "native dialect" in result.err
    assert run("init", "BarkSubModelConfig").status == 0


def test_a_file_is_replaced_only_by_force(run, tmp_path) -> None:
    file = tmp_path / "llama.yaml"
    assert run("init", "llama", "-o", str(file)).status == 0
    assert file.read_text(encoding="utf-8") == run("init", "llama").out
    file.write_text("mine", encoding="utf-8")
    assert run("init", "llama", "-o", str(file)).status == 2
    assert file.read_text(encoding="utf-8") == "mine"
    assert run("init", "llama", "-o", str(file), "--force").status == 0
    assert file.read_text(encoding="utf-8") != "mine"


def test_a_small_model_of_the_same_shape_is_written(run) -> None:
    result = run("init", "mixtral", "--tiny")
    assert result.status == 0
    assert not result.err
    assert "a small model of the same" in result.out
    assert "hidden_size: 64               # 4096 by default" in result.out
    params = yaml.safe_load(result.out)["params"]
    assert params["num_hidden_layers"] == 2
    assert params["num_attention_heads"] % params["num_key_value_heads"] == 0


@pytest.mark.parametrize("dialect", ["native", "eir", "huggingface"])
@pytest.mark.parametrize("name", ["llava", "gpt2", "swin", "jamba", "wav2vec2"])
def test_a_small_spec_is_clean_in_every_dialect(run, tmp_path, dialect: str, name: str) -> None:
    file = tmp_path / ("config.json" if dialect == "huggingface" else "spec.yaml")
    assert run("init", name, "--tiny", "--dialect", dialect, "-o", str(file)).status == 0
    result = run("validate", str(file))
    assert result.status == 0, result.out
    assert "nothing to report" in result.out + result.err


def test_nested_blocks_name_their_class_and_keep_what_chooses_it(run) -> None:
    spec = yaml.safe_load(run("init", "llava", "--tiny").out)
    assert spec["params"]["vision_config"]["model_type"] == "clip_vision_model"
    assert spec["params"]["image_token_index"] < spec["params"]["text_config"]["vocab_size"]


def test_a_small_model_needs_no_torch(spawn) -> None:
    tell = "import atexit, sys; atexit.register(lambda: print(*sys.modules, file=sys.stderr))"
    result = spawn("init", "llava", "--tiny", prelude=tell)
    assert "params:" in result.out
    assert not {"torch", "transformers"} & set(result.err.split())


def test_a_budget_is_counted_on_the_built_model(run) -> None:
    pytest.importorskip("torch")
    result = run("init", "bert", "--tiny", "--budget", "100K")
    assert result.status == 0
    head = " ".join(line.removeprefix("# ") for line in result.out.splitlines() if line.startswith("# "))
    told = re.search(r"Its base model has ([\d,]+) parameters\.", head)
    assert told is not None
    assert int(told[1].replace(",", "")) <= 100_000


def test_a_budget_that_no_model_keeps_is_said(run) -> None:
    pytest.importorskip("torch")
    result = run("init", "bert", "--tiny", "--budget", "10")
    assert result.status == 0
    assert "smallest model of this shape" in result.err


def test_options_that_contradict_each_other_are_refused(run) -> None:
    for arguments in (
        ("--budget", "1M"),
        ("--tiny", "--all"),
        ("--tiny", "--budget", "much"),
        ("--tiny", "--budget", "-5"),
    ):
        result = run("init", "bert", *arguments)
        assert result.status == 2, arguments
        assert not result.out


MINE = {
    "model_type": "llama",
    "architectures": ["LlamaForCausalLM"],
    "transformers_version": "4.31.0",
    "hidden_size": 5120,
    "intermediate_size": 13824,
    "num_hidden_layers": 40,
    "num_attention_heads": 40,
    "num_key_value_heads": 8,
    "attention_bias": True,
    "hidden_act": "gelu",
    "rope_theta": 500000.0,
}


@pytest.fixture
def mine(tmp_path):
    file = tmp_path / "mine" / "config.json"
    file.parent.mkdir()
    file.write_text(json.dumps(MINE), encoding="utf-8")
    return file


@pytest.mark.parametrize("whole_folder", [False, True])
def test_a_given_configuration_is_reduced_and_keeps_what_is_no_size(run, mine, whole_folder: bool) -> None:
    result = run("init", "llama", "--tiny", "--from", str(mine.parent if whole_folder else mine))
    assert result.status == 0, result.err
    params = yaml.safe_load(result.out)["params"]
    assert params["hidden_size"] == 64
    assert params["num_hidden_layers"] == 2
    assert params["num_key_value_heads"] < params["num_attention_heads"]  # the default has as many
    assert (params["attention_bias"], params["hidden_act"], params["rope_theta"]) == (True, "gelu", 500000.0)
    assert "architectures" not in params


def test_what_is_reduced_from_a_given_configuration_is_clean_in_its_dialect(run, mine, tmp_path) -> None:
    small = tmp_path / "config.json"
    arguments = ("--tiny", "--from", str(mine), "--dialect", "huggingface", "-o", str(small))
    assert run("init", "llama", *arguments).status == 0
    result = run("validate", str(small))
    assert "nothing to report" in result.out + result.err


def test_a_given_configuration_keeps_a_budget_too(run, mine) -> None:
    pytest.importorskip("torch")
    result = run("init", "llama", "--tiny", "--from", str(mine), "--budget", "60K")
    assert result.status == 0
    told = re.search(r"has\s(?:#\s)?([\d,]+)\s(?:#\s)?parameters\.", result.out)
    assert told is not None
    assert int(told[1].replace(",", "")) <= 60_000
    assert yaml.safe_load(result.out)["params"]["hidden_act"] == "gelu"


@pytest.mark.parametrize(
    ("name", "arguments", "content", "status", "words"),
    [
        ("bert", ("--tiny",), MINE, 2, "is of LlamaConfig, not BertConfig"),
        ("llama", (), MINE, 2, "--from is for --tiny"),
        ("llama", ("--tiny",), {"model_type": "llama", "hiden_size": 3}, 1, "Did you mean 'hidden_size'?"),
        ("llama", ("--tiny",), {"model_type": "llama", "hidden_size": "wide"}, 1, "hidden_size"),
        ("llama", ("--tiny",), [1], 1, "A spec is a block"),
        ("llama", ("--tiny",), None, 1, "There is no file"),
    ],
)
def test_a_configuration_that_cannot_be_reduced_is_refused(
    run, tmp_path, name: str, arguments: tuple[str, ...], content: object, status: int, words: str
) -> None:
    file = tmp_path / "config.json"
    if content is not None:
        file.write_text(json.dumps(content), encoding="utf-8")
    result = run("init", name, *arguments, "--from", str(file))
    assert result.status == status
    assert words in result.err
    assert not result.out


def test_reducing_a_given_configuration_needs_no_torch(spawn, mine) -> None:
    tell = "import atexit, sys; atexit.register(lambda: print(*sys.modules, file=sys.stderr))"
    result = spawn("init", "llama", "--tiny", "--from", str(mine), prelude=tell)
    assert "params:" in result.out
    assert not {"torch", "transformers"} & set(result.err.split())
