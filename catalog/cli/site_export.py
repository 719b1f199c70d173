"""``catalog site export``: the catalog for the documentation of other projects."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from catalog.cli.completion import complete_names
from catalog.cli.models import ForceOption, OutputOption
from catalog.cli.options import DatabaseOption, ReleaseOption

if TYPE_CHECKING:
    from catalog.query import Catalog, ModelConfig


def export(
    context: typer.Context,
    *,
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[NAME]...",
            help="Models, in the order of the page: model types, config classes or import paths.",
            show_default=False,
            autocompletion=complete_names,
        ),
    ] = None,
    format: Annotated[Literal["rst"], typer.Option("--format", help="Markup of the page.")] = "rst",  # noqa: A002, ARG001
    task: Annotated[
        str | None,
        typer.Option("--task", metavar="T", help="All models with an architecture for this task.", show_default=False),
    ] = None,
    modality: Annotated[
        str | None, typer.Option("--modality", metavar="M", help="All models of this modality.", show_default=False)
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="All models of the release.")] = False,
    title: Annotated[
        str, typer.Option("--title", metavar="TEXT", help="Title of the page; empty for one to be included elsewhere.")
    ] = "Configurable Models",
    introduction: Annotated[
        Path | None,
        typer.Option(
            "--introduction", metavar="FILE", help="Markdown that stands before the models.", show_default=False
        ),
    ] = None,
    examples: Annotated[bool, typer.Option("--examples", help="Keep the code examples of the documentation.")] = False,
    output: OutputOption = None,
    force: ForceOption = False,
    release: ReleaseOption = None,
    database: DatabaseOption = None,
) -> None:
    """Write a page for a project that documents with Sphinx: each model with its full signature and documentation.

    The page is valid reStructuredText, whatever the documentation holds: docutils reports nothing on it.
    """
    from catalog.cli.models import deliver
    from catalog.cli.session import opened
    from catalog.errors import UsageError
    from catalog.site.rst import rst_page

    chosen = names or []
    if not (chosen or task or modality or everything):
        raise UsageError("No model is named.", remedy="Name models, or choose them with --task, --modality or --all.")
    if chosen and (task or modality or everything):
        raise UsageError("Models are named and chosen at once.", remedy="Leave out the names, or the other choices.")
    text = "" if introduction is None else introduction.read_text(encoding="utf-8")
    with opened(context, database) as catalog:
        configs = (
            [catalog.config(name, release) for name in dict.fromkeys(chosen)]
            if chosen
            else _found(catalog, task=task, modality=modality, release=release)
        )
    page = rst_page(configs, title=title, introduction=text, examples=examples)
    deliver(page, output, force=force)


def _found(catalog: Catalog, *, task: str | None, modality: str | None, release: str | None) -> list[ModelConfig]:
    """The models that are chosen, each class once, by model type."""
    wanted = dict.fromkeys(
        summary.config_class for summary in catalog.find(task=task, modality=modality, release=release)
    )
    configs = {config.config_class: config for config in catalog.configs(release)}
    return [configs[name] for name in wanted]
