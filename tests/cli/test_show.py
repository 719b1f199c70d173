"""``catalog show``: one model, or one parameter, for people and for programs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from catalog.records import ConfigClass, Parameter, Release
from catalog.store import open_store

CONFIG_KEYS = {
    "release", "config_class", "module", "model_type", "summary", "bases", "sub_configs", "attribute_map",
    "parameters", "architectures", "facts",
}  # fmt: skip
PARAMETER_KEYS = {
    "name", "type", "default", "effective_default", "required", "description", "choices", "minimum", "maximum",
    "inherited_from", "since",
}  # fmt: skip


def test_json_has_exactly_the_promised_keys(run) -> None:
    document = run("show", "llama", "--json").json
    assert set(document) == CONFIG_KEYS
    assert {frozenset(parameter) for parameter in document["parameters"]} == {frozenset(PARAMETER_KEYS)}
    assert {"name": "LlamaForCausalLM", "task": "text-generation"} in document["architectures"]
    assert {frozenset(architecture) for architecture in document["architectures"]} == {frozenset({"name", "task"})}
    assert (document["config_class"], document["model_type"]) == ("LlamaConfig", "llama")
    assert document["bases"] == ["PreTrainedConfig"]


def test_json_holds_inherited_parameters_too(run) -> None:
    parameters = {parameter["name"]: parameter for parameter in run("show", "llama", "--json").json["parameters"]}
    assert parameters["hidden_size"]["inherited_from"] is None
    assert parameters["hidden_size"]["default"] == 4096
    assert parameters["num_key_value_heads"]["default"] is None
    assert parameters["num_key_value_heads"]["effective_default"] == 32
    assert parameters["num_key_value_heads"]["type"] == "int | None"
    assert parameters["id2label"]["inherited_from"] == "PreTrainedConfig"


def test_json_names_the_classes_of_sub_configs(run) -> None:
    assert run("show", "gemma3", "--json").json["sub_configs"]["text_config"] == "Gemma3TextConfig"


@pytest.mark.parametrize("name", ["llama", "LlamaConfig", "transformers.models.llama.configuration_llama.LlamaConfig"])
def test_every_name_shows_the_same_page(run, name: str) -> None:
    assert run("show", name).out == run("show", "llama").out


def test_the_page_shows_own_parameters_and_says_what_it_leaves_out(run) -> None:
    page = run("show", "llama").out
    assert "transformers.models.llama.configuration_llama" in page
    assert "LlamaForCausalLM (text-generation)" in page
    assert "None -> 32" in page
    assert "id2label" not in page
    assert "of PreTrainedConfig (--all shows them)" in page
    everything = run("show", "llama", "--all").out
    assert "id2label" in everything
    assert "--all shows them" not in everything


@pytest.mark.parametrize("arguments", [("llama.num_key_value_heads",), ("llama", "--parameter", "num_key_value_heads")])
def test_one_parameter_is_explained_in_full(run, arguments: tuple[str, ...]) -> None:
    page = run("show", *arguments).out
    assert "Grouped Query Attention" in page
    assert "it becomes 32 when the configuration is constructed" in page
    assert "catalog list --has num_key_value_heads" in page


def test_one_parameter_as_json_names_its_owner(run) -> None:
    document = run("show", "llama.num_key_value_heads", "--json").json
    assert set(document) == PARAMETER_KEYS | {"release", "config_class", "model_type"}


def test_a_parameter_within_a_sub_config_is_found(run) -> None:
    document = run("show", "gemma3.text_config.sliding_window", "--json").json
    assert (document["config_class"], document["name"]) == ("Gemma3TextConfig", "sliding_window")


@pytest.mark.parametrize(
    ("name", "hint"),
    [("LLama", "llama"), ("lama", "llama"), ("bert-base", "bert"), ("LlamaConfg", "LlamaConfig")],
)
def test_an_unknown_model_is_status_1_with_a_suggestion(run, name: str, hint: str) -> None:
    result = run("show", name, "--json")
    assert (result.status, result.out) == (1, "")
    assert f"Did you mean {hint!r}" in result.err


def test_an_unknown_parameter_is_status_1_with_a_suggestion(run) -> None:
    result = run("show", "llama.num_kv_heads")
    assert result.status == 1
    assert "num_key_value_heads" in result.err


def test_an_unknown_release_is_status_1(run) -> None:
    result = run("show", "llama", "--release", "1.0")
    assert (result.status, result.out) == (1, "")
    assert "1.0" in result.err


def test_text_from_docstrings_is_shown_literally(run, own_database, monkeypatch, tmp_path) -> None:
    hostile = "Use [bold]this[/bold] or [/] :smile:\x1b[31m red \x07 bell\r over. Next."
    database = tmp_path / "hostile.db"
    base = ConfigClass(name="PreTrainedConfig", module="m", is_base=True)
    cls = ConfigClass(
        name="OddConfig",
        module="m",
        model_type="odd",
        summary=hostile,
        parameters=(Parameter(name="x", position=0, type="str", default=hostile, description=hostile),),
    )
    with open_store(database) as store:
        store.write_release(Release(version="1.0.0", extractor="static", fingerprint="f", classes=(cls, base)))
    monkeypatch.setenv("CATALOG_DATABASE_URL", str(database))
    for name in ("odd", "odd.x"):
        page = run("show", name).out
        assert "[bold]this[/bold] or [/] :smile:\\x1b[31m red \\x07 bell" in page
        assert "\x1b" not in page
        assert "\x07" not in page
        assert "\r" not in page


def test_every_class_has_a_page(installed_release: Release, synced, capsys) -> None:
    from catalog import Catalog
    from catalog.cli.show_pages import write_config
    from catalog.query.documents import of_config

    with Catalog.open(synced) as catalog:
        for cls in installed_release.classes:
            if cls.is_base:
                continue
            config = catalog.config(cls.name)
            write_config(config, everything=True)
            page = capsys.readouterr().out
            document = of_config(config)
            assert len(document["parameters"]) >= len(cls.parameters)
            for parameter in config.parameters:
                assert f"\n{parameter} " in page or f"\n{parameter}\n" in page, (cls.name, parameter)


def test_a_page_of_a_release_read_without_construction_claims_nothing_of_it(run, installed_release, tmp_path) -> None:
    database = tmp_path / "static.db"
    with open_store(database) as store:
        store.write_release(
            replace(installed_release, extractor="static", fingerprint="s", observations=(), failures=())
        )
    page = run("show", "llama.num_key_value_heads", "--database", str(database)).out
    assert "left out" not in page
