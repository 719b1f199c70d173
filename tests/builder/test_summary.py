"""The summary of a model is a short tree whose figures add up."""

from __future__ import annotations

from typing import Any

import pytest
import torch
import transformers
from torch import nn

from catalog.builder.summary import render, summarise
from catalog.model_facts import SummaryNode


def summary_of(architecture: str, **params: Any) -> tuple[SummaryNode, ...]:
    model_class = getattr(transformers, architecture)
    with torch.device("meta"):
        return summarise(model_class._from_config(model_class.config_class(**params)))


def children(nodes: tuple[SummaryNode, ...], parent: SummaryNode) -> list[SummaryNode]:
    prefix = f"{parent.path}." if parent.path else ""
    return [node for node in nodes if node.depth == parent.depth + 1 and node.path.startswith(prefix)]


def test_layers_that_are_alike_are_one_line() -> None:
    nodes = summary_of("LlamaForCausalLM")

    assert nodes[0] == SummaryNode(path="", module="LlamaForCausalLM", depth=0, parameters=6_738_415_616)
    layers = [node for node in nodes if node.module == "LlamaDecoderLayer"]
    assert [(node.path, node.repeats, node.depth) for node in layers] == [("model.layers.0", 32, 3)]
    assert len(nodes) < 20


def test_a_model_of_61_layers_of_two_kinds_gives_tens_of_lines() -> None:
    nodes = summary_of("DeepseekV3ForCausalLM")

    layers = [(node.path, node.repeats) for node in nodes if node.module == "DeepseekV3DecoderLayer"]
    assert layers == [("model.layers.0", 3), ("model.layers.3", 58)]
    assert len(nodes) < 50


def test_what_is_in_alternating_layers_is_told_once_for_each_kind() -> None:
    nodes = summary_of("DeepseekV4Model")

    layers = [node for node in nodes if node.module == "DeepseekV4DecoderLayer"]
    assert sum(node.repeats for node in layers) == 43
    detailed = [node for node in layers if children(nodes, node)]
    assert len(detailed) <= 4
    assert len(nodes) < 200


@pytest.mark.parametrize("architecture", ["BertModel", "LlamaForCausalLM", "MixtralForCausalLM", "CLIPModel"])
def test_children_add_up_to_their_parent(architecture: str) -> None:
    nodes = summary_of(architecture)

    for node in nodes:
        held = children(nodes, node)
        own = 1 if node.module == "CLIPModel" else 768 if node.module == "CLIPVisionEmbeddings" else 0
        assert not held or sum(child.parameters * child.repeats for child in held) + own == node.parameters


def test_shared_parameters_count_once_in_what_holds_both_places() -> None:
    nodes = {node.path: node for node in summary_of("GPT2LMHeadModel")}

    assert nodes["lm_head"].parameters == nodes["transformer.wte"].parameters == 50257 * 768
    assert nodes[""].parameters == nodes["transformer"].parameters == 124_439_808


def test_only_numbered_siblings_are_folded() -> None:
    paths = {node.path for node in summary_of("BertModel")}

    assert {f"encoder.layer.0.attention.self.{name}" for name in ("query", "key", "value")} <= paths
    assert "encoder.layer.1" not in paths


def test_parts_are_told_where_a_module_is_of_one_part() -> None:
    nodes = {node.path: node.component for node in summary_of("MixtralForCausalLM")}

    assert nodes["model.embed_tokens"] == "embeddings"
    assert nodes["model.layers.0"] is None
    assert nodes["model.layers.0.self_attn.q_proj"] == "attention"
    assert nodes["model.layers.0.mlp"] is None
    assert nodes["model.layers.0.mlp.experts"] == "experts"
    assert nodes["model.layers.0.mlp.gate"] == "router"
    assert nodes["lm_head"] == "head"


def test_modules_without_parameters_are_left_out() -> None:
    nodes = summarise(nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 3), nn.Linear(3, 3)))

    assert [(node.path, node.repeats) for node in nodes] == [("", 1), ("0", 1), ("2", 2)]


def test_the_tree_is_rendered_with_its_figures_aligned() -> None:
    lines = render(summary_of("GPT2LMHeadModel"))

    assert lines[0].split() == ["GPT2LMHeadModel", "124,439,808"]
    assert lines[5].split() == ["0..11:", "GPT2Block", "12", "x", "7,087,872"]
    assert lines[-1].split() == ["lm_head:", "Linear", "38,597,376", "head"]
    assert (
        len({line.index(figure) + len(figure) for line, figure in zip(lines, map(figure_of, lines), strict=True)}) == 1
    )


def figure_of(line: str) -> str:
    return next(word for word in line.split() if word.replace(",", "").isdigit() and "," in word)


def test_rendering_stops_at_a_depth() -> None:
    nodes = summary_of("GPT2LMHeadModel")

    assert len(render(nodes, 0)) == 1
    assert len(render(nodes, 1)) == 3
    assert render(nodes, 99) == render(nodes)


def test_nothing_renders_to_nothing() -> None:
    assert render(()) == []
