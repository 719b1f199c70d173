"""Reads built pages as a browser would: what they link to, which anchors they have."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

_TAG = re.compile(r"<[a-zA-Z][^<>]*>")
_ADDRESS = re.compile(r"""\s(?:href|src|data-rows)=(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_ANCHOR = re.compile(r"""\s(?:id|name)=(?:"([^"]*)"|([^\s"'>]+))""")
_SCRIPT = re.compile(r"<(script|style)\b[^>]*>.*?</\1>", re.DOTALL)


@dataclass(frozen=True)
class HtmlPage:
    """What a page has."""

    path: Path
    addresses: frozenset[str]
    anchors: frozenset[str]


def read_page(path: Path) -> HtmlPage:
    text = path.read_text(encoding="utf-8")
    scripts = "".join(found[0][: found[0].index(">") + 1] for found in _SCRIPT.finditer(text))
    tags = _TAG.findall(_SCRIPT.sub("", text) + scripts)
    return HtmlPage(
        path=path,
        addresses=frozenset(html.unescape("".join(found)) for tag in tags for found in _ADDRESS.findall(tag)),
        anchors=frozenset(html.unescape("".join(found)) for tag in tags for found in _ANCHOR.findall(tag)),
    )


def read_site(root: Path) -> dict[Path, HtmlPage]:
    return {path: read_page(path) for path in sorted(root.rglob("*.html"))}


def broken_links(root: Path, pages: dict[Path, HtmlPage]) -> list[str]:
    """Every link within the site that leads nowhere, and every file that a page would load from elsewhere."""
    wrong = []
    known = {path.resolve() for path in root.rglob("*") if path.is_file()}
    for page in pages.values():
        for address in page.addresses:
            parts = urlsplit(address)
            if parts.scheme in {"http", "https", "mailto", "data"}:
                continue
            if parts.scheme or parts.netloc or address.startswith("/"):
                wrong.append(f"{page.path.relative_to(root)}: {address} is neither relative nor on the web")
                continue
            target = (page.path.parent / unquote(parts.path)).resolve() if parts.path else page.path.resolve()
            if target.is_dir():
                target = target / "index.html"
            if target not in known:
                wrong.append(f"{page.path.relative_to(root)}: {address} leads nowhere")
            elif parts.fragment and target.suffix == ".html":
                other = pages.get(target) or pages.get(root / target.relative_to(root.resolve()))
                if other is not None and unquote(parts.fragment) not in other.anchors:
                    wrong.append(f"{page.path.relative_to(root)}: {address} has no such anchor")
    return wrong
