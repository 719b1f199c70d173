"""Checkpoints: their configuration with random weights, or their weights from safetensors files and nothing else."""

from __future__ import annotations

import json
import logging
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from build_plans import SMALL_LLAMA, plan_of

from catalog import Catalog
from catalog.builder.construct import make_model
from catalog.builder.errors import BuildError, CheckpointError
from catalog.errors import CatalogError, UsageError

Folder = Callable[..., Path]


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkpoint of a small Llama with a language model head."""
    folder = tmp_path_factory.mktemp("checkpoint")
    plan = plan_of("LlamaConfig", "LlamaForCausalLM", params=SMALL_LLAMA, device="cpu", seed=7)
    make_model(plan).save_pretrained(folder)
    return folder


@pytest.fixture
def folder(saved: Path, tmp_path: Path) -> Folder:
    """Make a checkpoint's folder with a changed configuration and other weights."""

    def make(weights: str | None = "model.safetensors", **changes: Any) -> Path:
        config = json.loads((saved / "config.json").read_text(encoding="utf-8")) | changes
        (tmp_path / "config.json").write_text(json.dumps(config), encoding="utf-8")
        if weights == "model.safetensors":
            (tmp_path / weights).write_bytes((saved / weights).read_bytes())
        elif weights is not None:
            (tmp_path / weights).write_bytes(pickle.dumps({"x": 1}))
        return tmp_path

    return make


def _same(model: torch.nn.Module, other: torch.nn.Module) -> bool:
    values = other.state_dict()
    return all(torch.equal(value, values[name]) for name, value in model.state_dict().items())


def test_weights_are_those_of_the_checkpoint(catalog: Catalog, saved: Path) -> None:
    model = catalog.build(saved, pretrained=True)
    original = make_model(plan_of("LlamaConfig", "LlamaForCausalLM", params=SMALL_LLAMA, device="cpu", seed=7))
    assert type(model).__name__ == "LlamaForCausalLM"
    assert model.device.type == "cpu"
    assert not model.training
    assert _same(model, original)


def test_the_configuration_alone_gives_random_weights(catalog: Catalog, saved: Path) -> None:
    model = catalog.build(str(saved), device="cpu", seed=8)
    assert model.config.hidden_size == SMALL_LLAMA["hidden_size"]
    assert not _same(model, catalog.build(saved, pretrained=True))


def test_a_folder_alone_is_built_on_the_meta_device(catalog: Catalog, saved: Path) -> None:
    model = catalog.build(saved)
    assert model.device.type == "meta"
    assert model.config.num_hidden_layers == 2


def test_parameters_go_over_the_configuration_of_the_checkpoint(catalog: Catalog, saved: Path) -> None:
    model = catalog.build({"checkpoint": str(saved), "params": {"num_hidden_layers": 1}})
    assert model.config.num_hidden_layers == 1
    assert model.config.hidden_size == SMALL_LLAMA["hidden_size"]
    assert catalog.build(saved, {"num_hidden_layers": 3}).config.num_hidden_layers == 3


def test_numbers_that_contradict_the_checkpoint_are_found_before_building(catalog: Catalog, saved: Path) -> None:
    with pytest.raises(CatalogError, match="num_attention_heads"):
        catalog.build(saved, {"num_attention_heads": 5})


def test_a_spec_beside_the_checkpoint_names_it_by_its_folder(catalog: Catalog, saved: Path) -> None:
    spec = saved.parent / "spec.yaml"
    spec.write_text(f"checkpoint: {saved.name}\npretrained: true\narchitecture: LlamaModel\n", encoding="utf-8")
    model = catalog.build(spec)
    assert type(model).__name__ == "LlamaModel"
    assert float(model.norm.weight.detach().sum()) == SMALL_LLAMA["hidden_size"]


def test_a_head_that_the_checkpoint_lacks_is_random_repeatable_and_told(
    catalog: Catalog, saved: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "catalog"):
        first = catalog.build(saved, pretrained=True, task="text-classification", seed=1)
    assert "lacks 1 weights of LlamaForSequenceClassification, which are random: score.weight" in caplog.text
    assert _same(first, catalog.build(saved, pretrained=True, task="text-classification", seed=1))


def test_dtype_is_that_of_the_checkpoint_unless_asked_for(catalog: Catalog, saved: Path) -> None:
    assert catalog.build(saved, pretrained=True).dtype == torch.float32
    assert catalog.build(saved, pretrained=True, dtype="bfloat16").dtype == torch.bfloat16


@pytest.mark.parametrize("weights", ["pytorch_model.bin", "model.pt", "weights.ckpt"])
def test_pickled_weights_are_refused(catalog: Catalog, folder: Folder, weights: str) -> None:
    with pytest.raises(CheckpointError, match=r"pickled .*only safetensors") as caught:
        catalog.build(folder(weights), pretrained=True)
    assert caught.value.exit_status == 1


def test_a_pickle_bomb_is_never_opened(catalog: Catalog, folder: Folder, tmp_path: Path) -> None:
    class Bomb:
        def __reduce__(self) -> tuple[Any, ...]:
            return (Path.touch, (tmp_path / "exploded",))

    made = folder(None)
    (made / "pytorch_model.bin").write_bytes(pickle.dumps(Bomb()))
    with pytest.raises(CheckpointError):
        catalog.build(made, pretrained=True)
    assert catalog.build(made).device.type == "meta"
    assert not (tmp_path / "exploded").exists()


def test_a_folder_without_weights_is_refused_only_where_they_are_wanted(catalog: Catalog, folder: Folder) -> None:
    made = folder(None)
    with pytest.raises(CheckpointError, match="holds no weights"):
        catalog.build(made, pretrained=True)
    assert catalog.build(made).device.type == "meta"


def test_code_of_a_checkpoint_is_never_executed(catalog: Catalog, folder: Folder, tmp_path: Path) -> None:
    auto_map = {"AutoConfig": "own.OwnConfig", "AutoModelForCausalLM": "own.OwnModel"}
    made = folder(model_type="own_model", architectures=["OwnModel"], auto_map=auto_map)
    (made / "own.py").write_text(f"open({str(tmp_path / 'exploded')!r}, 'w')\n", encoding="utf-8")
    with pytest.raises(CheckpointError, match=r"code of its own \(auto_map\)"):
        catalog.build(made, pretrained=True)
    known = folder(auto_map=auto_map)
    assert type(catalog.build(known, pretrained=True)).__module__.startswith("transformers.models.llama")
    assert not (tmp_path / "exploded").exists()


def test_weights_of_another_model_are_refused(catalog: Catalog, folder: Folder) -> None:
    made = folder(model_type="bert", architectures=["BertModel"])
    with pytest.raises((CheckpointError, BuildError), match=r"not those of BertModel|cannot be built"):
        catalog.build(made, pretrained=True)


def test_weights_of_another_size_are_an_error(catalog: Catalog, folder: Folder) -> None:
    with pytest.raises(BuildError, match="LlamaForCausalLM cannot be built"):
        catalog.build(folder(hidden_size=64), pretrained=True)


def test_a_damaged_weights_file_is_an_error(catalog: Catalog, folder: Folder) -> None:
    made = folder()
    (made / "model.safetensors").write_bytes(b"\x00" * 20)
    with pytest.raises(BuildError):
        catalog.build(made, pretrained=True)


@pytest.mark.parametrize(
    ("content", "message"),
    [("{", "cannot be read"), ("[]", "holds no configuration"), ('{"hidden_size": 3}', "model type")],
)
def test_a_configuration_that_says_nothing_is_an_error(
    catalog: Catalog, tmp_path: Path, content: str, message: str
) -> None:
    (tmp_path / "config.json").write_text(content, encoding="utf-8")
    with pytest.raises(CatalogError, match=message):
        catalog.build(tmp_path)


def test_a_folder_without_configuration_is_no_checkpoint(catalog: Catalog, tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=r"holds no config\.json"):
        catalog.build(tmp_path)


def test_a_hub_name_that_is_not_cached_is_not_looked_for_offline(catalog: Catalog) -> None:
    with pytest.raises(CheckpointError, match="HF_HUB_OFFLINE is set"):
        catalog.build("some-org/some-model", pretrained=True)


@pytest.mark.parametrize("as_spec", [False, True])
def test_a_hub_name_in_the_local_cache_gives_its_configuration(
    catalog: Catalog, saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, as_spec: bool
) -> None:
    snapshot = tmp_path / "models--some-org--some-model" / "snapshots" / "0123"
    snapshot.mkdir(parents=True)
    (snapshot / "config.json").write_bytes((saved / "config.json").read_bytes())
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    name = "some-org/some-model"
    model = catalog.build({"checkpoint": name, "params": {"num_hidden_layers": 1}} if as_spec else name)
    assert type(model).__name__ == "LlamaForCausalLM"
    assert model.config.num_hidden_layers == (1 if as_spec else 2)


def test_weights_cannot_be_loaded_on_the_meta_device_or_without_a_checkpoint(catalog: Catalog, saved: Path) -> None:
    with pytest.raises(UsageError, match="meta device holds no weights"):
        catalog.build(saved, pretrained=True, device="meta")
    with pytest.raises(UsageError, match="names no checkpoint"):
        catalog.build("llama", pretrained=True)
