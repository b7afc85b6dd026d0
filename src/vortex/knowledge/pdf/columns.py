"""The order in which a person reads the segments of a page: columns from left to right, each from top to bottom.

A gutter is a vertical strip that many segments respect on both sides. Segments that cross it (titles, wide figures)
divide the page into bands; within a band the left column is read before the right one. The cells of a table also
respect strips, so a gutter only counts when both sides look like prose: wide enough and with enough lines.
"""

from collections.abc import Sequence

from vortex.knowledge.pdf.lines import Line

_MIN_LINES = 5
_MIN_WIDTH_EM = 13.0


def read_lines(segments: Sequence[Line]) -> list[Line]:
    """Return the lines of a page in reading order; the segments of one column on one baseline become one line."""
    return [line for column in _columns(list(segments)) for line in _merge(column)]


def _columns(segments: list[Line]) -> list[list[Line]]:
    gutter = _gutter(segments)
    if gutter is None:
        return [segments]
    columns: list[list[Line]] = []
    left: list[Line] = []
    right: list[Line] = []
    for segment in sorted(segments, key=lambda line: line.baseline):
        if segment.left < gutter - 2 and segment.right > gutter + 2:
            columns += [side for side in (left, right) if side]
            columns.append([segment])
            left, right = [], []
        elif segment.right <= gutter + 2:
            left.append(segment)
        else:
            right.append(segment)
    columns += [part for side in (left, right) if side for part in _columns(side)]
    return columns


def _gutter(segments: list[Line]) -> float | None:
    """Return the x that parts the page into two columns of prose, or ``None``."""
    if len(segments) < 2 * _MIN_LINES:
        return None
    low, high = min(line.left for line in segments), max(line.right for line in segments)
    edges = sorted(
        {round(line.left) - 3 for line in segments if low + 0.25 * (high - low) < line.left < low + 0.75 * (high - low)}
    )
    best = max(edges, key=lambda x: _evidence(segments, x), default=None)
    return float(best) if best is not None and _evidence(segments, best) > 0 else None


def _evidence(segments: list[Line], x: float) -> float:
    left = [line for line in segments if line.right <= x + 2]
    right = [line for line in segments if line.left >= x - 2]
    crossing = len(segments) - len(left) - len(right)
    if min(_prose(left), _prose(right)) < _MIN_LINES or crossing > 0.5 * min(len(left), len(right)):
        return 0.0
    shared = min(max(line.bottom for line in left), max(line.bottom for line in right)) - max(
        min(line.top for line in left), min(line.top for line in right)
    )
    return (len(left) + len(right) - 2 * crossing) if shared > 4 * segments[0].size else 0.0


def _prose(lines: list[Line]) -> int:
    return sum(1 for line in lines if line.right - line.left >= _MIN_WIDTH_EM * line.size and line.share("mono") < 0.8)


def _merge(segments: list[Line]) -> list[Line]:
    lines: list[list[Line]] = []
    for segment in sorted(segments, key=lambda line: (line.baseline, line.left)):
        if lines and _same_row(lines[-1][0], segment):
            lines[-1].append(segment)
        else:
            lines.append([segment])
    return [_joined(sorted(parts, key=lambda line: line.left)) for parts in lines]


def _same_row(first: Line, segment: Line) -> bool:
    if first.is_stand_in or segment.is_stand_in:
        return False
    return abs(first.baseline - segment.baseline) < 0.35 * max(first.size, segment.size)


def _joined(parts: list[Line]) -> Line:
    return parts[0] if len(parts) == 1 else Line(tuple(run for part in parts for run in part.runs))
