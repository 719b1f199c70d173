"""What was measured, on the built site: pages, a model's section, files for programs, hostile texts, repeated bytes."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hostile_texts import HOSTILE, Tags
from html_pages import broken_links, read_site
from measured_samples import LAPTOP, grid, measurement
from samples import RELEASE

from catalog import Catalog
from catalog.benchmark.rows import read_rows
from catalog.site.build import SiteReport

ROWS = (
    measurement(),
    measurement(mode="train", median=0.05, estimated=18 * 1024**2),
    measurement(architecture="LlamaForCausalLM", mode="generate", new_tokens=8, median=0.4, estimated=None),
    *grid("LlamaConfig", "LlamaModel"),
    measurement("Llama4TextConfig", "Llama4TextModel", status="timeout", reason="It took longer than 120 s."),
    measurement("PairConfig", "PairModel", status="does-not-build", reason="projector is missing"),
)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def page(report: SiteReport, path: str) -> str:
    return (report.output / path / "index.html").read_text(encoding="utf-8")


def words(text: str) -> str:
    """The text of a page's main part."""
    main = text[text.index("<main") : text.index("</main>")]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())


def table_rows(text: str, kind: str) -> list[list[str]]:
    table = re.search(rf'<table class="{kind}".*?</table>', text, re.DOTALL)
    assert table is not None
    return [
        [words(f"<main{cell}</main>").strip("> ") for cell in re.findall(r"<t[hd][^>]*(>.*?)</t[hd]>", row, re.DOTALL)]
        for row in re.findall(r"<tr.*?</tr>", table[0], re.DOTALL)
    ]


def test_a_catalog_without_measurements_says_how_to_make_some(build_of) -> None:
    report = build_of(RELEASE)
    assert "catalog bench run --all" in words(page(report, "benchmarks"))
    assert "catalog bench run --all --no-forward --train" in words(page(report, "benchmarks/train"))
    assert "section-measured" not in page(report, "models/LlamaConfig")
    assert not (report.output / "benchmarks/measurements.csv").exists()
    assert "Measured rows" not in page(report, "")
    assert "## Measured" not in (report.output / "llms.txt").read_text()
    assert broken_links(report.output, _without_not_found(report)) == []


def _without_not_found(report: SiteReport):  # type: ignore[no-untyped-def]
    return {path: found for path, found in read_site(report.output).items() if path.name != "404.html"}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> SiteReport:
    """A site with a few measurements, built once."""
    from catalog.site.build import build_site
    from catalog.store import open_store

    place = tmp_path_factory.mktemp("measured")
    with open_store(place / "c.db") as store:
        store.write_release(RELEASE)
    with Catalog.open(place / "c.db") as catalog:
        catalog.record_measurements(ROWS)
        return build_site(catalog, place / "site", work=place / "work")


def test_the_overview_has_environments_coverage_errors_and_reasons(built) -> None:
    text = page(built, "benchmarks")
    shown = words(text)
    assert "12 measured rows of 3 configuration classes." in shown
    assert "Example CPU 2000, 2 cores, 1 thread of torch" in shown
    assert "Example GPU 80 GB with 80 GiB" in shown
    assert table_rows(text, "coverage-table") == [
        ["Workload", "Scale", "Rows", "Models", "measured", "timeout", "does-not-build"],
        ["Forward passes", "tiny", "3", "3", "1", "1", "1"],
        ["Forward passes", "full", "9", "1", "9", "", ""],
        ["Training steps", "tiny", "1", "1", "1", "", ""],
        ["Generation", "tiny", "1", "1", "1", "", ""],
    ]
    assert 'href="forward/?status=timeout&amp;scale=tiny"' in text
    errors = table_rows(text, "estimates-table")
    assert errors[1][:4] == ["Forward passes", "A", "from the graph", "9"]
    assert ["Training steps", "B", "from the graph", "1", "10.0 %", "100 %", "LlamaConfig (tiny), -10.0 %"] in [
        [cell.replace(" ,", ",") for cell in row] for row in errors
    ]
    assert table_rows(text, "unmeasured-table")[1:] == [
        ["forward pass", "does-not-build", "projector is missing", "1", "PairConfig"],
        ["forward pass", "timeout", "It took longer than 120 s.", "1", "Llama4TextConfig"],
    ]
    assert text.count('<figure class="chart">') == 2


def test_a_page_lists_every_row_of_its_workload(built) -> None:
    rows = table_rows(page(built, "benchmarks/forward"), "measured-table")
    assert len(rows) == 13
    head, tiny = rows[0], next(row for row in rows if row[:3] == ["LlamaConfig", "LlamaModel", "tiny"])
    cells = dict(zip(head, tiny, strict=True))
    assert cells["p50 ms"] == "12.3"
    assert cells["noise ±%"] == "1.2"
    assert cells["tokens/s"] == "10,407"
    assert cells["memory MiB"] == "20.0"
    assert cells["estimated MiB"] == "21.0"
    assert cells["error %"] == "+5.0"
    assert cells["Environment"] == "B"
    late = next(row for row in rows if row[0] == "Llama4TextConfig")
    assert late[-1] == "timeout : It took longer than 120 s."
    (head, written) = table_rows(page(built, "benchmarks/generate"), "measured-table")
    assert dict(zip(head, written, strict=True))["decode p50 ms"] == "20.0"


def test_no_figure_stands_on_a_page_without_its_environment(built) -> None:
    for path in ("benchmarks", "benchmarks/forward", "benchmarks/train", "benchmarks/generate", "models/LlamaConfig"):
        shown = words(page(built, path))
        assert "Example CPU 2000" in shown, path
        assert "transformers 5.23.0" in shown, path


def test_a_model_shows_what_was_measured_of_it(built) -> None:
    text = page(built, "models/LlamaConfig")
    rows = table_rows(text, "measured-lines")
    assert len(rows) == 13
    assert rows[1][0] == "forward pass, tiny"
    assert "12.3 ms ± 1.2 %" in rows[1]
    assert "+5.0 %" in rows[1]
    assert rows[-1][0] == "generation of 9 tokens, tiny"
    assert "by batch; forward pass, bfloat16" in text
    shown = words(page(built, "models/Llama4TextConfig"))
    assert "timeout : It took longer than 120 s." in shown
    assert "With Llama4TextModel, batch 1, float32, environment B." in shown


def test_every_link_and_anchor_of_these_pages_leads_somewhere(built) -> None:
    pages = _without_not_found(built)
    assert broken_links(built.output, pages) == []
    linked = [address for path, found in pages.items() if "benchmarks" in path.parts for address in found.addresses]
    assert "../../models/LlamaConfig/#section-measured" in linked


def test_a_catalog_in_which_nothing_could_be_measured_says_why(build_of) -> None:
    report = build_of(RELEASE, measurements=[replace(row, environment=None) for row in ROWS[-2:]])
    assert "0 measured rows of 2 configuration classes." in words(page(report, "benchmarks"))
    rows = table_rows(page(report, "benchmarks/forward"), "measured-table")
    assert rows[0] == ["Model", "Architecture", "Reason"]
    assert rows[2] == ["PairConfig", "PairModel", "does-not-build : projector is missing"]
    assert table_rows(page(report, "models/PairConfig"), "measured-lines")[0] == ["Workload", "Reason"]
    assert broken_links(report.output, _without_not_found(report)) == []
    assert_valid(report)


def assert_valid(report: SiteReport) -> None:
    html5lib = pytest.importorskip("html5lib")
    for path in (*report.output.glob("benchmarks/**/index.html"), *report.output.glob("models/*/index.html")):
        parser = html5lib.HTMLParser()
        parser.parse(path.read_text(encoding="utf-8"))
        assert parser.errors == [], path


def test_these_pages_are_valid_html(built) -> None:
    assert_valid(built)


def test_programs_find_the_figures_with_their_environment(built) -> None:
    document = json.loads((built.output / "catalog.json").read_text())
    assert document["environments"]["B"]["processor"] == "Example CPU 2000"
    llama = next(model for model in document["models"] if model["config_class"] == "LlamaConfig")
    assert llama["measured"][0]["p50"] == 0.0123
    assert llama["measured"][0]["environment"] == "B"
    assert llama["measured"][0]["estimated_memory"] == 21 * 1024**2
    assert all("p50" not in row for model in document["models"] for row in model["measured"] if "reason" in row)
    assert "- Environment A: Example GPU 80 GB" in (built.output / "llms.txt").read_text()
    lines = list(csv.DictReader(io.StringIO((built.output / "benchmarks/measurements.csv").read_text())))
    assert len(lines) == len(ROWS)
    assert sorted(read_rows(built.output / "benchmarks/measurements.ndjson"), key=repr) == sorted(ROWS, key=repr)


def test_the_same_measurements_give_the_same_bytes_in_whatever_order(build_of) -> None:
    first: SiteReport = build_of(RELEASE, measurements=ROWS, name="first")
    second: SiteReport = build_of(RELEASE, measurements=ROWS[::-1], name="second")
    assert contents(first.output) == contents(second.output)


def test_a_further_measurement_renders_the_pages_that_it_changes(build_of) -> None:
    some: SiteReport = build_of(RELEASE, measurements=ROWS[:-1])
    again: SiteReport = build_of(RELEASE, measurements=ROWS)
    fresh: SiteReport = build_of(RELEASE, measurements=ROWS, name="fresh")
    assert 0 < again.rendered < some.pages / 2
    assert contents(again.output) == contents(fresh.output)


def test_hostile_texts_in_rows_are_shown_as_text(build_of) -> None:
    hostile = "\n".join(HOSTILE)
    machine = replace(LAPTOP, processor=hostile, system="<i>x</i>", commit="<script>alert(1)</script>")
    ran = measurement(
        "LlamaConfig", "<img src=x onerror=alert(1)>", environment=machine, model_type='"><script>alert(1)</script>'
    )
    rows = [
        replace(ran, notes=tuple(HOSTILE), attention="{0}{{ x }}</td><h1>out</h1>"),
        measurement("PairConfig", status="crash", reason=hostile, model_type="a|b`c", environment=machine),
        measurement("Llama4TextConfig", environment=machine, dtype="<b>x</b>"),
    ]
    report = build_of(RELEASE, measurements=rows)
    for path in ("benchmarks", "benchmarks/forward", "models/LlamaConfig", "models/PairConfig"):
        text = page(report, path)
        assert "<script>alert" not in text
        assert not re.search(r"<(?:img src=x|h1>out|i>|b>x)", text)
        assert "javascript:alert" not in "".join(re.findall(r'href="[^"]*"', text))
        assert text.count("</html>") == 1
        assert text.count("<h1") == 1
    shown = Tags(page(report, "benchmarks")).text
    for sign in ("<script>alert(1)</script>", "{{ config }} {% raw %} {# gone #}", "a | b || c ||| d"):
        assert sign in shown
    assert "<script>" not in (report.output / "llms.txt").read_text().partition("## Models")[2]
