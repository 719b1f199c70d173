"""Normalised types: one small JSON form for annotations, whatever their spelling.

=================================  ============================================
annotation                         normalised
=================================  ============================================
``int``, ``float``, ``str``, …     ``"int"``, ``"float"``, ``"str"``, ``"bool"``
``None``                           ``"null"``
``int | None``, ``Optional[int]``  ``{"union": ["int", "null"]}``
``list[int]``, ``tuple[int, ...]`` ``{"list": "int"}``
``tuple[int, int]``                ``{"tuple": ["int", "int"]}``
``dict[str, int]``                 ``{"dict": ["str", "int"]}``
``Literal["a", "b"]``              ``{"literal": ["a", "b"]}``
``torch.dtype``                    ``"dtype"``
``CLIPTextConfig``                 ``{"config": "CLIPTextConfig"}``
``Any``                            ``"any"``
any other name                     ``{"class": "RopeParameters"}``
=================================  ============================================

A list and a tuple of any length are the same. Unions are flat, without repeats, in a fixed order with
``"null"`` last, so that ``float | int`` equals ``int | float``.
"""

from __future__ import annotations

import ast
import json

from catalog.records import Json

_SIMPLE = {
    "int": "int", "float": "float", "str": "str", "bool": "bool", "bytes": "bytes", "complex": "complex",
    "None": "null", "NoneType": "null", "Any": "any", "object": "any", "dtype": "dtype", "device": "device",
}  # fmt: skip
_LISTS = frozenset({"list", "List", "Sequence", "Iterable", "Collection", "MutableSequence", "set", "Set", "frozenset"})
_DICTS = frozenset({"dict", "Dict", "Mapping", "MutableMapping", "OrderedDict"})


def parse_annotation(text: str) -> Json:
    """Normalise the source text of an annotation.

    Args:
        text: For example ``"Optional[int]"`` or ``"int | None"``.

    Returns:
        The normalised type; ``None`` where the text is no annotation.
    """
    try:
        return from_expression(ast.parse(text.strip(), mode="eval").body)
    except (SyntaxError, ValueError):
        return None


def from_expression(node: ast.expr) -> Json:
    """Normalise an annotation that is parsed already."""
    match node:
        case ast.Constant(value=None):
            return "null"
        case ast.Constant(value=str() as text):
            return parse_annotation(text)
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return union([from_expression(left), from_expression(right)])
        case ast.Subscript(value=value, slice=arguments):
            items = arguments.elts if isinstance(arguments, ast.Tuple) else [arguments]
            return _subscript(_last_name(value), list(items))
        case ast.Name() | ast.Attribute():
            return _name(_last_name(node))
    return {"class": ast.unparse(node)}


def _subscript(name: str, items: list[ast.expr]) -> Json:
    if name == "Optional":
        return union([from_expression(items[0]), "null"])
    if name == "Union":
        return union([from_expression(item) for item in items])
    if name == "Literal":
        return {"literal": [ast.literal_eval(item) for item in items]}
    if name in ("Annotated", "Final", "ClassVar", "Required", "NotRequired"):
        return from_expression(items[0])
    if name in ("tuple", "Tuple"):
        return _tuple(items)
    if name in _LISTS:
        return {"list": union([from_expression(item) for item in items])}
    if name in _DICTS and len(items) == 2:
        return {"dict": [from_expression(items[0]), from_expression(items[1])]}
    return {"class": name}


def _tuple(items: list[ast.expr]) -> Json:
    if len(items) == 2 and isinstance(items[1], ast.Constant) and items[1].value is ...:
        return {"list": from_expression(items[0])}
    return {"tuple": [from_expression(item) for item in items]}


def _name(name: str) -> Json:
    if name in _SIMPLE:
        return _SIMPLE[name]
    if name in _LISTS or name in ("tuple", "Tuple"):
        return {"list": "any"}
    if name in _DICTS:
        return {"dict": ["str", "any"]}
    if name.endswith("Config") and name != "PushToHubMixin":
        return {"config": "PreTrainedConfig" if name == "PretrainedConfig" else name}
    return {"class": name}


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ast.unparse(node)


def union(members: list[Json]) -> Json:
    """Make the union of normalised types: flat, without repeats, in a fixed order, ``"null"`` last."""
    flat: dict[str, Json] = {}
    for member in members:
        inner = member["union"] if isinstance(member, dict) and "union" in member else [member]
        for item in inner:
            flat.setdefault(json.dumps(item, sort_keys=True), item)
    if len(flat) == 1:
        return next(iter(flat.values()))
    return {"union": [flat[key] for key in sorted(flat, key=lambda key: (key == '"null"', key))]}


def members_of(kind: Json) -> list[Json]:
    """The alternatives of a union, or the type itself."""
    return list(kind["union"]) if isinstance(kind, dict) and "union" in kind else [kind]


def to_text(kind: Json) -> str:
    """Write a normalised type for people: ``int | None``, ``list[int]``, ``"a" | "b"``."""
    if kind is None:
        return "?"
    if isinstance(kind, str):
        return {"null": "None", "any": "Any", "dtype": "torch.dtype"}.get(kind, kind)
    ((form, inner),) = dict(kind).items() if isinstance(kind, dict) else (("class", str(kind)),)
    match form:
        case "union":
            return " | ".join(map(to_text, inner))
        case "literal":
            return " | ".join(json.dumps(item) if isinstance(item, str) else repr(item) for item in inner)
        case "list":
            return "list" if inner == "any" else f"list[{to_text(inner)}]"
        case "tuple":
            return f"tuple[{', '.join(map(to_text, inner))}]"
        case "dict":
            return "dict" if inner == ["str", "any"] else f"dict[{', '.join(map(to_text, inner))}]"
    return str(inner)
