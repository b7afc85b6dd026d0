"""Reads Markdown through markdown-it-py: its tokens already know headings, lists, code and tables."""

import re

from markdown_it import MarkdownIt
from markdown_it.token import Token

from vortex.knowledge.readers.pictures import Keep
from vortex.knowledge.readers.structure import BlockList

_FRONT_MATTER = re.compile(r"\A---\n.*?\n(?:---|\.\.\.)\n", re.DOTALL)
_EQUATION = re.compile(r"\$\$(?P<tex>.+?)\$\$", re.DOTALL)


def read_markdown(text: str, keep: Keep) -> BlockList:
    """Read Markdown into blocks; ``keep`` stores a linked picture and returns its name, or ""."""
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(_FRONT_MATTER.sub("", text))
    found = BlockList()
    depth = 0
    for place, token in enumerate(tokens):
        if token.type in ("list_item_open", "list_item_close"):
            depth += token.nesting
        elif token.type == "heading_open":
            found.heading(_plain(tokens[place + 1]), int(token.tag[1:]))
        elif token.type == "paragraph_open":
            _add_paragraph(found, tokens[place + 1], depth, keep)
        elif token.type in ("fence", "code_block"):
            found.add("code", token.content.rstrip("\n"), language=token.info.split()[0] if token.info.strip() else "")
        elif token.type == "table_open":
            found.add("table", "", rows=_rows(tokens[place:]))
    return found


def _add_paragraph(found: BlockList, inline: Token, depth: int, keep: Keep) -> None:
    children = inline.children or []
    for child in children:
        if child.type == "image":
            alt, target = child.content or str(child.attrs.get("title", "")), str(child.attrs.get("src", ""))
            if name := keep(target):
                found.add("figure", alt, image=name)
    if equation := _EQUATION.fullmatch(inline.content.strip()):
        found.add("equation", equation["tex"].strip())
        return
    found.add("item" if depth else "paragraph", _plain(inline))


def _plain(inline: Token) -> str:
    """Return inline content as plain text: marks dropped, code and link texts kept, pictures left out."""
    parts = []
    for child in inline.children or []:
        if child.type in ("text", "code_inline"):
            parts.append(child.content)
        elif child.type in ("softbreak", "hardbreak"):
            parts.append(" ")
    return " ".join("".join(parts).split())


def _rows(tokens: list[Token]) -> tuple[tuple[str, ...], ...]:
    rows: list[list[str]] = []
    for place, token in enumerate(tokens):
        if token.type == "table_close":
            break
        if token.type == "tr_open":
            rows.append([])
        elif token.type in ("th_open", "td_open"):
            rows[-1].append(_plain(tokens[place + 1]))
    return tuple(tuple(row) for row in rows)
