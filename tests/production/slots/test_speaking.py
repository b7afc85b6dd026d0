"""The sound of a slot: lines, pauses, speed, music at the level that the recipe names."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from vortex.core.errors import EngineError, MediaError
from vortex.engines.speech.base import SpeechEngine
from vortex.engines.speech.espeak import EspeakSpeech
from vortex.media.loudness import integrated_lufs
from vortex.media.sound import Sound
from vortex.media.sound_file import write_wav
from vortex.production.slots.buffers import RATE_HZ
from vortex.production.slots.recipe import SlotOrder
from vortex.production.slots.showrunner import Script
from vortex.production.slots.speaking import Spoken, manner_of, notes_on, speak, with_music
from vortex.production.slots.validation import read_order


@pytest.fixture(scope="module")
def voice() -> Iterator[SpeechEngine]:
    engine = EspeakSpeech()
    yield engine
    engine.close()


def order(**audio: Any) -> SlotOrder:
    return read_order({"narrative": {"theme": "x"}, "audio": audio})


def said(voice: SpeechEngine, *lines: str, pause_s: float = 0.5, **audio: Any) -> Spoken:
    manner = manner_of(order(**audio), "", 165, 1)
    return speak(Script(lines, pause_s, "x", "recipe"), voice, manner, lambda share: None)


def test_lines_follow_each_other_with_their_pause(voice: SpeechEngine) -> None:
    spoken = said(voice, "The kettle sings. It is proud.", "Nobody claps.", pause_s=0.9)
    assert [cue.text for cue in spoken.cues] == ["The kettle sings.", "It is proud.", "Nobody claps."]
    gaps = [after.start_s - before.end_s for before, after in zip(spoken.cues, spoken.cues[1:], strict=False)]
    assert gaps == [pytest.approx(0.25, abs=0.001), pytest.approx(0.9, abs=0.001)]
    assert spoken.sound.duration_s == pytest.approx(spoken.cues[-1].end_s + 0.4, abs=0.001)
    assert (spoken.sound.rate_hz, spoken.language, spoken.notes) == (RATE_HZ, "en", ())


def test_speed_is_heard(voice: SpeechEngine) -> None:
    text = "The reader should consult the different help files to become familiar with them."
    slow, fast = (said(voice, text, speed=speed).cues[0].end_s for speed in (0.8, 1.2))
    assert slow / fast == pytest.approx(1.5, rel=0.15)


def test_another_language_is_told(voice: SpeechEngine) -> None:
    spoken = said(voice, "Der Kessel hat sich über den Toaster beschwert, und das ist nicht das erste Mal.")
    assert spoken.language == "de"
    assert "'de'" in spoken.notes[0]


def test_a_script_that_is_too_long_is_refused_and_nothing_is_cut_off(voice: SpeechEngine) -> None:
    heard: list[float] = []
    script = Script(("This sentence is one of very many. " * 40,), 0, "x", "recipe")
    with pytest.raises(EngineError, match="a slot has at most 45 s; shorten it; nothing was cut off"):
        speak(script, voice, manner_of(order(), "", 165, 1), heard.append)
    assert heard == sorted(heard)
    assert 0 < heard[-1] < 1


def test_an_emotion_that_nobody_knows_is_refused(voice: SpeechEngine) -> None:
    recipe = {"audio_track": {"script": "x", "emotion": "greenish"}, "visual_track": {"prompt": "x"}}
    with pytest.raises(EngineError, match="greenish"):
        speak(Script(("A lamp.",), 0, "x", "recipe"), voice, manner_of(read_order(recipe), "", 165, 1), lambda _: None)


def song(path: Path, seconds: float, level: float) -> None:
    rate = 44_100
    time = np.arange(round(seconds * rate)) / rate
    left, right = (level * np.sin(2 * np.pi * pitch * time) for pitch in (220, 330))
    write_wav(path, Sound(np.stack([left, right], axis=1).astype(np.float32), rate))


@pytest.mark.parametrize("level", [0.02, 0.8])
@pytest.mark.parametrize(("volume", "below_db"), [(1.0, 0), (0.25, 12)])
def test_music_has_the_level_that_the_recipe_names(tmp_path: Path, level: float, volume: float, below_db: int) -> None:
    song(tmp_path / "song.wav", 3, level)
    time = np.arange(10 * RATE_HZ) / RATE_HZ
    talk = Sound((0.1 * np.sin(2 * np.pi * 1000 * time) * (time < 5)).astype(np.float32), RATE_HZ)
    both = with_music(talk, order(bgm="song.wav", bgm_volume=volume), tmp_path).sound
    alone = with_music(talk, order(), tmp_path).sound
    assert integrated_lufs(both.as_stereo()) == pytest.approx(-14, abs=1)
    assert integrated_lufs(alone.as_stereo()) == pytest.approx(-14, abs=1)
    music = Sound(both.samples[round(5.5 * RATE_HZ) : round(8.5 * RATE_HZ)], RATE_HZ)
    first = _amplitude(both.samples[RATE_HZ : 4 * RATE_HZ], 1000)
    gain = first / 0.1
    assert integrated_lufs(music) - 20 * np.log10(gain) == pytest.approx(integrated_lufs(talk) - below_db, abs=0.7)


def _amplitude(samples: Any, pitch_hz: int) -> float:
    turns = np.exp(-2j * np.pi * pitch_hz * np.arange(len(samples)) / RATE_HZ)
    return float(2 * abs((samples * turns).mean()))


def test_music_that_cannot_be_used_is_refused(tmp_path: Path) -> None:
    time = np.arange(2 * RATE_HZ) / RATE_HZ
    talk = Sound((0.1 * np.sin(2 * np.pi * 1000 * time)).astype(np.float32), RATE_HZ)
    song(tmp_path / "short.wav", 1, 0.5)
    song(tmp_path / "silent.wav", 3, 0)
    for name, said_so in (("short.wav", "lasts 1.0 s"), ("silent.wav", "silent"), ("none.wav", "cannot be read")):
        with pytest.raises(MediaError, match=said_so):
            with_music(talk, order(bgm=name), tmp_path)
    assert with_music(talk, order(bgm="none.wav", bgm_volume=0), tmp_path).sound.duration_s == 2


def test_a_sound_that_cannot_be_made_loud_is_told(tmp_path: Path) -> None:
    time = np.arange(3 * RATE_HZ) / RATE_HZ
    talk = (0.1 * np.sin(2 * np.pi * 1000 * time)).astype(np.float32)
    assert list(notes_on(with_music(Sound(talk, RATE_HZ), order(), tmp_path))) == []
    clicks = np.zeros(3 * RATE_HZ, np.float32)
    clicks[:: RATE_HZ // 2] = 0.9
    assert "LUFS instead of -14" in next(notes_on(with_music(Sound(clicks, RATE_HZ), order(), tmp_path)))
