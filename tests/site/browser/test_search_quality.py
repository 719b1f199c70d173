"""What people type is found: the queries of benchmarks/, over an index of the whole installed release."""

from __future__ import annotations

import fnmatch
from collections import Counter, defaultdict
from pathlib import Path

import pytest
import yaml

from catalog.query import Catalog
from catalog.records import Release
from catalog.site.pages import Anchor, PageInfo
from catalog.site.search_index import defaults_of, search_index
from catalog.site.sources import hand_written
from catalog.site.text import plain
from catalog.specs.rules import rules
from catalog.store import open_store

ROOT = Path(__file__).resolve().parents[3]
QUERIES = yaml.safe_load((ROOT / "benchmarks/site_search_queries.yaml").read_text(encoding="utf-8"))
SHARE = 0.95


@pytest.fixture(scope="module")
def index(installed_release: Release, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The search index of every class, without building their pages."""
    from catalog.site.markdown_files import info_of

    path = tmp_path_factory.mktemp("quality") / "catalog.db"
    with open_store(path) as store:
        store.write_release(installed_release)
    with Catalog.open(path) as catalog:
        configs = catalog.configs()
    texts: dict[str, Counter[str]] = defaultdict(Counter)
    infos = [info_of(path, content.decode()) for path, content in hand_written() if path.endswith(".md")]
    infos += [
        PageInfo(url=f"rules/{r.code}/", kind="rule", title=f"{r.code} {r.name}", text=r.summary) for r in rules()
    ]
    infos += [PageInfo(url=url, kind="list", title=title) for url, title in OVERVIEWS.items()]
    infos += [PageInfo(url=f"releases/{v}/", kind="release", title=f"transformers {v}") for v in ("4.39.3", "5.23.0")]
    for config in configs:
        own = config.own_parameters.values()
        for parameter in own:
            texts[parameter.name][plain(parameter.description)] += 1
        infos.append(
            PageInfo(
                url=f"models/{config.config_class}/",
                kind="model",
                title=config.config_class,
                names=config.model_types,
                text=plain(config.summary),
                weight=1 + len(config.architectures),
                anchors=(
                    *(Anchor(name=p.name, kind="parameter", text=plain(p.description)) for p in own),
                    *(Anchor(name=a.name, kind="architecture", text=", ".join(a.tasks)) for a in config.architectures),
                ),
            )
        )
    infos += [
        PageInfo(url=f"parameters/{name}/", kind="parameter", title=name, text=said.most_common(1)[0][0])
        for name, said in texts.items()
        if said.total() > 1
    ]
    defaults = {config.config_class: defaults_of(config) for config in configs}
    return search_index(infos, defaults=defaults).content.decode()


OVERVIEWS = {
    "models/": "Models",
    "parameters/": "Parameters",
    "compare/": "Compare models",
    "releases/": "Releases",
    "rules/": "Rules",
    "mistakes/": "Documentation mistakes",
}


@pytest.fixture(scope="module")
def search(browser, index: str):
    """Searches in the browser; answers with addresses."""
    page = browser.new_page()
    page.evaluate(index)
    for part in ("words", "names", "engine"):
        page.evaluate((ROOT / f"site/pages/assets/search-{part}.js").read_text(encoding="utf-8"))
    page.evaluate("window.engine = new CatalogSearch(window.catalogSearchIndex)")
    yield lambda text: page.evaluate("(text) => engine.search(text).map((result) => result.url)", text)
    page.close()


def test_the_right_page_is_among_the_first_three(search):
    missed = {
        entry["query"]: search(entry["query"])[:3]
        for entry in QUERIES
        if not any(fnmatch.fnmatchcase(url, p) for url in search(entry["query"])[:3] for p in entry["right"])
    }
    assert len(missed) <= (1 - SHARE) * len(QUERIES), missed


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("theta", "parameters/rope_theta/"),
        ("LlamaConfig", "models/LlamaConfig/"),
        ("llama", "models/LlamaConfig/"),
        ("hidden size llama", "models/LlamaConfig/#hidden_size"),
        ("hiden_size", "parameters/hidden_size/"),
        ("sliding windw", "parameters/sliding_window/"),
        ("which models have attention_window", "parameters/attention_window/"),
        ("LlamaForCausalLM", "models/LlamaConfig/#LlamaForCausalLM"),
        ("C301", "rules/C301/"),
    ],
)
def test_the_first_result_is_the_one_that_was_meant(search, text, url):
    assert search(text)[0] == url


@pytest.mark.parametrize(
    "text", ["", " ", "?!", "the", "日本語", "a" * 500, "model config parameter", "_" * 50, "1 2 3 4"]
)
def test_any_text_gives_a_list(search, text):
    assert isinstance(search(text), list)


def test_no_address_is_listed_twice(search):
    for text in ("llama", "hidden size", "bert dropout", "rope"):
        urls = search(text)
        assert len(urls) == len(set(urls))
