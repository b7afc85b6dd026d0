from benchmarks.engine_room.carousel import LeastRecent, carousel, favourites, slots
from vortex.runtime.steward import Steward


def test_the_same_work_is_asked_of_both() -> None:
    assert list(slots(6)) == ["llm", "voice", "image", "video", "judge", "llm"]
    assert list(favourites(20)) == list(favourites(20))


def test_what_fits_together_is_loaded_once() -> None:
    for kind in (Steward, LeastRecent):
        found = carousel(kind, 40, slots(50))
        assert (found.loads, found.gigabytes, round(found.seconds, 6)) == (5, 26.0, 26.0)


def test_choosing_by_age_loads_the_next_in_turn_every_time() -> None:
    ours, by_age = carousel(Steward, 24, slots(100)), carousel(LeastRecent, 24, slots(100))
    assert by_age.loads > ours.loads and by_age.seconds > 2 * ours.seconds
