"""Architectures of the installed transformers, against the imported auto mappings and classes."""

from __future__ import annotations

import contextlib
import dataclasses
import importlib
import inspect
import io
import sys
import warnings
from collections.abc import Iterator
from typing import Any

import pytest

from catalog.introspect import installed_release as describe_installed
from catalog.introspect.architectures import read_mappings, tasks_of_mapping
from catalog.introspect.sources import FolderSource
from catalog.records import Architecture

SAMPLE_STEP = 30
KINDS = {
    "tokenizer": "tokenization_auto.TOKENIZER_MAPPING_NAMES",
    "processor": "processing_auto.PROCESSOR_MAPPING_NAMES",
    "image_processor": "image_processing_auto.IMAGE_PROCESSOR_MAPPING_NAMES",
    "feature_extractor": "feature_extraction_auto.FEATURE_EXTRACTOR_MAPPING_NAMES",
    "video_processor": "video_processing_auto.VIDEO_PROCESSOR_MAPPING_NAMES",
}


def imported(name: str) -> Any:
    """A value of one of the auto modules."""
    module, _, attribute = name.rpartition(".")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return getattr(importlib.import_module(f"transformers.models.auto.{module}"), attribute)


def flat(value: Any) -> Iterator[str]:
    """Class names within an entry of a mapping."""
    if isinstance(value, str):
        yield value
    elif value is not None:
        for item in value.values() if isinstance(value, dict) else value:
            yield from flat(item)


@pytest.fixture(scope="module")
def mappings():
    return read_mappings(FolderSource(describe_installed().location))


@pytest.fixture(scope="module")
def by_name(installed_release) -> dict[str, Architecture]:
    return {item.name: item for item in installed_release.architectures}


class TestMappings:
    def test_configurations_and_modules_equal_the_imported_ones(self, mappings):
        assert list(mappings.config_classes.items()) == list(
            imported("configuration_auto.CONFIG_MAPPING_NAMES").items()
        )
        assert mappings.modules == dict(imported("configuration_auto.SPECIAL_MODEL_TYPE_TO_MODULE_NAME"))

    def test_models_equal_the_imported_ones(self, mappings):
        imported("modeling_auto.MODEL_MAPPING_NAMES")
        module = sys.modules["transformers.models.auto.modeling_auto"]
        expected = {}
        for name, mapping in vars(module).items():
            if name.startswith("MODEL_") and name.endswith("_NAMES"):
                label = name.removesuffix("_NAMES").removesuffix("_MAPPING") + "_MAPPING"
                expected[label] = tuple((kind, cls) for kind, value in mapping.items() for cls in flat(value))
        assert dict(mappings.models) == expected
        assert sum(map(len, expected.values())) > 1900

    @pytest.mark.parametrize("kind", KINDS)
    def test_processors_equal_the_imported_ones(self, mappings, kind):
        """The imported ones lack classes whose library is not installed; those are known by name all the same."""
        expected = {name: tuple(dict.fromkeys(flat(value))) for name, value in imported(KINDS[kind]).items()}
        mine = mappings.processors[kind]
        assert set(mine) >= {name for name, classes in expected.items() if classes}
        for name, classes in expected.items():
            assert set(classes) <= set(mine.get(name, ()))

    def test_nothing_failed(self, mappings, installed_release):
        assert mappings.failures == ()
        assert [item for item in installed_release.failures if item.stage == "architecture"] == []


class TestRecords:
    def test_every_mapped_class_is_an_architecture_with_its_tasks(self, mappings, by_name):
        tasks: dict[str, set[str]] = {}
        model_types: dict[str, set[str]] = {}
        for mapping, pairs in mappings.models.items():
            for model_type, name in pairs:
                tasks.setdefault(name, set()).update(tasks_of_mapping(mapping))
                model_types.setdefault(name, set()).add(model_type)
        assert {name: set(item.tasks) for name, item in by_name.items()} == tasks
        assert {name: set(item.model_types) for name, item in by_name.items()} == model_types
        assert list(by_name) == sorted(by_name)

    def test_every_model_type_is_recorded_with_its_processors(self, mappings, installed_release):
        assert [item.name for item in installed_release.model_types] == sorted(mappings.config_classes)
        clip = next(item for item in installed_release.model_types if item.name == "clip")
        assert clip.config_class == "CLIPConfig"
        assert clip.processors["tokenizer"] == ("CLIPTokenizer",)
        assert set(clip.processors["image_processor"]) == {"CLIPImageProcessor", "CLIPImageProcessorPil"}

    def test_every_class_is_located_and_has_a_configuration_that_exists(self, by_name, installed_release):
        classes = {item.name for item in installed_release.classes}
        assert [item.name for item in by_name.values() if item.module is None] == []
        assert [item.name for item in by_name.values() if item.config_class not in classes] == []

    def test_a_class_reads_as_its_documentation_says(self, by_name):
        llama = by_name["LlamaForCausalLM"]
        assert llama.module == "transformers.models.llama.modeling_llama"
        assert llama.config_class == "LlamaConfig"
        assert llama.tasks == ("text-generation",)
        assert llama.summary == "The Llama Model for causal language modeling."
        assert llama.output_class == "CausalLMOutputWithPast"
        assert [item.name for item in llama.output_fields][:2] == ["loss", "logits"]
        parameters = {item.name: item for item in llama.forward}
        assert parameters["logits_to_keep"].default_source == "0"
        assert parameters["logits_to_keep"].annotation == "int | torch.Tensor"
        assert parameters["input_ids"].documented_type == "of shape (batch_size, sequence_length)"
        assert "causal language modeling loss" in (parameters["labels"].description or "")
        assert parameters["**kwargs"].required is False

    def test_forward_comes_from_the_nearest_base(self, by_name):
        inherited = by_name["LlamaForSequenceClassification"]
        assert inherited.output_class == "SequenceClassifierOutputWithPast"
        assert "classification/regression loss" in next(p.description for p in inherited.forward if p.name == "labels")

    def test_descriptions_name_the_processor_of_the_model(self, by_name):
        pixels = next(p for p in by_name["ViTModel"].forward if p.name == "pixel_values")
        assert "[`ViTImageProcessor`]" in (pixels.description or "")
        assert not any("_class}" in (p.description or "") for item in by_name.values() for p in item.forward)

    def test_nearly_all_is_documented(self, by_name):
        parameters = [p for item in by_name.values() for p in item.forward if not p.name.startswith("*")]
        fields = [field for item in by_name.values() for field in item.output_fields]
        assert sum(p.description is None for p in parameters) / len(parameters) < 0.002
        assert sum(field.description is None for field in fields) / len(fields) < 0.005
        assert sum(p.inferred for p in parameters) / len(parameters) < 0.03


def differences(item: Architecture) -> list[str]:
    """Where a record and the imported class disagree."""
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        try:
            cls = getattr(importlib.import_module(item.module or ""), item.name)
        except ImportError:
            return []  # it needs a library that is not installed here
    found = []
    forward = inspect.unwrap(cls.forward)
    if cls.config_class.__name__ != item.config_class:
        found.append(f"{item.name}: config class {cls.config_class.__name__}, not {item.config_class}")
    if forward.__name__ == "_forward_unimplemented":
        return found + ([f"{item.name} has no forward"] if item.forward else [])
    names = {"VAR_POSITIONAL": "*", "VAR_KEYWORD": "**"}
    parameters = list(inspect.signature(cls.forward).parameters.values())[1:]
    expected = [names.get(parameter.kind.name, "") + parameter.name for parameter in parameters]
    if expected != [parameter.name for parameter in item.forward]:
        return [*found, f"{item.name}: parameters {expected}"]
    namespace = vars(sys.modules[forward.__module__])
    for parameter, mine in zip(parameters, item.forward, strict=True):
        default = inspect.Parameter.empty if mine.default_source is None else eval(mine.default_source, dict(namespace))
        if default is not parameter.default and default != parameter.default:
            found.append(f"{item.name}: default of {mine.name} is {parameter.default!r}")
    output = namespace.get(item.output_class or "")
    if output is not None and [field.name for field in dataclasses.fields(output)] != [
        f.name for f in item.output_fields
    ]:
        found.append(f"{item.name}: fields of {item.output_class}")
    return found


def test_a_sample_equals_the_imported_classes(by_name):
    pytest.importorskip("torch", reason="importing model classes takes torch", exc_type=ImportError)
    sample = list(by_name.values())[::SAMPLE_STEP]
    assert [line for item in sample for line in differences(item)] == []


@pytest.mark.slow
def test_all_equal_the_imported_classes(by_name):
    pytest.importorskip("torch", reason="importing model classes takes torch", exc_type=ImportError)
    assert [line for item in by_name.values() for line in differences(item)] == []
