"""The part of the catalog that keeps what building models told."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import TYPE_CHECKING

from catalog.query.session import Session

if TYPE_CHECKING:
    from catalog.model_facts import ModelFacts
    from catalog.query.coverage import Coverage

BATCH_SIZE = 64
BATCH_SECONDS = 5.0
"""Facts are written when there are so many of them, or, while a sweep builds slowly, after so long."""


class Facts(Session):
    """Keeps what building models told, and tells it.

    Facts belong to a release and go with it. When the release is cataloged anew with other content, those go whose
    configuration class or architecture changed, or a class that theirs is made of: they told of something else.
    """

    def record_facts(
        self, facts: Iterable[ModelFacts], *, release: str | None = None, batch_size: int = BATCH_SIZE
    ) -> int:
        """Keep what building models told; it takes the place of what is known of the same class and architecture.

        They are written in batches while `facts` goes on, each in one transaction, so that a sweep that is stopped,
        even killed, loses only the last few seconds. Two sweeps at once lose nothing of each other's.

        Args:
            facts: The facts, perhaps of a generator that builds the models one by one.
            release: The cataloged release that they are kept under; ``None`` takes the one that each names.
            batch_size: Largest number of facts in one transaction.

        Returns:
            Number of facts written.

        Raises:
            NotFoundError: If a release is not cataloged, or has no such class. Batches before are written.
            DatabaseError: If the database cannot be written.
        """
        version = None if release is None else self._release(release).version
        written, batch, since = 0, [], time.monotonic()
        try:
            for fact in facts:
                batch.append(fact)
                if len(batch) >= batch_size or time.monotonic() - since > BATCH_SECONDS:
                    ready, batch = batch, []
                    written += self._store.record_facts(ready, release=version)
                    since = time.monotonic()
        finally:
            # What was built before something went wrong is as true as if nothing had.
            written += self._store.record_facts(batch, release=version)
        return written

    def facts(self, name: str, architecture: str | None = None, release: str | None = None) -> ModelFacts | None:
        """What building a model told, its summary tree included.

        Args:
            name: A class as :meth:`catalog.query.Catalog.config` takes it.
            architecture: The model class (``"LlamaForCausalLM"``); ``None`` takes the base model.
            release: The release to look at.

        Returns:
            The facts; ``None`` where that architecture was not built.

        Raises:
            NotFoundError: If there is no such model or release; it suggests names that were probably meant.
        """
        view = self._view(release)
        return self._store.facts(view.version, view.names.get(name), architecture)

    def all_facts(
        self, release: str | None = None, *, base_only: bool = True, name: str | None = None, summary: bool = True
    ) -> tuple[ModelFacts, ...]:
        """What building the models of a release told.

        Args:
            release: The release to look at.
            base_only: Only base models; otherwise every architecture that was built.
            name: Only architectures of this class, a name as :meth:`catalog.query.Catalog.config` takes it.
            summary: Read the summary trees, which are most of it; otherwise they are empty.

        Returns:
            The facts, by class and architecture.

        Raises:
            NotFoundError: If there is no such model or release.
        """
        view = self._view(release)
        config_class = None if name is None else view.names.get(name)
        return self._store.all_facts(view.version, base_only=base_only, config_class=config_class, summary=summary)

    def knows_sizes(self, release: str | None = None) -> bool:
        """True where the size of at least one model is known."""
        return bool(self._store.sizes(self._view(release).version))

    def coverage(self, release: str | None = None, *, base_only: bool = True) -> Coverage:
        """How much of a release builds and runs, and why the rest does not.

        Args:
            release: The release to look at.
            base_only: Count each class once, by its base model; otherwise count every architecture.

        Raises:
            NotFoundError: If there is no such release.
        """
        from catalog.query.coverage import measure_coverage  # noqa: PLC0415  # only this needs it

        view = self._view(release)
        facts = self._store.all_facts(view.version, base_only=base_only, summary=False)
        return measure_coverage(view.version, facts, view.summaries, base_only=base_only)
