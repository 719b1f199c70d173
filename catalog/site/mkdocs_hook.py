"""What mkdocs is told while it runs: which pages this run renders. The others are known, so that links to them hold.

mkdocs loads this file by its path (``hooks`` in the configuration), in a process of its own.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

CHOSEN = "CATALOG_SITE_PAGES"
"""Environment variable with the path of a file that has the sources to render, one a line."""


def on_files(files: Any, **_: Any) -> Any:
    """Leave out the pages that another run renders, or that a former build rendered already."""
    from mkdocs.structure.files import InclusionLevel  # noqa: PLC0415  # only there when mkdocs loads this

    chosen = frozenset(Path(os.environ[CHOSEN]).read_text(encoding="utf-8").splitlines())
    for file in files:
        if file.is_documentation_page() and file.src_uri not in chosen:
            file.inclusion = InclusionLevel.EXCLUDED
    return files
