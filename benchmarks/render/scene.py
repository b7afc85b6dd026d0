"""The shot that every renderer draws: its words, its geometry and its clock, so that all draw the same picture.

Nothing here draws. Peers run in environments of their own, so this file needs Pillow alone, and that only to measure
words. Remotion, which is no Python, reads the same values from the JSON file that ``write`` leaves.

Two variants share the picture. In ``moving`` the scene's clock runs with the film's clock, and 95 % of the frames
differ from the one before. In ``held`` a second of animation and a second of stillness alternate, while the caption's
words are lit on time.
"""

import itertools
import json
import math
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

Variant = Literal["moving", "held"]
Point = tuple[float, float]
Text = tuple[str, float, float, int]
"""Words, left end and baseline in pixels, size in pixels."""

WIDTH, HEIGHT, FPS, SECONDS = 1920, 1080, 30, 10
FONTS = Path(__file__).resolve().parents[2] / "src" / "vortex" / "visuals" / "fonts"
REGULAR, BOLD, MATHS = FONTS / "Inter-Regular.otf", FONTS / "Inter-SemiBold.otf", FONTS / "NotoSansMath-Regular.ttf"

GROUND, INK, SOFT, FAINT = "#10161f", "#eef2f6", "#93a1b0", "#2a3644"
BLUE, AMBER = "#4fa3ff", "#ffb84d"

TITLE = ("How descent finds the valley", 120.0, 150.0, 68)
BULLETS = tuple(
    (words, 140.0, 290.0 + 78 * i, 40)
    for i, words in enumerate(
        (
            "Start anywhere on the slope",
            "Measure which way is down",
            "Take a step of a chosen length",
            "Stop where the ground is flat",
        )
    )
)
FORMULA = ("θ ← θ − η ∇L(θ)", 1130.0, 770.0, 72)
BULLET_START_S, BULLET_EVERY_S, BULLET_TAKES_S, BULLET_SLIDE = 0.5, 1.5, 0.8, 60.0

PLOT = (1010.0, 220.0, 1780.0, 580.0)
"""Left, top, right, bottom."""
CURVE_POINTS = 120
DOT_RADIUS, ARROW_LENGTH, ARROW_HEAD = 14.0, 150.0, 26.0

NODES: tuple[Point, ...] = (
    (170, 770), (350, 680), (350, 850), (530, 640), (540, 790), (700, 880), (720, 680), (890, 780),
)  # fmt: skip
EDGES = ((0, 1), (0, 2), (1, 3), (1, 4), (2, 4), (2, 5), (3, 6), (4, 6), (4, 7), (5, 7), (6, 7))
PATH = (0, 1, 4, 6, 7)
NODE_RADIUS, PATH_START_S, PATH_TAKES_S = 26.0, 1.0, 8.0

CAPTIONS = (
    "the slope tells us which way is down",
    "so we take one small step and look",
    "again and again until the path runs level",
    "and there the walk is at its end",
)
CAPTION_BAR = (260.0, 950.0, 1660.0, 1036.0)
CAPTION_SIZE, CAPTION_BASELINE, CAPTION_SPACE = 44, 1008.0, 14.0


def scene_time(seconds: float, variant: Variant) -> float:
    """Return the scene's clock at a moment of the film, both in seconds."""
    if variant == "moving":
        return seconds
    return seconds // 2 + min(seconds % 2, 1.0)


def eased(share: float) -> float:
    """Return cubic ease-out of ``share``, which is cut to 0..1."""
    return 1 - (1 - min(max(share, 0.0), 1.0)) ** 3


def bullet_share(index: int, clock: float) -> float:
    """Return how far a bullet has come, 0..1, at ``clock`` seconds of the scene."""
    return eased((clock - BULLET_START_S - BULLET_EVERY_S * index) / BULLET_TAKES_S)


def curve(u: float) -> Point:
    """Return the point of the plotted curve at ``u`` in 0..1, in pixels."""
    left, top, right, bottom = PLOT
    height = 0.1 + 1.9 * (u - 0.62) ** 2 + 0.05 * math.sin(11 * u)
    return left + (right - left) * u, bottom - (bottom - top) * height


def dot_place(clock: float) -> float:
    """Return where on the curve the dot is, 0..1."""
    return 0.05 + 0.88 * max(clock - BULLET_START_S, 0.0) / (SECONDS - BULLET_START_S)


def arrow(clock: float) -> tuple[Point, Point]:
    """Return tail and tip of the gradient arrow; it lies along the curve, towards the lower side."""
    u = dot_place(clock)
    x, y = curve(u)
    (x0, y0), (x1, y1) = curve(u - 0.001), curve(u + 0.001)
    length = math.hypot(x1 - x0, y1 - y0)
    way = 1 if y1 > y0 else -1
    return (x, y), (x + way * ARROW_LENGTH * (x1 - x0) / length, y + way * ARROW_LENGTH * (y1 - y0) / length)


def path_share(clock: float) -> float:
    """Return which share of the highlighted path is drawn, 0..1."""
    return min(max((clock - PATH_START_S) / PATH_TAKES_S, 0.0), 1.0)


def path_points(share: float) -> list[Point]:
    """Return the drawn beginning of the highlighted path as a polyline."""
    stops = [NODES[i] for i in PATH]
    lengths = [math.dist(a, b) for a, b in itertools.pairwise(stops)]
    left, drawn = share * sum(lengths), [stops[0]]
    for (x0, y0), (x1, y1), length in zip(stops[:-1], stops[1:], lengths, strict=True):
        if left < length - 1e-9:
            part = left / length
            return [*drawn, (x0 + part * (x1 - x0), y0 + part * (y1 - y0))]
        drawn.append((x1, y1))
        left -= length
    return drawn


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a caption: its left end in pixels and when it is spoken, in seconds."""

    text: str
    x: float
    start: float
    end: float


def captions() -> list[list[Word]]:
    """Return the caption lines with their words placed by the real widths of the font."""
    from PIL import ImageFont

    font = ImageFont.truetype(str(REGULAR), CAPTION_SIZE)
    spoken = SECONDS / sum(len(line.split()) for line in CAPTIONS)
    lines, index = [], 0
    for line in CAPTIONS:
        widths = [font.getlength(word) for word in line.split()]
        x = WIDTH / 2 - (sum(widths) + CAPTION_SPACE * (len(widths) - 1)) / 2
        words = []
        for text, width in zip(line.split(), widths, strict=True):
            words.append(Word(text, round(x, 2), index * spoken, (index + 1) * spoken))
            x, index = x + width + CAPTION_SPACE, index + 1
        lines.append(words)
    return lines


def write(path: Path, variant: Variant) -> None:
    """Write every constant of the scene as JSON for renderers that are no Python."""
    values = {name.lower(): value for name, value in globals().items() if name.isupper() and name != "FONTS"}
    values |= {name: Path(values[name]).name for name in ("regular", "bold", "maths")}
    values["captions"] = [[asdict(word) for word in line] for line in captions()]
    path.write_text(json.dumps(values | {"variant": variant}, indent=1), encoding="utf8")
