"""A voice whose process is killed: once is mended without a trace, twice ends the run and keeps what was spoken."""

import os
from pathlib import Path

from bad_input.command import FAST, vortex
from bad_input.files import KETTLE
from bad_input.voices import SPOKEN_BEFORE_DEATH

TESTS = str(Path(__file__).parents[1])


def test_a_voice_killed_between_sentences_says_the_same(finished: Path, tmp_path: Path) -> None:
    done = _make("HauntedVoice", tmp_path)
    assert done.code == 0, done.err
    assert (tmp_path / "film/out/film.mp4").read_bytes() == (finished / "out/film.mp4").read_bytes()


def test_a_voice_that_dies_twice_ends_the_run_and_keeps_its_sentences(tmp_path: Path) -> None:
    done = _make("MortalVoice", tmp_path)
    assert done.code == 1
    assert "died twice over" in done.error
    assert "run again, finished work is kept" in done.error
    assert len(list((tmp_path / "film/build/voice").iterdir())) == SPOKEN_BEFORE_DEATH


def _make(voice: str, cwd: Path):
    engine = f"voice.engine=bad_input.voices:{voice}"
    path = os.pathsep.join([TESTS, os.environ.get("PYTHONPATH", "")])
    args = ("make", KETTLE, "-o", "film", "-q", "--seconds", "15", *FAST, "--set", engine)
    return vortex(*args, cwd=cwd, PYTHONPATH=path)
