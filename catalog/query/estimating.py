"""The part of the catalog that estimates memory."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from catalog.query.building import Building

if TYPE_CHECKING:
    from catalog.builder.estimate.estimate import Estimate
    from catalog.builder.plan import BuildPlan

_GENERATING: Final = ("text2text-generation", "text-generation", "image-text-to-text", "any-to-any")
"""Tasks whose model class stands for a model that generates; the first that it has counts."""

_ENCODING: Final = "fill-mask"


class Estimating(Building):
    """Tells how much memory models take, with the installed transformers and without any weights."""

    def estimate(  # noqa: PLR0913  # each says one thing about the run
        self,
        spec: str | os.PathLike[str] | Mapping[str, Any],
        params: Mapping[str, Any] | None = None,
        *,
        architecture: str | None = None,
        task: str | None = None,
        dtype: str = "bfloat16",
        batch_size: int = 1,
        sequence_length: int | None = None,
        training: bool = False,
        attention: str | None = None,
        checkpointing: bool = False,
        optimizer: str = "adamw",
        mixed_precision: bool = False,
        device_name: str | None = None,
        limits: bool = True,
    ) -> Estimate:
        """Estimate the memory that a model takes to run or to train, and where that fits.

        Args:
            spec: A model type, configuration class or import path; a spec file; a checkpoint; or a spec as Python data.
            params: Parameters of the configuration that go over those of the spec.
            architecture: Model class (``"LlamaForCausalLM"``). By default the one that the spec names, else the one
                that generates text, else the plain model.
            task: A task whose model class is taken.
            dtype: Dtype of the weights: ``"float32"``, ``"bfloat16"``, ``"float16"``, ``"int8"`` or ``"int4"``.
            batch_size: Sequences, or samples, at a time.
            sequence_length: Tokens of each; ``None`` for as many as the model takes, 4,096 at most.
            training: Estimate a training step instead of a forward pass.
            attention: ``"eager"``, ``"sdpa"`` or ``"flash"``; ``None`` for what the model chooses.
            checkpointing: Compute activations anew in the backward pass.
            optimizer: ``"adamw"``, ``"adamw-8bit"``, ``"adafactor"``, ``"lion"``, ``"sgd"``, ``"sgd-momentum"``, ...
            mixed_precision: Keep a float32 master copy of the weights, and the optimiser's state in float32.
            device_name: The one device to judge by; ``None`` for all of the table.
            limits: Look for the longest context and the largest batch that fit, too.

        Returns:
            The estimate, with what it rests on.

        Raises:
            NotFoundError: If there is no such model or device; it suggests names that were probably meant.
            FaultySpecError: If the spec has errors; it carries the findings.
            BuildError: If torch or transformers does not make the model.
            UsageError: If the arguments do not go together, or a size is below 1.
            MissingDependencyError: If torch is not installed.

        Example:
            >>> with Catalog.open() as catalog:
            ...     catalog.estimate("llama", sequence_length=4096, device_name="RTX 4090").fits[0].fits
            True
        """
        from catalog.builder.estimate.devices import device_named  # noqa: PLC0415  # only this needs the builder
        from catalog.builder.estimate.estimate import EstimateRequest  # noqa: PLC0415
        from catalog.builder.planning import BuildOptions  # noqa: PLC0415

        request = EstimateRequest(
            dtype=dtype,
            batch_size=batch_size,
            sequence_length=sequence_length,
            training=training,
            attention=attention,
            checkpointing=checkpointing,
            optimizer=optimizer,
            mixed_precision=mixed_precision,
            device=None if device_name is None else device_named(device_name).name,
            limits=limits,
        )
        plan = self.plan(spec, BuildOptions(params=params or {}, architecture=architecture, task=task))
        if architecture is None and task is None and not named_in(spec, plan.architecture):
            plan = replace(plan, architecture=self._generating(plan) or plan.architecture)
        from catalog.builder.estimate.report import estimate  # noqa: PLC0415  # torch takes seconds to import

        return estimate(plan, request)

    def _generating(self, plan: BuildPlan) -> str | None:
        """The architecture that generates text; ``None`` for models that do not."""
        from catalog.builder.planning import installed_release  # noqa: PLC0415
        from catalog.store.light import StoreKnowledge  # noqa: PLC0415

        knowledge = StoreKnowledge(self._store, installed_release())
        found = {task: knowledge.architecture_for_task(plan.config_class, task) for task in (*_GENERATING, _ENCODING)}
        tasks = [task for task in _GENERATING if found[task] is not None]
        if not tasks or (tasks[0] == "text-generation" and found[_ENCODING] is not None):
            return None  # an encoder that can serve as a decoder, as BERT can, stands for itself
        return found[tasks[0]]


def named_in(spec: str | os.PathLike[str] | Mapping[str, Any], architecture: str | None) -> bool:
    """True where a spec names the architecture itself."""
    if architecture is None:
        return False
    if isinstance(spec, Mapping):
        return architecture in json.dumps(spec, default=str)
    for path in (Path(spec), Path(spec) / "config.json"):
        if path.is_file():
            return architecture in path.read_text(encoding="utf-8", errors="replace")
    return False
