from collections.abc import Callable

import pytest

from vortex.story.material import Material
from vortex.story.quotes import find_quote, locate


def test_finds_words_with_any_white_space() -> None:
    text = "An index is\nanother  table\u0002 of rows."
    assert find_quote(text, "is another table") == "is\nanother  table"
    assert find_quote(text, "is a table") == "" == find_quote(text, " ")


def test_the_page_is_the_one_on_which_the_quote_stands(make: Callable[..., Material]) -> None:
    material = make("Rows stand in order.", "An index is another table.")
    place = locate(material, material.passages[0], "An index is another table.")
    assert place is not None
    assert (place.page, place.label, place.block.id) == (1, "1", "b0001")
    assert locate(material, material.passages[0], "Nothing like it.") is None


def test_the_box_is_the_slice_that_holds_the_lines(film_article: Material) -> None:
    for passage in film_article.passages[:6]:
        for block in film_article.blocks_of(passage):
            half = block.text[len(block.text) // 2 :].partition(" ")[2]
            place = locate(film_article, passage, half)
            if block.box and place and len(block.text) > 300:
                assert block.box.top < place.boxes[0].top < place.boxes[0].bottom <= block.box.bottom + 1e-9
                assert place.boxes[0].bottom == pytest.approx(block.box.bottom, abs=0.02)


def test_a_quote_over_two_blocks_has_boxes_of_the_first_page(make: Callable[..., Material]) -> None:
    material = make("It has two parts:", ("item", "a head"), ("item", "a tail"))
    place = locate(material, material.passages[0], "It has two parts: a head a tail")
    assert place is not None and place.page == 0 and len(place.boxes) == 2
