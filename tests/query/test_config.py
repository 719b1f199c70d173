"""``Catalog.config``: the record of one class."""

from __future__ import annotations

import pickle

import pytest

from catalog import Catalog, NotFoundError
from catalog.errors import CatalogError, DatabaseError, UsageError


@pytest.mark.parametrize(
    "name",
    [
        "llama",
        "LlamaConfig",
        "transformers.models.llama.configuration_llama.LlamaConfig",
        "transformers.models.llama.LlamaConfig",
        "transformers.LlamaConfig",
        "llama_alias",
        " llama ",
    ],
)
def test_every_name_of_a_class_leads_to_it(catalog: Catalog, name: str) -> None:
    config = catalog.config(name)
    assert config.config_class == "LlamaConfig"
    assert config.model_type == "llama"
    assert config.model_types == ("llama", "llama_alias")
    assert config.release == "5.23.0"


@pytest.mark.parametrize(
    ("name", "suggestion"),
    [
        ("LLama", "llama"),
        ("lama", "llama"),
        ("llama-7b", "llama"),
        ("meta-llama/Llama-2-7b-hf", "llama"),
        ("Lamaconfig", "LlamaConfig"),
        ("transformers.models.lama.LamaConfig", "LlamaConfig"),
        ("gpt-2", "gpt2"),
        ("dual_model", "dual-model"),
    ],
)
def test_a_misspelt_name_gets_the_right_suggestion_first(catalog: Catalog, name: str, suggestion: str) -> None:
    with pytest.raises(NotFoundError) as error:
        catalog.config(name)
    assert error.value.suggestions[0] == suggestion
    assert error.value.name == name
    assert "5.23.0" in str(error.value)


@pytest.mark.parametrize("name", ["", " ", ".", "..", "xyz", "🙂", "a" * 10_000, "%", "'; DROP TABLE", "llama\0"])
def test_nonsense_is_not_found(catalog: Catalog, name: str) -> None:
    with pytest.raises(NotFoundError):
        catalog.config(name)


def test_a_wrong_module_is_not_found(catalog: Catalog) -> None:
    with pytest.raises(NotFoundError) as error:
        catalog.config("transformers.models.bert.LlamaConfig")
    assert error.value.suggestions == ("LlamaConfig",)


def test_a_model_type_of_several_classes_asks_for_the_class(catalog: Catalog) -> None:
    with pytest.raises(UsageError, match="TwinAConfig, TwinBConfig"):
        catalog.config("twin")
    assert catalog.config("TwinAConfig").model_type == "twin"


def test_parameters_come_in_order_own_first_and_those_of_the_common_base_last(catalog: Catalog) -> None:
    config = catalog.config("llama")
    assert list(config.parameters) == ["hidden_size", "num_key_value_heads", "hidden_act", "return_dict", "id2label"]
    assert list(config.own_parameters) == ["hidden_size", "num_key_value_heads", "hidden_act"]
    assert config.parameters["return_dict"].inherited_from == "PreTrainedConfig"


def test_the_effective_default_is_what_construction_made(catalog: Catalog) -> None:
    parameters = catalog.config("llama").parameters
    assert (parameters["num_key_value_heads"].default, parameters["num_key_value_heads"].effective_default) == (
        None,
        32,
    )
    assert parameters["hidden_size"].effective_default == 4096
    assert parameters["hidden_size"].effective_known
    assert parameters["id2label"].effective_default == {}, "common parameters have effective defaults, too"


def test_without_construction_the_effective_default_is_unknown(catalog: Catalog) -> None:
    parameter = catalog.config("llama", release="4.9.0").parameters["hidden_size"]
    assert not parameter.effective_known
    assert parameter.effective_default == parameter.default


def test_a_common_parameter_that_the_class_declares_anew_is_its_own(catalog: Catalog) -> None:
    config = catalog.config("child")
    assert config.parameters["return_dict"].default is False
    assert config.parameters["return_dict"].inherited_from is None
    assert config.parameters["hidden_size"].inherited_from == "LlamaConfig"
    assert list(config.own_parameters) == ["return_dict", "sliding_window"]


def test_details_reach_the_record(catalog: Catalog) -> None:
    config = catalog.config("llama")
    hidden_size, hidden_act = config.parameters["hidden_size"], config.parameters["hidden_act"]
    assert (hidden_size.type, hidden_size.type_text, hidden_size.minimum) == ("int", "int", 1)
    assert (hidden_size.documented_default, hidden_size.documented_default_text) == (2048, "2048")
    assert hidden_act.choices == ("silu", "gelu")
    assert config.parameters["num_key_value_heads"].type_text == "int | None"
    assert (config.modality, config.attention) == ("text", ("grouped-query",))
    assert [architecture.name for architecture in config.architectures] == ["LlamaForCausalLM", "LlamaModel"]
    assert config.tasks == ("text-generation",)
    assert config.processors["tokenizer"] == ("LlamaTokenizer",)
    assert (config.constructs, config.reason) == (True, None)
    assert config.size is None


def test_a_class_that_does_not_construct_says_why(catalog: Catalog) -> None:
    config = catalog.config("BrokenConfig")
    assert (config.constructs, config.reason) == (False, "ValueError: no.")
    assert config.model_type is None
    assert not config.parameters["return_dict"].effective_known


def test_records_cannot_be_changed_and_outlive_the_catalog(catalog: Catalog) -> None:
    config = catalog.config("llama")
    catalog.close()
    with pytest.raises(TypeError):
        config.parameters["hidden_size"] = None
    with pytest.raises(AttributeError):
        config.parameters["hidden_size"].default = 1
    assert pickle.loads(pickle.dumps(config)) == config


def test_an_older_release_answers_for_itself(catalog: Catalog) -> None:
    config = catalog.config("llama", release="4.9.0")
    assert config.release == "4.9.0"
    assert list(config.own_parameters) == ["hidden_size"]
    with pytest.raises(NotFoundError):
        catalog.config("gpt2", release="4.9.0")


def test_an_unknown_release_names_the_cataloged_ones(catalog: Catalog) -> None:
    with pytest.raises(NotFoundError, match=r"5\.23\.0"):
        catalog.config("llama", release="5.24.0")


def test_an_empty_catalog_says_how_to_fill_it(tmp_path) -> None:
    with Catalog.open(tmp_path / "empty.db") as catalog, pytest.raises(CatalogError, match="catalog sync"):
        catalog.config("llama")


def test_a_catalog_that_is_not_there_is_not_made_unless_asked(tmp_path) -> None:
    with pytest.raises(DatabaseError, match="There is no catalog"):
        Catalog.open(tmp_path / "none.db", create=False)
    assert not list(tmp_path.iterdir())


def test_what_another_process_writes_is_seen(catalog: Catalog, database) -> None:
    from dataclasses import replace

    from catalog.store import open_store

    from_before = catalog.config("llama", release="4.9.0")
    store = open_store(database)
    release = replace(store_release(), fingerprint="other")
    store.write_release(release)
    store.close()
    assert from_before.config_class == "LlamaConfig"
    with pytest.raises(NotFoundError):
        catalog.config("llama", release="4.9.0")


def store_release():
    from catalog.records import ConfigClass, Release

    return Release(
        version="4.9.0",
        extractor="static",
        fingerprint="",
        classes=(
            ConfigClass(name="PreTrainedConfig", module="m", is_base=True),
            ConfigClass(name="XConfig", module="m"),
        ),
    )
