"""Four searches over the built site, by what a visitor downloads, how long the first result takes, what is found.

Run with: python benchmarks/site_search.py [SITE] [--queries FILE] [--only own] [--json]

SITE is a folder that ``catalog site build --output SITE`` made. Compared are the theme's search as it comes, the same
with a separator that knows identifiers and with one short entry a page, Pagefind (``pip install "pagefind[bin]"``), and
the site's own. All of them run in Chromium against files of this machine.

* bytes: everything that must be loaded before the first result, gzipped (what is compressed already, as it is).
* cold: from the first key, with nothing loaded, to the first result on the page or to the engine's answer.
* typing: from a key to the result, median and slowest over the queries, once everything is loaded.
* found: queries with a right page in the first three results; a place within a page counts as its page.
* exact: the same, where the place must be right, too.

The status is 1 where the site's own search misses a bar: 300 KB, 150 ms, 95 %.
"""

from __future__ import annotations

import argparse
import fnmatch
import gzip
import http.server
import json
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import yaml
from playwright.sync_api import Browser, sync_playwright

HERE = Path(__file__).resolve().parent
BYTES, MILLISECONDS, SHARE = 300_000, 150.0, 0.95
IDENTIFIERS = r"[\s\-_,:!=\[\]()\"'/.]+|(?!\b)(?=[A-Z][a-z])"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


@dataclass(frozen=True)
class Query:
    """What is typed, and the addresses that answer it (with ``*`` for any end)."""

    query: str
    right: tuple[str, ...]

    def found(self, urls: list[str], *, exact: bool) -> bool:
        """Tell whether one of the first three results is right."""
        patterns = [pattern if exact else pattern.partition("#")[0] for pattern in self.right]
        shown = [url if exact else url.partition("#")[0] for url in urls[:3]]
        return any(fnmatch.fnmatchcase(url, pattern) for url in shown for pattern in patterns)


@dataclass(frozen=True)
class Figures:
    """What was measured of one search."""

    name: str
    bytes: int
    cold: float
    typing: float
    slowest: float
    found: int
    exact: int
    queries: int
    misses: tuple[str, ...]


def main() -> int:
    """Measure and print.

    Returns:
        0 if the site's own search meets its bars, else 1.
    """
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("site", type=Path, nargs="?", default=Path("site-build"), help="folder of the built site")
    parser.add_argument("--queries", type=Path, default=HERE / "site_search_queries.yaml")
    parser.add_argument("--only", choices=list(ENGINES), help="measure this search alone")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    arguments = parser.parse_args()
    queries = [Query(entry["query"], tuple(entry["right"])) for entry in yaml.safe_load(arguments.queries.read_text())]
    figures = []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as started:
        browser = started.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        for name, measure in ENGINES.items():
            if arguments.only in {None, name}:
                figures.append(measure(name, arguments.site.resolve(), Path(folder, name), browser, queries))
        browser.close()
    if arguments.json:
        print(json.dumps([asdict(one) for one in figures], indent=2))
    else:
        _print(figures)
    own = next((one for one in figures if one.name == "own"), None)
    return 0 if own is None or _meets(own) else 1


def _meets(one: Figures) -> bool:
    return one.bytes <= BYTES and max(one.cold, one.slowest) <= MILLISECONDS and one.found >= SHARE * one.queries


def _print(figures: list[Figures]) -> None:
    print(f"{'search':<14}{'KB':>8}{'cold ms':>9}{'typing ms':>11}{'slowest':>9}{'found':>13}{'exact':>13}")
    for one in figures:
        found, exact = (f"{n}/{one.queries} {n / one.queries:.0%}" for n in (one.found, one.exact))
        print(
            f"{one.name:<14}{one.bytes / 1000:>8.0f}{one.cold:>9.0f}{one.typing:>11.1f}{one.slowest:>9.0f}"
            f"{found:>13}{exact:>13}"
        )
    for one in figures:
        print(f"\n{one.name} misses: {'; '.join(one.misses) or 'none'}")


def _figures(
    name: str, size: int, cold: float, queries: list[Query], answers: list[tuple[list[str], float]]
) -> Figures:
    times = [time for _, time in answers]
    found = [query.found(urls, exact=False) for query, (urls, _) in zip(queries, answers, strict=True)]
    exact = [query.found(urls, exact=True) for query, (urls, _) in zip(queries, answers, strict=True)]
    return Figures(
        name=name,
        bytes=size,
        cold=cold,
        typing=statistics.median(times),
        slowest=max(times),
        found=sum(found),
        exact=sum(exact),
        queries=len(queries),
        misses=tuple(query.query for query, hit in zip(queries, found, strict=True) if not hit),
    )


# The site's own search


def _own(name: str, site: Path, _: Path, browser: Browser, queries: list[Query]) -> Figures:
    asked: list[str] = []
    with _served(site, asked) as url:
        cold = statistics.median(_cold_own(browser, url) for _round in range(5))
        page = browser.new_page()
        page.goto(f"{url}models/LlamaConfig/", wait_until="networkidle")
        asked.clear()
        page.keyboard.press("/")
        page.wait_for_selector("dialog.search input:focus")
        size = sum(_gzipped(site / path) for path in set(asked))
        answers = []
        for query in queries:
            time = page.evaluate(_TYPE, query.query)
            links = page.locator("dialog.search [role=option]")
            urls = links.evaluate_all("links => links.slice(0, 3).map((link) => link.href)")
            answers.append(([entry.removeprefix(url) for entry in urls], time))
        page.close()
    return _figures(name, size, cold, queries, answers)


_TYPE = """(text) => new Promise((resolve) => {
  const field = document.querySelector("dialog.search input");
  field.value = "";
  field.dispatchEvent(new Event("input"));
  const started = performance.now();
  field.value = text;
  field.dispatchEvent(new Event("input"));
  requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - started)));
})"""


def _cold_own(browser: Browser, url: str) -> float:
    """From "/" on a page that has loaded nothing of the search to the first result of what is typed at once."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{url}models/LlamaConfig/", wait_until="networkidle")
    time = page.evaluate(
        """() => new Promise((resolve) => {
          const started = performance.now();
          document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "/", bubbles: true, cancelable: true }));
          const look = () => {
            const field = document.querySelector("dialog.search input");
            if (field && !field.value) {
              field.value = "hidden size llama";
              field.dispatchEvent(new Event("input"));
            }
            if (document.querySelector("dialog.search [role=option]")) resolve(performance.now() - started);
            else requestAnimationFrame(look);
          };
          look();
        })"""
    )
    context.close()
    return float(time)


# The theme's search


def _default(name: str, site: Path, folder: Path, browser: Browser, queries: list[Query]) -> Figures:
    from material.plugins.search.plugin import SearchIndex

    index = SearchIndex(lang=["en"], separator=r"[\s\-]+", pipeline=["stopWordFilter"], fields=_FIELDS)
    for url, title, content in _pages(site):
        page = SimpleNamespace(url=url, title=title, content=content, toc=(), meta={"title": title})
        index.add_entry_from_context(page)
    return _theme(name, folder, browser, queries, index.generate_search_index(None))


def _tuned(name: str, site: Path, folder: Path, browser: Browser, queries: list[Query]) -> Figures:
    docs = []
    for url, title, content in _pages(site):
        names = re.findall(r'<tr id="([A-Za-z0-9_]+)"', content) if url.startswith("models/") else []
        text = " ".join(names) or " ".join(re.sub(r"<[^>]+>", " ", content).split())[:200]
        docs.append({"location": url, "title": title, "text": text})
    config = {"lang": ["en"], "separator": IDENTIFIERS, "pipeline": ["stopWordFilter"], "fields": _FIELDS}
    return _theme(name, folder, browser, queries, json.dumps({"config": config, "docs": docs}, separators=(",", ":")))


_FIELDS = {"title": {"boost": 1000.0}, "text": {"boost": 1.0}, "tags": {"boost": 1000000.0}}


def _theme(name: str, folder: Path, browser: Browser, queries: list[Query], index: str) -> Figures:
    """Ask the theme's own worker, which needs the index and its script."""
    import material

    workers = Path(material.__file__).parent / "templates/assets/javascripts/workers"
    folder.mkdir()
    worker = next(workers.glob("search.*.min.js"))
    shutil.copy(worker, folder / "worker.js")
    (folder / "index.json").write_text(index)
    (folder / "index.html").write_text("<!doctype html><title>theme</title>")
    with _served(folder) as url:
        page = browser.new_page()
        page.goto(url)
        cold = page.evaluate(_START_THEME)
        answers = []
        for query in queries:
            urls, time = page.evaluate("(text) => ask(text)", query.query)
            answers.append(([entry.removeprefix(url) for entry in urls], time))
        page.close()
    size = _gzipped(folder / "worker.js") + _gzipped(folder / "index.json")
    return _figures(name, size, float(cold), queries, answers)


_START_THEME = """async () => {
  const started = performance.now();
  const index = await (await fetch("index.json")).json();
  const worker = new Worker("worker.js");
  const next = (type) => new Promise((resolve) => {
    worker.addEventListener("message", function listen({ data }) {
      if (data.type !== type) return;
      worker.removeEventListener("message", listen);
      resolve(data.data);
    });
  });
  const ready = next(1);
  worker.postMessage({ type: 0, data: { ...index, options: { suggest: false } } });
  await ready;
  window.ask = async (text) => {
    const from = performance.now();
    const answer = next(3);
    worker.postMessage({ type: 2, data: text });
    const { items } = await answer;
    return [items.flat().slice(0, 3).map((item) => item.location), performance.now() - from];
  };
  await window.ask("hidden size llama");
  return performance.now() - started;
}"""


# Pagefind


def _pagefind(name: str, site: Path, folder: Path, browser: Browser, queries: list[Query]) -> Figures:
    shutil.copytree(site, folder, ignore=shutil.ignore_patterns("schemas", "data", "*.json"))
    command = [sys.executable, "-m", "pagefind", "--site", str(folder), "--root-selector", "main"]
    subprocess.run(command, check=True, capture_output=True)
    asked: list[str] = []
    with _served(folder, asked) as url:
        page = browser.new_page()
        page.goto(f"{url}404.html")
        cold = page.evaluate(_START_PAGEFIND, url)
        size = sum(_gzipped(folder / path) for path in set(asked) if path.startswith("pagefind/"))
        answers = [tuple(page.evaluate("(text) => ask(text)", query.query)) for query in queries]
        page.close()
    return _figures(name, size, float(cold), queries, [(list(urls), time) for urls, time in answers])


_START_PAGEFIND = """async (root) => {
  const started = performance.now();
  const pagefind = await import(`${root}pagefind/pagefind.js`);
  await pagefind.init();
  window.ask = async (text) => {
    const from = performance.now();
    const { results } = await pagefind.search(text);
    const data = await Promise.all(results.slice(0, 3).map((result) => result.data()));
    const best = (page) => page.sub_results[0]?.url ?? page.url;
    return [data.map((page) => best(page).replace(/^[/]/, "")), performance.now() - from];
  };
  await window.ask("hidden size llama");
  return performance.now() - started;
}"""


# What they share


class _Main(HTMLParser):
    """The content of a page: what stands within its ``<main>``."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.parts: list[str] = []
        self.title = ""
        self._inside = self._heading = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if self._inside:
            self.parts.append(self.get_starttag_text() or "")
        self._inside = self._inside or tag == "main"
        self._heading = tag == "h1"

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "main"
        self._heading = False
        if self._inside:
            self.parts.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.parts.append(data)
        if self._heading:
            self.title += data

    def handle_entityref(self, name: str) -> None:
        self.handle_data(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.handle_data(f"&#{name};")


def _pages(site: Path) -> Iterator[tuple[str, str, str]]:
    for file in sorted(site.rglob("index.html")):
        parser = _Main()
        parser.feed(file.read_text(encoding="utf-8"))
        url = file.parent.relative_to(site).as_posix()
        yield "" if url == "." else f"{url}/", parser.title.strip(), "".join(parser.parts)


def _gzipped(file: Path) -> int:
    content = file.read_bytes()
    return min(len(content), len(gzip.compress(content, 9)))


@contextmanager
def _served(folder: Path, asked: list[str] | None = None) -> Iterator[str]:
    """Serve a folder; the paths that a browser asks for, also from its workers, are noted in `asked`."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, directory=str(folder), **options)

        def do_GET(self) -> None:
            if asked is not None:
                asked.append(self.path.lstrip("/").partition("?")[0])
            super().do_GET()

        def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Quiet) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


ENGINES: dict[str, Callable[[str, Path, Path, Browser, list[Query]], Figures]] = {
    "theme": _default,
    "theme, tuned": _tuned,
    "pagefind": _pagefind,
    "own": _own,
}

if __name__ == "__main__":
    sys.exit(main())
