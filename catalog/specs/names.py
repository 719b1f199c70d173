"""What an unknown key was probably meant to be, and which rule says so.

The dialect decides how sure one must be. A native or EIR spec is written by a person for one class: whatever the
class does not take is an error. A published ``config.json`` has been through other code and other releases: there a
key is an error only where it can hardly be anything but a slip of the pen for a parameter of the class.
"""

from __future__ import annotations

from collections.abc import Iterator

from catalog.specs import legacy
from catalog.specs.blocks import Block
from catalog.specs.diagnostics import Finding
from catalog.specs.nodes import Entry, Mapping, to_value
from catalog.specs.past import with_past
from catalog.specs.rules import (
    c110_unknown_parameter,
    c111_misspelt_parameter,
    c112_foreign_parameter_name,
    c113_misplaced_parameter,
    c115_generation_parameter,
)
from catalog.specs.suggestions import Likeness, nearest, squashed, tolerance_for, words
from catalog.specs.synonyms import known_words, synonyms_of
from catalog.specs.views import ClassView, Views

_DEEPEST = 3  # levels of nested configurations that are searched for a misplaced parameter


def explain(entry: Entry, block: Block, views: Views) -> Finding | None:
    """Say what is wrong with a key that the class of its block does not take; ``None`` where nothing is."""
    key = entry.key
    if key in block.view.accepted or key in block.expected or _is_private(key, block):
        return None
    if block.published and key in legacy.PUBLISHED:
        return None
    found = (_in_published_file if block.published else _in_written_spec)(entry, block, views)
    return None if found is None else with_past(found, entry, block)


def _is_private(key: str, block: Block) -> bool:
    """True for what configurations keep for themselves (``_name_or_path``), which files then hold."""
    return key in legacy.PRIVATE_KEYWORDS or (block.published and key.startswith("_"))


def _in_written_spec(entry: Entry, block: Block, views: Views) -> Finding:
    key = entry.key
    near = nearest(key, block.view.names)
    homes = tuple(homes_of(key, block, views))
    if near and near[0].distance <= 1 and not homes:
        return c111_misspelt_parameter.report(entry, block, near)
    if homes:
        return c113_misplaced_parameter.report(entry, block, homes)
    if key in legacy.GENERATION_KEYWORDS or key in block.view.knowledge.vocabulary("generation_parameters"):
        return c115_generation_parameter.report(entry, block)
    if synonyms := synonyms_of(key, frozenset(block.view.names)):
        return c112_foreign_parameter_name.report(entry, block, *synonyms)
    if near:
        return c111_misspelt_parameter.report(entry, block, near)
    return c110_unknown_parameter.report(entry, block)


def _in_published_file(entry: Entry, block: Block, views: Views) -> Finding | None:
    key = entry.key
    near = nearest(key, block.view.names, tolerance=_strict_tolerance(key))
    if not block.view.knowledge.classes_with(key):
        slips = [likeness for likeness in near if _is_slip(key, likeness)]
        if slips:
            return c111_misspelt_parameter.report(entry, block, slips)
        return c110_unknown_parameter.report(entry, block)
    # Another class has the name. Where this one has it in the singular or plural and the file gives no value for that,
    # the value is lost all the same.
    lost = [
        item for item in near if item.distance < 1 and block.view.aliases.get(item.name, item.name) not in block.given
    ]
    if lost:
        return c111_misspelt_parameter.report(entry, block, lost)
    if homes := tuple(homes_of(key, block, views)):
        return c113_misplaced_parameter.report(entry, block, homes)
    if synonyms := synonyms_of(key, frozenset(block.view.names)):
        return c112_foreign_parameter_name.report(entry, block, *synonyms)
    return c110_unknown_parameter.report(entry, block)


def _strict_tolerance(key: str) -> float:
    """Letters that may differ for a slip beyond doubt; never fewer than word order and number."""
    length = len(squashed(key))
    return 0.5 if length <= 4 else min(tolerance_for("x" * length), 1 if length < 9 else 2)


def _is_slip(key: str, likeness: Likeness) -> bool:
    """Tell a slip of the pen from another name: the words that differ must be none.

    ``vision_token_id`` is no slip for ``video_token_id``, since both words exist, and ``eoc_token_id`` none for
    ``eos_token_id``: another letter in a word of three is another abbreviation as often as not.
    """
    if key != key.strip("_"):
        return False
    if likeness.distance < 1:
        return True
    written, meant = words(key), words(likeness.name)
    if len(written) != len(meant):
        return True
    differing = [(left, right) for left, right in zip(written, meant, strict=True) if left != right]
    return all(left not in known_words() and _is_typo(left, right, key) for left, right in differing)


def _is_typo(left: str, right: str, key: str) -> bool:
    """Tell whether a word that is none can only be another one: by its length, or by what was done to it."""
    swapped = sorted(left) == sorted(right)
    return len(right) > 3 or swapped or (len(left) != len(right) and len(squashed(key)) >= 9)


def homes_of(key: str, block: Block, views: Views) -> Iterator[str]:
    """Dotted paths at which the spec's configuration does take a key that its block does not."""
    root = block
    while root.parent is not None:
        root = root.parent
    for path, view in _places(root.view, root.mapping, "", views, _DEEPEST):
        if path != block.prefix and (key in view.own or key in view.record.attribute_map):
            yield path + key


def _places(
    view: ClassView, mapping: Mapping | None, prefix: str, views: Views, depth: int
) -> Iterator[tuple[str, ClassView]]:
    """A class and the classes nested in it, as the spec resolves them, each with its dotted prefix."""
    yield prefix, view
    if depth == 0:
        return
    for name, sub in view.sub_configs.items():
        entry = mapping.get(name) if mapping is not None else None
        nested = entry.value if entry is not None and isinstance(entry.value, Mapping) else None
        named = nested.get("model_type") if nested is not None else None
        inner = views.of_sub_config(sub, None if named is None else to_value(named.value))
        if inner is not None:
            yield from _places(inner, nested, f"{prefix}{name}.", views, depth - 1)
