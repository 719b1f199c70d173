"""One walk over a model, from which its counts and its summary are taken."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import torch
from torch import nn
from transformers import PreTrainedModel

from catalog.builder.components import Classifier


@dataclass(slots=True)
class Node:
    """A module as the walk met it; one that stands in several places is met several times.

    Attributes:
        path: Dotted path from the root; empty for the root.
        name: Its name within the module that holds it.
        module: The module.
        component: The part of the model that it is or belongs to; ``None`` for a mixture.
        parameters: Its own parameters, without those of its children: name, tensor and part.
        children: The modules in it, in order.
        size: Parameters in it and below it, those that are met several times each time.
    """

    path: str
    name: str
    module: nn.Module
    component: str | None
    parameters: list[tuple[str, nn.Parameter, str]]
    children: list[Node]
    size: int

    def walk(self) -> Iterator[Node]:
        """This node and all below it, parents first."""
        stack = [self]
        while stack:
            node = stack.pop()
            yield node
            stack.extend(reversed(node.children))

    def sizes(self) -> dict[int, int]:
        """Size by identity of the parameters in it and below it."""
        return {id(held): held.numel() for node in self.walk() for _, held, _ in node.parameters}


class Tree:
    """The modules of a model.

    Attributes:
        root: The model itself.
        found: Name and size of each parameter by its identity, in the model's order.
        shared: All names of the parameters that have several, by identity.
    """

    def __init__(self, root: Node) -> None:
        self.root = root
        self.found: dict[int, tuple[str, int]] = {}
        self.shared: dict[int, list[str]] = {}
        for node in root.walk():
            prefix = f"{node.path}." if node.path else ""
            for name, parameter, _ in node.parameters:
                key = id(parameter)
                if key in self.found:
                    self.shared.setdefault(key, [self.found[key][0]]).append(prefix + name)
                else:
                    self.found[key] = (prefix + name, parameter.numel())

    def size(self, nodes: Iterable[Node]) -> int:
        """Parameters in some nodes that do not hold each other, shared ones once."""
        if not self.shared:
            return sum(node.size for node in nodes)
        sizes: dict[int, int] = {}
        for node in nodes:
            sizes.update(node.sizes())
        return sum(sizes.values())


def walk(model: nn.Module) -> Tree:
    """The tree of a model's modules with the part of each parameter.

    Args:
        model: The model, on any device.
    """
    return Tree(_node(model, "", "", None, Classifier(output_layer(model))))


def output_layer(model: nn.Module) -> nn.Module | None:
    """The layer that turns hidden states into scores of tokens, as the model itself names it; not a lookup table."""
    found = model.get_output_embeddings() if isinstance(model, PreTrainedModel) else None
    return found if isinstance(found, nn.Module) and not isinstance(found, nn.Embedding) else None


def _node(module: nn.Module, path: str, name: str, inherited: str | None, classifier: Classifier) -> Node:
    component = classifier.module(inherited, module, name)
    size = 0
    parameters = []
    # The dictionaries themselves: `named_parameters` and `named_children` cost a set and a generator a module, and
    # leave out what was met before.
    for own, parameter in module._parameters.items():
        if parameter is not None:
            parameters.append((own, parameter, classifier.parameter(component, own)))
            size += parameter.numel()
    children = []
    prefix = f"{path}." if path else ""
    for own, child in module._modules.items():
        if child is not None:
            node = _node(child, prefix + own, own, component, classifier)
            children.append(node)
            size += node.size
    return Node(path, name, module, component, parameters, children, size)


def buffers_of(root: Node) -> tuple[int, int]:
    """Elements and bytes of all buffers, those that are not saved included, each tensor once."""
    seen: dict[int, torch.Tensor] = {}
    for node in root.walk():
        for buffer in node.module._buffers.values():
            if buffer is not None:
                seen[id(buffer)] = buffer
    elements = sum(buffer.numel() for buffer in seen.values())
    return elements, sum(buffer.numel() * buffer.element_size() for buffer in seen.values())
