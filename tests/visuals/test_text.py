from pathlib import Path

import pytest

from vortex.core.errors import MissingExtra
from vortex.visuals.fonts import FontShelf, _plainness, font_shelf
from vortex.visuals.layout import DoesNotFit
from vortex.visuals.text import Span, TextBlock, TextStyle, compose, fit, fit_group, text_width

STYLE = TextStyle(40, "#000000")
LONG = "The smallest element of a heap is always the root, so that it can be read in constant time."


def test_a_block_has_the_height_of_its_lines():
    for text in ("Aa", "Àg ∇", LONG):
        block = compose(text, STYLE, 500)
        assert block.height == pytest.approx(block.lines * 40 * STYLE.line_height, abs=block.lines)
        assert block.width <= 500
    assert block.lines > 3


def test_balanced_lines_take_less_width_and_no_more_lines():
    ragged, balanced = compose(LONG, STYLE, 1200), compose(LONG, STYLE, 1200, balanced=True)
    assert balanced.lines == ragged.lines == 2
    assert balanced.width < ragged.width


def test_fit_takes_the_largest_size_and_refuses_the_illegible():
    assert fit("Short", STYLE, (500, 100), 20).size == 40
    smaller = fit(LONG, STYLE, (500, 170), 20)
    assert 20 <= smaller.size < 40
    assert smaller.height <= 170
    with pytest.raises(DoesNotFit, match="smallest legible size"):
        fit(LONG, STYLE, (300, 60), 20)


def test_a_word_is_never_broken():
    with pytest.raises(DoesNotFit):
        fit("Donaudampfschifffahrtsgesellschaft", STYLE, (200, 500), 30)


def test_a_group_shares_one_size():
    blocks = fit_group(["Short", LONG, LONG], STYLE, (500, 400), 16, 0.5)
    assert len({block.size for block in blocks}) == 1
    assert sum(block.height for block in blocks) + blocks[0].size <= 400.5


def test_spans_keep_their_own_look_and_one_line_height():
    plain = compose("call heapify now", STYLE, 900)
    rich = compose([Span("call "), Span("heapify", family="mono", weight="bold"), Span(" now")], STYLE, 900)
    assert rich.text == plain.text
    assert rich.height == plain.height
    assert rich.width > plain.width


def test_words_add_up_to_their_line():
    words = ["one", "word", "after", "another"]
    parts = sum(text_width(word, STYLE) for word in words) + 3 * text_width(" ", STYLE)
    assert parts == pytest.approx(text_width(" ".join(words), STYLE), abs=1)


@pytest.mark.parametrize(
    "text", ["naïve façade łódź", "Привет, мир", "Ἀρχὴ ἥμισυ παντός", "∀x ∈ ℝ: x² ≥ 0 → ∇f", "ﬁne ☐ ✓"]
)
def test_latin_cyrillic_greek_and_signs_are_vendored(text):
    assert font_shelf().missing_glyphs(text) == set()


def test_a_script_without_a_font_is_named_and_not_drawn_as_boxes(monkeypatch):
    monkeypatch.setattr("vortex.visuals.fonts._installed_files", lambda: iter(()))
    with pytest.raises(MissingExtra, match=r"cjk.*fonts-noto-cjk"):
        FontShelf().ensure("漢字")
    with pytest.raises(MissingExtra, match="fonts-noto-color-emoji"):
        FontShelf().ensure("😀")


@pytest.mark.parametrize(
    ("text", "script"),
    [("مرحبا", "arabic"), ("שלום", "hebrew"), ("नमस्ते", "devanagari"), ("สวัสดี", "thai"), ("سلام", "arabic")],
)
def test_a_missing_font_is_named_with_its_script_and_a_package(text, script, monkeypatch):
    monkeypatch.setattr("vortex.visuals.fonts._installed_files", lambda: iter(()))
    with pytest.raises(MissingExtra, match=f"{script}.*fonts-noto-core"):
        FontShelf().ensure(text)


def test_plain_hands_come_before_decorative_ones():
    names = ["NotoRashiHebrew-Regular.ttf", "NotoSansHebrew-Bold.ttf", "NotoSansHebrew-Regular.ttf", "DejaVuSans.ttf"]
    ordered = sorted((Path("/fonts") / name for name in names), key=_plainness)
    assert [path.name for path in ordered] == [names[2], names[3], names[1], names[0]]


def test_right_to_left_text_stands_at_the_right():
    if font_shelf().missing_glyphs("שלום") and not FontShelf()._installed:
        pytest.skip("no Hebrew font is installed here")
    assert TextBlock("שלום עולם", STYLE, 500).style.align == "right"


@pytest.mark.parametrize("spare", [0.1, 0.5, 0.9])
def test_no_word_is_torn_for_want_of_a_part_of_a_pixel(spare):
    style = TextStyle(20, "#000000")
    room = int(TextBlock("Compare", style, 1e6).longest_word) + spare
    assert fit("Compare", style, (room, 100), 8).lines == 1


def test_the_longest_word_is_measured_whole_however_little_room_there_is():
    style = TextStyle(40, "#000000", "semibold", tracking=-0.011)
    assert TextBlock("Prediction", style, 50).longest_word == TextBlock("Prediction is", style, 1e6).longest_word
