"""The read API: everything above the store goes through :class:`Catalog`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog.errors import NotFoundError, UsageError
from catalog.query.assemble import flatten_use
from catalog.query.benchmarking import Benchmarking
from catalog.query.bulk import Bulk
from catalog.query.comparing import Comparing
from catalog.query.estimating import Estimating
from catalog.query.find import Filters, find
from catalog.query.history import History
from catalog.query.models import ModelConfig, ModelSummary, ParameterUse, Resolved
from catalog.query.names import closest
from catalog.query.release import ReleaseView
from catalog.query.resolve import resolve
from catalog.query.since import since_of
from catalog.query.syncing import Syncing

if TYPE_CHECKING:
    from catalog.query.health import DoctorReport
    from catalog.store.rows import SearchHit


class Catalog(Estimating, Benchmarking, Comparing, Bulk, History, Syncing):
    """A catalog of transformers releases: what can be configured, model by model.

    Every method answers with frozen records that stay valid after the catalog is closed. `release` is always the
    version of a cataloged transformers release; ``None`` means the newest one.

    Example:
        >>> with Catalog.open() as catalog:
        ...     catalog.config("llama").parameters["hidden_size"].default
        4096
    """

    def config(self, name: str, release: str | None = None) -> ModelConfig:
        """Everything that is known of a configuration class.

        Args:
            name: Model type (``"llama"``), config class (``"LlamaConfig"``) or its import path.
            release: The release to look at.

        Returns:
            The class with all its parameters, inherited ones included.

        Raises:
            NotFoundError: If there is no such model or release; it suggests names that were probably meant.
            UsageError: If several classes declare that model type and transformers prefers none of them.
        """
        view = self._view(release)
        return self._config(view, view.names.get(name))

    def resolve(self, path: str, release: str | None = None) -> Resolved:
        """Find what a dotted name stands for: a class, or a parameter of it.

        Args:
            path: A name as :meth:`config` takes it, then perhaps a parameter, or sub-configs and a parameter
                (``"llama.hidden_size"``, ``"gemma3.text_config.sliding_window"``).
            release: The release to look at.

        Returns:
            The class, and the parameter where the name goes that far.

        Raises:
            NotFoundError: If a part of it does not exist; it suggests names that were probably meant.
            UsageError: If several classes declare that model type.
        """
        view = self._view(release)
        return resolve(path, view.names, lambda name: self._config(view, name))

    def find(
        self,
        *,
        has: str | None = None,
        task: str | None = None,
        modality: str | None = None,
        sub_config: str | None = None,
        attention: str | None = None,
        min_size: int | None = None,
        max_size: int | None = None,
        release: str | None = None,
    ) -> tuple[ModelSummary, ...]:
        """The models that fit every filter; all models if none is given.

        Args:
            has: A parameter that the model takes.
            task: A task that one of its architectures solves (``"text-generation"``).
            modality: ``"text"``, ``"vision"``, ``"audio"``, …
            sub_config: A parameter that is a configuration (``"vision_config"``), or the class of one.
            attention: A kind of attention of its defaults (``"grouped-query"``).
            min_size: Smallest number of parameters of the default base model.
            max_size: Largest number of parameters; a model whose size is not known fits no limit.
            release: The release to look at.

        Returns:
            The models, by model type.

        Raises:
            NotFoundError: If the release has no such parameter, task, modality, sub-config or kind of attention.
            UsageError: If `min_size` is above `max_size`.
        """
        view = self._view(release)
        filters = Filters(
            has=has,
            task=task,
            modality=modality,
            sub_config=sub_config,
            attention=attention,
            min_size=min_size,
            max_size=max_size,
        )
        having = None if has is None else [use.config_class for use in self.having(has, view.version)]
        return find(view, filters, having=having, sizes=self._store.sizes(view.version))

    def having(self, parameter: str, release: str | None = None) -> tuple[ParameterUse, ...]:
        """Which models take a parameter, and with what default.

        Args:
            parameter: The parameter's name (``"sliding_window"``).
            release: The release to look at.

        Returns:
            One row a class, by model type; a parameter of the common base class is taken by every class.

        Raises:
            NotFoundError: If no class has it; it suggests names that were probably meant.
        """
        view = self._view(release)
        stored = self._store.parameters_named(view.version, parameter)
        if not stored:
            suggestions = closest(parameter, view.parameter_names)
            raise NotFoundError(
                "parameter", parameter, where=f"in transformers {view.version}", suggestions=suggestions
            )
        uses = {use.config_class: use for use in stored}
        texts: dict[int, str | None] = {}
        return tuple(
            flatten_use(uses[name], release=view.version, model_type=summary.model_type, texts=texts)
            for name, summary in view.summaries.items()
            if name in uses
        )

    def search(
        self, text: str, kind: str | None = None, limit: int = 20, release: str | None = None
    ) -> tuple[SearchHit, ...]:
        """Search names, descriptions and documentation.

        Args:
            text: What to look for, in any form; parts of identifiers count as words.
            kind: Only ``"model_type"``, ``"config_class"``, ``"parameter"`` or ``"architecture"``.
            limit: At most this many hits.
            release: The release to look at.

        Returns:
            The hits, best first: an exact name, then names, then texts.

        Raises:
            UsageError: If there is no such kind, or `limit` is below 1.
        """
        from catalog.store.fulltext import KINDS  # noqa: PLC0415  # SQLAlchemy takes 0.2 s to import

        kinds = [known for known in KINDS if kind in {None, known}]
        if not kinds:
            raise UsageError(f"There is no kind {kind!r}.", remedy=f"Kinds are: {', '.join(KINDS)}.")
        if limit < 1:
            raise UsageError(f"The limit is {limit}; it must be at least 1.")
        return self._store.search(self._view(release).version, text, kinds=kinds, limit=limit)

    def suggest(self, text: str, release: str | None = None) -> tuple[str, ...]:
        """Names that a misspelt one probably means, best first."""
        return self._store.suggest(self._view(release).version, text)

    def doctor(self, release: str | None = None) -> DoctorReport:
        """Compare a release's documentation with its code, and list what did not work.

        Raises:
            NotFoundError: If there is no such release.
        """
        from catalog.query.health import examine  # noqa: PLC0415  # only this needs it

        version = self._view(release).version
        return examine(
            version,
            self._store.config_classes(version),
            self._store.observations(version),
            self._store.failures(version),
        )

    def names(self, release: str | None = None) -> tuple[str, ...]:
        """Every model type and class name of a release, sorted."""
        return self._view(release).names.names()

    def parameter_names(self, release: str | None = None) -> tuple[str, ...]:
        """Every parameter name of a release, sorted."""
        return tuple(self._view(release).parameter_names)

    def tasks(self, release: str | None = None) -> tuple[str, ...]:
        """Every task of a release, sorted."""
        return self._view(release).tasks

    def _config(self, view: ReleaseView, class_name: str) -> ModelConfig:
        return view.config(class_name, since=since_of(self._store, class_name, view.version))
