"""A small site, built once, and a real browser that reports whatever goes wrong on a page."""

from __future__ import annotations

import functools
import http.server
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from measured_samples import measured_rows

from catalog import Catalog
from catalog.records import Release
from catalog.site.build import build_site
from catalog.store import open_store

playwright = pytest.importorskip("playwright.sync_api")

CLASSES = (
    "LlamaConfig",
    "BertConfig",
    "GPT2Config",
    "MistralConfig",
    "Gemma3Config",
    "Gemma3TextConfig",
    "LongformerConfig",
    "LEDConfig",
    "WhisperConfig",
    "ViTConfig",
    "MixtralConfig",
    "DeepseekV3Config",
)
OLD = "4.30.0"
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
)


@dataclass
class Site:
    """A built site and where a browser finds it."""

    folder: Path
    url: str


@dataclass
class Watched:
    """What a page did that it should not."""

    host: str
    errors: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)


@pytest.fixture(scope="session")
def site_folder(installed_release: Release, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site of a few classes, with an older release of one of them to compare with."""
    place = tmp_path_factory.mktemp("site")
    with open_store(place / "catalog.db") as store:
        store.write_release(_older(installed_release))
        store.write_release(installed_release)
    with Catalog.open(place / "catalog.db") as catalog:
        catalog.record_measurements(measured_rows(CLASSES))
        build_site(catalog, place / "site", classes=CLASSES, work=place / "work")
    return place / "site"


def _older(release: Release) -> Release:
    """A release in which Llama has a smaller vocabulary, and no head_dim yet."""
    classes = []
    for cls in release.classes:
        if cls.name not in (*CLASSES, "PreTrainedConfig"):
            continue
        parameters = tuple(
            replace(item, default=16000, default_source="16000") if item.name == "vocab_size" else item
            for item in cls.parameters
            if item.name != "head_dim"
        )
        classes.append(replace(cls, parameters=parameters) if cls.name == "LlamaConfig" else cls)
    return replace(
        release, version=OLD, fingerprint="old", released="2023-06-08", classes=tuple(classes), observations=()
    )


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class names it so
        pass


@pytest.fixture(scope="session")
def site(site_folder: Path) -> Iterator[Site]:
    """The site behind a server of this machine, below a path of its own as on a project's pages."""
    (site_folder.parent / "served").mkdir()
    (site_folder.parent / "served" / "docs").symlink_to(site_folder)
    handler = functools.partial(_Quiet, directory=str(site_folder.parent / "served"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield Site(folder=site_folder, url=f"http://127.0.0.1:{server.server_port}/docs/")
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """The system's Chromium."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("Chromium is not installed")
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield opened
        opened.close()


@pytest.fixture
def open_page(browser, site: Site):
    """Opens pages of the site, and fails if one of them logged an error or asked another host for something."""
    watched: list[Watched] = []
    contexts = []

    def open_it(path: str, *, width: int = 1280, height: int = 900, scheme: str = "light", scripts: bool = True):
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, java_script_enabled=scripts
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        watch = Watched(host=site.url)
        watched.append(watch)
        page.on("pageerror", lambda error: watch.errors.append(str(error)))
        page.on("console", lambda message: message.type == "error" and watch.errors.append(message.text))
        page.on("request", lambda request: _note(request.url, watch))
        page.goto(path if path.startswith("file:") else site.url + path)
        return page

    yield open_it
    for context in contexts:
        context.close()
    assert [error for watch in watched for error in watch.errors] == []
    assert [url for watch in watched for url in watch.foreign] == []


def _note(url: str, watch: Watched) -> None:
    if not url.startswith((watch.host, "file:", "data:")):
        watch.foreign.append(url)
