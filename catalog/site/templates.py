"""The Jinja2 templates of the pages: everything that they print is escaped, unless this package made it as HTML."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from catalog.quantities import count_text, format_count, format_number
from catalog.resources import resource_folder
from catalog.site.formats import date_text
from catalog.site.measured_texts import machine_text, software_text
from catalog.site.text import markdown_text, plain, slug


@cache
def environment() -> Environment:
    """The templates of ``site/templates``.

    Autoescape is on for every one of them. A text that stands outside of raw HTML blocks, where Markdown would read
    it, passes the filter ``md``.
    """
    made = Environment(
        loader=FileSystemLoader(resource_folder("site") / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    made.filters.update(
        md=markdown_text,
        slug=slug,
        plain=plain,
        number=format_number,
        size=format_count,
        count=count_text,
        date=date_text,
        machine=machine_text,
        software=software_text,
    )
    return made


def render(template: str, **values: object) -> str:
    """Fill a template.

    Args:
        template: Its path within ``site/templates``.
        values: What it prints.

    Returns:
        Markdown with raw HTML blocks.
    """
    return environment().get_template(template).render(**values)
