"""Model classes of a release, read from source: nothing is imported, so that neither torch nor the release need run.

mappings   the auto mappings: which class serves which model type and task
skeleton → modeling → library
           the modeling files: cut, parsed, and linked across files
docs, central
           what docstrings and the central documentation say of arguments and outputs
tasks      names of tasks
read       puts the records together
"""

from __future__ import annotations

from catalog.introspect.architectures.cached import DocumentCache
from catalog.introspect.architectures.mappings import AutoMappings, read_mappings
from catalog.introspect.architectures.modeling import ModelingFile, parse_modeling
from catalog.introspect.architectures.read import ArchitectureFacts, config_classes_by_type, read_architectures
from catalog.introspect.architectures.tasks import Task, all_tasks, canonical_task, tasks_of_mapping

__all__ = [
    "ArchitectureFacts",
    "AutoMappings",
    "DocumentCache",
    "ModelingFile",
    "Task",
    "all_tasks",
    "canonical_task",
    "config_classes_by_type",
    "parse_modeling",
    "read_architectures",
    "read_mappings",
    "tasks_of_mapping",
]
