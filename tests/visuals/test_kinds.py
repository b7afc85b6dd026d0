"""Every kind, in every theme and shape: drawn, legible, safe, apart, and there when it is named."""

import pytest

from visuals.shots import STORY, assert_legible, example, pictures, scene
from vortex.core.errors import EngineError
from vortex.visuals.kinds.table import KINDS
from vortex.visuals.layout import DoesNotFit
from vortex.visuals.picture import Format
from vortex.visuals.record import record
from vortex.visuals.theme import THEMES

POINTS = {"heading": "Heaps", "items": ["One thing", "Another thing", "A third thing"]}
SHAPES = [(1280, 720), (720, 1280), (1080, 1080)]


@pytest.mark.parametrize("size", SHAPES)
@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("kind", KINDS)
def test_texts_are_safe_legible_and_apart_on_every_frame(kind, theme, size):
    made = example(kind, Format(*size, theme))
    assert_legible(made)


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_paints_inside_its_bounds_and_leaves_the_bands_alone(kind):
    made = example(kind)
    kept = [element for element in made.elements if element.role not in ("caption", "chip")]
    made.elements[:] = kept
    last = pictures(made, made.num_frames - 1)[0]
    ground = last[0, 0]
    band = made.frame.caption
    assert (last[int(band.y) + 1 :] == ground).all()
    assert not (last == ground).all()


@pytest.mark.parametrize("kind", KINDS)
def test_no_shot_begins_blank(kind):
    made = example(kind)
    first = pictures(made, 0)[0][: int(made.frame.content.bottom)]
    assert (first != first[0, 0]).any(axis=2).mean() > 0.002


def test_a_cued_thing_appears_on_its_word():
    layout = record(scene("points", POINTS, STORY, item_0=(0, 3), item_1=(1, 2), item_2=(1, 9)))
    for name, (sentence, word) in {"item:0": (0, 3), "item:1": (1, 2), "item:2": (1, 9)}.items():
        spoken = STORY.sentences[sentence].words[word].start
        element = next(element for element in layout.elements if element.name == name)
        half = next(stretch.start for stretch in element.stretches if stretch.opacity >= 0.5)
        assert abs(half - spoken) <= 4


def test_uncued_things_appear_in_order_and_before_the_end():
    layout = record(scene("points", POINTS, STORY))
    shown = [element.stretches[0].start for element in layout.elements if element.name.startswith("item:")]
    assert shown == sorted(set(shown))
    assert shown[-1] < 0.85 * layout.num_frames


def test_too_much_text_is_refused_so_that_the_shot_can_be_split():
    with pytest.raises(DoesNotFit, match="split the shot"):
        scene("points", {"items": ["so many words that nobody could ever read them " * 6] * 5}, STORY)


@pytest.mark.parametrize(
    ("kind", "params", "cues", "message"),
    [
        ("poem", {}, {}, "'poem' is not known"),
        ("title", {"titel": "Heaps"}, {}, r"title\.title"),
        ("title", {"title": "Heaps"}, {"title": (7, 0)}, "does not speak"),
        ("title", {"title": "Heaps"}, {"title": (0, 99)}, "names word 99"),
    ],
)
def test_faults_are_named(kind, params, cues, message):
    with pytest.raises(EngineError, match=message):
        scene(kind, params, STORY, **cues)
