import pytest

from review.films import CAPTIONS, SENTENCES
from vortex.media.track import SubtitleCue
from vortex.review.checks import captions


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
