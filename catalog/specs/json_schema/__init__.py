"""JSON Schema of configurations, for editors.

Draft 7, which editors' YAML servers read. A schema knows less than the checker: no relations between parameters and no
severities. What it does reject, the checker reports as well.
"""

from __future__ import annotations

from typing import Any

from catalog.errors import NotFoundError
from catalog.specs.json_schema.classes import Definitions
from catalog.specs.json_schema.dialects import root_schema
from catalog.specs.json_schema.texts import class_text
from catalog.specs.knowledge import Knowledge
from catalog.specs.nodes import Dialect
from catalog.specs.views import Views

__all__ = ["json_schema"]

_DRAFT = "http://json-schema.org/draft-07/schema#"
_FILES: dict[Dialect, str] = {
    "native": "spec",
    "eir": "EIR input configuration",
    "huggingface": "config.json",
}


def json_schema(
    knowledge: Knowledge, class_name: str, *, dialect: Dialect = "huggingface", views: Views | None = None
) -> dict[str, Any]:
    """Make the JSON Schema of one configuration class.

    Args:
        knowledge: The release.
        class_name: Name of the class.
        dialect: The file that is described: a checkpoint's ``config.json`` (``"huggingface"``), a native spec
            (``"native"``) or an EIR sequence input configuration (``"eir"``). Unknown parameters fit the first only.
        views: What is known of that release's classes already; who makes many schemas hands it over.

    Returns:
        A draft 7 schema: JSON values only, keys in a fixed order, references within the document only.

    Raises:
        NotFoundError: If the release has no class of that name.
    """
    views = views or Views(knowledge)
    view = views.of_class(class_name)
    if view is None:
        raise NotFoundError("configuration class", class_name, where=f"in transformers {knowledge.release}")
    definitions = Definitions(views, lenient=dialect == "huggingface")
    root = root_schema(dialect, view, definitions)
    made = definitions.made()
    suffix = "" if dialect == "huggingface" else f":{dialect}"
    head = {
        "$schema": _DRAFT,
        "$id": f"urn:transformers-catalog:{knowledge.release}:{class_name}{suffix}",
        "title": f"{class_name} ({_FILES[dialect]}, transformers {knowledge.release})",
        **class_text(view).keywords(),
    }
    return {**head, **{key: value for key, value in root.items() if key not in head}, "definitions": made}
