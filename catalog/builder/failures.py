"""Tells why a model does not build: from an exception to a kind of reason, a library, a parameter and a sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, Literal, TypeAlias

from catalog.builder.construct import find_architecture, fitting
from catalog.builder.plan import BuildPlan, nested
from catalog.errors import CatalogError
from catalog.model_facts import BuildFailure, FailureKind
from catalog.specs.deep_worker import names_read

Stage: TypeAlias = Literal["config", "model", "weights", "forward"]
"""What was being made when it failed."""

_LONGEST: Final = 400  # characters of a reason
_TELLING: Final = 8  # letters with which a word of a message tells a parameter that begins with it

_INSTALLED_AS: Final = {
    "PIL": "pillow",
    "cv2": "opencv-python",
    "sklearn": "scikit-learn",
    "yaml": "pyyaml",
    "causal_conv1d": "causal-conv1d",
    "mamba_ssm": "mamba-ssm",
    "flash_attn": "flash-attn",
}
"""Name under which a library is imported, or called by transformers → name under which it is installed."""

_BACKEND: Final = re.compile(r"requires the (\S+) library but it was not found")
_NO_MODULE: Final = re.compile(r"No module named '([\w.]+)'")
_PACKAGE: Final = re.compile(
    r"pip install ([\w.\-\[\]]+)|requires? (?:the )?`?(\w[\w\-]*)`? (?:package|library)", re.IGNORECASE
)
_WRAPPED: Final = re.compile(r"^(?:Class validation error for validator '\w+'|Validation error for field '\w+'):\s*")
_EXCEPTION: Final = re.compile(r"^\w*(?:Error|Exception): ")
_HUB: Final = re.compile(
    r"huggingface\.co|HF_HUB_OFFLINE|outgoing traffic has been disabled|locate the file on the Hub"
)
_HUB_ERRORS: Final = {"LocalEntryNotFoundError", "OfflineModeIsEnabled", "RepositoryNotFoundError", "GatedRepoError"}
_MEMORY: Final = re.compile(
    r"can't allocate memory|out of memory|Cannot allocate memory|not enough memory", re.IGNORECASE
)
_SUB_CONFIG: Final = re.compile(
    r"sub-?config|`\w+_config`|\bencoder\b.*\bdecoder\b.*config|cannot be instantiated without|both.*config",
    re.IGNORECASE,
)
_NEEDS: Final = re.compile(
    r"needs? to be (?:specified|set|provided|defined)|must be (?:specified|set|provided|defined)|"
    r"does not define|is required|has to be (?:specified|set|defined)|you (?:have|need) to (?:specify|set|provide)|"
    r"NoneType|has no attribute|requires config\.",
    re.IGNORECASE,
)
_ATTRIBUTE: Final = re.compile(r"has no attribute '(\w+)'")
_READ: Final = re.compile(r"config\.(\w+)")
_QUOTED: Final = re.compile(r"`(\w+)`")
_UNSUPPORTED: Final = re.compile(
    r"not implemented for|Could not run 'aten::|is not currently implemented for|not supported on"
)


def explain(
    error: BaseException, *, stage: Stage = "model", plan: BuildPlan | None = None, config: Any = None
) -> BuildFailure:
    """Say why a model did not build.

    Args:
        error: What was raised.
        stage: What was being made.
        plan: What was to be built: its parameters are blamed where the error is about one of them.
        config: The configuration, where it could be made: it tells which parameters are ``None``.

    Returns:
        The kind of reason, a sentence, and the library or parameter in question.
    """
    text = one_line(error)
    unfit = None if stage != "model" or isinstance(error, ImportError) else _unfit(plan, config)
    if unfit is not None:
        return BuildFailure(kind="upstream-bug", reason=unfit)
    given = {} if plan is None else _flat(nested(plan.params))
    library = _missing_library(error) if isinstance(error, ImportError) else None
    kind = "missing-library" if library is not None else _kind(error, text, stage)
    parameter = None
    if kind not in {"missing-library", "needs-download", "out-of-memory", "timeout"}:
        parameter = blamed(error, given) or _lacking(error, text, config)
    return BuildFailure(kind=kind, reason=text, library=library, parameter=parameter)


def one_line(error: BaseException) -> str:
    """What an exception says, as one sentence without the names of its wrappers."""
    text = " ".join(str(error).split())
    if isinstance(error, ImportError) and (backends := _BACKEND.findall(text)):
        names = list(dict.fromkeys(backends))
        text = f"It requires {' and '.join(names)}, which cannot be imported"
    if isinstance(error, CatalogError):
        return error.message
    wrapper = type(error).__name__.startswith("StrictDataclass")
    while wrapper and (found := _WRAPPED.match(text)):
        text = _EXCEPTION.sub("", text[found.end() :])
    if not text:
        return f"{type(error).__name__}."
    says_little = isinstance(error, KeyError | IndexError)
    if says_little or not (wrapper or isinstance(error, ImportError | ValueError | AssertionError | LookupError)):
        text = f"{type(error).__name__}: {text}"
    text = text if len(text) <= _LONGEST else text[: _LONGEST - 4].rsplit(" ", 1)[0] + " ..."
    return text if text.endswith((".", "!", "?")) else f"{text}."


def blamed(error: BaseException, given: Mapping[str, Any]) -> str | None:
    """The parameter that an error is about, of those that were given.

    Args:
        error: What was raised.
        given: Parameters by dotted names.

    Returns:
        Its dotted name: the one that the message names, else one that the failing lines of code read, else one whose
        value the message states; ``None`` where none can be told.
    """
    message = str(error)
    field = re.search(r"[Ff]ield '(\w+)'", message)
    words = re.findall(r"\w+", message) if field is None else [field[1]]
    for name in (*words, *names_read(error.__traceback__)):
        for path in given:
            if path.rpartition(".")[2] == name:
                return path
    for word in (word for word in words if len(word) >= _TELLING):
        for path in given:
            if path.rpartition(".")[2].startswith(word):
                return path
    numbers = set(re.findall(r"\d{2,}", message))
    return next((path for path, value in given.items() if str(value) in numbers), None)


def _kind(error: BaseException, text: str, stage: Stage) -> FailureKind:
    """The kind of a reason other than a missing library."""
    if isinstance(error, TimeoutError):
        return "timeout"
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError" or _MEMORY.search(text):
        return "out-of-memory"
    if isinstance(error, ConnectionError) or _HUB.search(text) or type(error).__name__ in _HUB_ERRORS:
        return "needs-download"
    # torch raises NotImplementedError for an operation without a kernel, transformers LookupError for a missing class.
    if isinstance(error, NotImplementedError) or type(error) is LookupError or _UNSUPPORTED.search(text):
        return "unsupported"  # an operation that the device lacks, or a model class that transformers lacks
    if _SUB_CONFIG.search(text):
        return "needs-sub-config"
    if stage == "config":
        return "default-does-not-construct"
    return "needs-parameter" if _NEEDS.search(text) else "upstream-bug"


def _unfit(plan: BuildPlan | None, config: Any) -> str | None:
    """A sentence, where the model class takes another configuration than the one that transformers lists it for."""
    if plan is None or config is None:
        return None
    try:
        model_class = find_architecture(plan, type(config))
        wanted = getattr(model_class, "config_class", None)
    except (ImportError, LookupError):
        return None
    if wanted is None or isinstance(fitting(config, model_class), wanted):
        return None
    names = (model_class.__name__, wanted.__name__, type(config).__name__)
    return "{} takes a {}, but transformers lists it for {}.".format(*names)


def _missing_library(error: ImportError) -> str | None:
    """The library that is not there, by the name under which it is installed."""
    text = str(error)
    names = _BACKEND.findall(text)
    if names:
        # A model that needs several names the one it is about last; timm itself needs the others.
        return _installed_as("timm" if "timm" in names else names[0])
    if found := _NO_MODULE.search(text):
        return _installed_as(found[1].partition(".")[0])
    if found := _PACKAGE.search(text):
        return _installed_as(found[1] or found[2])
    return _installed_as(error.name.partition(".")[0]) if error.name else None


def _installed_as(name: str) -> str:
    return _INSTALLED_AS.get(name, name)


def _lacking(error: BaseException, text: str, config: Any) -> str | None:
    """The parameter that a configuration leaves out: the one that the message names, or that the code reads as None."""
    if isinstance(error, AttributeError) and (found := _ATTRIBUTE.search(text)) and "Config' object" in text:
        return str(found[1])
    if config is None:
        return None
    for name in (*_QUOTED.findall(text), *_READ.findall(text)):
        if hasattr(config, name):
            return str(name)
    if "NoneType" in text:
        parts = [("", config), *((f"{name}.", getattr(config, name, None)) for name in type(config).sub_configs)]
        read = (*names_read(error.__traceback__, _READ), *names_read(error.__traceback__))
        unset = (
            prefix + name
            for name in read
            for prefix, part in parts
            if part is not None and getattr(part, name, 0) is None
        )
        return next(unset, None)
    return None


def _flat(params: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested parameters by dotted names, the inner ones first."""
    found: dict[str, Any] = {}
    for name, value in params.items():
        if isinstance(value, Mapping):
            found |= _flat(value, f"{prefix}{name}.")
        found[prefix + name] = value
    return found
