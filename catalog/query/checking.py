"""The part of the catalog that checks specs."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from catalog.query.release import ReleaseView
from catalog.query.session import Session

if TYPE_CHECKING:
    from catalog.specs.releases import ReleaseCheckers
    from catalog.specs.report import Report


class Checking(Session):
    """Checks specs against the catalog's releases."""

    def validate(
        self,
        spec: str | os.PathLike[str] | Mapping[str, Any],
        *,
        release: str | None = None,
        select: Iterable[str] = (),
        ignore: Iterable[str] = (),
    ) -> Report:
        """Check specs, as ``catalog validate`` does.

        Args:
            spec: A file, folder or pattern; or one spec as Python data, in any dialect.
            release: Check against this release; ``None`` takes the one that a spec names, else the newest one.
            select: Codes or names of rules that report, in place of the project's settings.
            ignore: Codes or names of rules that do not.

        Returns:
            The report; its ``findings`` are in the order of the files and of their lines.

        Raises:
            NotFoundError: If there is no such release.
            UsageError: If `select` or `ignore` names no rule, or the project's settings are wrong.
        """
        from catalog.specs.settings import SettingsSearch  # noqa: PLC0415  # only this needs the checker
        from catalog.specs.validation import Validation  # noqa: PLC0415

        checkers = self._checkers(self._view(release), fixed=release is not None)
        validation = Validation(checkers.check, settings=SettingsSearch(), select=select, ignore=ignore)
        if isinstance(spec, Mapping):
            return validation.validate_mapping(spec)
        return validation.validate([os.fspath(spec)])

    def _checkers(self, view: ReleaseView, *, fixed: bool) -> ReleaseCheckers:
        """The checkers of a release, which keep what they learnt of its classes while its content is the same."""
        from catalog.specs.releases import ReleaseCheckers  # noqa: PLC0415  # only :meth:`validate` needs it
        from catalog.store.light import StoreKnowledge  # noqa: PLC0415

        made = self._made_checkers.get((view.version, fixed))
        if made is None or made[0] is not view:
            checkers = ReleaseCheckers(
                StoreKnowledge(self._store, view.version),
                releases=tuple(info.version for info in self.releases()),
                open_release=lambda version: StoreKnowledge(self._store, version),
                fixed=fixed,
            )
            made = self._made_checkers[view.version, fixed] = (view, checkers)
        return made[1]

    @cached_property
    def _made_checkers(self) -> dict[tuple[str, bool], tuple[ReleaseView, ReleaseCheckers]]:
        return {}
