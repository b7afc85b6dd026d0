import sys
from pathlib import Path

import pytest

from benchmarks import measure


def python(code: str, cwd: Path | None = None) -> measure.Command:
    return measure.Command((sys.executable, "-c", code), cwd)


def test_the_time_of_a_killed_child_counts() -> None:
    burn = "import time; end = time.process_time() + 0.5\nwhile time.process_time() < end: pass\ntime.sleep(9)"
    parent = f"import subprocess, sys, time; p = subprocess.Popen([sys.executable, '-c', {burn!r}]); time.sleep(1.5)"
    cost = measure.run(python(f"{parent}; p.kill()"))
    assert cost.cpu_s > 0.4 and 1.4 < cost.wall_s < 5


def test_peak_memory_is_that_of_the_tree() -> None:
    hold = "import time; data = b'x' * 80_000_000; time.sleep(0.6)"
    code = f"import subprocess, sys; [subprocess.Popen([sys.executable, '-c', {hold!r}]) for _ in 'ab'][1].wait()"
    assert measure.run(python(code)).peak_mb > 160


def test_a_failure_shows_the_last_words() -> None:
    with pytest.raises(measure.CommandFailed, match="out of paper"):
        measure.run(python("raise SystemExit('out of paper')"))


def test_what_a_command_prints_is_kept(tmp_path: Path) -> None:
    command = measure.Command((sys.executable, "-c", "print('a result')"), output=tmp_path / "said")
    measure.run(command)
    assert (tmp_path / "said").read_text() == "a result\n"


def test_time_runs_out() -> None:
    with pytest.raises(measure.CommandFailed, match="stopped after 0 s"):
        measure.run(python("import time; time.sleep(30)"), timeout_s=0.2)


def test_rounds_are_interleaved(tmp_path: Path) -> None:
    note = "open('order', 'a').write('{}')"
    costs = measure.interleaved({name: python(note.format(name), tmp_path) for name in "ab"}, rounds=2)
    assert (tmp_path / "order").read_text() == "abab" and len(costs["a"]) == 2


def test_the_median_is_taken_measure_by_measure() -> None:
    costs = [measure.Cost(1, 9, 3), measure.Cost(2, 8, 1), measure.Cost(3, 7, 2)]
    assert measure.median(costs) == measure.Cost(2, 8, 2)
