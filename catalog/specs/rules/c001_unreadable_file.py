"""A file that cannot be opened.

## What it does

Reports a path that does not exist, may not be read, or is no regular file: a folder where a file is wanted, a pipe, a
device.

## Why it matters

A check that silently skips a file says that all is well where nothing was checked. The other files are checked all
the same.

## Example

```sh
catalog validate specs/lama.yaml    # the file is named llama.yaml
```

## Remedy

Correct the path; a file of a similar name is suggested. What comes out of a program is piped in with `-` as the path:
`make-spec | catalog validate -`.
"""

from __future__ import annotations

from catalog.specs.faults import UNREADABLE_FILE

RULE = UNREADABLE_FILE
