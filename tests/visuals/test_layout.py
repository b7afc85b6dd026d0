from itertools import combinations

import pytest

from vortex.visuals.layout import DoesNotFit, Rect, columns, frame, grid, rows, stack

SIZES = [(1280, 720), (1920, 1080), (720, 1280), (1080, 1080), (640, 360)]


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("captions", [True, False])
def test_places_are_safe_and_never_meet(width, height, captions):
    places = frame(width, height, captions)
    for place in (places.content, places.caption, places.chip):
        assert places.safe.holds(place)
    for one, other in combinations((places.content, places.caption, places.chip), 2):
        assert not one.intersects(other)
    assert places.content.height > 0.5 * height
    assert places.size("small") >= places.minimum >= 0.022 * height


def test_a_stack_that_is_too_tall_is_refused():
    room = Rect(0, 0, 100, 100)
    assert [part.y for part in stack(room, [20, 30], 10)] == [20, 50]
    with pytest.raises(DoesNotFit, match="2 rows need 130 px"):
        stack(room, [60, 60], 10)


def test_room_is_divided_without_rest():
    room = Rect(10, 20, 310, 100)
    left, right = columns(room, [1, 2], 10)
    assert (left.width, right.width, right.right) == (100, 200, room.right)
    upper, lower = rows(room, [1, 1], 20)
    assert (upper.height, lower.bottom) == (40, room.bottom)


def test_a_short_last_row_is_centred():
    cells = grid(Rect(0, 0, 320, 210), 5, 3, 10)
    assert len(cells) == 5
    assert cells[3].x == pytest.approx(55)
    assert not any(one.intersects(other) for one, other in combinations(cells, 2))
