import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vortex.core.errors import MediaError
from vortex.media.resample import resample
from vortex.media.sound import Sound
from vortex.media.sound_file import decode_sound, iter_sound, read_sound, require_sound, write_wav


def sine(frequency_hz: float, rate_hz: int, duration_s: float = 1) -> np.ndarray:
    return (0.5 * np.sin(2 * np.pi * frequency_hz * np.arange(round(duration_s * rate_hz)) / rate_hz)).astype(
        np.float32
    )


@settings(max_examples=20, deadline=None)
@given(
    samples=st.lists(st.integers(-32768, 32767), min_size=1, max_size=3000),
    num_channels=st.sampled_from([1, 2]),
    rate_hz=st.sampled_from([8000, 22050, 48000]),
)
def test_a_wav_comes_back_to_the_bit(tmp_path_factory, samples, num_channels, rate_hz):
    path = tmp_path_factory.mktemp("s") / "a.wav"
    mono = (np.array(samples) / 32768).astype(np.float32)
    write_wav(path, Sound(mono if num_channels == 1 else np.stack([mono, -mono / 2], axis=1), rate_hz))
    read = decode_sound(path)
    assert (read.rate_hz, read.num_channels, len(read.samples)) == (rate_hz, num_channels, len(samples))
    assert np.array_equal(read.by_channel[:, 0], mono)


@pytest.mark.parametrize("block_s", [0.1, 0.7, 5.0])
def test_blocks_put_together_are_the_whole(tmp_path, block_s):
    write_wav(tmp_path / "a.wav", Sound(sine(440, 22050, 2.3), 22050))
    blocks = list(iter_sound(tmp_path / "a.wav", block_s))
    assert all(block.duration_s >= block_s for block in blocks[:-1])
    whole = decode_sound(tmp_path / "a.wav").samples
    assert np.array_equal(np.concatenate([block.samples for block in blocks]), whole)


def test_a_sound_is_told_from_what_is_none(tmp_path):
    write_wav(tmp_path / "a.wav", Sound(sine(440, 8000), 8000))
    require_sound(tmp_path / "a.wav")
    (tmp_path / "b.wav").write_text("la la la")
    with pytest.raises(MediaError, match=r"b\.wav cannot be read as sound"):
        require_sound(tmp_path / "b.wav")


def test_clipping_is_refused(tmp_path):
    with pytest.raises(MediaError, match=r"peaks at 1\.500"):
        write_wav(tmp_path / "a.wav", Sound(np.array([1.5], np.float32), 8000))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("from_hz", "to_hz"), [(22050, 48000), (16000, 48000), (44100, 48000), (48000, 22050)])
@pytest.mark.parametrize("num_channels", [1, 2])
def test_resampling_keeps_time_and_shape(from_hz, to_hz, num_channels):
    wave = sine(1000, from_hz)
    sound = Sound(wave if num_channels == 1 else np.stack([wave, wave], axis=1), from_hz)
    other = resample(sound, to_hz)
    assert other.samples.shape == (to_hz, *sound.samples.shape[1:])
    assert np.allclose(other.by_channel[500:-500, 0], sine(1000, to_hz)[500:-500], atol=1e-4)


def test_resampling_makes_no_aliases():
    assert np.abs(resample(Sound(sine(15000, 48000), 48000), 22050).samples[200:-200]).max() < 0.005


def test_read_sound_converts(tmp_path):
    write_wav(tmp_path / "a.wav", Sound(sine(440, 16000), 16000))
    assert len(read_sound(tmp_path / "a.wav", 48000).samples) == 48000


def test_what_is_no_sound_is_refused(tmp_path):
    (tmp_path / "a.wav").write_bytes(b"RIFF nothing")
    for name in ("a.wav", "absent.wav"):
        with pytest.raises(MediaError, match=name):
            decode_sound(tmp_path / name)
