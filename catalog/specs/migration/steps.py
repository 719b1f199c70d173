"""What must change in a spec, as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from catalog.history import ChangeKind, Confidence
from catalog.records import Json
from catalog.specs.migration.operations import Operation
from catalog.specs.nodes import Span

StepKind: TypeAlias = ChangeKind | Literal["value", "release"]
"""``value``: one that the new release does not take any more. ``release``: the release that the spec names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that changes between two releases for a spec.

    Attributes:
        change: What kind of change it is.
        config_class: The class it is about.
        parameter: Dotted path from the config's root; ``None`` where no parameter is concerned.
        before: What was: a name, default or value, in JSON form.
        after: What is now.
        message: What it means for the spec, in one sentence.
        span: Where; the place of the model for a parameter that the spec does not give.
        required: True where the spec is wrong in the new release without it.
        confidence: How sure the change is.
        operation: What takes care of it; ``None`` where a person must decide.
        safe: True where the operation cannot change what the spec means beyond the migration.
        applied: True once the operation has been made.
    """

    change: StepKind
    config_class: str
    parameter: str | None
    before: Json
    after: Json
    message: str
    span: Span
    required: bool
    confidence: Confidence = "certain"
    operation: Operation | None = None
    safe: bool = False
    applied: bool = False

    @property
    def writable(self) -> bool:
        """True where the step can be made without asking."""
        return self.operation is not None and self.safe and not self.applied
