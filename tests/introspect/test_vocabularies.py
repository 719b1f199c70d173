from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from catalog.introspect.sources import FolderSource
from catalog.introspect.vocabularies import DTYPES, read_vocabularies
from catalog.records import Release


@pytest.fixture
def words(installed_release: Release):
    return installed_release.vocabularies


def test_they_equal_what_the_library_holds(words):
    from transformers.configuration_utils import ALLOWED_LAYER_TYPES, ALLOWED_MLP_LAYER_TYPES
    from transformers.generation.configuration_utils import GenerationConfig
    from transformers.utils.quantization_config import QuantizationMethod

    assert words["layer_types"] == tuple(ALLOWED_LAYER_TYPES)
    assert words["mlp_layer_types"] == tuple(ALLOWED_MLP_LAYER_TYPES)
    assert words["quantization_methods"] == tuple(item.value for item in QuantizationMethod)
    assert words["generation_parameters"] == tuple(GenerationConfig._get_default_generation_params())


@pytest.mark.slow
def test_those_of_model_code_equal_it_where_torch_is_there(words):
    if importlib.util.find_spec("torch") is None:
        pytest.skip("torch is not installed")
    import torch
    from transformers.activations import ACT2FN
    from transformers.integrations.moe import ExpertsInterface
    from transformers.modeling_rope_utils import ROPE_INIT_FUNCTIONS
    from transformers.modeling_utils import AttentionInterface

    assert set(words["activations"]) == set(ACT2FN)
    assert set(words["rope_types"]) >= {"default", *ROPE_INIT_FUNCTIONS}
    assert set(words["attention_implementations"]) == {"eager", *AttentionInterface._global_mapping}
    assert set(words["experts_implementations"]) == {"eager", *ExpertsInterface._global_mapping}
    assert all(isinstance(getattr(torch, name), torch.dtype) for name in DTYPES if name != "auto")


def test_each_type_of_rotary_embedding_knows_its_keys(words):
    assert words["rope_keys:default:required"] == ("rope_type",)
    assert "rope_theta" in words["rope_keys:default:optional"]
    assert {"rope_type", "factor", "original_max_position_embeddings"} <= set(words["rope_keys:yarn:required"])
    assert {"beta_fast", "beta_slow"} <= set(words["rope_keys:yarn:optional"])
    for kind in words["rope_types"]:
        required, optional = words[f"rope_keys:{kind}:required"], words[f"rope_keys:{kind}:optional"]
        assert not set(required) & set(optional)


def test_the_keys_are_the_ones_the_library_demands(words):
    from transformers import LlamaConfig

    for kind in words["rope_types"]:
        required = words[f"rope_keys:{kind}:required"]
        if kind == "axial" or len(required) < 3:
            continue
        for missing in set(required) - {"rope_type", "rope_theta", "original_max_position_embeddings"}:
            values = {key: 2.0 for key in required if key != missing} | {"rope_type": kind}
            with pytest.raises(Exception, match="Missing required keys"):
                LlamaConfig(rope_parameters=values).validate_rope()


FILES = {
    "__init__.py": "",
    "activations.py": 'ACT2FN = {\n    "relu": f,\n    "silu": g,\n}\n\ndef f():\n    pass\n',
    "modeling_rope_utils.py": (
        'ROPE_INIT_FUNCTIONS = {"default": a, "linear": b}\n'
        "def _validate_default_rope_parameters(config):\n    required_keys = {'rope_type'}\n\n"
        "def _validate_linear_scaling_rope_parameters(config):\n    required_keys = {'rope_type', 'factor'}\n"
        "    optional_keys = {'x'}\n\n"
        'ROPE_VALIDATION_FUNCTIONS = {\n    "default": _validate_default_rope_parameters,\n'
        '    "linear": _validate_linear_scaling_rope_parameters,\n}\n'
    ),
    "configuration_utils.py": (
        "ALLOWED_LAYER_TYPES = (\n    'full_attention',\n)\n\n"
        "class PretrainedConfig:\n    @staticmethod\n    def _get_generation_defaults():\n"
        "        return {'max_length': 20,\n            'top_k': 50}\n"
    ),
    "utils/quantization_config.py": "class QuantizationMethod(str, Enum):\n    GPTQ = 'gptq'\n    COUNT = 3\n",
    "modeling_utils.py": "class AttentionInterface:\n    '''Doc.'''\n\n    _global_mapping = {'sdpa': f}\n\nx = (\n",
}


def write(folder: Path, files: dict[str, str]) -> FolderSource:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return FolderSource(folder)


def test_an_older_release(tmp_path):
    found = read_vocabularies(write(tmp_path / "transformers", FILES))
    assert found["activations"] == ("relu", "silu")
    assert found["rope_types"] == ("default", "linear")
    assert found["rope_keys:linear:required"] == ("factor", "rope_type")
    assert found["rope_keys:linear:optional"] == ("partial_rotary_factor", "x")
    assert found["layer_types"] == ("full_attention",)
    assert found["generation_parameters"] == ("max_length", "top_k")
    assert found["quantization_methods"] == ("gptq",)
    assert found["attention_implementations"] == ("eager", "sdpa")
    assert "mlp_layer_types" not in found


def test_a_release_without_any(tmp_path):
    found = read_vocabularies(
        write(
            tmp_path / "transformers",
            {"__init__.py": "", "configuration_utils.py": "", "activations.py": "ACT2FN = {{{"},
        )
    )
    assert found.keys() == {"dtypes", "problem_types"}
