"""What ``catalog build --all`` does once its arguments are read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import typer

    from catalog.query.coverage import Coverage


@dataclass(frozen=True, slots=True, kw_only=True)
class AllArguments:
    """The arguments of ``catalog build --all``, named as its options are."""

    only: tuple[str, ...] = ()
    architectures: bool = False
    limit: int | None = None
    forward: bool = True
    again: bool = False
    seconds: float | None = None
    release: str | None = None
    json: bool = False


def run_all(context: typer.Context, arguments: AllArguments, database: str | None) -> None:
    """Build all models and write how far they came.

    Raises:
        CatalogError: If torch is not installed, or the installed transformers is not cataloged.
    """
    from catalog.builder.planning import installed_release
    from catalog.builder.sweep import SweepLimits
    from catalog.cli.output import note, write, write_json
    from catalog.cli.progress import shown_progress
    from catalog.cli.session import opened
    from catalog.quantities import count_text

    release = installed_release(arguments.release)
    limits = SweepLimits() if arguments.seconds is None else SweepLimits(seconds=arguments.seconds)
    with opened(context, database) as catalog:
        try:
            with shown_progress() as progress:
                tried = catalog.build_all(
                    only=arguments.only,
                    architectures=arguments.architectures,
                    limit=arguments.limit,
                    forward=arguments.forward,
                    again=arguments.again,
                    limits=limits,
                    progress=progress,
                )
        except KeyboardInterrupt:
            note(f"What was built is in the catalog at {catalog.location}; the same command goes on from there.")
            raise
        coverages = [catalog.coverage(release)]
        if arguments.architectures:
            coverages.append(catalog.coverage(release, base_only=False))
        location = catalog.location
    if arguments.json:
        write_json({"release": release, "tried": tried, "coverage": [of_coverage(item) for item in coverages]})
        return
    from catalog.cli.build_pages import write_coverage

    for number, coverage in enumerate(coverages):
        if number:
            write("")
        write_coverage(coverage)
    note(f"Tried {count_text(tried, 'model')}; what they told is in the catalog at {location}.")


def of_coverage(coverage: Coverage) -> dict[str, Any]:
    """How far the models came, as JSON."""
    from catalog.query.documents import of_failure

    def of_counts(counts: Any) -> dict[str, int]:
        return {name: getattr(counts, name) for name in ("models", "built", "forwarded", "flops")}

    return {
        "base_only": coverage.base_only,
        "total": of_counts(coverage.total),
        "by_modality": {name or "": of_counts(counts) for name, counts in coverage.by_modality.items()},
        "build_failures": dict(coverage.build_failures),
        "forward_failures": dict(coverage.forward_failures),
        "failures": [
            {
                "config_class": item.config_class,
                "model_type": item.model_type,
                "architecture": item.architecture,
                "modality": item.modality,
                "stage": item.stage,
                "failure": of_failure(item.failure),
            }
            for item in coverage.failures
        ],
        "untried": list(coverage.untried),
    }
