"""The part of the catalog that builds models."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from catalog.query.checking import Checking
from catalog.query.facts import Facts

if TYPE_CHECKING:
    from torch import nn

    from catalog.builder.plan import BuildPlan
    from catalog.builder.planning import BuildOptions
    from catalog.builder.sweep import Job, SweepLimits
    from catalog.query.release import ReleaseView


class Building(Checking, Facts):
    """Builds models with the installed transformers, whose release must be cataloged."""

    def build(  # noqa: PLR0913  # each is a choice of its own, and has a default
        self,
        spec: str | os.PathLike[str] | Mapping[str, Any],
        params: Mapping[str, Any] | None = None,
        *,
        architecture: str | None = None,
        task: str | None = None,
        device: str | None = None,
        dtype: str | None = None,
        attention: str | None = None,
        seed: int | None = None,
        pretrained: bool | None = None,
        force: bool = False,
    ) -> nn.Module:
        """Build a model.

        The parameters are checked first; errors stop the build, warnings do not.

        Args:
            spec: A model type, configuration class or import path; a spec file; a folder or hub name of a checkpoint;
                or a spec as Python data, in any dialect.
            params: Parameters of the configuration that go over those of the spec, nested ones as mappings or by
                dotted names (``{"text_config.num_hidden_layers": 2}``).
            architecture: Model class (``"LlamaForCausalLM"``); by default the one that the spec names, else the plain
                model.
            task: A task whose model class is taken (``"text-classification"``).
            device: ``"meta"``, where tensors have shapes and take no memory, ``"cpu"`` or ``"cuda"``; by default meta,
                or cpu where weights are loaded.
            dtype: Element type of the weights (``"bfloat16"``).
            attention: Implementation of attention (``"eager"``, ``"sdpa"``).
            seed: Makes random weights repeatable; the generators of this process stay as they are.
            pretrained: Load the checkpoint's weights, from safetensors files only; by default what the spec says.
            force: Build it even where its size says that it does not fit the memory.

        Returns:
            The model, in evaluation mode.

        Raises:
            NotFoundError: If there is no such model; it suggests names that were probably meant.
            FaultySpecError: If the spec has errors; it carries the findings.
            BuildError: If torch or transformers does not make the model; it names the parameter, where it can.
            TooLargeError: If the model does not fit the memory of the device.
            CheckpointError: If the checkpoint cannot be read, or is not safe to load.
            UsageError: If the arguments do not go together, or the device is not here.
            MissingDependencyError: If torch is not installed.

        Example:
            >>> with Catalog.open() as catalog:
            ...     model = catalog.build("llama", {"num_hidden_layers": 2}, device="meta")
        """
        from catalog.builder.building import build  # noqa: PLC0415  # torch takes seconds to import
        from catalog.builder.planning import BuildOptions  # noqa: PLC0415

        options = BuildOptions(
            params=params or {},
            architecture=architecture,
            task=task,
            device=device,
            dtype=dtype,
            attention=attention,
            seed=seed,
            pretrained=pretrained,
        )
        return build(self.plan(spec, options), force=force).model

    def plan(self, spec: str | os.PathLike[str] | Mapping[str, Any], options: BuildOptions | None = None) -> BuildPlan:
        """Check a spec and say what would be built, without importing torch.

        Args:
            spec: As for :meth:`build`.
            options: What is asked for besides.

        Raises:
            CatalogError: As for :meth:`build`.
        """
        from catalog.builder.planning import installed_release, make_plan  # noqa: PLC0415  # only building needs it
        from catalog.store.light import StoreKnowledge  # noqa: PLC0415

        view = self._view(installed_release())
        knowledge = StoreKnowledge(self._store, view.version)
        return make_plan(spec, knowledge, self._checkers(view, fixed=False).check, options)

    def build_all(
        self,
        *,
        only: Iterable[str] = (),
        architectures: bool = False,
        limit: int | None = None,
        forward: bool = True,
        again: bool = False,
        limits: SweepLimits | None = None,
        progress: Callable[[str, int, int], None] | None = None,
    ) -> int:
        """Build every cataloged model of the installed release on the meta device, and keep what that tells.

        Each class's base model comes first. They are built in a process of their own, so that one that hangs, crashes
        or takes all memory stops no other. What is known of this release and this torch is not built again, so that a
        sweep that was interrupted goes on where it stopped.

        Args:
            only: Build these models only, by names as :meth:`catalog.query.Catalog.config` takes them.
            architectures: Build every architecture after the base models.
            limit: Build at most so many of those that are not known yet.
            forward: Run the base models on fake tensors and count their floating-point operations, too.
            again: Build what is known already, too.
            limits: What one model may take.
            progress: Called with the model, how many are done, and how many there are.

        Returns:
            Number of models that were tried.

        Raises:
            NotFoundError: If the installed release is not cataloged, or one of `only` is no model of it.
            MissingDependencyError: If torch is not installed.
        """
        from catalog.builder.planning import installed_release  # noqa: PLC0415  # only building needs it
        from catalog.builder.sweep import sweep, without_known  # noqa: PLC0415

        view = self._view(installed_release())
        classes = [view.names.get(name) for name in only] or list(view.rows)
        jobs = self._jobs(view, classes, architectures=architectures, forward=forward)
        if not again:
            jobs = without_known(jobs, self.all_facts(view.version, base_only=False, summary=False))
        return self.record_facts(sweep(jobs[:limit], limits=limits, progress=progress), release=view.version)

    def _jobs(
        self, view: ReleaseView, classes: Iterable[str], *, architectures: bool, forward: bool
    ) -> tuple[Job, ...]:
        """The models to build: the base models of the classes, then their other architectures."""
        from catalog.builder.planning import base_plans, small_plan  # noqa: PLC0415  # only building needs it
        from catalog.builder.sweep import Job  # noqa: PLC0415
        from catalog.store.light import StoreKnowledge  # noqa: PLC0415

        knowledge = StoreKnowledge(self._store, view.version)
        first, others = [], []
        for known in base_plans(knowledge, classes):
            plan = replace(known, model_type=view.names.model_type_of(known.config_class))
            first.append(
                Job(plan=plan, base=True, forward=forward, tiny=small_plan(plan, knowledge) if forward else None)
            )
            if architectures:
                named = (item.name for item in self._store.architectures(view.version, plan.config_class))
                others += [Job(plan=replace(plan, architecture=item)) for item in named if item != plan.architecture]
        return (*first, *others)
