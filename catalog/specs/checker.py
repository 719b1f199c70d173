"""Checks specs against one release of transformers: the one entry point of the rules."""

from __future__ import annotations

from collections.abc import Iterator

from catalog.specs.blocks import Block
from catalog.specs.diagnostics import Finding
from catalog.specs.engine import Engine
from catalog.specs.knowledge import Knowledge
from catalog.specs.nodes import Mapping, Spec
from catalog.specs.resolution import resolve
from catalog.specs.views import Views

_SEVERITIES = {"error": 0, "warning": 1, "info": 2}


class Checker:
    """Checks any number of specs; what is learnt of a class with the first one is kept for the next.

    Args:
        knowledge: The facts of the release to check against.
    """

    def __init__(self, knowledge: Knowledge) -> None:
        self._engine = Engine(knowledge)
        self._release = knowledge.release

    @property
    def views(self) -> Views:
        """What was learnt of the classes."""
        return self._engine.views

    def check(self, spec: Spec) -> tuple[Finding, ...]:
        """Check one spec.

        Args:
            spec: The spec, as its dialect took it apart.

        Returns:
            All findings, in the order in which they stand in the file.
        """
        return tuple(sorted(self._find(spec), key=_position))

    def _find(self, spec: Spec) -> Iterator[Finding]:
        if spec.release is not None:
            from catalog.specs.rules import c120_uncataloged_release  # noqa: PLC0415 (most specs name no release)

            yield from c120_uncataloged_release.check(spec, self._release)
        if spec.dialect == "eir":
            from catalog.specs import eir  # noqa: PLC0415 (other specs do without its schema)

            yield from eir.check(spec)
            if spec.model_type is None:
                return  # a model of EIR's own, or a checkpoint, whose configuration EIR takes as it is
        resolution = resolve(spec, self._engine.views)
        yield from resolution.findings
        if resolution.view is None:
            return
        block = Block(
            mapping=spec.params if spec.params is not None else Mapping((), spec.root.span),
            view=resolution.view,
            path=spec.path,
            dialect=spec.dialect,
            custom_code=resolution.custom_code,
            base=resolution.base,
        )
        yield from self._engine.check(block)


def check(spec: Spec, knowledge: Knowledge) -> tuple[Finding, ...]:
    """Check one spec. For many, make one :class:`Checker` and keep it: it learns each class once.

    Args:
        spec: The spec, as its dialect took it apart.
        knowledge: The facts of the release to check against.

    Returns:
        All findings, in the order in which they stand in the file.
    """
    return Checker(knowledge).check(spec)


def _position(finding: Finding) -> tuple[int, int, int, str]:
    return finding.span.line, finding.span.column, _SEVERITIES[finding.severity], finding.code
