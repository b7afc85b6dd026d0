import pytest

from vortex.core.units import format_bytes, format_duration, parse_duration


def test_sizes_use_decimal_units() -> None:
    assert [format_bytes(size) for size in (12, 1500, 2.5e9)] == ["12 B", "1.5 kB", "2.5 GB"]


def test_durations_read_well() -> None:
    assert [format_duration(s) for s in (0.42, 12, 185, 7800)] == ["0.4 s", "12 s", "3 min 05 s", "2 h 10 min"]


@pytest.mark.parametrize(("text", "seconds"), [("90", 90), ("90s", 90), ("2m", 120), ("1m30s", 90), ("1H", 3600)])
def test_durations_are_read(text: str, seconds: int) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize("text", ["", "soon", "2m3", "-5"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no length of time"):
        parse_duration(text)
