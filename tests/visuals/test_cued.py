"""Cues of single elements beside steps: an element is lit while it is spoken of, and then as the steps left it."""

from pathlib import Path

from visuals.shots import STORY, element, shot
from vortex.visuals.kinds.cued import with_cues
from vortex.visuals.kinds.steps import Course, Standing
from vortex.visuals.layout import frame
from vortex.visuals.picture import Format, scene_of
from vortex.visuals.shot import Cue
from vortex.visuals.stage import Stage
from vortex.visuals.theme import theme

STATES = Course((0, 200), ({}, {"cell:0": Standing("good", "7")}))


def staged(*cues):
    made = tuple(Cue(sentence=s, word=w, target=t, action=a) for s, w, t, a in cues)
    return Stage(frame(1280, 720), theme("light"), STORY, made, Path())


def role_at(states, target, moment):
    index = max(n for n, start in enumerate(states.frames) if start <= moment)
    return states.standing(target, index)


def test_without_cues_the_states_stay():
    assert with_cues(STATES, staged(("s0", 5, "step:0", "show")), lambda target: [target]) is STATES


def test_light_lasts_for_its_sentence_and_keeps_the_text():
    lit = with_cues(STATES, staged(("s2", 1, "cell:0", "light")), lambda target: [target])
    sentence = STORY.sentences[2]
    assert role_at(lit, "cell:0", sentence.words[1].start) == Standing("active", "7")
    assert role_at(lit, "cell:0", sentence.end) == Standing("good", "7")
    assert role_at(lit, "cell:0", 0) == Standing()


def test_what_a_cue_shows_is_hidden_before_and_what_it_hides_afterwards():
    stage = staged(("s1", 2, "row:0", "show"), ("s2", 2, "cell:1", "hide"))
    cued = with_cues(STATES, stage, lambda target: ["cell:0", "cell:1"] if target == "row:0" else [target])
    shown, hidden = STORY.sentences[1].words[2].start, STORY.sentences[2].words[2].start
    assert role_at(cued, "cell:0", shown - 8).role == "hidden"
    assert role_at(cued, "cell:1", shown).role == "plain"
    assert role_at(cued, "cell:1", hidden).role == "hidden"


def test_a_cue_lights_a_row_of_a_matrix_and_a_layer_of_a_network():
    matrix = shot("matrix", {"blocks": [{"rows": [["1", "2"], ["3", "4"]]}]}, STORY)
    network = shot("network", {"layers": [{"neurons": ["1"]}, {"neurons": ["2", "3"]}]}, STORY)
    for made, target, lit in ((matrix, "row:0,1", "cell:0,1,0"), (network, "layer:1", "neuron:1,1")):
        cues = (Cue(sentence="s1", word=3, target=target, action="light"),)
        drawn = scene_of(made.model_copy(update={"cues": cues}), STORY, Format(1280, 720), Path())
        at = STORY.sentences[1].words[3].start
        states = [element(drawn, lit).state(moment).progress for moment in (at - 8, at + 20, drawn.num_frames - 1)]
        assert states == [0, 1, 2]
