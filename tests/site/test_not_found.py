"""The page for what is not found looks right below any folder of a host, whatever became of the style since."""

from __future__ import annotations

from pathlib import Path

import pytest
from samples import RELEASE

from catalog.resources import resource_folder
from catalog.site.build import SiteReport
from catalog.site.render import style_not_found

CSS = (resource_folder("site") / "pages" / "assets" / "site.css").read_text(encoding="utf-8")


@pytest.mark.parametrize("site_url", ["", "https://example.org/docs/"])
def test_its_style_stands_in_it_in_a_second_build_too(build_of, site_url: str) -> None:
    for _ in range(2):
        report: SiteReport = build_of(RELEASE, site_url=site_url)
        page = (report.output / "404.html").read_text(encoding="utf-8")
        assert f"<style>\n{CSS}</style>" in page
        assert 'rel="stylesheet"' not in page
        assert page.count("<style>") == 1


def test_a_style_of_a_former_build_is_replaced(tmp_path: Path) -> None:
    page, style = tmp_path / "404.html", tmp_path / "site.css"
    page.write_text('<head>\n<link rel="stylesheet" href="/docs/assets/site.css">\n</head>', encoding="utf-8")
    for content in ("a { color: red; }\n", 'b::before { content: "\\201C\\\\"; }\n'):
        style.write_text(content, encoding="utf-8")
        style_not_found(page, style)
        assert page.read_text(encoding="utf-8") == f"<head>\n<style>\n{content}</style>\n</head>"


def test_a_build_without_the_page_goes_on(tmp_path: Path) -> None:
    style_not_found(tmp_path / "404.html", tmp_path / "site.css")
    assert not list(tmp_path.iterdir())
