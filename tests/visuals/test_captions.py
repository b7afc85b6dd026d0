import pytest

from visuals.shots import clock, pictures, scene
from vortex.visuals.captions import _placed
from vortex.visuals.compositor import Compositor
from vortex.visuals.fonts import FontShelf, font_shelf
from vortex.visuals.layout import DoesNotFit, Rect
from vortex.visuals.picture import Format
from vortex.visuals.record import record
from vortex.visuals.text import TextStyle
from vortex.visuals.timing import CaptionLine, ShotTiming, TimedSentence, TimedWord

TITLE = {"title": "Heaps"}
TIMING = clock("The smallest element is always the root of the whole tree, and stays there.")


def test_only_the_words_that_gain_or_lose_light_are_painted():
    step = Compositor(scene("title", TITLE, TIMING, Format(1280, 720)))
    areas = [sum(rect.width * rect.height for rect in step.advance()) for _ in range(100)]
    steady = [area for area in areas[45:] if area]
    assert len(steady) >= 5
    assert max(steady) < 0.02 * 1280 * 720


@pytest.mark.parametrize("size", [(1280, 720), (720, 1280), (1080, 1080)])
def test_captions_stay_in_their_band_and_on_screen_only_while_spoken(size):
    made = scene("title", TITLE, TIMING, Format(*size))
    captions = [element for element in record(made).elements if element.role == "caption"]
    assert {element.text for element in captions} >= {"The smallest element is always"} or size[0] < size[1]
    for element in captions:
        for stretch in element.stretches:
            left, top, right, bottom = stretch.box
            assert made.frame.caption.holds(Rect(left, top, right - left, bottom - top), slack=1)
            assert stretch.size >= made.frame.minimum
    assert captions[0].stretches[0].start == TIMING.captions[0].start


def test_a_look_without_captions_draws_none_but_keeps_the_chip():
    roles = {
        element.role for element in record(scene("title", TITLE, TIMING, Format(1280, 720, captions=False))).elements
    }
    assert "caption" not in roles
    assert "chip" in roles


def test_the_chip_is_on_screen_while_its_sentence_is_spoken():
    words = (TimedWord("Heaps", 10, 20),)
    timing = ShotTiming(30, 60, (TimedSentence("a", 10, 20, words, "p. 37"), TimedSentence("b", 30, 40, words, "")))
    chip = next(element for element in record(scene("title", TITLE, timing)).elements if element.role == "chip")
    assert (chip.text, chip.stretches[0].start) == ("p. 37", 11)
    assert 20 <= chip.stretches[-1].end <= 30


def test_a_caption_that_cannot_fit_is_refused():
    row = tuple(TimedWord("incomprehensibilities", 3 * i, 3 * i + 3) for i in range(12))
    timing = ShotTiming(30, 60, (), (CaptionLine(0, 36, (row,)),))
    with pytest.raises(DoesNotFit, match="shorter captions"):
        scene("title", TITLE, timing)


def test_the_spoken_word_stands_in_another_colour():
    quiet, lit = pictures(scene("title", TITLE, TIMING), 5, 60)
    assert len({tuple(p) for p in lit[600:700].reshape(-1, 4)[::3]}) > len(
        {tuple(p) for p in quiet[600:700].reshape(-1, 4)[::3]}
    )


def test_the_words_of_an_arabic_caption_run_from_right_to_left():
    if font_shelf().missing_glyphs("المنارة") and not FontShelf()._installed:
        pytest.skip("no Arabic font is installed here (Debian: fonts-noto-core)")
    row = tuple(TimedWord(text, 10 * n, 10 * n + 9) for n, text in enumerate(["المنارة", "برج", "100", "متر."]))
    left = [box.x for box in _placed((row,), TextStyle(20, "#000000"), Rect(0, 0, 800, 100))[0]]
    assert left == sorted(left, reverse=True)
    latin = tuple(TimedWord(text, 10 * n, 10 * n + 9) for n, text in enumerate(["a", "tower", "of", "stone"]))
    left = [box.x for box in _placed((latin,), TextStyle(20, "#000000"), Rect(0, 0, 800, 100))[0]]
    assert left == sorted(left)
