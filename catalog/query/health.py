"""What is wrong with a release: its documentation by the measure of its code, and what did not work."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from catalog.doctor import (
    ComputedDefault,
    DocumentationFault,
    UndocumentedParameter,
    computed_defaults,
    documentation_faults,
    undocumented_parameters,
)
from catalog.records import ConfigClass, Failure, Observation


@dataclass(frozen=True, slots=True, kw_only=True)
class DoctorReport:
    """What is wrong with a release.

    Attributes:
        release: The transformers release.
        faults: Documented defaults that differ from the code.
        undocumented: Parameters that their class does not document.
        failures: What did not import, construct or parse, with its reason.
        computed: Parameters whose default changes while the class constructs itself.
    """

    release: str
    faults: tuple[DocumentationFault, ...] = ()
    undocumented: tuple[UndocumentedParameter, ...] = ()
    failures: tuple[Failure, ...] = ()
    computed: tuple[ComputedDefault, ...] = ()


def examine(
    release: str,
    classes: Iterable[ConfigClass],
    observations: Iterable[Observation],
    failures: tuple[Failure, ...],
) -> DoctorReport:
    """Examine a release.

    Args:
        release: Its version.
        classes: Its configuration classes.
        observations: What constructing them told.
        failures: What could not be read.

    Returns:
        The report.
    """
    classes, observations = tuple(classes), tuple(observations)
    return DoctorReport(
        release=release,
        faults=documentation_faults(classes, observations),
        undocumented=undocumented_parameters(classes),
        failures=failures,
        computed=computed_defaults(classes, observations),
    )
