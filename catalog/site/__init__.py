"""The documentation site: the catalog as Markdown, and that as static pages."""
