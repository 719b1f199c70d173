/** Tables of what was measured: filters over their rows, sets of columns, both kept in the address. */
(() => {
  "use strict";
  const { SortableTable, collator, element, labelled, remember } = window.catalogTables;
  const GROUPS = { time: "time", throughput: "throughput", compute: "operations", memory: "memory" };
  const MOST = 40; // a list of more choices than that is no help

  const plain = (text) => text.toLowerCase().replace(/[^a-z0-9]+/g, " ");
  const distinct = (values) => [...new Set(values.filter(Boolean))].sort(collator.compare);

  /**
   * Filters above a table: a field for words, and a list for each thing in which rows differ.
   * `read` makes of a row its `words` and a text for each of `choices`, which are pairs of a key and a label.
   */
  const filters = (table, { label, placeholder, choices, read }) => {
    const rows = [...table.tBodies[0].rows].map((row) => ({ row, ...read(row) }));
    const asked = new URLSearchParams(location.search);
    const form = element("form", "filters");
    form.setAttribute("aria-label", "Filter the rows");
    form.addEventListener("submit", (event) => event.preventDefault());
    const name = element("input");
    Object.assign(name, { type: "search", name: "name", placeholder, autocomplete: "off", spellcheck: false, value: asked.get("name") ?? "" });
    form.append(labelled(label, name, "grow"));
    const fields = { name };
    for (const [key, text] of choices) {
      const values = distinct(rows.map((entry) => entry[key]));
      if (values.length < 2 || values.length > MOST) continue;
      const field = element("select");
      field.name = key;
      field.append(new Option("any", ""), ...values.map((value) => new Option(value, value)));
      field.value = asked.get(key) ?? "";
      if (field.selectedIndex < 0) field.value = "";
      fields[key] = field;
      form.append(labelled(text, field));
    }
    const clear = element("button", "button", "Clear");
    clear.type = "button";
    form.append(clear);
    const count = element("p", "count");
    count.setAttribute("role", "status");
    (table.closest(".table-scroll") ?? table).before(form, count);

    const apply = () => {
      const wanted = Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, field.value.trim()]));
      remember(wanted);
      const words = plain(wanted.name).split(" ").filter(Boolean);
      const chosen = Object.entries(wanted).filter(([key, value]) => key !== "name" && value);
      let shown = 0;
      for (const entry of rows) {
        const fits = words.every((word) => entry.words.includes(word)) && chosen.every(([key, value]) => entry[key] === value);
        if (entry.row.hidden === fits) entry.row.hidden = !fits;
        if (fits) shown += 1;
      }
      count.textContent = `${shown.toLocaleString("en")} of ${rows.length.toLocaleString("en")} rows.`;
    };
    for (const field of Object.values(fields)) field.addEventListener(field.tagName === "INPUT" ? "input" : "change", apply);
    clear.addEventListener("click", () => {
      for (const field of Object.values(fields)) field.value = "";
      apply();
      name.focus();
    });
    apply();
    return { clear };
  };

  /** Boxes that show or hide the columns about one thing. */
  const columnSets = (table, headings) => {
    const all = Object.keys(GROUPS).filter((group) => headings.some((cell) => cell.dataset.group === group));
    const shown = new Set((new URLSearchParams(location.search).get("columns") ?? all.join(",")).split(","));
    const sheet = new CSSStyleSheet();
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
    const apply = () => {
      const hidden = headings.flatMap((cell, place) => (all.includes(cell.dataset.group) && !shown.has(cell.dataset.group) ? [place + 1] : []));
      sheet.replaceSync(hidden.map((place) => `#${table.id} tr > :nth-child(${place}):not(.failed) { display: none; }`).join("\n"));
    };
    const boxes = element("fieldset", "column-sets");
    boxes.append(element("legend", "", "Columns"));
    for (const group of all) {
      const box = element("input");
      Object.assign(box, { type: "checkbox", checked: shown.has(group) });
      box.addEventListener("change", () => {
        if (box.checked) shown.add(group);
        else shown.delete(group);
        const chosen = all.filter((key) => shown.has(key));
        remember({ columns: chosen.length === all.length ? "" : chosen.join(",") || "none" });
        apply();
      });
      const label = element("label", "check");
      label.append(box, GROUPS[group]);
      boxes.append(label);
    }
    apply();
    return boxes;
  };

  const setUpMeasured = (table) => {
    const headings = [...table.tHead.rows[0].cells];
    const keys = headings.map((cell) => cell.dataset.key);
    const settings = headings.flatMap((cell, place) => (cell.dataset.group === "setting" ? [[cell.dataset.key, cell.textContent, place]] : []));
    const { clear } = filters(table, {
      label: "Model",
      placeholder: "llama, BertModel …",
      choices: [["status", "Status"], ["modality", "Modality"], ...settings, ["estimated", "Estimated"]],
      read: (row) => ({
        words: plain(`${row.cells[0].textContent} ${row.cells[0].querySelector("a")?.getAttribute("href") ?? ""} ${row.cells[1].textContent}`),
        status: row.dataset.status,
        modality: row.dataset.modality ?? "",
        estimated: row.dataset.estimated ?? "",
        ...Object.fromEntries(settings.map(([key, , place]) => [key, row.cells[place].textContent])),
      }),
    });
    clear.before(columnSets(table, headings));
    const sorter = new SortableTable(table, (place, order) => {
      remember({ sort: `${order === "descending" ? "-" : ""}${keys[place]}` });
    });
    const order = new URLSearchParams(location.search).get("sort") ?? "";
    const sorted = keys.indexOf(order.replace(/^-/, ""));
    if (order && sorted >= 0) sorter.sort(sorted, order.startsWith("-"));
  };

  const setUpUnmeasured = (table) => {
    if (table.tBodies[0].rows.length < 5) return;
    const keys = [...table.tHead.rows[0].cells].map((cell) => cell.dataset.key);
    const text = (row, key) => row.cells[keys.indexOf(key)].textContent;
    filters(table, {
      label: "Reason or model",
      placeholder: "segmentation fault, bert …",
      choices: [["mode", "Workload"], ["status", "Status"]],
      read: (row) => ({
        words: plain(`${text(row, "reason")} ${text(row, "models")}`),
        mode: text(row, "mode"),
        status: text(row, "status"),
      }),
    });
  };

  for (const table of document.querySelectorAll("table.measured-table")) setUpMeasured(table);
  for (const table of document.querySelectorAll("table.unmeasured-table")) setUpUnmeasured(table);
})();
