"""A transformers release that the spec names and the catalog does not have.

## What it does

Says that the spec was checked against another release than the one it names.

## Why it matters

Parameters come, go and change their defaults from release to release: what is right in one may be unknown in the
other.

## Example

```yaml
model_type: llama
release: "4.39.3"       # not cataloged: the spec is checked against another release
params: {num_hidden_layers: 2}
```

## Remedy

Catalog the release (`catalog sync 4.39.3`), or name one that is: `catalog database info` lists them. `4.39` stands
for any of its patches.
"""

from __future__ import annotations

from collections.abc import Iterator

from catalog.specs.diagnostics import Finding
from catalog.specs.nodes import Scalar, Spec
from catalog.specs.rules import Rule

RULE = Rule("C120", "uncataloged-release", "warning")


def check(spec: Spec, release: str) -> Iterator[Finding]:
    """Say so if a spec names another release than the one it is checked against.

    Args:
        spec: The spec.
        release: The release it is checked against.

    Yields:
        The finding.
    """
    wanted = release_of(spec)
    if spec.release is not None and wanted is not None and not is_release(wanted, release):
        yield RULE.found(
            spec.path,
            spec.release.value.span,
            f"transformers {wanted} is not cataloged; the spec was checked against {release}.",
            suggestion=f"Catalog it with: catalog sync {wanted}",
        )


def release_of(spec: Spec) -> str | None:
    """The release that a spec names; ``None`` where it names none, or what it names is no release."""
    node = spec.release.value if spec.release is not None else None
    if not isinstance(node, Scalar) or node.value is None or isinstance(node.value, bool):
        return None
    text = node.value if isinstance(node.value, str) else node.text
    return text.strip() or None


def is_release(wanted: str, version: str) -> bool:
    """True where a version is meant: ``4.39`` stands for each of its patches."""
    return version == wanted or version.startswith(f"{wanted}.")
