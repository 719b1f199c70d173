"""The whole site: a page for every class, an anchor for every parameter, no link that leads nowhere, valid HTML."""

from __future__ import annotations

import gzip
import re
from collections import Counter
from pathlib import Path

import pytest
from html_pages import HtmlPage, broken_links, read_site

from catalog.records import Release
from catalog.site.sources import base_configuration

pytestmark = pytest.mark.xdist_group("whole-site")


@pytest.fixture(scope="module")
def pages(whole_site: Path) -> dict[Path, HtmlPage]:
    return read_site(whole_site)


def test_every_class_has_its_page_and_every_own_parameter_its_anchor(
    whole_site: Path, pages: dict[Path, HtmlPage], installed_release: Release
) -> None:
    missing = []
    for config in installed_release.classes:
        page = pages.get(whole_site / "models" / config.name / "index.html")
        names = {parameter.name for parameter in config.parameters if parameter.inherited_from is None}
        if page is None:
            missing.append(config.name)
        elif not names <= page.anchors:
            missing.append(f"{config.name}: {sorted(names - page.anchors)}")
    assert len(installed_release.classes) > 800
    assert missing == []


def test_every_parameter_of_several_classes_has_a_page(
    whole_site: Path, pages: dict[Path, HtmlPage], installed_release: Release
) -> None:
    counts = Counter(item.name for config in installed_release.classes for item in config.parameters)
    shared = {name for name, count in counts.items() if count > 1}
    assert {name for name in shared if whole_site / "parameters" / name / "index.html" not in pages} == set()


def test_every_link_leads_somewhere(whole_site: Path, pages: dict[Path, HtmlPage]) -> None:
    # The page for what is not found is shown at any address, so its own links start at the root of the host.
    rest = {path: page for path, page in pages.items() if path.name != "404.html"}
    assert broken_links(whole_site, rest)[:20] == []


def test_the_navigation_leads_to_all_that_the_sources_name(whole_site: Path, pages: dict[Path, HtmlPage]) -> None:
    targets = [target for entry in base_configuration()["nav"] for target in entry.values()]
    folders = [target.removesuffix("index.md").removesuffix(".md").rstrip("/") for target in targets]
    assert [folder for folder in folders if not (whole_site / folder / "index.html").is_file()] == []
    addresses = {address.rstrip("/") for address in pages[whole_site / "rules" / "C301" / "index.html"].addresses}
    assert {f"../../{folder}" for folder in folders if folder not in ("", "rules")} <= addresses


def test_the_page_for_what_is_not_found_starts_at_the_root_of_the_host(
    whole_site: Path, pages: dict[Path, HtmlPage]
) -> None:
    addresses = pages[whole_site / "404.html"].addresses
    assert "/models/" in addresses
    for address in addresses:
        assert re.match(r"/(?!/)|#|https?://", address), address
        path = whole_site / address.partition("#")[0].lstrip("/")
        assert not address.startswith("/") or path.exists(), address


def test_nothing_is_loaded_from_another_host(whole_site: Path, pages: dict[Path, HtmlPage]) -> None:
    loading = re.compile(
        r"<(?:script|img|iframe|source|audio|video|embed)\b[^>]*\ssrc=[\"']?(?:https?:)?//|@import|url\((?:https?:)?//"
    )
    styled = re.compile(r"<link\b[^>]*\shref=[\"']?(?:https?:)?//")
    wrong = [path for path in pages if loading.search(text := path.read_text(encoding="utf-8")) or styled.search(text)]
    assert wrong == []


def test_no_anchor_stands_twice_on_a_page(pages: dict[Path, HtmlPage]) -> None:
    anchor = re.compile(r"""<[a-zA-Z][^<>]*\sid="([^"]*)\"""")
    wrong = {}
    for path in pages:
        twice = [name for name, count in Counter(anchor.findall(path.read_text(encoding="utf-8"))).items() if count > 1]
        if twice:
            wrong[str(path)] = twice
    assert wrong == {}


def test_pages_of_every_kind_are_valid_html(whole_site: Path, pages: dict[Path, HtmlPage]) -> None:
    html5lib = pytest.importorskip("html5lib")
    chosen = [path for path in pages if len(path.relative_to(whole_site).parts) < 3 or "benchmarks" in path.parts]
    chosen += [path for path in pages if path not in chosen][::25]
    wrong = {}
    for path in chosen:
        parser = html5lib.HTMLParser()
        parser.parse(path.read_text(encoding="utf-8"))
        if parser.errors:
            wrong[str(path.relative_to(whole_site))] = [(place, kind) for place, kind, _ in parser.errors[:3]]
    assert len(chosen) > 80
    assert wrong == {}


def test_the_site_is_small(whole_site: Path) -> None:
    assert sum(path.stat().st_size for path in whole_site.rglob("*") if path.is_file()) < 120_000_000


def test_a_model_page_loads_little(whole_site: Path, pages: dict[Path, HtmlPage]) -> None:
    """The largest model pages, compressed, with the styles and scripts that they name."""
    models = sorted((whole_site / "models").glob("*/index.html"), key=lambda path: path.stat().st_size)[-5:]
    for path in models:
        loaded = {path}
        for tag in re.findall(r"<(?:script|link|img)\b[^>]*>", path.read_text(encoding="utf-8")):
            if (found := re.search(r'(?:src|href)="?([^"\s>]+)', tag)) and not re.search(
                'rel="?(next|prev|canonical)', tag
            ):
                target = (path.parent / found[1].partition("?")[0]).resolve()
                loaded |= {target} if target.is_file() and target.suffix in {".js", ".css", ".svg", ".png"} else set()
        assert sum(len(gzip.compress(file.read_bytes(), 6)) for file in loaded) < 120_000, path
