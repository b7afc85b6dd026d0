"""Networks: values and weights on their words, sizes and signs true, forwards and backwards, in every shape."""

import math

import numpy as np
import pytest

from visuals.shots import STORY, assert_legible, element, example, pictures, scene
from visuals.test_kinds import SHAPES
from vortex.core.errors import EngineError
from vortex.visuals.layout import DoesNotFit
from vortex.visuals.picture import Format
from vortex.visuals.theme import THEMES

WEIGHTS = [[[0.5, -2.0], [1.0, 0.25], [-0.1, 1.5]], [[1.0], [-1.0]]]
LAYERS = [
    {"name": "inputs", "neurons": ["0.20", "0.70", "1.00"]},
    {"name": "hidden layer", "neurons": ["", ""]},
    {"name": "output", "neurons": [""]},
]
NET = {
    "heading": "Forwards and back",
    "layers": LAYERS,
    "weights": WEIGHTS,
    "steps": [
        {
            "marks": [{"at": f"weight:0,{i},0", "role": "active", "text": f"{WEIGHTS[0][i][0]:.2f}"} for i in range(3)]
            + [{"at": "neuron:1,0", "role": "active", "text": "0.67"}],
            "note": "0.2 · 0.5 + 0.7 · 1 − 1 · 0.1 = 0.7",
        },
        {
            "marks": [{"at": f"weight:0,{i},0", "role": "bad", "text": ""} for i in range(3)]
            + [{"at": "layer:0", "role": "bad"}]
        },
    ],
}
NETS = {
    "weighted": NET,
    "plain": {
        "layers": LAYERS,
        "marks": [{"at": "layer:2", "role": "hidden"}],
        "steps": [{"marks": [{"at": "layer:2", "role": "good"}]}, {}],
    },
    "large": {"layers": [{"neurons": [""] * 8}] * 6, "steps": [{"note": "1 of many"}, {}]},
}
CUES = {"step:0": (0, 6), "step:1": (1, 4)}


def drawn(name, **format):
    return scene("network", NETS[name], STORY, Format(**({"width": 1280, "height": 720} | format)), **CUES)


def at(target):
    sentence, word = CUES[target]
    return STORY.sentences[sentence].words[word].start - 4


@pytest.mark.parametrize("size", SHAPES)
@pytest.mark.parametrize("name", NETS)
def test_texts_are_safe_legible_and_apart_on_every_frame(name, size):
    made = drawn(name, width=size[0], height=size[1])
    assert_legible(made)


@pytest.mark.parametrize("size", SHAPES)
def test_layers_follow_each_other_along_the_longer_side(size):
    made = drawn("weighted", width=size[0], height=size[1])
    middle, beside = (element(made, f"neuron:1,{number}").bounds.centre for number in (0, 1))
    stacked = round(middle[0]) == round(beside[0])
    assert stacked == (size[0] >= size[1])
    assert (round(middle[1]) == round(beside[1])) != stacked


def test_neurons_with_short_values_are_circles():
    made = drawn("weighted")
    box = element(made, "neuron:0,0").bounds
    assert box.width == pytest.approx(box.height, abs=3)


def test_a_step_shows_weights_and_values_first_at_its_word():
    made = drawn("weighted")
    frame = at("step:0")
    for name in ("neuron:1,0/text", "weight:0,1,0/text", "weight:0,1,0/patch"):
        assert element(made, name).state(frame).opacity == 0
        assert element(made, name).state(frame + 12).opacity == 1
    assert element(made, "weight:0,1,0").state(frame + 2).progress > 0


@pytest.mark.parametrize("theme", THEMES)
def test_weights_are_drawn_by_size_and_sign(theme):
    made = drawn("weighted", theme=theme)
    picture = pictures(made, 0)[0].astype(int)
    strong, weak = (_columns(picture, made, name) for name in ((0, 0, 1), (0, 1, 1)))
    # Blue, green, red: the strong one is negative and thus orange, the weak one positive and thus blue.
    assert strong[2] > strong[0] and weak[0] > weak[2]
    paper = picture[0, 0, :3].sum()
    assert abs(paper - sum(strong)) > abs(paper - sum(weak))


def _columns(picture, made, weight):
    """Return the pixel farthest from paper of a line a third of the way along it."""
    layer, tail, head = weight
    one, other = element(made, f"neuron:{layer},{tail}").bounds, element(made, f"neuron:{layer + 1},{head}").bounds
    x = one.right + (other.x - one.right) / 3
    y = one.centre[1] + (other.centre[1] - one.centre[1]) / 3
    around = picture[round(y) - 4 : round(y) + 5, round(x), :3]
    return around[np.argmax(np.abs(around - picture[0, 0, :3]).sum(axis=1))].tolist()


@pytest.mark.parametrize(("step", "forward"), [("step:0", True), ("step:1", False)])
def test_what_a_step_lights_runs_towards_the_neurons_that_it_marks(step, forward):
    made = drawn("weighted")
    before, middle = (picture.astype(int) for picture in pictures(made, at(step), at(step) + 9))
    one, other = element(made, "neuron:0,0").bounds, element(made, "neuron:1,0").bounds
    width = other.x - one.right
    changes = []
    for share in (0.08, 0.92):
        x = round(one.right + share * width)
        y = round(one.centre[1] + share * (other.centre[1] - one.centre[1]))
        patch = (slice(y - 3, y + 4), slice(x - 1, x + 2))
        changes.append(np.abs(before[patch] - middle[patch]).max() > 12)
    assert changes == ([True, False] if forward else [False, True])


def test_a_weight_is_not_seen_without_both_of_its_neurons():
    made = drawn("plain")
    early, late = pictures(made, at("step:0"), at("step:0") + 30)
    one, other = element(made, "neuron:1,0").bounds, element(made, "neuron:2,0").bounds
    between = (slice(int(one.y), int(other.bottom)), slice(int(one.right) + 8, int(other.x) - 8))
    assert (early[between] == early[0, 0]).all()
    assert not (late[between] == late[0, 0]).all()


def test_the_example_is_a_real_forward_pass():
    made = example("network")
    sigmoid = lambda z: 1 / (1 + math.exp(-z))  # noqa: E731
    hidden = [sigmoid(1.5 - 2.0 * 0.5), sigmoid(-1.0 + 0.5 * 0.5)]
    said = sigmoid(2.0 * hidden[0] - 1.5 * hidden[1])
    assert [element(made, f"neuron:1,{n}/text").marks[0].text for n in (0, 1)] == [f"{value:.2f}" for value in hidden]
    assert element(made, "neuron:2,0/text").marks[0].text == f"{said:.2f}"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"weights": WEIGHTS[:1]}, "1 tables for 3 layers"),
        ({"weights": [WEIGHTS[0][:2], WEIGHTS[1]]}, "weights.0 has 2 rows of .2. weights; it must be 3 x 2"),
        ({"weights": [WEIGHTS[0], [[math.nan], [0.0]]]}, "not finite"),
        ({"marks": [{"at": "neuron:1,2"}]}, "'neuron:1,2'"),
        ({"steps": [{"marks": [{"at": "weight:2,0,0"}]}]}, "'weight:2,0,0'"),
        ({"marks": [{"at": "layer:0", "text": "7"}]}, "write at one neuron"),
    ],
)
def test_faults_are_named(change, message):
    with pytest.raises(EngineError, match=message):
        scene("network", {"layers": LAYERS, **change}, STORY)


def test_values_that_are_too_long_are_refused():
    layers = [{"neurons": ["0.123456789012"] * 8}] * 6
    with pytest.raises(DoesNotFit, match="width of a neuron"):
        scene("network", {"layers": layers}, STORY)


def test_long_names_of_outer_layers_stay_inside():
    layers = [{"name": name, "neurons": ["", "", "", ""]} for name in ("what it is given", "hidden", "what it answers")]
    made = scene("network", {"layers": layers}, STORY, Format(720, 720))
    assert_legible(made)
