"""The tree of a model's modules, alike ones in a row folded into one line."""

from __future__ import annotations

import re
from collections.abc import Iterable

from torch import nn

from catalog.builder.counting_walk import Node, Tree, walk
from catalog.model_facts import SummaryNode


def summarise(model: nn.Module, *, tree: Tree | None = None) -> tuple[SummaryNode, ...]:
    """The tree of a model's modules, parents first.

    Siblings are alike where their classes, the shapes of their parameters and all below them are. Numbered ones in a
    row are one line, with how many they are; where one like them comes again further on, as in models that alternate
    two kinds of layers, it has a line, and what is in it is not told once more. Modules without parameters are left
    out.

    Args:
        model: The model, on any device.
        tree: What :func:`catalog.builder.counting_walk.walk` gave for the model, where that is known already.

    Returns:
        The lines of the tree, the root first.
    """
    tree = walk(model) if tree is None else tree
    kinds = _Kinds()
    kinds.of(tree.root)
    lines: list[SummaryNode] = []
    _add_lines(lines, tree, kinds, tree.root, depth=0, repeats=1, told=False)
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
    figures = [
        f"{node.repeats} x {node.parameters:,}" if node.repeats > 1 else f"{node.parameters:,}" for node in shown
    ]
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


class _Kinds:
    """Numbers the kinds of modules: two of the same kind are alike."""

    def __init__(self) -> None:
        self._numbers: dict[object, int] = {}
        self._known: dict[int, int] = {}

    def of(self, node: Node) -> int:
        """The number of a node's kind."""
        known = self._known.get(id(node))
        if known is None:
            kind = (
                type(node.module),
                node.component,
                tuple([(name, parameter.shape) for name, parameter, _ in node.parameters]),
                tuple([(child.name, self.of(child)) for child in node.children]),
            )
            known = self._known[id(node)] = self._numbers.setdefault(kind, len(self._numbers))
        return known


def _add_lines(
    lines: list[SummaryNode], tree: Tree, kinds: _Kinds, node: Node, *, depth: int, repeats: int, told: bool
) -> None:
    lines.append(
        SummaryNode(
            path=node.path,
            module=type(node.module).__name__,
            depth=depth,
            parameters=tree.size([node]),
            repeats=repeats,
            component=node.component,
        )
    )
    if told:
        return
    before: set[int] = set()
    children = [child for child in node.children if child.size]
    start = 0
    while start < len(children):
        first, stop = children[start], start + 1
        kind, numbered = kinds.of(first), first.name[-1:].isdigit()
        while numbered and stop < len(children) and kinds.of(children[stop]) == kind:
            stop += 1
        _add_lines(lines, tree, kinds, first, depth=depth + 1, repeats=stop - start, told=numbered and kind in before)
        before.add(kind)
        start = stop
