"""Facts of a release, answered from records in memory."""

from __future__ import annotations

import pytest

from catalog.records import Architecture, ConfigClass, ModelType, Observation, Parameter, Release
from catalog.specs.knowledge import Knowledge
from catalog.specs.memory import ReleaseKnowledge


@pytest.fixture
def knowledge() -> Knowledge:
    return ReleaseKnowledge(
        Release(
            version="5.0.0",
            extractor="live",
            fingerprint="f",
            classes=(
                ConfigClass(
                    name="PreTrainedConfig",
                    module="m",
                    is_base=True,
                    parameters=(Parameter(name="dtype", position=0),),
                ),
                ConfigClass(
                    name="FooConfig",
                    module="m.foo",
                    model_type="foo",
                    parameters=(Parameter(name="window", position=0, default=None), Parameter(name="size", position=1)),
                ),
                ConfigClass(
                    name="FooTextConfig",
                    module="m.foo",
                    model_type="foo_text",
                    parameters=(Parameter(name="size", position=0),),
                ),
                ConfigClass(name="OldConfig", module="m.old", model_type="foo_text", deprecated=True),
            ),
            observations=(Observation(config_class="FooConfig", constructs=True, effective={"window": 128}),),
            architectures=(
                Architecture(name="FooVariantModel", module="m", config_class="FooConfig", tasks=("base",)),
                Architecture(
                    name="FooModel",
                    module="m",
                    config_class="FooConfig",
                    tasks=("base",),
                    model_types=("foo", "foo_text"),
                ),
            ),
            model_types=(ModelType(name="foo", config_class="FooConfig"),),
            vocabularies={"activations": ("gelu", "relu")},
        )
    )


def test_a_class_is_found_by_name_and_the_base_by_either_of_its_names(knowledge):
    assert knowledge.release == "5.0.0"
    assert knowledge.config_class("FooConfig").module == "m.foo"
    assert knowledge.config_class("BarConfig") is None
    assert knowledge.config_class("PretrainedConfig") is knowledge.config_class("PreTrainedConfig") is not None
    assert knowledge.class_names() == ("FooConfig", "FooTextConfig", "OldConfig")


def test_effective_defaults_are_empty_where_nothing_was_observed(knowledge):
    assert knowledge.effective("FooConfig") == {"window": 128}
    assert knowledge.effective("FooTextConfig") == {}


def test_a_model_type_resolves_by_the_auto_mappings_then_by_declaration(knowledge):
    assert knowledge.class_of_model_type("foo") == "FooConfig"
    assert knowledge.class_of_model_type("foo_text") == "FooTextConfig"
    assert knowledge.class_of_model_type("bar") is None
    assert knowledge.model_types() == ("foo", "foo_text")


def test_a_task_resolves_to_the_plain_architecture_also_through_a_shared_model_type(knowledge):
    assert knowledge.architecture_for_task("FooConfig", "base") == "FooModel"
    assert knowledge.architecture_for_task("FooTextConfig", "base") == "FooModel"
    assert knowledge.architecture_for_task("FooConfig", "text-generation") is None
    assert knowledge.architecture_class("FooVariantModel") == "FooConfig"
    assert knowledge.architecture_class("BarModel") is None
    assert knowledge.architectures() == ("FooModel", "FooVariantModel")
    assert knowledge.tasks() == ("base",)


def test_a_base_parameter_is_taken_by_every_class(knowledge):
    assert knowledge.classes_with("dtype") == knowledge.class_names()
    assert knowledge.classes_with("size") == ("FooConfig", "FooTextConfig")
    assert knowledge.classes_with("nothing") == ()


def test_an_unknown_vocabulary_is_empty(knowledge):
    assert knowledge.vocabulary("activations") == {"gelu", "relu"}
    assert knowledge.vocabulary("colours") == frozenset()


def test_a_release_without_records_answers_every_question():
    empty = ReleaseKnowledge(Release(version="1", extractor="static", fingerprint=""))
    assert empty.config_class("PreTrainedConfig") is None
    assert empty.model_types() == empty.class_names() == empty.tasks() == empty.classes_with("x") == ()
