"""What can go wrong between a spec and a model, as errors that say what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from catalog.errors import CatalogError, MissingDependencyError
from catalog.quantities import format_bytes

if TYPE_CHECKING:
    from catalog.model_facts import BuildFailure
    from catalog.specs.report import Report

_LIBRARIES = {"torch": "builder", "transformers": None}


class BuildError(CatalogError):
    """A model that torch or transformers does not make.

    Attributes:
        subject: The model class, or the configuration class where that failed.
        failure: Kind of reason, sentence, library and parameter.
    """

    exit_status: ClassVar[int] = 1

    def __init__(self, subject: str, failure: BuildFailure, *, remedy: str | None = None) -> None:
        self.subject = subject
        self.failure = failure
        parameter = "" if failure.parameter is None else f" (parameter {failure.parameter})"
        if remedy is None and failure.library is not None:
            remedy = f"Install {failure.library}."
        super().__init__(f"{subject} cannot be built{parameter}: {failure.reason}", remedy=remedy)


class FaultySpecError(CatalogError):
    """A spec with errors that the checker finds without building anything.

    Attributes:
        report: The findings, with the texts they point into.
    """

    exit_status: ClassVar[int] = 1

    def __init__(self, report: Report) -> None:
        self.report = report
        errors = [finding for finding in report.findings if finding.severity == "error"]
        lines = [" ".join(filter(None, (item.code, item.message, item.suggestion))) for item in errors]
        count = "an error" if len(errors) == 1 else f"{len(errors)} errors"
        super().__init__("\n  ".join([f"The spec has {count}:", *lines]))


class CheckpointError(CatalogError):
    """A checkpoint that cannot be read, or that is not safe to load.

    Attributes:
        checkpoint: The folder or hub name, as it was given.
    """

    exit_status: ClassVar[int] = 1

    def __init__(self, checkpoint: str, message: str, *, remedy: str | None = None) -> None:
        self.checkpoint = checkpoint
        super().__init__(message, remedy=remedy)


class TooLargeError(CatalogError):
    """A model that does not fit the memory of the device.

    Attributes:
        needed: Bytes of its weights and buffers.
        available: Bytes that are free.
        device: The device.
    """

    exit_status: ClassVar[int] = 1

    def __init__(self, subject: str, *, needed: int, available: int, device: str) -> None:
        self.needed = needed
        self.available = available
        self.device = device
        super().__init__(
            f"{subject} does not fit: its weights and buffers take {format_bytes(needed)}, and {device} has "
            f"{format_bytes(available)} free.",
            remedy="Build it on the meta device, in a smaller dtype or with fewer layers; --force (force=True) tries "
            "all the same.",
        )


def need_torch() -> None:
    """Check that torch is there.

    Raises:
        MissingDependencyError: If it is not; it names the extra that brings it.
    """
    import importlib.util  # noqa: PLC0415  # only those who build need it

    for package, extra in _LIBRARIES.items():
        if importlib.util.find_spec(package) is None:
            raise MissingDependencyError(package, extra=extra, reason="building needs it")
