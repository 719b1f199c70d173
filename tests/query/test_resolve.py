"""``Catalog.resolve``: dotted names down to one parameter."""

from __future__ import annotations

import pytest

from catalog import Catalog, NotFoundError
from catalog.errors import UsageError


@pytest.mark.parametrize(
    ("path", "config_class", "parameter"),
    [
        ("llama", "LlamaConfig", None),
        ("llama.hidden_size", "LlamaConfig", "hidden_size"),
        ("LlamaConfig.return_dict", "LlamaConfig", "return_dict"),
        ("transformers.models.llama.configuration_llama.LlamaConfig.hidden_size", "LlamaConfig", "hidden_size"),
        ("transformers.LlamaConfig", "LlamaConfig", None),
        ("dual-model.text_config", "DualConfig", "text_config"),
        ("dual-model.text_config.num_key_value_heads", "LlamaConfig", "num_key_value_heads"),
        ("dual-model.audio_config.n_embd", "GPT2Config", "n_embd"),
    ],
)
def test_a_dotted_name_leads_to_class_and_parameter(
    catalog: Catalog, path: str, config_class: str, parameter: str | None
) -> None:
    found = catalog.resolve(path)
    assert found.config.config_class == config_class
    assert (found.parameter and found.parameter.name) == parameter
    assert found.alias is None


def test_another_name_of_the_attribute_map_leads_to_the_parameter(catalog: Catalog) -> None:
    found = catalog.resolve("gpt2.hidden_size")
    assert found.parameter is not None
    assert (found.parameter.name, found.alias) == ("n_embd", "hidden_size")
    assert found.parameter.required


def test_a_misspelt_parameter_gets_a_suggestion(catalog: Catalog) -> None:
    with pytest.raises(NotFoundError) as error:
        catalog.resolve("llama.hiden_size")
    assert (error.value.kind, error.value.suggestions) == ("parameter", ("hidden_size",))


@pytest.mark.parametrize(("path", "name"), [("lama.hidden_size", "lama"), ("lama", "lama")])
def test_a_misspelt_model_is_named_without_its_parameter(catalog: Catalog, path: str, name: str) -> None:
    with pytest.raises(NotFoundError) as error:
        catalog.resolve(path)
    assert (error.value.kind, error.value.name, error.value.suggestions) == ("model", name, ("llama",))


def test_a_path_cannot_go_on_behind_a_plain_parameter(catalog: Catalog) -> None:
    with pytest.raises(UsageError, match=r"LlamaConfig\.hidden_size is no sub-config"):
        catalog.resolve("llama.hidden_size.x")


def test_a_sub_config_whose_class_is_open_says_so(catalog: Catalog) -> None:
    with pytest.raises(UsageError, match="not fixed"):
        catalog.resolve("dual-model.vision_config.hidden_size")
