"""What the store answers with: frozen records, never rows of the database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from catalog.measurements import Environment
from catalog.records import Extractor, Json, Parameter


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseInfo:
    """One cataloged release, without its contents.

    Attributes:
        version: ``5.23.0``.
        extractor: How it was read.
        fingerprint: Digest of what was read.
        released: Date of publication (ISO 8601), where it is known.
        environment: Versions of what took part.
        synced_at: When it was written, with its time zone (UTC).
        seconds: Wall time of the extraction.
        classes: Number of configuration classes, without the common base.
        parameters: Number of their parameters, without those that every class has from the common base.
        architectures: Number of architectures.
        failures: Number of things that could not be read.
    """

    version: str
    extractor: Extractor
    fingerprint: str
    released: str | None
    environment: Mapping[str, str] = field(hash=False)
    synced_at: datetime
    seconds: float
    classes: int
    parameters: int
    architectures: int
    failures: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEntry:
    """One release that has a class.

    Attributes:
        release: Its version.
        extractor: How it was read.
        definition: Key of the definition; equal keys mean equal definitions.
        module: Import path of the class there.
    """

    release: str
    extractor: Extractor
    definition: int
    module: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassEntry:
    """One class of a release, as far as comparing releases needs it before reading definitions.

    Attributes:
        definition: Key of the definition; equal keys mean equal definitions.
        name: Class name.
        module: Import path of its module.
        model_type: The model type that the class declares.
        deprecated: True for a deprecated model.
        is_base: True for the common base class.
    """

    definition: int
    name: str
    module: str
    model_type: str | None
    deprecated: bool
    is_base: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedIn:
    """A class that goes by some name in a release.

    Attributes:
        release: The release.
        config_class: Name of the class.
        module: Import path of its module; ``None`` where only an auto mapping tells.
        how: ``class`` by its own name, ``mapped`` by a model type of the auto mappings, ``declared`` by the model type
            that the class declares.
    """

    release: str
    config_class: str
    module: str | None
    how: Literal["class", "mapped", "declared"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassRow:
    """One configuration class of a release, as a list shows it.

    Attributes:
        name: Class name.
        module: Import path of its module.
        model_types: Model types that lead to it: its own, and those of the auto mappings; sorted.
        declared_model_type: The one that the class itself states; ``None`` where it states none.
        modality: ``text``, ``vision``, … or ``None``.
        attention: Kinds of attention of its default.
        tasks: Tasks that its architectures solve, sorted.
        sub_configs: Parameter that is a configuration → its class, where that is fixed.
        is_base: True for the common base class.
        deprecated: True for a deprecated model.
        constructs: Whether it constructs with no arguments; ``None`` where that was not tried.
        reason: Why it does not.
    """

    name: str
    module: str
    model_types: tuple[str, ...]
    declared_model_type: str | None
    modality: str | None
    attention: tuple[str, ...]
    tasks: tuple[str, ...]
    sub_configs: Mapping[str, str | None] = field(hash=False)
    is_base: bool
    deprecated: bool
    constructs: bool | None
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterUse:
    """A parameter as one class takes it.

    Attributes:
        config_class: Class that takes it.
        parameter: Its declaration; where the class has none of its own, that of the common base, as inherited from it.
        overridden: True where construction with no arguments changes the declared default.
        effective: Value after construction where `overridden`, else the declared default.
    """

    config_class: str
    parameter: Parameter
    overridden: bool
    effective: Json = field(hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchHit:
    """Something that a search found.

    Attributes:
        kind: ``model_type``, ``config_class``, ``parameter`` or ``architecture``.
        name: Its name.
        config_class: The config class it belongs to, or is.
        model_type: Model type of that class, where it has one.
        excerpt: One line of its description, about the words that were asked for.
        score: Higher is better; the whole part says how it was found (5: by its exact name).
    """

    kind: str
    name: str
    config_class: str | None
    model_type: str | None
    excerpt: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteReport:
    """What writing a release did.

    Attributes:
        version: The release.
        unchanged: True where the catalog held exactly this already; nothing was written.
        classes_added: Classes that the release had not before.
        classes_changed: Classes whose definition differs from before.
        classes_removed: Classes that the release has no longer.
        definitions_added: Definitions that no release had.
        parameters_added: Parameters that no definition had.
        architectures_added: Architectures that no release had.
        facts_removed: Facts of built models that rested on what changed.
        seconds: Wall time of writing.
    """

    version: str
    unchanged: bool
    classes_added: int = 0
    classes_changed: int = 0
    classes_removed: int = 0
    definitions_added: int = 0
    parameters_added: int = 0
    architectures_added: int = 0
    facts_removed: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class GarbageReport:
    """What collecting garbage removed: rows that no release points at.

    Attributes:
        definitions: Definitions of config classes.
        parameters: Parameters of such definitions.
        architectures: Definitions of architectures.
        others: Observations, model types, vocabularies, documents of facts, and environments of measurements.
    """

    definitions: int
    parameters: int
    architectures: int
    others: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What became of measurements that were given to the catalog.

    Attributes:
        new: Rows that it did not have.
        known: Rows that it has already, or of which it has a newer one.
        replaced: Rows that took the place of an older one of the same run.
    """

    new: int = 0
    known: int = 0
    replaced: int = 0

    def __add__(self, other: Recorded) -> Recorded:
        """Both together."""
        return Recorded(
            new=self.new + other.new, known=self.known + other.known, replaced=self.replaced + other.replaced
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasurementFilters:
    """Which measurements are meant; ``None`` leaves a field open.

    Attributes:
        names: Names of the model, each a model type, a configuration class or an architecture; any of them fits.
        run: Name of the run.
        releases: Releases of transformers.
        mode: What was run.
        device: ``"cuda"`` stands for each GPU, ``"cuda:1"`` for one.
        dtype: Element type.
        scale: Size of the model.
        attention: Implementation of attention that ran; the one that was asked for, where the model does not tell.
        compile: Whether it was compiled.
        batch_size: Samples at a time.
        sequence_length: Tokens that were asked for.
        status: How it ended.
    """

    names: tuple[str, ...] | None = None
    run: str | None = None
    releases: tuple[str, ...] | None = None
    mode: str | None = None
    device: str | None = None
    dtype: str | None = None
    scale: str | None = None
    attention: str | None = None
    compile: bool | None = None
    batch_size: int | None = None
    sequence_length: int | None = None
    status: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunInfo:
    """One sweep.

    Attributes:
        name: Its name.
        first_measured_at: When its first row ended, in UTC.
        last_measured_at: When its last row ended, in UTC.
        rows: Its rows.
        measured: Those that were measured.
        statuses: How many rows ended in which way, most first.
        environments: Where it ran, the environment of most rows first.
        releases: Releases of transformers, likewise.
        scales: Sizes of models in it.
        modes: What was run in it.
        devices: Devices in it.
        dtypes: Element types in it.
    """

    name: str
    first_measured_at: str
    last_measured_at: str
    rows: int
    measured: int
    statuses: Mapping[str, int]
    environments: tuple[Environment, ...] = ()
    releases: tuple[str, ...] = ()
    scales: tuple[str, ...] = ()
    modes: tuple[str, ...] = ()
    devices: tuple[str, ...] = ()
    dtypes: tuple[str, ...] = ()

    @property
    def environment(self) -> Environment | None:
        """Where most of it ran; ``None`` where no process could tell."""
        return self.environments[0] if self.environments else None
