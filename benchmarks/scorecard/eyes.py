"""How far the finder of text lines can be trusted: its lines on decoded takes against the texts in their records."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.scorecard.shown import Shown
from vortex.media.frames import iter_looks
from vortex.review.text_lines import TextLine, find_lines
from vortex.visuals.record import LayoutRecord, read_record

EVERY_S = 1.0
LEAST_CHARS = 6
"""Labels of fewer letters are not promised to be found."""
_SHOWN = 0.9
_ROWS = 720
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Trust:
    """What was found of what was written, and how much of what was found was written."""

    written: int
    found: int
    lines: int
    real: int

    @property
    def recall(self) -> float:
        """Share of the texts in the records that were found."""
        return self.found / max(1, self.written)

    @property
    def precision(self) -> float:
        """Share of the lines that were found, outside pictures, that are texts in the records."""
        return self.real / max(1, self.lines)


def trust(film: Shown) -> Trust:
    """Compare every second of every take of a film."""
    totals = np.zeros(4, int)
    for layout in sorted((film.folder / "build" / "takes").glob("*/layout.json")):
        for compared in _compared(layout.with_name("take.mp4"), read_record(layout)):
            totals += compared
    return Trust(*totals.tolist())


def _compared(take: Path, record: LayoutRecord) -> Iterator[tuple[int, int, int, int]]:
    for look in iter_looks(take, 16, EVERY_S, _ROWS):
        if look.picture is None:
            continue
        lines = find_lines(np.asarray(Image.fromarray(look.picture).convert("L")))
        share = look.picture.shape[1] / record.width
        seen = [(e, tuple(share * edge for edge in s.box), s.opacity) for e, s in record.visible(look.index)]
        texts = [box for e, box, opacity in seen if e.text and opacity >= _SHOWN]
        long = [b for e, b, opacity in seen if opacity >= _SHOWN and len(e.text.strip()) >= LEAST_CHARS]
        pictures = [box for e, box, opacity in seen if opacity < _SHOWN or (not e.text and e.role != "decoration")]
        judged = [line for line in lines if not any(_within(line, box) for box in pictures)]
        real = sum(any(_within(line, box) for box in texts) for line in judged)
        yield len(long), sum(_is_found(box, lines) for box in long), len(judged), real


def _within(line: TextLine, box: Box) -> bool:
    return _shared(line.box, box) >= 0.5 * line.area


def _is_found(box: Box, lines: tuple[TextLine, ...]) -> bool:
    """Return whether lines of about its height lie along at least half of a text."""
    covered = np.zeros(max(1, int(box[2] - box[0])), bool)
    for line in lines:
        height = min(line.bottom, box[3]) - max(line.top, box[1])
        if height >= 0.5 * min(line.bottom - line.top, box[3] - box[1]):
            covered[max(0, int(line.left - box[0])) : max(0, int(line.right - box[0]))] = True
    return bool(covered.mean() >= 0.5)


def _shared(one: Box, other: Box) -> float:
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    return max(0.0, width) * max(0.0, height)
