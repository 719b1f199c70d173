"""One parameter across all classes of a release."""

from __future__ import annotations

from dataclasses import replace

import pytest
from samples import BASE, LLAMA, LLAMA4, RELEASE
from sqlalchemy import text

from catalog.store.engine import reading


@pytest.fixture
def filled(store):
    store.write_release(RELEASE)
    return store


def test_every_class_with_the_parameter_is_told_with_its_declaration(filled):
    uses = filled.parameters_named("5.23.0", "hidden_size")
    assert [(use.config_class, use.parameter) for use in uses] == [
        ("Llama4TextConfig", LLAMA4.parameters[0]),
        ("LlamaConfig", LLAMA.parameters[0]),
    ]
    assert [(use.overridden, use.effective) for use in uses] == [(False, 5120), (False, 4096)]


def test_all_facts_of_a_parameter_come_from_its_row(filled):
    for parameter in LLAMA.parameters:
        use = next(u for u in filled.parameters_named("5.23.0", parameter.name) if u.config_class == "LlamaConfig")
        assert use.parameter == parameter


def test_the_effective_default_is_what_construction_makes_of_it(filled):
    (use,) = filled.parameters_named("5.23.0", "num_key_value_heads")
    assert (use.parameter.default, use.overridden, use.effective) == (None, True, 32)


def test_a_parameter_of_the_common_base_is_taken_by_every_class(filled):
    uses = filled.parameters_named("5.23.0", "dtype")
    assert [(use.config_class, use.parameter.default, use.overridden, use.effective) for use in uses] == [
        ("Llama4TextConfig", "bfloat16", False, "bfloat16"),
        ("LlamaConfig", None, True, None),
        ("PairConfig", None, False, None),
    ]
    assert uses[2].parameter == replace(BASE.parameters[0], inherited_from="PreTrainedConfig")


def test_a_name_that_no_class_takes_gives_nothing(filled):
    assert filled.parameters_named("5.23.0", "hiden_size") == ()
    assert filled.parameters_named("5.23.0", "") == ()


def test_a_name_of_another_release_gives_nothing(filled):
    filled.write_release(replace(RELEASE, version="5.24.0", fingerprint="next", classes=(BASE,), observations=()))
    assert filled.parameters_named("5.24.0", "hidden_size") == ()
    assert len(filled.parameters_named("5.23.0", "hidden_size")) == 2


def test_parameter_names_are_counted_by_class(filled):
    names = filled.parameter_names("5.23.0")
    assert names["hidden_size"] == 2
    assert names["dtype"] == 2
    assert names["projector"] == 1
    assert list(names) == sorted(names)


def test_the_pivot_is_one_look_up_a_class_in_sqlite(tmp_path):
    from catalog.store import open_store

    with open_store(tmp_path / "catalog.db") as store:
        store.write_release(RELEASE)
        with reading(store.engine, store.location) as connection:
            plan = connection.execute(
                text(
                    "EXPLAIN QUERY PLAN SELECT d.name FROM release_class p JOIN definition_parameter q"
                    " ON q.definition_id = p.definition_id AND q.name_id = 1"
                    " JOIN definition d ON d.id = p.definition_id WHERE p.release_id = 1"
                )
            ).all()
    steps = [row.detail for row in plan]
    assert any("p USING PRIMARY KEY (release_id=?)" in step for step in steps), steps
    assert any("q USING PRIMARY KEY (definition_id=? AND name_id=?)" in step for step in steps), steps
