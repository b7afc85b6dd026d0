"""The command about slots, as a user runs it."""

import json
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from bad_input.command import VORTEX, environment, vortex

from vortex.media.probe import probe
from vortex.media.sound import Sound
from vortex.media.sound_file import write_wav

ROOT = Path(__file__).parents[2]
SMALL = ("--set", "slot.side=64", "--set", "runtime.device=cpu")
RECIPE: dict[str, Any] = {
    "narrative": {
        "theme": "a lamp",
        "script": {"setup": "A lamp has quit.", "punchline": "Nobody noticed.", "visual_prompt": "a lamp at night"},
    },
    "slot_params": {"slot_id": "lamp", "fps": 5, "target_duration": 20},
}


def write(folder: Path, recipe: Any = RECIPE) -> Path:
    file = folder / "recipe.json"
    file.write_text(recipe if isinstance(recipe, str) else json.dumps(recipe))
    return file


def test_a_slot_leaves_its_film_its_poster_and_its_report(tmp_path: Path) -> None:
    done = vortex("slot", write(tmp_path), "-o", "out", "--seed", "4", "--json", *SMALL, cwd=tmp_path)
    assert done.code == 0, done.err
    assert [line.partition(":")[0] for line in done.err.splitlines()][-2:] == ["clip", "verdict"]
    told = done.data
    film = probe(tmp_path / "out/slot.mp4")
    assert (film.num_frames, film.width, film.fps) == (told["film"]["num_frames"], 64, 5)
    assert film.audio_duration_s == pytest.approx(film.num_frames / 5, abs=0.05)
    assert film.subtitle_languages == ("en",)
    assert (tmp_path / "out/poster.jpg").read_bytes()[:3] == b"\xff\xd8\xff"
    kept = json.loads((tmp_path / "out/slot.json").read_text())
    assert kept["determinism_proof"] == told["determinism_proof"]
    assert (kept["slot_id"], kept["seed"], kept["recipe"]) == ("lamp", 4, RECIPE)
    assert {part["part"]: part["rung"] for part in kept["parts"]} == {
        "script": "given", "voice": "embedded", "keyframe": "embedded", "clip": "embedded", "verdict": "none",
    }  # fmt: skip
    assert any("20 s were aimed at" in note for note in kept["notes"])
    assert kept["sound"]["lufs"] == pytest.approx(-14, abs=1)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["poster.jpg", "slot.json", "slot.mp4"]


def test_verifying_tells_what_was_changed(tmp_path: Path) -> None:
    assert vortex("slot", write(tmp_path), "-o", "out", "--quiet", *SMALL, cwd=tmp_path).code == 0
    report = tmp_path / "out/slot.json"
    good = vortex("slot", report, "--verify", *SMALL, cwd=tmp_path)
    assert good.code == 0, good.err
    assert "every frame and sample is the same" in good.out
    told = json.loads(report.read_text())
    report.write_text(json.dumps({**told, "seed": told["seed"] + 1}))
    with (tmp_path / "out/slot.mp4").open("ab") as film:
        film.write(b"more")
    bad = vortex("slot", report, "--verify", *SMALL, cwd=tmp_path)
    assert bad.code == 5
    assert "one was changed" in bad.out
    assert "slot.mp4 is not the file that was written" in bad.out
    assert "Made again, the frames differ" in bad.out
    other = vortex("slot", write(tmp_path, json.dumps({"a": 1})), "--verify", *SMALL, cwd=tmp_path)
    assert other.code == 4
    assert "no slot.json of a slot: 'recipe' is missing" in other.error
    for seed in (-1, 2**64):
        report.write_text(json.dumps({**told, "seed": seed}))
        unhashable = vortex("slot", report, "--verify", *SMALL, cwd=tmp_path)
        assert (unhashable.code, "no slot.json of a slot" in unhashable.error) == (4, True)


def test_music_is_looked_for_beside_the_recipe(tmp_path: Path) -> None:
    import numpy as np

    (tmp_path / "recipes").mkdir()
    song = np.sin(np.arange(96_000) * 0.03).astype(np.float32) * np.float32(0.5)
    write_wav(tmp_path / "recipes/song.wav", Sound(song, 24_000))
    recipe = write(tmp_path / "recipes", {**RECIPE, "audio": {"bgm": "song.wav", "bgm_volume": 0.3}})
    with_music = vortex("slot", recipe, "-o", "out", "--json", "--quiet", *SMALL, cwd=tmp_path)
    assert with_music.code == 0, with_music.err
    (tmp_path / "recipes/song.wav").unlink()
    without = vortex("slot", recipe, "-o", "out", *SMALL, cwd=tmp_path)
    assert without.code == 1
    assert "song.wav" in without.error


def test_a_recipe_with_mistakes_is_bad_input_and_all_are_told(tmp_path: Path) -> None:
    broken = write(tmp_path, {"narrative": {"tone": "sad", "thema": "x"}, "audio": {"speed": 9}})
    for flags in ((), ("--check",)):
        done = vortex("slot", broken, *flags, *SMALL, cwd=tmp_path)
        assert done.code == 4
        assert "$.narrative.thema" in done.err
        assert "did you mean 'theme'?" in done.err
        assert "$.audio.speed = 9: at most 1.2" in done.err
        assert "Traceback" not in done.err
    checked = vortex("slot", broken, "--check", "--json", cwd=tmp_path)
    assert (checked.code, len(checked.data["mistakes"])) == (4, 3)
    assert vortex("slot", write(tmp_path), "--check", "--json", cwd=tmp_path).data["mistakes"] == []
    assert vortex("slot", write(tmp_path, "{"), "--check", cwd=tmp_path).code == 4
    assert vortex("slot", "none.json", cwd=tmp_path).code == 4
    assert not (tmp_path / "slot").exists()


def test_a_deadline_is_kept_or_refused(tmp_path: Path) -> None:
    recipe = write(tmp_path)
    late = vortex("slot", recipe, "--deadline", "3", *SMALL, cwd=tmp_path)
    assert late.code == 1
    assert "3.0 s are left of 3.0 s" in late.error
    assert not (tmp_path / "slot").exists()
    barred = vortex("slot", recipe, "-o", "/proc/slot", *SMALL, cwd=tmp_path)
    assert (barred.code, "voice" in barred.err) == (1, False), "the folder is looked at before anything is made"
    assert "make it writable or choose another folder" in barred.error
    assert vortex("slot", recipe, "--deadline", "120", "--json", *SMALL, cwd=tmp_path).data["deadline_met"] is True
    assert vortex("slot", recipe, "--seed", "-1", *SMALL, cwd=tmp_path).code == 2
    assert vortex("slot", recipe, "--check", "--verify", cwd=tmp_path).code == 2


def test_a_refused_slot_is_kept_under_another_name(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    pytest.importorskip("transformers")
    from factories.eyes import save_clip

    sight = ("--set", "sight.engine=clip", "--set", f"sight.model={save_clip(tmp_path / 'clip')}")
    recipe = write(tmp_path, {**RECIPE, "quality": {"clip_threshold": 0.0, "max_retries": 1}})
    passed = vortex("slot", recipe, "-o", "out", "--json", *SMALL, cwd=tmp_path)
    assert (passed.code, passed.data["verdict"]["is_judged"], len(passed.data["tries"])) == (0, False, 1)
    recipe = write(tmp_path, {**RECIPE, "quality": {"clip_threshold": 1.0, "max_retries": 1}})
    refused = vortex("slot", recipe, "-o", "out", "--json", *sight, *SMALL, cwd=tmp_path)
    assert (refused.code, refused.data["success"], len(refused.data["tries"])) == (5, False, 2)
    assert refused.data["verdict"]["score"] < 1
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "poster.jpg", "slot.json", "slot.rejected.mp4",
    ]  # fmt: skip


def test_an_interrupted_slot_leaves_nothing_behind(tmp_path: Path) -> None:
    long = {**RECIPE, "slot_params": {"fps": 30}}
    long["narrative"] = {
        **RECIPE["narrative"],
        "script": {**RECIPE["narrative"]["script"], "setup": "A lamp has quit again. " * 12},
    }
    command = (VORTEX, "slot", write(tmp_path, long), "-o", "out", "--set", "slot.side=1024")
    with subprocess.Popen(command, env=environment(tmp_path), cwd=tmp_path, stderr=subprocess.PIPE, text=True) as run:
        assert run.stderr is not None
        while not run.stderr.readline().startswith("voice"):
            assert run.poll() is None
        time.sleep(0.5)
        run.send_signal(signal.SIGINT)
        said = run.stderr.read()
        assert run.wait(60) == 130
    assert "Traceback" not in said
    assert not (tmp_path / "out").exists()
