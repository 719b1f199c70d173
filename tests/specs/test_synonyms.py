"""The curated words agree with the installed transformers."""

from __future__ import annotations

from catalog.records import Release
from catalog.specs.suggestions import words
from catalog.specs.synonyms import concepts, known_words, synonyms_of


def test_every_attribute_map_is_covered(installed_release: Release) -> None:
    together = [set(concept.names) for concept in concepts()]
    missing = {
        (other, target)
        for config in installed_release.classes
        for other, target in config.attribute_map.items()
        if other not in (target, "num_key_value_heads")  # where it has no heads of its own for keys and values
        and not any({other, target} <= names for names in together)
    }
    assert not missing


def test_every_word_of_every_parameter_is_known(installed_release: Release) -> None:
    names = {parameter.name for config in installed_release.classes for parameter in config.parameters}
    missing = {word for name in names for word in words(name) if word.isalpha()} - known_words()
    assert not missing


def test_concepts_have_a_meaning_and_no_word_twice() -> None:
    for concept in concepts():
        assert concept.meaning
        assert len(set(concept.names)) == len(concept.names) > 1


def test_words_of_other_models_lead_to_the_models_own() -> None:
    available = {"hidden_size", "num_hidden_layers", "num_attention_heads", "max_position_embeddings", "hidden_act"}
    for word, own in {
        "d_model": "hidden_size", "n_layer": "num_hidden_layers", "n_heads": "num_attention_heads", "n_ctx":
        "max_position_embeddings", "max_seq_len": "max_position_embeddings", "activation_function": "hidden_act",
    }.items():  # fmt: skip
        found = synonyms_of(word, available)
        assert found is not None
        assert found[1][0] == own
    assert synonyms_of("rotary_base", {"hidden_size"}) is None
