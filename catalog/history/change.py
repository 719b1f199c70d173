"""One difference between two releases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from catalog.records import Json

ChangeKind: TypeAlias = Literal[
    "class-added", "class-removed", "added", "removed", "renamed", "default", "type", "choices", "description", "moved"
]
Confidence: TypeAlias = Literal["certain", "likely"]
"""*certain*: the code says so. *likely*: everything speaks for it, but the code does not say it."""

REQUIRED: Json = {"$required": True}
"""Stands where a default would, for a parameter that has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A difference between two releases.

    =================  ===========================================  ========================================
    change             before                                       after
    =================  ===========================================  ========================================
    ``class-added``    ``None``                                     import path of the class's module
    ``class-removed``  import path of the class's module            ``None``
    ``added``          ``None``                                     default
    ``removed``        default                                      ``None``
    ``renamed``        old name                                     new name; dotted where it became a key of
                                                                    another parameter
    ``moved``          module, or class that declared the           the same now
                       parameter
    ``default``        default                                      default
    ``type``           normalised type                              normalised type
    ``choices``        values                                       values, ``None`` for any
    ``description``    text                                         text
    =================  ===========================================  ========================================

    A change without a parameter is one of the class itself.

    Attributes:
        release: The newer of the two releases.
        change: What kind of change it is.
        config_class: The class, under its name in the newer release; in the older one for a removed class.
        parameter: The parameter, under its old name where it was renamed; ``None`` for the class itself.
        before: What was, in JSON form.
        after: What is now, in JSON form.
        confidence: How sure it is.
        note: What else a user should know; ``None`` where the change says it all.
    """

    release: str
    change: ChangeKind
    config_class: str
    parameter: str | None = None
    before: Json = None
    after: Json = None
    confidence: Confidence = "certain"
    note: str | None = None
