"""``catalog search``: full text over names, descriptions and documentation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from catalog.cli.options import DatabaseOption, JsonOption, ReleaseOption, family

if TYPE_CHECKING:
    from catalog.query import SearchHit

app = family()


@app.command(
    epilog="Examples:\n\n\b\n"
    "  catalog search rope theta\n"
    "  catalog search 'sliding window' --kind parameter --limit 50\n"
    "  catalog search llama --json\n"
)
def search(
    context: typer.Context,
    *,
    words: Annotated[list[str], typer.Argument(metavar="TEXT", help="Words to look for.", show_default=False)],
    kind: Annotated[
        str | None,
        typer.Option(metavar="KIND", help="Only this kind: model, parameter or architecture.", show_default=False),
    ] = None,
    limit: Annotated[int, typer.Option(metavar="N", min=1, max=1000, help="Show at most this many.")] = 20,
    release: ReleaseOption = None,
    database: DatabaseOption = None,
    json: JsonOption = False,
) -> None:
    """Search names, descriptions and documentation; an exact name comes first.

    Parts of a name count as words: "theta" finds rope_theta.
    """
    from catalog.cli.output import write_json
    from catalog.cli.session import opened
    from catalog.query.documents import of_hits

    text = " ".join(words)
    with opened(context, database) as catalog:
        hits = catalog.search(text, kind=kind, limit=limit, release=release)
        suggestions = () if hits or json else catalog.suggest(text, release=release)
    if json:
        write_json(of_hits(hits))
    else:
        _write(hits, text, suggestions)


def _write(hits: tuple[SearchHit, ...], text: str, suggestions: tuple[str, ...]) -> None:
    from catalog.cli.output import Column, is_terminal, note, write_heading, write_table, write_text

    if not hits:
        hint = f" Did you mean {' or '.join(suggestions)}?" if suggestions else ""
        note(f"Nothing found for {text!r}.{hint}")
        return
    columns = (
        Column("KIND"),
        Column("NAME", style="cyan"),
        Column("CONFIG CLASS"),
        Column("MODEL TYPE"),
        Column("TEXT"),
    )
    if not is_terminal():
        rows = ((hit.kind, hit.name, hit.config_class or "", hit.model_type or "", hit.excerpt) for hit in hits)
        write_table(columns, rows)
        return
    for hit in hits:
        owner = ", ".join(name for name in (hit.config_class, hit.model_type) if name and name != hit.name)
        write_heading(f"{hit.name}  {hit.kind.replace('_', ' ')}{owner and ' of ' + owner}")
        write_text(hit.excerpt, style="dim", indent=4)
