"""The scene graph: what is in a shot, where, and how each element's state changes over the frames.

Elements are kept, not redrawn by script: a state is a small tuple, equal states need no paint, and both the
compositor and the layout record read the same states. A kind builds a ``Scene`` and is done.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from vortex.visuals.layout import Frame, Rect
from vortex.visuals.motion import Easing, Track
from vortex.visuals.text import TextBlock
from vortex.visuals.theme import Colour, Theme, mix

Role = Literal["text", "figure", "caption", "chip", "decoration"]
Property = Literal["opacity", "dx", "dy", "scale", "progress", "light"]

REVEAL_S = 0.4
"""How long an ordinary reveal takes, in seconds."""


class State(NamedTuple):
    """What an element looks like at one frame. The compositor applies the first four, ``paint`` the other two."""

    opacity: float = 1.0
    dx: float = 0.0
    dy: float = 0.0
    scale: float = 1.0
    progress: float = 1.0
    """How much is drawn, 0 to 1; a kind may give it another meaning."""
    light: float = 0.0
    """0 at rest, 1 while it is spoken of."""


Paint = Callable[[Any, State], None]
Damage = Callable[[State, State], Iterable[Rect]]
Shade = Callable[[State], Colour]


@dataclass(frozen=True, slots=True)
class TextMark:
    """What the layout record says of a text inside an element: where, what, how large, in which colours."""

    box: Rect
    text: str
    size: float
    colour: Colour
    background: Colour
    lit: Colour | None = None
    """Colour at light 1; ``None`` is the same."""

    def colour_at(self, light: float) -> Colour:
        """Return the colour at ``light``, 0 to 1."""
        return self.colour if self.lit is None else mix(self.colour, self.lit, light)


class Element:
    """One thing in the picture. Motion methods return the element, so that they can be chained."""

    def __init__(
        self,
        name: str,
        bounds: Rect,
        paint: Paint,
        *,
        fps: int,
        role: Role = "decoration",
        marks: tuple[TextMark, ...] = (),
        damage: Damage | None = None,
        covers: Callable[[State], Rect] | None = None,
    ) -> None:
        self.name = name
        self.bounds = bounds
        """Everything that ``paint`` may touch while offset is 0 and scale is 1."""
        self.paint = paint
        self.role = role
        self.marks = marks
        self.damage = damage
        """Rectangles that change between two visible states, where that is less than ``bounds``."""
        self.covers = covers
        """What is really covered in a state, before offset and scale, where that is less than ``bounds``."""
        self.shade: Shade | None = None
        """Colour of what is no text, for the layout record: a change of it is a change of the picture."""
        self.fps = fps
        self._tracks: dict[Property, Track] = {}

    def animate(
        self,
        what: Property,
        at: int,
        value: float,
        seconds: float = REVEAL_S,
        easing: Easing = "out",
        *,
        bow: float = 0.0,
    ) -> "Element":
        """Move one property to ``value`` from frame ``at`` on; ``seconds`` 0 is a jump, for ``bow`` see ``Track``."""
        track = self._tracks.setdefault(what, Track(State._field_defaults[what]))
        track.move(at, value, round(seconds * self.fps), easing, bow)
        return self

    def begin(self, what: Property, value: float) -> "Element":
        """Set a property before the first frame."""
        self._tracks[what] = Track(value)
        return self

    def show(self, at: int, seconds: float = REVEAL_S, rise: float = 0.0) -> "Element":
        """Fade in from frame ``at``, rising by ``rise`` pixels; from frame 0 it stands there: no shot begins blank."""
        if at <= 0:
            return self.begin("opacity", 1.0)
        self.begin("opacity", 0.0).animate("opacity", at, 1.0, seconds)
        if rise:
            self.begin("dy", rise).animate("dy", at, 0.0, seconds)
        return self

    def hide(self, at: int, seconds: float = 0.25) -> "Element":
        """Fade out from frame ``at``."""
        return self.animate("opacity", at, 0.0, seconds)

    def draw(self, at: int, seconds: float = 0.6, easing: Easing = "in_out") -> "Element":
        """Draw on: progress runs from 0 to 1 from frame ``at``; nothing is seen before."""
        self.begin("opacity", 0.0).animate("opacity", at, 1.0, 0.0)
        return self.begin("progress", 0.0).animate("progress", at, 1.0, seconds, easing)

    def light(self, at: int, until: int | None = None, seconds: float = 0.3) -> "Element":
        """Light up from frame ``at``, and fall back from frame ``until``."""
        self.animate("light", at, 1.0, seconds)
        return self if until is None else self.animate("light", until, 0.0, seconds)

    def state(self, frame: int) -> State:
        """Return the state at ``frame``."""
        return State(**{what: track.at(frame) for what, track in self._tracks.items()})

    def moving(self) -> set[int]:
        """Return the frames at which the state may differ from the frame before."""
        return {frame for track in self._tracks.values() for span in track.moving() for frame in span}

    def box(self, state: State) -> Rect:
        """Return what the element covers in ``state``."""
        return place(self.bounds, self.bounds, state)


def place(box: Rect, bounds: Rect, state: State) -> Rect:
    """Return where ``box`` inside an element of ``bounds`` comes to stand in ``state``."""
    if state.scale != 1.0:
        x, y = bounds.centre
        box = Rect(
            x + (box.x - x) * state.scale,
            y + (box.y - y) * state.scale,
            box.width * state.scale,
            box.height * state.scale,
        )
    return box.moved(state.dx, state.dy) if state.dx or state.dy else box


class Scene:
    """A whole shot: elements in the order in which they are painted."""

    def __init__(self, frame: Frame, theme: Theme, fps: int, num_frames: int) -> None:
        self.frame = frame
        self.theme = theme
        self.fps = fps
        self.num_frames = num_frames
        self.elements: list[Element] = []

    def add(
        self,
        name: str,
        bounds: Rect,
        paint: Paint,
        *,
        role: Role = "decoration",
        marks: tuple[TextMark, ...] = (),
        damage: Damage | None = None,
        covers: Callable[[State], Rect] | None = None,
    ) -> Element:
        """Add an element on top of those added before and return it, to be set in motion.

        Args:
            name: unique in the scene; usually the cue target.
            bounds: everything that ``paint`` may touch.
            paint: draws the element on a Skia canvas; reads progress and light from the state, nothing else.
            role: what the layout record calls it.
            marks: the texts that it holds.
            damage: see ``Element.damage``.
            covers: see ``Element.covers``.
        """
        element = Element(name, bounds, paint, fps=self.fps, role=role, marks=marks, damage=damage, covers=covers)
        self.elements.append(element)
        return element

    def text(
        self,
        name: str,
        block: TextBlock,
        x: float,
        y: float,
        *,
        lit: Colour | None = None,
        background: Colour | None = None,
        role: Role = "text",
    ) -> Element:
        """Add a text block with its top-left corner at (x, y).

        Args:
            name: unique in the scene.
            block: the measured text.
            x: pixels from the left.
            y: pixels from the top.
            lit: colour at light 1; between, the colours mix.
            background: what the text stands on; by default the theme's background.
            role: what the layout record calls it.
        """
        box = block.at(x, y)
        mark = TextMark(box, block.text, block.size, block.style.colour, background or self.theme.background, lit)

        def paint(canvas: Any, state: State) -> None:
            # Nine tints are enough for a fade, and few enough to keep their paragraphs.
            block.paint(canvas, x, y, None if lit is None else mark.colour_at(round(state.light * 8) / 8))

        # Overhang: italics and accents leave their box by a little.
        return self.add(name, box.outset(block.size * 0.25), paint, role=role, marks=(mark,))
