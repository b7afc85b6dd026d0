"""Which drawn regions of a page are figures, and which text belongs to them."""

from collections.abc import Sequence

from vortex.knowledge.captions import CAPTION
from vortex.knowledge.pdf.lines import Line, Region
from vortex.knowledge.pdf.style import Body

_LABEL_CHARS = 28
_MIN_FIGURE_PT = 36.0


def find_figures(
    regions: Sequence[Region], segments: Sequence[Line], body: Body
) -> tuple[list[Region], frozenset[Line]]:
    """Return the figures of a page and the segments that are labels inside them.

    A region that is mostly covered by body text is a frame around text, not a figure. Regions with nothing but labels
    between them are one figure. A label that touches a figure from outside, such as the name of an axis, belongs to it.
    """
    pictures = [region for region in regions if not _frames_text(region, segments, body)]
    united = [_clear_of_text(region, segments, body) for region in _united(pictures, segments)]
    whole = [region for region in united if min(region.width, region.height) >= _MIN_FIGURE_PT]
    figures = [_with_labels(region, segments, body) for region in whole]
    labels = frozenset(line for line in segments if any(figure.holds(line) for figure in figures))
    return figures, labels


def _frames_text(region: Region, segments: Sequence[Line], body: Body) -> bool:
    inside = [line for line in segments if region.holds(line)]
    prose = [
        line for line in inside if line.size > 0.7 * body.size and (len(line.text) > _LABEL_CHARS or is_mono(line))
    ]
    covered = sum((line.right - line.left) * 1.2 * line.size for line in inside)
    least = 0.15 if all(map(is_mono, inside)) else 0.3
    return len(prose) >= 2 and covered > least * region.width * region.height


def is_mono(line: Line) -> bool:
    """Return whether a line is set in typewriter type."""
    return line.share("mono") > 0.8


def _clear_of_text(region: Region, segments: Sequence[Line], body: Body) -> Region:
    """Cut a region off at captions and lines of prose; the control points of curves make it larger than its ink."""
    for line in segments:
        prose = len(line.text) > 2 * _LABEL_CHARS and line.size > 0.9 * body.size
        if region.holds(line) and (prose or CAPTION.match(line.text)):
            above = Region(region.left, region.top, region.right, max(region.top, line.top - 3))
            below = Region(region.left, min(region.bottom, line.bottom + 3), region.right, region.bottom)
            region = max(above, below, key=lambda part: part.height)
    return region


def _united(pictures: list[Region], segments: Sequence[Line]) -> list[Region]:
    joined: list[Region] = []
    for region in sorted(pictures, key=lambda region: (region.top, region.left)):
        partner = next((other for other in joined if _one_figure(other, region, segments)), None)
        if partner:
            joined.remove(partner)
            region = partner.union(region)
        joined.append(region)
    return joined if len(joined) == len(pictures) else _united(joined, segments)


def _one_figure(first: Region, second: Region, segments: Sequence[Line]) -> bool:
    whole = first.union(second)
    apart = max(0.0, second.top - first.bottom, first.top - second.bottom)
    beside = max(0.0, second.left - first.right, first.left - second.right)
    between = [line for line in segments if whole.holds(line) and not first.holds(line) and not second.holds(line)]
    return apart < 60 and beside < 90 and all(_is_label(line) for line in between)


def _is_label(line: Line) -> bool:
    return len(line.text) <= _LABEL_CHARS and not CAPTION.match(line.text)


def _with_labels(region: Region, segments: Sequence[Line], body: Body) -> Region:
    grown, changed = region, True
    while changed:
        changed = False
        for line in segments:
            box = Region.around([line])
            small = line.size < 0.93 * body.size or len(line.text) <= 4
            if small and _is_label(line) and grown.near(box, 6.0) and grown.union(box) != grown:
                grown, changed = grown.union(box), True
    return _with_row_below(grown, segments)


def _with_row_below(region: Region, segments: Sequence[Line]) -> Region:
    """Add a row of labels, at least two, that stands right below the pictures they name."""
    near = [line for line in segments if region.bottom < line.baseline < region.bottom + 1.9 * line.size]
    row = [line for line in near if line.left > region.left - 20 and line.right < region.right + 20]
    if len(row) < 2 or len(row) != len(near) or not all(_is_label(line) for line in row):
        return region
    return region.union(Region.around(row))
