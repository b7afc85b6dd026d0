"""A block while it is being made: what it is, and the lines and the place it came from."""

from dataclasses import dataclass, field

from vortex.core.document import BlockKind
from vortex.knowledge.pdf.lines import Line, Region


@dataclass(eq=False)
class Draft:
    """One block of one page; later steps fill in level, name and picture."""

    kind: BlockKind
    page: int
    region: Region
    lines: tuple[Line, ...] = ()
    text: str = ""
    level: int = 0
    name: str = ""
    rows: tuple[tuple[str, ...], ...] = ()
    picture: Region | None = None
    """What to cut out of the page."""
    aside: str = ""
    """Why it is kept out of the prose: ``toc``, ``index``, ``bibliography`` or ``header``; "" for content."""
    style: tuple[float, bool] = field(default=(0.0, False))
    """(font size, bold) of a heading."""
