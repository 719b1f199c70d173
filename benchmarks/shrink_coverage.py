"""How many of the cataloged models shrink: valid specs, models that build, and their sizes.

Run with: python benchmarks/shrink_coverage.py [--budget 1000000] [--architectures] [--forward] [--only NAME ...]

Every model type of the installed transformers is shrunk from what the catalog knows of it, its spec is checked, and its
base model is built on the meta device and counted. A model type that no model class takes (the configuration of a part)
needs a valid spec and a configuration that constructs. With --architectures every model class of the auto mappings is
built instead; with --forward each base model is made for real and run once on inputs that are synthesised for it.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
import warnings
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")

from catalog.builder.construct import make_config, make_model
from catalog.builder.overrides import with_override
from catalog.builder.plan import BuildPlan
from catalog.builder.shrink import DEFAULT_BUDGET, tiny_params
from catalog.introspect import read_installed
from catalog.records import Release
from catalog.specs.checker import Checker
from catalog.specs.loading import load_mapping
from catalog.specs.memory import ReleaseKnowledge

LIBRARIES = ("timm", "PIL", "natten", "torchaudio", "detectron2", "scipy", "torchvision", "kernels")
"""Optional libraries of single models, which an environment may lack."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of one model.

    Attributes:
        name: Model type, or architecture.
        modality: Its modality.
        findings: What the check of its spec found.
        stage: ``built``, ``part`` (a configuration without a base model), ``library``, ``failed``.
        ran: Whether a forward pass ran; ``None`` where none was tried.
        parameters: Number of parameters, where it was built.
        reason: What went wrong.
    """

    name: str
    modality: str
    findings: tuple[str, ...]
    stage: str
    ran: bool | None = None
    parameters: int | None = None
    reason: str = ""


def plans(knowledge: ReleaseKnowledge, release: Release, *, architectures: bool) -> Iterator[tuple[str, BuildPlan]]:
    """What is to be built, by name."""
    if architectures:
        for architecture in release.architectures:
            record = knowledge.config_class(architecture.config_class or "")
            if record is not None and knowledge.config_class(architecture.name) is None:
                yield (
                    architecture.name,
                    BuildPlan(config_class=record.name, module=record.module, architecture=architecture.name),
                )
        return
    for model_type in knowledge.model_types():
        name = knowledge.class_of_model_type(model_type)
        record = None if name is None else knowledge.config_class(name)
        if record is not None:
            yield model_type, BuildPlan(config_class=record.name, module=record.module, model_type=model_type)


def outcome_of(
    name: str,
    plan: BuildPlan,
    modality: str,
    knowledge: ReleaseKnowledge,
    checker: Checker,
    options: argparse.Namespace,
) -> Outcome:
    """Shrink, check and build one model."""
    from dataclasses import replace

    params = tiny_params(knowledge, plan.config_class, budget=options.budget, architecture=plan.architecture)
    loaded = load_mapping({"config_class": plan.config_class, "params": params})
    found = [finding for spec in loaded.specs for finding in checker.check(spec) if finding.severity != "info"]
    findings = tuple(f"{finding.code} {finding.parameter}: {finding.message}" for finding in found)
    plan = with_override(replace(plan, params=params))[0]
    try:
        model = make_model(plan, make_config(plan))
    except LookupError as error:
        stage = "part" if "has no model class" in str(error) else "failed"
        return Outcome(name=name, modality=modality, findings=findings, stage=stage, reason=str(error))
    except Exception as error:  # noqa: BLE001 - any model may fail in any way, which is what is counted
        reason = f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
        library = next(
            (item for item in LIBRARIES if (item in reason and "mport" in reason) or f"'{item}'" in reason), ""
        )
        stage = "library" if library else "failed"
        return Outcome(name=name, modality=modality, findings=findings, stage=stage, reason=library or reason)
    size = sum(parameter.numel() for parameter in model.parameters())
    ran, reason = run(plan) if options.forward else (None, "")
    return Outcome(
        name=name, modality=modality, findings=findings, stage="built", parameters=size, ran=ran, reason=reason
    )


def run(plan: BuildPlan) -> tuple[bool, str]:
    """Make the model for real and run it once."""
    from catalog.builder.forward import try_forward

    facts = try_forward(plan, mode="real")
    return facts.failure is None, "" if facts.failure is None else facts.failure.reason


def main() -> None:
    """Shrink all models and print what became of them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--budget", type=int, default=DEFAULT_BUDGET, help="parameters that a base model may have")
    parser.add_argument("--architectures", action="store_true", help="build every model class instead")
    parser.add_argument("--forward", action="store_true", help="run each base model for real")
    parser.add_argument("--only", nargs="*", default=[], help="these model types or architectures only")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    release = read_installed()
    knowledge = ReleaseKnowledge(release)
    checker = Checker(knowledge)
    modality = {traits.config_class: traits.modality or "other" for traits in release.traits}
    began = time.process_time()
    outcomes = []
    for name, plan in plans(knowledge, release, architectures=options.architectures):
        if not options.only or name in options.only:
            kind = modality.get(plan.config_class, "other")
            outcomes.append(outcome_of(name, plan, kind, knowledge, checker, options))
    report(outcomes, options, time.process_time() - began)


def report(outcomes: list[Outcome], options: argparse.Namespace, seconds: float) -> None:
    """Print the tables."""
    by_modality: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        by_modality[outcome.modality].append(outcome)
    print(f"{'modality':14}{'all':>6}{'clean':>7}{'built':>7}{'part':>6}{'library':>9}{'failed':>8}{'ran':>6}")
    for kind, items in [*sorted(by_modality.items()), ("all", outcomes)]:
        stages = Counter(item.stage for item in items)
        clean, ran = sum(not item.findings for item in items), sum(item.ran is True for item in items)
        counts = (len(items), clean, stages["built"], stages["part"], stages["library"], stages["failed"], ran)
        print(
            f"{kind:14}"
            + "".join(f"{count:>{width}}" for count, width in zip(counts, (6, 7, 7, 6, 9, 8, 6), strict=True))
        )
    sizes = sorted(item.parameters for item in outcomes if item.parameters is not None)
    if sizes:
        print(
            f"\nparameters: median {statistics.median(sizes):,.0f}, p95 {sizes[int(0.95 * (len(sizes) - 1))]:,}, "
            f"largest {sizes[-1]:,}; {sum(size <= options.budget for size in sizes)} of {len(sizes)} within "
            f"{options.budget:,}; {seconds:.0f} s of processor time"
        )
    large = [item for item in outcomes if (item.parameters or 0) > options.budget]
    _list("above the budget", (f"{item.name}: {item.parameters:,}" for item in large))
    _list("findings", (f"{item.name}: {item.findings[0]}" for item in outcomes if item.findings))
    _list("missing libraries", (f"{item.name}: {item.reason}" for item in outcomes if item.stage == "library"))
    _list("failed", (f"{item.name}: {item.reason}" for item in outcomes if item.stage == "failed"))
    _list("built but did not run", (f"{item.name}: {item.reason}" for item in outcomes if item.ran is False))


def _list(title: str, lines: Iterable[str]) -> None:
    found = list(lines)
    if found:
        print(f"\n{title} ({len(found)})")
        sys.stdout.writelines(f"  {line}\n" for line in found)


if __name__ == "__main__":
    main()
