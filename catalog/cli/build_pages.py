"""What ``catalog build`` writes for people: one model, or how far all of them came."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from catalog.cli.output import Column, note, write, write_facts, write_heading, write_table
from catalog.cli.show_facts import facts_lines
from catalog.quantities import count_text, format_percent

if TYPE_CHECKING:
    from catalog.builder.building import Built
    from catalog.model_facts import ModelFacts
    from catalog.query.coverage import Coverage, CoverageCounts


def write_built(built: Built, facts: ModelFacts, *, depth: int) -> None:
    """Write the page of one model.

    Args:
        built: The model and its plan.
        facts: What it tells.
        depth: Levels of the tree of modules; 0 for none.
    """
    plan = built.plan
    model_type = f"  {plan.model_type}" if plan.model_type else ""
    write_heading(f"{facts.architecture}{model_type}  transformers {facts.release}")
    write("")
    write_facts([*_plan_lines(built), *(line for line in facts_lines(facts) if line[0] != "base model")])
    parts = [*facts.components.items()]
    if parts and facts.parameters:
        write("")
        parts.sort(key=lambda part: -part[1])
        columns = (Column("PART", style="cyan"), Column("PARAMETERS", align="right"), Column("SHARE", align="right"))
        write_table(columns, [(name, f"{size:,}", format_percent(size / facts.parameters)) for name, size in parts])
    if len(facts.branches) > 1:
        write("")
        write_table(
            (Column("BRANCH", style="cyan"), Column("PARAMETERS", align="right")),
            [(name, f"{size:,}") for name, size in facts.branches.items()],
        )
    if depth:
        from catalog.builder.summary import render

        write("")
        for line in render(facts.summary, depth):
            write(line)


def _plan_lines(built: Built) -> Iterable[tuple[str, str]]:
    plan = built.plan
    yield "configuration", plan.config_class
    yield "checkpoint", plan.checkpoint or ""
    yield "weights", "loaded" if plan.pretrained else "random" if plan.device != "meta" else ""
    on = [plan.device, plan.dtype or "", plan.attention or "", "" if plan.seed is None else f"seed {plan.seed}"]
    yield "built on", ", ".join(filter(None, on))


def write_coverage(coverage: Coverage) -> None:
    """Write how far the models of a release came, and why the rest did not."""
    what = "base models" if coverage.base_only else "architectures"
    write_heading(f"Coverage of transformers {coverage.release}: {what}")
    write("")
    columns = (
        Column("MODALITY", style="cyan"),
        Column("MODELS", align="right"),
        Column("BUILT", align="right"),
        Column("FORWARD", align="right"),
        Column("FLOPS", align="right"),
    )
    rows = [_counts_row(name or "not known", counts) for name, counts in coverage.by_modality.items()]
    write_table(columns, [*rows, _counts_row("all", coverage.total)])
    if coverage.failures:
        write("")
        columns = (
            Column("CLASS", style="cyan"),
            Column("ARCHITECTURE"),
            Column("FAILED"),
            Column("KIND"),
            Column("REASON", wraps=True, fills=True),
        )
        rows = [
            (item.config_class, item.architecture, item.stage, item.failure.kind, item.failure.reason)
            for item in coverage.failures
        ]
        write_table(columns, rows)
    if coverage.untried:
        count = count_text(len(coverage.untried), "class", "classes")
        note(f"{count} without a model of their own, or not built yet.")


def _counts_row(name: str, counts: CoverageCounts) -> tuple[str, ...]:
    return (
        name,
        str(counts.models),
        _of(counts.built, counts.models),
        _of(counts.forwarded, counts.built),
        _of(counts.flops, counts.built),
    )


def _of(count: int, total: int) -> str:
    return f"{count} ({format_percent(count / total)})" if total else "0"
