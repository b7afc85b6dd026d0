"""Shots and clocks for the tests of this room: real sentences, evenly timed words."""

import json
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vortex.visuals.compositor import Compositor
from vortex.visuals.graph import Element, Scene
from vortex.visuals.layout import Rect
from vortex.visuals.picture import Format, scene_of
from vortex.visuals.record import record
from vortex.visuals.shot import Cue, Shot
from vortex.visuals.theme import contrast
from vortex.visuals.timing import CaptionLine, ShotTiming, TimedSentence, TimedWord

FPS = 30


def clock(*sentences: str, word_frames: int = 10, citation: str = "p. 37") -> ShotTiming:
    """Return a clock on which every word takes ``word_frames`` and every sentence makes one caption of two rows."""
    at, timed, captions = 6, [], []
    for index, text in enumerate(sentences):
        words = []
        for word in text.split():
            words.append(TimedWord(word, at, at + word_frames))
            at += word_frames
        timed.append(TimedSentence(f"s{index}", words[0].start, at, tuple(words), citation))
        for start in range(0, len(words), 10):
            part = words[start : start + 10]
            rows = tuple(row for row in (tuple(part[:5]), tuple(part[5:])) if row)
            captions.append(CaptionLine(part[0].start, part[-1].end, rows))
        at += 8
    return ShotTiming(FPS, at + 15, tuple(timed), tuple(captions))


STORY = clock(
    "A heap is a binary tree for which every parent is at most as large as its children.",
    "The interesting property is that its smallest element is always the root.",
    "Pushing an item costs time proportional to the logarithm of the size.",
)


def shot(kind: str, params: dict[str, Any], timing: ShotTiming, **cues: tuple[int, int]) -> Shot:
    """Return a shot; ``item_0=(1, 4)`` cues ``item:0`` on word 4 of sentence 1."""
    made = tuple(
        Cue(sentence=f"s{sentence}", word=word, target=target.replace("_", ":"))
        for target, (sentence, word) in cues.items()
    )
    ids = tuple(sentence.id for sentence in timing.sentences)
    return Shot(id="shot", kind=kind, params=params, sentences=ids, cues=made)


def scene(
    kind: str,
    params: dict[str, Any],
    timing: ShotTiming,
    format: Format | None = None,
    assets: Path = Path(),
    **cues: tuple[int, int],
) -> Scene:
    """Return the finished scene of such a shot."""
    return scene_of(shot(kind, params, timing, **cues), timing, format or Format(1280, 720), assets)


def example(kind: str, format: Format | None = None) -> Scene:
    """Return the scene of ``examples/KIND.json``: ``params``, and ``cues`` as target → [sentence, word, action?]."""
    folder = Path(__file__).parent / "examples"
    data = json.loads((folder / f"{kind}.json").read_text(encoding="utf-8"))
    cues = tuple(
        Cue(sentence=f"s{sentence}", word=word, target=target, action=action[0] if action else "show")
        for target, (sentence, word, *action) in data["cues"].items()
    )
    ids = tuple(sentence.id for sentence in STORY.sentences)
    made = Shot(id=kind, kind=kind, params=data["params"], sentences=ids, cues=cues)
    return scene_of(made, STORY, format or Format(1280, 720), folder)


def element(made: Scene, name: str) -> Element:
    """Return the element of that name."""
    return next(each for each in made.elements if each.name == name)


def pictures(made: Scene, *frames: int) -> list[NDArray[np.uint8]]:
    """Return copies of some frames of a scene, uint8 (height, width, 4), BGRA."""
    compositor, kept = Compositor(made), []
    for frame in range(max(frames) + 1):
        compositor.advance()
        if frame in frames:
            kept.append(compositor.pixels.copy())
    return kept


def box(corners: tuple[float, float, float, float]) -> Rect:
    """Return left, top, right and bottom as a rectangle."""
    left, top, right, bottom = corners
    return Rect(left, top, right - left, bottom - top)


def assert_legible(made: Scene) -> None:
    """Assert that on every frame all texts are in the safe area, large and clear enough, and apart."""
    layout, safe = record(made), made.frame.safe
    for frame in sorted({stretch.start for element in layout.elements for stretch in element.stretches}):
        texts = [(element, stretch) for element, stretch in layout.visible(frame) if stretch.size]
        for element, stretch in texts:
            assert safe.holds(box(stretch.box), slack=1.5), (element.name, frame)
            assert stretch.size >= 0.022 * layout.height
            assert contrast(stretch.colour, element.background) >= 4.5, (element.name, frame)
        for (one, here), (other, there) in combinations(texts, 2):
            assert not box(here.box).intersects(box(there.box)), (one.name, other.name, frame)
