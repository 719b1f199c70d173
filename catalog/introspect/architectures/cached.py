"""Modeling files as JSON documents, in which form a cache keeps them."""

from __future__ import annotations

from typing import Any, Protocol

from catalog.introspect.architectures.modeling import (
    PARSER_VERSION,
    Argument,
    Forward,
    Import,
    ModelClass,
    ModelingFile,
)

KIND = f"modeling-{PARSER_VERSION}"
"""Kind of document under which a cache keeps modeling files."""


class DocumentCache(Protocol):
    """Keeps JSON documents by the digest of the content they were made from, and their kind."""

    def get(self, digest: str, kind: str) -> Any | None:
        """The document; ``None`` where none is kept."""

    def put(self, digest: str, kind: str, document: Any) -> None:
        """Keep a document."""


def modeling_to_document(file: ModelingFile) -> dict[str, Any]:
    """Turn a modeling file into JSON values: lists in the order of the records' fields."""
    return {
        "classes": [_class_to_document(item) for item in file.classes.values()],
        "imports": {name: [item.level, item.module, item.name] for name, item in file.imports.items()},
        "aliases": dict(file.aliases),
    }


def modeling_from_document(document: Any) -> ModelingFile | None:
    """Make a modeling file again from what :func:`modeling_to_document` wrote; ``None`` for anything else."""
    try:
        classes = [_class_from_document(*item) for item in document["classes"]]
        return ModelingFile(
            classes={item.name: item for item in classes},
            imports={name: Import(*item) for name, item in document["imports"].items()},
            aliases=document["aliases"],
        )
    except (TypeError, KeyError, AttributeError):
        return None


def _class_to_document(item: ModelClass) -> list[Any]:
    forward = item.forward
    return [
        item.name,
        item.bases,
        item.intro,
        item.docs,
        item.automatic,
        item.config_class,
        item.fields,
        forward
        and [
            [[argument.name, argument.annotation, argument.default] for argument in forward.arguments],
            forward.returns,
            forward.output_class,
            forward.docs,
            forward.automatic,
        ],
    ]


def _class_from_document(
    name: str,
    bases: list[str],
    intro: str | None,
    docs: list[str],
    automatic: bool,  # noqa: FBT001 - the fields of a record
    config_class: str | None,
    fields: list[list[str]],
    forward: list[Any] | None,
) -> ModelClass:
    return ModelClass(
        name=name,
        bases=tuple(bases),
        intro=intro,
        docs=tuple(docs),
        automatic=automatic,
        config_class=config_class,
        fields=tuple((field, annotation) for field, annotation in fields),
        forward=None if forward is None else _forward_from_document(*forward),
    )


def _forward_from_document(
    arguments: list[list[Any]],
    returns: str | None,
    output_class: str | None,
    docs: list[str],
    automatic: bool,  # noqa: FBT001 - the fields of a record
) -> Forward:
    return Forward(
        arguments=tuple(Argument(*item) for item in arguments),
        returns=returns,
        output_class=output_class,
        docs=tuple(docs),
        automatic=automatic,
    )
