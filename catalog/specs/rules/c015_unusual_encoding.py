"""Text in an encoding that most tools do not read.

## What it does

Reports UTF-16 and UTF-32 files, a byte order mark before JSON, and text that is no UTF-8. It is read and checked all
the same.

## Why it matters

transformers opens a `config.json` as UTF-8 and fails on anything else. On Windows, redirecting with `>` in older
PowerShell writes UTF-16.

## Example

```sh
catalog init bert > spec.yaml    # in Windows PowerShell 5: UTF-16
```

## Remedy

Save the file as UTF-8 without a byte order mark.
"""

from __future__ import annotations

from catalog.specs.faults import UNUSUAL_ENCODING

RULE = UNUSUAL_ENCODING
