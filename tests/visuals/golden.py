"""Every kind in every theme and shape, as one picture a kind: the golden images, which are also the gallery.

To take a change of looks over after having looked at it: ``python tests/visuals/golden.py [KIND …]``.
"""

import inspect
import io
import re
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))

from visuals.shots import example, pictures
from vortex.visuals.kinds.table import KINDS
from vortex.visuals.picture import Format

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "docs/images/gallery"
PAGE = ROOT / "docs/gallery.md"
THEMES = ("light", "dark", "paper")
SHAPES = ((640, 360), (360, 360), (360, 640))
HIGH = 360
"""Height of every picture on the sheet; the upright one is made smaller."""
GAP = 6
MOMENT = 0.8
"""Share of the shot that has passed."""
HEAD = """# Gallery

Every kind of shot, in the themes light, dark and paper, laid out anew for 16:9, 1:1 and 9:16. The pictures are the
golden images of the tests: `python tests/visuals/golden.py` draws them and this page. A shot is chosen by the planner,
by a lesson, or by hand in `storyboard.json` and with `vortex edit replace`.
"""


def sheet(kind: str) -> NDArray[np.uint8]:
    """Return, shape (H, W, 3), all themes under each other, all shapes beside each other."""
    rows = []
    for theme in THEMES:
        cells = [_picture(kind, shape, theme) for shape in SHAPES]
        rows.append(np.hstack([np.pad(cell, ((GAP, 0), (GAP, 0), (0, 0)), constant_values=128) for cell in cells]))
    return np.pad(np.vstack(rows), ((0, GAP), (0, GAP), (0, 0)), constant_values=128)


def _picture(kind: str, shape: tuple[int, int], theme: str) -> NDArray[np.uint8]:
    scene = example(kind, Format(*shape, theme))
    (picture,) = pictures(scene, round(MOMENT * (scene.num_frames - 1)))
    image = Image.fromarray(np.ascontiguousarray(picture[:, :, 2::-1]))
    width = round(image.width * HIGH / image.height)
    return np.asarray(image.resize((width, HIGH), Image.Resampling.LANCZOS) if image.height != HIGH else image)


def golden(kind: str) -> NDArray[np.uint8]:
    """Return the sheet as it was looked at last."""
    return np.asarray(Image.open(PICTURES / f"{kind}.png").convert("RGB"))


def page() -> str:
    """Return the gallery as Markdown."""
    parts = [HEAD]
    for kind in sorted(KINDS):
        params = KINDS[kind].params
        about = re.sub(r"``(.*?)``", r"`\1`", re.sub(r"\s+", " ", inspect.cleandoc(params.__doc__ or "")))
        names = ", ".join(f"`{name}`" for name in params.model_fields)
        parts.append(f"## {kind}\n{about}\n\nParameters: {names}.\n\n![{kind}](images/gallery/{kind}.png)\n")
    return "\n".join(parts)


def main() -> None:
    """Draw the sheets of the kinds that are named, or of all, and the page."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for kind in sys.argv[1:] or sorted(KINDS):
        drawn = io.BytesIO()
        Image.fromarray(sheet(kind)).quantize(192, dither=Image.Dither.NONE).save(drawn, "PNG", optimize=True)
        (PICTURES / f"{kind}.png").write_bytes(drawn.getvalue())
        print(f"{kind}: {len(drawn.getvalue()) // 1024} KB")
    PAGE.write_text(page(), encoding="utf8")


if __name__ == "__main__":
    main()
