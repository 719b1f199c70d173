/** On every page: colours, opening the search, copying, and loading what a page's tables need. */
(() => {
  "use strict";
  const root = document.documentElement;
  const base = new URL(".", document.currentScript.src);
  const loading = new Map();

  /** Load a script of the site once. Scripts, unlike fetched files, also load on pages opened from a folder. */
  const load = (path) => {
    if (!loading.has(path)) {
      loading.set(
        path,
        new Promise((resolve, reject) => {
          const script = document.createElement("script");
          script.src = new URL(path, base).href;
          script.async = false; // they run in the order in which they are asked for
          script.addEventListener("load", () => resolve());
          script.addEventListener("error", () => {
            loading.delete(path);
            reject(new Error(`${path} did not load`));
          });
          document.head.append(script);
        }),
      );
    }
    return loading.get(path);
  };

  /** Say something to screen readers. */
  const live = document.createElement("p");
  live.className = "visually-hidden";
  live.setAttribute("role", "status");
  document.body.append(live);
  const say = (text) => {
    live.textContent = "";
    requestAnimationFrame(() => {
      live.textContent = text;
    });
  };

  /** Copy a text; the old way is for pages opened from a folder, which have no clipboard of the new kind. */
  const copy = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = document.createElement("textarea");
      area.value = text;
      area.className = "visually-hidden";
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
  };

  window.catalogSite = { base, root: new URL("../", base), load, say, copy };

  const setUpScheme = () => {
    const button = document.querySelector(".scheme-toggle");
    if (button === null) return;
    const system = matchMedia("(prefers-color-scheme: dark)");
    const dark = () => (root.dataset.scheme ?? (system.matches ? "dark" : "light")) === "dark";
    const show = () => button.setAttribute("aria-pressed", String(dark()));
    button.addEventListener("click", () => {
      root.dataset.scheme = dark() ? "light" : "dark";
      try {
        localStorage.setItem("catalog.scheme", root.dataset.scheme);
      } catch {
        // Without storage the choice holds for this page.
      }
      show();
    });
    system.addEventListener("change", show);
    show();
  };

  const setUpSearch = () => {
    const parts = ["search-words.js", "search-names.js", "search-engine.js", "search/index.js", "search.js"];
    const ready = () => Promise.all(parts.map(load));
    const open = async (query) => {
      await ready();
      window.catalogSearchBox.open(query);
    };
    for (const button of document.querySelectorAll(".search-open")) {
      button.addEventListener("click", () => open());
      for (const intent of ["pointerenter", "focus"]) button.addEventListener(intent, ready, { once: true });
    }
    const here = document.querySelector(".search-here");
    if (here !== null) ready().then(() => window.catalogSearchBox.place(here));
    document.addEventListener("keydown", (event) => {
      const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
      const wanted = event.key.toLowerCase() === "k" ? event.ctrlKey || event.metaKey : "/sS".includes(event.key);
      if (!wanted || event.altKey || event.defaultPrevented) return;
      if (event.key.toLowerCase() !== "k" && (typing || event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      open();
    });
    const asked = new URLSearchParams(location.search).get("q");
    if (asked !== null && asked.trim() && here === null && !document.querySelector("[data-own-query]")) open(asked);
  };

  const setUpCopying = () => {
    for (const pre of document.querySelectorAll("main pre")) {
      const frame = document.createElement("div");
      frame.className = "copied";
      pre.replaceWith(frame);
      pre.tabIndex = 0;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "copy";
      button.textContent = "Copy";
      button.addEventListener("click", async () => {
        await copy(pre.textContent.replace(/\n$/, ""));
        button.textContent = "Copied";
        say("Copied");
        setTimeout(() => {
          button.textContent = "Copy";
        }, 1500);
      });
      frame.append(pre, button);
    }
  };

  /** Wide tables and charts scroll on their own; who has no mouse must be able to reach them. */
  const setUpScrolling = () => {
    const named = new Map();
    for (const part of document.querySelectorAll(".table-scroll, figure.chart")) {
      if (part.scrollWidth <= part.clientWidth && part.scrollHeight <= part.clientHeight) continue;
      const heading = part.querySelector("title, caption, th")?.textContent ?? "Table";
      const count = (named.get(heading) ?? 0) + 1;
      named.set(heading, count);
      part.tabIndex = 0;
      part.setAttribute("role", "region");
      part.setAttribute("aria-label", count > 1 ? `${heading} (${count})` : heading);
    }
  };

  /** A link to a part that is folded away opens it. */
  const unfold = () => {
    const target = location.hash.length > 1 ? document.getElementById(decodeURIComponent(location.hash.slice(1))) : null;
    for (let part = target; part; part = part.parentElement) if (part.tagName === "DETAILS") part.open = true;
    if (target?.closest("details")) target.scrollIntoView();
  };

  /** Opened from a folder, an address that ends in a slash lists the folder: name the page in it. */
  const setUpFolder = () => {
    if (location.protocol !== "file:") return;
    for (const link of document.querySelectorAll("a[href]")) {
      if (link.protocol === "file:" && link.pathname.endsWith("/")) link.pathname += "index.html";
    }
  };

  setUpScheme();
  setUpFolder();
  setUpSearch();
  setUpCopying();
  setUpScrolling();
  unfold();
  addEventListener("hashchange", unfold);
  if (document.querySelector("main thead")) load("tables.js");
  if (document.querySelector(".measured-table, .unmeasured-table")) load("benchmarks.js");
  if (document.querySelector(".compare")) load("compare.js");
})();
