"""Texts that would do harm if they were taken for markup, and a reader of what they became."""

from __future__ import annotations

from html.parser import HTMLParser

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</td></tr></table><h1>out</h1>",
    "{{ config }} {% raw %} {# gone #}",
    "`unbalanced and ``more` ticks",
    "a | b || c ||| d",
    "[x](javascript:alert(1)) ![y](data:text/html,z)",
    "--8<-- 'mkdocs.yml'",
    ":material-star: :smile: !!! note",
    '!!! note "title"',
    "$$ x^2 $$ \\( y \\)",
    "<!-- comment --> <!DOCTYPE html> <![CDATA[ x ]]>",
    "&lt;b&gt; &amp;amp; &#60;",
    "{ #id .class onclick=alert(1) }",
    "</details></div></article></body></html>",
    "# heading\n\n---\n\n***\n\n> quote\n\n    code",
    "```\nfence without an end",
    "[^1]: note\n*[HTML]: abbreviation\n[ref]: https://example.org",
    "\x00\x08\u202e\ufeff",
    'https://example.org/"onmouseover="alert(1)',
    "`https://example.org/` **`x`** *a*b*",
]


class Tags(HTMLParser):
    """Names of all elements, attributes, and the text."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.add(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data
