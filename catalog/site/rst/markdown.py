"""Markdown as reStructuredText. markdown-it reads the one; what it finds is written as the other.

reStructuredText cannot nest inline markup, nor have headings within a directive: the outer of two markups stays, and
a heading becomes a bold line. HTML stays the text that it is.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from catalog.site.rst.text import Inline, escape, indented, literal, paragraph


def to_rst(markdown: str) -> str:
    """Write Markdown as reStructuredText.

    Args:
        markdown: Any text at all.

    Returns:
        Blocks with an empty line between them, without indentation; docutils reports nothing on them.
    """
    tree = SyntaxTreeNode(_parser().parse(markdown))
    return _blocks(tree.children)


@functools.cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"maxNesting": 20})


def _blocks(nodes: Sequence[SyntaxTreeNode]) -> str:
    return "\n\n".join(block for node in nodes if (block := _block(node)))


def _block(node: SyntaxTreeNode) -> str:
    match node.type:
        case "paragraph":
            return paragraph(_inline(node))
        case "heading":
            text = _plain(node)
            return f"**{escape(text)}**" if text else ""
        case "fence" | "code_block":
            return _code(node.content)
        case "bullet_list" | "ordered_list":
            return _list(node, "-" if node.type == "bullet_list" else "#.")
        case "blockquote":
            inner = _blocks(node.children)
            # An empty comment keeps the quotation from being taken for a part of the block before it.
            return f"..\n\n{indented(inner, 3)}" if inner else ""
        case "html_block":
            return paragraph(escape(node.content))
    return ""


def _list(node: SyntaxTreeNode, sign: str) -> str:
    items = []
    for item in node.children:
        inner = _blocks(item.children)
        if inner:
            items.append(f"{sign} {indented(inner, len(sign) + 1).lstrip()}")
    return "\n\n".join(items)


def _code(content: str) -> str:
    lines = [line.expandtabs(4).rstrip() for line in content.splitlines()]
    while lines and not lines[0]:
        lines.pop(0)
    code = "\n".join("".join(c if c.isprintable() else " " for c in line) for line in lines).rstrip()
    return f"::\n\n{indented(code, 4)}" if code else ""


def _inline(node: SyntaxTreeNode) -> str:
    line = Inline()
    for child in _leaves(node):
        _add(line, child)
    return str(line)


def _leaves(node: SyntaxTreeNode) -> Sequence[SyntaxTreeNode]:
    return [leaf for inline in node.children for leaf in inline.children]


def _add(line: Inline, node: SyntaxTreeNode) -> None:
    text = _text(node)
    match node.type:
        case "code_inline":
            line.markup(literal(node.content))
        case "em" | "strong" if text.strip():
            sign = "*" if node.type == "em" else "**"
            line.markup(f"{sign}{escape(text.strip())}{sign}")
        case "link" if text.strip() and (address := _address(node)):
            # "<" is where the address begins; one in the text would begin it too early.
            line.markup(f"`{escape(text.strip()).replace('<', chr(92) + '<')} <{address}>`__")
        case _:
            line.text(text)


def _address(node: SyntaxTreeNode) -> str:
    """Where a link leads; empty where that is no place on the web."""
    address = str(node.attrs.get("href", ""))
    if not address.startswith(("http://", "https://")) or any(c.isspace() or c in "<>`" for c in address):
        return ""
    return f"{address[:-1]}%5F" if address.endswith("_") else address


def _plain(node: SyntaxTreeNode) -> str:
    return " ".join("".join(_text(leaf) for leaf in _leaves(node)).split())


def _text(node: SyntaxTreeNode) -> str:
    """What a node shows, without its markup."""
    if node.type in ("softbreak", "hardbreak"):
        return " "
    if node.children and node.type != "image":
        return "".join(map(_text, node.children))
    return node.content
