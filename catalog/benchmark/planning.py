"""From names, specs and checkpoints, or from everything that is cataloged, to the jobs of a sweep."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from catalog.benchmark.grid import Grid
from catalog.benchmark.job import Care, Job
from catalog.benchmark.model_classes import model_classes, plain_model
from catalog.builder.plan import BuildPlan
from catalog.builder.planning import base_architecture, base_plans, small_plan
from catalog.errors import UsageError
from catalog.measurements import Mode, Scale
from catalog.resources import resource_folder
from catalog.specs.knowledge import Knowledge

_ORDER_FILE: Final = "benchmark_order.yaml"

_ENCODING: Final = "fill-mask"
_DECODING: Final = "text-generation"
_GENERATING: Final = (
    "text2text-generation",
    "automatic-speech-recognition",
    "image-text-to-text",
    "any-to-any",
    _DECODING,
    "text-to-audio",
)
"""Tasks whose model class generates, in the order in which they stand for a model."""
_LEARNING: Final = (
    *_GENERATING,
    _ENCODING,
    "text-classification",
    "image-classification",
    "audio-classification",
    "video-classification",
    "semantic-segmentation",
    "token-classification",
    "question-answering",
    "masked-image-modeling",
    "time-series-forecasting",
    "pretraining",
)
"""Tasks whose model class computes a loss, in the order in which they stand for training a model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One model to measure.

    Attributes:
        plan: What to build, as the user or the catalog names it.
        name: What it was called, for messages.
        scale: What its size is called.
        fixed: Whether its architecture was named, and so stands for every mode.
        reads_text: Whether the length of a sequence plays a part.
    """

    plan: BuildPlan
    name: str
    scale: Scale = "full"
    fixed: bool = False
    reads_text: bool = True


def named_target(
    name: str, plan: BuildPlan, knowledge: Knowledge, *, scale: Literal["tiny", "full"] | None, fixed: bool
) -> Target:
    """What a user names, at the size that is asked for.

    Args:
        name: What was named.
        plan: Its plan, checked (:func:`catalog.builder.planning.make_plan`).
        knowledge: The facts of the installed release.
        scale: ``"tiny"`` shrinks the model; ``None`` and ``"full"`` take it as it is.
        fixed: Whether the user or the spec names the architecture. One that is not the plain model counts as named.

    Returns:
        The target. Where no architecture is named, each mode may take another.
    """
    fixed = fixed or plan.architecture not in (None, base_architecture(plan.config_class, knowledge))
    if plan.architecture is None:
        plan = dataclasses.replace(plan, architecture=plain_model(plan.config_class, plan.module))
    own: Scale = "spec" if plan.params or plan.checkpoint else "full"
    return Target(plan=plan, name=name, scale="tiny" if scale == "tiny" else own, fixed=fixed)


def all_targets(
    knowledge: Knowledge, model_types: Mapping[str, str | None], *, scale: Literal["tiny", "full"]
) -> tuple[Target, ...]:
    """The base models of configuration classes, those of largest interest first.

    Args:
        knowledge: The facts of the installed release.
        model_types: The classes, each with the model type that it goes by; ``None`` where it has none.
        scale: At which size.

    Returns:
        One target for each class that has a model of its own.
    """
    targets = []
    for plan in base_plans(knowledge, model_types):
        architecture = plan.architecture or plain_model(plan.config_class, plan.module)
        if architecture is not None:
            model_type = model_types[plan.config_class]
            found = dataclasses.replace(plan, architecture=architecture, model_type=model_type)
            targets.append(Target(plan=found, name=model_type or plan.config_class, scale=scale))
    first = {model_type: place for place, model_type in enumerate(order_of_interest())}
    return tuple(
        sorted(targets, key=lambda target: (first.get(target.name, len(first)), target.name, target.plan.config_class))
    )


def jobs_for(
    targets: Sequence[Target], grid: Grid, knowledge: Knowledge, *, care: Care | None = None, named: bool
) -> tuple[Job, ...]:
    """The jobs of a sweep: each target under each workload that it can do.

    Args:
        targets: The models.
        grid: What they are asked to do.
        knowledge: The facts of the installed release.
        care: How carefully they are measured.
        named: Whether a user named them: then a model that does not generate is an error, otherwise it is left out.

    Returns:
        The jobs, model by model; what is asked for twice stands once.

    Raises:
        UsageError: If a named model does not generate although that is asked for, or cannot be shrunk; or if
            transformers has no such implementation of attention.
    """
    _check_attentions(grid, knowledge)
    jobs: dict[str, Job] = {}
    for target in targets:
        for mode in grid.modes:
            plan = _plan_for(target, mode, knowledge)
            if plan is None:
                if named:
                    raise _generates_not(target, knowledge)
                continue
            for workload in grid.workloads(mode, reads_text=target.reads_text):
                own = dataclasses.replace(
                    plan, device=workload.device, dtype=workload.dtype, attention=workload.attention, seed=workload.seed
                )
                job = Job(plan=own, workload=workload, scale=target.scale, care=care or Care())
                jobs.setdefault(job.key, job)
    return tuple(jobs.values())


def architecture_for(plan: BuildPlan, mode: Mode, knowledge: Knowledge) -> str | None:
    """The model class that stands for a configuration in a mode.

    Args:
        plan: The plan of the plain model.
        mode: What is measured.
        knowledge: The facts of the installed release.

    Returns:
        For training one that computes a loss, or else the plain model; for generation one that generates, ``None``
        where there is none. An encoder that can serve as a decoder, as BERT can, counts as an encoder.
    """
    if mode == "forward":
        return plan.architecture
    found = model_classes(plan.module)
    own = [name for name, item in found.items() if item.config_class == plan.config_class]
    can = {name for name in own if (found[name].generates if mode == "generate" else found[name].computes_loss)}
    by_task = {task: knowledge.architecture_for_task(plan.config_class, task) for task in (*_LEARNING, _ENCODING)}
    encodes = by_task[_ENCODING] is not None
    tasks = _GENERATING if mode == "generate" else _LEARNING
    for task in tasks:
        if by_task[task] in can and not (encodes and task == _DECODING):
            return by_task[task]
    if mode == "train":
        return min(can, key=lambda name: (name.endswith("Model"), len(name), name), default=plan.architecture)
    rest = can - {by_task[_DECODING]} if encodes else can
    return min(rest, key=lambda name: (not name.endswith("ForConditionalGeneration"), len(name), name), default=None)


@functools.cache
def order_of_interest() -> tuple[str, ...]:
    """Model types that are measured before all others, in order.

    Raises:
        ValueError: If ``data/benchmark_order.yaml`` is no list of different names.
    """
    import yaml  # noqa: PLC0415  # only sweeps over everything need it

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = (resource_folder("data") / _ORDER_FILE).read_text(encoding="utf-8")
    groups: Any = yaml.load(text, Loader=loader)  # noqa: S506  # both are the safe one
    if not isinstance(groups, Mapping) or not all(isinstance(group, list) for group in groups.values()):
        raise ValueError(f"{_ORDER_FILE} must hold lists of model types by group.")
    names = [name for group in groups.values() for name in group]
    if len(set(names)) < len(names) or not all(isinstance(name, str) for name in names):
        raise ValueError(f"{_ORDER_FILE} must name each model type once.")
    return tuple(names)


def _plan_for(target: Target, mode: Mode, knowledge: Knowledge) -> BuildPlan | None:
    """The plan of a target in a mode, at its size; ``None`` where it cannot do that."""
    plan = target.plan
    if not target.fixed:
        architecture = architecture_for(plan, mode, knowledge)
        if architecture is None and mode == "generate":
            return None
        plan = dataclasses.replace(plan, architecture=architecture)
    if target.scale != "tiny":
        return plan
    small = small_plan(plan, knowledge)
    if small is None:
        raise UsageError(
            f"{target.name} cannot be made small: its configuration does not tell how.",
            remedy="Measure it with --scale full, or write a spec of the size that you want.",
        )
    return small


def _check_attentions(grid: Grid, knowledge: Knowledge) -> None:
    known = knowledge.vocabulary("attention_implementations")
    for name in grid.attentions:
        if known and name is not None and name not in known:
            raise UsageError(
                f"transformers {knowledge.release} has no implementation of attention {name!r}.",
                remedy=f"Take {', '.join(sorted(item for item in known if item.isidentifier()))}.",
            )


def _generates_not(target: Target, knowledge: Knowledge) -> UsageError:
    plan = target.plan
    can = [
        name
        for name, item in model_classes(plan.module).items()
        if item.generates and item.config_class == plan.config_class and knowledge.architecture_class(name) is not None
    ]
    remedy = "Leave out --generate" + (f", or name the class: --architecture {min(can)}" if can else "") + "."
    return UsageError(f"{target.name} does not generate: it is no decoder.", remedy=remedy)
