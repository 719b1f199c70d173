/** Tables in the browser: sorting by a click on a heading, filters kept in the address, links to rows. */
(() => {
  "use strict";
  const site = window.catalogSite;
  const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

  const element = (tag, className, text) => {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  };

  const labelled = (text, field, className) => {
    const label = element("label", className, text);
    label.append(field);
    return label;
  };

  /** What a cell sorts by: a number where `data-value` has one; cells that say nothing come last. */
  const keyOf = (cell) => {
    const text = (cell?.dataset.value ?? cell?.textContent ?? "").trim();
    if (text === "" || text === "None") return null;
    const number = Number(text.replace(/,/g, ""));
    return Number.isNaN(number) ? text : number;
  };

  const compareKeys = (left, right) => {
    if (left === null || right === null) return 0;
    if (typeof left === "number" && typeof right === "number") return left - right;
    if (typeof left !== typeof right) return typeof left === "number" ? -1 : 1;
    return collator.compare(left, right);
  };

  /** Keep settings in the address; those that are empty are left out. */
  const remember = (settings) => {
    const url = new URL(location.href);
    for (const [name, value] of Object.entries(settings)) {
      if (value) url.searchParams.set(name, value);
      else url.searchParams.delete(name);
    }
    if (url.href === location.href) return;
    try {
      history.replaceState(history.state, "", url);
    } catch {
      // Some browsers refuse that for pages opened from a folder.
    }
  };

  class SortableTable {
    constructor(table, onsort = () => {}) {
      this.body = table.tBodies[0];
      this.rows = [...this.body.rows];
      this.headings = [...table.tHead.rows[0].cells];
      this.onsort = onsort;
      this.keys = new Map();
      this.headings.forEach((heading, column) => {
        if (!heading.textContent.trim()) return;
        const button = element("button", "sorter", heading.textContent);
        button.type = "button";
        button.addEventListener("click", () => {
          this.sort(column, heading.getAttribute("aria-sort") === "ascending");
          this.onsort(column, heading.getAttribute("aria-sort"));
          site.say(`Sorted by ${button.textContent}, ${heading.getAttribute("aria-sort")}`);
        });
        heading.replaceChildren(button);
      });
    }

    sort(column, descending) {
      if (!this.keys.has(column)) this.keys.set(column, new Map(this.rows.map((row) => [row, keyOf(row.cells[column])])));
      const keys = this.keys.get(column);
      const said = this.rows.filter((row) => keys.get(row) !== null);
      const silent = this.rows.filter((row) => keys.get(row) === null);
      said.sort((a, b) => (descending ? -1 : 1) * compareKeys(keys.get(a), keys.get(b)));
      this.body.append(...said, ...silent);
      this.headings.forEach((heading, place) => {
        if (place === column) heading.setAttribute("aria-sort", descending ? "descending" : "ascending");
        else heading.removeAttribute("aria-sort");
      });
    }
  }

  const sortable = (table) => {
    if (table.tHead === null || table.tBodies.length === 0 || table.tBodies[0].rows.length < 5) return;
    const count = table.tHead.rows[0].cells.length;
    if ([...table.tBodies[0].rows].some((row) => row.cells.length !== count)) return;
    new SortableTable(table);
  };

  /** The table of all models: filters over its columns, and over parameters by way of the search index. */
  const setUpModels = (table) => {
    const headings = [...table.tHead.rows[0].cells].map((cell) => cell.dataset.key);
    const column = Object.fromEntries(headings.map((key, place) => [key, place]));
    const rows = [...table.tBodies[0].rows].map((row) => {
      const text = (key) => (column[key] === undefined ? "" : row.cells[column[key]].textContent.trim());
      const size = column.size === undefined ? "" : row.cells[column.size].dataset.value;
      return {
        row,
        name: text("config_class"),
        words: `${text("config_class")} ${text("model_type")}`.toLowerCase().replace(/[^a-z0-9]+/g, " "),
        modality: text("modality"),
        tasks: text("tasks").split(", ").filter(Boolean),
        since: text("since"),
        size: size ? Number(size) : null,
      };
    });
    const asked = new URLSearchParams(location.search);
    const fields = {};
    const form = element("form", "filters");
    form.setAttribute("aria-label", "Filter the models");
    form.addEventListener("submit", (event) => event.preventDefault());

    const input = (key, label, placeholder, className) => {
      const field = element("input");
      Object.assign(field, { type: "search", name: key, placeholder, autocomplete: "off", spellcheck: false, value: asked.get(key) ?? "" });
      fields[key] = field;
      form.append(labelled(label, field, className));
      return field;
    };
    const select = (key, label, options) => {
      const field = element("select");
      field.name = key;
      field.append(new Option("any", ""), ...options.map(([value, text]) => new Option(text ?? value, value)));
      field.value = asked.get(key) ?? "";
      fields[key] = field;
      form.append(labelled(label, field));
    };
    const distinct = (values, order = collator.compare) => [...new Set(values.filter(Boolean))].sort(order).map((value) => [value]);

    input("name", "Name", "llama, whisper …", "grow");
    input("has", "Has parameter", "sliding_window").setAttribute("list", "parameter-names");
    select("modality", "Modality", distinct(rows.map((row) => row.modality)));
    select("task", "Task", distinct(rows.flatMap((row) => row.tasks)));
    const sizes = [["0-1e8", "up to 100 M"], ["1e8-1e9", "100 M to 1 B"], ["1e9-1e10", "1 B to 10 B"], ["1e10-1e11", "10 B to 100 B"], ["1e11-1e15", "above 100 B"]];
    if (rows.some((row) => row.size !== null)) select("size", "Size", sizes);
    const releases = distinct(rows.map((row) => row.since), (a, b) => collator.compare(b, a));
    if (releases.length > 1) select("since", "Added in or after", releases);
    const clear = element("button", "button", "Clear");
    clear.type = "button";
    form.append(clear);
    const count = element("p", "count");
    count.setAttribute("role", "status");
    const frame = table.closest(".table-scroll") ?? table;
    frame.before(form, count);

    let holders = null;
    const namesOf = async () => {
      await site.load("search/index.js");
      if (holders !== null) return;
      const index = window.catalogSearchIndex;
      const parameters = index.parameters.split("\n");
      const classes = index.classes.split("\n");
      holders = new Map(parameters.map((name) => [name, new Set()]));
      index.has.forEach((steps, place) => {
        let number = 0;
        for (const step of steps) holders.get(parameters[(number += step)]).add(classes[place]);
      });
      const list = element("datalist");
      list.id = "parameter-names";
      list.append(...parameters.map((name) => new Option(name, name)));
      document.body.append(list);
    };
    fields.has.addEventListener("focus", namesOf, { once: true });

    const apply = async () => {
      const wanted = Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, field.value.trim()]));
      remember(wanted);
      if (wanted.has) await namesOf();
      const having = wanted.has ? (holders.get(wanted.has.toLowerCase()) ?? new Set()) : null;
      const words = wanted.name.toLowerCase().split(/[^a-z0-9]+/).filter(Boolean);
      const [low, high] = (wanted.size ?? "").split(/-(?=\d)/).map(Number);
      let shown = 0;
      for (const entry of rows) {
        const fits =
          words.every((word) => entry.words.includes(word)) &&
          (having === null || having.has(entry.name)) &&
          (!wanted.modality || entry.modality === wanted.modality) &&
          (!wanted.task || entry.tasks.includes(wanted.task)) &&
          (!wanted.size || (entry.size !== null && entry.size >= low && entry.size < high)) &&
          (!wanted.since || (entry.since !== "" && collator.compare(entry.since, wanted.since) >= 0));
        if (entry.row.hidden === fits) entry.row.hidden = !fits;
        if (fits) shown += 1;
      }
      const unknown = having !== null && having.size === 0 ? ` No model has a parameter of its own named ${wanted.has}.` : "";
      count.textContent = `${shown} of ${rows.length} models.${unknown}`;
    };
    for (const field of Object.values(fields)) field.addEventListener(field.tagName === "INPUT" ? "input" : "change", apply);
    clear.addEventListener("click", () => {
      for (const field of Object.values(fields)) field.value = "";
      apply();
      fields.name.focus();
    });
    const sorter = new SortableTable(table, (place, order) => {
      remember({ sort: `${order === "descending" ? "-" : ""}${headings[place]}` });
    });
    const order = asked.get("sort") ?? "";
    const sorted = headings.indexOf(order.replace(/^-/, ""));
    if (order && sorted >= 0) sorter.sort(sorted, order.startsWith("-"));
    apply();
  };

  /** A table of parameters: a field that narrows it down, and a link to each row that can be copied. */
  const setUpParameters = (table) => {
    for (const row of table.tBodies[0].rows) {
      if (!row.id) continue;
      const button = element("button", "copy-link", "#");
      button.type = "button";
      button.setAttribute("aria-label", `Copy the link to ${row.id}`);
      button.title = "Copy the link";
      button.addEventListener("click", async () => {
        const url = new URL(location.href);
        url.search = "";
        url.hash = row.id;
        await site.copy(url.href);
        button.textContent = "✓";
        site.say("Link copied");
        setTimeout(() => {
          button.textContent = "#";
        }, 1200);
      });
      row.cells[0].querySelector(".anchor")?.after(button);
    }
    if (table.closest("details") || table.tBodies[0].rows.length < 8) return;
    const rows = [...table.tBodies[0].rows].map((row) => [row, row.textContent.toLowerCase()]);
    const field = element("input");
    Object.assign(field, { type: "search", placeholder: "name, type, default, meaning", autocomplete: "off", spellcheck: false });
    field.value = new URLSearchParams(location.search).get("filter") ?? "";
    const form = element("form", "filters");
    form.append(labelled("Filter the parameters", field, "grow"));
    form.addEventListener("submit", (event) => event.preventDefault());
    const count = element("p", "count");
    count.setAttribute("role", "status");
    (table.closest(".table-scroll") ?? table).before(form, count);
    const apply = () => {
      const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
      remember({ filter: field.value.trim() });
      let shown = 0;
      for (const [row, text] of rows) {
        row.hidden = !words.every((word) => text.includes(word));
        if (!row.hidden) shown += 1;
      }
      count.textContent = words.length ? `${shown} of ${rows.length} parameters` : "";
    };
    field.addEventListener("input", apply);
    if (field.value) apply();
  };

  window.catalogTables = { SortableTable, collator, element, labelled, remember };

  for (const table of document.querySelectorAll("table.models-table")) setUpModels(table);
  for (const table of document.querySelectorAll("table.parameters")) setUpParameters(table);
  for (const table of document.querySelectorAll("main table:not(.models-table, .measured-table, .measured-lines, .forward, .weights, .shares, .compared)")) sortable(table);
  // Filters above a table move it down: go to the row that was asked for again.
  document.querySelector(":target")?.scrollIntoView();
})();
