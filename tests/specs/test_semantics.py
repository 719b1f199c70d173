"""What parameters measure: no default of any class contradicts it, and what is measured is recognised by name."""

from __future__ import annotations

import pytest

from catalog.records import Json, Release
from catalog.specs.memory import ReleaseKnowledge
from catalog.specs.semantics import Quantity, numbers_in, quantity_of
from catalog.specs.typecheck import number_of
from catalog.specs.views import Views


def test_no_default_of_any_class_contradicts_what_it_measures(installed_release: Release) -> None:
    views = Views(ReleaseKnowledge(installed_release))
    checked = 0
    for config in installed_release.classes:
        view = views.of_class(config.name)
        assert view is not None
        for name in view.own:
            parameter = view.parameter(name)
            assert parameter is not None
            for default in (parameter.record.default, parameter.effective):
                for number in numbers_in(default):
                    assert parameter.quantity.admits(number), (config.name, name, default)
                    checked += 1
    assert checked > 20_000


def test_by_name_alone_hardly_a_default_is_unusual(installed_release: Release) -> None:
    unusual = set()
    for config in installed_release.classes:
        for parameter in config.parameters:
            number = number_of(parameter.type)
            if number is not None and parameter.default_known:
                quantity = quantity_of(parameter.name, numeric=number, defaults=())
                if not all(map(quantity.admits, numbers_in(parameter.default))):
                    unusual.add(parameter.name)
    assert unusual == {
        "chunk_size", "clamp_len", "eps", "head_dim", "max_cond_frame_num", "max_image_length", "max_keypoints",
        "max_relative_positions", "min_trk_keep_alive", "num_images",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "numeric", "kind"),
    [
        ("hidden_size", "int", "size"),
        ("num_hidden_layers", "int", "size"),
        ("mlp_ratio", "float", "size"),
        ("n_shared_experts", "int", "count"),
        ("decoder_layers", "int", "count"),
        ("attention_dropout", "float", "probability"),
        ("resid_pdrop", "float", "probability"),
        ("drop_path_rate", "float", "probability"),
        ("mask_time_prob", "float", "probability"),
        ("label_smoothing", "float", "fraction"),
        ("rms_norm_eps", "float", "epsilon"),
        ("initializer_range", "float", "deviation"),
        ("rope_theta", "float", "positive"),
        ("pad_token_id", "int", "token-id"),
        ("image_token_index", "int", "token-id"),
        ("vision_feature_layer", "int", "other"),
        ("out_indices", "int", "other"),
        ("ignore_value", "int", "other"),
        ("frame_rate", "float", "other"),
        ("sampling_rate", "int", "size"),
        ("routed_scaling_factor", "float", "other"),
        ("hidden_act", None, "activation"),
        ("projector_hidden_act", None, "activation"),
        ("layer_types", None, "layer-types"),
        ("mamba_ssm_cache_dtype", None, "dtype"),
        ("hidden_size", None, "other"),
    ],
)  # fmt: skip
def test_name_tells_what_is_measured(name: str, numeric: str | None, kind: str) -> None:
    assert quantity_of(name, numeric=numeric, defaults=()).kind == kind  # type: ignore[arg-type]


def test_default_of_a_class_widens_the_bounds() -> None:
    marked = quantity_of("chunk_size", numeric="int", defaults=(-1, None))
    assert marked.admits(-1)
    assert not marked.admits(-2)
    assert quantity_of("head_dim", numeric="int", defaults=(0,)).admits(0)
    assert not quantity_of("head_dim", numeric="int", defaults=(64,)).admits(0)
    assert quantity_of("weird_dropout", numeric="float", defaults=(1.5,)).maximum is None


def test_bounds() -> None:
    open_below = Quantity("epsilon", 0.0, exclusive=True)
    assert not open_below.admits(0)
    assert open_below.admits(1e-9)
    assert not Quantity("probability", 0.0, 1.0).admits(float("nan"))
    assert not Quantity("other").bounded
    assert not open_below.admits(float("nan"))
    assert not quantity_of("initializer_factor", numeric="float", defaults=(1.0,)).admits(-0.02)
    assert not quantity_of("fpn_hidden_size", numeric="int", defaults=(256,)).admits(0)


@pytest.mark.parametrize(
    ("value", "expected"), [(3, [3]), ([1, [2.5, True], "4", None], [1, 2.5]), ({"a": 1}, []), (False, [])]
)
def test_numbers_of_a_value(value: Json, expected: list[float]) -> None:
    assert list(numbers_in(value)) == expected
