"""The part of the catalog that measures models."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from catalog.errors import DatabaseError, MissingDependencyError, UsageError
from catalog.query.building import Building
from catalog.query.estimating import named_in
from catalog.query.measurements import Measurements

if TYPE_CHECKING:
    from catalog.benchmark.events import Listener, Summary
    from catalog.benchmark.grid import Grid
    from catalog.benchmark.job import Care, Job
    from catalog.benchmark.options import SweepOptions
    from catalog.benchmark.planning import Target
    from catalog.builder.planning import BuildOptions
    from catalog.query.release import ReleaseView
    from catalog.specs.knowledge import Knowledge

_WITHOUT_TEXT = ("vision", "video")
"""Modalities of models for which the length of a sequence says nothing."""


class Benchmarking(Building, Measurements):
    """Measures time and memory of models with the installed transformers, whose release must be cataloged."""

    def bench_jobs(
        self,
        specs: Iterable[str | os.PathLike[str] | Mapping[str, Any]] | None = None,
        *,
        grid: Grid | None = None,
        scale: Literal["tiny", "full"] | None = None,
        options: BuildOptions | None = None,
        only: Iterable[str] = (),
        limit: int | None = None,
        care: Care | None = None,
    ) -> tuple[Job, ...]:
        """Plan what is measured, without measuring and without importing torch.

        Args:
            specs: Models as :meth:`build` takes them; ``None`` for the base model of every configuration class, those
                of largest interest first.
            grid: What each is asked to do; by default a forward pass of one sample in float32 on the processor.
            scale: ``"tiny"`` shrinks each model to a million parameters or less, ``"full"`` takes its own size. By
                default named models are full, and all models tiny.
            options: What is asked for besides, for named models: parameters, an architecture or a task.
            only: Of all models these only, by names as :meth:`catalog.query.Catalog.config` takes them.
            limit: Of all models at most so many.
            care: How carefully they are measured.

        Returns:
            The jobs, model by model.

        Raises:
            NotFoundError: If there is no such model; it suggests names that were probably meant.
            FaultySpecError: If a spec has errors; it carries the findings.
            UsageError: If the arguments do not go together, or a named model cannot do what is asked for.
            MissingDependencyError: If transformers is not installed.

        Example:
            >>> with Catalog.open() as catalog:
            ...     [job.plan.architecture for job in catalog.bench_jobs(["bert"])]
            ['BertModel']
        """
        from catalog.benchmark.grid import Grid  # noqa: PLC0415  # only benchmarks need it
        from catalog.benchmark.planning import all_targets, jobs_for  # noqa: PLC0415
        from catalog.store.light import StoreKnowledge  # noqa: PLC0415

        view = self._view(_installed())
        knowledge = StoreKnowledge(self._store, view.version)
        if specs is None:
            if options is not None:
                raise UsageError("All models are measured with their own parameters; options are for named ones.")
            classes = [view.names.get(name) for name in only] or list(view.rows)
            model_types = {name: view.names.model_type_of(name) for name in classes}
            targets = all_targets(knowledge, model_types, scale=scale or "tiny")[:limit]
        elif only or limit is not None:
            raise UsageError("A choice or a limit is for all models, not for named ones.")
        else:
            targets = tuple(self._named(specs, view, knowledge, scale=scale, options=options))
        read = tuple(_with_text(target, view) for target in targets)
        return jobs_for(read, grid or Grid(), knowledge, care=care, named=specs is not None)

    def bench(
        self,
        jobs: Sequence[Job],
        output: str | os.PathLike[str],
        options: SweepOptions | None = None,
        *,
        listener: Listener | None = None,
    ) -> Summary:
        """Measure, each job in a process of its own, and keep what that tells in a file and in the catalog.

        Each row is in the file as soon as it is known. Jobs that the file has a row for are not run again, so that a
        sweep that was ended at any moment goes on when the same is called again. The catalog gets the rows when the
        sweep ends, interrupted or not.

        Args:
            jobs: What to measure (:meth:`bench_jobs`).
            output: The file, in NDJSON; it is made where there is none.
            options: How many side by side, and what each of them may take.
            listener: Called with what happens.

        Returns:
            What came of it. Its rows are in the file: :func:`catalog.benchmark.rows.read_rows`.

        Raises:
            UsageError: If the device is not here, or the options do not go together.
            CatalogError: If the file cannot be read or written.
            MissingDependencyError: If torch is not installed, or Ray where it is asked for.
        """
        from catalog.benchmark.options import SweepOptions  # noqa: PLC0415  # only benchmarks need it
        from catalog.benchmark.sweep import sweep  # noqa: PLC0415
        from catalog.builder.errors import need_torch  # noqa: PLC0415

        need_torch()
        options = options or SweepOptions()
        if options.executor == "local":
            _check_devices(jobs)
        path = Path(output)
        try:
            return sweep(jobs, path, options, listener=listener)
        finally:
            if path.is_file() and path.stat().st_size:
                self._keep(path)

    def _keep(self, path: Path) -> None:
        """Take the rows of a sweep into the catalog; where that fails, say that they are not lost."""
        try:
            self.import_measurements(path)
        except DatabaseError as error:
            command = f"catalog bench import {shlex.quote(str(path))}"
            remedy = f"The rows are in {path}; when the database can be written: {command}"
            raise type(error)(error.message, remedy=remedy) from error

    def _named(
        self,
        specs: Iterable[str | os.PathLike[str] | Mapping[str, Any]],
        view: ReleaseView,
        knowledge: Knowledge,
        *,
        scale: Literal["tiny", "full"] | None,
        options: BuildOptions | None,
    ) -> Iterator[Target]:
        from catalog.benchmark.planning import named_target  # noqa: PLC0415  # only benchmarks need it
        from catalog.builder.planning import BuildOptions, make_plan  # noqa: PLC0415

        options = options or BuildOptions()
        check = self._checkers(view, fixed=False).check
        for spec in specs:
            plan = make_plan(spec, knowledge, check, options)
            asked = options.architecture or options.task
            yield named_target(
                plan.model_type or plan.config_class if isinstance(spec, Mapping) else os.fspath(spec),
                plan,
                knowledge,
                scale=scale,
                fixed=asked is not None or named_in(spec, plan.architecture),
            )


def _check_devices(jobs: Sequence[Job]) -> None:
    """Check that the devices are here: better one message than a row for each model."""
    plans = {job.workload.device: job.plan for job in jobs}
    for device, plan in plans.items():
        if device != "cpu":
            from catalog.builder.building import check_device  # noqa: PLC0415  # it imports torch

            try:
                check_device(replace(plan, device=device))
            except UsageError as error:
                raise UsageError(
                    error.message,
                    remedy="Measure on cpu; or write the jobs with catalog bench plan, and run them where it is.",
                ) from error


def _with_text(target: Target, view: ReleaseView) -> Target:
    summary = view.summaries.get(target.plan.config_class)
    return replace(target, reads_text=summary is None or summary.modality not in _WITHOUT_TEXT)


def _installed() -> str:
    """The installed transformers, which models are planned for; torch need not be there."""
    try:
        return version("transformers")
    except PackageNotFoundError as error:
        raise MissingDependencyError("transformers", extra=None, reason="building needs it") from error
