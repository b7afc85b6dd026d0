import json
from pathlib import Path

import pytest

from benchmarks import result
from benchmarks.result import Bar, Result, Table

RESULT = Result(
    "A race",
    (Table("Times", ("who", "wall s"), (("own", 1.25), ("peer", 1234.5), ("absent", None))),),
    (Bar("faster than the peer", 6.2, 5), Bar("memory in MB", 300, 260, "at most")),
    ("The peer slept.",),
)


def test_a_record_becomes_a_section(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(result, "RESULTS", tmp_path)
    monkeypatch.setattr(result, "PAGE", tmp_path / "RESULTS.md")
    result.save("race", RESULT, quick=False)
    record = json.loads((tmp_path / "race.json").read_text(encoding="utf8"))
    assert [bar["is_met"] for bar in record["bars"]] == [True, False]
    assert record["commit"] and record["machine"]["cores"] >= 1
    page = result.write_page().read_text(encoding="utf8")
    for line in (
        "| own | 1.25 |",
        "| peer | 1,234 |",
        "| absent | – |",
        "| memory in MB | at most 260 | 300 | **no** |",
    ):
        assert line in page
    assert "python -m benchmarks race" in page and "\n- The peer slept." in page


def test_a_quick_run_is_kept_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(result, "RESULTS", tmp_path / "kept")
    monkeypatch.setattr(result, "QUICK", tmp_path / "quick")
    result.save("race", RESULT, quick=True)
    assert [path.name for path in tmp_path.rglob("*.json")] == ["race.json"] and not result.RESULTS.exists()


def test_the_page_in_the_repository_follows_from_the_records() -> None:
    assert any(result.RESULTS.glob("*.json")) == result.PAGE.exists()
    assert not result.PAGE.exists() or result.PAGE.read_text(encoding="utf8") == result.page()
