"""Building: where it writes and where it refuses to, what a second build does, that bytes repeat."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from samples import NEXT, RELEASE

from catalog import Catalog
from catalog.errors import NotFoundError, UsageError
from catalog.resources import resource_folder
from catalog.site.build import SiteReport, build_site
from catalog.site.configuration import configuration
from catalog.site.mkdocs_run import Run, SiteError, run_mkdocs
from catalog.site.output import check_output
from catalog.store import open_store


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_build_writes_a_page_for_each_class(build_of) -> None:
    report: SiteReport = build_of(RELEASE)
    assert report.release == "5.23.0"
    names = {path.parent.name for path in report.output.glob("models/*/index.html")}
    assert names == {"LlamaConfig", "Llama4TextConfig", "PairConfig", "PreTrainedConfig"}
    assert (report.output / "parameters/hidden_size/index.html").is_file()
    assert (report.output / "schemas/LlamaConfig.json").is_file()


def test_the_same_catalog_gives_the_same_bytes(build_of) -> None:
    first: SiteReport = build_of(RELEASE, NEXT, name="first", site_url="https://example.org/docs/")
    second: SiteReport = build_of(RELEASE, NEXT, name="second", site_url="https://example.org/docs/")
    assert contents(first.output) == contents(second.output)


def test_a_second_build_renders_only_what_changed_and_ends_at_the_same_bytes(build_of, tmp_path: Path) -> None:
    before: SiteReport = build_of(RELEASE)
    again: SiteReport = build_of(RELEASE)
    assert again.rendered == 0
    assert contents(again.output) == contents(before.output)
    llama = next(config for config in RELEASE.classes if config.name == "LlamaConfig")
    changed = replace(llama, parameters=(*llama.parameters[:-1], replace(llama.parameters[-1], default=33)))
    classes = tuple(changed if config is llama else config for config in RELEASE.classes)
    later = replace(RELEASE, fingerprint="later", classes=classes)
    rebuilt: SiteReport = build_of(later)
    fresh: SiteReport = build_of(later, name="fresh")
    assert 0 < rebuilt.rendered < rebuilt.pages / 2
    assert contents(rebuilt.output) == contents(fresh.output)


def test_pages_that_are_gone_leave_the_output_and_foreign_files_stay(build_of) -> None:
    report: SiteReport = build_of(RELEASE)
    (report.output / "CNAME").write_text("example.org")
    build_of(replace(RELEASE, fingerprint="less", classes=RELEASE.classes[:2], observations=(), architectures=()))
    assert not (report.output / "models/PairConfig").exists()
    assert (report.output / "models/LlamaConfig/index.html").is_file() or (report.output / "models").is_dir()
    assert (report.output / "CNAME").read_text() == "example.org"


def test_an_older_release_can_be_shown(build_of) -> None:
    report: SiteReport = build_of(RELEASE, NEXT, release="5.23.0")
    assert report.release == "5.23.0"
    assert (report.output / "models/PairConfig/index.html").is_file()
    with pytest.raises(NotFoundError):
        build_of(RELEASE, name="other", release="1.0")


def test_history_stands_on_the_page(build_of) -> None:
    report: SiteReport = build_of(RELEASE, NEXT)
    text = (report.output / "models/LlamaConfig/index.html").read_text()
    assert 'data-release="5.24.0"' in text
    assert re.search(r"default <code>4096</code> → <code>8192</code>", text)


@pytest.mark.parametrize("place", ["", "pages", "deeper/still"])
def test_the_sources_are_never_written_to(tmp_path: Path, place: str) -> None:
    with open_store(tmp_path / "c.db") as store:
        store.write_release(RELEASE)
    before = contents(resource_folder("site"))
    with Catalog.open(tmp_path / "c.db") as catalog, pytest.raises(UsageError, match="sources"):
        build_site(catalog, resource_folder("site") / place, work=tmp_path / "work")
    assert contents(resource_folder("site")) == before


def test_a_folder_above_the_sources_is_refused(tmp_path: Path) -> None:
    with open_store(tmp_path / "c.db") as store:
        store.write_release(RELEASE)
    with Catalog.open(tmp_path / "c.db") as catalog, pytest.raises(UsageError, match="sources"):
        build_site(catalog, resource_folder("site").parent, work=tmp_path / "work")


def test_a_folder_with_other_things_is_refused_and_left_alone(build_of, tmp_path: Path) -> None:
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "thesis.tex").write_text("years of work")
    with pytest.raises(UsageError, match="not empty"):
        build_of(RELEASE)
    assert contents(folder) == {"thesis.tex": b"years of work"}


def test_a_file_in_place_of_the_output_folder_is_refused(build_of, tmp_path: Path) -> None:
    (tmp_path / "site").write_text("a file")
    with pytest.raises(UsageError, match="no folder"):
        build_of(RELEASE)


def test_a_folder_that_cannot_be_made_is_told_before_any_work(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(UsageError, match="cannot be made"):
        check_output(tmp_path / "file" / "site")


def test_a_marker_from_elsewhere_removes_nothing_outside_the_folder(build_of, tmp_path: Path) -> None:
    """The list of a former build's files is a file that anybody may have written."""
    report: SiteReport = build_of(RELEASE)
    (tmp_path / "precious.txt").write_text("keep me")
    marker = report.output / ".catalog-site.json"
    document = json.loads(marker.read_text())
    marker.write_text(
        json.dumps({**document, "files": [*document["files"], "../precious.txt", str(tmp_path / "precious.txt")]})
    )
    build_of(RELEASE)
    assert (tmp_path / "precious.txt").read_text() == "keep me"


def test_an_interrupted_build_is_done_again_from_the_start(build_of, tmp_path: Path) -> None:
    report: SiteReport = build_of(RELEASE)
    whole = contents(report.output)
    (tmp_path / "site-work/frame").unlink()  # what a build leaves out until it has ended
    (tmp_path / "site-work/pages/models/LlamaConfig/index.html").write_text("half of a page")
    again: SiteReport = build_of(RELEASE)
    assert again.rendered == again.pages
    assert contents(again.output) == whole


def test_the_navigation_leaves_out_the_pages_that_there_are_not() -> None:
    settings = configuration(sources=["index.md", "models/index.md"])
    assert [next(iter(entry.values())) for entry in settings["nav"]] == ["index.md", "models/index.md"]
    assert settings["theme"]["font"] is False
    assert settings["plugins"] == []


def test_a_warning_of_mkdocs_fails_the_build(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/index.md").write_text("[nowhere](missing.md)")
    (tmp_path / "mkdocs.yml").write_text(f"site_name: x\nsite_dir: {tmp_path / 'html'}\n")
    chosen = tmp_path / "chosen.txt"
    chosen.write_text("index.md\n")
    with pytest.raises(SiteError, match=r"missing\.md"):
        run_mkdocs([Run(configuration=tmp_path / "mkdocs.yml", chosen=chosen)], moment=None)
