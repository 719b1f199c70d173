"""A page that documents configuration classes for Sphinx: one ``.. class::`` entry each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from catalog.query import CatalogParameter, ModelConfig
from catalog.site.rst.markdown import to_rst
from catalog.site.rst.signature import signature
from catalog.site.rst.text import escape, indented, paragraph
from catalog.specs.json_schema.markup import to_markdown

COMMON_BASES = frozenset({"PreTrainedConfig", "PretrainedConfig"})
"""The class whose parameters every configuration takes."""


def rst_page(
    configs: Iterable[ModelConfig],
    *,
    title: str = "Configurable Models",
    introduction: str = "",
    examples: bool = False,
) -> str:
    """Document configuration classes.

    Args:
        configs: The classes, in the order of the page.
        title: The page's title; empty for a page without one, to be included in another.
        introduction: Markdown that stands before the classes.
        examples: Whether the code examples of the documentation stay.

    Returns:
        The page, on which docutils reports nothing.
    """
    blocks = []
    if text := paragraph(escape(title)):
        blocks.append(f"{text}\n{'=' * (len(text) if text.isascii() else 2 * len(text))}")  # it may take two columns
    if introduction.strip():
        blocks.append(to_rst(introduction))
    blocks.extend(entry(config, examples=examples) for config in configs)
    return "\n\n".join(blocks) + "\n"


def entry(config: ModelConfig, *, examples: bool = False) -> str:
    """The entry of one class: signature, documentation, parameters."""
    parameters = [p for p in config.parameters.values() if p.inherited_from not in COMMON_BASES]
    content = [
        _described_as(config),
        to_rst(_documentation(config, examples=examples)),
        "\n".join(line for parameter in parameters for line in _fields(parameter)),
    ]
    body = indented("\n\n".join(part for part in content if part), 3)
    head = f".. class:: {config.module}.{config.config_class}{signature(parameters)}"
    return f"{head}\n\n{body}" if body else head


def _described_as(config: ModelConfig) -> str:
    """The line that says under which model type the class is configured."""
    types = config.model_types or ((config.model_type,) if config.model_type else ())
    if not types:
        return ""
    return f"Model type{'s' if len(types) > 1 else ''}: {', '.join(f'``{name}``' for name in types)}"


def _documentation(config: ModelConfig, *, examples: bool) -> str:
    text = to_markdown(config.doc or config.summary or "")
    return text if examples else _without_examples(text)


def _without_examples(text: str) -> str:
    """A documentation up to its first example."""
    lines: list[str] = []
    for line in text.split("\n"):
        opening = line.strip().strip("*#: ").lower()
        if opening in {"example", "examples", "usage", "example usage"} or line.lstrip().startswith(("```", ">>>")):
            break
        lines.append(line)
    return "\n".join(lines)


def _fields(parameter: CatalogParameter) -> Iterator[str]:
    """A parameter as a field of a docstring, as Sphinx knows them."""
    name = escape(parameter.name)
    description = to_rst(to_markdown(parameter.description or ""))
    yield f":param {name}:{_field_body(description)}"
    if parameter.type_text:
        yield f":type {name}: {paragraph(escape(parameter.type_text))}"


def _field_body(text: str) -> str:
    if not text:
        return ""
    return f" {indented(text, 4).lstrip()}" if _begins_as_paragraph(text) else f"\n\n{indented(text, 4)}\n"


def _begins_as_paragraph(text: str) -> bool:
    return not text.startswith(("::", "..", "- ", "#. "))
