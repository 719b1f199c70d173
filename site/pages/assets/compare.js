/** Models side by side: two to four columns, each a class in a release; the choice is kept in the address. */
(() => {
  "use strict";
  const MOST = 4;
  const site = window.catalogSite;
  const root = document.querySelector(".compare");
  const classes = new Map();
  for (const option of document.querySelectorAll("#compare-classes option")) {
    classes.set(option.value.toLowerCase(), option.value);
    if (option.textContent && !classes.has(option.textContent)) classes.set(option.textContent, option.value);
  }
  const collator = new Intl.Collator("en", { numeric: true });

  const element = (tag, className, text) => {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  };

  /** The class that was meant: its name, or its model type, in any case. */
  const classOf = (text) => classes.get(text.trim().toLowerCase()) ?? classes.get(`${text.trim().toLowerCase()}config`) ?? null;

  const UNDO = {
    added: (state, name) => state.delete(name),
    removed: (state, name, before) => state.set(name, { type: "", declared: before }),
    default: (state, name, before) => state.has(name) && state.set(name, { ...state.get(name), declared: before }),
    type: (state, name, before) => state.has(name) && state.set(name, { ...state.get(name), type: before }),
    renamed: (state, name, before, after, merged) => {
      const now = state.get(after);
      if (!merged) state.delete(after);
      state.set(before, !merged && now ? now : { type: "", declared: `now ${after}` });
    },
  };

  /** Several parameters became one, which may have been there before; or one became a key of another. */
  const isMerged = (changes, [release, , , , after]) =>
    after.includes(".") || changes.filter(([when, kind, , , to]) => when === release && kind === "renamed" && to === after).length > 1;

  /** The default of a parameter before a change, as far as older changes tell it. */
  const defaultBefore = (changes, place, name) =>
    changes.slice(place + 1).find(([, kind, parameter]) => parameter === name && (kind === "default" || kind === "added"))?.[4];

  /** The parameters of a class as a release has them; null where the class is younger than the release. */
  const parametersIn = (data, release) => {
    const newest = release === data.release;
    const state = new Map(
      data.parameters.map(([name, type, declared, effective]) => [name, { type, declared, effective: newest ? effective : undefined }]),
    );
    for (const [place, change] of data.changes.entries()) {
      const [since, kind, name, before, after] = change;
      if (collator.compare(since, release) <= 0) break;
      if (kind === "class-added") return null;
      const merged = kind === "renamed" && isMerged(data.changes, change);
      if (name !== null) UNDO[kind]?.(state, name, before, after, merged);
      const declared = merged ? defaultBefore(data.changes, place, name) : undefined;
      if (declared !== undefined) state.set(name, { type: "", declared });
    }
    return state;
  };

  const releasesOf = (data) => [...new Set([data.release, ...data.changes.map(([release]) => release)])];

  let columns = [];

  const read = () =>
    new URLSearchParams(location.search)
      .getAll("model")
      .map((text) => text.split("@"))
      .map(([name, release]) => ({ name: classOf(name), asked: name, release: release ?? null }))
      .slice(0, MOST);

  const remember = () => {
    const url = new URL(location.href);
    url.search = "";
    for (const { name, release } of columns) url.searchParams.append("model", `${name}@${release}`);
    url.search = url.search.replaceAll("%40", "@");
    try {
      history.replaceState(history.state, "", url);
    } catch {
      // Some browsers refuse that for pages opened from a folder.
    }
  };

  const form = element("form", "compare-pick");
  const field = element("input");
  Object.assign(field, { autocomplete: "off", spellcheck: false, placeholder: "llama, BertConfig …", required: true });
  field.setAttribute("list", "compare-classes");
  const label = element("label", "", "Model");
  label.append(field);
  const add = element("button", "button", "Add");
  const only = element("input");
  only.type = "checkbox";
  only.id = "only-differences";
  const onlyLabel = element("label", "check");
  onlyLabel.append(only, "Only differences");
  form.append(label, add, onlyLabel);
  const message = element("p", "count");
  message.setAttribute("role", "status");
  const place = element("div", "table-scroll");
  root.append(form, message, place);

  /** What a column says of a parameter: the effective default where both sides can know it. */
  const textOf = (value) => (value.effective === undefined ? value.declared : `${value.declared} → ${value.effective}`);

  const differs = (values, sameNewest) => {
    const said = values.map((value) => (value === undefined ? "\0" : sameNewest ? (value.effective ?? value.declared) : value.declared));
    return new Set(said).size > 1;
  };

  const heading = (column, number) => {
    const cell = element("th");
    cell.scope = "col";
    const link = element("a", "", column.name);
    link.href = new URL(column.data.url, site.root).href + (location.protocol === "file:" ? "index.html" : "");
    const select = element("select");
    select.setAttribute("aria-label", `Release of ${column.name}`);
    const releases = releasesOf(column.data);
    if (!releases.includes(column.release)) releases.push(column.release);
    releases.sort((a, b) => collator.compare(b, a));
    select.append(...releases.map((release) => new Option(release, release, false, release === column.release)));
    select.addEventListener("change", () => {
      columns[number].release = select.value;
      show();
    });
    const twice = element("button", "button", "Another release");
    twice.type = "button";
    twice.addEventListener("click", () => {
      const older = releases.find((release) => collator.compare(release, column.release) < 0) ?? column.release;
      columns.splice(number, 0, { ...column, release: older });
      show();
    });
    twice.disabled = columns.length >= MOST || releases.length < 2;
    const remove = element("button", "button", "Remove");
    remove.type = "button";
    remove.setAttribute("aria-label", `Remove ${column.name} ${column.release}`);
    remove.addEventListener("click", () => {
      columns.splice(number, 1);
      show();
      field.focus();
    });
    const tools = element("div", "badges");
    tools.append(select, twice, remove);
    cell.append(link, tools);
    return cell;
  };

  const show = () => {
    remember();
    add.disabled = columns.length >= MOST;
    if (!columns.length) {
      place.replaceChildren();
      message.textContent = "Pick a model to begin with.";
      return;
    }
    const states = columns.map((column) => parametersIn(column.data, column.release));
    const names = [...new Set(states.flatMap((state) => (state === null ? [] : [...state.keys()])))];
    const sameNewest = columns.every((column) => column.release === column.data.release);
    const table = element("table", "compared");
    const caption = element("caption", "visually-hidden", `Parameters of ${columns.map((column) => `${column.name} in ${column.release}`).join(", ")}`);
    const head = element("tr");
    const corner = element("th", "", "Parameter");
    corner.scope = "col";
    head.append(corner, ...columns.map(heading));
    const body = element("tbody");
    let different = 0;
    for (const name of names) {
      const values = states.map((state) => state?.get(name));
      const changed = columns.length > 1 && differs(values, sameNewest);
      if (changed) different += 1;
      else if (only.checked) continue;
      const row = element("tr", changed ? "differs" : "");
      const first = element("th");
      first.scope = "row";
      first.append(element("code", "", name));
      row.append(first);
      for (const value of values) {
        const cell = element("td", value === undefined ? "absent" : "");
        if (value === undefined) cell.textContent = "–";
        else {
          cell.append(element("code", "", textOf(value)));
          if (value.type) cell.append(" ", element("span", "aliases", value.type));
        }
        row.append(cell);
      }
      body.append(row);
    }
    const top = element("thead");
    top.append(head);
    table.append(caption, top, body);
    place.replaceChildren(table);
    const young = columns.filter((_, number) => states[number] === null).map((column) => `${column.name} did not exist in ${column.release}.`);
    const summary = columns.length > 1 ? `${different} of ${names.length} parameters differ.` : `${names.length} parameters. Add a second model, or another release of this one.`;
    message.textContent = [summary, ...young].join(" ");
  };

  const take = async ({ name, asked, release }) => {
    if (name === null) {
      message.textContent = `There is no model ${asked}.`;
      return;
    }
    await site.load(`../data/compare/${name}.js`);
    const data = window.catalogCompared[name];
    if (columns.length < MOST) columns.push({ name, data, release: release ?? data.release });
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const name = classOf(field.value);
    await take({ name, asked: field.value, release: null });
    if (name === null) return;
    field.value = "";
    show();
  });
  only.addEventListener("change", show);

  (async () => {
    const asked = read();
    for (const one of asked) await take(one);
    const unknown = asked.filter(({ name }) => name === null).map((one) => one.asked);
    show();
    if (unknown.length) message.textContent += ` There is no model ${unknown.join(", ")}.`;
  })();
})();
