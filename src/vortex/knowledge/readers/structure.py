"""Collects the blocks of a source without pages: keeps ids, section path and heading levels in order."""

from dataclasses import dataclass, field, replace

from vortex.core.document import Block, BlockKind


@dataclass
class BlockList:
    """Blocks in reading order; every block learns the headings that stand above it."""

    blocks: list[Block] = field(default_factory=list)
    _path: list[tuple[int, str]] = field(default_factory=list)

    def heading(self, text: str, level: int) -> None:
        """Add a heading of ``level`` (1 is outermost) and make it the section of what follows."""
        self._path = [entry for entry in self._path if entry[0] < level]
        self.add("heading", text, level=level)
        self._path.append((level, text))

    def add(self, kind: BlockKind, text: str, **fields: object) -> None:
        """Add a block; ``fields`` are further fields of ``Block``. Empty text adds nothing, unless a picture or rows do."""
        if text.strip() or fields.get("image") or fields.get("rows"):
            block = Block(f"b{len(self.blocks):04d}", kind, text, section=tuple(title for _, title in self._path))
            self.blocks.append(replace(block, **fields))  # type: ignore[arg-type]
