"""Strokes, panels and cues, as the kinds use them."""

from pathlib import Path

import pytest

from visuals.shots import clock, pictures
from vortex.visuals.compositor import Compositor
from vortex.visuals.graphics import skia
from vortex.visuals.kinds.parts import add_panel, add_stroke, apply_cues
from vortex.visuals.layout import Rect, frame
from vortex.visuals.shot import Cue
from vortex.visuals.stage import Stage
from vortex.visuals.theme import theme

TIMING = clock("One two three four five six.", "Seven eight nine ten.")


@pytest.fixture
def stage():
    cues = (
        Cue(sentence="s0", word=1, target="box", action="light"),
        Cue(sentence="s0", word=4, target="line", action="light"),
        Cue(sentence="s1", word=2, target="box", action="hide"),
    )
    return Stage(frame(640, 360), theme("light"), TIMING, cues, Path())


def test_a_thing_is_lit_until_the_next_is_or_its_sentence_ends(stage):
    scene = stage.scene()
    box = add_panel(scene, stage, "box", Rect(100, 100, 200, 80))
    line = add_panel(scene, stage, "line", Rect(350, 100, 200, 80))
    apply_cues(stage, {"box": box, "line": line})
    first, second = TIMING.sentences
    assert box.state(first.words[2].start).light == 1
    assert box.state(first.words[5].start + 5).light == 0
    assert line.state(first.words[5].start).light == 1
    assert line.state(second.start + 5).light == 0
    assert box.state(second.end).opacity == 0


def test_a_stroke_is_drawn_on_and_stays_inside_its_bounds(stage):
    scene = stage.scene()
    path = skia.Path()
    path.moveTo(100, 100)
    path.cubicTo(200, 20, 300, 260, 500, 180)
    stroke = add_stroke(scene, stage, "line", path, stage.theme.ink, head=True).draw(0, 1.0)
    inked = []
    for picture in pictures(scene, 0, 15, 40):
        dark = (picture[:, :, :3].max(axis=2) < 200).nonzero()
        inked.append(len(dark[0]))
        for y, x in zip(*dark, strict=True):
            assert stroke.bounds.x <= x <= stroke.bounds.right and stroke.bounds.y <= y <= stroke.bounds.bottom
    assert inked[0] < inked[1] < inked[2]


def test_a_panel_at_rest_is_baked(stage):
    scene = stage.scene()
    add_panel(scene, stage, "box", Rect(100, 100, 200, 80))
    step = Compositor(scene)
    step.advance()
    assert step.pixels[140, 200, :3].tolist() == [0xF4, 0xF2, 0xF0]
    assert step.advance() == ()
