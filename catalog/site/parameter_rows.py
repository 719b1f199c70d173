"""The rows of a class's parameter table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from catalog.history import Change
from catalog.history.texts import after_text, before_text, note_text
from catalog.query import CatalogParameter, ModelConfig
from catalog.site.data import SiteData
from catalog.site.formats import declared_text, effective_text, range_text, value_text
from catalog.site.text import block

_LONGEST_CHOICE = 12
"""So many choices are listed in a row; a longer list is cut."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeLine:
    """One change of a parameter, for people.

    Attributes:
        release: The release that brought it.
        kind: What kind of change it is (``"default"``).
        before: What was; empty where nothing was.
        after: What is now; empty where nothing is.
        note: What else there is to say.
    """

    release: str
    kind: str
    before: str
    after: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterRow:
    """One parameter as the table shows it.

    Attributes:
        name: Its name, which is the anchor.
        url: Address of its own page; ``None`` where it has none.
        models: Number of classes that have a parameter of that name.
        type: The type for people.
        declared: The declared default.
        effective: What construction makes of it; ``None`` where it leaves it alone.
        choices: Values it may take, for people.
        more_choices: How many of them are left out here.
        range: The range that is allowed.
        description: Its documentation as HTML.
        inferred_from: Class whose description stands in.
        inferred_url: Address of that class's page.
        since: Release from which on the class has it.
        changes: Its changes, oldest first.
        aliases: Other names under which the class takes it.
        fault: What its documentation says wrongly, in a sentence.
    """

    name: str
    url: str | None
    models: int
    type: str
    declared: str
    effective: str | None
    choices: tuple[str, ...]
    more_choices: int
    range: str
    description: Markup
    inferred_from: str | None
    inferred_url: str | None
    since: str | None
    changes: tuple[ChangeLine, ...]
    aliases: tuple[str, ...]
    fault: str | None


def change_line(change: Change) -> ChangeLine:
    """A change for people."""
    return ChangeLine(
        release=change.release,
        kind=change.change,
        before=before_text(change),
        after=after_text(change),
        note=note_text(change),
    )


def parameter_rows(
    config: ModelConfig, parameters: Iterable[CatalogParameter], data: SiteData, *, source: str
) -> tuple[ParameterRow, ...]:
    """Make the rows of parameters of one class.

    Args:
        config: The class.
        parameters: The parameters to show, in order.
        data: The site's data.
        source: Address of the page on which the table stands.

    Returns:
        A row each.
    """
    changes = _changes_by_parameter(data.histories.get(config.config_class, ()))
    faults = {fault.parameter: fault.message for fault in data.faults.get(config.config_class, ())}
    aliases: dict[str, list[str]] = defaultdict(list)
    for alias, name in config.attribute_map.items():
        aliases[name].append(alias)
    resolve = data.resolver(source)
    return tuple(
        ParameterRow(
            name=parameter.name,
            url=data.parameter_link(parameter.name, source=source),
            models=len(data.uses.get(parameter.name, ())),
            type=parameter.type_text or "",
            declared=declared_text(parameter),
            effective=effective_text(parameter),
            choices=tuple(map(value_text, (parameter.choices or ())[:_LONGEST_CHOICE])),
            more_choices=max(0, len(parameter.choices or ()) - _LONGEST_CHOICE),
            range=range_text(parameter),
            description=block(parameter.description, resolve),
            inferred_from=parameter.inferred_from,
            inferred_url=data.model_link(parameter.inferred_from or "", source=source, parameter=parameter.name),
            since=parameter.since,
            changes=tuple(map(change_line, changes.get(parameter.name, ()))),
            aliases=tuple(aliases[parameter.name]),
            fault=faults.get(parameter.name),
        )
        for parameter in parameters
    )


def _changes_by_parameter(history: Sequence[Change]) -> dict[str, list[Change]]:
    """The changes that say something of a parameter as it is: that it was added is told by its "since"."""
    found: dict[str, list[Change]] = defaultdict(list)
    for change in history:
        if change.parameter is None or change.change in ("added", "removed", "description", "moved"):
            continue
        name = str(change.after) if change.change == "renamed" else change.parameter
        found[name].append(change)
    return found
