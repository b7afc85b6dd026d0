"""Look at kinds: ``python tests/visuals/contact_sheet.py OUT.png points title --size 1280x720 --themes light,dark``.

One row for each kind and theme, six moments from the first frame to the last.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
from PIL import Image

sys.path.insert(0, str(Path(__file__).parents[1]))
from visuals.shots import example, pictures
from vortex.visuals.graph import Scene
from vortex.visuals.picture import Format

MOMENTS = (0.03, 0.2, 0.4, 0.6, 0.8, 1.0)
GAP = 8


def row(scene: Scene, width: int) -> np.ndarray:
    frames = [round(moment * (scene.num_frames - 1)) for moment in MOMENTS]
    cells = []
    for picture in pictures(scene, *frames):
        image = Image.fromarray(picture[:, :, [2, 1, 0]])
        image = image.resize((width, round(width * image.height / image.width)), Image.Resampling.LANCZOS)
        cells.append(np.pad(np.asarray(image), ((GAP, 0), (GAP, 0), (0, 0)), constant_values=128))
    return np.hstack(cells)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("out", type=Path)
    parser.add_argument("kinds", nargs="+")
    parser.add_argument("--size", default="1280x720")
    parser.add_argument("--themes", default="light,dark")
    parser.add_argument("--cell", type=int, default=420, help="width of one picture in pixels")
    given = parser.parse_args()
    width, height = map(int, given.size.split("x"))
    scenes = [example(kind, Format(width, height, theme)) for kind in given.kinds for theme in given.themes.split(",")]
    Image.fromarray(np.vstack([row(scene, given.cell) for scene in scenes])).save(given.out)


if __name__ == "__main__":
    main()
