"""The checker's questions to a catalog, in SQL that SQLite and PostgreSQL both take. Imports no SQLAlchemy.

:class:`Facts` answers what :class:`catalog.specs.knowledge.Knowledge` asks. How a query is run is given to it, so
that the same answers come from the standard library's driver and from SQLAlchemy.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from catalog.errors import NotFoundError
from catalog.records import ConfigClass, Json, config_class_from_document
from catalog.store.documents import unpack
from catalog.store.versions import newest_first, similar

Run: TypeAlias = Callable[[str, Mapping[str, Any]], Sequence[Sequence[Any]]]
"""Runs a query with named parameters and gives its rows."""

BASE_NAMES = ("PreTrainedConfig", "PretrainedConfig")
"""The common base class: its name in version 5, and before."""

_CLASS = (
    "SELECT b.body, base.body FROM definition d"
    " JOIN release_class p ON p.definition_id = d.id AND p.release_id = :release"
    " JOIN definition_document b ON b.definition_id = d.id"
    " LEFT JOIN definition_document base ON base.definition_id = b.base_id"
)
_EFFECTIVE = (
    "SELECT n.name, v.value FROM definition d"
    " JOIN release_class p ON p.definition_id = d.id AND p.release_id = :release"
    " JOIN observation_value v ON v.observation_id = p.observation_id"
    " JOIN parameter_name n ON n.id = v.name_id WHERE d.name = :name"
)
_DECLARED_MODEL_TYPES = (
    "SELECT d.model_type, d.name FROM release_class p JOIN definition d ON d.id = p.definition_id"
    " WHERE p.release_id = :release AND NOT d.is_base AND d.model_type <> ''"
    " ORDER BY d.deprecated DESC, d.name DESC"
)
_MODEL_TYPES = (
    "SELECT m.name, m.config_class FROM release_model_type p JOIN model_type m ON m.id = p.model_type_id"
    " WHERE p.release_id = :release"
)
_CLASS_OF_MODEL_TYPE = (
    "SELECT m.config_class FROM model_type m JOIN release_model_type p ON p.model_type_id = m.id"
    " WHERE m.name = :name AND p.release_id = :release"
)
_CLASS_DECLARING = (
    "SELECT d.name FROM definition d JOIN release_class p ON p.definition_id = d.id"
    " WHERE d.model_type = :name AND p.release_id = :release AND NOT d.is_base ORDER BY d.deprecated, d.name"
)
_MODEL_TYPES_OF_CLASS = (
    "SELECT m.name FROM model_type m JOIN release_model_type p ON p.model_type_id = m.id"
    " WHERE m.config_class = :name AND p.release_id = :release"
    " UNION SELECT d.model_type FROM definition d JOIN release_class p ON p.definition_id = d.id"
    " WHERE d.name = :name AND p.release_id = :release AND d.model_type <> ''"
)
_CLASS_NAMES = (
    "SELECT d.name FROM release_class p JOIN definition d ON d.id = p.definition_id"
    " WHERE p.release_id = :release AND NOT d.is_base"
)
_ARCHITECTURES = (
    "SELECT a.name, a.config_class FROM release_architecture p JOIN architecture a ON a.id = p.architecture_id"
    " WHERE p.release_id = :release"
)
_TASKS = (
    "SELECT DISTINCT t.task FROM release_architecture p"
    " JOIN architecture_task t ON t.architecture_id = p.architecture_id WHERE p.release_id = :release"
)
_TASKS_OF_CLASS = (
    "SELECT a.name, t.task FROM architecture a JOIN release_architecture p ON p.architecture_id = a.id"
    " JOIN architecture_task t ON t.architecture_id = a.id WHERE a.config_class = :name AND p.release_id = :release"
)
_TASKS_OF_MODEL_TYPE = (
    "SELECT a.name, t.task FROM architecture_model_type x JOIN architecture a ON a.id = x.architecture_id"
    " JOIN release_architecture p ON p.architecture_id = a.id JOIN architecture_task t ON t.architecture_id = a.id"
    " WHERE x.model_type = :name AND p.release_id = :release"
)
_VOCABULARY = (
    "SELECT v.words FROM release_vocabulary p JOIN vocabulary v ON v.id = p.vocabulary_id"
    " WHERE p.release_id = :release AND v.name = :name"
)
_CLASSES_WITH = (
    "SELECT d.name, d.is_base FROM release_class p"
    " JOIN definition_parameter q ON q.definition_id = p.definition_id"
    " AND q.name_id = (SELECT n.id FROM parameter_name n WHERE n.name = :name)"
    " JOIN definition d ON d.id = p.definition_id WHERE p.release_id = :release"
)
_PARAMETER_NAMES = (
    "SELECT DISTINCT n.name FROM release_class p JOIN definition_parameter q ON q.definition_id = p.definition_id"
    " JOIN parameter_name n ON n.id = q.name_id WHERE p.release_id = :release"
)
_RELEASES = "SELECT version FROM release"
_RELEASE_KEY = "SELECT id FROM release WHERE version = :version"
_RELEASES_HAVING = (
    "SELECT r.version FROM definition d JOIN definition_parameter q ON q.definition_id = d.id"
    " AND q.name_id = (SELECT n.id FROM parameter_name n WHERE n.name = :parameter)"
    " JOIN release_class p ON p.definition_id = d.id JOIN release r ON r.id = p.release_id"
    " WHERE d.name IN (:class, :base, :old_base)"
)


class Facts:
    """The facts of one release, looked up as they are needed and kept.

    Args:
        run: Runs a query.
        release: Version of the release.
        key: Key of the release's row.
    """

    def __init__(self, run: Run, *, release: str, key: int) -> None:
        self._run = run
        self._release = release
        self._key = key
        self._classes: dict[str, ConfigClass | None] = {}
        self._effective: dict[str, Mapping[str, Json]] = {}
        self._vocabularies: dict[str, frozenset[str]] = {}
        self._with: dict[str, tuple[str, ...]] = {}
        self._having: dict[tuple[str, str], tuple[str, ...]] = {}
        self._others: dict[str, Facts] = {}
        self._of_model_type: dict[str, str | None] = {}
        self._tasks_of: dict[str, dict[str, str]] = {}

    @property
    def release(self) -> str:
        """The transformers release these facts are of."""
        return self._release

    def config_class(self, name: str) -> ConfigClass | None:
        """The definition of a class by its name; the common base answers to its old and its new name."""
        if name not in self._classes:
            if name in BASE_NAMES:
                rows = self._query(f"{_CLASS} WHERE d.is_base ORDER BY d.id LIMIT 1")
            else:
                rows = self._query(f"{_CLASS} WHERE d.name = :name ORDER BY d.id LIMIT 1", name=name)
            self._classes[name] = config_class_from_document(unpack(*rows[0])) if rows else None
        return self._classes[name]

    def effective(self, name: str) -> Mapping[str, Json]:
        """Values after construction with no arguments, for parameters where they differ from the declared default."""
        if name not in self._effective:
            self._effective[name] = {key: json.loads(text) for key, text in self._query(_EFFECTIVE, name=name)}
        return self._effective[name]

    def class_of_model_type(self, model_type: str) -> str | None:
        """Name of the class that transformers takes for a model type.

        The auto mappings decide; for a model type that they lack, the class that declares it.
        """
        if model_type not in self._of_model_type:
            rows = self._query(_CLASS_OF_MODEL_TYPE, name=model_type)
            rows = rows or (self._query(_CLASS_DECLARING, name=model_type) if model_type else [])
            self._of_model_type[model_type] = rows[0][0] if rows else None
        return self._of_model_type[model_type]

    def model_types(self) -> tuple[str, ...]:
        """All model types of the release, sorted: those of the auto mappings, and those that only a class declares."""
        return tuple(sorted(self._model_types))

    def class_names(self) -> tuple[str, ...]:
        """Names of all configuration classes, sorted, without the common base."""
        return self._class_names

    def architecture_class(self, architecture: str) -> str | None:
        """Name of the configuration class that an architecture takes; ``None`` where the architecture is unknown."""
        return self._architectures.get(architecture)

    def architectures(self) -> tuple[str, ...]:
        """Names of all architectures, sorted."""
        return tuple(sorted(self._architectures))

    def tasks(self) -> tuple[str, ...]:
        """All tasks, sorted."""
        return tuple(sorted(task for (task,) in self._query(_TASKS)))

    def architecture_for_task(self, config_class: str, task: str) -> str | None:
        """The architecture of a class for a task; of several, the shortest name: the plain model, not its variant."""
        if config_class not in self._tasks_of:
            rows = list(self._query(_TASKS_OF_CLASS, name=config_class))
            for (model_type,) in self._query(_MODEL_TYPES_OF_CLASS, name=config_class):
                if self.class_of_model_type(model_type) == config_class:
                    rows.extend(self._query(_TASKS_OF_MODEL_TYPE, name=model_type))
            found = self._tasks_of[config_class] = {}
            for name, solved in sorted(map(tuple, rows), key=lambda row: (len(row[0]), row[0])):
                found.setdefault(solved, name)
        return self._tasks_of[config_class].get(task)

    def vocabulary(self, name: str) -> frozenset[str]:
        """A closed set of names; empty if unknown."""
        if name not in self._vocabularies:
            rows = self._query(_VOCABULARY, name=name)
            self._vocabularies[name] = frozenset(json.loads(rows[0][0])) if rows else frozenset()
        return self._vocabularies[name]

    def classes_with(self, parameter: str) -> tuple[str, ...]:
        """Names of the classes that take a parameter of that name, sorted; a base parameter is taken by all."""
        if parameter not in self._with:
            rows = self._query(_CLASSES_WITH, name=parameter)
            of_base = any(is_base for _, is_base in rows)
            self._with[parameter] = self._class_names if of_base else tuple(sorted(name for name, _ in rows))
        return self._with[parameter]

    def parameter_names(self) -> tuple[str, ...]:
        """Names of all parameters that a class of the release takes, sorted."""
        return tuple(sorted(name for (name,) in self._query(_PARAMETER_NAMES)))

    def releases(self) -> tuple[str, ...]:
        """Versions of all cataloged releases, newest first."""
        return tuple(newest_first(version for (version,) in self._run(_RELEASES, {})))

    def run_names(self) -> tuple[str, ...]:
        """Runs of measurements, sorted."""
        return tuple(str(name) for (name,) in self._run("SELECT name FROM benchmark_run ORDER BY name", {}))

    def releases_having(self, config_class: str, parameter: str) -> tuple[str, ...]:
        """The cataloged releases, in no order, in which a class declares a parameter or has it from the common base."""
        key = (config_class, parameter)
        if key not in self._having:
            names = {"class": config_class, "parameter": parameter, "base": BASE_NAMES[0], "old_base": BASE_NAMES[1]}
            self._having[key] = tuple({version for (version,) in self._run(_RELEASES_HAVING, names)})
        return self._having[key]

    def at(self, release: str) -> Facts:
        """The facts of another cataloged release, read through the same connection.

        Raises:
            NotFoundError: If it is not cataloged.
        """
        if release not in self._others:
            rows = self._run(_RELEASE_KEY, {"version": release})
            if not rows:
                raise NotFoundError("cataloged release", release, suggestions=similar(release, self.releases()))
            self._others[release] = Facts(self._run, release=release, key=rows[0][0])
        return self._others[release]

    def _query(self, statement: str, **parameters: Any) -> Sequence[Sequence[Any]]:
        return self._run(statement, {"release": self._key, **parameters})

    @functools.cached_property
    def _class_names(self) -> tuple[str, ...]:
        return tuple(sorted(name for (name,) in self._query(_CLASS_NAMES)))

    @functools.cached_property
    def _model_types(self) -> dict[str, str]:
        # The last of several classes that declare a model type counts: the first by name that is not deprecated.
        return dict((*map(tuple, self._query(_DECLARED_MODEL_TYPES)), *map(tuple, self._query(_MODEL_TYPES))))

    @functools.cached_property
    def _architectures(self) -> dict[str, str | None]:
        return dict(map(tuple, self._query(_ARCHITECTURES)))
