"""Against the test signals of EBU Tech 3341 and an independent meter."""

import numpy as np
import pyloudnorm
import pytest

from vortex.core.errors import MediaError
from vortex.media.loudness import SILENCE_LUFS, integrated_lufs, true_peak_db, true_peaks
from vortex.media.sound import Sound

RATE_HZ = 48000


def sine(levels_db: list[tuple[float, float]], frequency_hz: float = 1000, rate_hz: int = RATE_HZ) -> Sound:
    """Stereo, one stretch for each level in dB of full scale and duration in seconds."""
    gains = np.concatenate([np.full(round(seconds * rate_hz), 10 ** (level / 20)) for level, seconds in levels_db])
    wave = gains * np.sin(2 * np.pi * frequency_hz * np.arange(len(gains)) / rate_hz)
    return Sound(np.stack([wave, wave], axis=1).astype(np.float32), rate_hz)


@pytest.mark.parametrize(
    ("levels_db", "expected_lufs"),
    [
        ([(-23, 20)], -23),
        ([(-33, 20)], -33),
        ([(-36, 10), (-23, 60), (-36, 10)], -23),
        ([(-72, 10), (-36, 10), (-23, 60), (-36, 10), (-72, 10)], -23),
        ([(-26, 20), (-20, 20.1), (-26, 20)], -23),
    ],
)
def test_ebu_tech_3341_integrated(levels_db, expected_lufs):
    assert integrated_lufs(sine(levels_db)) == pytest.approx(expected_lufs, abs=0.1)


@pytest.mark.parametrize("rate_hz", [16000, 22050, 44100, 48000, 96000])
@pytest.mark.parametrize("num_channels", [1, 2])
def test_agrees_with_another_meter(rate_hz, num_channels):
    rng = np.random.default_rng(rate_hz)
    time = np.arange(rate_hz * 6) / rate_hz
    noise = np.cumsum(rng.standard_normal((len(time), num_channels)), axis=0)
    noise = np.diff(noise, axis=0, prepend=0) * 0.1 + np.sin(2 * np.pi * 150 * time)[:, None] * 0.2
    samples = (noise * np.sin(time)[:, None] ** 2).astype(np.float32)
    other = pyloudnorm.Meter(rate_hz, filter_class="DeMan").integrated_loudness(samples.astype(float))
    assert integrated_lufs(Sound(samples[:, 0] if num_channels == 1 else samples, rate_hz)) == pytest.approx(
        other, abs=0.1
    )


def test_silence_and_snippets():
    assert integrated_lufs(Sound(np.zeros(RATE_HZ, np.float32), RATE_HZ)) == SILENCE_LUFS
    with pytest.raises(MediaError, match=r"0\.4 s"):
        integrated_lufs(Sound(np.ones(100, np.float32), RATE_HZ))


@pytest.mark.parametrize(
    ("divisor", "phase", "level"),
    [(4, 0, 0.5), (4, 45, 0.5), (6, 60, 0.5), (8, 67.5, 0.5), (4, 45, 1.41)],
)
def test_ebu_tech_3341_true_peak(divisor, phase, level):
    """Tones at a fraction of the rate, whose samples miss the crest; allowed is +0.2 and -0.4 dB."""
    index = np.arange(RATE_HZ)
    fade = np.minimum(1, np.minimum(index, RATE_HZ - index) / 4000)
    wave = fade * level * np.sin(2 * np.pi * index / divisor + np.radians(phase))
    expected = 20 * np.log10(level)
    assert expected - 0.4 <= true_peak_db(Sound(wave.astype(np.float32), RATE_HZ)) <= expected + 0.2


def test_true_peak_of_silence_and_of_the_last_sample():
    assert true_peak_db(Sound(np.zeros(10, np.float32), RATE_HZ)) == SILENCE_LUFS
    assert true_peak_db(Sound(np.array([0, 0, 1], np.float32), RATE_HZ)) == pytest.approx(0, abs=0.01)


def test_a_floor_changes_nothing_above_it():
    noise = np.random.default_rng(3).standard_normal((20000, 2)).astype(np.float32)
    noise[5000:12000] *= 0.01
    exact, quick = true_peaks(Sound(noise, RATE_HZ)), true_peaks(Sound(noise, RATE_HZ), floor=0.5)
    assert np.array_equal(exact[exact > 0.5], quick[exact > 0.5])
    assert (quick[exact <= 0.5] <= 0.5).all()
