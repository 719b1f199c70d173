"""What changed between releases, told from catalogs of small wheels and of the installed release."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from releases import config, sync_history, write_wheel

from catalog import Catalog, NotFoundError
from catalog.errors import UsageError
from catalog.history import Change
from catalog.introspect.fingerprint import find_package
from catalog.introspect.sources import FolderSource
from catalog.introspect.static import read_source
from catalog.query.changelog import to_markdown
from catalog.records import Release
from catalog.store import open_store


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sync_history(tmp_path_factory.mktemp("history"))


@pytest.fixture
def catalog(database: Path) -> Iterator[Catalog]:
    with Catalog.open(database) as opened:
        yield opened


def told(changes: tuple[Change, ...]) -> list[tuple[object, ...]]:
    return [(c.release, c.change, c.parameter, c.before, c.after) for c in changes]


def test_the_history_of_a_class_tells_its_changes_oldest_first(catalog: Catalog) -> None:
    assert told(catalog.history("tiny")) == [
        ("4.2.0", "default", "dropout", 0.1, 0.0),
        ("4.2.0", "added", "window", None, None),
        ("5.0.0", "renamed", "width", "width", "hidden_size"),
        ("5.0.0", "default", "mode", "fast", "slow"),
        ("5.0.0", "choices", "mode", None, ["slow", "exact"]),
        ("5.0.0", "removed", "legacy", True, None),
        ("5.0.0", "default", "ratio", 0.5, 2),
    ]


def test_what_the_oldest_cataloged_release_has_is_no_change(catalog: Catalog) -> None:
    assert catalog.history("duo") == ()
    assert {change.release for change in catalog.history("GoneConfig")} == {"4.2.0", "5.0.0"}


def test_a_class_that_is_gone_has_a_history(catalog: Catalog) -> None:
    moved, removed = catalog.history("gone")
    assert (moved.change, moved.note) == ("moved", "deprecated")
    assert (removed.release, removed.change) == ("5.0.0", "class-removed")
    assert catalog.history("transformers.models.gone.configuration_gone.GoneConfig") == (moved, removed)


@pytest.mark.parametrize("name", ["pair", "PairConfig", "CoupleConfig"])
def test_a_class_is_one_under_its_old_and_its_new_name(catalog: Catalog, name: str) -> None:
    (change,) = catalog.history(name)
    assert (change.change, change.before, change.after, change.confidence) == (
        "renamed",
        "PairConfig",
        "CoupleConfig",
        "likely",
    )
    assert catalog.diff("4.2.0", "5.0.0", name) == (change,)


@pytest.mark.parametrize("name", ["PretrainedConfig", "PreTrainedConfig"])
def test_the_common_base_is_one_class_under_both_its_names(catalog: Catalog, name: str) -> None:
    assert [(c.change, c.parameter) for c in catalog.history(name)] == [("renamed", None), ("removed", "torchscript")]


@pytest.mark.parametrize("name", ["tiny.width", "TinyConfig.hidden_size", "duo.text_config.width"])
def test_a_parameter_is_followed_under_all_its_names(catalog: Catalog, name: str) -> None:
    assert told(catalog.history(name)) == [("5.0.0", "renamed", "width", "width", "hidden_size")]


def test_a_parameter_of_the_common_base_belongs_to_every_class(catalog: Catalog) -> None:
    assert told(catalog.history("tiny.torchscript")) == [("5.0.0", "removed", "torchscript", False, None)]
    assert catalog.history("tiny.output_attentions") == ()


def test_a_span_limits_the_history(catalog: Catalog) -> None:
    assert {change.release for change in catalog.history("tiny", since="4.3")} == {"5.0.0"}
    assert {change.release for change in catalog.history("tiny", until="4.2")} == {"4.2.0"}
    assert catalog.history("tiny", since="6") == ()
    with pytest.raises(UsageError, match="no version"):
        catalog.history("tiny", since="latest")


@pytest.mark.parametrize(
    ("name", "hint"), [("tinny", "tiny"), ("tiny.widht", "width"), ("tiny.text_config.x", "no sub-config")]
)
def test_unknown_names_get_suggestions(catalog: Catalog, name: str, hint: str) -> None:
    with pytest.raises((NotFoundError, UsageError), match=hint):
        catalog.history(name)


def test_a_diff_of_releases_has_the_changes_of_every_class(catalog: Catalog) -> None:
    changes = catalog.diff("4.2", "5.0")
    assert [(c.config_class, c.change) for c in changes if c.parameter is None] == [
        ("CoupleConfig", "renamed"),
        ("GoneConfig", "class-removed"),
        ("LateConfig", "class-added"),
        ("PreTrainedConfig", "renamed"),
    ]
    for name in ("tiny", "gone", "late", "duo", "CoupleConfig"):
        one = catalog.diff("4.2.0", "5.0.0", name)
        assert one == tuple(c for c in changes if one and c.config_class == one[0].config_class)


def test_a_diff_goes_backwards_too(catalog: Catalog) -> None:
    backwards = {(c.change, c.config_class) for c in catalog.diff("5.0.0", "4.2.0") if c.parameter is None}
    assert {("class-added", "GoneConfig"), ("class-removed", "LateConfig")} <= backwards
    assert catalog.diff("5.0.0", "5.0.0") == catalog.diff("5.0.0", "5.0.0", "tiny") == ()


def test_a_diff_of_one_parameter_has_its_changes_alone(catalog: Catalog) -> None:
    assert told(catalog.diff("4.1.0", "5.0.0", "tiny.dropout")) == [("5.0.0", "default", "dropout", 0.1, 0.0)]


def test_a_release_that_is_not_cataloged_names_the_command_that_catalogs_it(catalog: Catalog) -> None:
    with pytest.raises(NotFoundError, match=r"catalog sync 4\.9\.0 \(near it: 4\.2\.0, 5\.0\.0\)"):
        catalog.diff("4.9.0", "5.0.0")


def test_a_name_that_neither_release_has_is_no_empty_answer(catalog: Catalog) -> None:
    with pytest.raises(NotFoundError, match=r"4\.1\.0 or 4\.2\.0"):
        catalog.diff("4.1.0", "4.2.0", "late")


def test_a_changelog_compares_with_the_release_before(catalog: Catalog) -> None:
    found = catalog.changelog()
    assert (found.release, found.against) == ("5.0.0", "4.2.0")
    assert found.changes == catalog.diff("4.2.0", "5.0.0")
    assert catalog.changelog("5.0.0", "4.1.0").against == "4.1.0"
    with pytest.raises(NotFoundError, match="nothing to compare"):
        catalog.changelog("4.1.0")


def test_the_document_puts_silent_defaults_first(catalog: Catalog) -> None:
    text = to_markdown(catalog.changelog())
    assert text.startswith("# transformers 5.0.0: changes in the configurations\n")
    assert "| `mode` | `'fast'` | `'slow'` | `TinyConfig` |" in text
    places = [text.index(part) for part in ("silently", "## Classes added", "## Classes removed", "## Class by class")]
    assert places == sorted(places)
    assert "- `width` renamed to `hidden_size`" in text
    assert "- `legacy` removed (default was `True`)" in text
    assert "## Classes moved to deprecated\n\n- `GoneConfig`" in to_markdown(catalog.changelog("4.2.0"))


def test_changes_that_many_classes_share_are_told_once(tmp_path: Path) -> None:
    names = [f"Model{letter}Config" for letter in "ABCDE"]
    for version, size in (("4.1.0", 1), ("4.2.0", 2)):
        modules = {name.lower(): config(name, f"size={size}, kept='`|`'", model_type=name.lower()) for name in names}
        if version == "4.2.0":
            modules = {name: source.replace("kept='`|`'", "kept='`|`', more=1") for name, source in modules.items()}
            modules = {name: source.replace("= kept", "= kept + more") for name, source in modules.items()}
        write_wheel(tmp_path, version, modules)
    with Catalog.open(tmp_path / "catalog.db") as catalog:
        for wheel in sorted(tmp_path.glob("*.whl")):
            catalog.sync_path(wheel)
        text = to_markdown(catalog.changelog())
    assert "| `size` | `1` | `2` | `ModelAConfig`, `ModelBConfig`" in text
    assert "- `more` added, default `1`, in 5 classes: `ModelAConfig`, `ModelBConfig`" in text
    assert "Class by class" not in text


def test_reading_a_release_live_or_from_its_source_makes_no_change(installed_release: Release, tmp_path: Path) -> None:
    source = read_source(FolderSource(find_package("transformers")), architectures=False)
    with open_store(tmp_path / "catalog.db") as store:
        store.write_release(replace(installed_release, version="5.22.9"))
        store.write_release(source)
    with Catalog.open(tmp_path / "catalog.db") as catalog:
        assert catalog.diff("5.22.9", source.version) == ()
        assert catalog.diff(source.version, "5.22.9") == ()
