"""The edge of the gate: the one place that opens the finished film and turns it into plain values."""

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vortex.core.errors import MediaError
from vortex.media.frames import frame_at, iter_luma, read_subtitles
from vortex.media.probe import probe
from vortex.media.sound_file import decode_sound
from vortex.review.measured import Measured, PictureTrace, Streams

SMALL_WIDTH = 160
CELLS_ACROSS = 16
CELLS_DOWN = 9
_BATCH = 64
_WHOLE = 0.95
"""Share of the promised frames that must be there; edit lists may hide a few."""


def measure(path: Path, progress: Callable[[float], None] | None = None) -> Measured:
    """Decode a film once and return what the checks need.

    Args:
        path: an MP4, or anything that can be decoded.
        progress: called with the finished fraction, 0 to 1; may raise to cancel.

    Raises:
        MediaError: the film cannot be decoded, holds no picture, or was cut short.
    """
    facts = probe(path)
    if not facts.width:
        raise MediaError(f"{path.name} holds no picture; name a film")
    pictures = trace(path, facts.fps, facts.num_frames, progress)
    if len(pictures) < _WHOLE * facts.num_frames:
        raise MediaError(
            f"{path.name} promises {facts.num_frames} frames and holds {len(pictures)}; it may be cut short, so "
            "make or fetch it again"
        )
    streams = Streams(
        facts.width,
        facts.height,
        facts.fps,
        facts.video_duration_s or len(pictures) / float(facts.fps),
        facts.audio_duration_s if facts.audio_codec else None,
    )
    sound = decode_sound(path) if facts.audio_codec else None
    return Measured(streams, pictures, sound, tuple(read_subtitles(path)))


def trace(
    path: Path, fps: Fraction, num_frames: int = 0, progress: Callable[[float], None] | None = None
) -> PictureTrace:
    """Return one set of numbers for every frame; ``num_frames`` is only needed to tell the progress."""
    rows: list[tuple[NDArray[np.float32], ...]] = []
    last: NDArray[np.int16] | None = None
    done = 0
    for batch in _batches(path):
        before = np.concatenate((batch[:1] - 255 if last is None else last[None], batch[:-1]))
        flat = batch.reshape(len(batch), -1)
        changed = np.abs(batch - before).reshape(len(batch), -1)
        rows.append((*(each.astype(np.float32) for each in (flat.min(1), flat.max(1), changed.max(1))), _cells(batch)))
        last = batch[-1]
        done += len(batch)
        if progress and num_frames:
            progress(min(1.0, done / num_frames))
    if not rows:
        raise MediaError(f"{path.name} holds not a single frame; make it again")
    darkest, brightest, change, cells = (np.concatenate(column) for column in zip(*rows, strict=True))
    return PictureTrace(fps, darkest, brightest, change, cells)


def full_pictures(path: Path, frames: Sequence[int], fps: Fraction) -> Iterator[tuple[int, NDArray[np.uint8]]]:
    """Yield the wanted frames at full size, uint8 of shape (H, W, 3), RGB, each with its number."""
    for index in frames:
        yield index, frame_at(path, Fraction(index) / fps)


def _batches(path: Path) -> Iterator[NDArray[np.int16]]:
    pending: list[NDArray[np.uint8]] = []
    for luma in iter_luma(path, SMALL_WIDTH):
        pending.append(luma)
        if len(pending) == _BATCH:
            yield np.stack(pending).astype(np.int16)
            pending.clear()
    if pending:
        yield np.stack(pending).astype(np.int16)


def _cells(batch: NDArray[np.int16]) -> NDArray[np.float32]:
    """Return the mean luma of equal cells of each picture, shape (N, cells)."""
    _, height, width = batch.shape
    rows = np.linspace(0, height, min(CELLS_DOWN, height), endpoint=False).astype(int)
    columns = np.linspace(0, width, min(CELLS_ACROSS, width), endpoint=False).astype(int)
    sums = np.add.reduceat(np.add.reduceat(batch.astype(np.float32), rows, axis=1), columns, axis=2)
    areas = np.outer(np.diff(np.append(rows, height)), np.diff(np.append(columns, width)))
    cells: NDArray[np.float32] = (sums / areas).reshape(len(batch), -1).astype(np.float32)
    return cells
