"""What building models told, as the catalog tells it: facts, sizes, coverage."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from catalog import Catalog
from catalog.errors import NotFoundError
from catalog.model_facts import BuildFailure, ForwardFacts, ModelFacts, SummaryNode
from catalog.query.coverage import CoverageCounts

LLAMA = ModelFacts(
    release="5.23.0",
    config_class="LlamaConfig",
    model_type="llama",
    architecture="LlamaModel",
    base=True,
    parameters=7_000_000_000,
    summary=(SummaryNode(path="", module="LlamaModel", depth=0, parameters=7_000_000_000),),
    forward=ForwardFacts(mode="fake", flops=10**12),
    torch="2.13.0",
)
LLAMA_LM = replace(LLAMA, architecture="LlamaForCausalLM", base=False)
CHILD = replace(
    LLAMA,
    config_class="ChildConfig",
    model_type="child",
    architecture="ChildModel",
    parameters=1_000_000,
    forward=ForwardFacts(failure=BuildFailure(kind="no-inputs", reason="It wants a graph.")),
)
DUAL = replace(
    LLAMA,
    config_class="DualConfig",
    model_type="dual-model",
    architecture="DualModel",
    parameters=None,
    summary=(),
    forward=ForwardFacts(),
    failure=BuildFailure(kind="missing-library", reason="timm is not installed.", library="timm"),
)
GPT2 = replace(LLAMA, config_class="GPT2Config", model_type="gpt2", architecture="GPT2Model", forward=ForwardFacts())
BASES = (CHILD, DUAL, GPT2, LLAMA)


def test_nothing_is_known_before_anything_was_built(catalog):
    assert catalog.facts("llama") is None
    assert catalog.all_facts() == ()
    assert not catalog.knows_sizes()
    assert catalog.config("llama").facts is None
    assert catalog.config("llama").size is None
    assert {summary.size for summary in catalog.find()} == {None}
    coverage = catalog.coverage()
    assert coverage.total == CoverageCounts()
    assert len(coverage.untried) == 7


@pytest.fixture
def built(catalog: Catalog) -> Catalog:
    """The catalog, with what building its models told."""
    assert catalog.record_facts([*BASES, LLAMA_LM]) == 5
    return catalog


def test_facts_are_found_by_every_name_of_a_class(built):
    for name in ("llama", "LlamaConfig", "llama_alias", "transformers.models.llama.configuration_llama.LlamaConfig"):
        assert built.facts(name) == LLAMA
    assert built.facts("llama", "LlamaForCausalLM") == LLAMA_LM
    assert built.facts("llama", "LlamaForTea") is None
    assert built.facts("llama", release="4.9.0") is None
    with pytest.raises(NotFoundError, match="llama"):
        built.facts("lama")


def test_all_facts_are_those_of_base_models_unless_asked(built):
    assert built.all_facts() == BASES
    assert built.all_facts(base_only=False) == (CHILD, DUAL, GPT2, LLAMA_LM, LLAMA)
    assert built.all_facts(name="llama", base_only=False) == (LLAMA_LM, LLAMA)
    assert built.all_facts("4.9.0") == ()
    assert [facts.summary for facts in built.all_facts(summary=False)] == [()] * 4


def test_a_model_knows_its_size_and_its_facts_without_the_tree(built):
    config = built.config("llama")
    assert config.size == 7_000_000_000
    assert config.facts == replace(LLAMA, summary=())
    assert built.config("dual-model").size is None
    assert built.config("dual-model").facts == DUAL
    assert {one.config_class: one.size for one in built.configs() if one.size} == {
        "LlamaConfig": 7_000_000_000,
        "ChildConfig": 1_000_000,
        "GPT2Config": 7_000_000_000,
    }
    assert next(one for one in built.configs() if one.config_class == "LlamaConfig") == config


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ({"min_size": 1_000_000}, ["ChildConfig", "GPT2Config", "LlamaConfig"]),
        ({"min_size": 1_000_001}, ["GPT2Config", "LlamaConfig"]),
        ({"max_size": 6_999_999_999}, ["ChildConfig"]),
        ({"max_size": 0}, []),
    ],
)
def test_models_are_found_by_size(built, limits, expected):
    assert [summary.config_class for summary in built.find(**limits)] == expected
    assert built.knows_sizes()
    assert not built.knows_sizes("4.9.0")
    sizes = {summary.config_class: summary.size for summary in built.find()}
    assert sizes["LlamaConfig"] == 7_000_000_000
    assert sizes["DualConfig"] is None


def test_an_open_catalog_sees_what_another_one_records(catalog, database):
    assert {summary.size for summary in catalog.find()} == {None}
    with Catalog.open(database) as other:
        other.record_facts([LLAMA])
    assert [summary.config_class for summary in catalog.find(min_size=1)] == ["LlamaConfig"]
    assert catalog.config("llama").size == 7_000_000_000


def test_coverage_counts_every_model_and_every_reason(built):
    coverage = built.coverage()
    assert (coverage.release, coverage.base_only) == ("5.23.0", True)
    assert coverage.total == CoverageCounts(models=4, built=3, forwarded=1, flops=1)
    assert list(coverage.by_modality) == ["multimodal", "text", None]
    assert coverage.by_modality["multimodal"] == CoverageCounts(models=1)
    assert coverage.by_modality["text"] == CoverageCounts(models=1, built=1, forwarded=1, flops=1)
    assert coverage.by_modality[None] == CoverageCounts(models=2, built=2)
    assert coverage.build_failures == {"missing-library": 1}
    assert coverage.forward_failures == {"no-inputs": 1}
    assert [(item.config_class, item.stage, item.failure.reason) for item in coverage.failures] == [
        ("ChildConfig", "forward", "It wants a graph."),
        ("DualConfig", "build", "timm is not installed."),
    ]
    assert coverage.untried == ("BrokenConfig", "TwinAConfig", "TwinBConfig")
    assert built.coverage(base_only=False).total == CoverageCounts(models=5, built=4, forwarded=2, flops=2)


def test_a_sweep_that_breaks_off_keeps_what_it_built(catalog):
    def sweep() -> Iterator[ModelFacts]:
        yield from (CHILD, DUAL, GPT2)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        catalog.record_facts(sweep(), batch_size=2)
    assert catalog.all_facts() == (CHILD, DUAL, GPT2)


def test_facts_are_written_while_a_sweep_goes_on(catalog):
    seen = []

    def sweep() -> Iterator[ModelFacts]:
        for facts in BASES:
            yield facts
            seen.append(len(catalog.all_facts()))

    assert catalog.record_facts(sweep(), batch_size=2) == 4
    assert seen == [0, 2, 2, 4]


def test_a_batch_with_a_class_that_is_not_there_is_refused_and_those_before_stay(catalog):
    with pytest.raises(NotFoundError, match="LostConfig"):
        catalog.record_facts([CHILD, DUAL, replace(LLAMA, config_class="LostConfig"), GPT2], batch_size=2)
    assert catalog.all_facts() == (CHILD, DUAL)


def test_facts_can_be_kept_under_a_release_that_is_named(catalog):
    assert catalog.record_facts([LLAMA], release="4.9") == 1
    assert catalog.facts("llama", release="4.9.0") == replace(LLAMA, release="4.9.0")
    assert catalog.facts("llama") is None
    with pytest.raises(NotFoundError, match="4\\.8"):
        catalog.record_facts([LLAMA], release="4.8")


def test_facts_cannot_be_changed_by_who_reads_coverage(built):
    with pytest.raises(TypeError):
        built.coverage().by_modality["text"] = CoverageCounts()
