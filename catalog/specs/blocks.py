"""A block of parameters in a spec, together with the class it configures."""

from __future__ import annotations

from collections.abc import Mapping as PythonMapping
from dataclasses import dataclass, field
from functools import cached_property

from catalog.records import Json
from catalog.specs.diagnostics import Finding, Fix, Severity
from catalog.specs.nodes import Dialect, Entry, Mapping, Node, Span
from catalog.specs.rules import Rule
from catalog.specs.views import ClassView


@dataclass(eq=False, kw_only=True)
class Block:
    """A mapping whose keys are parameters of one configuration class.

    Attributes:
        path: The file, as the user named it.
        dialect: Which keys the spec is written with.
        mapping: The keys and values.
        view: The class they configure.
        prefix: Dotted path from the config's root, ending in a dot; empty for the root.
        parent: The block it is nested in; ``None`` for the root.
        custom_code: True where the spec names code of its own, which may take more than the catalog knows.
        base: Values of the checkpoint that this block's parameters override, by parameter.
        preset: Values with which the class above makes this configuration where the spec gives none.
        expected: Keys that the classes above write into this block themselves, dotted where they lie deeper.
        children: The nested blocks that were resolved, by parameter; filled as the block is walked.
    """

    path: str
    dialect: Dialect
    mapping: Mapping
    view: ClassView
    prefix: str = ""
    parent: Block | None = None
    custom_code: bool = False
    base: PythonMapping[str, Json] = field(default_factory=dict)
    preset: PythonMapping[str, Json] = field(default_factory=dict)
    expected: frozenset[str] = frozenset()
    children: dict[str, Block] = field(default_factory=dict)

    @property
    def published(self) -> bool:
        """True for a checkpoint's own ``config.json``, which may hold what no class declares."""
        return self.dialect == "huggingface"

    @cached_property
    def given(self) -> dict[str, Entry]:
        """The entries by the parameter they give, under whichever of its names; of a repeated one the last counts."""
        aliases = self.view.aliases
        records = self.view.records
        found = {}
        for entry in self.mapping.entries:
            key = entry.key
            found[key if key in records else aliases.get(key, key)] = entry
        return found

    def expected_in(self, name: str) -> frozenset[str]:
        """Of the expected keys, those that lie in the block of a sub-configuration."""
        prefix = f"{name}."
        return frozenset(key.removeprefix(prefix) for key in self.expected if key.startswith(prefix))

    def finding(
        self,
        rule: Rule,
        at: Node | Span,
        name: str | None,
        message: str,
        *,
        suggestion: str | None = None,
        fix: Fix | None = None,
        severity: Severity | None = None,
    ) -> Finding:
        """Make a finding about this block.

        Args:
            rule: The rule that found it.
            at: Where it stands.
            name: The parameter within this block, dotted where it lies deeper; ``None`` where none is concerned.
            message: What is wrong, in one sentence.
            suggestion: What would be right.
            fix: Edits that mend it.
            severity: How bad it is, where that differs from the rule's own.

        Returns:
            The finding. Where the spec brings its own code, an error is only a warning.
        """
        level = severity or rule.severity
        if self.custom_code and level == "error":
            level = "warning"
        return Finding(
            path=self.path,
            span=at if isinstance(at, Span) else at.span,
            code=rule.code,
            rule=rule.name,
            severity=level,
            parameter=None if name is None else self.prefix + name,
            message=message,
            suggestion=suggestion,
            fix=fix,
        )
