"""One walk over a model, from which its counts and its summary are taken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import torch
from torch import nn

from catalog.builder.components import Classifier


@dataclass(slots=True, kw_only=True)
class Node:
    """A module as the walk met it; one that stands in several places is met several times.

    Attributes:
        path: Dotted path from the root; empty for the root.
        module: The module.
        component: The part of the model that it is or belongs to; ``None`` for a mixture.
        parameters: Its own parameters, without those of its children: name, tensor and part.
        children: The modules in it, in order.
    """

    path: str
    module: nn.Module
    component: str | None
    parameters: list[tuple[str, nn.Parameter, str]] = field(default_factory=list)
    children: list[Node] = field(default_factory=list)

    def walk(self) -> Iterator[Node]:
        """This node and all below it, parents first."""
        stack = [self]
        while stack:
            node = stack.pop()
            yield node
            stack.extend(reversed(node.children))


def walk(model: nn.Module) -> Node:
    """The tree of a model's modules with the part of each parameter.

    Args:
        model: The model, on any device.

    Returns:
        The root.
    """
    return _node(model, "", "", None, Classifier())


def _node(module: nn.Module, path: str, name: str, inherited: str | None, classifier: Classifier) -> Node:
    component = classifier.module(inherited, module, name)
    node = Node(path=path, module=module, component=component)
    # The dictionaries themselves: `named_parameters` and `named_children` cost a set and a generator a module, and
    # leave out what was met before.
    for own, parameter in module._parameters.items():
        if parameter is not None:
            node.parameters.append((own, parameter, classifier.parameter(component, own)))
    prefix = f"{path}." if path else ""
    for own, child in module._modules.items():
        if child is not None:
            node.children.append(_node(child, prefix + own, own, component, classifier))
    return node


def buffers_of(root: Node) -> tuple[int, int]:
    """Elements and bytes of all buffers, those that are not saved included, each tensor once."""
    seen: dict[int, torch.Tensor] = {}
    for node in root.walk():
        for buffer in node.module._buffers.values():
            if buffer is not None:
                seen[id(buffer)] = buffer
    elements = sum(buffer.numel() for buffer in seen.values())
    return elements, sum(buffer.numel() * buffer.element_size() for buffer in seen.values())
