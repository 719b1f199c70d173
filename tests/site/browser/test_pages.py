"""Pages in a real browser: comparing, copying, colours, small screens, accessibility, weight."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

PAGES = (
    "",
    "models/",
    "models/LlamaConfig/",
    "models/Gemma3Config/",
    "parameters/",
    "parameters/hidden_size/",
    "architectures/",
    "compare/?model=LlamaConfig&model=MistralConfig",
    "releases/",
    "mistakes/",
    "coverage/",
    "benchmarks/",
    "benchmarks/forward/",
    "benchmarks/method/",
    "guides/",
    "guides/validate/",
    "reference/python/",
    "rules/",
    "rules/C301/",
)


def cells(page, name: str) -> list[str]:
    row = page.locator("table.compared tbody tr").filter(has=page.get_by_role("rowheader", name=name, exact=True))
    return row.locator("td code").all_inner_texts()


def test_models_are_picked_and_compared(open_page, site):
    page = open_page("compare/")
    for name in ("llama", "MistralConfig"):
        page.get_by_label("Model").fill(name)
        page.keyboard.press("Enter")
        page.wait_for_function("document.querySelector('.compare-pick input').value === ''")
    assert cells(page, "num_key_value_heads") == ["None → 32", "8"]
    assert cells(page, "hidden_size") == ["4096", "4096"]
    row = page.locator("tr.differs").filter(has_text="num_key_value_heads")
    assert row.count() == 1
    assert re.fullmatch(r".*\?model=LlamaConfig@[\d.]+&model=MistralConfig@[\d.]+", page.url)


def test_two_releases_of_a_model_are_compared(open_page):
    page = open_page("compare/?model=LlamaConfig&model=LlamaConfig@4.30.0")
    page.wait_for_selector("table.compared")
    assert cells(page, "vocab_size") == ["32000", "16000"]
    head_dim = page.locator("table.compared tbody tr").filter(has_text="head_dim")
    assert head_dim.locator("td.absent").count() == 1
    page.get_by_label("Only differences").check()
    assert page.locator("table.compared tbody tr").count() == 2
    page.locator("button", has_text="Remove").last.click()
    assert "4.30.0" not in page.url


def test_an_unknown_model_is_named(open_page):
    page = open_page("compare/?model=NoSuchConfig")
    page.wait_for_function("document.querySelector('.compare .count').textContent.includes('NoSuchConfig')")


def test_comparing_works_from_a_folder(open_page, site):
    page = open_page((site.folder / "compare/index.html").as_uri() + "?model=LlamaConfig&model=BertConfig")
    page.wait_for_selector("table.compared")
    assert cells(page, "hidden_size") == ["4096", "768"]


def test_a_starter_spec_is_copied(open_page):
    page = open_page("models/LlamaConfig/")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    block = page.locator("details.starter[open] .copied").first
    block.get_by_role("button", name="Copy").click()
    page.wait_for_function("document.querySelector('details.starter[open] .copy').textContent === 'Copied'")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == block.locator("code").inner_text().rstrip("\n")
    assert "llama" in copied


def test_colours_follow_the_system_and_then_the_choice(open_page):
    ground = "getComputedStyle(document.body).backgroundColor"
    page = open_page("models/LlamaConfig/", scheme="dark")
    dark = page.evaluate(ground)
    toggle = page.get_by_role("button", name="Dark mode")
    assert toggle.get_attribute("aria-pressed") == "true"
    toggle.click()
    light = page.evaluate(ground)
    assert light == "rgb(255, 255, 255)" != dark
    page.reload()
    assert page.evaluate(ground) == light


@pytest.mark.parametrize("path", PAGES)
def test_a_page_fits_a_phone(open_page, path):
    page = open_page(path, width=390, height=844)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_no_violation_on_a_screen_or_on_a_phone_in_the_dark(open_page, path):
    for width, scheme in ((1280, "light"), (390, "dark")):
        page = open_page(path, width=width, scheme=scheme)
        page.wait_for_load_state("networkidle")
        assert _violations(page) == []


def test_axe_finds_no_violation_in_the_open_search(open_page):
    page = open_page("models/LlamaConfig/")
    page.keyboard.press("/")
    page.wait_for_selector("dialog.search input:focus")
    page.keyboard.type("rope")
    page.wait_for_selector("dialog.search [role=option]")
    assert _violations(page) == []
    page.emulate_media(color_scheme="dark")
    assert _violations(page) == []


def _violations(page) -> list[str]:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    found = axe.Axe().run(page).response["violations"]
    return [f"{item['id']}: {node['target']} {node['failureSummary']}" for item in found for node in item["nodes"]]


def test_a_model_page_weighs_little_with_all_it_loads(open_page, site):
    page = open_page("models/LlamaConfig/")
    page.wait_for_load_state("networkidle")
    urls = page.evaluate("performance.getEntriesByType('resource').map((entry) => entry.name)")
    files = {site.folder / "models/LlamaConfig/index.html", *(_file(url, site) for url in urls)}
    size = sum(len(gzip.compress(file.read_bytes(), mtime=0)) for file in files if file.is_file())
    assert size < 120_000


def _file(url: str, site) -> Path:
    path = site.folder / url.removeprefix(site.url).partition("?")[0]
    return path / "index.html" if path.is_dir() else path
