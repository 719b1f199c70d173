"""Since when a class has a parameter, as far as the cataloged releases tell."""

from hypothesis import given
from hypothesis import strategies as st

from catalog.query.since import walk_back
from catalog.store.rows import TimelineEntry

RELEASES = ("2.1.0", "4.9.2", "4.10.0", "5.0.0", "5.1.0")


def ask(sets, release="5.1.0", releases=RELEASES):
    """`sets` gives the parameters of each release that has the class."""
    timeline = [
        TimelineEntry(release=version, extractor="static", definition=index, module="m")
        for index, version in enumerate(releases)
        if version in sets
    ]
    names = {entry.definition: frozenset(sets[entry.release]) for entry in timeline}
    return walk_back(releases, timeline, names, release=release)


def test_a_parameter_is_there_since_the_release_that_added_it():
    assert ask({"4.10.0": "a", "5.0.0": "ab", "5.1.0": "abc"}) == {"a": "4.10.0", "b": "5.0.0", "c": "5.1.0"}


def test_a_parameter_that_was_gone_counts_from_its_return():
    assert ask({"4.9.2": "ab", "4.10.0": "b", "5.0.0": "ab", "5.1.0": "ab"})["a"] == "5.0.0"


def test_a_class_that_was_gone_counts_from_its_return():
    assert ask({"4.9.2": "a", "5.0.0": "a", "5.1.0": "a"}) == {"a": "5.0.0"}


def test_what_the_oldest_cataloged_release_has_may_be_older():
    assert ask(dict.fromkeys(RELEASES, "a")) == {}


def test_what_the_first_release_of_all_has_is_as_old_as_that():
    releases = ("2.0.0", "5.1.0")
    assert ask(dict.fromkeys(releases, "a"), releases=releases) == {"a": "2.0.0"}


def test_later_releases_do_not_matter():
    assert ask({"4.10.0": "a", "5.0.0": "a", "5.1.0": "ab"}, release="5.0.0") == {"a": "4.10.0"}


def test_single_files_have_no_place_among_releases():
    releases = ("file:configuration_x", "5.0.0", "5.1.0")
    assert ask({"file:configuration_x": "a", "5.1.0": "a"}, releases=releases) == {"a": "5.1.0"}


@given(st.dictionaries(st.sampled_from(RELEASES), st.frozensets(st.sampled_from("abc"))))
def test_every_answer_is_a_release_that_has_the_parameter(sets):
    for name, version in ask(sets).items():
        assert name in sets[version]
        assert name in sets["5.1.0"]
