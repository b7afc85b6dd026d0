"""The embedded picture engine: draws a scene from the words of a prompt and a seed. Needs no model and no card.

It does not know what words mean. What it draws is a plain landscape, town or sky in colours that the prompt and the
seed pick, with the prompt's own words as a title, so that all that follows a keyframe has one to work with.
"""

import colorsys
import hashlib
import math
from collections.abc import Callable, Sequence
from typing import Any, Self

import numpy as np

from vortex.core.errors import EngineError
from vortex.core.settings import ImageSettings
from vortex.core.text import content_words, words
from vortex.engines.image.base import Picture, PictureRequest, Pixels, Progress
from vortex.runtime.room import EngineRoom

_SIDE = 16
_MOST_TITLE_WORDS = 5
_LEAST_SIDE = 128
"""In pixels, of a picture with a title."""
_HONEST = "The picture is drawn and does not show what its prompt says; a model does: image.engine."
_MARGIN = 0.11
"""Around the title, as a share of the side: a camera that moves over the picture leaves it whole."""
Random = np.random.Generator


class DrawnImage:
    """Draws pictures on the processor, the same pixels for the same request. They do not show what the prompt says."""

    name = "drawn"
    version = "1"
    rung = "embedded"

    @classmethod
    def from_room(cls, settings: ImageSettings, room: EngineRoom) -> Self:
        """Return the engine; it needs no room, and no settings but that they ask for no LoRA."""
        return cls(settings.loras)

    def __init__(self, loras: str = "") -> None:
        """Take LoRAs that are asked for, to refuse them."""
        self._loras = loras

    def generate(self, request: PictureRequest, progress: Progress | None = None) -> Picture:
        """Draw one picture; see ``ImageEngine.generate``. Words of the negative prompt are kept out of the title.

        Raises:
            EngineError: a side is no multiple of 16, or the request brings what only a model can use.
            MissingExtra: no font on this machine shows the prompt's script.
        """
        _require_drawable(request, self._loras)
        tell = progress or (lambda share: None)
        scene = _Scene(request)
        scene.draw_back()
        tell(0.3)
        scene.draw_front()
        tell(0.8)
        notes = scene.draw_title()
        pixels = scene.pixels()
        tell(1.0)
        return Picture(pixels, self.name, "drawn on the processor", (_HONEST, *notes))

    def close(self) -> None:
        """Give nothing back, as nothing is held."""


def title_of(prompt: str, negative_prompt: str = "") -> str:
    """Return the first words of a prompt that carry meaning, at most five, without those of the negative prompt."""
    barred = set(content_words(negative_prompt))
    chosen = [word for word in words(prompt) if (stems := content_words(word)) and not barred & set(stems)]
    return " ".join(chosen[:_MOST_TITLE_WORDS])


def _require_drawable(request: PictureRequest, loras: str) -> None:
    for name, size in (("width", request.width), ("height", request.height)):
        if size <= 0 or size % _SIDE:
            raise EngineError(f"{name} = {size}: a picture's sides are multiples of {_SIDE}; ask for 512")
    only = {"loras": request.loras, "image.loras": loras, "controls": request.controls, "start": request.start}
    for name, value in only.items():
        if value:
            raise EngineError(f"{name}: the drawn pictures come from no model; leave it out, or set image.engine")


class _Scene:
    """One picture in the making."""

    def __init__(self, request: PictureRequest) -> None:
        from vortex.visuals.graphics import skia

        self._skia = skia
        self.request = request
        self.width, self.height = request.width, request.height
        digest = hashlib.sha256(f"{request.prompt.lower()}\n{request.seed}".encode()).digest()
        self.random = np.random.default_rng(int.from_bytes(digest[:8], "little"))
        self.hue = float(self.random.random())
        self.dusk = bool(self.random.random() < 0.5)
        self.surface: Any = skia.Surface(self.width, self.height)
        self.canvas: Any = self.surface.getCanvas()

    def draw_back(self) -> None:
        """Draw the sky and what shines in it."""
        skia, random = self._skia, self.random
        high, low = (self.colour(0.02, 0.55, 0.32), self.colour(0.1, 0.55, 0.95)) if self.dusk else (
            self.colour(0.0, 0.45, 0.72), self.colour(0.06, 0.16, 0.97))  # fmt: skip
        ends = [skia.Point(0, 0), skia.Point(0, self.height * 0.75)]
        sky = skia.GradientShader.MakeLinear(points=ends, colors=[high, low])
        self.canvas.drawPaint(skia.Paint(Shader=sky, Dither=False))
        x, y = self.width * random.uniform(0.2, 0.8), self.height * random.uniform(0.16, 0.36)
        radius = min(self.width, self.height) * random.uniform(0.07, 0.14)
        for grown, alpha in ((2.6, 26), (1.7, 46), (1.0, 255)):
            self.disc(x, y, radius * grown, self.colour(0.12, 0.18, 1.0, alpha))

    def draw_front(self) -> None:
        """Draw the ground: hills, a town, or planets."""
        fronts: Sequence[Callable[[], None]] = (self._hills, self._town, self._planets)
        fronts[int(self.random.integers(len(fronts)))]()

    def draw_title(self) -> tuple[str, ...]:
        """Set the words of the prompt on the ground, and return what had to be left out, in whole sentences."""
        from vortex.visuals.layout import DoesNotFit
        from vortex.visuals.text import TextStyle, fit

        title = title_of(self.request.prompt, self.request.negative_prompt)
        unit = min(self.width, self.height)
        if not title or unit < _LEAST_SIDE:
            return (f"It has no title, which is not legible below {_LEAST_SIDE} pixels.",) if title else ()
        style = TextStyle(unit * 0.062, "#ffffff", weight="bold", family="display", line_height=1.15)
        room = (self.width * 0.78, self.height * 0.15)
        try:
            block = fit(title, style, room, unit * 0.03, balanced=True)
        except DoesNotFit:
            return ("It has no title: its words are too long to be legible.",)
        block.paint(self.canvas, self.width * _MARGIN, self.height * (1 - _MARGIN) - block.height)
        return ()

    def pixels(self) -> Pixels:
        """Return the picture, (height, width, 3), RGB."""
        drawn = self.surface.makeImageSnapshot().toarray(colorType=self._skia.kRGBA_8888_ColorType)
        return np.ascontiguousarray(drawn[:, :, :3])

    def colour(self, turn: float, saturation: float, value: float, alpha: int = 255) -> Any:
        """Return a colour whose hue lies ``turn`` (0 to 1) from that of the scene."""
        red, green, blue = (round(255 * each) for each in colorsys.hsv_to_rgb((self.hue + turn) % 1, saturation, value))
        return self._skia.Color(red, green, blue, alpha)

    def disc(self, x: float, y: float, radius: float, colour: Any) -> None:
        """Fill a circle."""
        self.canvas.drawCircle(x, y, radius, self._skia.Paint(Color=colour, AntiAlias=True))

    def _hills(self) -> None:
        skia, random = self._skia, self.random
        for layer in range(4):
            base = self.height * (0.46 + 0.1 * layer)
            waves = [(random.uniform(0.6, 2.6), random.uniform(0, math.tau), random.uniform(0.02, 0.07)) for _ in "abc"]
            path = skia.Path()
            path.moveTo(0, self.height)
            for x in range(0, self.width + 8, 8):
                rise = sum(size * math.sin(math.tau * often * x / self.width + at) for often, at, size in waves)
                path.lineTo(x, base - self.height * rise)
            path.lineTo(self.width, self.height)
            path.close()
            shade = self.colour(0.38 + 0.05 * layer, 0.35 + 0.1 * layer, 0.75 - 0.16 * layer)
            self.canvas.drawPath(path, skia.Paint(Color=shade, AntiAlias=True))

    def _town(self) -> None:
        skia, random = self._skia, self.random
        for layer, shade in enumerate((0.5, 0.34, 0.2)):
            x = -self.width * 0.02
            while x < self.width:
                wide = self.width * random.uniform(0.06, 0.14)
                top = self.height * random.uniform(0.28 + 0.1 * layer, 0.48 + 0.09 * layer)
                house = skia.Rect(x, top, x + wide, self.height)
                self.canvas.drawRect(house, skia.Paint(Color=self.colour(0.55, 0.4, shade)))
                if layer == 1:
                    self._windows(x, top, wide)
                x += wide + self.width * random.uniform(-0.01, 0.02)
        self._ground(0.72)

    def _windows(self, x: float, top: float, wide: float) -> None:
        skia, step = self._skia, self.width * 0.022
        light = skia.Paint(Color=self.colour(0.12, 0.45, 1.0, 220))
        for row in range(1, 7):
            for column in range(1, int(wide / step)):
                if self.random.random() < 0.45:
                    left, upper = x + column * step - step * 0.2, top + row * step * 1.5
                    self.canvas.drawRect(skia.Rect(left, upper, left + step * 0.45, upper + step * 0.7), light)

    def _planets(self) -> None:
        skia, random = self._skia, self.random
        for turn in range(5):
            radius = min(self.width, self.height) * random.uniform(0.05, 0.17)
            x, y = self.width * random.uniform(0.08, 0.92), self.height * random.uniform(0.28, 0.6)
            self.disc(x, y, radius, self.colour(0.3 + 0.09 * turn, 0.5, 0.74))
            self.disc(x - radius * 0.25, y - radius * 0.25, radius * 0.62, self.colour(0.3 + 0.09 * turn, 0.36, 0.9))
            ring = skia.Paint(
                Color=self.colour(0.5, 0.2, 1.0, 150), Style=skia.Paint.kStroke_Style, StrokeWidth=radius * 0.08,
                AntiAlias=True,
            )  # fmt: skip
            self.canvas.drawOval(
                skia.Rect(x - 1.7 * radius, y - 0.35 * radius, x + 1.7 * radius, y + 0.35 * radius), ring
            )
        self._ground(0.72)

    def _ground(self, top: float) -> None:
        skia = self._skia
        paint = skia.Paint(Color=self.colour(0.6, 0.55, 0.16))
        self.canvas.drawRect(skia.Rect(0, self.height * top, self.width, self.height), paint)
