"""Search: names before texts, exact before similar, and no query ever fails."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from samples import LLAMA, NEXT, RELEASE

from catalog.errors import UsageError
from catalog.store import Store, open_store
from catalog.store.search import excerpt
from catalog.store.words import query_words

R = "5.23.0"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def filled(request, tmp_path_factory) -> Iterator[Store]:
    if request.param == "sqlite":
        with open_store(tmp_path_factory.mktemp("search") / "catalog.db") as store:
            store.write_release(RELEASE)
            store.write_release(NEXT)
            yield store
    else:
        from postgres import new_database

        with new_database(request.getfixturevalue("postgres_server")) as url, open_store(url) as store:
            store.write_release(RELEASE)
            store.write_release(NEXT)
            yield store


def names(hits) -> list[tuple[str, str, str | None]]:
    return [(hit.kind, hit.name, hit.config_class) for hit in hits]


def test_an_exact_name_comes_first(filled):
    assert names(filled.search(R, "rope_theta"))[0] == ("parameter", "rope_theta", "LlamaConfig")
    assert names(filled.search(R, "LlamaConfig"))[0] == ("config_class", "LlamaConfig", "LlamaConfig")
    assert names(filled.search(R, "llamamodel"))[0] == ("architecture", "LlamaModel", "LlamaConfig")


def test_a_model_type_finds_itself_then_its_class_then_what_begins_like_it(filled):
    found = names(filled.search(R, "llama"))
    assert found[:2] == [("model_type", "llama", "LlamaConfig"), ("config_class", "LlamaConfig", "LlamaConfig")]
    assert ("architecture", "LlamaForCausalLM", "LlamaConfig") in found[2:7]
    kinds = [kind for kind, _, _ in found]
    assert kinds.index("parameter") > kinds.index("architecture"), "parameters of the model come last"


def test_parts_of_a_name_find_it(filled):
    for query in ("theta", "rope", "ropetheta", "Rope-Theta", "rope theta", "thetas"):
        assert names(filled.search(R, query))[0] == ("parameter", "rope_theta", "LlamaConfig"), query


def test_a_parameter_is_found_together_with_its_class(filled):
    for query in ("hidden size llama", "llama hidden_size", "LlamaConfig.hidden_size", "hidden sizes of LlamaConfig"):
        assert names(filled.search(R, query))[0] == ("parameter", "hidden_size", "LlamaConfig"), query
    assert names(filled.search(R, "hidden size llama4 text"))[0] == ("parameter", "hidden_size", "Llama4TextConfig")


def test_a_long_word_finds_the_name_that_cuts_it_short(filled):
    assert names(filled.search(R, "number of hidden layers"))[0] == ("parameter", "num_hidden_layers", "LlamaConfig")


def test_texts_are_found_where_names_say_nothing(filled):
    assert names(filled.search(R, "non-linear activation"))[0] == ("parameter", "hidden_act", "LlamaConfig")
    assert names(filled.search(R, "language modeling head"))[0] == ("architecture", "LlamaForCausalLM", "LlamaConfig")
    assert names(filled.search(R, "text-generation"))[0] == ("architecture", "LlamaForCausalLM", "LlamaConfig")
    assert names(filled.search(R, "LlamaTokenizer"))[0] == ("model_type", "llama", "LlamaConfig")


def test_any_word_will_do_where_no_text_has_all(filled):
    assert ("parameter", "rope_theta", "LlamaConfig") in names(filled.search(R, "period zebra"))
    assert filled.search(R, "zebra") == ()


def test_hits_tell_where_they_belong_and_what_they_say(filled):
    hit = filled.search(R, "rope_theta")[0]
    assert (hit.model_type, hit.excerpt) == ("llama", "The base period of the RoPE embeddings.")
    scores = [hit.score for hit in filled.search(R, "llama")]
    assert scores == sorted(scores, reverse=True)


def test_kinds_and_limit_hold(filled):
    assert {hit.kind for hit in filled.search(R, "llama", kinds=["architecture"])} == {"architecture"}
    assert len(filled.search(R, "llama", limit=3)) == 3
    assert filled.search(R, "llama", limit=0) == filled.search(R, "llama", kinds=[]) == ()
    with pytest.raises(UsageError, match="'checkpoint'"):
        filled.search(R, "llama", kinds=["checkpoint"])


def test_only_what_the_release_has_is_found(filled):
    assert names(filled.search(R, "projector"))[0] == ("parameter", "projector", "PairConfig")
    assert filled.search("5.24.0", "projector") == ()
    assert filled.search("5.24.0", "PairConfig", kinds=["config_class"], limit=1) != filled.search(R, "PairConfig")


def test_a_definition_of_several_releases_is_found_once_in_each(filled):
    for version in (R, "5.24.0"):
        found = names(filled.search(version, "hidden_size"))
        assert found.count(("parameter", "hidden_size", "LlamaConfig")) == 1
        assert found.count(("parameter", "hidden_size", "Llama4TextConfig")) == 1


@pytest.mark.parametrize(
    "query",
    ["", " ", '"', "'", "a' OR 1=1 --", '"unclosed', "NEAR(", "a AND", "NOT", "OR OR", "(", ")", "*", "name:x", "-",
     "^x", "x*", ":A", "'x':*", "&", "a & | b", "!", "<->", "\\", "\\'", "%", "_", "\0", "a\0b", "🎉", "🎉 llama", "é",
     "日本語", "x" * 10_000, "x " * 10_000, "\ud800", "{name} : x", "rowid", "search", "1e5", "-1", "$1", ":release_id",
     "?", "%(x)s", "ﬁ", "İ", "ß", "²", "½", "\u200b", "\u0301", "a\u0301", "٣"],
)  # fmt: skip
def test_no_query_fails(filled, query):
    assert isinstance(filled.search(R, query), tuple)
    assert isinstance(filled.suggest(R, query), tuple)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(query=st.text(max_size=60) | st.text(alphabet="aA1_ \"'()*:&|!<>-^{}\\\0🎉é٣", max_size=30))
@example(query="llama")
def test_no_query_fails_whatever_it_holds(filled, query):
    hits = filled.search(R, query, limit=5)
    assert len(hits) <= 5
    if not query_words(query):
        assert hits == ()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(name=st.sampled_from([parameter.name for parameter in LLAMA.parameters]), data=st.data())
def test_a_misspelt_name_is_suggested(filled, name, data):
    place = data.draw(st.integers(1, len(name) - 2))
    assert name in filled.suggest(R, name[:place] + name[place + 1 :])


def test_suggestions_hold_the_kinds_of_names_that_exist(filled):
    assert filled.suggest(R, "lama")[0] == "llama"
    assert filled.suggest(R, "LamaConfig")[0] == "LlamaConfig"
    assert filled.suggest(R, "LlamaForCausalML")[0] == "LlamaForCausalLM"
    assert filled.suggest(R, "completely different") == filled.suggest(R, "") == filled.suggest(R, "🎉") == ()


def test_suggestions_follow_the_release(filled):
    assert "projector" in filled.suggest(R, "projektor")
    assert filled.suggest("5.24.0", "projektor") == ()


def test_what_is_written_later_is_found_by_the_same_store(store):
    store.write_release(RELEASE)
    assert store.search(R, "sliding_window") != ()
    assert store.suggest(R, "sliding_windw") == ("sliding_window",)
    changed = replace(RELEASE, fingerprint="changed", classes=(LLAMA,), observations=(), traits=())
    store.write_release(changed)
    assert store.search(R, "sliding_window") == ()
    assert store.suggest(R, "sliding_windw") == ()


def test_an_excerpt_is_one_line_about_the_words():
    text = "First sentence. " * 20 + "Then the needle\nis found. " + "Last sentence. " * 20
    line = excerpt(text, query_words("needles"))
    assert "the needle is found" in line
    assert line.startswith("… ")
    assert line.endswith(" …")
    assert len(line) < 170
    assert excerpt("short", query_words("x")) == "short"
    assert excerpt("", query_words("x")) == ""
