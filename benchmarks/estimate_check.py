"""Compares memory estimates with what real forward passes and training steps allocate on the processor.

Run it as ``python benchmarks/estimate_check.py [--training] [--resident]``; it ends with status 1 where a total is
further from the measurement than the bar.

What is measured: the bytes that torch's own allocator hands out and takes back while a real pass runs, as its profiler
reports them one by one, temporaries within kernels included; their running sum at its highest, and the weights, buffers
and inputs, which exist before. The allocator's reports are exact and repeatable, unlike the resident set, which also
moves with the interpreter and with pages that the C library keeps. They do not come from what is judged here: the
estimate follows storages of fake tensors and runs no kernel. ``--resident`` measures besides by how much the resident
set of a fresh process grows at most (on Linux), as the operating system sees it, to show that little escapes the
allocator.

The configurations are small and their inputs large, so that activations are most of the total. The column "moving" is
the error of what is not weights.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")

from catalog.builder.estimate.estimate import EstimateRequest
from catalog.builder.plan import BuildPlan

BAR = 0.15
SMALL = {"hidden_size": 128, "intermediate_size": 512, "num_hidden_layers": 4, "num_attention_heads": 8}
TEXT = {**SMALL, "vocab_size": 1000}
SPECIAL = ("pad_token_id", "bos_token_id", "eos_token_id", "cls_token_id", "sep_token_id")


@dataclass(frozen=True, kw_only=True)
class Case:
    """One model and one input."""

    kind: str
    model_type: str
    architecture: str
    params: Mapping[str, Any] = field(default_factory=dict)
    attention: str | None = None
    dtype: str = "float32"
    batch_size: int = 4
    sequence_length: int | None = 512


CASES = (
    Case(kind="encoder", model_type="bert", architecture="BertModel", params=TEXT, attention="eager"),
    Case(kind="encoder", model_type="bert", architecture="BertModel", params=TEXT, attention="sdpa"),
    Case(kind="encoder", model_type="roberta", architecture="RobertaForMaskedLM", params=TEXT, attention="sdpa",
         sequence_length=500),
    Case(kind="encoder", model_type="modernbert", architecture="ModernBertForMaskedLM", attention="sdpa",
         params={**TEXT, **dict.fromkeys(SPECIAL, 1)}),
    Case(kind="encoder", model_type="deberta-v2", architecture="DebertaV2Model", params=TEXT, sequence_length=256),
    Case(kind="decoder", model_type="gpt2", architecture="GPT2LMHeadModel", attention="eager",
         params={"n_embd": 128, "n_layer": 4, "n_head": 8, "vocab_size": 5000}),
    Case(kind="decoder", model_type="gpt2", architecture="GPT2LMHeadModel", attention="sdpa", dtype="bfloat16",
         params={"n_embd": 128, "n_layer": 4, "n_head": 8, "vocab_size": 5000}),
    Case(kind="decoder, grouped queries", model_type="llama", architecture="LlamaForCausalLM", attention="eager",
         params={**SMALL, "num_key_value_heads": 2, "vocab_size": 1000}),
    Case(kind="decoder, grouped queries", model_type="llama", architecture="LlamaForCausalLM", attention="sdpa",
         params={**SMALL, "num_key_value_heads": 2, "vocab_size": 1000}),
    Case(kind="decoder, window", model_type="mistral", architecture="MistralForCausalLM", attention="sdpa",
         params={**SMALL, "num_key_value_heads": 2, "vocab_size": 1000, "sliding_window": 128, "head_dim": 16}),
    Case(kind="decoder, hybrid", model_type="gemma3_text", architecture="Gemma3ForCausalLM", attention="eager",
         params={**SMALL, "num_hidden_layers": 6, "num_key_value_heads": 2, "vocab_size": 1000, "head_dim": 16,
                 "sliding_window": 128}),
    Case(kind="mixture of experts", model_type="mixtral", architecture="MixtralForCausalLM", attention="sdpa",
         params={**SMALL, "num_key_value_heads": 2, "vocab_size": 1000, "head_dim": 16}),
    Case(kind="latent attention, experts", model_type="deepseek_v3", architecture="DeepseekV3ForCausalLM",
         attention="sdpa", params={**SMALL, "num_key_value_heads": 8, "vocab_size": 1000, "moe_intermediate_size": 64,
                                   "q_lora_rank": 32, "kv_lora_rank": 32, "qk_rope_head_dim": 8, "v_head_dim": 16,
                                   "qk_nope_head_dim": 16, "n_routed_experts": 8, "n_group": 2, "topk_group": 1,
                                   "num_experts_per_tok": 2, "first_k_dense_replace": 1}),
    Case(kind="encoder-decoder", model_type="t5", architecture="T5ForConditionalGeneration",
         params={"d_model": 128, "d_kv": 16, "d_ff": 512, "num_layers": 3, "num_heads": 8, "vocab_size": 1000}),
    Case(kind="encoder-decoder", model_type="bart", architecture="BartForConditionalGeneration", attention="eager",
         params={"d_model": 128, "encoder_layers": 3, "decoder_layers": 3, "encoder_attention_heads": 8,
                 "decoder_attention_heads": 8, "encoder_ffn_dim": 512, "decoder_ffn_dim": 512, "vocab_size": 1000}),
    Case(kind="vision", model_type="vit", architecture="ViTForImageClassification", params=SMALL, attention="eager",
         sequence_length=None),
    Case(kind="vision", model_type="vit", architecture="ViTForImageClassification", params=SMALL, attention="sdpa",
         sequence_length=None),
    Case(kind="vision", model_type="convnext", architecture="ConvNextModel", sequence_length=None,
         params={"hidden_sizes": [24, 48, 96, 192], "depths": [2, 2, 3, 2]}),
    Case(kind="vision", model_type="swin", architecture="SwinModel", params={"embed_dim": 48, "depths": [2, 2, 2, 2]},
         sequence_length=None),
    Case(kind="audio", model_type="wav2vec2", architecture="Wav2Vec2Model", params=SMALL, sequence_length=None),
    Case(kind="audio", model_type="whisper", architecture="WhisperForConditionalGeneration", sequence_length=64,
         attention="sdpa",
         params={"d_model": 64, "encoder_layers": 2, "decoder_layers": 2, "encoder_attention_heads": 4,
                 "decoder_attention_heads": 4, "encoder_ffn_dim": 256, "decoder_ffn_dim": 256}),
    Case(kind="image and text", model_type="clip", architecture="CLIPModel", sequence_length=64,
         params={"text_config": SMALL, "vision_config": SMALL}),
    Case(kind="state space", model_type="mamba2", architecture="Mamba2ForCausalLM", sequence_length=256,
         params={"hidden_size": 128, "num_heads": 16, "head_dim": 16, "n_groups": 2, "num_hidden_layers": 3,
                 "state_size": 16, "vocab_size": 1000}),
)  # fmt: skip
TRAINED = (0, 1, 6, 8, 11, 13, 16)
"""Cases that are trained, too."""


def plan_of(case: Case) -> BuildPlan:
    """The plan of a case, without a catalog."""
    from transformers import AutoConfig

    config_class = type(AutoConfig.for_model(case.model_type))
    return BuildPlan(
        config_class=config_class.__name__,
        module=config_class.__module__,
        model_type=case.model_type,
        architecture=case.architecture,
        params=case.params,
    )


@dataclass(frozen=True)
class Measured:
    """What a real pass took: bytes at its highest, and those of weights and buffers, which are in it."""

    peak: int
    weights: int


def measure(case: Case, *, training: bool) -> Measured:
    """Run a case for real and sum up what the allocator reports."""
    import gc

    import torch

    from catalog.builder.construct import make_model
    from catalog.builder.inputs import make_inputs

    torch.manual_seed(0)
    attention = "sdpa" if case.attention == "flash" else case.attention
    plan = replace(plan_of(case), device="cpu", dtype=case.dtype, attention=attention, seed=0)
    model: Any = make_model(plan)
    tensors = {id(item): item for item in (*model.parameters(), *model.buffers())}
    weights = sum(item.numel() * item.element_size() for item in tensors.values())
    inputs = make_inputs(
        model, model.config, batch_size=case.batch_size, sequence_length=case.sequence_length, labels=training
    )
    own = sum(item.numel() * item.element_size() for item in inputs.values() if isinstance(item, torch.Tensor))
    optimizer = torch.optim.AdamW(model.parameters()) if training else None
    if optimizer is not None:  # the first step makes the state; the second one is typical
        _train(model, inputs, optimizer)
        weights += sum(
            value.numel() * value.element_size()
            for state in optimizer.state.values()
            for value in state.values()
            if isinstance(value, torch.Tensor)
        )
    gc.collect()
    with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU], profile_memory=True) as profile:
        if optimizer is not None:
            _train(model, inputs, optimizer)
        else:
            _run(model, inputs)
    reports = [event for event in profile.profiler.kineto_results.events() if event.name() == "[memory]"]
    held = highest = 0
    for event in sorted(reports, key=lambda event: event.start_ns()):
        held += event.nbytes()
        highest = max(highest, held)
    return Measured(peak=weights + own + highest, weights=weights)


def _run(model: Any, inputs: Mapping[str, Any]) -> Any:
    import inspect

    import torch

    options = {"use_cache": True} if "use_cache" in inspect.signature(model.forward).parameters else {}
    with torch.no_grad():
        return model(**{**options, **inputs})


def _train(model: Any, inputs: Mapping[str, Any], optimizer: Any) -> None:
    import inspect

    options = {"use_cache": False} if "use_cache" in inspect.signature(model.forward).parameters else {}
    model.train()
    outputs = model(**{**options, **inputs})
    loss = outputs.loss if getattr(outputs, "loss", None) is not None else outputs[0].float().mean()
    del outputs
    loss.backward()
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)


def estimated(case: Case, *, training: bool, follow: bool = True) -> Any:
    """The estimate of a case on a processor; by closed formula unless the graph is followed."""
    from catalog.builder.estimate.report import estimate

    request = EstimateRequest(
        dtype=case.dtype,
        batch_size=case.batch_size,
        sequence_length=case.sequence_length,
        training=training,
        attention=case.attention,
        limits=False,
        accelerator=False,
        follow=follow,
    )
    return estimate(plan_of(case), request)


def resident(index: int) -> int:
    """By how much the resident set of a fresh process grows at most while a case runs in it.

    The C library is told to give back at once what is freed; it keeps some of it otherwise.
    """
    program = [sys.executable, __file__, "--one", str(index)]
    returning = {**os.environ, "MALLOC_MMAP_THRESHOLD_": "65536", "MALLOC_TRIM_THRESHOLD_": "0"}
    return int(subprocess.run(program, capture_output=True, text=True, check=True, env=returning).stdout.split()[-1])


def _one(index: int) -> None:
    """Print the growth; Linux alone tells it."""
    import ctypes
    import gc

    import torch

    from catalog.builder.construct import make_model
    from catalog.builder.inputs import make_inputs

    torch.set_num_threads(1)
    case = CASES[index]
    model: Any = make_model(replace(plan_of(case), device="cpu", dtype=case.dtype, attention=case.attention, seed=0))
    size = {"batch_size": case.batch_size, "sequence_length": case.sequence_length}
    _run(model, make_inputs(model, model.config, batch_size=1, sequence_length=case.sequence_length and 8))
    inputs = make_inputs(model, model.config, **size)
    gc.collect()
    ctypes.CDLL("libc.so.6").malloc_trim(0)
    Path("/proc/self/clear_refs").write_text("5")  # forgets the highest resident set so far
    before = _status("VmRSS")
    _run(model, inputs)
    print(_status("VmHWM") - before)


def _status(name: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{name}:"))


def main() -> int:
    """Compare every case; status 1 if one is beyond the bar."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--training", action="store_true", help="a training step instead of a forward pass")
    parser.add_argument("--resident", action="store_true", help="measure the resident set besides")
    parser.add_argument("--formula", action="store_true", help="judge the closed formulas instead of the graph")
    parser.add_argument("--only", type=int, nargs="*", help="these cases only")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one is not None:
        _one(arguments.one)
        return 0
    import torch

    torch.set_num_threads(1)
    chosen = arguments.only or (TRAINED if arguments.training else range(len(CASES)))
    beyond = 0
    heads = f"{'estimate':>11} {'measured':>11} {'error':>7} {'moving':>7}"
    print(f"{'model':38} {'kind':26} {'attn':6} {'dtype':9} {heads}" + f" {'resident':>11}" * arguments.resident)
    for index in chosen:
        case = CASES[index]
        found = estimated(case, training=arguments.training, follow=not arguments.formula)
        real = measure(case, training=arguments.training)
        error = found.total_bytes / real.peak - 1
        moving = (found.total_bytes - real.weights) / (real.peak - real.weights) - 1
        beyond += abs(error) > BAR
        line = (
            f"{case.architecture:38} {case.kind:26} {found.request.attention:6} {case.dtype:9} "
            f"{found.total_bytes:11,} {real.peak:11,} {error:+7.1%} {moving:+7.1%}"
        )
        if arguments.resident:
            line += f" {resident(index) + real.weights:11,}"
        print(
            line + ("" if (found.method == "formula") == arguments.formula else f"  {found.assumptions[0]}"), flush=True
        )
    print(f"{len(chosen) - beyond} of {len(chosen)} within {BAR:.0%}.")
    return 1 if beyond else 0


if __name__ == "__main__":
    sys.exit(main())
