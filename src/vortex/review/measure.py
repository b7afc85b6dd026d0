"""The edge of the gate: the one place that opens the finished film and turns it into plain values."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vortex.core.errors import MediaError
from vortex.media.frames import Look, even_rate, frame_at, iter_looks, read_subtitles
from vortex.media.probe import Probe, probe
from vortex.media.sound_file import iter_sound
from vortex.media.track import SubtitleCue
from vortex.review.hearing import Heard, listen
from vortex.review.measured import PictureTrace, Streams
from vortex.review.writing import EVERY_S, HEIGHT, Watcher, Writing

SMALL_WIDTH = 160
CELLS_ACROSS = 16
CELLS_DOWN = 9
_BATCH = 64
_LONGEST_HOLD_S = 600
"""A frame is taken to be held no longer than this, whatever the time stamp of the next one says."""
_WHOLE = 0.95
"""Share of the promised frames that must be there; edit lists may hide a few."""


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """All that one pass over a film gave."""

    streams: Streams
    pictures: PictureTrace
    sound: Heard | None
    captions: tuple[SubtitleCue, ...]
    writing: Writing | None = None
    """The text that was seen; ``None`` when nobody looked for any."""


def measure(path: Path, progress: Callable[[float], None] | None = None, *, texts: bool = False) -> Measured:
    """Decode a film once and return what the checks need.

    Args:
        path: an MP4, or anything that can be decoded.
        progress: called with the finished fraction, 0 to 1; may raise to cancel.
        texts: whether to look for text in the pictures, which takes about as long as decoding them.

    Raises:
        MediaError: the film cannot be decoded, holds no picture, or was cut short.
    """
    facts = probe(path)
    if not facts.width:
        raise MediaError(f"{path.name} holds no picture; name a film")
    watcher = Watcher() if texts else None
    pictures = trace(path, facts, progress, watcher)
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
    heard = listen(iter_sound(path)) if facts.audio_codec else None
    return Measured(streams, pictures, heard, tuple(read_subtitles(path)), watcher.writing() if watcher else None)


def captions_beside(path: Path) -> tuple[tuple[SubtitleCue, ...], str]:
    """Return the captions of a file beside the film that carries its name, and that file's name; none and "".

    Raises:
        MediaError: there is such a file, and it cannot be read.
    """
    for file in (path.with_suffix(suffix) for suffix in (".vtt", ".srt")):
        if file.is_file():
            return tuple(read_subtitles(file)), file.name
    return (), ""


def trace(
    path: Path, facts: Probe, progress: Callable[[float], None] | None = None, watcher: Watcher | None = None
) -> PictureTrace:
    """Return one set of numbers for every frame, and show ``watcher`` a picture now and then.

    A frame that is held longer than others, as in a film of uneven frame rate, counts once for each place of the
    even grid that it fills.
    """
    rows: list[tuple[NDArray[np.float32], ...]] = []
    places: list[int] = []
    fps = even_rate(path)
    last: NDArray[np.int16] | None = None
    for looks in _batches(iter_looks(path, SMALL_WIDTH, EVERY_S, HEIGHT)):
        batch = np.stack([look.luma for look in looks]).astype(np.int16)
        before = np.concatenate((batch[:1] - 255 if last is None else last[None], batch[:-1]))
        flat, changed = batch.reshape(len(batch), -1), np.abs(batch - before).reshape(len(batch), -1)
        rows.append((*(each.astype(np.float32) for each in (flat.min(1), flat.max(1), changed.max(1))), _cells(batch)))
        last = batch[-1]
        places += [look.index for look in looks]
        _show(watcher, looks, fps)
        if progress and facts.num_frames:
            progress(min(1.0, places[-1] / facts.num_frames))
    if not rows:
        raise MediaError(f"{path.name} holds not a single frame; make it again")
    if progress:
        progress(1.0)
    return _on_grid(PictureTrace(fps, *map(np.concatenate, zip(*rows, strict=True))), np.array(places))


def _show(watcher: Watcher | None, looks: Sequence[Look], fps: Fraction) -> None:
    for look in looks:
        if watcher and look.picture is not None:
            watcher.look(float(look.index / fps), look.picture)


def _on_grid(frames: PictureTrace, places: NDArray[np.int64]) -> PictureTrace:
    """Return ``frames`` with each repeated for as long as it is held; a frame that is repeated does not change."""
    held = np.minimum(np.diff(places, append=places[-1] + 1), int(_LONGEST_HOLD_S * frames.fps) + 1)
    if held.max() == 1:
        return frames
    change = np.zeros(held.sum(), np.float32)
    change[np.cumsum(held) - held] = frames.change
    darkest, brightest, cells = (np.repeat(each, held, 0) for each in (frames.darkest, frames.brightest, frames.cells))
    return PictureTrace(frames.fps, darkest, brightest, change, cells)


def full_pictures(path: Path, frames: Sequence[int], fps: Fraction) -> Iterator[tuple[int, NDArray[np.uint8]]]:
    """Yield the wanted frames at full size, uint8 of shape (H, W, 3), RGB, each with its number."""
    for index in frames:
        yield index, frame_at(path, Fraction(index) / fps)


def _batches(looks: Iterator[Look]) -> Iterator[list[Look]]:
    pending: list[Look] = []
    for look in looks:
        pending.append(look)
        if len(pending) == _BATCH:
            yield pending
            pending = []
    if pending:
        yield pending


def _cells(batch: NDArray[np.int16]) -> NDArray[np.float32]:
    """Return the mean luma of equal cells of each picture, shape (N, cells)."""
    _, height, width = batch.shape
    rows = np.linspace(0, height, min(CELLS_DOWN, height), endpoint=False).astype(int)
    columns = np.linspace(0, width, min(CELLS_ACROSS, width), endpoint=False).astype(int)
    sums = np.add.reduceat(np.add.reduceat(batch.astype(np.float32), rows, axis=1), columns, axis=2)
    areas = np.outer(np.diff(np.append(rows, height)), np.diff(np.append(columns, width)))
    cells: NDArray[np.float32] = (sums / areas).reshape(len(batch), -1).astype(np.float32)
    return cells
