"""Two small releases that have one of each kind of thing, and a catalog of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from catalog import Catalog
from catalog.records import (
    Architecture,
    ConfigClass,
    Failure,
    ModelType,
    Observation,
    Parameter,
    Release,
    SubConfig,
    Traits,
)
from catalog.store import open_store

BASE = ConfigClass(
    name="PreTrainedConfig",
    module="transformers.configuration_utils",
    is_base=True,
    parameters=(
        Parameter(name="return_dict", position=0, type="bool", default=True, description="Return a dictionary."),
        Parameter(name="id2label", position=1, type={"union": [{"dict": ["int", "str"]}, "null"]}),
    ),
)
LLAMA = ConfigClass(
    name="LlamaConfig",
    module="transformers.models.llama.configuration_llama",
    model_type="llama",
    bases=("PreTrainedConfig",),
    ancestors=("PreTrainedConfig",),
    summary="Configuration of a Llama.",
    parameters=(
        Parameter(
            name="hidden_size",
            position=0,
            type="int",
            default=4096,
            minimum=1,
            description="Size of it. More words.",
            documented_default=2048,
            documented_default_text="2048",
        ),
        Parameter(name="num_key_value_heads", position=1, type={"union": ["int", "null"]}, description="Heads."),
        Parameter(name="hidden_act", position=2, type="str", default="silu", choices=("silu", "gelu")),
    ),
)
CHILD = ConfigClass(
    name="ChildConfig",
    module="transformers.models.child.configuration_child",
    model_type="child",
    bases=("LlamaConfig",),
    ancestors=("LlamaConfig", "PreTrainedConfig"),
    parameters=(
        *(replace(parameter, inherited_from="LlamaConfig") for parameter in LLAMA.parameters),
        Parameter(name="return_dict", position=3, type="bool", default=False),
        Parameter(name="sliding_window", position=4, type="int", default=512, description="Its [bold]window[/bold]."),
    ),
)
GPT2 = ConfigClass(
    name="GPT2Config",
    module="transformers.models.gpt2.configuration_gpt2",
    model_type="gpt2",
    attribute_map={"hidden_size": "n_embd"},
    parameters=(Parameter(name="n_embd", position=0, type="int", required=True),),
)
DUAL = ConfigClass(
    name="DualConfig",
    module="transformers.models.dual.configuration_dual",
    model_type="dual-model",
    sub_configs=(
        SubConfig(name="text_config", config_class="LlamaConfig"),
        SubConfig(name="vision_config", config_class=None),
        SubConfig(name="audio_config", config_class=None),
    ),
    parameters=(
        Parameter(name="text_config", position=0, type={"union": [{"config": "LlamaConfig"}, "null"]}),
        Parameter(name="vision_config", position=1),
        Parameter(name="audio_config", position=2),
    ),
)
TWINS = tuple(
    ConfigClass(name=f"Twin{letter}Config", module="transformers.models.twin.configuration_twin", model_type="twin")
    for letter in "AB"
)
BROKEN = ConfigClass(name="BrokenConfig", module="transformers.models.broken.configuration_broken")

NEW = Release(
    version="5.23.0",
    extractor="live",
    fingerprint="new",
    classes=tuple(sorted((BASE, LLAMA, CHILD, GPT2, DUAL, *TWINS, BROKEN), key=lambda cls: cls.name)),
    observations=(
        Observation(config_class="LlamaConfig", constructs=True, effective={"num_key_value_heads": 32, "id2label": {}}),
        Observation(config_class="BrokenConfig", constructs=False, reason="ValueError: no."),
        Observation(config_class="ChildConfig", constructs=True),
        Observation(config_class="DualConfig", constructs=True, effective={"audio_config": {"$config": "GPT2Config"}}),
    ),
    traits=(
        Traits(config_class="LlamaConfig", modality="text", attention=("grouped-query",)),
        Traits(config_class="DualConfig", modality="multimodal"),
    ),
    architectures=(
        Architecture(
            name="LlamaForCausalLM",
            module="transformers.models.llama.modeling_llama",
            config_class="LlamaConfig",
            model_types=("llama",),
            tasks=("text-generation",),
        ),
        Architecture(name="LlamaModel", module=None, config_class="LlamaConfig", model_types=("llama",)),
        Architecture(name="DualModel", module=None, config_class="DualConfig", tasks=("image-to-text", "captioning")),
    ),
    model_types=(
        ModelType(name="child", config_class="ChildConfig"),
        ModelType(name="dual-model", config_class="DualConfig"),
        ModelType(name="gpt2", config_class="GPT2Config"),
        ModelType(name="llama", config_class="LlamaConfig", processors={"tokenizer": ("LlamaTokenizer",)}),
        ModelType(name="llama_alias", config_class="LlamaConfig"),
    ),
    failures=(Failure(subject="BrokenConfig", stage="construct", reason="ValueError: no."),),
)
OLD = Release(
    version="4.9.0",
    extractor="static",
    fingerprint="old",
    classes=(BASE, replace(LLAMA, parameters=LLAMA.parameters[:1])),
)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A catalog of both releases, on disk."""
    path = tmp_path / "catalog.db"
    with open_store(path) as store:
        store.write_release(OLD)
        store.write_release(NEW)
    return path


@pytest.fixture
def catalog(database: Path) -> Iterator[Catalog]:
    """The catalog of both releases, open."""
    with Catalog.open(database) as opened:
        yield opened
