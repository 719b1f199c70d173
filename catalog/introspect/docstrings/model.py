"""What parsing a class docstring yields, whatever its markup."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from catalog.records import DocstringIssue, Json

Markup: TypeAlias = Literal["markdown", "rst"]
"""Markup of a docstring: Markdown since transformers 4.17, reStructuredText before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedParameter:
    """One parameter as a docstring documents it.

    Attributes:
        name: The name in the documentation.
        description: Its text in the docstring's own markup, without the indentation; empty where it has none.
        type_text: Type as documented, without markup (``int``, ``Union[int, list[int]]``).
        optional: True where the documentation calls it optional.
        default_text: The documentation's own words for the default, without markup; ``None`` where it states none.
        default: That default in JSON form. Meaningful with `default_text` only; a text that is no literal is itself.
        default_is_literal: True where `default_text` is a Python literal or constant expression (``1e-5``,
            ``"gelu"``, ``2**-0.5``), false where it is a bare word or prose (``gelu``, ``hidden_size // 2``).
        choices: Values it may take, where the description enumerates them beyond doubt.
        line: Line within the docstring, starting at 1.
    """

    name: str
    description: str = ""
    type_text: str | None = None
    optional: bool = False
    default_text: str | None = None
    default: Json = None
    default_is_literal: bool = False
    choices: tuple[Json, ...] | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedDocstring:
    """A class docstring, taken apart. Results are shared between callers and must not be changed.

    Attributes:
        markup: Markup of all its texts.
        summary: First paragraph, on one line; ``None`` where there is no text before the parameters.
        body: The docstring without its parameter sections; ``None`` where nothing is left.
        checkpoint: Name of the checkpoint that it links to on the Hub.
        parameters: Name → parameter, in the documentation's order.
        issues: What could not be parsed or contradicts itself.
    """

    markup: Markup = "markdown"
    summary: str | None = None
    body: str | None = None
    checkpoint: str | None = None
    parameters: Mapping[str, ParsedParameter] = field(default_factory=dict)
    issues: tuple[DocstringIssue, ...] = ()
