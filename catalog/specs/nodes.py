"""A parsed spec file: values that know where they stand.

The checker works on these nodes and never on text, so that the same rules hold for YAML and JSON. Lines and
columns start at 1 and count characters; an end column is the first one after the text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from catalog.records import Json


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text in a file."""

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Scalar:
    """A plain or quoted value.

    Attributes:
        value: What it means (YAML 1.2 core schema, or JSON).
        text: The source text, quotes included.
        quoted: True where quotes make it a string.
        span: Where it stands.
    """

    value: Json
    text: str
    quoted: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Entry:
    """One key of a mapping, with its value."""

    key: str
    key_span: Span
    value: Node


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys and values, in the file's order; a repeated key is here as often as it stands in the file."""

    entries: tuple[Entry, ...]
    span: Span

    def get(self, key: str) -> Entry | None:
        """The last entry of that key, which is the one that counts; ``None`` where there is none."""
        return next((entry for entry in reversed(self.entries) if entry.key == key), None)

    def __contains__(self, key: object) -> bool:
        return any(entry.key == key for entry in self.entries)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list of values."""

    items: tuple[Node, ...]
    span: Span


Node: TypeAlias = Scalar | Mapping | Sequence
Dialect: TypeAlias = Literal["native", "eir", "huggingface"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """One spec of a file: the model it names, and the block of parameters to check.

    Attributes:
        path: The file as the user named it; ``"-"`` for standard input, ``"<mapping>"`` for a Python mapping.
        dialect: Which keys it is written with.
        root: The whole spec.
        model_type: Entry that names the model type, if any.
        config_class: Entry that names a config class, if any.
        checkpoint: Entry that names a checkpoint, if any.
        architecture: Entry that names the architecture, if any (native dialect).
        task: Entry that names the task, if any (native dialect).
        release: Entry that names the transformers release, if any.
        params: The block whose keys are the model's parameters: ``params``, ``model_init_config`` or, for a
            ``config.json``, the root itself; ``None`` where there is none.
    """

    path: str
    dialect: Dialect
    root: Mapping
    model_type: Entry | None = None
    config_class: Entry | None = None
    checkpoint: Entry | None = None
    architecture: Entry | None = None
    task: Entry | None = None
    release: Entry | None = None
    params: Mapping | None = None


def to_value(node: Node) -> Json:
    """The plain value of a node; of a repeated key the last one counts."""
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Sequence):
        return [to_value(item) for item in node.items]
    return {entry.key: to_value(entry.value) for entry in node.entries}


def numbers(node: Node) -> Iterator[tuple[Scalar, int | float]]:
    """The numbers of a value, at any depth of lists, with the nodes that hold them; truth values are none."""
    if isinstance(node, Sequence):
        for item in node.items:
            yield from numbers(item)
    elif isinstance(node, Scalar) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
        yield node, node.value


def strings(node: Node) -> Iterator[tuple[Scalar, str]]:
    """The strings of a value, at any depth of lists, with the nodes that hold them."""
    if isinstance(node, Sequence):
        for item in node.items:
            yield from strings(item)
    elif isinstance(node, Scalar) and isinstance(node.value, str):
        yield node, node.value
