"""``catalog doctor``: the report on the documentation."""

from __future__ import annotations

KEYS = {"release", "documented_defaults", "undocumented", "failures", "effective_defaults"}


def test_json_lists_every_kind(run, installed_release) -> None:
    document = run("doctor", "--json").json
    assert set(document) == KEYS
    assert {fault["kind"] for fault in document["documented_defaults"]} >= {"wrong-default"}
    assert {failure["subject"] for failure in document["failures"]} == {f.subject for f in installed_release.failures}
    assert document["undocumented"]
    assert document["effective_defaults"]


def test_one_kind_leaves_the_others_empty(run) -> None:
    document = run("doctor", "--kind", "undocumented", "--json").json
    assert document["undocumented"]
    assert not document["documented_defaults"]
    assert not document["failures"]
    assert not document["effective_defaults"]


def test_the_report_counts_each_kind_and_lists_what_misleads(run) -> None:
    document, page = run("doctor", "--json").json, run("doctor").out
    wrong = [fault for fault in document["documented_defaults"] if fault["kind"] == "wrong-default"]
    assert f"Documented defaults that the code contradicts: {len(wrong)}" in page
    for fault in wrong:
        assert fault["parameter"] in page
    assert "catalog doctor --kind effective-default" in page
    assert "Gemma4AssistantConfig" in page


def test_one_kind_is_listed_in_full(run) -> None:
    document = run("doctor", "--json").json
    page = run("doctor", "--kind", "effective-default").out
    rows = [line for line in page.splitlines() if line.startswith("  ")]
    assert len(rows) == len(document["effective_defaults"]) + 1


def test_a_report_is_no_failure_unless_asked(run) -> None:
    assert run("doctor").status == 0
    assert run("doctor", "--strict").status == 1


def test_an_unknown_kind_is_wrong_usage(run) -> None:
    result = run("doctor", "--kind", "nonsense")
    assert (result.status, result.out) == (2, "")
    assert "wrong-default" in result.err
