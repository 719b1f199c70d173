"""The catalog as reStructuredText, for projects that document with Sphinx."""

from catalog.site.rst.page import rst_page

__all__ = ["rst_page"]
