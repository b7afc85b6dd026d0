import pytest

from vortex.core.units import (
    counted,
    format_bytes,
    format_duration,
    format_moment,
    format_timestamp,
    parse_duration,
    roman_value,
)


def test_sizes_use_decimal_units() -> None:
    assert [format_bytes(size) for size in (12, 1500, 2.5e9)] == ["12 B", "1.5 kB", "2.5 GB"]


def test_durations_read_well() -> None:
    assert [format_duration(s) for s in (0.42, 12, 185, 7800)] == ["0.4 s", "12 s", "3 min 05 s", "2 h 10 min"]


def test_one_thing_has_no_plural() -> None:
    assert [counted(number, "page") for number in (0, 1, 2)] == ["0 pages", "1 page", "2 pages"]


@pytest.mark.parametrize(("text", "seconds"), [("90", 90), ("90s", 90), ("2m", 120), ("1m30s", 90), ("1H", 3600)])
def test_durations_are_read(text: str, seconds: int) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize("text", ["", "soon", "2m3", "-5"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no length of time"):
        parse_duration(text)


def test_roman_numerals() -> None:
    written = ("XXV", "IV", "xii", "mcmxciv", "Iv", "VX", "", "word")
    assert [roman_value(text) for text in written] == [25, 4, 12, 1994, 0, 0, 0, 0]


def test_moments() -> None:
    assert (format_moment(65), format_moment(65, hours=True), format_moment(3700, hours=True)) == (
        "1:05", "0:01:05", "1:01:40",
    )  # fmt: skip
    assert (format_timestamp(65.25), format_timestamp(3600.0004, ",")) == ("00:01:05.250", "01:00:00,000")
