"""Layout records as a film shows them: whole pictures in film time instead of one element's life in shot time."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from vortex.core.errors import MediaError
from vortex.review.film import ShotOnFilm
from vortex.visuals.record import LayoutRecord, RecordedElement, Stretch, read_record

_RECOLOURED = 16
"""Steps of 255 by which a colour channel must change to count: a fade's last steps are lost in the encoder."""
_VISIBLE_STEPS = 160
"""A movement counts from this share of the picture's width on."""


@dataclass(frozen=True, slots=True)
class Element:
    """One element as it stands in one picture; box and type size in pixels, colours as ``#rrggbb``."""

    name: str
    role: str
    text: str
    left: float
    top: float
    right: float
    bottom: float
    opacity: float = 1.0
    type_px: float = 0.0
    ink: str = ""
    paper: str = ""

    @property
    def readable(self) -> bool:
        """Whether it is there to be read."""
        return bool(self.text) or self.role in ("text", "caption", "chip")

    @property
    def area(self) -> float:
        """Square pixels."""
        return max(0.0, self.right - self.left) * max(0.0, self.bottom - self.top)


@dataclass(frozen=True, slots=True)
class Picture:
    """Frames of the film, half-open, during which all elements of a shot look the same."""

    shot: str
    start: int
    end: int
    elements: tuple[Element, ...]


@dataclass(frozen=True, slots=True)
class FilmRecord:
    """What the layout records of all shots say about the film."""

    pictures: tuple[Picture, ...]
    changes: tuple[int, ...]
    """Frames of the film at which something is said to come, go, move or change colour, in order."""
    records: tuple[tuple[ShotOnFilm, LayoutRecord], ...]
    without: tuple[str, ...]
    """Shots for which no record can exist."""
    broken: tuple[str, ...]
    """What went wrong with records that should exist."""


def read_records(shots: Iterable[ShotOnFilm]) -> FilmRecord:
    """Read the layout records of ``shots``; one that cannot be read is listed as broken."""
    read: list[tuple[ShotOnFilm, LayoutRecord]] = []
    without: list[str] = []
    broken: list[str] = []
    for shot in shots:
        if shot.layout is None:
            without.append(shot.shot.id)
            continue
        try:
            read.append((shot, read_record(shot.layout)))
        except MediaError as error:
            broken.append(str(error))
    pictures = tuple(picture for shot, record in read for picture in pictures_of(record, shot.shot.id, shot.start))
    changes = tuple(sorted({shot.start + frame for shot, record in read for frame in changes_of(record)}))
    return FilmRecord(pictures, changes, tuple(read), tuple(without), tuple(broken))


def pictures_of(record: LayoutRecord, shot: str, first: int = 0) -> Iterator[Picture]:
    """Yield every distinct picture of a shot whose frame 0 is frame ``first`` of the film."""
    edges = {0, record.num_frames}
    edges.update(edge for element in record.elements for s in element.stretches for edge in (s.start, s.end))
    ordered = sorted(edge for edge in edges if 0 <= edge <= record.num_frames)
    filled: list[list[Element]] = [[] for _ in ordered]
    for element in record.elements:
        for stretch in element.stretches:
            seen = _element(element, stretch, record.background)
            for place in range(bisect_left(ordered, stretch.start), bisect_left(ordered, stretch.end)):
                filled[place].append(seen)
    for start, end, elements in zip(ordered, ordered[1:], filled, strict=False):
        yield Picture(shot, first + start, first + end, tuple(elements))


def changes_of(record: LayoutRecord) -> Iterator[int]:
    """Yield the frames of a shot at which a viewer sees something come, go, move or change colour.

    A fade counts once, where it begins: its last steps are finer than what an encoder keeps.
    """
    least = record.width / _VISIBLE_STEPS
    for element in record.elements:
        seen: Stretch | None = None
        end = 0
        for stretch in element.stretches:
            if seen is None or stretch.start > end or _moved(seen, stretch, least) or _recoloured(seen, stretch):
                yield stretch.start
                seen = stretch
            end = stretch.end
        if 0 < end < record.num_frames:
            yield end


def _moved(old: Stretch, new: Stretch, least: float) -> bool:
    return max(abs(a - b) for a, b in zip(old.box, new.box, strict=True)) >= least


def _recoloured(old: Stretch, new: Stretch) -> bool:
    if not old.colour or not new.colour:
        return old.colour != new.colour
    return any(abs(one - other) >= _RECOLOURED for one, other in zip(_channels(old), _channels(new), strict=True))


def _channels(stretch: Stretch) -> tuple[int, ...]:
    return tuple(bytes.fromhex(stretch.colour.removeprefix("#"))[:3])


def _element(element: RecordedElement, stretch: Stretch, background: str) -> Element:
    return Element(
        element.name,
        element.role,
        element.text,
        *stretch.box,
        opacity=stretch.opacity,
        type_px=stretch.size,
        ink=stretch.colour,
        paper=element.background or background,
    )
