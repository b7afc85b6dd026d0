"""Every form of a chart in every shape: apart, legible, true to its numbers."""

import pytest

from visuals.shots import STORY, assert_legible, scene
from visuals.test_kinds import SHAPES
from vortex.core.errors import EngineError
from vortex.visuals.layout import DoesNotFit
from vortex.visuals.picture import Format

MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
RAIN = [61, 48, 52, 40, 55, 71, 84, 80, 66, 59, 70, 68]
LONG = ["Support vector machine with radial basis", "Random forest", "Gradient boosting", "Logistic regression"]
CHARTS = {
    "bars below zero": {"form": "bar", "categories": ["Q1", "Q2"], "series": [{"values": [3.2, -1.5]}]},
    "long names": {
        "form": "bar",
        "categories": LONG,
        "series": [{"name": "Accuracy", "values": [0.91, 0.88, 0.93, 0.8]}],
    },
    "many bars": {
        "form": "bar",
        "categories": MONTHS,
        "series": [{"name": str(year), "values": RAIN} for year in (2019, 2020, 2021)],
    },
    "lines": {
        "form": "line",
        "categories": MONTHS,
        "series": [{"name": "Munich", "values": RAIN}, {"name": "Oslo", "values": RAIN[::-1]}],
        "x_label": "Month",
        "y_label": "Rain in mm",
    },
    "dots": {"form": "scatter", "categories": ["1", "2.5", "4"], "series": [{"name": "Runs", "values": [3, 9, 4]}]},
    "pie": {"form": "pie", "categories": ["Drawing", "Encoding", "Speech"], "series": [{"values": [20, 76, 4]}]},
}


def boxes(made, prefix):
    return {element.name: element.bounds for element in made.elements if element.name.startswith(prefix)}


@pytest.mark.parametrize("size", SHAPES)
@pytest.mark.parametrize("name", CHARTS)
def test_texts_are_safe_legible_and_apart_on_every_frame(name, size):
    params = {"caption": name, **CHARTS[name]}
    made = scene("chart", params, STORY, Format(*size), series_0=(0, 2), point_1=(1, 3), point_0=(2, 3))
    assert_legible(made)


def test_bars_are_as_long_as_their_values_say():
    values = [2, 4, -1]
    made = scene("chart", {"form": "bar", "categories": ["a", "b", "c"], "series": [{"values": values}]}, STORY)
    long = [box.height for box in boxes(made, "bar:").values()]
    assert [height / long[0] for height in long] == pytest.approx([1, 2, 0.5])
    assert boxes(made, "bar:")["bar:0,2"].y == pytest.approx(boxes(made, "bar:")["bar:0,0"].bottom)


def test_bars_lie_where_names_are_long():
    made = scene("chart", CHARTS["long names"], STORY)
    assert len({round(box.x) for box in boxes(made, "bar:").values()}) == 1


def test_a_named_point_is_lit_and_the_others_step_back():
    cues = {"series_0": (0, 1), "point_1": (1, 2)}
    made = scene("chart", CHARTS["bars below zero"], STORY, **cues)
    at = STORY.sentences[1].words[4].start
    lights = {element.name: element.state(at).light for element in made.elements if element.name.startswith("bar:")}
    assert lights == {"bar:0,0": 0, "bar:0,1": 1}
    assert all(element.state(made.num_frames - 1).light == 1 for element in made.elements if "bar:" in element.name)


@pytest.mark.parametrize(
    ("params", "error", "message"),
    [
        ({"form": "bar", "categories": ["a"], "series": [{"values": [1, 2]}]}, EngineError, "2 values for 1"),
        ({"form": "pie", "categories": ["a", "b"], "series": [{"values": [1, -2]}]}, EngineError, "use bars"),
        ({"form": "pie", "categories": MONTHS, "series": [{"values": RAIN}]}, DoesNotFit, "12 slices"),
    ],
)
def test_faults_are_named(params, error, message):
    with pytest.raises(error, match=message):
        scene("chart", params, STORY)
