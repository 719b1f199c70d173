"""``catalog rules``: what is checked, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from catalog.cli.options import JsonOption, family

if TYPE_CHECKING:
    from catalog.specs.rules import Rule

app = family()


@app.command(
    epilog="Examples:\n\n\b\n  catalog rules\n  catalog rules C110\n  catalog rules unknown-parameter --json\n"
)
def rules(
    code: Annotated[
        str | None,
        typer.Argument(metavar="[CODE]", help="Code or name of a rule, to read its page.", show_default=False),
    ] = None,
    *,
    json: JsonOption = False,
) -> None:
    """List the rules that "catalog validate" checks, or explain one with an example and its remedy."""
    from catalog.cli.output import Column, write_json, write_table, write_text
    from catalog.specs.rules import rules as all_rules

    found = [_rule(code)] if code is not None else list(all_rules())
    if json:
        documents = [_document(rule) for rule in found]
        write_json(documents if code is None else documents[0])
    elif code is not None:
        rule = found[0]
        write_text(f"# {rule.code} {rule.name} ({rule.severity})\n\n{rule.page}")
    else:
        columns = (Column("CODE", style="cyan"), Column("NAME"), Column("SEVERITY"), Column("WHAT", fills=True))
        write_table(columns, ((rule.code, rule.name, rule.severity, rule.summary) for rule in found))


def _rule(code: str) -> Rule:
    """The rule of a code or name.

    Raises:
        NotFoundError: If there is none.
    """
    from catalog.errors import NotFoundError
    from catalog.query.names import closest
    from catalog.specs.rules import rule, rule_codes

    found = rule(code)
    if found is None:
        names = rule_codes()
        raise NotFoundError("rule", code, suggestions=closest(code, [*names, *names.values()]))
    return found


def _document(rule: Rule) -> dict[str, str]:
    return {
        "code": rule.code,
        "name": rule.name,
        "severity": rule.severity,
        "summary": rule.summary,
        "page": rule.page,
    }
