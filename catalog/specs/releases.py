"""Checks each spec against the transformers release that it names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from catalog.errors import NotFoundError
from catalog.specs.checker import Checker
from catalog.specs.diagnostics import Finding
from catalog.specs.knowledge import Knowledge
from catalog.specs.nodes import Spec
from catalog.specs.rules.c120_uncataloged_release import is_release, release_of


class ReleaseCheckers:
    """One checker a release, each made when a spec first needs it.

    Args:
        knowledge: The facts of the release for specs that name none, or name one that is not cataloged.
        releases: Versions of all cataloged releases, newest first.
        open_release: Opens the facts of another release.
        fixed: True to check every spec against `knowledge`, whatever release it names.
    """

    def __init__(
        self,
        knowledge: Knowledge,
        *,
        releases: tuple[str, ...],
        open_release: Callable[[str], Knowledge],
        fixed: bool = False,
    ) -> None:
        self._default = Checker(knowledge)
        self._checkers = {knowledge.release: self._default}
        self._releases = releases
        self._open = open_release
        self._fixed = fixed

    def check(self, spec: Spec) -> tuple[Finding, ...]:
        """Check one spec.

        Returns:
            All findings, in the order in which they stand in the file; one of them says so if the spec names a
            release that is not cataloged.
        """
        if self._fixed:
            return self._default.check(replace(spec, release=None))
        wanted = release_of(spec)
        return (self._default if wanted is None else self._checker(wanted)).check(spec)

    def _checker(self, wanted: str) -> Checker:
        version = next((version for version in self._releases if is_release(wanted, version)), None)
        if version is None:
            return self._default
        if version not in self._checkers:
            try:
                self._checkers[version] = Checker(self._open(version))
            except NotFoundError:  # it was removed a moment ago
                return self._default
        return self._checkers[version]
