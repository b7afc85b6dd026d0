"""Where everything stands in the film: each sentence on the frame grid, each shot a whole number of frames.

Pure arithmetic on integers. Sentences begin on a frame, so that the sound of a frame is a whole number of samples and
any shot can be rendered, replaced and joined without moving its neighbours by a fraction of a frame.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from vortex.media.time import Timecode
from vortex.timeline.captions import caption_lines
from vortex.timeline.plan import RATE_HZ, Pauses, SentencePlan, ShotPlan
from vortex.visuals.timing import ShotTiming, TimedSentence, TimedWord


@dataclass(frozen=True, slots=True)
class TimelineShot:
    """A shot in the film: ``start`` counts frames of the film, ``timing`` frames of the shot."""

    id: str
    start: int
    timing: ShotTiming
    chapter: str = ""

    @property
    def end(self) -> int:
        """The frame after its last."""
        return self.start + self.timing.num_frames


@dataclass(frozen=True, slots=True)
class PlacedSentence:
    """The sound of a sentence in the film; its slot is its sound, filled up to whole frames."""

    id: str
    shot: str
    start: int
    """Frame of the film."""
    num_frames: int
    start_sample: int
    """Of the film, at 48 kHz."""
    num_samples: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """The whole cut."""

    fps: int
    shots: tuple[TimelineShot, ...]
    sentences: tuple[PlacedSentence, ...]
    num_frames: int

    @property
    def duration(self) -> Timecode:
        """Length of the film."""
        return Timecode(self.num_frames, Fraction(self.fps))

    @property
    def num_samples(self) -> int:
        """Length of its sound at 48 kHz."""
        return self.num_frames * (RATE_HZ // self.fps)


def schedule(shots: Sequence[ShotPlan], fps: int = 30, pauses: Pauses | None = None, language: str = "en") -> Timeline:
    """Lay the shots one after the other.

    Args:
        shots: in the order of the film.
        fps: frames a second; 48000 must be a multiple of it.
        pauses: silences between sentences.
        language: ISO 639-1; captions are broken before its small words.

    Returns:
        A timeline without gaps: each shot begins where the one before ends, the first at 0.

    Raises:
        ValueError: there is no shot, two sentences share an id, a sentence has not one time for each word, or the
            rate does not divide 48000.
    """
    _check(shots, fps)
    pauses = pauses or Pauses()
    placed: list[TimelineShot] = []
    sentences: list[PlacedSentence] = []
    start, lead_ms = 0, pauses.lead_in_ms
    for index, shot in enumerate(shots):
        following = shots[index + 1] if index + 1 < len(shots) else None
        pause_ms = _pause_after(shot, following, pauses)
        trail_ms = pause_ms // 2 if following else pause_ms
        timing, slots = _lay(shot, _Grid(fps, pauses, language), start, (lead_ms, trail_ms))
        placed.append(TimelineShot(shot.id, start, timing, shot.chapter))
        sentences += slots
        start += timing.num_frames
        lead_ms = pause_ms - trail_ms
    return Timeline(fps, tuple(placed), tuple(sentences), start)


@dataclass(frozen=True, slots=True)
class _Grid:
    fps: int
    pauses: Pauses
    language: str

    def frames(self, ms: int) -> int:
        """Return the whole frames that cover ``ms`` milliseconds."""
        return -(-ms * self.fps // 1000)

    def slot(self, sentence: SentencePlan) -> int:
        """Return the whole frames that cover the sentence's sound."""
        return -(-sentence.num_samples * self.fps // RATE_HZ)


def _check(shots: Sequence[ShotPlan], fps: int) -> None:
    if not shots:
        raise ValueError("a film needs at least one shot")
    if fps <= 0 or RATE_HZ % fps:
        raise ValueError(f"{fps} frames a second do not divide {RATE_HZ} samples; use 24, 25, 30, 50 or 60")
    seen: set[str] = set()
    for sentence in (sentence for shot in shots for sentence in shot.sentences):
        if sentence.id in seen:
            raise ValueError(f"sentence {sentence.id!r} is spoken twice")
        if len(sentence.words) != len(sentence.times):
            raise ValueError(
                f"sentence {sentence.id!r} has {len(sentence.words)} words but {len(sentence.times)} times"
            )
        seen.add(sentence.id)


def _pause_after(shot: ShotPlan, following: ShotPlan | None, pauses: Pauses) -> int:
    if following is None:
        return pauses.tail_ms
    if following.chapter:
        return pauses.chapter_ms
    return pauses.after(shot.sentences[-1].num_samples) if shot.sentences else pauses.between_ms[0]


def _lay(
    shot: ShotPlan, grid: _Grid, film_start: int, margins_ms: tuple[int, int]
) -> tuple[ShotTiming, list[PlacedSentence]]:
    """Place the sentences of one shot that begins at frame ``film_start``, between the two margins."""
    lead_ms, trail_ms = margins_ms
    at = grid.frames(lead_ms)
    starts: list[int] = []
    for sentence in shot.sentences:
        starts.append(at)
        at += grid.slot(sentence) + grid.frames(grid.pauses.after(sentence.num_samples))
    if shot.sentences:
        at = starts[-1] + grid.slot(shot.sentences[-1])
    num_frames = max(at + grid.frames(trail_ms), grid.frames(max(shot.hold_ms, grid.pauses.shot_ms)))
    timed = tuple(_timed(sentence, start, grid.fps) for sentence, start in zip(shot.sentences, starts, strict=True))
    timing = ShotTiming(grid.fps, num_frames, timed)
    samples_per_frame = RATE_HZ // grid.fps
    slots = [
        PlacedSentence(
            sentence.id,
            shot.id,
            film_start + start,
            grid.slot(sentence),
            (film_start + start) * samples_per_frame,
            sentence.num_samples,
        )
        for sentence, start in zip(shot.sentences, starts, strict=True)
    ]
    return replace(timing, captions=caption_lines(timing, grid.language)), slots


def _timed(sentence: SentencePlan, start: int, fps: int) -> TimedSentence:
    """Put the words of a sentence on frames; a spoken word lasts at least one, an unspoken one none."""
    begins = [start + int(time.start_s * fps) for time in sentence.times]
    words = []
    for index, (text, time) in enumerate(zip(sentence.words, sentence.times, strict=True)):
        spoken = time.end_s > time.start_s
        end = start - int(-time.end_s * fps // 1)
        if index + 1 < len(begins):
            end = min(end, begins[index + 1])
        words.append(TimedWord(text, begins[index], max(end, begins[index] + spoken)))
    last = max((word.end for word in words), default=start)
    return TimedSentence(sentence.id, start, last, tuple(words), sentence.citation)
