"""Sound in each format: as long and as high as it was, the same bytes each time, without loss where promised."""

from pathlib import Path

import numpy as np
import pytest

from vortex.core.errors import MediaError
from vortex.media.sound import Sound
from vortex.media.sound_encode import FORMATS, write_sound
from vortex.media.sound_file import decode_sound

RATE_HZ = 22050


def tone(rate_hz: int = RATE_HZ, seconds: float = 2.0) -> Sound:
    time = np.arange(round(rate_hz * seconds)) / rate_hz
    return Sound((0.5 * np.sin(2 * np.pi * 440 * time)).astype(np.float32), rate_hz)


def pitch(sound: Sound) -> float:
    mono = sound.by_channel[:, 0]
    return float(np.abs(np.fft.rfft(mono)).argmax() * sound.rate_hz / len(mono))


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("rate_hz", [22050, 24000, 48000])
@pytest.mark.parametrize("channels", [1, 2])
def test_a_format_holds_what_was_written(tmp_path: Path, kind: str, rate_hz: int, channels: int) -> None:
    sound = tone(rate_hz) if channels == 1 else Sound(np.stack([tone(rate_hz).samples] * 2, axis=1), rate_hz)
    file = tmp_path / f"tone.{kind}"
    write_sound(file, sound)
    first = file.read_bytes()
    heard = decode_sound(file)
    assert heard.duration_s == pytest.approx(2.0, abs=0.01)
    assert heard.num_channels == channels
    assert pitch(heard) == pytest.approx(440, abs=1)
    assert np.abs(heard.by_channel[len(heard.samples) // 4 :]).max() == pytest.approx(0.5, abs=0.06)
    write_sound(file, sound)
    assert file.read_bytes() == first


@pytest.mark.parametrize("kind", ["wav", "flac"])
def test_nothing_is_lost_where_nothing_may_be(tmp_path: Path, kind: str) -> None:
    sound = Sound((np.random.default_rng(0).integers(-32768, 32767, 5000) / 32768).astype(np.float32), RATE_HZ)
    write_sound(tmp_path / f"noise.{kind}", sound)
    assert np.array_equal(decode_sound(tmp_path / f"noise.{kind}").samples, sound.samples)


def test_what_cannot_be_written_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match=r"x.aiff: sound is written as wav, flac, mp3, ogg"):
        write_sound(tmp_path / "x.aiff", tone())
    with pytest.raises(MediaError, match="would clip"):
        write_sound(tmp_path / "x.mp3", Sound(np.full(100, 1.5, np.float32), RATE_HZ))
