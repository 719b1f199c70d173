"""The order of releases, and which one was probably meant."""

from __future__ import annotations

from catalog.store.versions import newest, newest_first, similar


def test_versions_are_ordered_by_number_and_pre_releases_come_before_their_release():
    assert newest_first(["4.9.0", "4.10.0", "5.0.0rc1", "5.0.0", "local"]) == [
        "5.0.0",
        "5.0.0rc1",
        "4.10.0",
        "4.9.0",
        "local",
    ]
    assert newest({"4.9.0", "4.10.0"}) == "4.10.0"
    assert newest(["anything"]) == "anything"


def test_versions_of_the_same_series_are_meant_first():
    known = ["4.39.3", "4.39.2", "4.57.6", "5.22.0", "5.23.0"]
    assert similar("4.39.9", known) == ("4.39.3", "4.39.2", "4.57.6")
    assert similar("5.23", known) == ("5.23.0", "5.22.0", "4.57.6")
    assert similar("nonsense", known) == ("5.23.0", "5.22.0", "4.57.6")
    assert similar("1.0", []) == ()
