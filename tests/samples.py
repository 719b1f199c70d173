"""Releases to write and read: a small one made by hand, and arbitrary ones."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from catalog.records import (
    Architecture,
    ClassValidator,
    ConfigClass,
    DocstringIssue,
    Failure,
    ForwardParameter,
    ModelType,
    Observation,
    OutputField,
    Parameter,
    Release,
    SubConfig,
    Traits,
)

BASE = ConfigClass(
    name="PreTrainedConfig",
    module="transformers.configuration_utils",
    is_base=True,
    parameters=(
        Parameter(name="dtype", position=0, type={"union": ["dtype", "null"]}, description="Data type of the weights."),
        Parameter(name="chunk_size_feed_forward", position=1, type="int", default=0),
    ),
)

LLAMA = ConfigClass(
    name="LlamaConfig",
    module="transformers.models.llama.configuration_llama",
    model_type="llama",
    bases=("PreTrainedConfig",),
    ancestors=("PreTrainedConfig",),
    summary="Configuration of a LLaMA model, a decoder with rotary embeddings.",
    doc="It instantiates a model like the 7B one.",
    checkpoint="meta-llama/Llama-2-7b-hf",
    attribute_map={"n_layer": "num_hidden_layers"},
    keys_to_ignore_at_inference=("past_key_values",),
    parameters=(
        Parameter(
            name="hidden_size",
            position=0,
            annotation="int",
            type="int",
            default=4096,
            default_source="4096",
            description="Dimension of the hidden representations.",
            documented_type="`int`",
            documented_default=4096,
            documented_default_text="4096",
        ),
        Parameter(
            name="num_key_value_heads", position=1, type={"union": ["int", "null"]}, description="Number of heads."
        ),
        Parameter(
            name="hidden_act",
            position=2,
            type="str",
            default="silu",
            choices=("silu", "gelu"),
            choices_source="literal",
            description="The non-linear activation.",
        ),
        Parameter(
            name="attention_dropout",
            position=3,
            type={"union": ["float", "int"]},
            default=0.0,
            minimum=0.0,
            maximum=1.0,
            exclusive_maximum=True,
            validators=("interval(min=0.0, max=1.0)",),
        ),
        Parameter(
            name="rope_theta",
            position=4,
            type="float",
            default=10000.0,
            description="The base period of the RoPE embeddings.",
        ),
        Parameter(name="num_hidden_layers", position=5, type="int", default=32),
    ),
    accepted_keywords=("rope_scaling",),
    validators=(ClassValidator(name="validate_architecture", source="def validate_architecture(self): ..."),),
)

LLAMA4 = ConfigClass(
    name="Llama4TextConfig",
    module="transformers.models.llama4.configuration_llama4",
    model_type="llama4_text",
    bases=("PreTrainedConfig",),
    ancestors=("PreTrainedConfig",),
    summary="Text part of Llama 4.",
    parameters=(
        Parameter(name="hidden_size", position=0, type="int", default=5120, description="Dimension of the embeddings."),
        Parameter(
            name="sliding_window", position=1, type={"union": ["int", "null"]}, description="Window of attention."
        ),
        Parameter(name="dtype", position=2, type="dtype", default="bfloat16"),
    ),
)

PAIR = ConfigClass(
    name="PairConfig",
    module="transformers.models.deprecated.pair.configuration_pair",
    model_type="pair",
    summary="Two models in one.",
    sub_configs=(
        SubConfig(name="text_config", config_class="LlamaConfig", init_kwargs={"hidden_size": 8}),
        SubConfig(name="vision_config", config_class=None, model_type="llama4_text", optional=True),
    ),
    parameters=(
        Parameter(name="text_config", position=0, type={"config": "LlamaConfig"}),
        Parameter(name="vision_config", position=1, type={"union": [{"config": "AutoConfig"}, "null"]}),
        Parameter(name="projector", position=2, required=True, description="A projector."),
    ),
    docstring_issues=(DocstringIssue(message="parameter 'x' is not documented", line=7),),
    deprecated=True,
)

RELEASE = Release(
    version="5.23.0",
    extractor="live",
    fingerprint="first",
    released="2026-11-01",
    environment={"python": "3.11.2"},
    classes=(LLAMA4, LLAMA, PAIR, BASE),
    observations=(
        Observation(config_class="LlamaConfig", constructs=True, effective={"num_key_value_heads": 32, "dtype": None}),
        Observation(config_class="Llama4TextConfig", constructs=True),
        Observation(config_class="PairConfig", constructs=False, reason="TypeError: projector is missing"),
    ),
    traits=(
        Traits(config_class="LlamaConfig", modality="text", attention=("multi-head",)),
        Traits(config_class="Llama4TextConfig", modality="text", attention=("grouped-query", "sliding-window")),
    ),
    architectures=(
        Architecture(
            name="LlamaForCausalLM",
            module="transformers.models.llama.modeling_llama",
            config_class="LlamaConfig",
            model_types=("llama",),
            tasks=("text-generation",),
            summary="Llama with a language modeling head.",
            forward=(
                ForwardParameter(name="input_ids", annotation="torch.LongTensor", required=True, description="Ids."),
            ),
            output_class="CausalLMOutputWithPast",
            output_fields=(OutputField(name="logits", annotation="torch.FloatTensor", description="Scores."),),
        ),
        Architecture(
            name="LlamaModel",
            module="transformers.models.llama.modeling_llama",
            config_class="LlamaConfig",
            model_types=("llama", "llama4_text"),
            tasks=("feature-extraction",),
        ),
        Architecture(name="LostModel", module=None, config_class=None, tasks=("feature-extraction",)),
    ),
    model_types=(
        ModelType(name="llama", config_class="LlamaConfig", processors={"tokenizer": ("LlamaTokenizer",)}),
        ModelType(name="llama4_text", config_class="Llama4TextConfig"),
    ),
    vocabularies={"activations": ("gelu", "silu"), "dtypes": ()},
    failures=(Failure(subject="PairConfig", stage="construct", reason="TypeError: projector is missing"),),
    seconds=1.5,
)

NEXT = replace(
    RELEASE,
    version="5.24.0",
    fingerprint="second",
    classes=(
        LLAMA4,
        replace(
            LLAMA,
            parameters=(replace(LLAMA.parameters[0], default=8192, default_source="8192"), *LLAMA.parameters[1:]),
        ),
        BASE,
    ),
    observations=RELEASE.observations[:2],
    failures=(),
)
"""A later release: one class changed, one gone, the rest the same."""


_names = st.text(alphabet="abcdeXYZ_019", min_size=1, max_size=8).filter(lambda name: name.isidentifier())
_texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
_any_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
_finite = st.floats(allow_nan=False, allow_infinity=False)
_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | _finite | _any_texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_any_texts, inner, max_size=3),
    max_leaves=5,
)


def _parameters(position: int, name: str) -> st.SearchStrategy[Parameter]:
    return st.builds(
        Parameter,
        name=st.just(name),
        position=st.just(position),
        annotation=st.none() | _texts,
        type=st.none() | st.sampled_from(["int", "str", "any", {"list": "int"}]),
        default=_values,
        default_source=st.none() | _texts,
        default_known=st.just(True),
        required=st.just(False),
        description=st.none() | _texts,
        documented_default=st.just(None),
        choices=st.none() | st.lists(_values, max_size=3).map(tuple),
        choices_source=st.sampled_from([None, "literal", "docstring"]),
        minimum=st.none() | _finite,
        maximum=st.none() | _finite,
        exclusive_minimum=st.booleans(),
        validators=st.lists(_texts, max_size=2).map(tuple),
        inherited_from=st.none() | _names,
    )


def _config_classes(name: str) -> st.SearchStrategy[ConfigClass]:
    return st.lists(_names, unique=True, max_size=4).flatmap(
        lambda names: st.builds(
            ConfigClass,
            name=st.just(name),
            module=_names,
            model_type=st.none() | _names,
            bases=st.lists(_names, max_size=2).map(tuple),
            summary=st.none() | _any_texts,
            doc=st.none() | _any_texts,
            attribute_map=st.dictionaries(_names, _names, max_size=2),
            sub_configs=st.builds(SubConfig, name=_names, config_class=st.none() | _names).map(lambda one: (one,))
            | st.just(()),
            parameters=st.tuples(*(_parameters(position, item) for position, item in enumerate(names))),
            deprecated=st.booleans(),
            is_base=st.just(name == "Base"),
        )
    )


def _architectures(name: str) -> st.SearchStrategy[Architecture]:
    return st.builds(
        Architecture,
        name=st.just(name),
        module=st.none() | _names,
        config_class=st.none() | _names,
        model_types=st.lists(_names, max_size=2, unique=True).map(tuple),
        tasks=st.lists(_names, max_size=2, unique=True).map(lambda tasks: tuple(sorted(tasks))),
        summary=st.none() | _any_texts,
        forward=st.lists(st.builds(ForwardParameter, name=_names, description=st.none() | _any_texts), max_size=2).map(
            tuple
        ),
    )


@st.composite
def releases(draw: st.DrawFn, version: str = "1.0") -> Release:
    """An arbitrary release."""
    names = draw(st.lists(_names, unique=True, max_size=4))
    classes = tuple(draw(_config_classes(name)) for name in sorted({*names, *draw(st.sampled_from([[], ["Base"]]))}))
    types: dict[str, Any] = {name: draw(_names) for name in draw(st.lists(_names, unique=True, max_size=3))}
    return Release(
        version=version,
        extractor=draw(st.sampled_from(["live", "static"])),
        fingerprint=draw(_texts),
        released=draw(st.none() | _texts),
        environment=draw(st.dictionaries(_texts, _texts, max_size=2)),
        classes=classes,
        observations=tuple(
            Observation(
                config_class=config.name,
                constructs=draw(st.booleans()),
                reason=draw(st.none() | _texts),
                effective=draw(st.dictionaries(_names, _values, max_size=2)),
            )
            for config in classes
            if draw(st.booleans())
        ),
        traits=tuple(
            Traits(
                config_class=config.name,
                modality=draw(st.none() | _texts),
                attention=tuple(draw(st.lists(_texts, max_size=2))),
            )
            for config in classes
            if draw(st.booleans())
        ),
        architectures=tuple(
            draw(_architectures(name)) for name in sorted(draw(st.lists(_names, unique=True, max_size=3)))
        ),
        model_types=tuple(
            ModelType(
                name=name,
                config_class=config_class,
                processors=draw(st.dictionaries(_names, st.lists(_names, max_size=2).map(tuple), max_size=2)),
            )
            for name, config_class in sorted(types.items())
        ),
        vocabularies=draw(st.dictionaries(_names, st.lists(_texts, max_size=3).map(tuple), max_size=2)),
        failures=tuple(
            draw(
                st.lists(
                    st.builds(Failure, subject=_texts, stage=st.sampled_from(["import", "construct"]), reason=_texts),
                    max_size=2,
                )
            )
        ),
        seconds=draw(st.floats(0, 1e6)),
    )
