from pathlib import Path

import pytest

from vortex.core.errors import ConfigError
from vortex.studio import Studio

SAID = "Ein Index ist eine zweite Tabelle, deren Zeilen in der Reihenfolge einer Spalte stehen."
QUOTE = "An index is another table with all rows in the order of a column."
SCAN = "SQLite reads every row of the table where there is no index."
LOG = "A log keeps each change before it is made in the file."
ANSWERS = f"""[
 {{"when": "Plan ", "answer": {{"scenes": [{{"title": "Searching", "passages": ["P1"]}}]}}}},
 {{"when": "Write", "answer": {{"sentences": [{{"passage": "P1", "quote": "{QUOTE}", "text": "{SAID}"}}]}}}},
 {{"when": "is too short", "answer": {{"sentences": [{{"passage": "P1", "quote": "", "text": "{SCAN}"}}]}}}},
 {{"when": "fails its check", "answer": {{"sentences": [{{"passage": "P1", "quote": "", "text": "{SCAN}"}}]}}}}
]"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    file = tmp_path / "tables.md"
    file.write_text(f"# Tables\n\n## Searching\n\n{QUOTE} {SCAN} {LOG}\n")
    return file


def test_the_embedded_writer_tells_in_its_sources_language_only(source: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"language = 'de'.*is in 'en'.*film\.writer=llm"):
        Studio({}).plan(source, out=tmp_path / "film", seconds=12, language="de")


def test_a_language_model_tells_in_another_and_the_ledger_says_what_was_not_compared(
    source: Path, tmp_path: Path
) -> None:
    (tmp_path / "answers.json").write_text(ANSWERS)
    flags = {"film.writer": "llm", "llm.engine": "scripted", "llm.model": str(tmp_path / "answers.json")}
    told = Studio(flags).plan(source, out=tmp_path / "film", seconds=14, language="de").told
    (claim,) = [each for each in told.claims if each.kind == "statement"]
    assert (claim.text, claim.quote, told.script.language) == (SAID, QUOTE, "de")
    assert claim.supported and claim.in_part
    assert any("told in 'de' from a source in 'en'" in note for note in told.script.notes)
