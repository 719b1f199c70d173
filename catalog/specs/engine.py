"""Walks a spec's blocks and asks the rules, each of which looks at what concerns it.

Three kinds of questions are asked of a block: is this key a parameter of the class (:mod:`catalog.specs.names`), is
this value one that the parameter can take (the parameter's own checks, made once a class), and do the values agree
with each other (the relations, made once a class as well). Values of the wrong type are reported as that and not
looked at further; everything else is reported in one run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol, TypeAlias

from catalog.specs import names, rope, typefaults
from catalog.specs.blocks import Block
from catalog.specs.diagnostics import Finding
from catalog.specs.knowledge import Knowledge
from catalog.specs.nodes import Entry, Mapping, Node, Sequence, to_value
from catalog.specs.rules import (
    c101_unknown_model_type,
    c114_conflicting_names,
    c301_not_a_choice,
    c302_out_of_range,
    c303_unknown_activation,
    c306_unknown_layer_type,
    c307_unknown_dtype,
    c308_impossible_probability,
    c309_impossible_size,
    c310_not_positive,
    c311_token_outside_vocabulary,
    c314_unknown_attention_implementation,
    c401_indivisible_heads,
    c402_indivisible_key_value_heads,
    c403_wrong_layer_list_length,
    c404_contradictory_labels,
    c405_too_many_experts_per_token,
    c406_violated_class_rule,
    c407_unequal_stage_lists,
    c408_unknown_backbone_stage,
    c409_single_label_problem,
)
from catalog.specs.values import Values
from catalog.specs.views import ClassView, ParameterView, Views

Check: TypeAlias = Callable[[Entry, Block], Finding | None]
"""Looks at one value of a block."""


class Relation(Protocol):
    """Looks at several values of a block. Asked only where one of its parameters is not at its default."""

    names: frozenset[str]

    def __call__(self, values: Values, block: Block) -> Iterator[Finding]:
        """Report where the values disagree."""


_RELATIONS: tuple[Callable[[ClassView], Relation | None], ...] = (
    c401_indivisible_heads.relation_for,
    c402_indivisible_key_value_heads.relation_for,
    c403_wrong_layer_list_length.relation_for,
    c404_contradictory_labels.relation_for,
    c405_too_many_experts_per_token.relation_for,
    c407_unequal_stage_lists.relation_for,
    c408_unknown_backbone_stage.relation_for,
    c409_single_label_problem.relation_for,
    c311_token_outside_vocabulary.relation_for,
    c406_violated_class_rule.relation_for,  # last: the other rules say more
)

_FREE_VALUES = frozenset({"id2label", "label2id"})  # any labels will do; the rule on labels looks at them


class Engine:
    """Checks blocks of parameters against one release.

    Args:
        knowledge: The release's facts.
    """

    def __init__(self, knowledge: Knowledge) -> None:
        self.views = Views(knowledge)
        self._activations = knowledge.vocabulary("activations")
        self._dtypes = c307_unknown_dtype.check_for(knowledge.vocabulary("dtypes"))
        self._attention = c314_unknown_attention_implementation.check_for(
            knowledge.vocabulary("attention_implementations")
        )
        self._checks: dict[int, tuple[Check, ...]] = {}
        self._relations: dict[str, tuple[Relation, ...]] = {}

    def check(self, block: Block) -> Iterator[Finding]:
        """Check a block and all blocks nested in it.

        Args:
            block: The root's block.

        Yields:
            The findings, in the order of the spec, those about several parameters after those about one.
        """
        wrong = set()
        for found in self._check_entries(block):
            if found.severity == "error":
                wrong.add(found.parameter)
            yield found
        for found in self._check_relations(block):
            # A value that is wrong in itself is not held against others, and what a rule explains is said once.
            if found.parameter not in wrong:
                wrong.add(found.parameter)
                yield found

    def _check_entries(self, block: Block) -> Iterator[Finding]:
        """Each key and value for itself, nested blocks included."""
        view = block.view
        for entry in block.mapping.entries:
            parameter = view.parameter(entry.key)
            if parameter is None:
                yield from self._check_other(entry, block)
                continue
            if not parameter.is_of_type(entry.value) and not _is_free(entry, parameter):
                fault = typefaults.explain(entry, parameter, block)
                if fault is not None:
                    yield fault
                    continue
            for check in self._checks_of(parameter):
                found = check(entry, block)
                if found is not None:
                    yield found
            if parameter.name in view.sub_configs:
                yield from self._check_nested(entry, parameter, block)
            elif entry.key in rope.KEYS:
                yield from rope.check(entry, block)
        yield from c114_conflicting_names.check(block)

    def _check_relations(self, block: Block) -> Iterator[Finding]:
        """The relations that a value of the spec could break, made at the first spec of the class."""
        name = block.view.name
        relations = self._relations.get(name)
        if relations is None:
            made = (make(block.view) for make in _RELATIONS)
            relations = self._relations[name] = tuple(relation for relation in made if relation is not None)
        values = Values(block.view, block, self.views)
        deviating = values.deviating
        for relation in relations:
            if not relation.names.isdisjoint(deviating):
                yield from relation(values, block)

    def _check_other(self, entry: Entry, block: Block) -> Iterator[Finding]:
        """A key that is no parameter: one that transformers reads all the same, or an unknown one."""
        found = names.explain(entry, block, self.views)
        if found is not None:
            yield found
        elif entry.key in rope.KEYS:
            yield from rope.check(entry, block)

    def _checks_of(self, parameter: ParameterView) -> tuple[Check, ...]:
        """The checks of a parameter's values, made at the first spec that gives it."""
        key = id(parameter)
        checks = self._checks.get(key)
        if checks is None:
            made = (
                c301_not_a_choice.check_for(parameter),
                c302_out_of_range.check_for(parameter),
                c303_unknown_activation.check_for(parameter, self._activations),
                c306_unknown_layer_type.check_for(parameter, self.views.knowledge),
                self._dtypes if parameter.quantity.kind == "dtype" else None,
                self._attention if parameter.name in c314_unknown_attention_implementation.KEYS else None,
                c308_impossible_probability.check_for(parameter),
                c309_impossible_size.check_for(parameter),
                c310_not_positive.check_for(parameter),
            )
            checks = tuple(check for check in made if check is not None)
            self._checks[key] = checks
        return checks

    def _check_nested(self, entry: Entry, parameter: ParameterView, block: Block) -> Iterator[Finding]:
        """The block or blocks that a sub-configuration's value holds."""
        for node, suffix in _mappings(entry.value):
            named = node.get("model_type")
            sub = block.view.sub_configs[parameter.name]
            view = self.views.of_sub_config(sub, None if named is None else to_value(named.value))
            prefix = f"{block.prefix}{entry.key}{suffix}."
            if view is None:
                if named is not None and sub.config_class is None and "auto_map" not in node:
                    yield from c101_unknown_model_type.in_block(named, block, f"{entry.key}{suffix}.model_type")
                continue
            if named is not None and not block.published and to_value(named.value) != view.record.model_type:
                # transformers makes the fixed class all the same; published files hold names of earlier releases.
                yield from c101_unknown_model_type.in_block(named, block, f"{entry.key}{suffix}.model_type")
            base = block.base.get(parameter.name)
            nested = Block(
                mapping=node,
                view=view,
                path=block.path,
                dialect=block.dialect,
                prefix=prefix,
                parent=block,
                custom_code=block.custom_code or "auto_map" in node,
                base=base if isinstance(base, dict) else {},
                preset=sub.init_kwargs,
                expected=block.view.expected_in(parameter.name) | block.expected_in(parameter.name),
            )
            block.children[parameter.name] = nested
            yield from self.check(nested)


def _is_free(entry: Entry, parameter: ParameterView) -> bool:
    return parameter.name in _FREE_VALUES and isinstance(entry.value, Mapping)


def _mappings(node: Node) -> Iterator[tuple[Mapping, str]]:
    """A block, or the blocks of a list, with what is added to the path."""
    if isinstance(node, Mapping):
        yield node, ""
    elif isinstance(node, Sequence):
        for index, item in enumerate(node.items):
            if isinstance(item, Mapping):
                yield item, f"[{index}]"
