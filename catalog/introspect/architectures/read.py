"""Puts the facts on model classes together: auto mappings, modeling files and documentation."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from catalog.introspect.architectures.cached import DocumentCache
from catalog.introspect.architectures.central import CentralDocs, read_central_docs
from catalog.introspect.architectures.docs import Documented, documented_arguments, documented_outputs, first_paragraph
from catalog.introspect.architectures.library import Library, Located
from catalog.introspect.architectures.mappings import AutoMappings, read_mappings
from catalog.introspect.architectures.modeling import Argument, Forward
from catalog.introspect.architectures.tasks import tasks_of_mapping
from catalog.introspect.sources import SourceTree
from catalog.records import Architecture, ConfigClass, Failure, ForwardParameter, ModelType, OutputField

_PLACEHOLDER = re.compile(r"\{(image_processor|tokenizer|video_processor|feature_extractor|processor)_class\}")
_AUTO_CLASSES = {
    "image_processor": "AutoImageProcessor",
    "tokenizer": "AutoTokenizer",
    "video_processor": "AutoVideoProcessor",
    "feature_extractor": "AutoFeatureExtractor",
    "processor": "AutoProcessor",
}
_NAME = re.compile(r"[A-Za-z_][\w.]*")
_NO_OUTPUTS = frozenset(
    {"tuple", "Tuple", "Union", "Optional", "None", "list", "List", "dict", "Dict", "Any", "str", "int"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchitectureFacts:
    """What a release says about its model classes.

    Attributes:
        architectures: Model classes of the auto mappings, sorted by name.
        model_types: Model types of the auto mappings, sorted by name.
        failures: What could not be read: a mapped class that no file defines, a file that is not Python.
    """

    architectures: tuple[Architecture, ...]
    model_types: tuple[ModelType, ...]
    failures: tuple[Failure, ...]


@dataclass(slots=True)
class _Mapped:
    """A model class as the auto mappings list it."""

    model_types: dict[str, None]
    tasks: set[str]
    mappings: dict[str, None]


def read_architectures(
    source: SourceTree,
    *,
    config_classes: Mapping[str, str] | None = None,
    mappings: AutoMappings | None = None,
    cache: DocumentCache | None = None,
) -> ArchitectureFacts:
    """Read every model class of the auto mappings. Nothing is imported or executed.

    Args:
        source: The release.
        config_classes: Model type → configuration class, for model types that the auto mappings leave out.
        mappings: Its auto mappings, where they were read before.
        cache: Keeps what single files say, by their content, so that a file that many releases share is parsed once.

    Returns:
        Architectures, model types and what could not be read.
    """
    mappings = mappings or read_mappings(source)
    central = read_central_docs(source)
    library = Library(source, cache)
    reader = _Reader(mappings, central, library, {**(config_classes or {}), **mappings.config_classes})
    mapped = _mapped_classes(mappings)
    architectures = tuple(reader.architecture(name, mapped[name]) for name in sorted(mapped))
    missing = (
        Failure(
            subject=item.name,
            stage="architecture",
            reason=f"listed in {', '.join(mapped[item.name].mappings)}, but no modeling file defines it",
        )
        for item in architectures
        if item.module is None
    )
    return ArchitectureFacts(
        architectures=architectures,
        model_types=_model_types(mappings),
        failures=(*mappings.failures, *central.failures, *library.failures, *missing),
    )


def config_classes_by_type(classes: Iterable[ConfigClass]) -> dict[str, str]:
    """Model type → name of its configuration class, as the classes themselves declare it."""
    return {item.model_type: item.name for item in classes if item.model_type and not item.is_base}


def _mapped_classes(mappings: AutoMappings) -> dict[str, _Mapped]:
    mapped: dict[str, _Mapped] = {}
    for mapping, pairs in mappings.models.items():
        tasks = tasks_of_mapping(mapping)
        for model_type, class_name in pairs:
            item = mapped.setdefault(class_name, _Mapped({}, set(), {}))
            item.model_types[model_type] = None
            item.tasks.update(tasks)
            item.mappings[mapping] = None
    return mapped


def _model_types(mappings: AutoMappings) -> tuple[ModelType, ...]:
    return tuple(
        ModelType(
            name=name,
            config_class=mappings.config_classes[name],
            processors={kind: classes[name] for kind, classes in mappings.processors.items() if name in classes},
        )
        for name in sorted(mappings.config_classes)
    )


class _Reader:
    """Makes the record of one class after the other."""

    def __init__(
        self, mappings: AutoMappings, central: CentralDocs, library: Library, config_classes: Mapping[str, str]
    ) -> None:
        self._mappings = mappings
        self._central = central
        self._library = library
        self._config_classes = config_classes
        self._known_configs = frozenset(config_classes.values())
        self._outputs: dict[tuple[str, str], tuple[OutputField, ...]] = {}

    def architecture(self, name: str, mapped: _Mapped) -> Architecture:
        model_types = tuple(sorted(mapped.model_types))
        folders = tuple(self._mappings.modules.get(item, item.replace("-", "_")) for item in model_types)
        located = self._library.find(name, folders=folders)
        config_class = next((self._config_classes[item] for item in model_types if item in self._config_classes), None)
        bare = Architecture(
            name=name,
            module=None,
            config_class=config_class,
            model_types=model_types,
            tasks=tuple(sorted(mapped.tasks)),
        )
        return bare if located is None else self._located(bare, located)

    def _located(self, bare: Architecture, located: Located) -> Architecture:
        order = self._library.order(located)
        owner = next((item for item in order if item.definition.forward), located)
        forward = owner.definition.forward
        output = self._output_class(forward, owner.path) if forward else None
        return dataclasses.replace(
            bare,
            module=_module_name(located.path),
            config_class=self._declared_config(order) or bare.config_class,
            summary=self._summary(located),
            forward=self._forward(located, owner, forward) if forward else (),
            output_class=output.name if isinstance(output, Located) else output,
            output_fields=self._output_fields(output, forward, owner),
        )

    def _declared_config(self, order: tuple[Located, ...]) -> str | None:
        """The configuration class that the model class, or a base of it, declares."""
        return next((c for item in order if (c := item.definition.config_class) in self._known_configs), None)

    def _summary(self, located: Located) -> str | None:
        definition = located.definition
        for text in (definition.intro, *definition.docs):
            if text and (paragraph := first_paragraph(text)):
                return paragraph
        return self._central.introduction(located.name, _model_name(located.path).replace("_", " ").title())

    def _forward(self, located: Located, owner: Located, forward: Forward) -> tuple[ForwardParameter, ...]:
        documented = [documented_arguments(text) for text in (*forward.docs, *owner.definition.docs)]
        fill = _Placeholders(self._mappings, located.path)
        parameters = []
        for argument in forward.arguments:
            plain = argument.name.lstrip("*")
            own = next((items[plain] for items in documented if plain in items), None)
            common = None if own else self._central.argument(located.name, plain)
            inferred = common is not None and not forward.automatic
            parameters.append(_parameter(argument, fill(own or common), inferred=inferred))
        return tuple(parameters)

    def _output_class(self, forward: Forward, path: str) -> Located | str | None:
        """The output class of a ``forward``: found, or known by name only."""
        names = [item for item in _NAME.findall(forward.returns or "") if item not in _NO_OUTPUTS]
        names += [forward.output_class] if forward.output_class else []
        for item in names:
            if not item.startswith("torch") and (located := self._library.resolve(item, path)):
                return located
        return next((item for item in names if "Output" in item and "." not in item), None)

    def _output_fields(
        self, output: Located | str | None, forward: Forward | None, owner: Located
    ) -> tuple[OutputField, ...]:
        if isinstance(output, Located):
            key = (output.path, output.name)
            if key not in self._outputs:
                self._outputs[key] = tuple(self._fields(output))
            return self._outputs[key]
        for text in (*(forward.docs if forward else ()), *owner.definition.docs):
            if documented := documented_outputs(text):
                return tuple(
                    OutputField(name=name, description=item.description, documented_type=item.type)
                    for name, item in documented.items()
                )
        return ()

    def _fields(self, output: Located) -> Iterator[OutputField]:
        """Fields of an output class, those of its bases first, as a dataclass orders them."""
        annotations: dict[str, str] = {}
        documented: dict[str, Documented] = {}
        order = self._library.order(output)
        for item in reversed(order):
            annotations |= {name: text for name, text in item.definition.fields if not text.startswith("ClassVar")}
            for text in item.definition.docs:
                documented |= documented_arguments(text)
        if any(item.definition.automatic for item in order):
            documented = {**self._central.outputs, **documented}
        for name, annotation in annotations.items():
            entry = documented.get(name, Documented(None, None))
            yield OutputField(
                name=name, annotation=annotation, description=entry.description, documented_type=entry.type
            )


class _Placeholders:
    """Fills ``{processor_class}`` and its like with the class that the model type has."""

    def __init__(self, mappings: AutoMappings, path: str) -> None:
        self._processors = mappings.processors
        self._model_name = _model_name(path)

    def __call__(self, item: Documented | None) -> Documented | None:
        if item is None or item.description is None or "_class}" not in item.description:
            return item
        return Documented(_PLACEHOLDER.sub(lambda match: self._class(match[1]), item.description), item.type)

    def _class(self, kind: str) -> str:
        by_type = self._processors.get(kind, {})
        classes = by_type.get(self._model_name) or by_type.get(self._model_name.replace("_", "-")) or ()
        # Of a slow and a fast class the fast one, which comes last; never the one for the slower backend.
        return next((name for name in reversed(classes) if not name.endswith("Pil")), _AUTO_CLASSES[kind])


def _parameter(argument: Argument, documented: Documented | None, *, inferred: bool) -> ForwardParameter:
    return ForwardParameter(
        name=argument.name,
        annotation=argument.annotation,
        default_source=argument.default,
        required=argument.default is None and not argument.name.startswith("*"),
        description=documented.description if documented else None,
        documented_type=documented.type if documented else None,
        inferred=inferred,
    )


def _model_name(path: str) -> str:
    """Name of the model whose file this is: its folder, or the end of the file's name in the flat layout."""
    folder, _, file = path.rpartition("/")
    return folder.rpartition("/")[2] if folder.startswith("models/") else file.removesuffix(".py").partition("_")[2]


def _module_name(path: str) -> str:
    return "transformers." + path.removesuffix(".py").replace("/", ".")
