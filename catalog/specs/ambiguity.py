"""Reports scalars that tools which read YAML 1.1, PyYAML foremost, take for something else."""

from __future__ import annotations

from collections.abc import Mapping as PythonMapping
from collections.abc import Sequence as PythonSequence

from catalog.specs.diagnostics import Edit, Fix, Severity
from catalog.specs.dialects.eir import MARKS
from catalog.specs.faults import AMBIGUOUS_SCALAR, Log
from catalog.specs.nodes import Entry, Mapping, Node, Scalar, Sequence, Span
from catalog.specs.yaml_reader import AmbiguousScalar

_KINDS = {"bool": "a boolean", "int": "a number", "float": "a number", "str": "a string", "date": "a date"}


def report(scalars: PythonSequence[AmbiguousScalar], log: Log, *, eir: bool) -> None:
    """Report the ambiguous scalars of a document.

    Args:
        scalars: The scalars.
        log: Takes the findings.
        eir: True for EIR, which reads its files with PyYAML: there the other reading is the one that counts.
    """
    for scalar in scalars:
        message, suggestion = _words(scalar, eir=eir)
        severity = _severity(scalar, eir=eir)
        log.add(
            AMBIGUOUS_SCALAR, scalar.span, message, suggestion=suggestion, fix=_fix(scalar, eir=eir), severity=severity
        )


def _fix(scalar: AmbiguousScalar, *, eir: bool) -> Fix | None:
    """Write what all read alike. For EIR it must keep EIR's reading, for any other spec that of YAML 1.2."""
    known = scalar.ambiguity
    text, safe = known.replacement, known.safe
    if eir and known.here == "str":
        text, safe = (str(known.value_there).lower(), True) if known.there == "bool" else (text, False)
    return None if text is None else Fix(f"Write {text}", (Edit(scalar.span, text),), safe)


def with_booleans(root: Mapping, scalars: PythonSequence[AmbiguousScalar]) -> Mapping:
    """A spec as EIR reads it, where ``yes`` and ``off`` are booleans; any other spec is returned as it is."""
    spans = {scalar.span: scalar.ambiguity.value_there for scalar in scalars if scalar.ambiguity.there == "bool"}
    if not spans or not any(entry.key in MARKS for entry in root.entries):
        return root
    told = _told(root, spans)
    return told if isinstance(told, Mapping) else root


def _told(node: Node, spans: PythonMapping[Span, object]) -> Node:
    if isinstance(node, Scalar):
        if node.span in spans and not node.quoted:
            return Scalar(bool(spans[node.span]), node.text, node.quoted, node.span)
        return node
    if isinstance(node, Sequence):
        return Sequence(tuple(_told(item, spans) for item in node.items), node.span)
    entries = (Entry(entry.key, entry.key_span, _told(entry.value, spans)) for entry in node.entries)
    return Mapping(tuple(entries), node.span)


def _severity(scalar: AmbiguousScalar, *, eir: bool) -> Severity:
    """A note where this reading is the one that was surely meant, a warning where it may not be."""
    known = scalar.ambiguity
    if eir:
        return "info" if known.there == "bool" else "warning"
    return "info" if known.there in ("str", "date", "other") else "warning"


def _words(scalar: AmbiguousScalar, *, eir: bool) -> tuple[str, str]:
    known = scalar.ambiguity
    text = scalar.text
    reader = "EIR reads YAML 1.1, and" if eir else "A tool that reads YAML 1.1, such as PyYAML,"
    kind = _KINDS.get(known.there, "something else")
    if known.there == known.here or (known.there in ("int", "float") and known.value_there is not None):
        kind = f"the number {known.value_there}"
    elif known.there == "bool":
        kind = "true" if known.value_there else "false"
    message = f"{reader} takes {text} for {kind}; by YAML 1.2 it is {_here(scalar)}."
    if known.there == "bool":
        word = "true" if known.value_there else "false"
        if eir:
            return message, f"Write {word}, which all read alike."
        return message, f'Write {word} for the boolean, or "{text}" for the word.'
    if known.here == "int" and known.there == "int":
        return message, f"Write {scalar.value} or {known.value_there}."
    return message, f"Write {known.replacement}, which all read alike."


def _here(scalar: AmbiguousScalar) -> str:
    if scalar.ambiguity.here == "int":
        return f"the number {scalar.value}"
    return "a number" if scalar.ambiguity.here == "float" else "a string"
