/** The search as people see it: a field and a list of results, as a dialog over any page and in place on the first. */
(() => {
  "use strict";
  const KINDS = {
    parameter: ["Parameter", "Parameters"], entry: ["Parameter of a model", "Parameters of one model"],
    model: ["Model", "Models"], architecture: ["Architecture", "Architectures"], rule: ["Rule", "Rules"],
    guide: ["Guide", "Guides"], task: ["Models", "Models by task"], release: ["Release", "Releases"], reference: ["Reference", "Reference"],
    report: ["Report", "Reports"], list: ["Overview", "Overviews"], home: ["Home", "Home"],
  };
  const BEST = 3;
  const PER_KIND = 6;
  const site = window.catalogSite;
  const engine = new window.CatalogSearch(window.catalogSearchIndex);
  setTimeout(() => engine.textIndex()); // while the first letters are typed
  let serial = 0;

  const element = (tag, className, text) => {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  };

  /** Text with the words of the query marked. */
  const marked = (parent, text, words) => {
    const pattern = words.length ? new RegExp(`(${words.map((word) => word.replace(/[^a-z0-9]/gi, "")).filter(Boolean).join("|")})`, "gi") : null;
    const pieces = pattern === null ? [text] : text.split(pattern);
    pieces.forEach((piece, place) => {
      if (piece) parent.append(place % 2 ? element("mark", "", piece) : piece);
    });
  };

  const asked = () => new URLSearchParams(location.search).get("q") ?? "";

  /** Keep the query in the address, so that a search can be linked and comes back on reload. */
  const remember = (text) => {
    const url = new URL(location.href);
    if (text) url.searchParams.set("q", text);
    else url.searchParams.delete("q");
    if (url.href === location.href) return;
    try {
      history.replaceState(history.state, "", url);
    } catch {
      // Some browsers refuse that for pages opened from a folder.
    }
  };

  /** Results in the order they are shown: the best few, then the others by kind. */
  const grouped = (results) => {
    const groups = [["Best matches", results.slice(0, BEST)]];
    const rest = new Map();
    for (const result of results.slice(BEST)) {
      if (!rest.has(result.kind)) rest.set(result.kind, []);
      if (rest.get(result.kind).length < PER_KIND) rest.get(result.kind).push(result);
    }
    for (const [kind, found] of rest) groups.push([KINDS[kind][1], found]);
    return groups.filter(([, found]) => found.length);
  };

  class SearchBox {
    constructor(root, { inPlace = false, placeholder = "hidden size llama, sliding_window, C301 …" } = {}) {
      serial += 1;
      this.id = `search-${serial}`;
      this.inPlace = inPlace;
      this.options = [];
      this.active = -1;
      const row = element("div", "search-row");
      row.setAttribute("role", "search");
      this.input = element("input");
      Object.assign(this.input, { type: "search", id: this.id, placeholder, autocomplete: "off", spellcheck: false, maxLength: 200 });
      const attributes = { role: "combobox", "aria-label": "Search the catalog", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": `${this.id}-results`, autocapitalize: "none" };
      for (const [name, value] of Object.entries(attributes)) this.input.setAttribute(name, value);
      row.append(this.input);
      this.list = element("div", "results");
      this.list.id = `${this.id}-results`;
      this.list.setAttribute("role", "listbox");
      this.list.setAttribute("aria-label", "Results");
      this.none = element("p", "search-none");
      this.none.hidden = true;
      root.append(row, this.list, this.none);
      this.row = row;
      this.input.addEventListener("input", () => this.update());
      this.input.addEventListener("keydown", (event) => this.key(event));
      this.list.addEventListener("pointermove", (event) => {
        const place = this.options.indexOf(event.target.closest(".result"));
        if (place >= 0 && place !== this.active) this.choose(place, { scroll: false });
      });
    }

    update() {
      const text = this.input.value.trim();
      remember(text);
      const results = text ? engine.search(text) : [];
      this.show(results, text);
      clearTimeout(this.saying);
      this.saying = setTimeout(() => {
        if (text) site.say(results.length ? `${this.options.length} results` : "Nothing found");
      }, 600);
    }

    show(results, text) {
      const words = text.toLowerCase().split(/[^a-z0-9]+/).filter((word) => word.length > 1);
      this.options = [];
      const groups = grouped(results).map(([label, found], place) => {
        const group = element("div");
        group.setAttribute("role", "group");
        const heading = element("div", "kind", label);
        heading.id = `${this.id}-group-${place}`;
        group.setAttribute("aria-labelledby", heading.id);
        group.append(heading, ...found.map((result) => this.option(result, words)));
        return group;
      });
      this.list.replaceChildren(...groups);
      this.list.scrollTop = 0;
      this.none.hidden = !text || results.length > 0;
      this.none.textContent = text ? `Nothing in the catalog resembles “${text}”.` : "";
      this.input.setAttribute("aria-expanded", String(results.length > 0));
      this.choose(results.length ? 0 : -1);
    }

    option(result, words) {
      const option = element("a", "result");
      option.id = `${this.id}-option-${this.options.length}`;
      option.href = this.address(result.url);
      option.tabIndex = -1;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      const name = element("span", "name");
      marked(name, result.title, words);
      if (result.detail) {
        const of = element("span", "of", " in ");
        marked(of, result.detail, words);
        name.append(of);
      }
      if (result.value) name.append(" ", element("span", "value", `= ${result.value}`));
      const label = element("span", "label", KINDS[result.kind][0]);
      if (result.models > 1) label.textContent = `Parameter of ${result.models} models`;
      option.append(name, label);
      const about = this.about(result);
      if (about) {
        const text = element("span", "text");
        marked(text, about, words);
        option.append(text);
      }
      this.options.push(option);
      option.addEventListener("click", () => this.leave());
      return option;
    }

    /** What stands below the name. */
    about({ kind, text, names, count }) {
      if (kind === "architecture") return `takes ${text}`;
      const size = kind === "model" && count ? `${count} parameters` : "";
      return [...names.slice(0, 2), size, text].filter(Boolean).join(" · ");
    }

    /** Pages end in a slash; opened from a folder there is no server that would add the file's name. */
    address(path) {
      const url = new URL(path, site.root);
      if (url.protocol === "file:" && url.pathname.endsWith("/")) url.pathname += "index.html";
      return url.href;
    }

    choose(place, { scroll = true } = {}) {
      this.options[this.active]?.setAttribute("aria-selected", "false");
      this.active = place;
      const option = this.options[place];
      if (option === undefined) {
        this.input.removeAttribute("aria-activedescendant");
        return;
      }
      option.setAttribute("aria-selected", "true");
      this.input.setAttribute("aria-activedescendant", option.id);
      if (scroll) option.scrollIntoView({ block: "nearest" });
    }

    key(event) {
      const count = this.options.length;
      const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: 5, PageUp: -5 };
      if (event.isComposing) return;
      if (event.key in steps && count) {
        event.preventDefault();
        const single = Math.abs(steps[event.key]) === 1;
        const next = this.active + steps[event.key];
        this.choose(single ? (next + count) % count : Math.min(count - 1, Math.max(0, next)));
      } else if (event.key === "Enter" && this.options[this.active]) {
        event.preventDefault();
        const option = this.options[this.active];
        if (event.ctrlKey || event.metaKey) window.open(option.href, "_blank", "noopener");
        else option.click();
      } else if (event.key === "Escape" && this.inPlace && this.input.value) {
        event.preventDefault();
        this.input.value = "";
        this.update();
      }
    }

    /** Before following a result: a result on this very page must not stay hidden below the dialog. */
    leave() {
      remember("");
      this.onleave?.();
    }
  }

  let dialog = null;
  let box = null;

  const makeDialog = () => {
    dialog = element("dialog", "search");
    dialog.setAttribute("aria-label", "Search");
    box = new SearchBox(dialog);
    const close = element("button", "button", "Close");
    close.type = "button";
    close.addEventListener("click", () => dialog.close());
    box.row.append(close);
    const help = element("p", "search-help");
    for (const [keys, meaning] of [["↑ ↓", "choose"], ["Enter", "open"], ["Esc", "close"], ["/ s Ctrl-K", "search again"]]) {
      const part = element("span");
      part.append(element("kbd", "", keys), ` ${meaning}`);
      help.append(part);
    }
    dialog.append(help);
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog) dialog.close();
    });
    dialog.addEventListener("close", () => remember(""));
    box.onleave = () => dialog.close();
    document.body.append(dialog);
  };

  const open = (query) => {
    const here = document.querySelector(".search-here input");
    if (here !== null && query === undefined) {
      here.focus();
      here.select();
      return;
    }
    if (dialog === null) makeDialog();
    if (!dialog.open) dialog.showModal();
    if (query !== undefined) {
      box.input.value = query;
    }
    if (box.input.value.trim()) box.update();
    box.input.focus();
    box.input.select();
  };

  /** Put a search field where the page has room for one. */
  const place = (root) => {
    if (root.childElementCount) return;
    const own = new SearchBox(root, { inPlace: true, placeholder: root.dataset.placeholder });
    own.input.value = asked();
    if (own.input.value) own.update();
    root.addEventListener("focusout", (event) => {
      if (!root.contains(event.relatedTarget)) own.list.hidden = true;
    });
    root.addEventListener("focusin", () => {
      own.list.hidden = false;
    });
  };

  window.catalogSearchBox = { open, place };
})();
