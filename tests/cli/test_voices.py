"""The commands of voices: a published Kokoro is converted and spoken with, and a person who agreed is cloned."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from factories.voices import write_kokoro
from typer.testing import CliRunner
from voice_service import voice_service

from vortex.cli.app import app
from vortex.core.errors import EngineError, PolicyError, SourceError
from vortex.media.sound_file import decode_sound

AGREED = "I agree that this voice is copied, and used in films of mine."


def run(*words: object) -> Any:
    """Run a command and return what it printed as JSON."""
    done = CliRunner().invoke(app, [*map(str, words), "--json"])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with voice_service() as found:
        yield found


def test_a_published_kokoro_is_converted_and_speaks(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    folder = write_kokoro(tmp_path / "Kokoro-82M")
    flags = ("--engine", "kokoro", "--set", f"voice.folder={folder}", "--set", "runtime.device=cpu")
    with pytest.raises(PolicyError, match=f"vortex voices convert {folder}"):
        run("speak", "Hello there.", "-o", tmp_path / "x.wav", *flags)
    assert "af_heart" in run("voices", "convert", folder)["voices"]
    listed = run("voices", "list", *flags)
    assert {"name": "narrator", "language": "en", "about": "100% af_heart"} in listed["voices"]
    assert listed["emotions"][0] == "neutral"
    plain, changed = (
        run("speak", "Hello there.", "-o", tmp_path / "said.wav", "--format", "flac", *flags, *more)
        for more in ((), ("--voice", "af_heart", "--emotion", "sad", "--speed", "0.9", "--pitch", "-1", "--seed", "3"))
    )
    assert Path(plain["path"]).name == "said.flac"
    assert changed["duration_s"] > 1.1 * plain["duration_s"]
    assert decode_sound(Path(changed["path"])).duration_s == pytest.approx(changed["duration_s"], abs=0.01)


def test_a_person_who_agreed_is_cloned_and_spoken_with(tmp_path: Path, address: str) -> None:
    shelf = ("--set", f"voice.clones={tmp_path / 'voices'}")
    server = (*shelf, "--set", f"voice.base_url={address}/v1", "--engine")
    (tmp_path / "consent.txt").write_text(AGREED)
    (tmp_path / "short.txt").write_text("ok")
    (tmp_path / "binary.txt").write_bytes(b"\xff\xfe\x00")
    run("speak", AGREED, "-o", tmp_path / "me.mp3", "--pitch", "3")
    clone = ("voices", "clone", "me", tmp_path / "me.mp3", "--consent-by", "the author", *shelf)
    for text, error, said in (("short", PolicyError, "says 'ok'"), ("binary", SourceError, "is no text")):
        with pytest.raises(error, match=said):
            run(*clone, "--consent-text", tmp_path / f"{text}.txt")
    made = run(*clone, "--consent-text", tmp_path / "consent.txt", "--reference-text", AGREED)
    assert made["consent"]["text"] == AGREED
    assert made["consent"]["person"] == "the author"
    listed = run("voices", "list", *server, "xtts")["voices"]
    assert [each["name"] for each in listed] == ["me"]
    assert listed[0]["about"].startswith("clone of the author, who agreed on ")
    for engine in ("xtts", "sovits"):
        spoken = run("speak", "I never said this.", "-o", tmp_path / "x.ogg", "--voice", "me", *server, engine)
        assert len(spoken["words"]) == 4
    record = tmp_path / "voices" / "me" / "consent.json"
    record.write_text(record.read_text().replace("the author", "somebody"))
    assert run("voices", "list", *server, "xtts")["voices"][0]["about"].startswith("refused: ")
    with pytest.raises(PolicyError, match="was changed after it was written"):
        run("speak", "I never said this.", "-o", tmp_path / "x.ogg", "--voice", "me", *server, "xtts")


def test_embedded_voices_are_listed(tmp_path: Path) -> None:
    voices = {each["name"]: each for each in run("voices", "list", "--engine", "espeak")["voices"]}
    assert voices["en-us"] == {"name": "en-us", "language": "en", "about": "default: en-us+f2"}
    assert len(voices) > 80
    with pytest.raises(EngineError, match="no emotion 'bored'"):
        run("speak", "Hello.", "-o", tmp_path / "x.wav", "--emotion", "bored")
