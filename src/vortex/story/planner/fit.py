"""Whether a shot can be set legibly: asked of the drawing code itself, before anything is drawn."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from vortex.engines.video.base import Look
from vortex.story.script import Script
from vortex.visuals.shot import GENERATED, Shot
from vortex.visuals.timing import ShotTiming, TimedSentence, TimedWord

FPS = 30
FRAMES_A_WORD = 10


def fits_in(script: Script, look: Look, assets: Path) -> Callable[[Shot], bool]:
    """Return a function that tells whether a shot of ``script`` can be laid out in pictures of ``look``.

    A shot whose picture is not in ``assets`` yet, such as a page, or is made to fit, is taken to fit. Answers are kept,
    because a plan asks again for the same shots.
    """
    texts = {each.id: each.text for scene in script.scenes for each in scene.sentences}
    known: dict[str, bool] = {}

    def fits(shot: Shot) -> bool:
        if shot.kind in GENERATED or not all((assets / name).is_file() for name in _pictures(shot.params)):
            return True
        key = shot.model_dump_json()
        if key not in known:
            known[key] = _can_be_set(shot, texts, look, assets)
        return known[key]

    return fits


def _pictures(params: Mapping[str, Any]) -> Iterator[str]:
    """Yield the file names of all pictures that a shot's parameters name."""
    if params.get("image"):
        yield str(params["image"])
    yield from params.get("images", ())
    for entry in params.get("entries", ()):
        yield from _pictures(entry)


def _can_be_set(shot: Shot, texts: Mapping[str, str], look: Look, assets: Path) -> bool:
    # The drawing code loads Skia, which a plan without layout does not need.
    from vortex.visuals.layout import DoesNotFit
    from vortex.visuals.picture import Format, scene_of

    try:
        format = Format(look.width, look.height, look.theme, look.captions)
        scene_of(shot, _timing(shot, texts), format, assets)
    except DoesNotFit:
        return False
    return True


def _timing(shot: Shot, texts: Mapping[str, str]) -> ShotTiming:
    """Return a clock on which every word takes the same time: only the order matters for the layout."""
    sentences: list[TimedSentence] = []
    citations = {citation.sentence: citation.text for citation in shot.citations}
    start = 0
    for name in shot.sentences:
        words = [
            TimedWord(word, start + place * FRAMES_A_WORD, start + (place + 1) * FRAMES_A_WORD)
            for place, word in enumerate(texts[name].split())
        ]
        end = words[-1].end
        sentences.append(TimedSentence(name, start, end, tuple(words), citations.get(name, "")))
        start = end
    return ShotTiming(FPS, start, tuple(sentences))
