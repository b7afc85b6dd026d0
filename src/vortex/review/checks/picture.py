"""Is there always a picture, does it live, is it safe to look at, and is it as large and as long as was asked for?"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from vortex.review.film import Expectations
from vortex.review.measured import PictureTrace, Streams, stretches
from vortex.review.verdict import Finding, Outcome, Skip, clock

BLACK_LUMA = 40.0
"""A picture without a single pixel brighter than this is black: even dark themes carry light text."""
FLAT_LUMA = 10.0
"""A picture whose pixels differ by less than this shows nothing."""
MOVED_LUMA = 4.0
"""A pixel of the small picture that changes by less than this was changed by the encoder."""
EMPTY_S = 0.5
IDLE_S = 3.0
FROZEN_S = 1.0
HELD_S = 10.0
MAX_FLASHES = 3
FLASH_STEP = 0.1
FLASH_DARK = 0.8
FLASH_AREA = 0.25
LENGTH_TOLERANCE = 0.1


def check(
    trace: PictureTrace,
    streams: Streams,
    expected: Expectations,
    busy: NDArray[np.bool_],
    declared: Sequence[int] | None,
) -> list[Outcome]:
    """Return all outcomes on the picture.

    Args:
        trace: one number a frame.
        streams: what the container says.
        expected: what was ordered.
        busy: shape (N,); frames at which somebody speaks or a caption changes.
        declared: frames at which the layout records say that the picture changes; ``None`` without records.
    """
    outcomes: list[Outcome] = [black(trace), blank(trace), idle(trace, busy), held(trace)]
    if declared is None:
        outcomes.append(Skip("frozen picture", "no layout records say when the picture should move", excused=True))
    else:
        outcomes.append(frozen(trace, declared))
    return [*outcomes, flashes(trace), size(streams, expected), length(streams, expected)]


def black(trace: PictureTrace) -> Finding:
    """Check that the film is never black for half a second or longer."""
    return _empty("black picture", trace, trace.brightest < BLACK_LUMA)


def blank(trace: PictureTrace) -> Finding:
    """Check that the film never shows a single colour for half a second or longer."""
    flat = trace.brightest - trace.darkest < FLAT_LUMA
    return _empty("blank picture", trace, flat & (trace.brightest >= BLACK_LUMA))


def _empty(name: str, trace: PictureTrace, flags: NDArray[np.bool_]) -> Finding:
    found = [run for run in stretches(flags) if run[1] - run[0] >= EMPTY_S * trace.fps]
    total = sum(end - start for start, end in found) / float(trace.fps)
    return Finding(
        name, not found, f"{total:.1f} s", f"none of {EMPTY_S} s or longer", "", _spans(trace, found), measure=total
    )


def idle(trace: PictureTrace, busy: NDArray[np.bool_]) -> Finding:
    """Check that the film never stands still for three seconds with nobody speaking and no caption changing."""
    still = stretches((trace.change < MOVED_LUMA) & ~busy)
    longest = max((end - start for start, end in still), default=0) / float(trace.fps)
    found = [run for run in still if run[1] - run[0] > IDLE_S * trace.fps]
    return Finding(
        "standing still",
        not found,
        f"{longest:.1f} s at longest",
        f"≤ {IDLE_S:.0f} s without movement, speech or a new caption",
        "A picture may be held while it is spoken to.",
        _spans(trace, found),
        measure=longest,
    )


def held(trace: PictureTrace) -> Finding:
    """Report the longest time that the picture is held, whoever speaks; a viewer's eye wanders after ten seconds."""
    still = stretches(trace.change < MOVED_LUMA)
    longest = max((end - start for start, end in still), default=0) / float(trace.fps)
    found = [run for run in still if run[1] - run[0] > HELD_S * trace.fps]
    return Finding(
        "held picture",
        not found,
        f"{longest:.1f} s at longest",
        f"≤ {HELD_S:.0f} s",
        "",
        _spans(trace, found),
        gating=False,
        measure=longest,
    )


def frozen(trace: PictureTrace, declared: Sequence[int]) -> Finding:
    """Check that the picture moves wherever the layout records say that it does.

    A stretch without movement of a second or longer in which the records hold three changes or more is a picture that
    got stuck between drawing and file.
    """
    moments = np.asarray(sorted(declared))
    found = []
    for start, end in stretches(trace.change < MOVED_LUMA):
        inside = int(((moments > start) & (moments < end)).sum())
        if end - start >= FROZEN_S * trace.fps and inside >= 3:
            found.append((start, end))
    return Finding(
        "frozen picture",
        not found,
        f"{len(found)} stretches",
        "0 outside declared holds",
        f"The records declare {len(moments)} moments of change.",
        _spans(trace, found),
        measure=len(found),
    )


def flashes(trace: PictureTrace) -> Finding:
    """Check that no quarter of the picture flashes more than three times within a second.

    Source: WCAG 2.2, success criterion 2.3.1, general flash: a pair of opposing changes of relative luminance by a
    tenth or more, where the darker one is below 0.8.
    """
    turns = _turns(np.power(np.clip(trace.cells, 0, 255) / 255, 2.2))
    window = max(1, round(float(trace.fps)))
    total = np.concatenate((np.zeros((1, turns.shape[1]), np.int32), np.cumsum(turns, axis=0, dtype=np.int32)))
    first = np.maximum(np.arange(1, len(total)) - window, 0)
    within = (total[1:] - total[first]) // 2
    area = max(1, int(np.ceil(FLASH_AREA * turns.shape[1])))
    # The flash count that a quarter of the cells reaches or passes.
    rate = np.sort(within, axis=1)[:, -area] if len(within) else np.zeros(0, np.int32)
    worst = int(rate.max(initial=0))
    found = stretches(rate > MAX_FLASHES)
    return Finding(
        "flashes",
        worst <= MAX_FLASHES,
        f"{worst} in a second",
        f"≤ {MAX_FLASHES}",
        "",
        _spans(trace, found),
        measure=worst,
    )


def _turns(luminance: NDArray[np.float32]) -> NDArray[np.int8]:
    """Return, shape (N, C), where a cell has turned: changed by a flash's step, the other way."""
    turns = np.zeros(luminance.shape, np.int8)
    if not len(luminance):
        return turns
    extreme, direction = luminance[0].copy(), np.zeros(luminance.shape[1], np.int8)
    for frame, now in enumerate(luminance):
        extreme = np.where(direction > 0, np.maximum(extreme, now), extreme)
        extreme = np.where(direction < 0, np.minimum(extreme, now), extreme)
        step = now - extreme
        turned = (np.abs(step) >= FLASH_STEP) & (np.minimum(now, extreme) < FLASH_DARK) & (np.sign(step) != direction)
        turns[frame] = turned
        direction = np.where(turned, np.sign(step), direction).astype(np.int8)
        extreme = np.where(turned, now, extreme)
    return turns


def size(streams: Streams, expected: Expectations) -> Finding:
    """Check width, height and frame rate against the order, or against sense where nothing was ordered."""
    seen = f"{streams.width} × {streams.height}, {float(streams.fps):g} fps"
    asked = f"{expected.width} × {expected.height}, {expected.fps:g} fps"
    if expected.width:
        passed = (streams.width, streams.height) == (expected.width, expected.height)
        return Finding("size and frame rate", passed and streams.fps == expected.fps, seen, asked)
    passed = min(streams.width, streams.height) >= 240 and 12 <= streams.fps <= 120
    return Finding("size and frame rate", passed, seen, "≥ 240 rows and columns, 12 to 120 fps")


def length(streams: Streams, expected: Expectations) -> Outcome:
    """Check that the film is as long as was asked, within 10 %."""
    if not expected.seconds:
        return Skip("length", "no length was asked for", excused=True)
    passed = abs(streams.video_s - expected.seconds) <= LENGTH_TOLERANCE * expected.seconds
    return Finding(
        "length",
        passed,
        f"{streams.video_s:.1f} s",
        f"{expected.seconds:.0f} s ± {LENGTH_TOLERANCE:.0%}",
        measure=streams.video_s,
    )


def _spans(trace: PictureTrace, runs: Sequence[tuple[int, int]]) -> tuple[str, ...]:
    return tuple(f"{clock(trace.time(start))} to {clock(trace.time(end))}" for start, end in runs[:8])
