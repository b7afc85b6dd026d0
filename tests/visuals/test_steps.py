"""Kinds that go in steps: marks add up, steps begin on their words, texts take turns, shelves and notes find room."""

import json
from itertools import pairwise
from pathlib import Path

import pytest

from visuals.shots import STORY, element, example, scene
from vortex.core.errors import EngineError
from vortex.visuals.kinds.turns import at_frame, turns
from vortex.visuals.layout import DoesNotFit
from vortex.visuals.picture import Format, scene_of
from vortex.visuals.record import record
from vortex.visuals.shot import Cue, Shot

STEPPED = ("array", "graph", "grid", "tree")
CELLS = {"cells": ["7", "3", "9"]}


def spoken(sentence, word):
    return STORY.sentences[sentence].words[word].start


def texts(made, prefix, frame):
    found = [(one, there) for one, there in record(made).visible(frame) if one.name.startswith(prefix) and one.text]
    return [one.text for one, there in found if there.opacity > 0.5]


def test_turns_leave_out_what_is_not_seen():
    assert turns((0, 5, 5, 9, 12), "aabba") == ((0, "a"), (5, "b"), (12, "a"))
    assert turns((0, 0, 4), "aab") == ((0, "a"), (4, "b"))
    assert at_frame(((0, "a"), (5, "b")), 4) == "a"
    assert at_frame(((0, "a"), (5, "b")), 5) == "b"


def test_a_mark_holds_until_the_next_and_says_only_what_it_says():
    steps = [
        {"marks": [{"at": "cell:0", "role": "active"}]},
        {"marks": [{"at": "cell:0", "text": "8"}]},
        {"marks": [{"at": "cell:0", "role": "done"}, {"at": "cell:1", "role": "hidden"}]},
    ]
    made = scene("array", {**CELLS, "steps": steps}, STORY, **{"step_0": (0, 5), "step_1": (1, 1), "step_2": (2, 1)})
    at = [spoken(0, 4), spoken(0, 15), spoken(1, 8), spoken(2, 8)]
    assert [texts(made, "cell:0", frame) for frame in at] == [["7"], ["7"], ["8"], ["8"]]
    assert [texts(made, "cell:1", frame) for frame in at] == [["3"], ["3"], ["3"], []]
    shades = [element(made, "cell:0").shade(element(made, "cell:0").state(frame)) for frame in at]
    assert shades[1] == shades[2] and len(set(shades)) == 3


@pytest.mark.parametrize("kind", STEPPED)
def test_every_step_is_seen_on_its_word(kind):
    cues = json.loads((Path(__file__).parent / "examples" / f"{kind}.json").read_text(encoding="utf-8"))["cues"]
    layout = record(example(kind))
    shown = [one for one in layout.elements if one.role not in ("caption", "chip")]
    changed = [stretch.start for one in shown for stretch in one.stretches if stretch.start > 0]
    words = [spoken(*word[:2]) for target, word in cues.items() if target.startswith("step:")]
    assert len(words) >= 5
    for word in words:
        # What is said at once stands there from the first frame.
        assert word < 22 or any(-4 <= frame - word <= 3 for frame in changed), (kind, word)


def test_uncued_steps_share_the_time_between_those_that_are_named():
    steps = [{"marks": [{"at": "cell:0", "text": str(number)}]} for number in range(4)]
    made = scene("array", {**CELLS, "steps": steps}, STORY, step_0=(0, 3), step_3=(2, 3))
    shown = [
        one.stretches[0].start for one in record(made).elements if one.name.startswith("cell:0/text") and one.stretches
    ]
    assert shown == sorted(shown) and len(shown) == 5
    apart = [after - before for before, after in pairwise(shown[1:])]
    assert max(apart) - min(apart) <= 2


@pytest.mark.parametrize(
    ("params", "cues", "message"),
    [
        ({"marks": [{"at": "cell:3"}]}, {}, r"array\.marks names 'cell:3'; there are cell:0 … cell:2"),
        ({"steps": [{"marks": [{"at": "node:0"}]}]}, {}, r"array\.steps\.0\.marks names 'node:0'"),
        ({"steps": [{}]}, {"step:1": (0, 0)}, "names 'step:1'; there are step:0, cell:0"),
        ({"steps": [{}, {}]}, {"step:0": (1, 5), "step:1": (0, 5)}, "step:1 is cued before step:0"),
    ],
)
def test_faults_are_named(params, cues, message):
    with pytest.raises(EngineError, match=message):
        scene("array", {**CELLS, **params}, STORY, **cues)


@pytest.mark.parametrize("size", [(1280, 720), (720, 1280), (720, 720)])
def test_shelves_and_notes_stay_clear_of_the_picture(size):
    shelves = [{"name": "Queue", "items": ["A", "B", "C"]}, {"name": "Distances", "items": ["A: 0", "B: ∞"]}]
    later = [{"name": "Queue", "items": ["B", "C"]}, {"name": "Distances", "items": ["A: 0", "B: 4"]}]
    steps = [{"shelves": later, "note": "B = 0 + 4"}, {"note": ""}, {"shelves": [shelves[0]]}]
    made = scene("array", {**CELLS, "shelves": shelves, "steps": steps}, STORY, Format(*size))
    cells = [one.bounds for one in made.elements if one.name.startswith("cell:")]
    others = [one.bounds for one in made.elements if one.name.startswith(("shelf", "note", "heading"))]
    assert others and not any(cell.intersects(other) for cell in cells for other in others)
    assert texts(made, "shelf:1", made.num_frames - 1) == []
    assert texts(made, "note", made.num_frames - 1) == []


def test_only_what_is_new_on_a_shelf_is_lit():
    shelf = [[{"name": "Queue", "items": items}] for items in (["A", "B"], ["B", "C"])]
    params = {**CELLS, "shelves": shelf[0], "steps": [{"shelves": shelf[1]}]}
    made = scene("array", params, STORY, step_0=(1, 0))
    lights = [element(made, f"shelf:0/{place}").state(spoken(1, 6)).light for place in (0, 1)]
    assert lights == [0.0, 1.0]


def test_a_note_that_nobody_could_read_is_refused():
    with pytest.raises(DoesNotFit, match="the note 'so many words"):
        scene("array", {**CELLS, "steps": [{"note": "so many words " * 40}]}, STORY)


@pytest.mark.parametrize(
    ("kind", "params", "target"),
    [
        ("array", CELLS, "cell:1"),
        ("grid", {"rows": 2, "columns": 2, "marks": [{"at": "cell:0,1", "text": "7"}]}, "cell:0,1"),
        ("graph", {"nodes": [{"label": "A"}, {"label": "B"}]}, "node:1"),
        ("tree", {"labels": ["A", "B"], "parents": [-1, 0]}, "node:1"),
    ],
)
def test_cues_show_light_and_hide_single_elements(kind, params, target):
    cues = [("show", 0, 4), ("light", 0, 9), ("hide", 2, 1)]
    made_cues = tuple(Cue(sentence=f"s{n}", word=word, target=target, action=action) for action, n, word in cues)
    ids = tuple(sentence.id for sentence in STORY.sentences)
    shot = Shot(id="x", kind=kind, params=params, sentences=ids, cues=made_cues)
    made = scene_of(shot, STORY, Format(1280, 720), Path())
    one, other = element(made, target), made.theme.accent
    shades = [one.shade(one.state(spoken(*at))) for at in ((0, 8), (0, 14), (1, 8), (2, 8))]
    assert shades[1] == other and shades[0] == shades[2] not in (shades[1], shades[3])
    prefix = "label:1" if kind == "tree" else f"{target}/text"
    assert [len(texts(made, prefix, spoken(*at))) for at in ((0, 1), (0, 8), (1, 8), (2, 8))] == [0, 1, 1, 0]
