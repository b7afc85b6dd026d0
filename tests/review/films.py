"""A small talk film that passes the gate, and the means to spoil one thing about it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from vortex.core.claim import Check, Claim
from vortex.media.encode import VideoWriter
from vortex.media.master import master
from vortex.media.mux import mux
from vortex.media.sound import Sound
from vortex.media.track import SubtitleCue
from vortex.review.film import Expectations, FilmUnderReview, ShotOnFilm, SourceFile, SpokenSentence
from vortex.visuals.record import LayoutRecord, RecordedElement, Stretch
from vortex.visuals.shot import Cue, Shot
from vortex.visuals.timing import ShotTiming, TimedSentence, TimedWord

WIDTH, HEIGHT, FPS, RATE_HZ = 480, 270, 25, 48000
NUM_FRAMES = 200
PAPER, INK = "#fbfaf7", "#1d2230"
TEXTS = ("A heap keeps its", "smallest item on top.", "It sorts 12 items fast.")
SENTENCES = (
    SpokenSentence("s1", "A heap keeps its smallest item on top.", 0.4, 3.6),
    SpokenSentence("s2", "It sorts 12 items fast.", 4.0, 7.6),
)
CAPTIONS = (
    SubtitleCue(0.4, 2.0, "A heap keeps its smallest"),
    SubtitleCue(2.0, 3.6, "item on top."),
    SubtitleCue(4.0, 7.6, "It sorts 12 items fast."),
)
BOXES = ((40.0, 40.0, 440.0, 80.0), (40.0, 90.0, 440.0, 130.0), (40.0, 140.0, 440.0, 180.0))
SHOWN_AT = (5, 30, 100)

Frame = NDArray[np.uint8]


@dataclass(frozen=True)
class Talk:
    """What the film is made of; ``replace`` a part to spoil it."""

    ink: str = INK
    change: Callable[[list[Frame]], list[Frame]] = list
    captions: tuple[SubtitleCue, ...] = CAPTIONS
    gain: float = 1.0
    pauses: tuple[tuple[float, float], ...] = ((0.0, 0.4), (3.6, 4.0), (7.6, 8.0))
    sound: bool = True

    def write(self, path: Path) -> Path:
        take = path.with_suffix(".take.mp4")
        with VideoWriter(take, WIDTH, HEIGHT, FPS, preset="ultrafast") as writer:
            for frame in self.change([picture(at, self.ink) for at in range(NUM_FRAMES)]):
                writer.update(bgra(frame), [(0, 0, WIDTH, HEIGHT)])
                writer.write()
        mux([take], self.voice() if self.sound else None, path, fps=FPS, subtitles=self.captions)
        return path

    def voice(self) -> Sound:
        loud = speech(self.pauses)
        return Sound((loud.samples * self.gain).astype(np.float32), RATE_HZ)


@cache
def speech(pauses: tuple[tuple[float, float], ...]) -> Sound:
    """Return syllables without words, loud enough for a film, with silence in ``pauses``."""
    time = np.arange(NUM_FRAMES * RATE_HZ // FPS) / RATE_HZ
    # Syllables: a buzz whose loudness swells four times a second, never down to silence.
    buzz = sum(np.sin(2 * np.pi * 140 * n * time) / n for n in range(1, 20))
    samples = (0.1 * buzz * (0.7 + 0.3 * np.sin(2 * np.pi * 4 * time))).astype(np.float32)
    for start, end in pauses:
        samples[int(start * RATE_HZ) : int(end * RATE_HZ)] = 0
    return master(Sound(samples, RATE_HZ)).sound


@cache
def picture(frame: int, ink: str = INK) -> Frame:
    """Return a page on which three lines appear one after the other, and a bar that follows the voice."""
    page = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    draw = ImageDraw.Draw(page)
    font = ImageFont.load_default(26)
    for text, box, shown in zip(TEXTS, BOXES, SHOWN_AT, strict=True):
        if frame >= shown:
            draw.text((box[0], box[1] + 4), text, fill=ink, font=font)
    draw.rectangle((40, 215, 40 + 2 * frame, 225), fill="#2f5bb7")
    return np.asarray(page)


def bgra(frame: Frame) -> Frame:
    return np.ascontiguousarray(np.dstack((frame[..., ::-1], np.full(frame.shape[:2], 255, np.uint8))))


def record(elements: Iterable[RecordedElement] | None = None) -> LayoutRecord:
    lines = (
        RecordedElement(f"item:{n}", "text", text, "", (Stretch(shown, NUM_FRAMES, box, 1.0, 26.0, INK),))
        for n, (text, box, shown) in enumerate(zip(TEXTS, BOXES, SHOWN_AT, strict=True))
    )
    return LayoutRecord(WIDTH, HEIGHT, FPS, NUM_FRAMES, PAPER, tuple(elements or lines))


def timing() -> ShotTiming:
    spoken = []
    for sentence in SENTENCES:
        words, first = sentence.text.split(), round(sentence.start_s * FPS)
        each = (round(sentence.end_s * FPS) - first) // len(words)
        timed = tuple(TimedWord(word, first + n * each, first + (n + 1) * each) for n, word in enumerate(words))
        spoken.append(TimedSentence(sentence.id, first, round(sentence.end_s * FPS), timed))
    return ShotTiming(FPS, NUM_FRAMES, tuple(spoken))


def shot(layout: Path | None) -> ShotOnFilm:
    cues = (Cue(sentence="s1", word=1, target="item:0"), Cue(sentence="s2", word=0, target="item:2"))
    made = Shot(id="shot1", kind="points", params={}, sentences=("s1", "s2"), cues=cues)
    return ShotOnFilm(made, timing(), 0, layout)


SOURCE = "# Heaps\n\nA heap keeps its smallest item on top. It sorts 12 items fast, in 3 steps.\n"


def under_review(folder: Path, talk: Talk = Talk()) -> FilmUnderReview:
    """Write the film, its layout record and its source into ``folder``."""
    layout = folder / "layout.json"
    record().write(layout)
    notes = folder / "heaps.md"
    notes.write_text(SOURCE)
    passed = (Check("numbers", True),)
    quotes = ("A heap keeps its smallest item on top.", "It sorts 12 items fast, in 3 steps.")
    claims = tuple(
        Claim(s.id, s.text, "statement", "", "heaps.md", quote=quote, checks=passed)
        for s, quote in zip(SENTENCES, quotes, strict=True)
    )
    source = source_of(notes)
    return FilmUnderReview(
        talk.write(folder / "film.mp4"),
        "Heaps",
        SENTENCES,
        (shot(layout),),
        tuple(replace(claim, document=source.id) for claim in claims),
        (source,),
        Expectations(8.0, WIDTH, HEIGHT, FPS),
    )


def source_of(path: Path) -> SourceFile:
    import gzip
    import hashlib

    data = path.read_bytes()
    data = gzip.decompress(data) if path.suffix == ".gz" else data
    return SourceFile(hashlib.sha256(data).hexdigest()[:16], path)


def painted(value: int, start: int, end: int) -> Callable[[list[Frame]], list[Frame]]:
    """Return a change of the talk that shows one grey from frame ``start`` to before ``end``."""
    flat = np.full((HEIGHT, WIDTH, 3), value, np.uint8)
    return lambda frames: frames[:start] + [flat] * (end - start) + frames[end:]


def flashing(frames: list[Frame]) -> list[Frame]:
    """Return the frames with two seconds that turn to their negative and back four times a second."""
    return [255 - frame if 60 <= n < 110 and n // 3 % 2 else frame for n, frame in enumerate(frames)]
