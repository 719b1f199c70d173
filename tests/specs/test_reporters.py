"""A report is rendered for people, for programs, for code scanning and for GitHub."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.specs.diagnostics import Edit, Finding, Fix, Severity
from catalog.specs.loading import load_text
from catalog.specs.nodes import Span
from catalog.specs.report import Report, in_order
from catalog.specs.reporters import FORMATS, render
from catalog.specs.reporters.display import columns, window

SOURCE = "model_type: llama\nparams:\n  hiden_size: 4096  # größer\n\trate:\t大きい🙂 x\n"


PLACE = Span(3, 3, 3, 13)


def _finding(
    span: Span = PLACE,
    *,
    path: str = "specs/llama.yaml",
    severity: Severity = "error",
    parameter: str | None = "hiden_size",
    message: str = "LlamaConfig has no parameter 'hiden_size'.",
    suggestion: str | None = "Did you mean hidden_size?",
    safe: bool | None = True,
) -> Finding:
    fix = None if safe is None else Fix("Rename to hidden_size", (Edit(span, "hidden_size"),), safe)
    return Finding(
        path=path, span=span, code="C002", rule="syntax-error", severity=severity, parameter=parameter,
        message=message, suggestion=suggestion, fix=fix,
    )  # fmt: skip


def _report(*findings: Finding, source: str = SOURCE) -> Report:
    return Report(findings=findings, files=1, sources={finding.path: source for finding in findings})


def _text(*findings: Finding, source: str = SOURCE, color: bool = False) -> list[str]:
    return render(_report(*findings, source=source), "text", color=color).splitlines()


def test_text_shows_the_line_the_place_and_the_remedy() -> None:
    nested = _finding(
        Span(1, 1, 1, 11), severity="warning", parameter="a.b", message="Odd.", suggestion=None, safe=None
    )
    assert _text(_finding(), nested) == [
        "specs/llama.yaml:3:3: error[C002] LlamaConfig has no parameter 'hiden_size'.",
        "   |",
        " 3 |   hiden_size: 4096  # größer",
        "   |   ^^^^^^^^^^",
        "   = help: Did you mean hidden_size? (--fix)",
        "",
        "specs/llama.yaml:1:1: warning[C002] Odd.",
        "   |",
        " 1 | model_type: llama",
        "   | ^^^^^^^^^^",
        "   = parameter: a.b",
        "",
        "Found 1 error, 1 warning in 1 file (1 fixable with --fix).",
    ]


def test_text_keeps_the_underline_below_tabs_and_wide_characters() -> None:
    assert _text(_finding(Span(4, 8, 4, 12)))[2:4] == [
        " 4 |     rate:    大きい🙂 x",
        "   |              ^^^^^^^^",
    ]


def test_text_widens_the_margin_for_high_line_numbers() -> None:
    source = "\n" * 1233 + "x: 1\n"
    assert _text(_finding(Span(1234, 1, 1234, 2)), source=source)[1:5] == [
        "      |", " 1234 | x: 1", "      | ^", "      = help: Did you mean hidden_size? (--fix)",
    ]  # fmt: skip


def test_text_underlines_the_first_line_of_a_block_and_points_past_the_end() -> None:
    assert _text(_finding(Span(2, 1, 3, 19)))[3] == "   | ^^^^^^^"
    assert _text(_finding(Span(2, 8, 2, 8)))[3] == "   |        ^"


def test_text_without_source_has_no_snippet() -> None:
    assert len(_text(_finding(suggestion=None), source="")) == 3
    assert len(_text(_finding(Span(99, 1, 99, 2), suggestion=None))) == 3


def test_text_cuts_a_long_line_around_the_place() -> None:
    source = "a" * 5000 + "bad" + "c" * 5000
    _, _, line, mark, *_ = _text(_finding(Span(1, 5001, 1, 5004)), source=source)
    assert len(line) <= 105
    start = mark.index("^")
    assert line[start : start + 3] == "bad"
    assert mark.count("^") == 3
    assert line.endswith("…")


def test_text_escapes_what_controls_a_terminal() -> None:
    lines = _text(
        _finding(Span(1, 1, 1, 4), path="a\x1b]0;x.yaml", message="'\x1b[31m\u202e' is odd.\nReally."),
        source="x: \x1b[31m\x07\u202e y",
    )
    assert lines[0] == "a\\x1b]0;x.yaml:1:1: error[C002] '\\x1b[31m\\u202e' is odd.\\x0aReally."
    assert lines[2] == " 1 | x: \\x1b[31m\\x07\\u202e y"


def test_text_is_coloured_only_on_request() -> None:
    colored = "\n".join(_text(_finding(), color=True))
    assert "\x1b[1;31merror[C002]\x1b[0m" in colored
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == "\n".join(_text(_finding()))


@pytest.mark.parametrize(
    ("report", "summary"),
    [
        (Report(files=1), "Checked 1 file: nothing to report."),
        (Report(files=1200), "Checked 1,200 files: nothing to report."),
        (Report(findings=(_finding(safe=False),), files=2), "Found 1 error in 2 files."),
        (
            Report(findings=(_finding(severity="info"),) * 2, files=2),
            "Found 2 notes in 2 files (2 fixable with --fix).",
        ),
    ],
)
def test_text_ends_with_a_summary(report: Report, summary: str) -> None:
    assert render(report, "text").splitlines()[-1] == summary


def test_json_has_the_promised_form() -> None:
    unfixable = _finding(path="-", parameter=None, suggestion=None, severity="info", safe=False)
    assert json.loads(render(_report(_finding(), unfixable), "json")) == {
        "files": 1,
        "findings": [
            {
                "path": "specs/llama.yaml", "line": 3, "column": 3, "end_line": 3, "end_column": 13, "code": "C002",
                "rule": "syntax-error", "severity": "error", "parameter": "hiden_size",
                "message": "LlamaConfig has no parameter 'hiden_size'.", "suggestion": "Did you mean hidden_size?",
                "fixable": True,
            },
            {
                "path": "-", "line": 3, "column": 3, "end_line": 3, "end_column": 13, "code": "C002",
                "rule": "syntax-error", "severity": "info", "parameter": None,
                "message": "LlamaConfig has no parameter 'hiden_size'.", "suggestion": None, "fixable": False,
            },
        ],
        "summary": {"error": 1, "warning": 0, "info": 1},
    }  # fmt: skip


def test_github_commands_are_escaped() -> None:
    finding = _finding(path="a,b:c.yaml", message="100% 'x\ny'", severity="info")
    block = _finding(Span(1, 2, 3, 4), severity="warning", suggestion=None)
    lines = render(_report(finding, block), "github").splitlines()
    assert lines[0] == (
        "::notice file=a%2Cb%3Ac.yaml,line=3,col=3,endColumn=13,title=C002 syntax-error"
        "::100%25 'x\\x0ay'%0Ahelp: Did you mean hidden_size?"
    )
    assert lines[1] == (
        "::warning file=specs/llama.yaml,line=1,col=2,endLine=3,title=C002 syntax-error"
        "::LlamaConfig has no parameter 'hiden_size'."
    )


def _sarif(*findings: Finding) -> dict[str, Any]:
    log: dict[str, Any] = json.loads(render(_report(*findings), "sarif"))
    return log


def test_sarif_is_valid_by_its_published_schema() -> None:
    model = pytest.importorskip("pydantic_sarif.model")  # generated from the schema that OASIS publishes
    schema = model.StaticAnalysisResultsFormatSarifVersion210JsonSchema
    whole = _finding(
        Span(1, 1, 1, 1), path="größe 1:x.yaml", parameter=None, suggestion=None, safe=None, severity="info"
    )
    log = _sarif(_finding(), whole, *load_text("a: 1e-5\nb: @", "x.yaml").findings)
    schema.model_validate(log)
    schema.model_validate(_sarif())
    log["runs"][0]["results"][0]["unknown"] = 1
    with pytest.raises(ValueError, match="Extra inputs"):
        schema.model_validate(log)


def test_sarif_describes_rules_places_and_fixes() -> None:
    run = _sarif(_finding())["runs"][0]
    (rule,) = run["tool"]["driver"]["rules"]
    (result,) = run["results"]
    region = {"startLine": 3, "startColumn": 3, "endLine": 3, "endColumn": 13}
    assert (rule["id"], rule["name"], rule["defaultConfiguration"]) == ("C002", "syntax-error", {"level": "error"})
    assert "## Remedy" in rule["help"]["markdown"]
    assert (result["ruleId"], result["ruleIndex"], result["level"]) == ("C002", 0, "error")
    assert result["message"]["text"].endswith("Did you mean hidden_size?")
    assert result["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "specs/llama.yaml"}, "region": region,
    }  # fmt: skip
    change = result["fixes"][0]["artifactChanges"][0]["replacements"][0]
    assert change == {"deletedRegion": region, "insertedContent": {"text": "hidden_size"}}
    assert run["columnKind"] == "unicodeCodePoints"


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("./a b/../größe.yaml", "gr%C3%B6%C3%9Fe.yaml"),
        ("/data/x y.yaml", "file:///data/x%20y.yaml"),
        ("c:x.yaml", "c%3Ax.yaml"),
        ("<mapping>", "%3Cmapping%3E"),
        ("-", "-"),
    ],
)
def test_sarif_names_files_by_uri(path: str, uri: str) -> None:
    location = _sarif(_finding(path=path))["runs"][0]["results"][0]["locations"][0]
    assert location["physicalLocation"]["artifactLocation"]["uri"] == uri


def test_sarif_fingerprint_stays_while_lines_move() -> None:
    moved = _report(_finding(Span(4, 3, 4, 13)), source="# new\n" + SOURCE)
    result = json.loads(render(moved, "sarif"))["runs"][0]["results"][0]
    assert result["partialFingerprints"] == _sarif(_finding())["runs"][0]["results"][0]["partialFingerprints"]


def test_findings_are_put_in_order_and_repeated_ones_dropped() -> None:
    late, early = _finding(Span(9, 1, 9, 2)), _finding(Span(1, 5, 1, 6))
    assert in_order([late, early, late]) == (early, late)


_ANY = st.text(max_size=30)


@given(
    source=_ANY,
    numbers=st.tuples(*[st.integers(1, 40)] * 4),
    path=st.text(min_size=1, max_size=10),
    message=_ANY,
    form=st.sampled_from(FORMATS),
)
def test_any_finding_is_rendered(
    source: str, numbers: tuple[int, int, int, int], path: str, message: str, form: Any
) -> None:
    finding = _finding(Span(*numbers), path=path, message=message, suggestion=message)
    rendered = render(_report(finding, source=source), form)
    rendered.encode()
    if form in ("json", "sarif"):
        json.loads(rendered)
    elif form == "github":
        assert rendered.count("\n") == 0


@given(line=st.text(max_size=300), start=st.integers(0, 320), length=st.integers(0, 320))
def test_window_never_exceeds_its_width_and_the_underline_stays_in_it(line: str, start: int, length: int) -> None:
    part = window(line, start, start + length, 40)
    assert columns(part.text) <= 42
    assert part.indent >= 0
    assert part.width >= 1
