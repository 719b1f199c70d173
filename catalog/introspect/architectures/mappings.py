"""The auto mappings of a release, read from their source.

Three forms exist. From 4.10 on a mapping names classes (``("bert", "BertModel")``); before, it holds the classes
themselves (``(BertConfig, BertModel)``); before 2.2 there is none, and ``AutoModel.from_pretrained`` chooses by the
checkpoint's name. Only the mappings of PyTorch models are read; the TensorFlow and Flax ones were dropped upstream.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from catalog.errors import IntrospectionError
from catalog.introspect.architectures.literals import Symbol, class_names, evaluate
from catalog.introspect.architectures.parsing import parse_source
from catalog.introspect.sources import SourceTree
from catalog.records import Failure

_PROCESSOR_KINDS = {
    "tokenizer": ("tokenization_auto", "TOKENIZER_MAPPING"),
    "processor": ("processing_auto", "PROCESSOR_MAPPING"),
    "image_processor": ("image_processing_auto", "IMAGE_PROCESSOR_MAPPING"),
    "feature_extractor": ("feature_extraction_auto", "FEATURE_EXTRACTOR_MAPPING"),
    "video_processor": ("video_processing_auto", "VIDEO_PROCESSOR_MAPPING"),
}
_AUTO_CLASS_MAPPINGS = {
    "AutoModel": "MODEL_MAPPING",
    "AutoModelForPreTraining": "MODEL_FOR_PRETRAINING_MAPPING",
    "AutoModelWithLMHead": "MODEL_WITH_LM_HEAD_MAPPING",
    "AutoModelForSequenceClassification": "MODEL_FOR_SEQUENCE_CLASSIFICATION_MAPPING",
    "AutoModelForQuestionAnswering": "MODEL_FOR_QUESTION_ANSWERING_MAPPING",
    "AutoModelForTokenClassification": "MODEL_FOR_TOKEN_CLASSIFICATION_MAPPING",
}
"""What the automatic classes of the releases before 2.2 became."""


@dataclass(frozen=True, slots=True)
class AutoMappings:
    """The auto mappings of a release.

    Attributes:
        config_classes: Model type → name of its configuration class, in the mapping's order.
        modules: Model type → folder of its model, where that is not the model type itself.
        models: Name of a model mapping, without ``_NAMES`` → pairs of model type and class name, in its order.
        processors: Kind → model type → class names.
        failures: Files that could not be read.
    """

    config_classes: Mapping[str, str] = field(default_factory=dict)
    modules: Mapping[str, str] = field(default_factory=dict)
    models: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    processors: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    failures: tuple[Failure, ...] = ()


def read_mappings(source: SourceTree) -> AutoMappings:
    """Read the auto mappings of a release.

    Args:
        source: The release.

    Returns:
        Its mappings; empty ones for a source that has none, such as a folder of custom code.
    """
    modules = _Modules(source)
    configuration = modules.load("configuration_auto")
    modeling = modules.load("modeling_auto")
    config_classes = _config_classes(configuration)
    model_types: dict[str, list[str]] = {}
    for model_type, config_class in config_classes.items():
        model_types.setdefault(config_class, []).append(model_type)
    return AutoMappings(
        config_classes=config_classes,
        modules=_strings(configuration.values.get("SPECIAL_MODEL_TYPE_TO_MODULE_NAME")),
        models=_model_mappings(modeling, model_types),
        processors={
            kind: _processors(modules.load(module), name, model_types)
            for kind, (module, name) in _PROCESSOR_KINDS.items()
        },
        failures=tuple(modules.failures),
    )


def _config_classes(module: _Module) -> dict[str, str]:
    for name in ("CONFIG_MAPPING_NAMES", "CONFIG_MAPPING"):
        if names := _strings(module.values.get(name)):
            return names
    return dict(module.dispatch.get("AutoConfig", ()))


def _model_mappings(module: _Module, model_types: Mapping[str, list[str]]) -> dict[str, tuple[tuple[str, str], ...]]:
    mappings = {}
    for name, value in module.values.items():
        if name.startswith("MODEL_") and name.endswith(("_MAPPING_NAMES", "_MAPPING", "_NAMES")):
            pairs = tuple(_pairs(value, model_types))
            label = name.removesuffix("_NAMES")
            label = label if label.endswith("_MAPPING") else f"{label}_MAPPING"
            if pairs and label not in mappings:
                mappings[label] = pairs
    for auto_class, chosen in module.dispatch.items():
        if auto_class in _AUTO_CLASS_MAPPINGS and not mappings.get(_AUTO_CLASS_MAPPINGS[auto_class]):
            mappings[_AUTO_CLASS_MAPPINGS[auto_class]] = tuple(chosen)
    return mappings


def _processors(module: _Module, name: str, model_types: Mapping[str, list[str]]) -> dict[str, tuple[str, ...]]:
    classes: dict[str, list[str]] = {}
    value = module.values.get(f"{name}_NAMES", module.values.get(name))
    for model_type, class_name in _pairs(value, model_types):
        classes.setdefault(model_type, []).append(class_name)
    return {model_type: tuple(dict.fromkeys(names)) for model_type, names in classes.items()}


def _pairs(value: Any, model_types: Mapping[str, list[str]]) -> Iterator[tuple[str, str]]:
    """Model type and class name of each entry; a key that is a configuration class stands for its model types."""
    if not isinstance(value, dict):
        return
    for key, classes in value.items():
        if isinstance(key, str):
            for model_type in model_types.get(key, [key]) if isinstance(key, Symbol) else [key]:
                for class_name in class_names(classes):
                    yield model_type, class_name


def _strings(value: Any) -> dict[str, str]:
    if not isinstance(value, dict):
        return {}
    return {str(key): str(item) for key, item in value.items() if isinstance(key, str) and isinstance(item, str)}


@dataclass(slots=True)
class _Module:
    """What evaluating an auto module gives: its values, and its ``from_pretrained`` chains as (pattern, class)."""

    values: dict[str, Any] = field(default_factory=dict)
    dispatch: dict[str, list[tuple[str, str]]] = field(default_factory=dict)


class _Modules:
    """Evaluates the auto modules of a release, each once, following imports between them."""

    def __init__(self, source: SourceTree) -> None:
        self._source = source
        self._paths = set(source.paths())
        self._loaded: dict[str, _Module] = {}
        self.failures: list[Failure] = []

    def load(self, name: str) -> _Module:
        if name not in self._loaded:
            self._loaded[name] = module = _Module()
            path = next((path for path in (f"models/auto/{name}.py", f"{name}.py") if path in self._paths), None)
            if path is not None:
                try:
                    self._run(parse_source(self._source.read(path)).body, module)
                except (IntrospectionError, SyntaxError, ValueError, RecursionError) as error:
                    subject = str(PurePosixPath(path))
                    self.failures.append(Failure(subject=subject, stage="architecture", reason=str(error)))
        return self._loaded[name]

    def _run(self, body: list[ast.stmt], module: _Module) -> None:
        for statement in body:
            match statement:
                case ast.ImportFrom(level=1, module=str(name), names=names) if name.endswith(
                    ("_auto", "auto_mappings")
                ):
                    values = self.load(name).values
                    for alias in names:
                        if alias.name in values:
                            module.values[alias.asname or alias.name] = values[alias.name]
                case (
                    ast.Assign(targets=[ast.Name(id=target)], value=value)
                    | ast.AnnAssign(target=ast.Name(id=target), value=ast.expr() as value)
                ) if target.isupper():
                    self._assign(target, value, module)
                case ast.Expr(value=ast.Call(func=ast.Attribute(value=known, attr="update"), args=[added])):
                    _update(evaluate(known, module.values), evaluate(added, module.values))
                case ast.If(test=ast.Name(id="TYPE_CHECKING"), orelse=other):
                    self._run(other, module)
                case ast.For(target=ast.Name(id=variable), iter=ast.Name(id=names), body=[ast.If() as condition]):
                    _add_missing(variable, module.values.get(names), condition, module.values)
                case ast.ClassDef(name=name) if name.startswith("Auto"):
                    module.dispatch[name] = list(_dispatch(statement))

    def _import(self, name: str, aliases: list[ast.alias], module: _Module) -> None:
        values = self.load(name).values
        for alias in aliases:
            if alias.name in values:
                module.values[alias.asname or alias.name] = values[alias.name]

    def _assign(self, target: str, value: ast.expr, module: _Module) -> None:
        result = evaluate(value, module.values)
        if isinstance(result, dict | tuple):
            module.values[target] = result


def _update(known: Any, added: Any) -> None:
    """``MAPPING.update({…})``."""
    if isinstance(known, dict) and isinstance(added, dict):
        known.update(added)


def _add_missing(variable: str, keys: Any, condition: ast.If, values: Mapping[str, Any]) -> None:
    """``for x in NAMES: if x not in MAPPING: MAPPING[x] = value``."""
    match condition:
        case ast.If(
            test=ast.Compare(left=ast.Name(id=tested), ops=[ast.NotIn()], comparators=[ast.Name(id=mapping)]),
            body=[ast.Assign(targets=[ast.Subscript(value=ast.Name(id=target))], value=value)],
        ) if tested == variable and mapping == target:
            known = values.get(mapping)
            if isinstance(known, dict) and isinstance(keys, tuple):
                for key in keys:
                    known.setdefault(key, evaluate(value, values))


def _dispatch(node: ast.ClassDef) -> Iterator[tuple[str, str]]:
    """Pairs of pattern and class of ``elif "bert" in name: return BertModel.from_pretrained(…)``."""
    for item in ast.walk(node):
        match item:
            case ast.If(
                test=ast.Compare(left=ast.Constant(value=str(pattern)), ops=[ast.In()]),
                body=[
                    ast.Return(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="from_pretrained"))),
                    *_,
                ],
            ):
                yield pattern, name
