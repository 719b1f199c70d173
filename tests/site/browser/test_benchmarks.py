"""What was measured, in a real browser: sorted, filtered, linked, by keyboard and without scripts."""

from __future__ import annotations


def column(page, key: str) -> list[str]:
    place = page.locator(f"th[data-key={key}]").evaluate("(cell) => cell.cellIndex + 1")
    return page.locator(f"table.measured-table tbody tr:visible > :nth-child({place}):not(.failed)").all_inner_texts()


def names(page) -> list[str]:
    return page.locator("table.measured-table tbody tr:visible th").all_inner_texts()


def counted(page, text: str) -> None:
    page.wait_for_function(f"document.querySelector('.count')?.textContent === '{text}'")


def test_rows_sort_by_median_time_by_keyboard_and_the_address_keeps_it(open_page):
    page = open_page("benchmarks/train/")
    page.locator("th[data-key=p50] button").focus()
    page.keyboard.press("Enter")
    times = [float(text.replace(",", "")) for text in column(page, "p50")]
    assert len(times) == 11
    assert times == sorted(times)
    assert len(set(times)) > 5
    page.keyboard.press("Space")
    assert [float(text.replace(",", "")) for text in column(page, "p50")] == times[::-1]
    assert "sort=-p50" in page.url
    last = page.locator("table.measured-table tbody tr").last
    assert "timeout" in last.inner_text()  # what has no figure comes last, whichever way
    page.reload()
    page.wait_for_selector("th[data-key=p50][aria-sort=descending]")
    assert [float(text.replace(",", "")) for text in column(page, "p50")] == times[::-1]


def test_rows_are_filtered_by_status(open_page):
    page = open_page("benchmarks/train/")
    counted(page, "12 of 12 rows.")
    page.get_by_label("Status").select_option("timeout")
    counted(page, "1 of 12 rows.")
    assert names(page) == ["Gemma3TextConfig"]
    assert "status=timeout" in page.url
    page.get_by_role("button", name="Clear").click()
    counted(page, "12 of 12 rows.")
    assert "status" not in page.url


def test_the_overview_leads_to_rows_of_one_status(open_page):
    page = open_page("benchmarks/")
    page.locator(".coverage-table tbody tr").last.get_by_role("link", name="6").click()
    counted(page, "6 of 12 rows.")
    assert page.get_by_label("Status").input_value() == "unsupported"


def test_what_was_not_measured_is_filtered_by_workload_and_by_reason(open_page):
    page = open_page("benchmarks/")
    rows = page.locator("table.unmeasured-table tbody tr:visible")
    counted(page, "7 of 7 rows.")
    page.get_by_label("Workload").select_option("training step")
    counted(page, "1 of 7 rows.")
    assert "It took longer than 120 s." in rows.inner_text()
    page.get_by_label("Workload").select_option("")
    page.get_by_label("Reason or model").fill("bert generate")
    counted(page, "1 of 7 rows.")
    rows.get_by_role("link", name="BertConfig").click()
    page.wait_for_url("**/models/BertConfig/#section-measured")


def test_rows_are_filtered_by_model_and_by_setting(open_page):
    page = open_page("benchmarks/forward/")
    counted(page, "21 of 21 rows.")
    page.locator("select[name=scale]").select_option("full")
    page.locator("select[name=batch]").select_option("16")
    counted(page, "3 of 21 rows.")
    assert column(page, "length") == ["32", "128", "512"]
    page.get_by_role("button", name="Clear").click()
    page.get_by_role("searchbox", name="Model").fill("whisper model")
    counted(page, "1 of 21 rows.")
    assert names(page) == ["WhisperConfig"]


def test_columns_are_hidden_by_keyboard_and_the_address_keeps_it(open_page):
    page = open_page("benchmarks/train/")
    memory = page.locator("th[data-key=memory]")
    assert memory.is_visible()
    page.get_by_label("memory", exact=True).focus()
    page.keyboard.press("Space")
    assert not memory.is_visible()
    assert page.locator("th[data-key=p50]").is_visible()
    page.get_by_label("time", exact=True).uncheck()
    assert page.locator("td.failed").is_visible()
    page.reload()
    page.wait_for_selector(".column-sets")
    assert not memory.is_visible()
    assert not page.get_by_label("memory", exact=True).is_checked()


def test_heading_and_model_stay_in_sight(open_page):
    page = open_page("benchmarks/forward/", width=390, height=844)
    frame = page.locator(".table-scroll:has(.measured-table)")
    frame.scroll_into_view_if_needed()
    frame.evaluate("(part) => part.scrollTo(400, 200)")
    left = frame.bounding_box()["x"]
    assert abs(page.locator("table.measured-table tbody th").nth(12).bounding_box()["x"] - left) < 2
    top = frame.bounding_box()["y"]
    assert abs(page.locator("th[data-key=model]").bounding_box()["y"] - top) < 2


def test_a_point_and_a_row_lead_to_the_models_section(open_page):
    page = open_page("benchmarks/forward/")
    chart = page.locator("figure.chart").first
    assert chart.locator("a").count() == 12
    assert chart.locator("a[tabindex='-1']").count() == 12
    chart.locator("a[href*=BertConfig]").click()
    page.wait_for_url("**/models/BertConfig/#section-measured")
    assert page.locator("table.measured-lines").is_visible()
    assert "Example CPU 2000" in page.locator(".places").inner_text()


def test_the_tables_read_well_without_scripts(open_page):
    page = open_page("benchmarks/forward/", scripts=False)
    assert page.locator("table.measured-table tbody tr").count() == 21
    assert page.locator("th[data-key=error]").is_visible()
    page.get_by_role("link", name="GPT2Config", exact=True).click()
    assert page.locator("#section-measured").is_visible()


def test_filters_and_sorting_work_from_a_folder(open_page, site):
    page = open_page((site.folder / "benchmarks/train/index.html").as_uri())
    counted(page, "12 of 12 rows.")
    page.locator("th[data-key=p50] button").click()
    times = [float(text) for text in column(page, "p50")]
    assert times == sorted(times)


def test_the_benchmarks_are_found_by_searching(open_page):
    page = open_page("models/LlamaConfig/")
    page.keyboard.press("/")
    page.wait_for_selector("dialog.search input:focus")
    page.keyboard.type("measured latency")
    page.wait_for_selector("dialog.search [role=option]")
    assert any("Benchmarks" in text for text in page.locator("dialog.search [role=option]").all_inner_texts()[:3])
