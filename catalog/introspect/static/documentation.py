"""Finds the documentation of a configuration class, wherever its release keeps it."""

from __future__ import annotations

import ast
import dataclasses
import functools
from typing import Any

from catalog.introspect.docstrings import ParsedDocstring, parse_docstring
from catalog.introspect.static.autodoc import AutoDocumentation, Decoration, Signature
from catalog.introspect.static.autodoc_types import annotation_words
from catalog.introspect.static.folding import NotConstantError, fold_source, parse_expression
from catalog.introspect.static.hierarchy import Hierarchy, Lineage
from catalog.introspect.static.modules import Definition, FileNames, Modules
from catalog.introspect.static.parameters import Declarations, is_class_variable


class Documentation:
    """Reads the documentation of the classes of one release.

    Args:
        modules: The release.
        hierarchy: Its classes.
        declarations: Their parameters.
        autodoc: Renders docstrings that are put together at import; ``None`` for a release that has none.
    """

    def __init__(
        self,
        modules: Modules,
        hierarchy: Hierarchy,
        declarations: Declarations,
        autodoc: AutoDocumentation | None,
    ) -> None:
        self._modules = modules
        self._declarations = declarations
        self._autodoc = autodoc
        base = hierarchy.base()
        self._base = base.definition if base is not None else None

    def of(self, lineage: Lineage) -> ParsedDocstring:
        """The class's own documentation; what its constructor's docstring adds included."""
        facts = lineage.facts
        decoration = self._decoration(lineage)
        if self._autodoc is not None and decoration is not None:
            # What auto_docstring writes is Markdown; telling that from the text would cost a tenth of reading it.
            return parse_docstring(self._rendered(self._autodoc, lineage, decoration), markup="markdown")
        constructor = facts.methods.get("__init__")
        parsed = parse_docstring(self._prefixed(lineage))
        if constructor is None or constructor.doc is None:
            return parsed
        further = parse_docstring(constructor.doc, markup=parsed.markup).parameters
        return dataclasses.replace(parsed, parameters={**further, **parsed.parameters})

    def _prefixed(self, lineage: Lineage) -> str | None:
        """The docstring, with what the decorators of the releases before 4.0 put before it."""
        doc = lineage.facts.doc
        for text in reversed(lineage.facts.decorators):
            if text.startswith(("add_start_docstrings(", "add_start_docstrings_to_callable(")):
                node = parse_expression(text)
                parts = [self._folded(lineage, item) for item in getattr(node, "args", ())]
                doc = "".join(part for part in parts if isinstance(part, str)) + (doc or "")
        return doc

    def _decoration(self, lineage: Lineage) -> Decoration | None:
        """Arguments of ``@auto_docstring``; ``None`` where the class is not under it."""
        for text in lineage.facts.decorators:
            if text.split("(")[0].split(".")[-1] == "auto_docstring":
                keywords = {item.arg: item.value for item in getattr(parse_expression(text), "keywords", ())}
                values = {name: self._folded(lineage, node) for name, node in keywords.items()}
                texts = {name: value for name, value in values.items() if isinstance(value, str)}
                return Decoration(
                    checkpoint=texts.get("checkpoint"),
                    custom_intro=texts.get("custom_intro"),
                    custom_args=texts.get("custom_args"),
                )
        return None

    def _folded(self, lineage: Lineage, node: Any) -> Any:
        try:
            return fold_source(ast.unparse(node), FileNames(self._modules, lineage.definition.path))
        except NotConstantError:
            return None

    def _rendered(self, autodoc: AutoDocumentation, lineage: Lineage, decoration: Decoration) -> str:
        constructor = lineage.facts.methods.get("__init__")
        return autodoc.render(
            path=lineage.definition.path,
            decoration=decoration,
            doc=lineage.facts.doc,
            constructor_doc=constructor.doc if constructor is not None else None,
            signature=self._signature(lineage),
        )

    def _signature(self, lineage: Lineage) -> list[Signature]:
        """Parameters that ``auto_docstring`` documents: those that the class and its ancestors annotate."""
        own: set[str] = set()
        for ancestor in lineage.order:
            if ancestor == self._base:
                break
            fields = self._modules.class_facts(ancestor).fields
            own.update(field.name for field in fields if not is_class_variable(field.annotation))
        constructor = lineage.facts.methods.get("__init__")
        if constructor is not None:
            owner = lineage.definition
            found = [(item.name, item.annotation, item.default, owner) for item in constructor.arguments]
        else:
            declared = self._declarations.fields(lineage).values()
            found = [(field.name, field.annotation, field.default, owner) for field, owner in declared]
        return [
            self._signature_of(*item) for item in found if not item[0].startswith("*") and (not own or item[0] in own)
        ]

    def _signature_of(self, name: str, annotation: str | None, source: str | None, owner: Definition) -> Signature:
        words, optional = "", False
        if annotation:
            facts = self._modules.facts(owner.path)
            expand = functools.partial(self._modules.meaning, owner.path)
            words, optional = annotation_words(annotation, expand, as_text=bool(facts and facts.future_annotations))
            optional = optional or source is not None
        text = None
        if source is not None:
            default = self._declarations.default(source, owner)
            text = None if default.known and default.value is None else default.text
        return Signature(name=name, type=words, optional=optional, default=text)
