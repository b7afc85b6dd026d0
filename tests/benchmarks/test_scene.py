"""The shot of the render benchmark has the properties that its name promises."""

import itertools
import json
import math
from pathlib import Path

import pytest

from benchmarks.render import scene

FRAMES = scene.FPS * scene.SECONDS


def picture(frame: int, variant: scene.Variant) -> tuple:
    seconds = frame / scene.FPS
    clock = scene.scene_time(seconds, variant)
    lit = [word for line in scene.captions() for word in line if word.start <= seconds + 1e-6][-1]
    return scene.dot_place(clock), scene.path_share(clock), lit, *(scene.bullet_share(i, clock) for i in range(4))


@pytest.mark.parametrize(("variant", "low", "high"), [("moving", 0.94, 0.97), ("held", 0.5, 0.6)])
def test_share_of_frames_that_change(variant: scene.Variant, low: float, high: float) -> None:
    pictures = [picture(frame, variant) for frame in range(FRAMES)]
    changed = sum(a != b for a, b in itertools.pairwise(pictures))
    assert low <= changed / FRAMES <= high


def test_the_path_grows_evenly_to_its_last_node() -> None:
    assert scene.path_points(1.0)[-1] == pytest.approx(scene.NODES[scene.PATH[-1]])
    for share in (0.0, 0.15, 0.5, 0.9):
        *whole, tip = scene.path_points(share)
        assert whole == [scene.NODES[i] for i in scene.PATH[: len(whole)]]
        drawn = sum(math.dist(a, b) for a, b in itertools.pairwise([*whole, tip]))
        length = sum(math.dist(a, b) for a, b in itertools.pairwise(scene.path_points(1.0)))
        assert drawn == pytest.approx(share * length)


def test_the_arrow_points_down_the_curve() -> None:
    for clock in (1.0, 4.0, 9.0):
        (_, tail_y), (_, tip_y) = scene.arrow(clock)
        assert tip_y > tail_y


def test_the_caption_stands_inside_its_bar() -> None:
    for line in scene.captions():
        assert scene.CAPTION_BAR[0] < line[0].x and line[-1].x < scene.CAPTION_BAR[2] - 60


def test_the_json_holds_what_the_other_renderers_read(tmp_path: Path) -> None:
    scene.write(tmp_path / "scene.json", "held")
    values = json.loads((tmp_path / "scene.json").read_text(encoding="utf8"))
    source = (Path(scene.__file__).parent / "peer_remotion.tsx").read_text(encoding="utf8")
    assert {name for name in values if f"scene.{name}" not in source} == {"caption_space"}
