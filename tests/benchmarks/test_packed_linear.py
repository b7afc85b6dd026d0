import pytest

from benchmarks.engine_room import packed_linear as bench


def test_a_ratio_is_that_of_medians_and_its_quartiles_those_of_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    spent = {
        bench.PLAIN: [2.0, 4.0, 6.0],
        bench.SINGLE: [8.0, 8.0, 8.0],
        bench.EIGHT: [1.0, 1.0, 2.0],
        bench.FOUR: [1.0] * 3,
    }
    columns = [bench.key(walk, number) for walk in (bench.AGAIN, bench.CHAIN) for number in bench.ROWS]
    turn = {name: {"times": dict.fromkeys(columns, each), "error": 0.01, "bytes": 16} for name, each in spent.items()}
    monkeypatch.setattr(bench, "PEER", bench.WORK / "not-installed")
    monkeypatch.setattr(bench, "measured", lambda name: turn[name])
    found = bench.run(quick=True)
    assert [(bar.what.split(" at ")[0], bar.measured) for bar in found.bars] == [(bench.EIGHT, 4.0), (bench.FOUR, 4.0)]
    assert found.tables[2].rows[0] == (bench.EIGHT, bench.PLAIN, 4.0, 4.0, 4.0, "2.00 to 4.00")
    assert found.tables[2].rows[3] == (bench.FOUR, bench.SINGLE, 8.0, 8.0, 8.0, "8.00 to 8.00")
    assert any("torchao is not installed" in note for note in found.notes)
