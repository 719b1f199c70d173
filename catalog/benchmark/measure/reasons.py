"""From an exception to a status, a reason of one sentence, and the library that is missing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypeAlias

from catalog.benchmark.measure.refusals import NoInputsError, UnsupportedError
from catalog.builder.errors import BuildError, CheckpointError, TooLargeError
from catalog.builder.failures import explain, one_line
from catalog.builder.plan import BuildPlan
from catalog.errors import MissingDependencyError, UsageError
from catalog.measurements import Status
from catalog.model_facts import BuildFailure, FailureKind

Stage: TypeAlias = Literal["build", "inputs", "compile", "warm-up", "time", "memory", "operations", "estimate"]
"""What is being done with a model, in this order."""

_PATH: Final = re.compile(r"(?<![\w:/.~])(?:~|[A-Za-z]:)?(?:[/\\][^/\\\s'\"`()\[\],;:]+)+[/\\]([^/\\\s'\"`()\[\],;:]+)")
"""An absolute path of two parts or more, and its last part. Addresses of the web are none."""
_MISSING_ARGUMENT: Final = re.compile(r"required (?:positional|keyword-only) argument")
_NO_COMPILER: Final = re.compile(
    r"InvalidCxxCompiler|no (?:working )?C\+\+ compiler|TritonMissing|Cannot find a working triton|"
    r"(?:not|n't) supported on Windows|torch\.compile is not supported|Dynamo is not supported",
    re.IGNORECASE,
)

_TWO_SAMPLES: Final = "Its batch normalisation is trained on two samples at least: ask for a batch size of 2."

_OURS: Final = frozenset({"transformers", "torch", "catalog"})
"""Libraries that are there: a module that they lack is no missing library."""

_OF_KIND: Final[dict[FailureKind, Status]] = {
    "missing-library": "missing-library",
    "out-of-memory": "out-of-memory",
    "timeout": "timeout",
    "unsupported": "unsupported",
    "no-inputs": "no-inputs",
}
"""Statuses of the kinds that mean the same whenever they come up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why something was not measured.

    Attributes:
        status: How it ended.
        reason: One sentence, without paths of this machine.
        library: The missing library, by the name under which it is installed.
    """

    status: Status
    reason: str
    library: str | None = None


def reason_of(error: BaseException, *, stage: Stage, plan: BuildPlan) -> Reason:
    """Say why a model was not measured.

    Args:
        error: What was raised.
        stage: What was being done.
        plan: What was to be built.
    """
    if isinstance(error, (UnsupportedError, UsageError)):
        return Reason(status="unsupported", reason=without_paths(error.message))
    if isinstance(error, NoInputsError):
        return Reason(status="no-inputs", reason=without_paths(error.message))
    if isinstance(error, TooLargeError):
        return Reason(status="out-of-memory", reason=error.message)
    if isinstance(error, MissingDependencyError):
        return Reason(status="missing-library", reason=error.message)
    if isinstance(error, CheckpointError):
        return Reason(status="does-not-build", reason=without_paths(error.message))
    failure = error.failure if isinstance(error, BuildError) else _explained(error, stage, plan)
    if stage == "compile" and _no_compiler(error):
        return Reason(status="unsupported", reason="There is no compiler here that torch.compile could use.")
    if failure.library in _OURS:
        return Reason(status="does-not-build", reason=without_paths(failure.reason))
    return Reason(
        status=_status(error, failure.kind, stage), reason=without_paths(failure.reason), library=failure.library
    )


def is_out_of_memory(error: BaseException) -> bool:
    """True where memory ran out, on the processor or on an accelerator."""
    return explain(error, stage="forward").kind == "out-of-memory"


def without_paths(text: str) -> str:
    """A text in which absolute paths are cut down to their last part, so that it tells nothing of the machine."""
    home = str(Path.home())
    text = text.replace(home, "~") if len(home) > 1 else text
    return _PATH.sub(r"\1", text)


def _explained(error: BaseException, stage: Stage, plan: BuildPlan) -> BuildFailure:
    failure = explain(error, stage="model" if stage == "build" else "forward", plan=plan if stage == "build" else None)
    # torch.nn.Module raises this where a class defines no forward, as those do that only generate.
    if stage != "build" and isinstance(error, NotImplementedError) and "forward" in str(error):
        return BuildFailure(kind="unsupported", reason="It has no forward pass; it only generates.")
    if stage != "build" and "Expected more than 1 value per channel when training" in str(error):
        return BuildFailure(kind="unsupported", reason=_TWO_SAMPLES)
    return failure


def _no_compiler(error: BaseException) -> bool:
    return bool(_NO_COMPILER.search(str(error)) or _NO_COMPILER.search(type(error).__name__))


def _status(error: BaseException, kind: FailureKind, stage: Stage) -> Status:
    if stage == "build":
        return "does-not-build" if kind in {"unsupported", "no-inputs"} else _OF_KIND.get(kind, "does-not-build")
    if stage == "inputs" or (isinstance(error, TypeError) and _MISSING_ARGUMENT.search(str(error))):
        found = _OF_KIND.get(kind, "no-inputs")
        return "no-inputs" if found == "unsupported" else found
    return _OF_KIND.get(kind, "does-not-run")


def told(error: BaseException) -> str:
    """What an exception says, as one sentence without paths."""
    return without_paths(one_line(error))
