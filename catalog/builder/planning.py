"""From what a user names to a plan: a model's name, a spec in any dialect, a checkpoint; checked before it is built."""

from __future__ import annotations

import dataclasses
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from catalog.builder.errors import CheckpointError, FaultySpecError, need_torch
from catalog.builder.plan import DEVICES, BuildPlan, merged, nested
from catalog.builder.pretrained import check_own_code, check_weights, checkpoint_config
from catalog.errors import CatalogError, NotFoundError, UsageError
from catalog.records import Json
from catalog.specs.checkpoints import Checkpoint, expanded, read_checkpoint
from catalog.specs.files import STDIN
from catalog.specs.knowledge import Knowledge
from catalog.specs.loading import LoadedFile, load_mapping, load_path
from catalog.specs.nodes import Scalar, Sequence, Spec, to_value
from catalog.specs.report import Report, in_order
from catalog.specs.resolution import resolve, text_of
from catalog.specs.rules.c120_uncataloged_release import is_release, release_of
from catalog.specs.validation import SpecCheck
from catalog.specs.views import ClassView, Views

DTYPES: Final = ("float32", "bfloat16", "float16", "float64")
"""Element types that weights can be made in."""

_DEVICE: Final = re.compile(r"meta|cpu|cuda(:\d+)?")
_ATTENTION: Final = re.compile(r"[a-z][a-z0-9_]*(\|[a-z0-9_]+)?")
_NO_PARAMETERS: Final = frozenset(
    {
        "model_type",
        "architectures",
        "auto_map",
        "transformers_version",
        "_name_or_path",
        "_commit_hash",
        "custom_pipelines",
    }
)
"""Keys of a published configuration that its class is not given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildOptions:
    """What is asked for beside the model itself.

    Attributes:
        params: Parameters that go over those of the spec, nested ones as mappings or by dotted names.
        architecture: Model class, in place of the spec's.
        task: Task whose model class is taken, in place of the spec's.
        device: ``"meta"``, ``"cpu"``, ``"cuda"`` or ``"cuda:1"``; ``None`` for meta, or cpu where weights are loaded.
        dtype: Element type of the weights.
        attention: Implementation of attention.
        seed: Makes random weights repeatable.
        pretrained: Load the checkpoint's weights; ``None`` for what the spec says.
    """

    params: Mapping[str, Any] = field(default_factory=dict)
    architecture: str | None = None
    task: str | None = None
    device: str | None = None
    dtype: str | None = None
    attention: str | None = None
    seed: int | None = None
    pretrained: bool | None = None

    def __post_init__(self) -> None:
        if self.architecture is not None and self.task is not None:
            raise UsageError("An architecture and a task do not go together: a task chooses the architecture.")
        if self.device is not None and not _DEVICE.fullmatch(self.device):
            raise UsageError(f"There is no device {self.device!r}.", remedy=f"Devices are: {', '.join(DEVICES)}.")
        if self.dtype is not None and self.dtype not in DTYPES:
            raise UsageError(f"There is no dtype {self.dtype!r} for weights.", remedy=f"Take {', '.join(DTYPES)}.")
        if self.attention is not None and not _ATTENTION.fullmatch(self.attention):
            raise UsageError(
                f"{self.attention!r} is no implementation of attention.",
                remedy="Take eager, sdpa, flex_attention or flash_attention_2; kernels are not fetched from the hub.",
            )
        if self.seed is not None and not 0 <= self.seed < 2**63:
            raise UsageError(f"The seed is {self.seed}; it must be a whole number from 0 to 2^63 - 1.")


def make_plan(
    target: str | os.PathLike[str] | Mapping[str, Any],
    knowledge: Knowledge,
    check: SpecCheck,
    options: BuildOptions | None = None,
) -> BuildPlan:
    """Plan what a user asks for.

    Args:
        target: A model type, configuration class or import path; a spec file; a folder or hub name of a checkpoint; or
            a spec as Python data, in any dialect.
        knowledge: The facts of the installed release.
        check: Checks one spec, such as :meth:`catalog.specs.checker.Checker.check`.
        options: What is asked for besides.

    Returns:
        The plan. Nothing of it has been built yet, and neither torch nor transformers was imported.

    Raises:
        FaultySpecError: If the checker finds errors; warnings do not stop a build.
        NotFoundError: If there is no such model; it suggests names that were probably meant.
        CheckpointError: If the checkpoint cannot be read, or is not safe to load.
        UsageError: If the options do not go together, or the spec is for another release.
    """
    options = options or BuildOptions()
    file = _read(target, knowledge)
    _require(file, check)
    (spec,) = file.specs if len(file.specs) == 1 else (None,)
    if spec is None:
        raise UsageError(
            f"{file.path} holds {len(file.specs)} specs, and one is built at a time.", remedy="Keep one in the file."
        )
    _check_release(spec, knowledge)
    view = _view_of(spec, knowledge)
    _check_options(spec, view, options, check)
    params = _params_of(spec)
    checkpoint = _checkpoint_of(spec)
    pretrained = options.pretrained if options.pretrained is not None else _is_pretrained(spec)
    if pretrained and checkpoint is None:
        raise UsageError("There are no weights to load: the spec names no checkpoint.")
    if pretrained and checkpoint is not None:
        check_weights(checkpoint)
    return BuildPlan(
        config_class=view.name,
        module=view.record.module,
        model_type=text_of(spec.model_type) or view.record.model_type,
        architecture=_architecture_of(spec, view, checkpoint, options, knowledge),
        params=_over(params, options.params, view),
        checkpoint=checkpoint,
        pretrained=pretrained,
        device=options.device or ("cpu" if pretrained else "meta"),
        dtype=options.dtype,
        attention=options.attention,
        seed=options.seed,
    )


def whole_params(plan: BuildPlan) -> dict[str, Any]:
    """The parameters of a plan over those of its checkpoint, where it names one.

    Args:
        plan: The plan.

    Returns:
        The parameters, nested for nested configurations.

    Raises:
        CheckpointError: If the checkpoint cannot be read.
    """
    below = {} if plan.checkpoint is None else checkpoint_config(plan.checkpoint)
    return dict(merged({key: value for key, value in below.items() if key not in _NO_PARAMETERS}, nested(plan.params)))


def installed_release(wanted: str | None = None) -> str:
    """The installed transformers, which models are built with.

    Args:
        wanted: The release that is asked for; ``None`` for whichever is installed.

    Raises:
        MissingDependencyError: If transformers or torch is not installed.
        UsageError: If another release is asked for.
    """
    need_torch()
    installed = version("transformers")
    if wanted is not None and not is_release(wanted, installed):
        raise UsageError(
            f"Models are built with the installed transformers, which is {installed}, not {wanted}.",
            remedy=f"Install it with: pip install transformers=={wanted}",
        )
    return installed


def base_architecture(config_class: str, knowledge: Knowledge) -> str | None:
    """The architecture that stands for a configuration's size: the plain model without a head.

    Args:
        config_class: The configuration class.
        knowledge: The facts of the release.

    Returns:
        Its name: the one of the task that the plain models are listed under, else the one with the shortest name; one
        that takes the whole configuration comes before one that takes a part of it. ``None`` where no architecture is
        cataloged for the class.
    """
    plain = knowledge.architecture_for_task(config_class, "feature-extraction")
    if plain is not None and knowledge.architecture_class(plain) == config_class:
        return plain
    own = [name for name in knowledge.architectures() if knowledge.architecture_class(name) == config_class]
    return min(own, key=lambda name: (not name.endswith("Model"), len(name), name), default=plain)


def base_plans(knowledge: Knowledge, names: Iterable[str] | None = None) -> tuple[BuildPlan, ...]:
    """The plans of all base models with their defaults, on the meta device.

    Args:
        knowledge: The facts of the release.
        names: Configuration classes; ``None`` for all.

    Returns:
        One plan a class; its architecture is ``None`` where none is cataloged for the class.
    """
    plans = []
    for name in knowledge.class_names() if names is None else names:
        record = knowledge.config_class(name)
        if record is not None:
            architecture = base_architecture(name, knowledge)
            plans.append(
                BuildPlan(
                    config_class=name, module=record.module, model_type=record.model_type, architecture=architecture
                )
            )
    return tuple(plans)


def small_plan(plan: BuildPlan, knowledge: Knowledge) -> BuildPlan | None:
    """The same model at a small size, with what it needs to be built and run.

    Args:
        plan: The model at its own size.
        knowledge: The facts of the release.

    Returns:
        The plan; ``None`` where its configuration cannot be shrunk.
    """
    from catalog.builder.forward_overrides import runnable  # noqa: PLC0415  # few plans are made small
    from catalog.builder.overrides import with_override  # noqa: PLC0415
    from catalog.builder.shrink import shrink  # noqa: PLC0415

    whole, _ = runnable(with_override(plan)[0])
    try:
        return dataclasses.replace(plan, params=shrink(knowledge, plan.config_class, whole.params))
    except (KeyError, TypeError, ValueError):  # the small size is a second try, which some models go without
        return None


def _read(target: str | os.PathLike[str] | Mapping[str, Any], knowledge: Knowledge) -> LoadedFile:
    """The file, or what stands for one, that holds the spec."""
    if isinstance(target, Mapping):
        return load_mapping(target)
    name = os.fspath(target)
    if isinstance(target, str) and (key := _kind_of_name(name.strip(), knowledge)) is not None:
        return load_mapping({key: name.strip()})
    if name == STDIN:
        return load_path(name)
    if not name.strip():
        raise UsageError("The name of the model is empty.", remedy="Name a model type such as llama, or a spec file.")
    path = expanded(name)
    try:
        if path.is_dir():
            checkpoint_config(name)
            return load_mapping({"checkpoint": name})
        if path.exists():
            return load_path(name)
    except (OSError, ValueError) as error:
        raise CatalogError(f"{name} cannot be read: {error}.") from error
    if _looks_like_path(name):
        raise NotFoundError("file", name)
    if name.count("/") == 1:
        checkpoint_config(name)
        return load_mapping({"checkpoint": name})
    from catalog.query.names import closest  # noqa: PLC0415  # only a wrong name needs it

    candidates = (*knowledge.model_types(), *knowledge.class_names())
    raise NotFoundError(
        "model", name, where=f"in transformers {knowledge.release}", suggestions=closest(name, candidates)
    )


def _kind_of_name(name: str, knowledge: Knowledge) -> str | None:
    """The key of a spec that a name belongs to: a class, its import path, or a model type; ``None`` for no name."""
    module, _, last = name.rpartition(".")
    record = knowledge.config_class(last) if last else None
    # transformers offers every class at the top and in its model's package as well as in its module.
    if record is not None and not record.is_base and (not module or f"{record.module}.".startswith(f"{module}.")):
        return "config_class"
    return "model_type" if name and knowledge.class_of_model_type(name) is not None else None


def _looks_like_path(name: str) -> bool:
    ends = name.lower().endswith((".yaml", ".yml", ".json"))
    return ends or name.startswith((".", "~", os.sep)) or name.count("/") > 1 or "\\" in name


def _require(file: LoadedFile, check: SpecCheck) -> None:
    """Stop at errors that the checker finds."""
    found = in_order([*file.findings, *(finding for spec in file.specs for finding in check(spec))])
    if any(finding.severity == "error" for finding in found):
        raise FaultySpecError(Report(findings=found, files=1, sources={file.path: file.text}))
    if not file.specs:
        reasons = " ".join(finding.message for finding in found) or "The file holds no spec."
        raise CatalogError(f"{file.path}: {reasons}", remedy="Write a spec with: catalog init NAME")


def _check_release(spec: Spec, knowledge: Knowledge) -> None:
    wanted = release_of(spec)
    if spec.release is not None and wanted is not None and not is_release(wanted, knowledge.release):
        raise UsageError(
            f"The spec is for transformers {wanted}, and models are built with the installed {knowledge.release}.",
            remedy="Migrate the spec with: catalog migrate SPEC --to " + knowledge.release,
        )


def _view_of(spec: Spec, knowledge: Knowledge) -> ClassView:
    """The configuration class of a spec."""
    views = Views(knowledge)
    resolution = resolve(spec, views)
    name = text_of(spec.checkpoint)
    if resolution.view is not None:
        return resolution.view
    if name:
        config = checkpoint_config(_checkpoint_of(spec) or name)
        model_type = config.get("model_type")
        view = views.of_model_type(model_type) if isinstance(model_type, str) else None
        check_own_code(name, config, known=view is not None)
        if view is not None:
            return view
        raise CheckpointError(
            name, f"The checkpoint {name} is of the model type {model_type!r}, which transformers does not have."
        )
    if spec.dialect == "huggingface" and spec.root.get("auto_map") is not None:
        check_own_code(spec.path, {"auto_map": True}, known=False)
    reasons = " ".join(finding.message for finding in resolution.findings)
    raise CatalogError(
        f"{spec.path} does not tell which model to build{reasons and ': ' + reasons}",
        remedy="Write model_type: with a model type such as bert.",
    )


def _check_options(spec: Spec, view: ClassView, options: BuildOptions, check: SpecCheck) -> None:
    """Check what is asked for besides the spec, as if it stood in it."""
    chosen = {"architecture": options.architecture, "task": options.task}
    if any(chosen.values()):
        _require(load_mapping({"config_class": view.name, **{k: v for k, v in chosen.items() if v}}), check)
    if not options.params:
        return
    params = _over(_params_of(spec), options.params, view)
    if spec.dialect == "huggingface":
        root = to_value(spec.root)
        _require(load_mapping({**(root if isinstance(root, dict) else {}), **params}), check)
        return
    keys = ("model_type", "config_class", "checkpoint")
    named = {key: text_of(getattr(spec, key)) for key in keys}
    if named["checkpoint"]:
        named["checkpoint"] = _checkpoint_of(spec) or named["checkpoint"]
    _require(load_mapping({**{key: text for key, text in named.items() if text}, "params": params}), check)


def _params_of(spec: Spec) -> dict[str, Json]:
    value = {} if spec.params is None else to_value(spec.params)
    params = value if isinstance(value, dict) else {}
    return {key: item for key, item in params.items() if spec.dialect != "huggingface" or key not in _NO_PARAMETERS}


def _over(params: Mapping[str, Any], more: Mapping[str, Any], view: ClassView) -> dict[str, Any]:
    """Parameters with others over them: parts of nested configurations, anything else whole."""
    both = nested(params)
    for name, value in nested(more).items():
        key = view.aliases.get(name, name) if name not in both and view.aliases.get(name) in both else name
        both[key] = merged(both.get(key), value) if key in view.sub_configs else value
    return both


def _checkpoint_of(spec: Spec) -> str | None:
    """The checkpoint of a spec; a folder that lies beside the spec's file by its own path."""
    name = text_of(spec.checkpoint)
    if not name:
        return None
    found = read_checkpoint(name, relative_to=spec.path)
    is_here = expanded(name).is_dir()
    if isinstance(found, Checkpoint) and not is_here and (Path(spec.path).parent / name).is_dir():
        return str(found.path.parent)
    return name


def _is_pretrained(spec: Spec) -> bool:
    if spec.dialect == "eir":
        return spec.checkpoint is not None
    entry = spec.root.get("pretrained") if spec.dialect == "native" else None
    return entry is not None and isinstance(entry.value, Scalar) and entry.value.value is True


def _architecture_of(
    spec: Spec, view: ClassView, checkpoint: str | None, options: BuildOptions, knowledge: Knowledge
) -> str | None:
    """The model class: the one asked for, that of the task, that of the checkpoint, else the plain one."""
    if options.architecture is not None:
        return options.architecture.rpartition(".")[2]
    if options.task is not None:
        return knowledge.architecture_for_task(view.name, options.task)
    if name := text_of(spec.architecture).rpartition(".")[2]:
        return name
    if task := text_of(spec.task):
        return knowledge.architecture_for_task(view.name, task)
    for name in _published(spec, checkpoint):
        if knowledge.architecture_class(name) == view.name:
            return name
    return base_architecture(view.name, knowledge)


def _published(spec: Spec, checkpoint: str | None) -> Iterable[str]:
    """Model classes that a published configuration names."""
    names: Any = None
    if checkpoint is not None:
        names = checkpoint_config(checkpoint).get("architectures")
    elif spec.dialect == "huggingface" and (entry := spec.root.get("architectures")) is not None:
        names = to_value(entry.value) if isinstance(entry.value, Sequence) else None
    return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []
