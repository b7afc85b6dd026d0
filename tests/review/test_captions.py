import numpy as np
import pytest

from review.films import CAPTIONS, SENTENCES
from vortex.media.track import SubtitleCue
from vortex.review.checks import captions
from vortex.review.hearing import HOP_S
from vortex.review.verdict import Finding


@pytest.mark.parametrize(
    ("cue", "reason"),
    [
        (SubtitleCue(8, 12, "one\ntwo\nthree"), "3 rows"),
        (SubtitleCue(8, 12, "x" * 43), "a row of 43 characters"),
        (SubtitleCue(8, 9, "twenty-one characters"), "21.0 characters a second"),
        (SubtitleCue(7, 9, "too early"), "begins before the last one ends"),
    ],
)
def test_fault_of_form_is_named(cue: SubtitleCue, reason: str) -> None:
    found = captions.form((*CAPTIONS, cue))
    assert not found.passed and reason in found.where[0]


def test_captions_hold_the_script_word_for_word() -> None:
    assert captions.coverage(CAPTIONS, SENTENCES).passed
    swapped = captions.coverage((CAPTIONS[2], *CAPTIONS[:2]), SENTENCES)
    assert not swapped.passed and "Itsorts" in swapped.detail
    assert not captions.coverage((*CAPTIONS, SubtitleCue(8, 9, "Buy now!")), SENTENCES).passed
    assert "s2" in captions.coverage(CAPTIONS[:2], SENTENCES).where[0]


def test_missing_track_fails_where_it_was_ordered() -> None:
    assert any(getattr(o, "passed", None) is False for o in captions.check((), None, SENTENCES, expected=True))
    assert all(getattr(o, "excused", False) for o in captions.check((), None, SENTENCES, expected=False))


MOMENTS = (1.0, 7.3, 12.1, 19.8, 24.4, 31.0)
"""When sentences begin, so that no shift but the true one lays many of them on the voice."""


def laid(shift_s: float) -> Finding:
    """Measure captions that come ``shift_s`` after a voice which comes in at ``MOMENTS``."""
    rises = np.full(round(45 / HOP_S), 1.0, np.float32)
    rises[[round((moment + 5) / HOP_S) for moment in MOMENTS]] = 25.0
    track = [SubtitleCue(moment + 5 + shift_s, moment + 7 + shift_s, "A sentence.") for moment in MOMENTS]
    found = captions.offset(track, rises)
    assert isinstance(found, Finding)
    return found


@pytest.mark.parametrize("shift_s", [-4.9, -3.0, -1.0, -0.3, 0.0, 0.1, 0.3, 1.0, 3.0, 4.9])
def test_a_track_that_is_seconds_away_is_measured_as_a_whole(shift_s: float) -> None:
    found = laid(shift_s)
    assert found.measure == pytest.approx(abs(shift_s), abs=0.02)
    assert found.passed == (abs(shift_s) <= 0.125)


def test_a_track_that_is_farther_away_is_not_taken_for_good() -> None:
    rises = np.full(round(60 / HOP_S), 1.0, np.float32)
    rises[[round(moment / HOP_S) for moment in MOMENTS]] = 25.0
    track = [SubtitleCue(moment + 8.3, moment + 10, "A sentence.") for moment in MOMENTS]
    assert getattr(captions.offset(track, rises), "passed", None) is not True
