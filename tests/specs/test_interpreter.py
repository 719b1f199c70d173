"""Conditions of transformers' validators, read and not run."""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.records import ConfigClass, Observation, Parameter, Release, SubConfig
from catalog.specs.blocks import Block
from catalog.specs.engine import Engine
from catalog.specs.interpreter import Violation, parse_method, violations
from catalog.specs.loading import load_text
from catalog.specs.memory import ReleaseKnowledge
from catalog.specs.values import Values
from catalog.specs.views import Views


def _release() -> Release:
    inner = ConfigClass(
        name="InnerConfig", module="m", model_type="inner", ancestors=("PreTrainedConfig",),
        parameters=(Parameter(name="hidden_size", position=0, type="int", default=64),),
    )  # fmt: skip
    outer = ConfigClass(
        name="OuterConfig", module="m", model_type="outer", ancestors=("PreTrainedConfig",),
        sub_configs=(SubConfig(name="inner", config_class="InnerConfig", model_type="inner"),),
        parameters=tuple(
            Parameter(name=name, position=position, default=default)
            for position, (name, default) in enumerate(
                (
                    ("width", 64), ("heads", 4), ("depths", [2, 2]), ("kind", "a"), ("limit", None), ("computed", None),
                    ("inner", None),
                )
            )
        ),
    )  # fmt: skip
    base = ConfigClass(name="PreTrainedConfig", module="m", is_base=True)
    observed = Observation(config_class="OuterConfig", constructs=True, effective={"computed": 16})
    return Release(
        version="1", extractor="live", fingerprint="f", classes=(inner, outer, base), observations=(observed,)
    )


def _violations(body: str, params: str = "{}") -> list[Violation]:
    method = parse_method("def validate_it(self):\n" + textwrap.indent(textwrap.dedent(body), "    "))
    assert method is not None
    engine = Engine(ReleaseKnowledge(_release()))
    view = engine.views.of_class("OuterConfig")
    (spec,) = load_text(f"config_class: OuterConfig\nparams: {params}\n", "spec.yaml").specs
    assert view is not None
    assert spec.params is not None
    block = Block(path="spec.yaml", dialect="native", mapping=spec.params, view=view)
    list(engine.check(block))  # resolves the nested blocks
    return violations(method, Values(view, block, engine.views))


RAISE = "raise ValueError('no')"


@pytest.mark.parametrize(
    ("condition", "params", "broken"),
    [
        ("self.width % self.heads != 0", "{heads: 5}", True),
        ("self.width % self.heads != 0", "{heads: 8}", False),
        ("self.width % self.heads", "{width: 65}", True),
        ("self.width // self.heads * self.heads != self.width", "{heads: 3}", True),
        ("len(self.depths) != 2", "{depths: [1, 2, 3]}", True),
        ("not len(self.depths) == 2", "{}", False),
        ("self.kind not in ['a', 'b']", "{kind: c}", True),
        ("self.kind in ('a', 'b') and self.width > 100", "{width: 128}", True),
        ("self.limit is not None and self.limit < 1", "{}", False),
        ("self.limit is not None and self.limit < 1", "{limit: 0}", True),
        ("not 0 < self.heads <= 8", "{heads: 9}", True),
        ("any(d < 1 for d in self.depths)", "{depths: [1, 0]}", True),
        ("sum(self.depths) != self.heads", "{depths: [2, 2]}", False),
        ("not isinstance(self.width, int)", "{}", False),
        ("getattr(self, 'missing', 7) == 7", "{}", True),
        ("hasattr(self, 'width') and self.width == 1", "{width: 1}", True),
        ("self.width % 2**3 != 0", "{width: 12}", True),
        ("self.kind.split('-')[0] != 'a'", "{kind: b-c}", True),
        ("self.inner.hidden_size != self.width", "{width: 32}", True),
        ("self.inner.hidden_size != self.width", "{inner: {hidden_size: 32}}", True),
        ("self.inner.hidden_size != self.width", "{inner: {hidden_size: 32}, width: 32}", False),
    ],
)
def test_condition_is_evaluated_over_given_and_default_values(condition: str, params: str, broken: bool) -> None:
    assert bool(_violations(f"if {condition}:\n    {RAISE}", params)) is broken


@pytest.mark.parametrize(
    "condition",
    [
        "self.computed != 16",
        "self.unknown_attribute > 0",
        "SOME_CONSTANT == self.kind",
        "self.method() > 0",
        "open('/etc/passwd')",
        "__import__('os').system('true')",
        "().__class__.__bases__",
        "self.width ** 10**9 > 0",
        "[1] * 10**12",
        "self.kind * 10**9 == ''",
        "(lambda: True)()",
        "self.width / 0 == 1",
        "self.computed > 0 or self.computed < 0",
        "all(True for _ in range(10**9))",
    ],
)
def test_what_is_not_known_or_not_understood_is_not_reported(condition: str) -> None:
    assert _violations(f"if {condition}:\n    {RAISE}", "{heads: 5}") == []


def test_unknown_operand_does_not_matter_where_another_one_decides() -> None:
    assert _violations(f"if self.computed > 99 or self.heads == 5:\n    {RAISE}", "{heads: 5}")
    assert not _violations(f"if self.computed > 0 and self.heads != 5:\n    {RAISE}", "{heads: 5}")


def test_message_and_names_are_the_methods_own() -> None:
    (violation,) = _violations(
        """
        total = self.width * 2
        if total % self.heads:
            raise ValueError(f"width ({self.width}) against {self.heads!r} heads")
        """,
        "{heads: 5}",
    )
    assert violation.message == "width (64) against 5 heads"
    assert violation.names == ("width", "heads")
    assert violation.condition == "total % heads"


def test_only_the_first_violation_counts_as_it_is_the_one_that_is_raised() -> None:
    body = f"""
    if self.heads == 5:
        {RAISE}
    if self.width == 64:
        raise ValueError('second')
    """
    (violation,) = _violations(body, "{heads: 5}")
    assert violation.message == "no"


def test_branch_that_cannot_be_told_ends_the_reading() -> None:
    body = f"""
    if self.computed > 3:
        return
    if self.heads == 5:
        {RAISE}
    """
    assert _violations(body, "{heads: 5}") == []


def test_loops_over_known_values() -> None:
    body = f"""
    for depth in self.depths:
        if depth > 9:
            {RAISE}
    """
    (violation,) = _violations(body, "{depths: [1, 10]}")
    assert "depths" in violation.names


def test_source_that_is_no_function_is_passed_over() -> None:
    assert parse_method("x = 1") is None
    assert parse_method("def broken(:") is None


@given(st.text("self.width()[]% *+-<>=!andorit 0123456789'\"", max_size=40))
def test_any_condition_is_survived(condition: str) -> None:
    source = f"def validate_it(self):\n    if {condition}:\n        {RAISE}\n"
    method = parse_method(source)
    if method is not None:
        views = Views(ReleaseKnowledge(_release()))
        view = views.of_class("OuterConfig")
        assert view is not None
        assert len(violations(method, Values(view, None, views))) <= 1
