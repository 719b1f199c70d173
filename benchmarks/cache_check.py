"""Compares the closed formula for key-value caches with the caches that models return.

Run it as ``python benchmarks/cache_check.py [MODEL_TYPE ...] [--lines FILE]``; it ends with status 1 where one differs
without a reason that is known. Every model type that generates is built at its default size and run once, on fake
tensors, whose shapes are the real ones, with a cache kept: more tokens than its window, which is made small for that.
All tensors of real numbers in what it returns are added up.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")

WINDOW = 16
BATCH, LENGTH = 2, 70
KNOWN = {
    "blip": "is given no image here, and returns no cache",
    "cpmant": "puts its own prompt of 32 tokens before the text",
    "deepseek_v4": "compresses old tokens into blocks, which the formula does not follow",
    "dia": "generates nine channels of sound, whose encoder has a length of its own",
    "granite4_vision": "returns no cache from a text alone",
    "git": "puts the image's 197 places before the text",
    "hy_v4": "shares one indexer among several layers",
    "inkling_text": "convolves keys and values, whose states the formula does not follow",
    "inkling2_text": "convolves keys and values, whose states the formula does not follow",
    "inkling2": "convolves keys and values, whose states the formula does not follow",
    "inkling_mm_model": "convolves keys and values, whose states the formula does not follow",
    "mimo_v2_flash": "has other heads in layers with a window",
    "mistral_large4": "shares one indexer among several layers",
    "mllama": "has layers that look at an image, and none is given here",
    "pi0": "puts the image's places before the text",
    "pp_formulanet": "has an encoder whose length is not returned",
    "reformer": "keeps buckets of hidden states",
    "unlimited_ocr": "keeps the image's places besides its window",
    "xlnet": "returns memories of hidden states, which it keeps where it is asked to",
    "zaya": "convolves queries and keys, whose states the formula does not follow",
}
"""Where formula and cache differ, and why. The estimate itself takes the cache that the graph returns."""

MAPPINGS = (
    "MODEL_FOR_CAUSAL_LM_MAPPING_NAMES",
    "MODEL_FOR_SEQ_TO_SEQ_CAUSAL_LM_MAPPING_NAMES",
    "MODEL_FOR_SPEECH_SEQ_2_SEQ_MAPPING_NAMES",
    "MODEL_FOR_IMAGE_TEXT_TO_TEXT_MAPPING_NAMES",
    "MODEL_FOR_MULTIMODAL_LM_MAPPING_NAMES",
)


@dataclass(frozen=True, kw_only=True)
class Compared:
    """One model type: values in its cache and by formula, or why it did not run."""

    model_type: str
    architecture: str
    kept: int | None = None
    formula: int | None = None
    failure: str | None = None
    seconds: float = 0.0

    @property
    def equal(self) -> bool:
        """True where both agree; a model that keeps nothing agrees with no formula."""
        return self.failure is None and (self.kept or 0) == (self.formula or 0)


def generating() -> dict[str, str]:
    """Model types that generate, and the model class that does it."""
    from transformers.models.auto import modeling_auto

    found: dict[str, str] = {}
    for mapping in reversed(MAPPINGS):
        names = getattr(modeling_auto, mapping, {})
        found |= {name: entry if isinstance(entry, str) else entry[0] for name, entry in names.items()}
    encoder_decoder = getattr(modeling_auto, MAPPINGS[1])
    return found | {name: entry if isinstance(entry, str) else entry[0] for name, entry in encoder_decoder.items()}


def compare(model_type: str, architecture: str) -> Compared:
    """Run one model type and compare."""
    start = time.perf_counter()
    try:
        kept, formula = _both(model_type, architecture)
    except Exception as error:  # noqa: BLE001  # any model may fail in any way; the reason is what is told
        reason = f"{type(error).__name__}: {' '.join(str(error).split())[:160]}"
        return Compared(model_type=model_type, architecture=architecture, failure=reason)
    seconds = round(time.perf_counter() - start, 2)
    return Compared(model_type=model_type, architecture=architecture, kept=kept, formula=formula, seconds=seconds)


def _both(model_type: str, architecture: str) -> tuple[int, int | None]:
    import torch
    from transformers import AutoConfig

    from catalog.builder.construct import make_config, make_model
    from catalog.builder.estimate.cache_tensors import cache_tensors
    from catalog.builder.estimate.graph import GraphModel, one_sequence_a_row
    from catalog.builder.estimate.kv_cache import kv_cache
    from catalog.builder.estimate.live_memory import LiveMemory
    from catalog.builder.fake import as_fake, fake_tensors
    from catalog.builder.overrides import with_override
    from catalog.builder.plan import BuildPlan

    config_class = type(AutoConfig.for_model(model_type))
    plan, _ = with_override(
        BuildPlan(
            config_class=config_class.__name__,
            module=config_class.__module__,
            model_type=model_type,
            architecture=architecture,
        )
    )
    config = make_config(plan)
    _narrow(config)
    model = make_model(plan, config)
    with fake_tensors():
        graph = GraphModel(as_fake(model))
        text = {"input_ids": torch.ones((BATCH, LENGTH), dtype=torch.long)}
        with torch.no_grad(), one_sequence_a_row(), LiveMemory():
            try:  # a text alone, as far as the model lets it
                if getattr(config, "is_encoder_decoder", False):
                    raise TypeError
                inputs = text
                outputs = graph.model(**inputs, use_cache=True)
            except Exception:  # noqa: BLE001  # what it raises says nothing: it needs more than a text
                inputs = graph.inputs(batch_size=BATCH, sequence_length=LENGTH)
                outputs = graph.model(**{"use_cache": True, **inputs})
        length = inputs.get("decoder_input_ids", inputs.get("input_ids")).shape[1]
        encoder = getattr(outputs, "encoder_last_hidden_state", None)
        kept = sum(tensor.numel() for tensor in cache_tensors(outputs))
        cache = kv_cache(graph.model.config)
        across = 0 if encoder is None else int(encoder.shape[1])
    formula = None if cache is None else cache.values(sequence_length=length, batch_size=BATCH, encoder_length=across)
    return kept, formula


def _narrow(config: Any) -> None:
    """Make the windows of a configuration and of its parts small."""
    for part in (config, *(getattr(config, name, None) for name in ("text_config", "decoder"))):
        for name in ("sliding_window", "attention_chunk_size"):
            if isinstance(getattr(part, name, None), int):
                setattr(part, name, WINDOW)


def compared(names: list[str]) -> Iterator[Compared]:
    """Compare these model types, or all."""
    known = generating()
    for name in names or sorted(known):
        yield compare(name, known[name])


def main() -> int:
    """Compare, print what differs and what did not run; status 1 where a difference is not known."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model_types", nargs="*", metavar="MODEL_TYPE")
    parser.add_argument("--lines", type=Path, help="write one JSON line a model type here")
    arguments = parser.parse_args()
    found = []
    for item in compared(arguments.model_types):
        found.append(item)
        if arguments.lines is not None:
            with arguments.lines.open("a", encoding="utf-8") as file:
                file.write(json.dumps({**asdict(item), "equal": item.equal}) + "\n")
    ran = [item for item in found if item.failure is None]
    wrong = [item for item in ran if not item.equal and item.model_type not in KNOWN]
    for item in ran:
        if not item.equal:
            reason = KNOWN.get(item.model_type, "NOT EXPLAINED")
            print(f"{item.model_type:28} kept {item.kept:>14,}  formula {item.formula or 0:>14,}  {reason}")
    for item in found:
        if item.failure is not None:
            print(f"{item.model_type:28} did not run: {item.failure}")
    equal = sum(item.equal for item in ran)
    print(f"{len(found)} model types, {len(ran)} ran, {equal} caches equal the formula, {len(wrong)} unexplained.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
