import pytest

from vortex.review.verdict import Finding, Skip, Verdict, clock, verdict_of

GOOD = Finding("loudness", True, "-14.0 LUFS", "-14 ± 1 LUFS")
BAD = Finding("silence", False, "5.0 s", "≤ 3 s")


def test_verdict_fails_closed() -> None:
    assert Verdict((GOOD,)).passed
    assert not Verdict(()).passed
    assert not Verdict((GOOD, BAD)).passed
    assert not Verdict((GOOD,), (Skip("overlap", "no record"),)).passed
    assert Verdict((GOOD,), (Skip("overlap", "no record", excused=True),)).passed
    told = Finding("reading ease", False, "10", "", gating=False)
    assert Verdict((GOOD, told)).passed and not Verdict((told,)).passed


def test_summary_names_what_failed_and_what_was_not_looked_at() -> None:
    assert Verdict((GOOD,)).summary() == "passed: 1 checks"
    summary = Verdict((GOOD, BAD), (Skip("overlap", "no record"),)).summary()
    assert summary == "failed: silence is 5.0 s, must be ≤ 3 s; overlap was not checked (no record)"


def test_two_outcomes_of_one_name_are_our_bug() -> None:
    with pytest.raises(ValueError, match="loudness"):
        verdict_of([GOOD, Skip("loudness", "no sound")])


def test_clock() -> None:
    assert (clock(0.04), clock(67.36), clock(59.96)) == ("0:00.0", "1:07.4", "1:00.0")
