"""Does anything lie on anything else, run out of the picture, or get too small or too faint to read?

Judged on the layout records, on every picture including those in the middle of an animation, because that is
where things meet that are apart at both ends.
"""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from vortex.review.records import Element, FilmRecord, Picture
from vortex.review.verdict import Finding, Outcome, Skip, clock

MIN_SCORE = 0.99
SAFE_MARGIN = 0.05
MIN_TYPE = 0.022
MIN_CONTRAST = 4.5
VISIBLE = 0.15
"""What is more transparent than this cannot be made out."""
SLACK_PX = 1.0
_MOST_NAMED = 8
_NAMES = ("overlap", "overflow", "type size", "contrast")


def check(record: FilmRecord, width: int, height: int, fps: float) -> list[Outcome]:
    """Return all outcomes on the layout of a film of ``width`` x ``height`` pixels; ``fps`` says when something is."""
    if record.broken:
        return [Skip(name, record.broken[0]) for name in _NAMES]
    if not record.pictures:
        return [Skip(name, "no layout record was handed in") for name in _NAMES]
    gap = f"Made without a record, and so not judged: {', '.join(record.without)}." if record.without else ""
    return [
        overlap(record.pictures, fps, gap),
        overflow(record.pictures, width, height, fps),
        type_size(record.pictures, height, fps),
        contrast(record.pictures, fps),
    ]


def overlap(pictures: Sequence[Picture], fps: float, gap: str = "") -> Finding:
    """Check the overlap score of the worst picture: 1 less the share of the text on which something else lies."""
    worst, faults = 1.0, []
    frames, score_sum = 0, 0.0
    for picture in pictures:
        score, pair = overlap_score(picture.elements)
        frames += picture.end - picture.start
        score_sum += score * (picture.end - picture.start)
        worst = min(worst, score)
        if score < MIN_SCORE:
            faults.append(f"{clock(picture.start / fps)} {picture.shot}: {pair} ({score:.3f})")
    mean = score_sum / max(1, frames)
    return Finding(
        "overlap",
        worst >= MIN_SCORE,
        f"{worst:.3f} at worst",
        f"≥ {MIN_SCORE} on every frame",
        f"{mean:.4f} on average over {frames} frames, those of every animation included. {gap}".strip(),
        _some(faults),
        measure=worst,
    )


def overlap_score(elements: Sequence[Element]) -> tuple[float, str]:
    """Return the overlap score of one picture, 0 to 1, and its worst pair of elements as text.

    Only what lies on text by accident counts: a panel behind a text is a decoration, and the parts of one element
    (``flow`` and ``flow/node:2``) belong together.
    """
    shown = [element for element in elements if element.opacity >= VISIBLE and element.role != "decoration"]
    texts = [element for element in shown if element.readable]
    if not texts:
        return 1.0, ""
    areas = _meetings(_boxes(texts), _boxes(shown))
    kin = np.array([[one is other or related(one.name, other.name) for other in shown] for one in texts])
    areas[kin] = 0.0
    total = sum(element.area for element in texts)
    # Two texts that meet are counted from both sides, and their meeting is one.
    both = np.array([0.5 if element.readable else 1.0 for element in shown])
    row, column = np.unravel_index(int(areas.argmax()), areas.shape)
    score = 1 - float((areas * both).sum()) / max(1.0, total)
    return max(0.0, score), f"{texts[row].name} and {shown[column].name}"


def related(one: str, other: str) -> bool:
    """Return whether one of two elements is a part of the other by its name."""
    return one.startswith(f"{other}/") or other.startswith(f"{one}/")


def overflow(pictures: Sequence[Picture], width: int, height: int, fps: float) -> Finding:
    """Check that everything that is to be read or looked at stays inside the safe area, 5 % from every edge."""
    left, top = SAFE_MARGIN * width - SLACK_PX, SAFE_MARGIN * height - SLACK_PX
    faults = {
        (picture.shot, element.name): f"{clock(picture.start / fps)} {picture.shot}: {element.name}"
        for picture, element in _visible(pictures)
        if element.readable
        and (element.left < left or element.top < top or element.right > width - left or element.bottom > height - top)
    }
    return Finding(
        "overflow",
        not faults,
        f"{len(faults)} elements",
        f"0 outside the safe area of {SAFE_MARGIN:.0%}",
        where=_some(faults.values()),
        measure=len(faults),
    )


def type_size(pictures: Sequence[Picture], height: int, fps: float) -> Finding:
    """Check that no type is smaller than 2.2 % of the picture's height."""
    sizes = [(e.type_px / height, s, e) for s, e in _visible(pictures) if e.readable and e.type_px > 0]
    smallest = min((size for size, _, _ in sizes), default=1.0)
    faults = {
        (picture.shot, element.name): f"{clock(picture.start / fps)} {picture.shot}: {element.name} ({size:.2%})"
        for size, picture, element in sizes
        if size < MIN_TYPE - 1e-4
    }
    return Finding(
        "type size",
        not faults,
        f"{smallest:.2%} of the height at smallest" if sizes else "no text",
        f"≥ {MIN_TYPE:.1%}",
        where=_some(faults.values()),
        measure=smallest,
    )


def contrast(pictures: Sequence[Picture], fps: float) -> Outcome:
    """Check the contrast of every text that is fully shown, from the colours in the records."""
    ratios: dict[tuple[str, str], tuple[float, str]] = {}
    for picture, element in _visible(pictures):
        if element.readable and element.opacity >= 0.99 and element.ink and element.paper:
            ratio = contrast_ratio(element.ink, element.paper)
            place = f"{clock(picture.start / fps)} {picture.shot}: {element.name} ({ratio:.1f})"
            key = (picture.shot, element.name)
            ratios[key] = min(ratios.get(key, (22.0, "")), (ratio, place))
    if not ratios:
        return Skip("contrast", "no record holds the colours of a text")
    lowest = min(ratio for ratio, _ in ratios.values())
    faults = [place for ratio, place in ratios.values() if ratio < MIN_CONTRAST]
    return Finding(
        "contrast",
        not faults,
        f"{lowest:.1f} : 1 at lowest",
        f"≥ {MIN_CONTRAST} : 1",
        f"{len(ratios)} texts, by the colours that they were drawn with.",
        _some(faults),
        measure=lowest,
    )


def contrast_ratio(ink: str, paper: str) -> float:
    """Return the contrast of two colours, 1 to 21, each given as ``#rrggbb``. Source: WCAG 2.2, contrast ratio."""
    one, other = relative_luminance(_rgb(ink)), relative_luminance(_rgb(paper))
    return float((max(one, other) + 0.05) / (min(one, other) + 0.05))


def relative_luminance(rgb: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the relative luminance, 0 to 1, of sRGB values 0 to 255 in the last axis. Source: WCAG 2.2."""
    share = rgb / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    luminance: NDArray[np.float64] = linear @ np.array([0.2126, 0.7152, 0.0722])
    return luminance


def _rgb(colour: str) -> NDArray[np.float64]:
    return np.array([int(colour[place : place + 2], 16) for place in (1, 3, 5)], np.float64)


def _visible(pictures: Sequence[Picture]) -> Iterable[tuple[Picture, Element]]:
    return ((picture, element) for picture in pictures for element in picture.elements if element.opacity >= VISIBLE)


def _boxes(elements: Sequence[Element]) -> NDArray[np.float64]:
    return np.array([(e.left, e.top, e.right, e.bottom) for e in elements], np.float64)


def _meetings(ones: NDArray[np.float64], others: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the area, in square pixels, that each box of (N, 4) shares with each of (M, 4); shape (N, M)."""
    low = np.maximum(ones[:, None, :2], others[None, :, :2])
    high = np.minimum(ones[:, None, 2:], others[None, :, 2:])
    areas: NDArray[np.float64] = np.prod(np.clip(high - low - SLACK_PX, 0, None), axis=2)
    return areas


def _some(places: Iterable[str]) -> tuple[str, ...]:
    listed = list(places)
    more = [f"and {len(listed) - _MOST_NAMED} more"] if len(listed) > _MOST_NAMED else []
    return tuple(listed[:_MOST_NAMED] + more)
