"""Tables in a real browser: filtered, sorted, linked."""

from __future__ import annotations


def shown(page) -> list[str]:
    return page.locator("table.models-table tbody tr:visible th").all_inner_texts()


def test_models_are_filtered_by_a_parameter_and_the_address_keeps_it(open_page):
    page = open_page("models/")
    page.locator("input[name=has]").fill("attention_window")
    page.wait_for_function("document.querySelector('.count').textContent.startsWith('2 of')")
    assert shown(page) == ["LEDConfig", "LongformerConfig"]
    assert "has=attention_window" in page.url


def test_a_filter_comes_back_from_the_address(open_page):
    page = open_page("models/?modality=audio&task=automatic-speech-recognition&sort=-config_class")
    page.wait_for_function("document.querySelector('.count')?.textContent.startsWith('1 of')")
    assert shown(page) == ["WhisperConfig"]
    page.get_by_role("button", name="Clear").click()
    names = shown(page)
    assert len(names) == 12
    assert names == sorted(names, key=str.lower, reverse=True)
    assert "modality" not in page.url


def test_headings_sort_both_ways_by_keyboard(open_page):
    page = open_page("models/")
    heading = page.locator("th[data-key=parameters]")
    heading.get_by_role("button").focus()
    column = heading.evaluate("(cell) => cell.cellIndex + 1")
    cells = page.locator(f"table.models-table tbody tr > :nth-child({column})")
    page.keyboard.press("Enter")
    assert heading.get_attribute("aria-sort") == "ascending"
    counts = [int(text) for text in cells.all_inner_texts()]
    assert counts == sorted(counts)
    assert len(set(counts)) > 2
    page.keyboard.press("Enter")
    assert heading.get_attribute("aria-sort") == "descending"
    assert [int(text) for text in cells.all_inner_texts()] == sorted(counts, reverse=True)


def test_parameters_are_narrowed_down(open_page):
    page = open_page("models/LlamaConfig/")
    page.get_by_label("Filter the parameters").fill("head dim")
    rows = page.locator("table.parameters").first.locator("tbody tr:visible")
    assert "head_dim" in rows.locator("th").all_inner_texts()[0] + rows.last.inner_text()
    assert rows.count() < 5


def test_a_link_to_a_parameter_can_be_copied(open_page, site):
    page = open_page("models/LlamaConfig/")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_label("Copy the link to hidden_size").click()
    page.wait_for_function("document.querySelector('p.visually-hidden[role=status]').textContent === 'Link copied'")
    assert page.evaluate("navigator.clipboard.readText()") == f"{site.url}models/LlamaConfig/#hidden_size"


def test_tables_read_well_without_scripts(open_page):
    page = open_page("models/", scripts=False)
    assert page.locator("table.models-table tbody tr").count() == 12
    assert page.locator(".search-open").is_hidden()
    page.get_by_role("link", name="LlamaConfig", exact=True).click()
    assert page.locator("#hidden_size").is_visible()
