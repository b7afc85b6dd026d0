"""Collects the blocks of a source without fixed pages: keeps ids, section path and heading levels in order."""

from dataclasses import dataclass, field, replace

from vortex.core.document import Block, BlockKind, Page, SetAside
from vortex.knowledge.captions import CAPTION, caption_name

_SLOGAN_WORDS = 12


@dataclass
class BlockList:
    """Blocks in reading order; every block learns the headings that stand above it."""

    blocks: list[Block] = field(default_factory=list)
    aside: list[SetAside] = field(default_factory=list)
    labels: list[str] = field(default_factory=lambda: [""])
    """Printed label of every page; one empty label for a source without pages."""
    _path: list[tuple[int, str]] = field(default_factory=list)

    def pages(self) -> tuple[Page, ...]:
        """Return the pages that were turned."""
        return tuple(Page(index, label) for index, label in enumerate(self.labels))

    @property
    def depth(self) -> int:
        """Level of the innermost heading above, 0 when there is none."""
        return self._path[-1][0] if self._path else 0

    def drop_preamble(self) -> None:
        """Set aside the short lines before the first heading: slogans, dates and titles of the page around."""
        first = next((at for at, block in enumerate(self.blocks) if block.kind == "heading"), 0)
        slogans = [
            block for block in self.blocks[:first] if len(block.text.split()) < _SLOGAN_WORDS and not block.image
        ]
        self.aside += [SetAside("header", block.text, block.page) for block in slogans]
        self.blocks = [block for block in self.blocks if block not in slogans]

    def turn(self, label: str) -> None:
        """Begin the page that is labelled ``label`` in the printed edition."""
        if self.labels == [""] and not self.blocks:
            self.labels = [label]
        else:
            self.labels.append(label)

    def heading(self, text: str, level: int) -> None:
        """Add a heading of ``level`` (1 is outermost) and make it the section of what follows."""
        text = text.strip()
        if text:
            self._path = [entry for entry in self._path if entry[0] < level]
            self.add("heading", text, level=level)
            self._path.append((level, text))

    def add(self, kind: BlockKind, text: str, **fields: object) -> None:
        """Add a block; ``fields`` are further fields of ``Block``.

        A paragraph that is a caption names the figure, table or listing before it. Empty text adds nothing, unless a
        picture or rows come with it.
        """
        if kind in ("paragraph", "caption") and CAPTION.match(text) and self._caption(text):
            return
        if text.strip() or fields.get("image") or fields.get("rows"):
            section = tuple(title for _, title in self._path)
            block = Block(f"b{len(self.blocks):04d}", kind, text, page=len(self.labels) - 1, section=section)
            self.blocks.append(replace(block, **fields))  # type: ignore[arg-type]

    def recaption(self, text: str, name: str) -> None:
        """Replace the text and the name of the last block, a figure or a table, by its caption."""
        self.blocks[-1] = replace(self.blocks[-1], text=text, name=name)

    def _caption(self, text: str) -> bool:
        """Give the block before its caption, if it is a picture or a table that has none."""
        last = self.blocks[-1] if self.blocks else None
        if last is None or last.kind not in ("figure", "table") or last.name:
            return False
        self.recaption(text, caption_name(text))
        return True
