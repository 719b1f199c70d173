"""A file or folder without any spec.

## What it does

Reports a file that is empty or holds comments only, a folder without any `.yaml`, `.yml` or `.json` file, and a
pattern that matches no file.

## Why it matters

You asked for a check, and nothing could be checked: an empty file is more often an accident than a wish.

## Example

```yaml
# TODO: write the spec
```

## Remedy

Write a spec, for which `catalog init NAME` is a start, or correct the path.
"""

from __future__ import annotations

from catalog.specs.faults import NO_SPEC

RULE = NO_SPEC
