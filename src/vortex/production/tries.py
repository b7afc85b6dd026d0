"""Trying for one picture or clip until it shows something, and what was asked for."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from PIL import Image

from vortex.core.errors import ConfigError, EngineError
from vortex.core.settings import ClipSettings, ImageSettings, SightSettings
from vortex.core.units import counted
from vortex.engines.image.base import ImageEngine, PictureRequest, Pixels
from vortex.engines.sight.base import SightEngine
from vortex.engines.video.clip import ClipEngine, ClipRequest, Frames
from vortex.media.blank import find_blank
from vortex.visuals.shot import Shot

Progress = Callable[[float], None]
_SEED_STEP = 1_000_003
_STEPS_MORE, _GUIDANCE_LESS = 1.5, 0.85
"""What the second try and those after it change beside the seed, where the settings name steps and guidance."""
_WIDE = 1.2
"""Frames whose width over height is above this are landscapes, and those below its inverse portraits."""
_LONGER_SIDE = 832
"""Of a clip for a frame that is no landscape, where the settings name no size."""
_LOOKED_AT = 5
"""About so many frames of a clip are looked at for blanks."""


@dataclass(frozen=True, slots=True)
class Made:
    """How a generated picture or clip came out."""

    shot: str
    engine: str
    """Name and version."""
    model: str
    way: str
    """How the model was held, such as ``bfloat16, tiled decoder``."""
    rung: str
    seed: int
    score: float | None
    """Calibrated score of the sight engine; ``None`` where nobody looked."""
    notes: tuple[str, ...] = ()
    """What the engine did differently than asked, and what was wrong with earlier tries."""


@dataclass(frozen=True, slots=True)
class Taken:
    """One picture or clip as its engine gave it."""

    frames: Frames
    fps: int
    model: str
    way: str
    notes: tuple[str, ...] = ()


class Painter(Protocol):
    """Makes what shots of one kind ask for."""

    @property
    def max_retries(self) -> int:
        """Further tries."""
        ...

    @property
    def engine(self) -> ImageEngine | ClipEngine:
        """Who makes it."""
        ...

    def paint(self, shot: Shot, number: int, progress: Progress | None = None) -> Taken:
        """Make try ``number``, from 0. Errors are those of the engine."""
        ...


@dataclass(frozen=True, slots=True)
class StillPainter:
    """Makes pictures that fill the room of a frame."""

    engine: ImageEngine
    settings: ImageSettings
    aspect: float
    """Width of the frame over its height."""

    @property
    def max_retries(self) -> int:
        """Further tries."""
        return self.settings.max_retries

    def paint(self, shot: Shot, number: int, progress: Progress | None = None) -> Taken:
        """Make one picture."""
        asked, (width, height) = self.settings, self.size
        request = PictureRequest(
            str(shot.params["prompt"]),
            str(shot.params.get("negative_prompt", "")),
            width,
            height,
            seed_of(shot, number),
        )
        steps = round(asked.steps * _STEPS_MORE) if number else asked.steps
        guidance = asked.guidance * _GUIDANCE_LESS**number if asked.guidance > 0 else asked.guidance
        request = replace(request, num_inference_steps=steps, guidance_scale=guidance)
        made = self.engine.generate(request, progress)
        changed = [f"{steps} steps instead of {asked.steps}"] if steps != asked.steps else []
        changed += [f"guidance {guidance:.3g} instead of {asked.guidance:g}"] if guidance != asked.guidance else []
        notes = (f"This try had {' and '.join(changed)}.",) if changed else ()
        return Taken(made.pixels[None], 1, made.model, made.way, (*made.notes, *notes))

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""
        return size_in(self.aspect, self.settings.size, 16)


@dataclass(frozen=True, slots=True)
class ClipPainter:
    """Makes clips, from a picture where the model begins from one."""

    engine: ClipEngine
    settings: ClipSettings
    stills: StillPainter | None
    """Makes the pictures that clips begin from."""
    assets: Path
    """Where a shot's own picture lies."""
    aspect: float
    """Width of the frame over its height."""

    @property
    def max_retries(self) -> int:
        """Further tries."""
        return self.settings.max_retries

    def paint(self, shot: Shot, number: int, progress: Progress | None = None) -> Taken:
        """Make one clip."""
        start, notes = self._start(shot, number)
        prompt, negative = str(shot.params["prompt"]), str(shot.params.get("negative_prompt", ""))
        # What a quality says is a landscape.
        longer = self.settings.size or (0 if self.aspect > _WIDE else _LONGER_SIDE)
        width, height = size_in(self.aspect, longer, 32) if longer else (0, 0)
        request = ClipRequest(prompt, negative, start, width=width, height=height, seed=seed_of(shot, number))
        made = self.engine.generate(request, progress)
        return Taken(made.frames, made.fps, made.model, made.way, (*notes, *made.notes))

    def _start(self, shot: Shot, number: int) -> tuple[Pixels | None, tuple[str, ...]]:
        """Return the picture that a clip begins from, if it does."""
        if shot.params.get("image"):
            return _read_start(self.assets / str(shot.params["image"])), ()
        if not self.engine.needs_image:
            return None, ()
        if self.stills is None:
            raise ConfigError(
                f"{self.engine.name} begins from a picture: give the shot an image, or set image.engine and image.model"
            )
        made = self.stills.paint(shot, number)
        return made.frames[0], (f"It begins from a picture by {made.model}, {made.way}.", *made.notes)


def try_for(
    shot: Shot, painter: Painter, judge: SightEngine | None, settings: SightSettings, progress: Progress
) -> tuple[Taken, Made]:
    """Try until a picture shows something, and what was asked for.

    Raises:
        EngineError: none did; says what was wrong with each.
        ModelError: a model is missing, broken, or does not fit.
    """
    wrong: list[str] = []
    for number in range(painter.max_retries + 1):
        taken = painter.paint(shot, number, progress)
        fault, score = _fault(shot, taken, judge, settings)
        if not fault:
            engine, notes = painter.engine, (*taken.notes, *wrong)
            signed = f"{engine.name} {engine.version}"
            return taken, Made(
                shot.id, signed, taken.model, taken.way, engine.rung, seed_of(shot, number), score, notes
            )
        wrong.append(f"Try {number + 1} with seed {seed_of(shot, number)} was left: {fault}.")
    raise EngineError(f"{counted(len(wrong), 'attempt')} gave nothing that can be shown. {' '.join(wrong)}".rstrip("."))


def size_in(aspect: float, longer: int, step: int) -> tuple[int, int]:
    """Return width and height in steps of pixels, of a shape that suits the room above captions.

    Args:
        aspect: width of the frame over its height.
        longer: the longer side in pixels.
        step: both are multiples of it.
    """
    shape = 16 / 9 if aspect > _WIDE else 3 / 4 if aspect < 1 / _WIDE else 3 / 2
    size = (longer, longer / shape) if shape >= 1 else (longer * shape, longer)
    return max(step, round(size[0] / step) * step), max(step, round(size[1] / step) * step)


def _read_start(file: Path) -> Pixels:
    """Return the picture that a shot gives its clip to begin from.

    Raises:
        EngineError: it is missing or no picture.
    """
    try:
        with Image.open(file) as picture:
            return np.asarray(picture.convert("RGB"))
    except (OSError, ValueError) as error:
        raise EngineError(f"image = {file.name!r}: {file} cannot be read as a picture: {error}") from error


def seed_of(shot: Shot, number: int) -> int:
    """Return the seed of try ``number``, from 0."""
    return int(shot.params.get("seed", 0)) + number * _SEED_STEP


def _fault(shot: Shot, taken: Taken, judge: SightEngine | None, settings: SightSettings) -> tuple[str, float | None]:
    """Return what is wrong with a picture, or "", and its score."""
    for frame in taken.frames[:: max(1, len(taken.frames) // _LOOKED_AT)]:
        if (blank := find_blank(frame)) is not None:
            return f"it is {blank.fault}: {blank.reason}", None
    if judge is None:
        return "", None
    seen = judge.compare(str(shot.params["prompt"]), taken.frames)
    if seen.is_outlier:
        told = ", ".join(f"{each:.2f}" for each in seen.per_model)
        return f"its judges differ too much ({told})", seen.score
    passed = seen.score >= settings.threshold
    return "" if passed else f"its score is {seen.score:.2f}, the bar {settings.threshold:.2f}", seen.score


def described(painter: Painter) -> tuple[Any, ...]:
    """Return all that what a painter makes depends on beside its weights, the shot, and the picture it may begin from.

    How many shots are to have a picture changes none of them, and their style is in their prompts.
    """
    own = (painter.engine.name, painter.engine.version)
    if isinstance(painter, ClipPainter):
        clips = replace(painter.settings, shots=0, style="")
        return (*own, clips, painter.aspect, *(described(painter.stills) if painter.stills else ()))
    assert isinstance(painter, StillPainter)
    return (*own, replace(painter.settings, shots=0, style=""), painter.size)
