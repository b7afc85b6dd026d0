import pytest

from vortex.story.crossing import across

QUOTE = "In 1998 SQLite did not sort 1,151 rows in 2.5 seconds for Ada."


def broken(text: str, language: str, quote: str = QUOTE) -> set[str]:
    return {check.name for check in across(text, quote, language, "en") if not check.passed}


@pytest.mark.parametrize(
    ("text", "language", "failed"),
    [
        ("SQLite sortierte 1998 die 1.151 Zeilen nicht in 2,5 Sekunden für Ada.", "de", set()),
        ("SQLite sortierte 1998 die 1.152 Zeilen nicht in 2,5 Sekunden für Ada.", "de", {"numbers"}),
        ("SQLite sortierte 1998 die sieben Zeilen nicht in 2,5 Sekunden für Ada.", "de", {"numbers"}),
        ("SQLite sortierte 1998 die 1.151 Zeilen in 2,5 Sekunden für Ada.", "de", {"polarity"}),
        ("MySQL sortierte 1998 die 1.151 Zeilen nicht in 2,5 Sekunden für Ada.", "de", {"names"}),
        ("In 1998 SQLite did not sort the 1,151 rows in 2.5 seconds for Ada.", "de", {"language", "polarity"}),
        ("Die SQLite der 1998er Jahre sortierte die Zeilen nicht für Ada.", "de", set()),
        ("En 1998, SQLite ne triait pas les 1 151 lignes pour Ada.".replace("1 151", "1\u202f151"), "fr", set()),
        ("En 1998, SQLite ne triait pas les lignes pour Grace.", "fr", {"names"}),
        ("V roce 1998 SQLite netřídila řádky pro Ada.", "cs", set()),
    ],
)
def test_numbers_names_and_denials_survive_a_translation(text: str, language: str, failed: set[str]) -> None:
    assert broken(text, language) == failed


def test_numbers_of_a_source_are_read_as_its_language_writes_them() -> None:
    quote = "Das Modell wiegt 1.234,5 Kilogramm und läuft mit Version 4.2.2."
    good, bad = (
        {check.name: check.passed for check in across(text, quote, "en", "de")}["numbers"]
        for text in ("It weighs 1,234.5 kilograms with version 4.2.2.", "It weighs 1.2345 kilograms.")
    )
    assert good and not bad


def test_what_could_not_be_compared_says_so() -> None:
    checks = {check.name: check for check in across("Řádky jsou seřazené.", "Rows are sorted.", "cs", "en")}
    assert [name for name, check in checks.items() if not check.applied] == ["overlap", "polarity"]
    assert "its quote in 'en'" in checks["overlap"].detail
