"""Facts to write and read: some made by hand for the releases of ``samples``, and arbitrary ones."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

from hypothesis import strategies as st

from catalog.model_facts import BuildFailure, FailureKind, ForwardFacts, InputShape, ModelFacts, SummaryNode

LLAMA_MODEL = ModelFacts(
    release="5.23.0",
    config_class="LlamaConfig",
    model_type="llama",
    architecture="LlamaModel",
    base=True,
    parameters=6_607_343_616,
    trainable_parameters=6_607_343_616,
    embedding_parameters=131_072_000,
    active_parameters=6_607_343_616,
    buffers=128,
    buffer_bytes=512,
    components={"embeddings": 131_072_000, "attention": 2_147_483_648, "mlp": 4_328_521_728, "norm": 266_240},
    weights_bytes={"float32": 26_429_374_464, "bfloat16": 13_214_687_232},
    layers=32,
    kv_cache_values_per_token=262_144,
    summary=(
        SummaryNode(path="", module="LlamaModel", depth=0, parameters=6_607_343_616),
        SummaryNode(path="layers.0", module="LlamaDecoderLayer", depth=2, parameters=202_383_360, repeats=32),
        SummaryNode(path="norm", module="LlamaRMSNorm", depth=1, parameters=4096, component="norm"),
    ),
    forward=ForwardFacts(
        mode="fake",
        inputs=(InputShape(name="input_ids", shape=(1, 128), dtype="int64"),),
        flops=1_692_100_000_000,
        backward_flops=3_384_200_000_000,
        flops_by_operator={"aten.mm": 1_692_100_000_000},
        assumptions=("attention is causal",),
    ),
    torch="2.13.0",
    seconds=0.125,
)
LLAMA_FOR_CAUSAL_LM = replace(
    LLAMA_MODEL,
    architecture="LlamaForCausalLM",
    base=False,
    parameters=6_738_415_616,
    tied=(("lm_head.weight", "model.embed_tokens.weight"),),
)
MIXTURE = replace(
    LLAMA_MODEL,
    config_class="Llama4TextConfig",
    model_type="llama4_text",
    architecture="Llama4TextModel",
    parameters=100_000_000_000,
    active_parameters=17_000_000_000,
    override="The defaults ask for more heads than there are.",
    override_params={"num_attention_heads": 40, "layer_types": ["full_attention"], "rope": {"theta": 1.5}},
    forward=ForwardFacts(
        mode="fake", size="tiny", failure=BuildFailure(kind="unsupported", reason="There is no grouped product.")
    ),
)
NOT_BUILT = ModelFacts(
    release="5.23.0",
    config_class="PairConfig",
    model_type=None,
    architecture="PairModel",
    base=True,
    failure=BuildFailure(kind="needs-parameter", reason="It takes a projector.", parameter="projector"),
    torch="2.13.0",
)
ALL = (MIXTURE, LLAMA_FOR_CAUSAL_LM, LLAMA_MODEL, NOT_BUILT)
"""In the order in which they are read: by class and architecture."""

_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
_counts = st.none() | st.integers(0, 2**70)
_tables = st.dictionaries(_texts, st.integers(0, 2**70), max_size=3)
_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | _texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_texts, inner, max_size=3),
    max_leaves=5,
)
_failures = st.none() | st.builds(
    BuildFailure,
    kind=st.sampled_from(get_args(FailureKind)),
    reason=_texts,
    library=st.none() | _texts,
    parameter=st.none() | _texts,
)
_forwards = st.builds(
    ForwardFacts,
    mode=st.sampled_from([None, "fake", "real"]),
    size=st.sampled_from(["default", "tiny"]),
    failure=_failures,
    inputs=st.lists(
        st.builds(InputShape, name=_texts, shape=st.lists(st.integers(0, 2**40), max_size=3).map(tuple), dtype=_texts),
        max_size=2,
    ).map(tuple),
    flops=_counts,
    backward_flops=_counts,
    flops_by_operator=_tables,
    assumptions=st.lists(_texts, max_size=2).map(tuple),
)
_nodes = st.builds(
    SummaryNode,
    path=_texts,
    module=_texts,
    depth=st.integers(0, 20),
    parameters=st.integers(0, 2**70),
    repeats=st.integers(1, 100),
    component=st.none() | _texts,
)


def any_facts(release: str, config_class: str) -> st.SearchStrategy[ModelFacts]:
    """Arbitrary facts of a class."""
    return st.builds(
        ModelFacts,
        release=st.just(release),
        config_class=st.just(config_class),
        model_type=st.none() | _texts,
        architecture=_texts,
        base=st.booleans(),
        failure=_failures,
        override=st.none() | _texts,
        override_params=st.dictionaries(_texts, _values, max_size=2),
        parameters=_counts,
        trainable_parameters=_counts,
        embedding_parameters=_counts,
        active_parameters=_counts,
        buffers=_counts,
        buffer_bytes=_counts,
        tied=st.lists(st.lists(_texts, max_size=3).map(tuple), max_size=2).map(tuple),
        components=_tables,
        branches=_tables,
        weights_bytes=_tables,
        layers=_counts,
        kv_cache_values_per_token=_counts,
        summary=st.lists(_nodes, max_size=3).map(tuple),
        forward=_forwards,
        torch=_texts.map(lambda text: text.replace("\0", "")),
        seconds=st.none() | st.floats(0, 1e6),
    )
