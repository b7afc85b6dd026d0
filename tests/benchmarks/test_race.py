import numpy as np
import pytest

from benchmarks.measure import Cost
from benchmarks.render import own, race, scene
from vortex.visuals.compositor import Compositor


def test_bars_follow_from_the_costs() -> None:
    walls = {race.OWN: 1.0, race.ENCODER: 0.9, "manim": 6.0, "MoviePy": 10.0}
    costs = {name: Cost(wall, 2 * wall, 200) for name, wall in walls.items()}
    found = {bar.what: (round(bar.measured, 2), bar.is_met) for bar in race.bars("moving", costs)}
    assert found == {
        "moving: times faster than manim": (6.0, True),
        "moving: times faster than MoviePy": (10.0, False),
        "moving: wall over encoder alone": (1.11, True),
        "moving: peak MB": (200, True),
    }


def test_a_peer_that_is_not_installed_is_named() -> None:
    assert race.python_peer("nobody", "peer_nobody.py")("moving") is None
    assert "nobody is not installed" in race.notes({"nobody"})[-1]


@pytest.mark.parametrize("variant", race.VARIANTS)
def test_our_own_shot_repaints_all_that_changes(variant: scene.Variant) -> None:
    """Painting only what changed gives what painting everything gives, but for the edges of clipped shapes."""
    partly, wholly = Compositor(own.build(variant)), own.build(variant)
    for element in wholly.elements:
        element.damage = lambda old, new: [wholly.elements[0].bounds]
    full = Compositor(wholly)
    for frame in range(0, 150):
        partly.advance()
        full.advance()
        if frame % 30 == 29:
            away = np.abs(partly.pixels.astype(int) - full.pixels).max(axis=2)
            assert (away > 60).sum() == 0, f"frame {frame}"
