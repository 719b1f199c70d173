"""Closed sets of names that configuration values are taken from, read from a release's source without executing it."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator

from catalog.errors import IntrospectionError
from catalog.introspect.sources import SourceTree

DTYPES = (
    "auto", "bfloat16", "bool", "complex128", "complex64", "double", "float", "float16", "float32", "float64",
    "float8_e4m3fn", "float8_e4m3fnuz", "float8_e5m2", "float8_e5m2fnuz", "half", "int", "int16", "int32", "int64",
    "int8", "long", "short", "uint16", "uint32", "uint64", "uint8",
)  # fmt: skip
"""Names of torch dtypes that a configuration may carry. They belong to torch, not to a release of transformers, and
torch may be absent."""

PROBLEM_TYPES = ("regression", "single_label_classification", "multi_label_classification")
"""What `problem_type` may be, the same since transformers 4.5."""

_GENERATION_GETTERS = ("_get_default_generation_params", "_get_global_generation_defaults", "_get_generation_defaults")
_ROPE_VALIDATOR = re.compile(r"^_validate_(\w+?)(?:_rope)?_parameters$")
_ALLOWED = re.compile(r"^ALLOWED_\w+$")


def read_vocabularies(tree: SourceTree) -> dict[str, tuple[str, ...]]:
    """Read the vocabularies of a release.

    Args:
        tree: Source of the release.

    Returns:
        Name → words, in the source's order. ``activations``, ``rope_types``, ``layer_types``,
        ``attention_layer_types``, ``mlp_layer_types``, ``legacy_layer_types`` (old names that are still converted),
        ``dtypes``, ``problem_types``, ``generation_parameters`` (those that every configuration takes and drops),
        ``attention_implementations``, ``experts_implementations``, ``quantization_methods``, and for each type of
        rotary embedding ``rope_keys:TYPE:required`` and ``rope_keys:TYPE:optional``. What a release does not have is
        left out.
    """
    files = _Files(tree)
    found = {
        "activations": _activations(files),
        **_rope(files),
        **_layer_types(files),
        "dtypes": DTYPES,
        "problem_types": PROBLEM_TYPES,
        "generation_parameters": _generation_parameters(files),
        "attention_implementations": _interface(files, "modeling_utils.py", "AttentionInterface"),
        "experts_implementations": _interface(files, "integrations/moe.py", "ExpertsInterface"),
        "quantization_methods": _quantization_methods(files),
    }
    return {name: words for name, words in found.items() if words}


class _Files:
    """Parts of files, parsed: a vocabulary needs one statement of a file that may have 5,000 lines."""

    def __init__(self, tree: SourceTree) -> None:
        self._tree = tree
        self._paths = frozenset(tree.paths())
        self._texts: dict[str, str] = {}

    def text(self, path: str) -> str:
        """Text of a file; empty where the release has none."""
        if path not in self._texts:
            try:
                self._texts[path] = self._tree.read(path) if path in self._paths else ""
            except IntrospectionError:
                self._texts[path] = ""
        return self._texts[path]

    def statement(self, path: str, name: str) -> ast.stmt | None:
        """The top-level statement that defines a name; ``None`` where there is none that parses."""
        pattern = re.compile(
            rf"^(?:class {name}\b|def {name}\b|{name}\s*[:=]).*(?:\n(?:[ \t)\]}}#].*)?)*", re.MULTILINE
        )
        match = pattern.search(self.text(path))
        return _parse(match[0]) if match else None

    def function(self, path: str, name: str) -> ast.stmt | None:
        """A method, wherever in the file it stands."""
        pattern = re.compile(rf"^(?P<indent>[ \t]*)def {name}\b.*\n(?:(?P=indent)[ \t)].*\n|[ \t]*\n)*", re.MULTILINE)
        match = pattern.search(self.text(path))
        return _parse(_dedented(match[0], match["indent"])) if match else None


def _parse(text: str) -> ast.stmt | None:
    try:
        body = ast.parse(text).body
    except SyntaxError:
        return None
    return body[0] if body else None


def _dedented(text: str, indent: str) -> str:
    return "\n".join(line.removeprefix(indent) for line in text.splitlines())


def _activations(files: _Files) -> tuple[str, ...]:
    for path in ("activations.py", "modeling_bert.py"):
        for name in ("ACT2CLS", "ACT2FN"):
            keys = tuple(_keys(files.statement(path, name)))
            if keys:
                return keys
    return ()


def _rope(files: _Files) -> dict[str, tuple[str, ...]]:
    path = "modeling_rope_utils.py"
    types = dict.fromkeys(["default", *_keys(files.statement(path, "ROPE_INIT_FUNCTIONS"))])
    if len(types) == 1:
        return {}
    found: dict[str, tuple[str, ...]] = {}
    for kind, validator in _rope_validators(files, path).items():
        required, optional = _rope_keys(files, path, validator)
        if required:
            types.setdefault(kind)
            found[f"rope_keys:{kind}:required"] = required
            found[f"rope_keys:{kind}:optional"] = tuple(sorted({*optional, "partial_rotary_factor"} - set(required)))
    return {"rope_types": tuple(types), **found}


def _rope_validators(files: _Files, path: str) -> dict[str, str]:
    """Type of rotary embedding → the function that validates its keys: by a table, or by the functions' names."""
    table = files.statement(path, "ROPE_VALIDATION_FUNCTIONS")
    if isinstance(table, ast.Assign | ast.AnnAssign) and isinstance(table.value, ast.Dict):
        names = (value.id if isinstance(value, ast.Name) else "" for value in table.value.values)
        return dict(zip(_dict_keys(table.value), names, strict=False))
    found = dict.fromkeys(re.findall(r"def (_validate_\w+_parameters)\b", files.text(path)))
    return {match[1]: name for name in found if (match := _ROPE_VALIDATOR.match(name))}


def _rope_keys(files: _Files, path: str, name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Keys that a rope validator requires and allows; one that only hands on answers for the other."""
    function = files.function(path, name)
    if function is None:
        return (), ()
    sets = {
        node.targets[0].id: tuple(sorted(_strings(node.value)))
        for node in ast.walk(function)
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    if "required_keys" in sets:
        return sets["required_keys"], sets.get("optional_keys", ())
    for node in ast.walk(function):
        if isinstance(node, ast.Attribute) and _ROPE_VALIDATOR.match(node.attr) and node.attr != name:
            return _rope_keys(files, path, node.attr)
    return (), ()


def _layer_types(files: _Files) -> dict[str, tuple[str, ...]]:
    path = "configuration_utils.py"
    names = {
        "layer_types": "ALLOWED_LAYER_TYPES",
        "attention_layer_types": "ALLOWED_ATTN_LAYER_TYPES",
        "mlp_layer_types": "ALLOWED_MLP_LAYER_TYPES",
    }
    found = {word: tuple(_words(files, path, name)) for word, name in names.items()}
    return found | {"legacy_layer_types": tuple(_keys(files.statement(path, "_LEGACY_LAYER_TYPE_REMAP")))}


def _words(files: _Files, path: str, name: str) -> Iterator[str]:
    """Strings of a tuple that may be a sum of other tuples by name."""
    statement = files.statement(path, name)
    for node in ast.walk(statement) if statement else ():
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and _ALLOWED.match(node.id):
            yield from _words(files, path, node.id)


def _generation_parameters(files: _Files) -> tuple[str, ...]:
    """Generation parameters that a configuration's constructor takes wholesale."""
    for path in ("generation/configuration_utils.py", "configuration_utils.py"):
        for name in _GENERATION_GETTERS:
            function = files.function(path, name)
            for node in ast.walk(function) if function else ():
                if isinstance(node, ast.Return) and isinstance(node.value, ast.Dict):
                    return tuple(_dict_keys(node.value))
    return ()


def _interface(files: _Files, path: str, name: str) -> tuple[str, ...]:
    """Implementations that an interface class registers, and ``eager``, which it always has."""
    for node in _class_body(files.statement(path, name)):
        match node:
            case ast.Assign(targets=[ast.Name(id="_global_mapping")], value=ast.Dict() as mapping):
                return ("eager", *_dict_keys(mapping))
    return ()


def _quantization_methods(files: _Files) -> tuple[str, ...]:
    values = (
        node.value.value
        for node in _class_body(files.statement("utils/quantization_config.py", "QuantizationMethod"))
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
    )
    return tuple(value for value in values if isinstance(value, str))


def _class_body(statement: ast.stmt | None) -> list[ast.stmt]:
    return statement.body if isinstance(statement, ast.ClassDef) else []


def _keys(statement: ast.stmt | None) -> Iterator[str]:
    if isinstance(statement, ast.Assign | ast.AnnAssign) and isinstance(statement.value, ast.Dict):
        yield from _dict_keys(statement.value)


def _dict_keys(node: ast.Dict) -> Iterator[str]:
    for key in node.keys:
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            yield key.value


def _strings(node: ast.expr) -> list[str]:
    is_string: Callable[[ast.AST], bool] = lambda item: isinstance(item, ast.Constant) and isinstance(item.value, str)  # noqa: E731
    return [item.value for item in ast.walk(node) if is_string(item)]  # type: ignore[attr-defined]  # is_string says so
