from fractions import Fraction

from vortex.media.time import Timecode


def test_time_is_exact():
    assert Timecode(30000, Fraction(30000, 1001)).seconds == 1001
    assert Timecode(1, Fraction(30)).seconds * 30 == 1
