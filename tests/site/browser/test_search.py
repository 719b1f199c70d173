"""The search in a real browser: found by keyboard alone, linked by address, announced to screen readers."""

from __future__ import annotations

import pytest

FIELD = "dialog.search input"
OPTION = "dialog.search [role=option]"


def selected(page) -> str:
    return page.locator(f"{OPTION}[aria-selected=true]").inner_text()


@pytest.mark.parametrize("key", ["/", "s", "Control+k"])
def test_a_key_opens_the_search_anywhere(open_page, key):
    page = open_page("models/BertConfig/")
    page.keyboard.press(key)
    page.wait_for_selector(f"{FIELD}:focus")
    assert page.locator(FIELD).input_value() == ""


def test_the_keyboard_alone_leads_to_a_parameter(open_page, site):
    page = open_page("models/")
    page.keyboard.press("/")
    page.wait_for_selector(f"{FIELD}:focus")
    page.keyboard.type("hidden size llama")
    page.wait_for_selector(OPTION)
    assert "hidden_size in LlamaConfig = 4096" in " ".join(selected(page).split())
    page.keyboard.press("ArrowDown")
    assert "hidden_size in LlamaConfig" not in " ".join(selected(page).split())
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site.url}models/LlamaConfig/#hidden_size")
    assert page.locator("tr:target th").inner_text().startswith("hidden_size")


def test_what_llama_makes_of_head_dim_is_told_without_opening_a_page(open_page):
    page = open_page("")
    page.keyboard.press("/")
    field = "[role=combobox]:focus"
    page.wait_for_selector(field)
    page.keyboard.type("head_dim default llama")
    page.wait_for_selector("[role=option]")
    assert "None → 128" in page.locator("[role=option]").first.inner_text()


def test_escape_closes_and_gives_the_focus_back(open_page):
    page = open_page("models/BertConfig/")
    page.locator(".search-open").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(f"{FIELD}:focus")
    page.keyboard.type("bert")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.wait_for_selector(FIELD, state="hidden")
    assert page.evaluate("document.activeElement.className").startswith("search-open")


def test_letters_typed_into_a_field_do_not_open_the_search(open_page):
    page = open_page("models/")
    page.locator("input[name=name]").focus()
    page.keyboard.type("s/s")
    assert page.locator("input[name=name]").input_value() == "s/s"
    assert page.locator("dialog.search").count() == 0


def test_the_query_stands_in_the_address_and_comes_back_from_it(open_page):
    page = open_page("models/LlamaConfig/")
    page.keyboard.press("/")
    page.wait_for_selector(f"{FIELD}:focus")
    page.keyboard.type("sliding windw")
    page.wait_for_selector(OPTION)
    assert "q=sliding+windw" in page.url
    again = open_page("models/LlamaConfig/?q=sliding+windw")
    again.wait_for_selector(OPTION)
    assert again.locator(FIELD).input_value() == "sliding windw"
    assert "sliding_window" in again.locator(OPTION).first.inner_text()


def test_the_list_follows_the_combobox_pattern(open_page):
    page = open_page("models/")
    page.keyboard.press("/")
    field = page.locator(FIELD)
    field.wait_for()
    assert field.get_attribute("role") == "combobox"
    assert field.get_attribute("aria-expanded") == "false"
    page.keyboard.type("theta")
    page.wait_for_selector(OPTION)
    assert field.get_attribute("aria-expanded") == "true"
    active = field.get_attribute("aria-activedescendant")
    assert page.locator(f"#{active}").get_attribute("aria-selected") == "true"
    listbox = page.locator(f"#{field.get_attribute('aria-controls')}")
    assert listbox.get_attribute("role") == "listbox"
    for group in listbox.locator("[role=group]").all():
        assert page.locator(f"#{group.get_attribute('aria-labelledby')}").inner_text()


def test_nothing_found_is_said(open_page):
    page = open_page("models/")
    page.keyboard.press("/")
    page.wait_for_selector(f"{FIELD}:focus")
    page.keyboard.type("zzqqxxvv")
    assert "Nothing" in page.locator(".search-none").inner_text()


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "((((", "\\", "a" * 200, "  ", "🙂", "%00", "*.?+[^"])
def test_any_text_may_be_typed(open_page, text):
    page = open_page("models/")
    page.keyboard.press("/")
    page.wait_for_selector(f"{FIELD}:focus")
    page.locator(FIELD).fill(text)
    assert page.locator("dialog.search script").count() == 0


def test_pages_from_a_folder_can_be_searched(open_page, site):
    page = open_page((site.folder / "models/LlamaConfig/index.html").as_uri())
    page.keyboard.press("/")
    page.wait_for_selector(f"{FIELD}:focus")
    page.keyboard.type("attention_window")
    page.wait_for_selector(OPTION)
    page.keyboard.press("Enter")
    page.wait_for_url("file:///**/parameters/attention_window/index.html")
    assert page.locator("h1").inner_text() == "attention_window"


def test_links_of_pages_from_a_folder_lead_to_pages(open_page, site):
    page = open_page((site.folder / "models/index.html").as_uri())
    page.get_by_role("link", name="LlamaConfig", exact=True).first.click()
    page.wait_for_url("file:///**/models/LlamaConfig/index.html")
    assert page.locator("h1").inner_text() == "LlamaConfig"
