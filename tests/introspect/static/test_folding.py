from __future__ import annotations

import ast
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.introspect.static.arithmetic import MAX_WEIGHT, weight
from catalog.introspect.static.folding import NotConstantError, fold_literal, fold_source


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("4 * 768", 3072),
        ("2048 ** -0.5", 2048**-0.5),
        ("1 / 0.07", 1 / 0.07),
        ('float("inf")', math.inf),
        ("-1", -1),
        ("not True", False),
        ("(3, 3) * 2", (3, 3, 3, 3)),
        ("[*range(3), 7]", [0, 1, 2, 7]),
        ("{**{'a': 1}, 'b': (2,)}", {"a": 1, "b": (2,)}),
        ("dict(rope_type='default', factor=2.0)", {"rope_type": "default", "factor": 2.0}),
        ("set()", set()),
        ("f'{1}-{\"a\"!r}'", "1-'a'"),
        ("'a' 'b' + 'c'", "abc"),
        ("'{} of {name}'.format(1, name='x')", "1 of x"),
        ("[i * 2 for i in range(4) if i % 2]", [2, 6]),
        ("{k: v for k, v in {'a': 1}.items()}", {"a": 1}),
        ("[1, 2, 3][1:]", [2, 3]),
        ("{'a': 1}['a']", 1),
        ("1 if 2 > 1 else 0", 1),
        ("None or 3", 3),
        ("math.pi", math.pi),
        ("0x10", 16),
    ],
)
def test_constant_expressions_fold_to_their_values(source, value):
    assert fold_literal(source) == value
    assert type(fold_literal(source)) is type(value)


@pytest.mark.parametrize(
    "source",
    [
        "x", "x.y", "open('/etc/passwd').read()", "__import__('os').getcwd()", "lambda: 1", "...", "1j", "await x",
        "(y := 3)", "().__class__", "[].append(1)", "'{0.__class__}'.format(1)", "'{:>9999999}'.format(1)", "1 / 0",
        "int('x')", "[1][3]", "{}['a']", "sorted([1, 'a'])", "", "1 +", "def f(): pass",
    ],
)  # fmt: skip
def test_whatever_is_no_constant_is_refused(source):
    with pytest.raises(NotConstantError):
        fold_literal(source)


@pytest.mark.parametrize(
    "source",
    [
        "9 ** 9 ** 9",
        "1 << 10 ** 9",
        "'a' * 10 ** 9",
        "[[[0] * 10000] * 10000] * 10000",
        "list(range(10 ** 12))",
        "[0 for a in range(9999) for b in range(9999) for c in range(9999)]",
        "('a' * 9999).replace('a', 'b' * 9999)",
        "(" * 200 + "1" + ")" * 200 + " + 1" * 5000,
        "-" * 5000 + "1",
        "{**" * 100 + "{}" + "}" * 100,
    ],
)
def test_costly_expressions_are_refused_in_no_time(source):
    with pytest.raises(NotConstantError):
        fold_literal(source)


def test_a_name_that_refers_to_itself_is_refused():
    class Names:
        def value_of(self, name, *, depth):
            return fold_source("a + 1", self, depth=depth + 1)

        def attribute_of(self, node, *, depth):
            raise NotConstantError("no")

    with pytest.raises(NotConstantError, match="deep"):
        fold_source("a", Names())


_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**9), 10**9)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@given(_values)
def test_every_literal_folds_to_itself(value):
    assert fold_literal(repr(value)) == value


@given(st.text(alphabet="0123456789+-*/%()[]{}.,:'\"abcfgiklnorst <>=!&|~^_ \n", max_size=60))
@settings(max_examples=200)
def test_any_text_either_folds_within_bounds_or_is_refused(text):
    try:
        value = fold_literal(text)
    except NotConstantError:
        return
    assert weight(value) <= MAX_WEIGHT
    if not isinstance(value, float) or math.isfinite(value):
        assert ast.literal_eval(repr(value)) == value or not value
