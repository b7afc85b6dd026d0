"""What a kind is given to build its scene: theme, places, measured text, cues, pictures. It is the whole API of a kind.

``stage.cue`` answers when a thing is named; ``stage.reveals`` gives a fair time to everything, named or not;
``stage.text`` sets type in steps of the theme; ``stage.image`` opens a picture of the assets folder.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from vortex.core.errors import EngineError
from vortex.visuals.graph import Scene
from vortex.visuals.graphics import skia
from vortex.visuals.layout import DoesNotFit, Frame, Rect
from vortex.visuals.shot import Cue
from vortex.visuals.text import Align, RichText, TextBlock, TextStyle, Weight, compose, fit, fit_group
from vortex.visuals.theme import Colour, Step, Theme
from vortex.visuals.timing import ShotTiming

LEAD_S = 0.12
"""A thing begins to appear this long before its word, so that it is there when it is named."""

OPENING_S = 0.7
"""What is named or begins this early stands there from the first frame: a cut leads to a picture, not to a blank."""

_FILLED = 0.72
"""Share of the height that large type may fill; the rest is the room that makes it look large."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything that the picture of one shot may depend on."""

    frame: Frame
    theme: Theme
    timing: ShotTiming
    cues: tuple[Cue, ...]
    assets: Path

    @property
    def content(self) -> Rect:
        """The room of the kind: inside the safe area, clear of captions and chip."""
        return self.frame.content

    @property
    def space(self) -> float:
        """The unit of distance in pixels."""
        return self.theme.space * self.frame.unit

    @property
    def stroke(self) -> float:
        """The width of an ordinary line in pixels."""
        return max(1.5, self.theme.stroke * self.frame.unit)

    @property
    def radius(self) -> float:
        """The corner radius of boxes in pixels."""
        return self.theme.radius * self.frame.unit

    def scene(self) -> Scene:
        """Return an empty scene for this shot."""
        return Scene(self.frame, self.theme, self.timing.fps, self.timing.num_frames)

    def frames(self, seconds: float) -> int:
        """Return a length of time in whole frames."""
        return round(seconds * self.timing.fps)

    def cue(self, target: str, action: str = "show") -> int | None:
        """Return the frame at which the first cue of ``target`` with that action begins, or ``None``."""
        frames = [self._frame(cue) for cue in self.cues if cue.target == target and cue.action == action]
        return min(frames, default=None)

    def named(self, target: str) -> int | None:
        """Return the frame of the first cue of ``target`` with any action but ``hide``, or ``None``."""
        frames = [self._frame(cue) for cue in self.cues if cue.target == target and cue.action != "hide"]
        return min(frames, default=None)

    def timed_cues(self, prefix: str = "") -> tuple[tuple[int, Cue], ...]:
        """Return all cues whose target starts with ``prefix`` and their frames, in the order of time."""
        found = [(self._frame(cue), cue) for cue in self.cues if cue.target.startswith(prefix)]
        return tuple(sorted(found, key=lambda pair: pair[0]))

    def reveals(self, targets: Sequence[str]) -> tuple[int, ...]:
        """Return a frame for each target at which to reveal it.

        A target that is cued appears on its word. The others are spread evenly between their cued neighbours; where
        nothing is cued, over the sentences, or over the first three quarters of the shot.
        """
        known = [self.named(target) for target in targets]
        if not any(frame is not None for frame in known):
            return self._spread(len(targets))
        filled: list[int] = []
        for index, frame in enumerate(known):
            filled.append(self._between(known, filled, index) if frame is None else frame)
        return tuple(filled)

    def style(
        self,
        step: Step = "body",
        *,
        colour: Colour | None = None,
        weight: Weight = "regular",
        align: Align = "left",
    ) -> TextStyle:
        """Return the theme's style of a step of the type scale."""
        plain = TextStyle(self.frame.size(step), colour or self.theme.ink, weight, "text", align)
        if step in ("display", "title", "heading"):
            return replace(plain, weight="semibold", family="display", line_height=1.2, tracking=-0.004)
        # Inter is spaced for small type; larger steps want to be closer.
        return replace(plain, tracking=-0.011) if step in ("lead", "body") else plain

    def text(self, text: RichText, style: TextStyle, width: float, balanced: bool = False) -> TextBlock:
        """Set ``text`` in exactly the style's size; see ``visuals.text.compose``."""
        return compose(text, style, width, balanced)

    def fit(
        self,
        text: RichText,
        style: TextStyle,
        width: float,
        height: float,
        *,
        least: Step | None = None,
        balanced: bool = True,
    ) -> TextBlock:
        """Set ``text`` in the style's size, or smaller if it must be; see ``visuals.text.fit``.

        Args:
            text: plain, or spans of different looks.
            style: its size is the ideal one.
            width: room in pixels.
            height: room in pixels.
            least: the step below which it must not fall; ``None`` allows everything that is legible.
            balanced: make the lines about equally long.

        Raises:
            DoesNotFit: the text is too long.
        """
        return fit(text, style, (width, height), self._smallest(least), balanced)

    def fit_group(
        self,
        texts: Sequence[RichText],
        style: TextStyle,
        width: float,
        height: float,
        *,
        gap: float,
        least: Step | None = None,
    ) -> tuple[TextBlock, ...]:
        """Set several texts in one common size, under each other with ``gap`` type sizes between them.

        Raises:
            DoesNotFit: they are too long together.
        """
        smallest = self._smallest(least)
        return fit_group(texts, style, (width, height), smallest, gap, balanced=True)

    def fill(
        self,
        texts: Sequence[RichText],
        style: TextStyle,
        room: tuple[float, float],
        *,
        most: float,
        gap: float = 0.0,
        least: Step | None = None,
    ) -> tuple[TextBlock, ...]:
        """Set few words larger than the style asks, so that they fill their room; many as ``fit_group`` does.

        Args:
            texts: plain, or spans of different looks.
            style: its size is the ideal one of many words.
            room: width and height in pixels; only the larger part of the height is used for large type.
            most: the largest size, in sizes of the style.
            gap: distance between two texts, in type sizes.
            least: the step below which the size must not fall.

        Raises:
            DoesNotFit: they are too long.
        """
        width, height = room
        try:
            large = replace(style, size=most * style.size)
            return fit_group(texts, large, (width, _FILLED * height), style.size, gap, balanced=True)
        except DoesNotFit:
            return self.fit_group(texts, style, width, height, gap=gap, least=least)

    def image(self, name: str) -> Any:
        """Return a picture of the assets folder as a ``skia.Image``.

        Raises:
            EngineError: it is missing or cannot be read.
        """
        path = self.assets / name
        inside = path.parent == self.assets and path.is_file()
        image = skia.Image.MakeFromEncoded(skia.Data.MakeFromFileName(str(path))) if inside else None
        if image is None:
            raise EngineError(f"picture {name!r} is not in {self.assets} or cannot be read; read the document again")
        return image.makeRasterImage()

    def _smallest(self, least: Step | None) -> float:
        return self.frame.size(least) if least else self.frame.minimum

    def _frame(self, cue: Cue) -> int:
        """Return when a cue begins: a moment before its word."""
        for sentence in self.timing.sentences:
            if sentence.id == cue.sentence:
                if cue.word >= len(sentence.words):
                    raise EngineError(
                        f"cue {cue.target!r} names word {cue.word} of sentence {cue.sentence!r}, which has "
                        f"{len(sentence.words)} words; plan the shot again"
                    )
                return self._begun(sentence.words[cue.word].start - self.frames(LEAD_S))
        raise EngineError(f"cue {cue.target!r} names sentence {cue.sentence!r}, which this shot does not speak")

    def _spread(self, count: int) -> tuple[int, ...]:
        starts = [sentence.start for sentence in self.timing.sentences]
        if len(starts) == count:
            return tuple(self._begun(start - self.frames(LEAD_S)) for start in starts)
        room = round(self.timing.num_frames * 0.75)
        return tuple(room * index // max(1, count) for index in range(count))

    def _begun(self, frame: int) -> int:
        """Return the frame, or 0 where it is so early that the thing may stand there from the start."""
        return 0 if frame <= self.frames(OPENING_S) else frame

    def _between(self, known: list[int | None], filled: list[int], index: int) -> int:
        """Return a time for an uncued target: an even share of the way from the last to the next known time."""
        before = filled[-1] if filled else 0
        later = [(at, frame) for at, frame in enumerate(known) if at > index and frame is not None]
        if not later:
            rest = len(known) - index
            end = max(before, round(self.timing.num_frames * 0.85))
            return before + (end - before) // (rest + 1) if filled else before
        at, frame = later[0]
        if frame <= before:
            return before
        return before + (frame - before) // (at - index + 1) if filled else before
