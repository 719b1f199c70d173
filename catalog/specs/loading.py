"""Turns a file, a text or a Python mapping into specs, and reports what stands in the way."""

from __future__ import annotations

from collections.abc import Mapping as PythonMapping
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any, Final, Literal, TypeAlias

from catalog.specs import ambiguity
from catalog.specs.diagnostics import Finding
from catalog.specs.dialects import recognise
from catalog.specs.faults import (
    DEFAULT_LIMITS,
    FOREIGN_FILE,
    MAX_FINDINGS,
    NO_SPEC,
    NOT_A_MAPPING,
    START,
    SYNTAX_ERROR,
    TAB_INDENTATION,
    TOO_LARGE,
    UNUSUAL_ENCODING,
    Limits,
    Log,
)
from catalog.specs.files import Text, decode, read_bytes
from catalog.specs.json_reader import read_json
from catalog.specs.nodes import Mapping, Node, Scalar, Sequence, Spec
from catalog.specs.yaml_reader import YamlDocument, read_yaml

Syntax: TypeAlias = Literal["yaml", "json", "python"]

MAPPING_PATH: Final = "<mapping>"
_YAML_SUFFIXES: Final = frozenset({".yaml", ".yml"})
_BROKEN: Final = frozenset({SYNTAX_ERROR.code, TAB_INDENTATION.code, TOO_LARGE.code})
_SPEC_WORDS: Final = ("model_type", "config_class", "model_config", "architectures", "input_info", "params")


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedFile:
    """What a file holds.

    Attributes:
        path: The file, as the user named it.
        text: Its text, without a byte order mark; empty where it could not be read.
        specs: Its specs, in order.
        findings: What is wrong with the file itself.
        syntax: How it is written.
        source: Its text with its encoding, to write it back; ``None`` where it could not be read.
        skipped: True for a file that was found in a folder and turned out to be no spec.
        certain: False for a file that was found in a folder, so that what is no spec in it is passed over.
    """

    path: str
    text: str
    specs: tuple[Spec, ...] = ()
    findings: tuple[Finding, ...] = ()
    syntax: Syntax = "yaml"
    source: Text | None = None
    skipped: bool = False
    certain: bool = True

    def changed(self, text: str) -> LoadedFile:
        """The file with another text, read as this one was."""
        again = load_text(text, self.path, certain=self.certain)
        encoding = tuple(finding for finding in self.findings if finding.code == UNUSUAL_ENCODING.code)
        return replace(again, source=self.source, findings=(*encoding, *again.findings))


def load_path(path: str, *, certain: bool = True, limits: Limits = DEFAULT_LIMITS) -> LoadedFile:
    """Read a file.

    Args:
        path: The file; ``-`` for standard input.
        certain: True where the user named it, so that it must hold specs. False where it was found in a folder: if it
            does not look like a spec it is skipped.
        limits: How much is read at most.

    Returns:
        Its specs, and what is wrong with it. Nothing is raised for a file that cannot be read.
    """
    log = Log(path)
    content = read_bytes(path, log, limits)
    if content is None:
        return LoadedFile(path=path, text="", findings=tuple(log.findings))
    suffix = PurePath(path).suffix.lower()
    source = decode(content, log, is_json=suffix == ".json")
    if source is None:
        return _skip(path, "") if not certain else LoadedFile(path=path, text="", findings=tuple(log.findings))
    return _load(source, path, log, certain=certain, limits=limits)


def load_text(text: str, path: str, *, certain: bool = True, limits: Limits = DEFAULT_LIMITS) -> LoadedFile:
    """Read a text as if it stood in a file.

    Args:
        text: The text.
        path: The file's name; its suffix tells JSON from YAML.
        certain: As for :func:`load_path`.
        limits: How much is read at most.

    Returns:
        Its specs, and what is wrong with it.
    """
    return _load(Text(text.removeprefix("\ufeff")), path, Log(path), certain=certain, limits=limits)


def load_mapping(mapping: PythonMapping[str, Any], *, limits: Limits = DEFAULT_LIMITS) -> LoadedFile:
    """Read a spec from a Python mapping, whose positions are those of its rendering as JSON.

    Args:
        mapping: The spec, in any dialect.
        limits: How much is read at most.

    Returns:
        The spec, and what is wrong with it.
    """
    from catalog.specs.python_reader import read_python  # noqa: PLC0415 (files do not need it)

    log = Log(MAPPING_PATH)
    root, text = read_python(mapping, log, limits)
    specs = [] if root is None else _specs([YamlDocument(root)], log, is_json=False, certain=True)
    return LoadedFile(path=MAPPING_PATH, text=text, specs=tuple(specs), findings=tuple(log.findings), syntax="python")


def _load(source: Text, path: str, log: Log, *, certain: bool, limits: Limits) -> LoadedFile:
    text = source.text
    documents, syntax = _documents(text, path, log, limits)
    broken = any(finding.code in _BROKEN for finding in log.findings)
    if broken and not certain and not any(word in text for word in _SPEC_WORDS):
        return _skip(path, text)
    specs = _specs(documents, log, is_json=syntax == "json", certain=certain)
    if not specs and not certain and not broken:
        return _skip(path, text)
    if log.dropped:
        log.findings.append(
            TOO_LARGE.found(
                path, START, f"{log.dropped:,} more findings were left out.", suggestion=None, severity="warning"
            )
        )
    return LoadedFile(
        path=path,
        text=text,
        specs=tuple(specs),
        findings=tuple(log.findings),
        syntax=syntax,
        source=source,
        certain=certain,
    )


def _skip(path: str, text: str) -> LoadedFile:
    return LoadedFile(path=path, text=text, skipped=True)


def _documents(text: str, path: str, log: Log, limits: Limits) -> tuple[list[YamlDocument], Syntax]:
    """Read a text in the syntax of its name or, where that says nothing, of its first character."""
    suffix = PurePath(path).suffix.lower()
    first = text.lstrip()[:1]
    if suffix == ".json":
        if first and (first.isalpha() or first in "-?%#"):
            return _yaml_named_json(text, path, log, limits)
        return _json_documents(text, log, limits), "json"
    if suffix not in _YAML_SUFFIXES and first in ("{", "["):
        trial = Log(path)
        documents = _json_documents(text, trial, limits)
        second = Log(path)
        if any(finding.code in _BROKEN for finding in trial.findings):
            others = read_yaml(text, second, limits)
            if not any(finding.code in _BROKEN for finding in second.findings):
                log.findings += second.findings
                return others, "yaml"
        log.findings += trial.findings
        return documents, "json"
    return read_yaml(text, log, limits), "yaml"


def _json_documents(text: str, log: Log, limits: Limits) -> list[YamlDocument]:
    root = read_json(text, log, limits)
    return [] if root is None and not log.findings else [YamlDocument(root)]


def _yaml_named_json(text: str, path: str, log: Log, limits: Limits) -> tuple[list[YamlDocument], Syntax]:
    """A file that is named JSON and begins like YAML: read it as what it is, and say so."""
    trial = Log(path)
    documents = read_yaml(text, trial, limits)
    broken = any(finding.code in _BROKEN for finding in trial.findings)
    if any(isinstance(document.root, Mapping) for document in documents) and not broken:
        log.findings += trial.findings
        log.add(
            SYNTAX_ERROR,
            START,
            "The file is named .json and holds YAML.",
            suggestion="Rename it to .yaml, or write it as JSON.",
        )
        return documents, "yaml"
    return _json_documents(text, log, limits), "json"


def _specs(documents: list[YamlDocument], log: Log, *, is_json: bool, certain: bool) -> list[Spec]:
    specs: list[Spec] = []
    before = len(log.findings)
    anything = False
    for document in documents:
        if document.root is None:
            anything = True
            continue
        roots = _spec_roots(document.root, log, certain=certain)
        anything = anything or roots is not None
        dialects = set()
        for root in roots or ():
            told = ambiguity.with_booleans(root, document.ambiguous)
            found = recognise(told, path=log.path, log=log, is_json=is_json, certain=certain)
            if found.spec is not None:
                specs.append(found.spec)
                dialects.add(found.spec.dialect)
            elif found.foreign is not None and certain:
                log.add(
                    FOREIGN_FILE,
                    root.entries[0].key_span,
                    f"This is {found.foreign}, not a spec: it is not checked.",
                )
        if dialects:
            ambiguity.report(document.ambiguous, log, eir="eir" in dialects)
    if not anything and len(log.findings) == before and certain:
        log.add(NO_SPEC, START, "The file holds no spec.", suggestion="Write one with: catalog init NAME")
    return specs


def _spec_roots(root: Node, log: Log, *, certain: bool) -> list[Mapping] | None:
    """The mappings that a document holds, one or a list of them; ``None`` where it is empty."""
    if isinstance(root, Mapping):
        return [root]
    if isinstance(root, Scalar) and root.value is None and not root.quoted:
        return None
    if isinstance(root, Sequence) and not root.items:
        return None
    nodes = root.items if isinstance(root, Sequence) else (root,)
    for node in nodes:
        if not isinstance(node, Mapping) and certain:
            kind = "a list" if isinstance(node, Sequence) else "a single value"
            log.add(
                NOT_A_MAPPING,
                node.span,
                f"A spec is a block of 'key: value' lines, and this is {kind}.",
                suggestion="Begin with model_type: and the name of a model.",
            )
    return [node for node in nodes if isinstance(node, Mapping)]


__all__ = ["MAPPING_PATH", "MAX_FINDINGS", "LoadedFile", "Syntax", "load_mapping", "load_path", "load_text"]
