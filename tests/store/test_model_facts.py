"""What building models told is kept with its release, for as long as what was built is what the release has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, example, given, settings
from model_fact_samples import ALL, LLAMA_FOR_CAUSAL_LM, LLAMA_MODEL, MIXTURE, NOT_BUILT, any_facts
from samples import BASE, LLAMA, LLAMA4, NEXT, PAIR, RELEASE
from sqlalchemy import func, select

from catalog.errors import DatabaseError, NotFoundError
from catalog.model_facts import BuildFailure, ModelFacts
from catalog.records import ModelType, Parameter, Release, SubConfig
from catalog.store import Store, open_store, schema
from catalog.store.engine import reading

VERSION = "5.23.0"


def documents(store: Store) -> int:
    """Number of documents of facts."""
    with reading(store.engine, store.location) as connection:
        return connection.scalar(select(func.count()).select_from(schema.facts_document)) or 0


def without_summary(facts: ModelFacts) -> ModelFacts:
    return replace(facts, summary=())


@pytest.fixture
def filled(store: Store) -> Store:
    """A catalog with a release and what building its models told."""
    store.write_release(RELEASE)
    assert store.record_facts(reversed(ALL)) == len(ALL)
    return store


def test_facts_come_back_as_they_were_written(filled):
    assert filled.all_facts(VERSION) == ALL
    assert filled.all_facts(VERSION, summary=False) == tuple(map(without_summary, ALL))
    assert filled.facts(VERSION, "LlamaConfig") == LLAMA_MODEL
    assert filled.facts(VERSION, "LlamaConfig", "LlamaForCausalLM") == LLAMA_FOR_CAUSAL_LM
    assert filled.facts(VERSION, "LlamaConfig", summary=False) == without_summary(LLAMA_MODEL)


def test_what_was_not_built_has_no_facts(filled):
    assert filled.facts(VERSION, "LlamaConfig", "LlamaForSequenceClassification") is None
    assert filled.facts(VERSION, "LlamaConfig", "nul\0") is None
    assert filled.facts(VERSION, "PreTrainedConfig") is None
    assert filled.facts("1.0", "LlamaConfig") is None
    with pytest.raises(NotFoundError, match="no cataloged release"):
        filled.all_facts("1.0")


def test_facts_are_read_by_base_class_and_failure(filled):
    assert filled.all_facts(VERSION, base_only=True) == (MIXTURE, LLAMA_MODEL, NOT_BUILT)
    assert filled.all_facts(VERSION, config_class="LlamaConfig") == (LLAMA_FOR_CAUSAL_LM, LLAMA_MODEL)
    assert filled.all_facts(VERSION, failed_only=True) == (MIXTURE, NOT_BUILT)
    assert filled.sizes(VERSION) == {"LlamaConfig": 6_607_343_616, "Llama4TextConfig": 100_000_000_000}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def shared_store(request, tmp_path_factory) -> Iterator[Store]:
    """One store for all examples of a property."""
    if request.param == "sqlite":
        with open_store(tmp_path_factory.mktemp("facts") / "catalog.db") as store:
            store.write_release(RELEASE)
            yield store
    else:
        from postgres import new_database

        with new_database(request.getfixturevalue("postgres_server")) as url, open_store(url) as store:
            store.write_release(RELEASE)
            yield store


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(facts=any_facts(VERSION, "LlamaConfig"))
@example(facts=replace(LLAMA_MODEL, parameters=2**63, active_parameters=2**90, architecture="a\0b"))
def test_any_facts_come_back_as_they_were_written(shared_store, facts):
    shared_store.record_facts([facts])
    assert shared_store.facts(VERSION, "LlamaConfig", facts.architecture) == facts
    if facts.base:
        assert shared_store.facts(VERSION, "LlamaConfig") == facts
        size = shared_store.sizes(VERSION).get("LlamaConfig")
        assert size == (None if facts.parameters is None else min(facts.parameters, 2**63 - 1))


def test_what_no_database_can_hold_is_written_as_near_as_can_be(filled):
    odd = replace(
        LLAMA_MODEL,
        failure=BuildFailure(kind="upstream-bug", reason="half a pair: \ud800."),
        override_params={"dims": (1, 2), "eps": float("inf")},
        seconds=float("nan"),
    )
    filled.record_facts([odd])
    found = filled.facts(VERSION, "LlamaConfig")
    assert found.failure.reason == "half a pair: ?."
    assert found.override_params == {"dims": [1, 2], "eps": {"$float": "inf"}}
    assert found.seconds is None


def test_facts_of_the_same_architecture_take_the_place_of_what_is_there(filled):
    newer = replace(LLAMA_MODEL, parameters=7, summary=(), torch="2.14.0")
    assert filled.record_facts([LLAMA_MODEL, newer]) == 1, "the last one of a batch counts"
    assert filled.facts(VERSION, "LlamaConfig") == newer
    assert len(filled.all_facts(VERSION)) == len(ALL)


def test_a_class_has_one_base_at_most(filled):
    filled.record_facts([replace(LLAMA_FOR_CAUSAL_LM, base=True)])
    assert filled.facts(VERSION, "LlamaConfig") == replace(LLAMA_FOR_CAUSAL_LM, base=True)
    assert filled.facts(VERSION, "LlamaConfig", "LlamaModel") == replace(LLAMA_MODEL, base=False)
    filled.record_facts([replace(LLAMA_FOR_CAUSAL_LM, base=True), LLAMA_MODEL])
    assert [facts.architecture for facts in filled.all_facts(VERSION, config_class="LlamaConfig", base_only=True)] == [
        "LlamaModel"
    ]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [({"release": "5.23.1"}, "no cataloged release"), ({"config_class": "LostConfig"}, "no configuration class")],
)
def test_facts_of_what_the_catalog_has_not_are_refused_and_nothing_is_written(store, wrong, message):
    store.write_release(RELEASE)
    with pytest.raises(NotFoundError, match=message):
        store.record_facts([LLAMA_MODEL, replace(MIXTURE, **wrong)])
    assert store.all_facts(VERSION) == ()
    assert documents(store) == 0
    assert store.record_facts([]) == 0


def test_facts_can_be_kept_under_another_release(store):
    store.write_release(NEXT)
    store.record_facts([LLAMA_MODEL], release="5.24.0")
    assert store.all_facts("5.24.0") == (replace(LLAMA_MODEL, release="5.24.0"),)


def test_releases_that_tell_the_same_share_documents(filled):
    before = documents(filled)
    filled.write_release(NEXT)
    filled.record_facts([replace(LLAMA_MODEL, release="5.24.0", torch="2.14.0", seconds=3.0)])
    assert documents(filled) == before
    assert filled.facts("5.24.0", "LlamaConfig").torch == "2.14.0"


def test_a_release_takes_its_facts_with_it_and_collecting_their_documents(filled):
    filled.write_release(NEXT)
    filled.record_facts([replace(MIXTURE, release="5.24.0")])
    assert filled.delete_release(VERSION)
    assert filled.all_facts("5.24.0") == (replace(MIXTURE, release="5.24.0"),)
    before = documents(filled)
    filled.collect_garbage()
    assert (before, documents(filled)) == (5, 2), "a document of each, and one tree that three share"
    assert filled.all_facts("5.24.0") == (replace(MIXTURE, release="5.24.0"),)
    filled.write_release(RELEASE)
    assert filled.all_facts(VERSION) == ()


def test_the_same_content_again_keeps_the_facts(filled):
    assert filled.write_release(RELEASE).unchanged
    assert filled.write_release(RELEASE, force=True).facts_removed == 0
    assert filled.write_release(replace(RELEASE, fingerprint="read by a newer reader")).facts_removed == 0
    assert filled.all_facts(VERSION) == ALL


def changed(config, **changes):
    """The class with another default of its first parameter, or other changes."""
    first = replace(config.parameters[0], default=1, default_source="1")
    return replace(config, **({"parameters": (first, *config.parameters[1:])} | changes))


@pytest.mark.parametrize(
    ("classes", "left"),
    [
        # PairConfig is made of a LlamaConfig.
        ((LLAMA4, changed(LLAMA), PAIR, BASE), (MIXTURE,)),
        # Llama4TextConfig is what stands in PairConfig by its model type.
        ((changed(LLAMA4), LLAMA, PAIR, BASE), (LLAMA_FOR_CAUSAL_LM, LLAMA_MODEL)),
        ((LLAMA4, LLAMA, changed(PAIR), BASE), (MIXTURE, LLAMA_FOR_CAUSAL_LM, LLAMA_MODEL)),
        ((LLAMA4, LLAMA, BASE), (MIXTURE, LLAMA_FOR_CAUSAL_LM, LLAMA_MODEL)),
        # The common base is part of all that inherit from it.
        ((LLAMA4, LLAMA, PAIR, changed(BASE)), ()),
    ],
)
def test_facts_go_with_what_they_rest_on(filled, classes, left):
    report = filled.write_release(replace(RELEASE, fingerprint="other", classes=classes))
    assert filled.all_facts(VERSION) == left
    assert report.facts_removed == len(ALL) - len(left)


def test_facts_go_with_a_class_that_stands_in_another_by_default(store):
    holder = replace(
        PAIR,
        sub_configs=(SubConfig(name="vision_config", config_class=None),),
        parameters=(Parameter(name="vision_config", position=0, default={"$config": "Llama4TextConfig"}),),
    )
    release = replace(RELEASE, classes=(LLAMA4, LLAMA, holder, BASE))
    store.write_release(release)
    store.record_facts(ALL)
    store.write_release(replace(release, fingerprint="other", classes=(changed(LLAMA4), LLAMA, holder, BASE)))
    assert store.all_facts(VERSION) == (LLAMA_FOR_CAUSAL_LM, LLAMA_MODEL)


def test_facts_go_with_an_architecture_that_changed(filled):
    first, *others = RELEASE.architectures
    report = filled.write_release(
        replace(RELEASE, fingerprint="other", architectures=(replace(first, forward=()), *others))
    )
    assert filled.all_facts(VERSION) == (MIXTURE, LLAMA_MODEL, NOT_BUILT)
    assert report.facts_removed == 1


def test_one_release_losing_facts_leaves_those_of_others(filled):
    filled.write_release(NEXT)
    filled.record_facts([replace(LLAMA_MODEL, release="5.24.0")])
    filled.write_release(replace(RELEASE, fingerprint="other", classes=(LLAMA4, changed(LLAMA), PAIR, BASE)))
    assert filled.facts("5.24.0", "LlamaConfig") == replace(LLAMA_MODEL, release="5.24.0")
    assert filled.facts(VERSION, "LlamaConfig") is None


def test_classes_that_are_made_of_each_other_are_no_trap(store):
    one = replace(LLAMA4, ancestors=("LlamaConfig",))
    other = replace(LLAMA, ancestors=("Llama4TextConfig",))
    release = Release(version=VERSION, extractor="live", fingerprint="1", classes=(one, other), model_types=())
    store.write_release(release)
    store.record_facts([LLAMA_MODEL, MIXTURE])
    assert store.write_release(replace(release, fingerprint="2", classes=(changed(one), other))).facts_removed == 2


def test_a_new_model_type_alone_changes_no_facts(filled):
    types = (*RELEASE.model_types, ModelType(name="llama_alias", config_class="LlamaConfig"))
    filled.write_release(replace(RELEASE, fingerprint="other", model_types=types))
    assert filled.all_facts(VERSION) == ALL


def test_a_damaged_document_of_facts_is_told_so(filled):
    from catalog.store.engine import writing

    with writing(filled.engine, filled.location, timeout=5) as connection:
        connection.execute(schema.facts_document.update().values(body=b"\0"))
    with pytest.raises(DatabaseError, match="is damaged"):
        filled.facts(VERSION, "LlamaConfig")
    assert len(filled.sizes(VERSION)) == 2
