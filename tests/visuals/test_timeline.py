"""Dates become moments only where all of them are dates, in order; distances are then true to time."""

import pytest

from visuals.shots import STORY, scene
from vortex.visuals.kinds.timeline import moments


@pytest.mark.parametrize(
    ("dates", "years"),
    [
        (("1969", "1983"), [1969, 1983]),
        (("300 BC", "1637"), [-300, 1637]),
        (("the 1960s", "1 July 1970"), [1960, 1970.503]),
        (("1983", "1969"), None),
        (("1964", "1964"), None),
        (("Monday", "1964"), None),
    ],
)
def test_moments(dates, years):
    assert moments(dates) == (years if years is None else pytest.approx(years, abs=0.01))


def test_marks_are_as_far_apart_as_their_years():
    events = [{"date": date, "text": "It happened"} for date in ("1960", "1970", "2000")]
    made = scene("timeline", {"events": events}, STORY)
    one, other, last = (next(e for e in made.elements if e.name == f"mark:{n}").bounds.centre[0] for n in range(3))
    assert (last - other) / (other - one) == pytest.approx(3)
