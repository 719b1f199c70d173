"""What other cataloged releases say of a key that a class does not take: it came later, or it is gone.

Asked only about keys that are wrong already, so that a spec without faults pays nothing for it.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Literal

from catalog.specs import fixes
from catalog.specs.blocks import Block
from catalog.specs.diagnostics import Finding, Fix
from catalog.specs.knowledge import Knowledge
from catalog.specs.nodes import Entry
from catalog.specs.rules import c110_unknown_parameter, c111_misspelt_parameter
from catalog.specs.views import BASE_CLASS


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What became of a parameter.

    Attributes:
        kind: ``added`` after the release that is asked about, or ``removed`` before it.
        release: The first cataloged release that has it, or has it no longer.
        new_name: Its new name, dotted where it became a key of another parameter; ``None`` where none is told.
        certain: True where the code tells the new name.
    """

    kind: Literal["added", "removed"]
    release: str
    new_name: str | None = None
    certain: bool = False


def with_past(finding: Finding, entry: Entry, block: Block) -> Finding:
    """Say in a finding about an unknown key what other releases know of it.

    Args:
        finding: What was found without them.
        entry: The key.
        block: The block it stands in.

    Returns:
        The finding; another one where a release has a parameter of that name, which then is no slip of the pen.
    """
    view = block.view
    fate = fate_of(view.knowledge, view.name, entry.key)
    if fate is None:
        return finding
    release = view.knowledge.release
    rule, suggestion, fix = c110_unknown_parameter.RULE, finding.suggestion, None
    message = f"{view.name} has no parameter '{entry.key}' in transformers {release}: it was {fate.kind} in"
    if fate.kind == "added":
        suggestion = f"Name release {fate.release} or a later one, or leave it out."
    elif fate.new_name is not None:
        suggestion = f"Use '{fate.new_name}'."
        fix = _renaming(entry, block, fate)
    elif finding.code == c111_misspelt_parameter.RULE.code:
        suggestion = None
    if finding.code not in (rule.code, c111_misspelt_parameter.RULE.code):
        return dataclasses.replace(finding, message=f"{message} {fate.release}.", suggestion=suggestion)
    return dataclasses.replace(
        finding, code=rule.code, rule=rule.name, message=f"{message} {fate.release}.", suggestion=suggestion, fix=fix
    )


def fate_of(knowledge: Knowledge, config_class: str, key: str) -> Fate | None:
    """Look a key up in the other cataloged releases of a class.

    Args:
        knowledge: The facts of the release in which the class has no such parameter.
        config_class: The class.
        key: The key.

    Returns:
        What became of it; ``None`` where the class never had it, as far as releases are cataloged.
    """
    having = set(knowledge.releases_having(config_class, key))
    if not having:
        return None
    order = knowledge.releases()[::-1]
    if knowledge.release not in order:
        return None
    place = order.index(knowledge.release)
    before = [position for position in range(place) if order[position] in having]
    if before:
        last, gone = order[before[-1]], order[before[-1] + 1]
        return _renamed(knowledge.at(last), knowledge.at(gone), config_class, key)
    later = [release for release in order[place + 1 :] if release in having]
    return Fate(kind="added", release=later[0]) if later else None


def _renamed(old: Knowledge, new: Knowledge, config_class: str, key: str) -> Fate:
    from catalog.history import diff_class  # noqa: PLC0415 (most faults need it not)

    bases = old.config_class(BASE_CLASS), new.config_class(BASE_CLASS)
    before, after = old.config_class(config_class), new.config_class(config_class)
    if before is None or all(parameter.name != key for parameter in before.parameters):
        before, after = bases
    changes = diff_class(before, after, release=new.release, old_base=bases[0], new_base=bases[1]) if after else ()
    for change in changes:
        if change.change == "renamed" and change.parameter == key:
            certain = change.confidence == "certain"
            return Fate(kind="removed", release=new.release, new_name=str(change.after), certain=certain)
    return Fate(kind="removed", release=new.release)


def _renaming(entry: Entry, block: Block, fate: Fate) -> Fix | None:
    name = fate.new_name
    if name is None or name not in block.view.records or name in block.given:
        return None
    return fixes.rename(entry, name, safe=fate.certain)
