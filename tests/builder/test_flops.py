"""Counted operations equal closed formulas and published figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
import torch
import transformers
from torch import nn
from torch.nn import functional
from torch.utils.flop_counter import FlopCounterMode, flop_registry

from catalog.builder.counting import count
from catalog.builder.fake import as_fake, fake_tensors
from catalog.builder.flops import FlopCount, FlopCounter, count_flops, dense_decoder_flops
from catalog.builder.flops.formula import expected_flops
from catalog.builder.flops.operators import formulas

TOKENS = 128


def counted(
    architecture: str,
    shapes: Mapping[str, tuple[int, ...]],
    *,
    attention: str | None = None,
    experts: str = "batched_mm",
    backward: bool = False,
    **params: Any,
) -> FlopCount:
    """Count a default model on fake tensors; whole numbers for `input_ids`."""
    model_class = getattr(transformers, architecture)
    config = model_class.config_class(**params)
    config._experts_implementation = experts
    with torch.device("meta"):
        model = model_class._from_config(config, **({"attn_implementation": attention} if attention else {}))
    with fake_tensors():
        model = as_fake(model)
        inputs = {
            name: torch.zeros(shape, dtype=torch.int64 if name.endswith("ids") else torch.float32)
            for name, shape in shapes.items()
        }
        return count_flops(model, inputs, backward=backward)


def test_torch_itself_misses_attention_on_the_processor() -> None:
    """Should this fail, torch has learnt it: the formula of our own can go."""
    query = torch.randn(1, 2, 16, 8)
    with FlopCounterMode(display=False) as theirs, FlopCounter() as ours:
        functional.scaled_dot_product_attention(query, query, query)

    assert theirs.get_total_flops() == 0
    assert torch.ops.aten._scaled_dot_product_flash_attention_for_cpu not in flop_registry
    assert ours.operations == 2 * (2 * 2 * 16 * 16 * 8)


def test_torch_has_none_of_our_other_formulas() -> None:
    own = {str(operator) for operator in formulas().keys() - flop_registry.keys()}

    assert "aten._grouped_mm" in own
    assert "aten._fft_r2c" in own
    assert not {"aten.mm", "aten.bmm", "aten.convolution"} & own


@pytest.mark.parametrize(
    "model",
    [
        nn.Sequential(nn.Conv1d(4, 6, 3), nn.ConvTranspose1d(6, 5, 2), nn.Linear(15, 3)),
        nn.GRU(4, 6, num_layers=2),
        nn.MultiheadAttention(4, 2),
    ],
    ids=["convolution", "gru", "attention"],
)
def test_what_torch_counts_too_is_the_same(model: nn.Module) -> None:
    inputs = torch.randn(2, 4, 16) if isinstance(model, nn.Sequential) else torch.randn(5, 2, 4)
    arguments = (inputs,) * (3 if isinstance(model, nn.MultiheadAttention) else 1)
    with FlopCounterMode(display=False) as theirs:
        model(*arguments)
    with FlopCounter() as ours:
        model(*arguments)

    assert ours.operations == theirs.get_total_flops() > 0


@pytest.mark.parametrize("attention", ["eager", "sdpa"])
@pytest.mark.parametrize(
    "architecture",
    [
        "GPT2LMHeadModel",
        "LlamaForCausalLM",
        "MistralForCausalLM",
        "Qwen2ForCausalLM",
        "Qwen3ForCausalLM",
        "GPTNeoXForCausalLM",
        "OlmoForCausalLM",
        "MixtralForCausalLM",
        "Qwen3MoeForCausalLM",
    ],
)
def test_decoders_count_what_the_closed_formula_says(architecture: str, attention: str) -> None:
    model_class = getattr(transformers, architecture)
    config = model_class.config_class(num_hidden_layers=4)
    with torch.device("meta"):
        counts = count(model_class._from_config(config), config)

    found = counted(architecture, {"input_ids": (2, TOKENS)}, attention=attention, num_hidden_layers=4)

    assert found.total == pytest.approx(expected_flops(counts, config, sequence_length=TOKENS, batch_size=2), rel=0.01)
    assert sum(found.by_operator.values()) == found.total
    assert found.backward is None


def test_both_kinds_of_attention_count_the_same() -> None:
    shapes = {"input_ids": (1, TOKENS)}
    eager = counted("BertModel", shapes, attention="eager")
    fused = counted("BertModel", shapes, attention="sdpa")

    assert eager.total == fused.total
    assert fused.by_operator["aten._scaled_dot_product_flash_attention_for_cpu"] == eager.by_operator["aten.bmm"]


@pytest.mark.parametrize(
    ("architecture", "shapes", "published"),
    [
        # Sun et al., 2020, "MobileBERT", table 4: 22.5 B FLOPs for 128 tokens, without the embeddings.
        ("BertModel", {"input_ids": (1, 128)}, 22.5e9),
        # Touvron et al., 2021, "DeiT", table 5: 17.6 "GFLOPs" for ViT-B/16, which are multiply-accumulates.
        ("ViTForImageClassification", {"pixel_values": (1, 3, 224, 224)}, 2 * 17.58e9),
        # torchvision's documentation: ResNet-50 has 4.09 "GFLOPS", which are multiply-accumulates.
        ("ResNetForImageClassification", {"pixel_values": (1, 3, 224, 224)}, 2 * 4.09e9),
        # open_clip's docs/model_profile.csv: ViT-B-32 has 14.78 GFLOPs, multiplications and additions.
        ("CLIPModel", {"input_ids": (1, 77), "pixel_values": (1, 3, 224, 224)}, 14.78e9),
        # Liu et al., 2021, "Swin Transformer", table 1: 4.5 "G" for Swin-T, multiply-accumulates.
        ("SwinForImageClassification", {"pixel_values": (1, 3, 224, 224)}, 2 * 4.5e9),
        # Liu et al., 2022, "A ConvNet for the 2020s", table 1: 4.5 "G" for ConvNeXt-T, multiply-accumulates.
        ("ConvNextForImageClassification", {"pixel_values": (1, 3, 224, 224)}, 2 * 4.47e9),
    ],
)
def test_published_figures(architecture: str, shapes: Mapping[str, tuple[int, ...]], published: float) -> None:
    assert counted(architecture, shapes).total == pytest.approx(published, rel=0.01)


@pytest.mark.parametrize("implementation", ["batched_mm", "grouped_mm"])
def test_experts_count_as_many_as_a_token_takes(implementation: str) -> None:
    shapes = {"input_ids": (1, TOKENS)}
    dtype = {"dtype": "bfloat16"} if implementation == "grouped_mm" else {}
    found = counted("Qwen2MoeModel", shapes, experts=implementation, num_hidden_layers=1, **dtype)
    per_token = 4 * 3 * 2048 * 1408  # four experts of three matrices
    shared = 3 * 2048 * 5632 + 2048  # the shared expert and its gate
    attention = 4 * 2048 * 2048 + 60 * 2048  # projections and router

    expected = 2 * TOKENS * (per_token + shared + attention) + 4 * TOKENS**2 * 2048
    assert found.total == expected


@pytest.mark.parametrize("implementation", ["eager", "batched_mm", "grouped_mm"])
def test_real_routing_counts_the_same_experts(implementation: str) -> None:
    config = transformers.MixtralConfig(
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        vocab_size=50,
    )
    config._experts_implementation = implementation
    model = transformers.MixtralForCausalLM(config)
    counts = count(model, config)
    found = count_flops(model, {"input_ids": torch.randint(0, 50, (2, 16))})

    assert found.total == expected_flops(counts, config, sequence_length=16, batch_size=2)


@pytest.mark.parametrize("attention", ["eager", "sdpa"])
def test_the_backward_pass_is_counted(attention: str) -> None:
    found = counted(
        "LlamaForCausalLM", {"input_ids": (1, TOKENS)}, attention=attention, backward=True, num_hidden_layers=2
    )

    assert found.backward == pytest.approx(2 * found.total, rel=0.01)
    assert not found.assumptions


def test_backward_on_real_tensors_leaves_no_gradients() -> None:
    model = nn.Linear(8, 4)
    found = count_flops(model, {"input": torch.randn(3, 8)}, backward=True)

    assert (found.total, found.backward) == (2 * 3 * 8 * 4, 2 * 3 * 8 * 4)  # the input needs no gradient
    assert model.weight.grad is None


def test_where_the_backward_pass_does_not_run_it_is_assumed_and_told() -> None:
    model = nn.Linear(8, 4).requires_grad_(requires_grad=False)
    found = count_flops(model, {"input": torch.randn(3, 8)}, backward=True)

    assert found.backward == 2 * found.total
    assert "taken as twice the forward pass" in found.assumptions[0]


class WritesInPlace(nn.Module):
    """Runs without gradients only."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(4, 4))

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        return values @ self.weight.mul_(2)


def test_a_model_that_runs_without_gradients_only_is_counted() -> None:
    found = count_flops(WritesInPlace(), {"values": torch.ones(3, 4)}, backward=True)

    assert (found.total, found.backward) == (2 * 3 * 4 * 4, 4 * 3 * 4 * 4)
    assert "in-place" in found.assumptions[-1]


def test_what_fails_for_another_reason_fails() -> None:
    with pytest.raises(RuntimeError, match="shapes cannot be multiplied"):
        count_flops(nn.Linear(8, 4), {"input": torch.ones(3, 7)}, backward=True)


def test_recurrent_layers_and_their_steps_count() -> None:
    with FlopCounter() as counter, torch.no_grad():
        nn.LSTM(4, 6, num_layers=2, bidirectional=True)(torch.randn(10, 3, 4))

    first, second = 24 * (4 + 6), 24 * (12 + 6)
    assert counter.operations == 2 * 10 * 3 * 2 * (first + second)


def test_fourier_transforms_count() -> None:
    with FlopCounter() as counter:
        torch.fft.fft(torch.randn(8, dtype=torch.complex64))
    assert counter.operations == 5 * 8 * 3
    with FlopCounter() as counter:
        torch.fft.irfft(torch.fft.rfft(torch.randn(8)))
    assert counter.operations == 2 * 2.5 * 8 * 3


@pytest.mark.parametrize(
    ("run", "operations"),
    [
        (lambda: torch.mv(torch.ones(3, 4), torch.ones(4)), 24),
        (lambda: torch.addmv(torch.ones(3), torch.ones(3, 4), torch.ones(4)), 24),
        (lambda: torch.dot(torch.ones(5), torch.ones(5)), 10),
        (lambda: torch.cdist(torch.ones(3, 4), torch.ones(5, 4)), 3 * 3 * 5 * 4),
        (lambda: functional.bilinear(torch.ones(2, 3), torch.ones(2, 4), torch.ones(5, 3, 4)), 2 * 2 * 5 * (12 + 4)),
        (lambda: torch.linalg.solve_triangular(torch.eye(4), torch.ones(4, 3), upper=False), 4 * 4 * 3),
        (lambda: torch.baddbmm(torch.ones(2, 3, 5), torch.ones(2, 3, 4), torch.ones(2, 4, 5)), 2 * 2 * 3 * 4 * 5),
        (lambda: torch.einsum("bij,bkj->bik", torch.ones(2, 3, 4), torch.ones(2, 5, 4)), 2 * 2 * 3 * 4 * 5),
    ],
    ids=["mv", "addmv", "dot", "cdist", "bilinear", "triangular", "baddbmm", "einsum"],
)
def test_operators(run: Any, operations: int) -> None:
    with FlopCounter() as counter, torch.no_grad():
        run()

    assert counter.operations == operations


def test_much_pointwise_arithmetic_is_told() -> None:
    with FlopCounter() as counter:
        torch.ones(4, 4) @ torch.ones(4, 4) + torch.ones(1000, 4, 4)

    (told,) = counter.result().assumptions
    assert told.startswith("16,000 operations of pointwise arithmetic")
    assert "aten.add" in told


def test_a_scan_in_plain_operations_is_told() -> None:
    """Mamba without its kernels updates its state by pointwise products, which no counter counts."""
    found = counted("MambaModel", {"input_ids": (1, 16)}, num_hidden_layers=2)

    assert "pointwise" in found.assumptions[0]


def test_the_fast_path_of_attention_is_given_back() -> None:
    before = torch.backends.mha.get_fastpath_enabled()
    with pytest.raises(ZeroDivisionError), FlopCounter():
        raise ZeroDivisionError

    assert torch.backends.mha.get_fastpath_enabled() == before


def test_the_formula_is_that_of_megatron() -> None:
    """Narayanan et al., 2021: 24 B s h² + 4 B s² h a layer, and 2 B s h V for the head; GPT-3 as the example."""
    batch, length, width, layers, vocabulary = 3, 2048, 12288, 96, 51200
    published = layers * (24 * batch * length * width**2 + 4 * batch * length**2 * width)
    published += 2 * batch * length * width * vocabulary

    found = dense_decoder_flops(
        weights=12 * layers * width**2 + width * vocabulary,
        num_hidden_layers=layers,
        attention_width=width,
        sequence_length=length,
        batch_size=batch,
    )
    assert found == published


def test_the_formula_asks_for_the_number_of_active_experts() -> None:
    config = transformers.DeepseekV2Config(num_hidden_layers=2)
    with torch.device("meta"):
        counts = count(transformers.DeepseekV2Model(config), config)

    with pytest.raises(ValueError, match="how many experts"):
        expected_flops(counts, config, sequence_length=8)
