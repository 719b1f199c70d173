"""The coarse shape of a model: its branches, its number of layers, and how much of it one token uses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from torch import nn

from catalog.builder.counting_walk import Node, Tree

_BRANCHES: Final = tuple(
    (branch, re.compile(pattern))
    for branch, pattern in (
        ("projector", r"projector|projection|connector|merger|aligner|adapter|resampler"),
        ("qformer", r"qformer"),
        ("vocoder", r"vocoder"),
        ("codec", r"^codec|^vq"),
        ("video", r"^video_(model|tower|encoder)"),
        ("vision", r"(^|_)(vision|visual|image|pixel)(_|$)"),
        ("audio", r"(^|_)(audio|speech|acoustic|asr)(_|$)"),
        ("text", r"(^|_)(text|language|lm|llm|vlm)(_|$)"),
        ("protein", r"^protein_"),
        ("semantic", r"(^|_)semantic(_|$)"),
        ("multimodal", r"^multimodal_"),
        ("backbone", r"^backbone"),
        ("prompt_encoder", r"^prompt_encoder$"),
        ("mask_decoder", r"^mask_decoder$"),
        ("encoder", r"(^|_)encoder(_(model|transformer|seanet))?$"),
        ("decoder", r"(^|_)decoder(_(model|transformer|seanet))?$"),
    )
)
_BRANCH_DEPTH: Final = 3
"""A branch of a model for a task stands below its base model: ``model.model.vision_tower``."""
_SMALLEST_BRANCH: Final = 1e-4
_STAGES: Final = re.compile(r"Stage|Level|Encoder(Block)?$|BlockGroup$|LayerGroup$")
_TOP_K: Final = ("top_k", "num_experts_per_tok", "num_experts_per_token", "moe_topk", "moe_top_k", "moe_k", "topk")
_SHARED: Final = re.compile(r"(?i)shared")


def branches_of(tree: Tree) -> dict[str, int]:
    """Parameters by branch, for models that have several: encoder, decoder, vision, text, audio and so on.

    They are told by the names of the modules near the root. A tensor that several branches share counts in each of
    them, as each needs it; what belongs to none, as an output projection, counts in none.

    Returns:
        Parameters by branch, in the model's order; empty where there are fewer than two beside projectors.
    """
    found: dict[str, list[Node]] = {}
    for branch, node in _branch_nodes(tree.root, 0):
        if node.size > _SMALLEST_BRANCH * tree.root.size:
            found.setdefault(branch, []).append(node)
    several = len(found.keys() - {"projector"}) > 1
    return {branch: tree.size(nodes) for branch, nodes in found.items()} if several else {}


def _branch_nodes(node: Node, depth: int) -> Iterator[tuple[str, Node]]:
    for child in node.children:
        if child.component in ("norm", "head", "router", "experts"):
            continue
        branch = next((branch for branch, pattern in _BRANCHES if pattern.search(child.name)), None)
        if branch is not None and child.component in (None, "mlp"):
            yield branch, child
        elif child.component is None and depth + 1 < _BRANCH_DEPTH and not isinstance(child.module, nn.ModuleList):
            yield from _branch_nodes(child, depth + 1)


def layers_of(root: Node, config: Any) -> int | None:
    """Number of repeated blocks of the model's main stack; those of all its stages together.

    The main stack is the one that has as many blocks as the configuration says, else the largest: the transformer of
    DETR and not its backbone. Where the model has no stack or a single block, as ALBERT applies one again and again,
    it is what the configuration says.

    Returns:
        The number; ``None`` where neither the model nor its configuration has layers.
    """
    stacks = {_blocks(stack): stack.size for stack in sorted(_stacks(root), key=lambda stack: stack.size)}
    stated = getattr(config, "num_hidden_layers", None)
    largest = max(stacks, key=stacks.__getitem__, default=None)
    return stated if isinstance(stated, int) and (stated in stacks or largest in (None, 1)) else largest


def _stacks(node: Node, kinds: tuple[type[nn.Module], ...] = (nn.ModuleList,)) -> Iterator[Node]:
    """The outermost lists of blocks; a block mixes parts, so that a list of norms or of heads is none."""
    for child in node.children:
        if isinstance(child.module, kinds) and any(block.component is None for block in child.children):
            yield child
        elif child.component is None:
            yield from _stacks(child, kinds)


def _blocks(stack: Node) -> int:
    count = 0
    for block in stack.children:
        if isinstance(block.module, nn.ModuleList):
            count += _blocks(block)
        elif _STAGES.search(type(block.module).__name__):
            count += sum(map(_blocks, _stacks(block, (nn.ModuleList, nn.Sequential)))) or 1
        else:
            count += 1
    return count


def inactive_experts(root: Node, config: Any) -> int | None:
    """Parameters of the routed experts that one token passes by.

    Every token uses as many experts as the router chooses, and all shared ones. Experts come as a list of modules or
    as tensors whose first dimension is the expert. Where some of the experts compute nothing, as LongCat-Flash has
    them, it is the mean that counts.

    Args:
        root: The model's modules.
        config: Its configuration, for how many experts are chosen where no module says it.

    Returns:
        The number; ``None`` where nothing says how many experts are chosen.
    """
    unused = 0.0
    seen: set[int] = set()
    for node in root.walk():
        for child in node.children:
            if child.component != "experts" or node.component == "experts" or _is_shared(child):
                continue
            sizes = {key: size for key, size in child.sizes().items() if key not in seen}
            seen.update(sizes)
            if not sizes:
                continue
            chosen, available = _chosen(node, child, config), _available(child)
            if chosen is None or available is None:
                return None
            unused += sum(sizes.values()) * max(0.0, 1 - chosen / available)
    return round(unused)


def _is_shared(node: Node) -> bool:
    """Whether all tokens use the experts; the class tells it only where the name does not tell that they are routed."""
    return node.name != "experts" and bool(_SHARED.search(node.name) or _SHARED.search(type(node.module).__name__))


def _available(experts: Node) -> int | None:
    module = experts.module
    for name in ("total_experts", "num_experts"):
        if isinstance(number := getattr(module, name, None), int):
            return number
    stacked = next((parameter.shape[0] for _, parameter, _ in experts.parameters if parameter.dim() == 3), None)
    return stacked or len(experts.children) or None


def _chosen(block: Node, experts: Node, config: Any) -> int | None:
    """How many experts a token is sent to: as the router says, the block, the experts, else the configuration."""
    routers = [child.module for child in block.children if child.component == "router"]
    for holder in (*routers, block.module, experts.module):
        for name in _TOP_K:
            if isinstance(number := getattr(holder, name, None), int):
                return number
    for router in routers:  # Switch and NLLB have it in the name only
        if named := re.search(r"Top(\d)Router", type(router).__name__):
            return int(named[1])
    holders = [getattr(experts.module, "config", None), getattr(block.module, "config", None), config]
    holders += [getattr(config, name, None) for name in getattr(config, "sub_configs", {})]
    for holder in holders:
        for name in _TOP_K:
            if isinstance(number := getattr(holder, name, None), int):
                return number
    return None
