"""Starter specs: the parameters of a model with their defaults and what each means, to be edited."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from catalog.errors import NotFoundError
from catalog.records import Json
from catalog.specs.checker import Checker
from catalog.specs.knowledge import Knowledge
from catalog.specs.loading import load_text
from catalog.specs.nodes import Dialect
from catalog.specs.starter.documents import DIALECTS, Request
from catalog.specs.views import ClassView

__all__ = ["starter_spec"]


def starter_spec(  # what is asked for, and what is known already
    knowledge: Knowledge,
    class_name: str,
    *,
    dialect: Dialect = "native",
    everything: bool = False,
    schema: str | None = None,
    values: Mapping[str, Json] | None = None,
    about: str = "",
    checker: Checker | None = None,
) -> str:
    """Write a starter spec of one configuration class.

    Args:
        knowledge: The release.
        class_name: Name of the class.
        dialect: A native spec, an EIR sequence input configuration, or a checkpoint's ``config.json``.
        everything: Also give the parameters that are not important: in comments, or in a ``config.json`` as they are.
        schema: Path of the JSON Schema that editors are pointed to; by default ``./CLASS.schema.json``.
        values: Parameters to give instead of the defaults, nested for nested configurations: the spec then holds them
            and no others.
        about: What these values are, in sentences for the head of the file.
        checker: A checker over the same release, which keeps what it learns; who writes many specs hands it over.

    Returns:
        The text of a file. Read as it stands, it means the class's defaults, or the given values over them.

    Raises:
        NotFoundError: If the release has no class of that name.
        UsageError: If the dialect names models by model type, and the class has none.
    """
    checker = checker or Checker(knowledge)
    views = checker.views
    view = views.of_class(class_name)
    if view is None:
        raise NotFoundError("configuration class", class_name, where=f"in transformers {knowledge.release}")
    request = Request(
        view=view,
        views=views,
        everything=everything,
        schema=schema or f"./{class_name}.schema.json",
        values=values,
        about=about,
    )
    text = DIALECTS[dialect](request)
    if values is not None:
        return text
    refused = _refused(text, dialect, view, checker)
    return DIALECTS[dialect](replace(request, refused=refused)) if refused else text


def _refused(text: str, dialect: Dialect, view: ClassView, checker: Checker) -> dict[str, str]:
    """Nested configurations that are at fault with their own defaults: some classes do not construct without help."""
    if not view.sub_configs:
        return {}
    loaded = load_text(text, "config.json" if dialect == "huggingface" else "spec.yaml")
    found: dict[str, str] = {}
    for finding in (finding for spec in loaded.specs for finding in checker.check(spec)):
        name = (finding.parameter or "").partition(".")[0]
        if finding.severity != "info" and name in view.sub_configs:
            found.setdefault(name, f"Left out: {finding.message}")
    return found
