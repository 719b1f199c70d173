"""How much of a release builds and runs, and why the rest does not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from catalog.model_facts import BuildFailure, FailureKind, ModelFacts
from catalog.query.models import ModelSummary
from catalog.query.readonly import ReadOnlyMapping

Stage: TypeAlias = Literal["build", "forward"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageCounts:
    """How far the models of one group came.

    Attributes:
        models: Number of models that were tried.
        built: Those that built.
        forwarded: Those of `built` that ran a forward pass.
        flops: Those of `forwarded` whose floating-point operations were counted.
    """

    models: int = 0
    built: int = 0
    forwarded: int = 0
    flops: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageFailure:
    """One model that did not build, or did not run.

    Attributes:
        config_class: Its configuration class.
        model_type: The model type that the class goes by.
        architecture: The model class.
        modality: ``"text"``, ``"vision"``, … or ``None`` where it cannot be told.
        stage: What failed: to ``"build"`` it, or the ``"forward"`` pass of what built.
        failure: Why.
    """

    config_class: str
    model_type: str | None
    architecture: str
    modality: str | None
    stage: Stage
    failure: BuildFailure


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How much of a release builds and runs.

    Attributes:
        release: The transformers release.
        base_only: True where each class counts once, by its base architecture; false where all architectures count.
        total: All models.
        by_modality: The models of each modality, sorted by it; those of none under ``None``, last.
        build_failures: Kind of failure → number of models that did not build for it, the most frequent first.
        forward_failures: The same for the forward pass.
        failures: Every failure, by class and architecture.
        untried: Configuration classes without facts, sorted.
    """

    release: str
    base_only: bool
    total: CoverageCounts
    by_modality: Mapping[str | None, CoverageCounts] = field(default_factory=dict)
    build_failures: Mapping[FailureKind, int] = field(default_factory=dict)
    forward_failures: Mapping[FailureKind, int] = field(default_factory=dict)
    failures: tuple[CoverageFailure, ...] = ()
    untried: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in ("by_modality", "build_failures", "forward_failures"):
            object.__setattr__(self, name, ReadOnlyMapping(getattr(self, name)))


def measure_coverage(
    release: str, facts: Iterable[ModelFacts], summaries: Mapping[str, ModelSummary], *, base_only: bool
) -> Coverage:
    """Count how far the models of a release came.

    Args:
        release: Its version.
        facts: What building its models told.
        summaries: Its classes, by name.
        base_only: Whether the facts are those of base architectures only.
    """
    facts = tuple(fact for fact in facts if fact.config_class in summaries)
    groups: dict[str | None, list[ModelFacts]] = {}
    for fact in facts:
        groups.setdefault(summaries[fact.config_class].modality, []).append(fact)
    modalities = sorted(groups, key=lambda modality: (modality is None, modality or ""))
    failures = tuple(failure for fact in facts for failure in _failures(fact, summaries[fact.config_class]))
    return Coverage(
        release=release,
        base_only=base_only,
        total=_counts(facts),
        by_modality={modality: _counts(groups[modality]) for modality in modalities},
        build_failures=_kinds(failures, "build"),
        forward_failures=_kinds(failures, "forward"),
        failures=failures,
        untried=tuple(sorted(summaries.keys() - {fact.config_class for fact in facts})),
    )


def _counts(facts: Iterable[ModelFacts]) -> CoverageCounts:
    facts = tuple(facts)

    def count(condition: Callable[[ModelFacts], bool]) -> int:
        return sum(map(condition, facts))

    return CoverageCounts(
        models=len(facts),
        built=count(_built),
        forwarded=count(_forwarded),
        flops=count(lambda fact: _forwarded(fact) and fact.forward.flops is not None),
    )


def _built(fact: ModelFacts) -> bool:
    return fact.failure is None


def _forwarded(fact: ModelFacts) -> bool:
    return _built(fact) and fact.forward.mode is not None and fact.forward.failure is None


def _failures(fact: ModelFacts, summary: ModelSummary) -> Iterable[CoverageFailure]:
    """Why it does not build; where it does, why it does not run."""
    stage: Stage = "forward" if _built(fact) else "build"
    failure = fact.forward.failure if _built(fact) else fact.failure
    if failure is not None:
        yield CoverageFailure(
            config_class=fact.config_class,
            model_type=summary.model_type,
            architecture=fact.architecture,
            modality=summary.modality,
            stage=stage,
            failure=failure,
        )


def _kinds(failures: Iterable[CoverageFailure], stage: Stage) -> dict[FailureKind, int]:
    return dict(Counter(item.failure.kind for item in failures if item.stage == stage).most_common())
