"""The tree of a model's modules, alike ones in a row folded into one line."""

from __future__ import annotations

import re
from collections.abc import Iterable

from torch import nn

from catalog.builder.counting_walk import Node, walk
from catalog.model_facts import SummaryNode


def summarise(model: nn.Module) -> tuple[SummaryNode, ...]:
    """The tree of a model's modules, parents first.

    Numbered siblings in a row are alike where their classes, the shapes of their parameters and all below them are;
    only the first of them is listed, with how many they are. Modules without parameters are left out.

    Args:
        model: The model, on any device.

    Returns:
        The lines of the tree, the root first.
    """
    root = walk(model)
    tree = _Tree(root)
    lines: list[SummaryNode] = []
    tree.add_lines(root, 0, 1, lines)
    return tuple(lines)


def render(nodes: Iterable[SummaryNode], depth: int | None = None) -> list[str]:
    """The tree as lines of plain text: names, classes, parameters.

    Args:
        nodes: The tree, as :func:`summarise` gives it.
        depth: Leave out what is nested deeper; ``None`` shows all.

    Returns:
        One line a node, columns aligned.
    """
    shown = [node for node in nodes if depth is None or node.depth <= depth]
    labels = ["  " * node.depth + _label(node) for node in shown]
    width = max(map(len, labels), default=0)
    figures = [f"{node.parameters:,}" for node in shown]
    digits = max(map(len, figures), default=0)
    return [
        f"{label:<{width}}  {figure:>{digits}}  {node.component or ''}".rstrip()
        for label, figure, node in zip(labels, figures, shown, strict=True)
    ]


def _label(node: SummaryNode) -> str:
    name = node.path.rpartition(".")[2]
    if node.repeats > 1:
        first = int(re.findall(r"\d+$", name)[0])  # only numbered siblings are folded
        name = f"{name}..{first + node.repeats - 1}"
    return f"{name}: {node.module}" if name else node.module


class _Tree:
    """What folding needs to know of each module: whether two are alike, and how many parameters are in them."""

    def __init__(self, root: Node) -> None:
        self._kinds: dict[object, int] = {}
        self._kind: dict[str, int] = {}
        self._size: dict[str, int] = {}
        self._examine(root)

    def add_lines(self, node: Node, depth: int, repeats: int, lines: list[SummaryNode]) -> None:
        lines.append(
            SummaryNode(
                path=node.path,
                module=type(node.module).__name__,
                depth=depth,
                parameters=self._size[node.path],
                repeats=repeats,
                component=node.component,
            )
        )
        children = [child for child in node.children if self._size[child.path]]
        start = 0
        while start < len(children):
            stop = start + 1
            while stop < len(children) and self._alike(children[start], children[stop]):
                stop += 1
            self.add_lines(children[start], depth + 1, stop - start, lines)
            start = stop

    def _alike(self, first: Node, other: Node) -> bool:
        numbered = first.path[-1:].isdigit() and other.path[-1:].isdigit()
        return numbered and self._kind[first.path] == self._kind[other.path]

    def _examine(self, node: Node) -> dict[int, int]:
        """Size by identity of all parameters in a node and below it."""
        held = {id(parameter): parameter.numel() for _, parameter, _ in node.parameters}
        for child in node.children:
            held.update(self._examine(child))
        shape = (
            type(node.module),
            node.component,
            tuple((name, tuple(parameter.shape)) for name, parameter, _ in node.parameters),
            tuple((child.path.rpartition(".")[2], self._kind[child.path]) for child in node.children),
        )
        self._kind[node.path] = self._kinds.setdefault(shape, len(self._kinds))
        self._size[node.path] = sum(held.values())
        return held
