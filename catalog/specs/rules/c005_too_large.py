"""A file beyond the limits of what is read.

## What it does

Refuses files of more than 10 MB, blocks nested more than 100 deep, and files with more than 500,000 keys and values.
An alias counts as often as it is used.

## Why it matters

A few lines of YAML can stand for billions of values (each alias naming ten others), and a deeply nested one crashes
parsers. A configuration is rarely above 1 MB; the limits keep a damaged or hostile file from taking all memory.

## Example

```yaml
a: &a [x, x, x, x, x, x, x, x, x, x]
b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]
c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]    # and so on
```

## Remedy

Check that it is the right file. Split a list of very many specs into several files.
"""

from __future__ import annotations

from catalog.specs.faults import TOO_LARGE

RULE = TOO_LARGE
