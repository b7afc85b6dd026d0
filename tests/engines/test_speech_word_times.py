import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vortex.engines.speech.word_times import LEAD_S, TAIL_S, WordEvent, trim, word_times

RATE = 1000


def tone(length: int) -> np.ndarray:
    return np.full(length, 0.5, np.float32)


def test_trim_leaves_known_pads() -> None:
    for before, after in ((0, 0), (5, 10), (300, 400)):
        sound = np.concatenate([np.zeros(before, np.float32), tone(200), np.zeros(after, np.float32)])
        trimmed = trim(sound, RATE)
        assert trimmed
        assert len(trimmed.samples) == 200 + round((LEAD_S + TAIL_S) * RATE)
        assert trimmed.samples[before - trimmed.offset] == 0.5
    assert trim(np.zeros(500, np.float32), RATE) is None


def test_merged_words_share_by_letters_and_unspoken_ones_take_no_time() -> None:
    words = ["of", "the", "—", "world"]
    times = word_times(words, [WordEvent(0, 0), WordEvent(9, 500)], tone(1060), RATE)
    assert [time.start_s for time in times] == pytest.approx([0, 0.2, 0.5, 0.5])
    assert times[2].end_s == times[2].start_s
    assert times[3].end_s == pytest.approx(1.06)


def test_word_spoken_in_parts_begins_with_its_first() -> None:
    times = word_times(
        ["in", "1984,", "yes"],
        [WordEvent(0, 0), WordEvent(3, 100), WordEvent(4, 250), WordEvent(9, 400)],
        tone(660),
        RATE,
    )
    assert [time.start_s for time in times] == [0, 0.1, 0.4]


def test_word_ends_before_a_pause() -> None:
    sound = np.concatenate([tone(200), np.zeros(150, np.float32), tone(200)])
    first, second = word_times(["Well,", "yes"], [WordEvent(0, 0), WordEvent(6, 350)], sound, RATE)
    assert first.end_s == 0.2
    assert second.start_s == 0.35


@given(
    st.lists(st.text("ab—1", min_size=0, max_size=6), min_size=1, max_size=8),
    st.lists(st.tuples(st.integers(-2, 60), st.integers(-50, 1500)), max_size=9),
)
def test_any_events_give_ordered_times_inside_the_sound(words: list[str], events: list[tuple[int, int]]) -> None:
    times = word_times(words, [WordEvent(*event) for event in events], tone(1000), RATE)
    flat = [moment for time in times for moment in (time.start_s, time.end_s)]
    assert len(times) == len(words)
    assert flat == sorted(flat)
    assert flat[0] >= 0
    assert flat[-1] <= 1
