"""Starter specs in each dialect."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from catalog.errors import UsageError
from catalog.records import Json
from catalog.specs.eir_schema import EirKey, eir_schema
from catalog.specs.json_schema.dialects import model_types_of, tasks_of
from catalog.specs.json_schema.markup import capitalised, to_plain
from catalog.specs.nodes import Dialect
from catalog.specs.starter.given import given_entries
from catalog.specs.starter.tree import Entry, parameter_entries
from catalog.specs.starter.yaml_text import WIDTH, block, comment, flow
from catalog.specs.suggestions import either
from catalog.specs.views import ClassView, Views

_BOILERPLATE = (
    "This is the configuration class", "It is used to instantiate", "Instantiating a configuration",
    "Configuration objects inherit", "Read the documentation",
)  # fmt: skip
_TASKS_SHOWN = 6
_GENERAL_TASKS = frozenset({"feature-extraction", "pretraining", "backbone"})
"""What nearly every model does, so that it says little."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked for.

    Attributes:
        view: The class.
        views: The release's classes.
        everything: Give every parameter.
        schema: Path of the JSON Schema that editors are pointed to.
        refused: Nested configurations that the class does not take with their defaults, with the reason.
        values: Parameters to give instead of the defaults; ``None`` for a spec of the defaults.
        about: What these values are.
    """

    view: ClassView
    views: Views
    everything: bool
    schema: str
    refused: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Json] | None = None
    about: str = ""


def native(request: Request) -> str:
    """A native spec."""
    view = request.view
    by_type = view.record.model_type is not None and view.record.model_type in model_types_of(view)
    model = Entry(name="model_type", value=view.record.model_type)
    root = [
        model if by_type else Entry(name="config_class", value=view.name),
        *_task(view),
        Entry(
            name="release", value=view.knowledge.release, note="Check against this transformers release", active=False
        ),
        _params("params", request),
    ]
    return _text([*_header(request, "native"), *block(root)])


def eir(request: Request) -> str:
    """An EIR input configuration for sequences.

    Raises:
        UsageError: If the class has no model type, by which alone EIR names models.
    """
    model_type = _model_type(request.view, "an EIR configuration")
    known = eir_schema()
    facts = known.input_types[_EIR_INPUT_TYPE]
    of_block = partial(_eir_entries, everything=request.everything)
    root = [
        Entry(name="input_info", children=of_block(known.blocks["input_info"])),
        Entry(name="input_type_info", children=of_block(known.blocks[facts.type_info])),
        Entry(
            name="model_config",
            children=(
                Entry(name="model_type", value=model_type),
                Entry(name="pretrained_model", value=False, note="True takes model_type for a checkpoint's name"),
                *of_block(known.blocks[facts.model]),
                _params("model_init_config", request),
            ),
        ),
    ]
    return _text([*_header(request, "eir"), *block(root)])


def huggingface(request: Request) -> str:
    """A checkpoint's ``config.json``, without comments, which JSON lacks.

    Raises:
        UsageError: If the class has no model type, by which a ``config.json`` names it.
    """
    entries = _parameters(request)
    document = {
        "model_type": _model_type(request.view, "a config.json"),
        "transformers_version": request.view.knowledge.release,
    }
    rest = {name: value for name, value in _plain(entries).items() if name not in document}
    return json.dumps({**document, **rest}, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


DIALECTS: dict[Dialect, Callable[[Request], str]] = {"native": native, "eir": eir, "huggingface": huggingface}

_EIR_INPUT_TYPE = "sequence"
_EIR_PLACEHOLDERS = {"input_source": "path/to/sequences", "input_name": "sequence", "input_type": _EIR_INPUT_TYPE}
_EIR_LEFT_OUT = frozenset({
    "model_type", "pretrained_model", "model_init_config",  # written apart
    "embedding_dim", "freeze_pretrained_model",  # EIR ignores them beside a transformers model without its weights
})  # fmt: skip


def _eir_entries(keys: Mapping[str, EirKey], *, everything: bool) -> tuple[Entry, ...]:
    """The keys of one of EIR's own blocks: those with a default that says something, or all."""
    return tuple(
        Entry(
            name=name,
            value=_EIR_PLACEHOLDERS.get(name, key.default),
            note=_eir_note(key),
            active=key.required or key.default is not None,
        )
        for name, key in keys.items()
        if name not in _EIR_LEFT_OUT and (everything or key.required or key.default is not None)
    )


def _eir_note(key: EirKey) -> str:
    """What a key is, with the words that it takes where there are several."""
    words = [flow(choice) for choice in key.choices or key.choices_of_str or ()]
    numbers = "a number" if key.choices_of_str else ""
    choices = either(filter(None, (numbers, *words))) if len(words) > 1 or numbers else ""
    return ": ".join(filter(None, (capitalised(key.about), choices)))


def _header(request: Request, dialect: Dialect) -> list[str]:
    view = request.view
    name = (model_types_of(view) or [view.name])[0]
    title = view.name if name == view.name else f"{name}: {view.name}"
    like = f", similar to those of {view.record.checkpoint}" if view.record.checkpoint else ""
    told = request.about or f"The values are its defaults{like}; a line that is removed keeps its default."
    about = f"{title} of transformers {view.knowledge.release}. {_summary(view)}{told}"
    if request.everything and request.values is None:
        about += " Remove the '# ' before a parameter to set it."
    lines = [f"# yaml-language-server: $schema={request.schema}", "#"]
    lines += comment(f"{about}\n\nThe first line lets an editor check and complete the file, once its schema is there:")
    lines += [
        *_command(f"catalog schema {name} --dialect {dialect}", f"> {request.schema}"),
        "# On the command line, check it with:",
        "#   catalog validate FILE",
        "",
    ]
    return lines


def _command(command: str, target: str) -> list[str]:
    """A shell command in comment lines."""
    whole = f"#   {command} {target}"
    return [whole] if len(whole) <= WIDTH else [f"#   {command} \\", f"#     {target}"]


def _summary(view: ClassView) -> str:
    """What the documentation says of the class beyond what it says of every class."""
    sentences = to_plain(view.record.summary or "").split(". ")
    told = [sentence for sentence in sentences if sentence and not sentence.startswith(_BOILERPLATE)]
    return f"{'. '.join(told).rstrip('.')}. " if told else ""


def _task(view: ClassView) -> Iterable[Entry]:
    tasks = sorted(tasks_of(view), key=lambda task: task in _GENERAL_TASKS)
    if tasks:
        others = tasks[1:_TASKS_SHOWN]
        more = ", …" if len(tasks) > _TASKS_SHOWN else ""
        note = f"What the model is for{'; or ' if others else ''}{', '.join(others)}{more}"
        yield Entry(name="task", value=tasks[0], note=note, active=False)


def _params(key: str, request: Request) -> Entry:
    return Entry(name=key, children=_parameters(request))


def _parameters(request: Request) -> tuple[Entry, ...]:
    if request.values is not None:
        return given_entries(request.view, request.views, request.values)
    return parameter_entries(request.view, request.views, everything=request.everything, refused=request.refused)


def _model_type(view: ClassView, what: str) -> str:
    model_types = model_types_of(view)
    if not model_types:
        raise UsageError(
            f"{view.name} has no model type, by which {what} names its model.",
            remedy="Use the native dialect, which names the class.",
        )
    return model_types[0]


def _plain(entries: Iterable[Entry]) -> dict[str, Json]:
    """The entries as JSON; those that have no default to write are left out."""
    found: dict[str, Json] = {}
    for entry in entries:
        if entry.children is not None:
            found[entry.name] = _plain(entry.children)
        elif entry.known:
            found[entry.name] = _json(entry.value)
    return found


def _json(value: Json) -> Any:
    """A value as transformers writes it into a ``config.json``."""
    if isinstance(value, Mapping):
        if set(value) == {"$float"}:
            return {"__float__": {"inf": "Infinity", "-inf": "-Infinity"}.get(str(value["$float"]), "NaN")}
        return {key: _json(item) for key, item in value.items()}
    return [_json(item) for item in value] if isinstance(value, list) else value


def _text(lines: list[str]) -> str:
    return "\n".join(lines) + "\n"
