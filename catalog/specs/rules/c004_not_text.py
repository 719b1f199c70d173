"""A file that holds no text.

## What it does

Reports a file with bytes that no text has, such as weights, a picture or an archive, and text in an encoding that
cannot be told.

## Why it matters

It cannot be a spec. Most often the wrong file was named: `model.safetensors` for `config.json`.

## Example

```sh
catalog validate model/model.safetensors
```

## Remedy

Name the YAML or JSON file. Save text as UTF-8.
"""

from __future__ import annotations

from catalog.specs.faults import NOT_TEXT

RULE = NOT_TEXT
