from vortex.review.records import changes_of
from vortex.visuals.record import LayoutRecord, RecordedElement, Stretch

BOX = (10.0, 10.0, 200.0, 40.0)


def changes(*stretches: Stretch) -> list[int]:
    element = RecordedElement("a", "text", "words", "#ffffff", stretches)
    return sorted(set(changes_of(LayoutRecord(640, 360, 24, 100, "#ffffff", (element,)))))


def test_a_fade_is_one_change() -> None:
    fade = [Stretch(8 + n, 9 + n, BOX, opacity) for n, opacity in enumerate((0.2, 0.6, 0.95, 0.99))]
    assert changes(*fade, Stretch(12, 100, BOX)) == [8]


def test_coming_back_and_going_are_changes() -> None:
    assert changes(Stretch(0, 20, BOX), Stretch(50, 90, BOX)) == [0, 50, 90]


def test_a_movement_counts_once_it_can_be_seen() -> None:
    steps = [Stretch(n, n + 1, (10.0 + 1.5 * n, 10.0, 200.0, 40.0)) for n in range(9)]
    assert changes(*steps, Stretch(9, 100, (22.0, 10.0, 200.0, 40.0))) == [0, 3, 6]


def test_another_colour_is_a_change() -> None:
    assert changes(Stretch(0, 20, BOX, colour="#000000"), Stretch(20, 100, BOX, colour="#ff0000")) == [0, 20]
