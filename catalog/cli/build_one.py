"""What ``catalog build NAME|SPEC`` does once its arguments are read. It imports no SQLAlchemy for a SQLite file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from catalog.builder.building import Built
    from catalog.builder.errors import FaultySpecError
    from catalog.builder.plan import BuildPlan
    from catalog.builder.planning import BuildOptions
    from catalog.model_facts import BuildFailure, ModelFacts
    from catalog.specs.report import Report
    from catalog.store import SqliteKnowledge, StoreKnowledge


@dataclass(frozen=True, slots=True, kw_only=True)
class OneArguments:
    """The arguments of ``catalog build NAME|SPEC``, named as its options are."""

    target: str
    architecture: str | None = None
    task: str | None = None
    params: tuple[str, ...] = ()
    device: str | None = None
    dtype: str | None = None
    attention: str | None = None
    seed: int | None = None
    pretrained: bool | None = None
    flops: bool = False
    depth: int = 3
    force: bool = False
    release: str | None = None
    database: str | None = None
    json: bool = False


def run_one(arguments: OneArguments) -> int:
    """Build one model and write what it tells.

    Returns:
        The exit status: 1 if it was not built.

    Raises:
        CatalogError: If there is no such model, or the arguments do not go together.
    """
    from catalog.builder.errors import BuildError, FaultySpecError, TooLargeError
    from catalog.builder.planning import BuildOptions
    from catalog.model_facts import BuildFailure

    options = BuildOptions(
        params=parse_params(arguments.params),
        architecture=arguments.architecture,
        task=arguments.task,
        device=arguments.device,
        dtype=arguments.dtype,
        attention=arguments.attention,
        seed=arguments.seed,
        pretrained=arguments.pretrained,
    )
    try:
        plan = _plan(arguments, options)
    except FaultySpecError as error:
        if not arguments.json:
            return write_findings(error)
        failure = BuildFailure(kind="unsupported", reason=error.message)
        return _refuse(None, failure, status="invalid", findings=error.report)
    try:
        built, facts = _build(plan, arguments)
    except BuildError as error:
        if not arguments.json:
            raise
        return _refuse(plan, error.failure, status="failed")
    except TooLargeError as error:
        if not arguments.json:
            raise
        return _refuse(plan, BuildFailure(kind="out-of-memory", reason=error.message), status="refused")
    if arguments.json:
        from catalog.cli.output import write_json

        write_json(document_of(built.plan, facts, status="built"))
    else:
        from catalog.cli.build_pages import write_built

        write_built(built, facts, depth=arguments.depth)
    return 0


def parse_params(texts: tuple[str, ...]) -> dict[str, Any]:
    """Read ``KEY=VALUE`` texts; a value is JSON where it can be, else a string.

    Raises:
        UsageError: If one has no ``=``, or a name that is given twice.
    """
    import json

    from catalog.errors import UsageError

    params: dict[str, Any] = {}
    for text in texts:
        key, equals, value = text.partition("=")
        key = key.strip()
        if not equals or not key or not all(key.split(".")):
            raise UsageError(f"{text!r} is no parameter.", remedy="Write it as --param num_hidden_layers=2.")
        if key in params:
            raise UsageError(f"The parameter {key} is given twice.")
        try:
            params[key] = json.loads(value)
        except ValueError:
            params[key] = {"True": True, "False": False, "None": None}.get(value, value)
    return params


def _plan(arguments: OneArguments, options: BuildOptions) -> BuildPlan:
    from catalog.builder.planning import installed_release, make_plan
    from catalog.specs.releases import ReleaseCheckers
    from catalog.store.light import open_knowledge

    with _knowledge(arguments.database, installed_release(arguments.release)) as knowledge:
        checkers = ReleaseCheckers(
            knowledge,
            releases=knowledge.releases(),
            # A spec for another release is not built; it is checked all the same, against the installed one.
            open_release=lambda version: open_knowledge(arguments.database, version),
            fixed=True,
        )
        return make_plan(arguments.target, knowledge, checkers.check, options)


@contextmanager
def _knowledge(database: str | None, release: str) -> Iterator[SqliteKnowledge | StoreKnowledge]:
    """Open the facts of a release; where nothing is cataloged, catalog the installed transformers first."""
    from catalog.errors import NoCatalogError
    from catalog.store.light import open_knowledge

    try:
        knowledge = open_knowledge(database, release)
    except NoCatalogError:
        from catalog.cli.session import fill_catalog
        from catalog.query import Catalog

        with Catalog.open(database) as catalog:
            if not catalog.releases():
                fill_catalog(catalog)
        knowledge = open_knowledge(database, release)
    with knowledge:
        yield knowledge


def _build(plan: BuildPlan, arguments: OneArguments) -> tuple[Built, ModelFacts]:
    import dataclasses
    import time

    _quieten(plan)
    from catalog.builder.building import build
    from catalog.builder.facts import facts_of_model, forward_facts

    started = time.perf_counter()
    built = build(plan, force=arguments.force)
    seconds = time.perf_counter() - started
    facts = facts_of_model(built.model, built.plan, override=built.override)
    facts = dataclasses.replace(facts, seconds=seconds)
    if arguments.flops:
        facts = dataclasses.replace(facts, forward=forward_facts(built.plan))
    return built, facts


def _quieten(plan: BuildPlan) -> None:
    """Keep what transformers says to itself, unless somebody asked for it: the progress bar of loading above all."""
    import sys
    import warnings

    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    if not sys.warnoptions:
        warnings.filterwarnings("ignore", module=r"(torch|transformers)(\..*)?$")
    if plan.pretrained and not sys.stderr.isatty():
        os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")


def document_of(
    plan: BuildPlan | None, facts: ModelFacts | None, *, status: str, failure: BuildFailure | None = None
) -> dict[str, Any]:
    """What ``catalog build --json`` prints: facts of the model, or why there is none."""
    from catalog.query.documents import of_facts, of_failure

    told: dict[str, Any] = {"override_params": {}, "components": {}, "branches": {}, "weights_bytes": {}}
    told |= {} if facts is None else of_facts(facts)
    forward = told.get("forward") or {}
    reason = failure.reason if failure is not None else (forward.get("failure") or {}).get("reason")
    return {
        "architecture": told.get("architecture") or (plan.architecture if plan else None),
        "config_class": plan.config_class if plan else None,
        "model_type": plan.model_type if plan else None,
        "release": None if facts is None else facts.release,
        "checkpoint": plan.checkpoint if plan else None,
        "pretrained": bool(plan and plan.pretrained),
        "device": plan.device if plan else None,
        "dtype": plan.dtype if plan else None,
        "attention": plan.attention if plan else None,
        "seed": plan.seed if plan else None,
        **{key: told.get(key) for key in ("override", "override_params", "parameters", "trainable_parameters")},
        **{key: told.get(key) for key in ("embedding_parameters", "active_parameters", "buffers", "buffer_bytes")},
        "tied": [] if facts is None else [list(names) for names in facts.tied],
        **{key: told.get(key) for key in ("components", "branches", "weights_bytes", "layers")},
        "kv_cache_values_per_token": told.get("kv_cache_values_per_token"),
        "summary": [] if facts is None else [_summary_line(node) for node in facts.summary],
        "flops": forward.get("flops"),
        "flops_input": {name: item["shape"] for name, item in (forward.get("inputs") or {}).items()},
        "torch": told.get("torch"),
        "seconds": None if facts is None or facts.seconds is None else round(facts.seconds, 4),
        "status": status,
        "reason": reason,
        "failure": of_failure(failure),
    }


def _summary_line(node: Any) -> dict[str, Any]:
    keys = ("path", "module", "depth", "parameters", "repeats", "component")
    return {key: getattr(node, key) for key in keys}


def _refuse(plan: BuildPlan | None, failure: BuildFailure, *, status: str, findings: Report | None = None) -> int:
    from catalog.cli.output import write_json

    document = document_of(plan, None, status=status, failure=failure)
    if findings is not None:
        import json

        from catalog.specs.reporters import render

        document["failure"] = None
        document["findings"] = json.loads(render(findings, "json"))["findings"]
    write_json(document)
    return 1


def write_findings(error: FaultySpecError) -> int:
    """Tell what is wrong with a spec, as ``catalog validate`` does, but as a message.

    Returns:
        The exit status.

    Raises:
        FaultySpecError: The same, where no file is at fault that could be pointed into.
    """
    from catalog.cli.output import note
    from catalog.specs.loading import MAPPING_PATH
    from catalog.specs.reporters import render

    if all(finding.path == MAPPING_PATH for finding in error.report.findings):
        raise error
    note(render(error.report, "text"))
    return error.exit_status
