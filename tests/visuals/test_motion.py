import pytest

from vortex.visuals.motion import Track, ease


def test_a_track_rests_moves_and_rests():
    track = Track(0.0)
    track.move(10, 1.0, 10)
    assert [track.at(frame) for frame in (0, 10, 20, 99)] == [0, 0, 1, 1]
    assert 0.5 < track.at(15) < 1
    assert [list(span) for span in track.moving()] == [list(range(10, 21))]


def test_a_move_starts_from_where_the_one_before_has_got():
    track = Track(0.0)
    track.move(0, 1.0, 10, "linear")
    track.move(5, 0.0, 10, "linear")
    assert track.at(5) == pytest.approx(0.5)
    assert track.at(10) == pytest.approx(0.25)
    assert track.at(15) == 0


def test_a_jump_holds_at_its_own_frame():
    track = Track(0.0)
    track.move(7, 3.0)
    assert (track.at(6), track.at(7)) == (0, 3)


@pytest.mark.parametrize("easing", ["out", "in_out", "linear"])
def test_easings_run_from_0_to_1_without_going_back(easing):
    values = [ease(easing, step / 20) for step in range(21)]
    assert values[0] == 0 and values[-1] == 1
    assert values == sorted(values)


def test_moves_may_be_given_in_any_order():
    forth, back = Track(0.0), Track(0.0)
    for track, order in ((forth, (5, 20, 40)), (back, (40, 5, 20))):
        for start in order:
            track.move(start, start / 10, 8)
    assert [forth.at(frame) for frame in range(60)] == [back.at(frame) for frame in range(60)]
