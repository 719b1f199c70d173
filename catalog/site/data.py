"""What the pages are made from: one release, read from the catalog in bulk, and put in order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from catalog.doctor import DocumentationFault
from catalog.history import Change
from catalog.query import Catalog, CatalogParameter, ModelConfig, ReleaseInfo
from catalog.query.releases import numbered
from catalog.site.command_pages import CommandReference
from catalog.site.links import model_url, parameter_url, relative, release_url
from catalog.site.measured import Measured, measured
from catalog.site.relations import Relations
from catalog.specs.checker import Checker
from catalog.specs.knowledge import Knowledge

if TYPE_CHECKING:
    from catalog.measurements import Measurement
    from catalog.model_facts import ModelFacts
    from catalog.query.health import DoctorReport

BASE_NAMES = frozenset({"PreTrainedConfig", "PretrainedConfig"})
_INDEXES = ("models", "uses", "shared_parameters", "faults", "children", "relations", "checker", "measured")
"""What the pages look things up in; each is made once."""
_SHARED = 2
"""A parameter that so many classes have gets a page of its own."""


@dataclass(frozen=True, kw_only=True)
class SiteData:
    """One release as the pages show it.

    Attributes:
        release: The release.
        releases: All cataloged releases, newest first.
        configs: Class name → its record, in the order of the alphabet, the common base among them.
        histories: Class name → its changes, oldest first.
        doctor: What is wrong with the release.
        facts: Class name → what building its base model told, where that is known.
        knowledge: The facts of the release for starter specs and schemas.
        catalog: The open catalog, for page kinds that ask for more.
        measurements: What was measured, of any release and on any machine.
        commands: The command line's own description; empty where the site is built without it.
    """

    release: ReleaseInfo
    releases: tuple[ReleaseInfo, ...]
    configs: Mapping[str, ModelConfig]
    histories: Mapping[str, tuple[Change, ...]]
    doctor: DoctorReport
    facts: Mapping[str, ModelFacts]
    knowledge: Knowledge
    catalog: Catalog
    measurements: tuple[Measurement, ...] = ()
    commands: tuple[CommandReference, ...] = ()

    @cached_property
    def models(self) -> tuple[ModelConfig, ...]:
        """The classes without the common base, in the order of the alphabet."""
        return tuple(config for config in self.configs.values() if config.config_class not in BASE_NAMES)

    @cached_property
    def uses(self) -> Mapping[str, tuple[tuple[ModelConfig, CatalogParameter], ...]]:
        """Parameter → the classes that have it, with it as each does; sorted by name.

        Of the parameters of the common base only the base itself and the classes that declare them anew are listed.
        """
        found: dict[str, list[tuple[ModelConfig, CatalogParameter]]] = defaultdict(list)
        for config in self.configs.values():
            for parameter in config.parameters.values():
                if parameter.inherited_from in BASE_NAMES:
                    continue
                found[parameter.name].append((config, parameter))
        return {name: tuple(found[name]) for name in sorted(found)}

    @cached_property
    def shared_parameters(self) -> tuple[str, ...]:
        """Parameters that several classes have, sorted: each has a page of its own."""
        return tuple(name for name, uses in self.uses.items() if len(uses) >= _SHARED)

    @cached_property
    def _shared(self) -> frozenset[str]:
        return frozenset(self.shared_parameters)

    @cached_property
    def faults(self) -> Mapping[str, tuple[DocumentationFault, ...]]:
        """Class name → where its documentation contradicts its code."""
        found: dict[str, list[DocumentationFault]] = defaultdict(list)
        for fault in self.doctor.faults:
            found[fault.config_class].append(fault)
        return {name: tuple(items) for name, items in found.items()}

    @cached_property
    def children(self) -> Mapping[str, tuple[str, ...]]:
        """Class name → the classes that inherit from it directly."""
        found: dict[str, list[str]] = defaultdict(list)
        for config in self.models:
            for base in config.bases:
                found[base].append(config.config_class)
        return {name: tuple(items) for name, items in found.items() if name not in BASE_NAMES}

    @cached_property
    def measured(self) -> Measured:
        """What was measured of the classes of this site, and where."""
        return measured(self.measurements, classes=self.configs, release=self.release.version)

    @cached_property
    def checker(self) -> Checker:
        """Checks specs, and keeps what it learns of the classes for starter specs and schemas."""
        return Checker(self.knowledge)

    @cached_property
    def relations(self) -> Relations:
        """Which classes are alike."""
        return Relations(self.models, common=BASE_NAMES)

    def index(self) -> None:
        """Make all indexes now rather than when they are needed, so that forked processes share them."""
        for name in (*_INDEXES, "_shared"):
            getattr(self, name)

    def model_link(self, config_class: str, *, source: str, parameter: str | None = None) -> str | None:
        """Address of a class's page on another page; ``None`` where the site has none."""
        if config_class not in self.configs:
            return None
        return relative(model_url(config_class, parameter), source=source)

    def parameter_link(self, name: str, *, source: str) -> str | None:
        """Address of a parameter's own page on another page; ``None`` where it has none."""
        return relative(parameter_url(name), source=source) if name in self._shared else None

    def release_link(self, version: str, *, source: str) -> str | None:
        """Address of a release's page on another page; ``None`` where it has none."""
        return relative(release_url(version), source=source) if version in self._compared else None

    @cached_property
    def _compared(self) -> frozenset[str]:
        """The releases that are compared with the one before them: all up to the one shown, but for the oldest."""
        order = numbered([info.version for info in self.releases])
        until = order.index(self.release.version) + 1 if self.release.version in order else 0
        return frozenset(order[1:until])

    def resolver(self, source: str) -> Callable[[str], str | None]:
        """Finds, for one page, the address of what a code span in its texts names: a configuration class."""
        return lambda name: self.model_link(name, source=source)


def read_site(
    catalog: Catalog,
    release: str | None = None,
    *,
    classes: Collection[str] | None = None,
    commands: tuple[CommandReference, ...] = (),
) -> SiteData:
    """Read what the pages need.

    Args:
        catalog: The open catalog.
        release: The release to show; ``None`` for the newest one.
        classes: Only these classes, the common base besides; ``None`` for all.
        commands: The command line's own description.

    Returns:
        The data.

    Raises:
        NotFoundError: If there is no such release.
    """
    found = catalog.configs(release)
    configs = {
        config.config_class: config
        for config in sorted(found, key=lambda config: (config.config_class.casefold(), config.config_class))
        if classes is None or config.config_class in classes or config.config_class in BASE_NAMES
    }
    version = found[0].release if found else str(release)
    releases = catalog.releases()
    return SiteData(
        release=next(info for info in releases if info.version == version),
        releases=releases,
        configs=configs,
        histories=catalog.histories(configs, until=version) if len(releases) > 1 else {},
        doctor=catalog.doctor(version),
        facts={item.config_class: item for item in catalog.all_facts(version, summary=False)},
        knowledge=catalog.knowledge(version),
        catalog=catalog,
        measurements=catalog.measurements(),
        commands=commands,
    )
