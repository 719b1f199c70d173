"""Token ids: within the smaller vocabularies, and distinct where they were distinct."""

from __future__ import annotations

from catalog.builder.shrink.passes import mapped, numbers
from catalog.builder.shrink.roles import role_of
from catalog.builder.shrink.tree import Node

_VOCABULARIES = ("vocab_size", "text_vocab_size", "input_vocab_size", "src_vocab_size", "tgt_vocab_size")


def reduce_tokens(root: Node) -> None:
    """Move every id that the smaller vocabularies no longer hold. Equal ids stay equal in the whole tree."""
    nodes = list(root.walk())
    ids = {
        number
        for node in nodes
        for name, value in node.before.items()
        if role_of(name) == "token"
        for number in numbers(value)
        if number >= 0
    }
    sizes = [size for node in nodes if (size := _vocabulary(node)) is not None]
    if not ids or not sizes:
        return
    _, new = max(sizes)
    smallest = min(size for _, size in sizes)
    moved = _places(ids, new, smallest)
    for node in nodes:
        for name, value in node.before.items():
            if role_of(name) == "token":
                node.after[name] = mapped(value, lambda number: moved.get(number, number))


def _vocabulary(node: Node) -> tuple[int, int] | None:
    """The size of a vocabulary before and after."""
    for name in _VOCABULARIES:
        before, after = node.integer(name, old=True), node.integer(name)
        if before and after:
            return before, after
    return None


def _places(ids: set[int], size: int, smallest: int) -> dict[int, int]:
    """The new place of each id that has to move: from the end of the smallest vocabulary down, where none lies yet."""
    found: dict[int, int] = {}
    limit = smallest if smallest > len(ids) else size
    taken = {number for number in ids if number < limit}
    free = (number for number in range(limit - 1, 0, -1) if number not in taken)
    for number in sorted(ids, reverse=True):
        if number >= limit:
            found[number] = next(free, limit - 1)
    return found
