"""The two pages of ``catalog show``, for people."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from catalog.cli.formats import default_text, first_sentence, reflowed, unlinked, values_text
from catalog.cli.output import (
    Column,
    is_terminal,
    terminal_width,
    write,
    write_facts,
    write_heading,
    write_table,
    write_text,
)
from catalog.quantities import count_text
from catalog.values import same_value, to_python_text

if TYPE_CHECKING:
    from catalog.query import CatalogParameter, ModelConfig, Resolved
    from catalog.records import SubConfig

_ARCHITECTURES_SHOWN = 12
_WIDE = 100
_NARROW = 72
"""Columns from which a terminal has room for all about a parameter, and for its description."""


def write_config(config: ModelConfig, *, everything: bool) -> None:
    """Write the page of a configuration class.

    Args:
        config: The class.
        everything: Show inherited parameters, too.
    """
    _write_title(config.config_class, config)
    if config.summary:
        write_text(reflowed(unlinked(config.summary)))
    write("")
    write_facts(_facts(config))
    _write_model_facts(config)
    write("")
    shown = [p for p in config.parameters.values() if everything or p.inherited_from is None]
    write_table(_columns(), map(_row, shown))
    _write_hidden(config, shown)


def _facts(config: ModelConfig) -> Iterable[tuple[str, str]]:
    yield "module", config.module
    yield "model type", ", ".join(config.model_types) or (config.model_type or "")
    yield "modality", config.modality or ""
    yield "attention", ", ".join(config.attention)
    yield "checkpoint", config.checkpoint or ""
    yield "sub-configs", ", ".join(f"{sub.name} ({_sub_class(config, sub)})" for sub in config.sub_configs)
    yield "architectures", _architectures_text(config)
    yield "also named", ", ".join(f"{alias} = {name}" for alias, name in config.attribute_map.items())
    if config.deprecated:
        yield "deprecated", "yes: kept under models/deprecated, to be removed"
    if config.constructs is False:
        yield "problem", f"does not construct without arguments: {config.reason}"


def _write_model_facts(config: ModelConfig) -> None:
    if config.facts is not None:
        from catalog.cli.show_facts import facts_lines

        write("")
        write_facts(facts_lines(config.facts))


def _sub_class(config: ModelConfig, sub: SubConfig) -> str:
    """The class of a sub-config; where any will do, the one that stands there by default."""
    if sub.config_class is not None:
        return sub.config_class
    parameter = config.parameters.get(sub.name)
    default = parameter.effective_default if parameter is not None else None
    return f"any, {default['$config']} by default" if isinstance(default, dict) and "$config" in default else "any"


def _architectures_text(config: ModelConfig) -> str:
    named = [
        f"{architecture.name}{' (' + ', '.join(architecture.tasks) + ')' if architecture.tasks else ''}"
        for architecture in config.architectures
    ]
    if len(named) > _ARCHITECTURES_SHOWN and is_terminal():
        named = [*named[:_ARCHITECTURES_SHOWN], f"and {len(named) - _ARCHITECTURES_SHOWN} more"]
    return ", ".join(named)


def _columns() -> tuple[Column, ...]:
    """The columns of the table; a narrow terminal keeps the names whole and gets less of the rest."""
    width = terminal_width() if is_terminal() else _WIDE
    wide = width >= _WIDE
    return (
        Column("PARAMETER", style="cyan"),
        Column("TYPE", limit=18 if wide else 12),
        Column("DEFAULT", limit=24 if wide else 14),
        Column("VALUES", limit=18, hidden=not wide),
        Column("FROM", limit=18),
        Column("DESCRIPTION", fills=True, hidden=width < _NARROW),
    )


def _row(parameter: CatalogParameter) -> tuple[str, ...]:
    return (
        parameter.name,
        parameter.type_text or "",
        default_text(parameter),
        values_text(parameter),
        parameter.inherited_from or "",
        first_sentence(unlinked(parameter.description or "")) + (" [inferred]" if parameter.inferred_from else ""),
    )


def _write_hidden(config: ModelConfig, shown: list[CatalogParameter]) -> None:
    counts: dict[str, int] = {}
    for parameter in config.parameters.values():
        if parameter.inherited_from is not None:
            counts[parameter.inherited_from] = counts.get(parameter.inherited_from, 0) + 1
    write("")
    if counts and len(shown) < len(config.parameters):
        parts = " and ".join(f"{count} of {owner}" for owner, count in counts.items())
        write_text(f"Inherited: {parts} (--all shows them).", style="dim")
    if shown:
        name = config.model_type if config.model_type and len(config.model_types) == 1 else config.config_class
        write_text(f"One parameter in full: catalog show {name}.{shown[0].name}", style="dim")


def write_parameter(found: Resolved, *, uses: int) -> None:
    """Write the page of one parameter.

    Args:
        found: The class and its parameter.
        uses: Number of classes in the release that take a parameter of this name.
    """
    config, parameter = found.config, found.parameter
    if parameter is None:
        raise ValueError("nothing but a class was resolved")
    _write_title(f"{config.config_class}.{parameter.name}", config)
    if found.alias is not None:
        write_text(f"{found.alias} is another name for {parameter.name}.")
    write("")
    text = unlinked(parameter.description or "The documentation does not describe it.", addresses=True)
    write_text(reflowed(text))
    if parameter.inferred_from:
        write_text(f"(The class does not document it: this is what {parameter.inferred_from} says.)", style="dim")
    write("")
    write_facts(_parameter_facts(parameter))
    write("")
    write_text(
        f"{count_text(uses, 'configuration class', 'configuration classes')} of transformers {config.release} "
        f"{'takes' if uses == 1 else 'take'} it: catalog list --has {parameter.name}",
        style="dim",
    )


def _parameter_facts(parameter: CatalogParameter) -> Iterable[tuple[str, str]]:
    yield "type", parameter.type_text or "not declared"
    if parameter.required:
        yield "default", "none: it must be given"
    else:
        yield "default", to_python_text(parameter.default) if parameter.default_known else "not known"
        yield "left out", _left_out(parameter)
    yield "values", values_text(parameter)
    yield "checked by", ", ".join(parameter.validators)
    yield "declared in", parameter.inherited_from or ""
    yield "since", parameter.since or ""
    if parameter.documented_default_text is not None and not same_value(
        parameter.documented_default, parameter.default
    ):
        yield "documented", f"default {parameter.documented_default_text}, which the code contradicts"


def _left_out(parameter: CatalogParameter) -> str:
    if not parameter.effective_known:
        return ""
    if same_value(parameter.default, parameter.effective_default):
        return f"it is {to_python_text(parameter.default)}"
    return f"it becomes {to_python_text(parameter.effective_default)} when the configuration is constructed"


def _write_title(title: str, config: ModelConfig) -> None:
    model_type = f"  {config.model_type}" if config.model_type else ""
    write_heading(f"{title}{model_type}  transformers {config.release}")
