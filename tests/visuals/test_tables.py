"""Numbers are recognised and stand at the right; tables that cannot be read are refused."""

import pytest

from visuals.shots import STORY, scene
from vortex.visuals.kinds.tables import is_numeric
from vortex.visuals.layout import DoesNotFit


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (("1", "2,536.4", "−3"), True),
        (("97.5 %", "—", ""), True),
        (("12 ms", "3 kB", "≈ 4 s"), True),
        (("log n", "1"), False),
        (("Heap", "List"), False),
        (("", "—"), False),
    ],
)
def test_a_column_of_numbers_is_recognised(column, expected):
    assert is_numeric(column) is expected


def test_numbers_share_their_right_edge_and_words_their_left():
    made = scene("table", {"rows": [["Year", "People"], ["a", "1,000"], ["bcd", "7"]]}, STORY)
    boxes = {element.name: element.marks[0].box for element in made.elements if element.marks}
    assert boxes["cell:1,1"].right == boxes["cell:2,1"].right
    assert boxes["cell:1,0"].x == boxes["cell:2,0"].x


def test_an_illegible_table_is_refused():
    rows = [["A word of many letters"] * 12] * 9
    with pytest.raises(DoesNotFit, match="the table's"):
        scene("table", {"rows": rows}, STORY)
