"""One cataloged release, with what is asked of it often kept in memory: its classes on one line each, its names."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from catalog.query.assemble import BASE_NAMES, Pieces, assemble_config
from catalog.query.models import ModelConfig, ModelSummary
from catalog.query.names import NamedClass, NameIndex
from catalog.records import ConfigClass, ModelType
from catalog.store.rows import ClassRow, ReleaseInfo

if TYPE_CHECKING:
    from catalog.store import Store


class ReleaseView:
    """Reads one release.

    A release's content never changes under its fingerprint, so what was read once stays true for this view.

    Args:
        store: The store.
        info: The release.
    """

    def __init__(self, store: Store, info: ReleaseInfo) -> None:
        self._store = store
        self.info = info
        self.version = info.version

    @cached_property
    def rows(self) -> Mapping[str, ClassRow]:
        """Class name → its line, sorted, without the common base."""
        return {row.name: row for row in self._store.class_rows(self.version) if not row.is_base}

    @cached_property
    def model_types(self) -> tuple[ModelType, ...]:
        """The model types of the auto mappings."""
        return self._store.model_types(self.version)

    @cached_property
    def names(self) -> NameIndex:
        """Finds classes by what users call them."""
        classes = (
            NamedClass(name=row.name, module=row.module, model_types=row.model_types, declared=row.declared_model_type)
            for row in self.rows.values()
        )
        mapped = {model_type.name: model_type.config_class for model_type in self.model_types}
        return NameIndex(classes, mapped, release=self.version)

    @cached_property
    def summaries(self) -> Mapping[str, ModelSummary]:
        """Class name → its summary without a size, in the order of model types, classes without one last."""
        made = [
            ModelSummary(
                model_type=self.names.model_type_of(row.name),
                config_class=row.name,
                release=self.version,
                tasks=row.tasks,
                modality=row.modality,
                attention=row.attention,
            )
            for row in self.rows.values()
        ]
        made.sort(key=lambda summary: (summary.model_type is None, summary.model_type or "", summary.config_class))
        return {summary.config_class: summary for summary in made}

    @cached_property
    def base(self) -> ConfigClass | None:
        """The common base class."""
        found = (self._store.config_class(self.version, name) for name in BASE_NAMES)
        return next((definition for definition in found if definition is not None), None)

    @cached_property
    def tasks(self) -> tuple[str, ...]:
        """Every task of the release, sorted."""
        return tuple(sorted({task for row in self.rows.values() for task in row.tasks}))

    @cached_property
    def parameter_names(self) -> Mapping[str, int]:
        """Parameter → number of classes that declare it."""
        return self._store.parameter_names(self.version)

    def config(self, class_name: str, since: Mapping[str, str]) -> ModelConfig:
        """The record of a class, whose name must be one of the release."""
        definition = self._store.config_class(self.version, class_name)
        if definition is None:
            raise LookupError(class_name)
        pieces = Pieces(
            definition=definition,
            release=self.version,
            row=self.rows[class_name],
            model_type=self.names.model_type_of(class_name),
            model_types=self.names.model_types_of(class_name),
            base=self.base,
            observation=self._store.observation(self.version, class_name),
            architectures=self._store.architectures(self.version, class_name),
            mapped=tuple(entry for entry in self.model_types if entry.config_class == class_name),
            since=since,
            facts=self._store.facts(self.version, class_name, summary=False),
        )
        return assemble_config(pieces)
