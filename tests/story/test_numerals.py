import pytest

from vortex.story.numerals import cardinal, number, ordinal, year


@pytest.mark.parametrize(
    ("value", "said"),
    [(0, "zero"), (21, "twenty-one"), (115, "one hundred fifteen"), (1_048_576, None), (-3, "minus three")],
)
def test_cardinals(value: int, said: str | None) -> None:
    assert cardinal(value) == (said or "one million forty-eight thousand five hundred seventy-six")


def test_ordinals_and_years() -> None:
    assert [ordinal(n) for n in (1, 2, 12, 20, 23, 100)] == [
        "first", "second", "twelfth", "twentieth", "twenty-third", "one hundredth",
    ]  # fmt: skip
    assert [year(n) for n in (1808, 1900, 1999, 2010)] == [
        "eighteen oh eight", "nineteen hundred", "nineteen ninety-nine", "two thousand ten",
    ]  # fmt: skip


def test_decimals_and_versions() -> None:
    assert number("0.05") == "zero point zero five"
    assert number("3.11.2") == "three point eleven point two"
    assert number("1,151") == "one thousand one hundred fifty-one"
