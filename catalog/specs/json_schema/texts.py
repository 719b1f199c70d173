"""What an editor shows of a parameter and of a class: what it is, its type and range, its default."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass

from catalog.records import Json, SubConfig
from catalog.specs.json_schema.bounds import bounds_of
from catalog.specs.json_schema.markup import to_markdown, to_plain
from catalog.specs.views import ClassView, ParameterView
from catalog.specs.wording import type_text

_LONGEST_VALUE = 80


@dataclass(frozen=True, slots=True)
class Text:
    """A text in the two forms that editors read.

    Attributes:
        plain: For ``description``.
        markdown: For ``markdownDescription``.
    """

    plain: str
    markdown: str

    def keywords(self) -> dict[str, str]:
        """The text as keywords of a schema; none where it is empty."""
        return {"description": self.plain, "markdownDescription": self.markdown} if self.markdown else {}


def parameter_text(parameter: ParameterView, sub: SubConfig | None = None) -> Text:
    """Describe a parameter.

    Args:
        parameter: The parameter.
        sub: What is known of it as a configuration, if it is one.

    Returns:
        Its documentation, then its type, range and default.
    """
    description = parameter.record.description or ""
    facts = [_type_fact(parameter), _default_fact(parameter), _sub_config_fact(sub)]
    line = " ".join(filter(None, facts))
    source = parameter.record.inferred_from
    credit = f" Described as in `{source}`." if source else ""
    return Text(
        plain=" ".join(filter(None, (_ended(to_plain(description)), line.replace("`", "")))),
        markdown="\n\n".join(filter(None, (to_markdown(description), f"*{line}*{credit}" if line else ""))),
    )


def class_text(view: ClassView) -> Text:
    """Describe a class: the first paragraph of its documentation, with the import path."""
    summary = view.record.summary or ""
    where = f"`{view.record.module}.{view.name}`, transformers {view.knowledge.release}"
    return Text(
        plain=to_plain(summary) or where.replace("`", ""),
        markdown="\n\n".join(filter(None, (to_markdown(summary), where))),
    )


def type_words(parameter: ParameterView) -> str:
    """Type and range for a reader: ``an integer, at least 1``; empty where the type is not known."""
    kind = parameter.type
    if kind is None or kind == "any":
        return ""
    return ", ".join(filter(None, (type_text(kind), bounds_of(parameter).text())))


def value_text(value: Json) -> str:
    """A value in JSON form as YAML and JSON write it, shortened where it is long."""
    if isinstance(value, Mapping) and len(value) == 1:
        ((key, inner),) = value.items()
        if key == "$config":
            return str(inner)
        if key in ("$float", "$repr"):
            return str(inner)
    text = json.dumps(_plain(value), ensure_ascii=False)
    if len(text) <= _LONGEST_VALUE:
        return text
    if isinstance(value, list):
        return f"[{value_text(value[0])}, …] with {len(value)} entries"
    return text[: _LONGEST_VALUE - 1] + "…"


def is_json_value(value: Json) -> bool:
    """Tell whether a value in JSON form stands for itself: it holds no infinity, and no object that JSON lacks."""
    if isinstance(value, Mapping):
        return not any(str(key).startswith("$") for key in value) and all(map(is_json_value, value.values()))
    if isinstance(value, list):
        return all(map(is_json_value, value))
    return not isinstance(value, float) or math.isfinite(value)


def _type_fact(parameter: ParameterView) -> str:
    words = type_words(parameter)
    return f"{words[0].upper()}{words[1:]}." if words else ""


def _default_fact(parameter: ParameterView) -> str:
    record = parameter.record
    if record.required:
        return "Required."
    if not record.default_known:
        return f"Default: `{record.default_source}`." if record.default_source else ""
    text = f"Default: `{value_text(record.default)}`"
    if not parameter.derived:
        return f"{text}."
    effective = parameter.effective
    article = "a " if isinstance(effective, Mapping) and "$config" in effective else ""
    return f"{text}, of which the class makes {article}`{value_text(effective)}`."


def _sub_config_fact(sub: SubConfig | None) -> str:
    if sub is None:
        return ""
    if sub.config_class is None:
        named = f" (`{sub.model_type}` where it names none)" if sub.model_type else ""
        return f"The block's `model_type`{named} decides which configuration it is."
    return f"The block is a `{sub.config_class}`."


def _plain(value: Json) -> Json:
    """A value with its ``$`` objects written as text."""
    if isinstance(value, Mapping):
        if len(value) == 1 and str(next(iter(value))).startswith("$"):
            return str(next(iter(value.values())))
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value


def _ended(text: str) -> str:
    """A text that ends as a sentence does."""
    return text if not text or text.endswith((".", "!", "?", ":")) else f"{text}."
