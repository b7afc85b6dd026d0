from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vortex.media.time import Timecode

RATES = st.sampled_from([Fraction(24), Fraction(25), Fraction(30), Fraction(30000, 1001), Fraction(60)])


@given(st.fractions(0, 10000), RATES)
def test_covering_is_the_shortest_that_is_long_enough(duration_s, fps):
    time = Timecode.covering(duration_s, fps)
    assert time.seconds >= duration_s
    assert (time - Timecode(1, fps)).seconds < duration_s


@given(st.integers(0, 10**6), st.integers(0, 10**6), RATES)
def test_sums_are_exact(first, second, fps):
    total = Timecode(first, fps) + Timecode(second, fps)
    assert total.seconds == Fraction(first + second) / fps
    assert abs(total.samples(48000) - total.seconds * 48000) <= Fraction(1, 2)
    assert (Timecode(first, fps) < Timecode(second, fps)) == (first < second)


def test_other_grids():
    assert Timecode(25, Fraction(25)).at_rate(30) == Timecode(30, Fraction(30))
    with pytest.raises(ValueError, match="whole number"):
        Timecode(1, Fraction(25)).at_rate(30)
    with pytest.raises(ValueError, match="rates differ"):
        Timecode(1, Fraction(25)) + Timecode(1, Fraction(30))


def test_text():
    assert str(Timecode(110 * 30 + 15, Fraction(30))) == "00:01:50.500"
