"""The sitemap, for sites whose address is known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from urllib.parse import quote

from catalog.site.pages import Asset, PageInfo


def sitemap(pages: Iterable[PageInfo], site_url: str) -> Iterator[Asset]:
    """Make the sitemap; nothing where the site's address is open, since a sitemap needs full addresses."""
    if not site_url:
        return
    root = site_url.rstrip("/") + "/"
    lines = sorted(f"<url><loc>{escape(root + quote(page.url))}</loc></url>" for page in pages)
    text = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    yield Asset(path="sitemap.xml", content=(text + "\n".join(lines) + "\n</urlset>\n").encode())
