"""What the comparison loads for a class: its parameters now, and its changes newest first."""

from __future__ import annotations

from catalog.history import REQUIRED, Change
from catalog.query.models import CatalogParameter, ModelConfig
from catalog.site.compare_data import compared


def parameter(name: str, default: object, effective: object = None, **more: object) -> CatalogParameter:
    value = default if effective is None else effective
    return CatalogParameter(
        name=name, type="int", type_text="int", default=default, effective_default=value, effective_known=True, **more
    )


CONFIG = ModelConfig(
    release="5.23.0",
    config_class="LlamaConfig",
    module="transformers.models.llama.configuration_llama",
    model_type="llama",
    parameters={
        "hidden_size": parameter("hidden_size", 4096),
        "head_dim": parameter("head_dim", None, 128),
        "vocab_size": parameter("vocab_size", None, required=True),
        "return_dict": parameter("return_dict", default=True, inherited_from="PreTrainedConfig"),
        "window": parameter("window", 8, inherited_from="MistralConfig"),
    },
)


def change(release: str, kind: str, name: str | None, before: object, after: object) -> Change:
    return Change(release=release, change=kind, config_class="LlamaConfig", parameter=name, before=before, after=after)


HISTORY = (
    change("4.28.0", "class-added", None, None, "transformers.models.llama"),
    change("4.30.0", "added", "head_dim", None, None),
    change("4.31.0", "description", "head_dim", "a", "b"),
    change("4.32.0", "removed", "bias", False, None),
    change("5.0.0", "default", "vocab_size", 32000, REQUIRED),
    change("5.0.0", "renamed", "rope_theta", "rope_theta", "rope_parameters.rope_theta"),
    change("5.4.0", "type", "hidden_size", {"union": ["int", "null"]}, "int"),
)


def test_parameters_have_a_type_a_default_and_the_effective_one_where_it_differs():
    assert compared(CONFIG, ())["parameters"] == [
        ["hidden_size", "int", "4096"],
        ["head_dim", "int", "None", "128"],
        ["vocab_size", "int", "required"],
        ["window", "int", "8"],
    ]


def test_changes_come_newest_first_and_without_wording():
    assert compared(CONFIG, HISTORY)["changes"] == [
        ["5.4.0", "type", "hidden_size", "int | None", "int"],
        ["5.0.0", "renamed", "rope_theta", "rope_theta", "rope_parameters.rope_theta"],
        ["5.0.0", "default", "vocab_size", "32000", "required"],
        ["4.32.0", "removed", "bias", "False", None],
        ["4.30.0", "added", "head_dim", None, "None"],
        ["4.28.0", "class-added", None, None, None],
    ]
