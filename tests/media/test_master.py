import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vortex.core.errors import MediaError
from vortex.media.loudness import integrated_lufs, true_peak_db
from vortex.media.master import duck, limit, master
from vortex.media.sound import Sound

RATE_HZ = 48000


def speechlike(seed: int = 0, duration_s: float = 4, num_channels: int = 1, level: float = 0.05) -> Sound:
    """Noise in syllables with a click now and then."""
    rng = np.random.default_rng(seed)
    time = np.arange(round(duration_s * RATE_HZ)) / RATE_HZ
    samples = rng.standard_normal((len(time), num_channels)) * level * np.clip(np.sin(time * 25) + 0.3, 0, 1)[:, None]
    samples[:: RATE_HZ // 3] *= 8
    return Sound(samples[:, 0].astype(np.float32) if num_channels == 1 else samples.astype(np.float32), RATE_HZ)


@pytest.mark.parametrize("num_channels", [1, 2])
@pytest.mark.parametrize(("target_lufs", "ceiling_db"), [(-14, -1), (-14, -1.5), (-23, -1)])
def test_reaches_the_target_under_the_ceiling(num_channels, target_lufs, ceiling_db):
    mastered = master(speechlike(num_channels=num_channels), target_lufs, ceiling_db)
    heard = mastered.sound.as_stereo()
    assert integrated_lufs(heard) == pytest.approx(target_lufs, abs=1)
    assert mastered.after_lufs == pytest.approx(integrated_lufs(heard), abs=0.01)
    assert true_peak_db(mastered.sound) <= ceiling_db
    assert mastered.true_peak_db == pytest.approx(true_peak_db(mastered.sound), abs=0.01)
    assert 0 <= mastered.limited_fraction < 0.2


def test_a_sound_that_fits_is_only_scaled():
    quiet = speechlike(level=0.01, num_channels=2)
    mastered = master(quiet, -40)
    ratio = mastered.sound.samples[quiet.samples != 0] / quiet.samples[quiet.samples != 0]
    assert mastered.limited_fraction == 0
    assert np.allclose(ratio, 10 ** (mastered.gain_db / 20), rtol=1e-4)


def test_silence_is_refused():
    with pytest.raises(MediaError, match="silent"):
        master(Sound(np.zeros(RATE_HZ, np.float32), RATE_HZ))


@settings(max_examples=30, deadline=None)
@given(
    seed=st.integers(0, 1000), boost_db=st.floats(0, 40), length=st.integers(1, 30000), ceiling_db=st.floats(-12, -0.1)
)
def test_nothing_passes_the_limiter(seed, boost_db, length, ceiling_db):
    noise = np.random.default_rng(seed).standard_normal(length) * 10 ** (boost_db / 20) * 0.1
    limited, fraction = limit(Sound(noise.astype(np.float32), RATE_HZ), ceiling_db)
    assert true_peak_db(limited) <= ceiling_db + 1e-3
    assert len(limited.samples) == length
    assert 0 <= fraction <= 1


def test_the_limiter_acts_before_the_peak_and_lets_go_after_it():
    wave = 0.5 * np.sin(np.arange(RATE_HZ) * 0.1).astype(np.float32)
    wave[24000:24048] *= 2
    limited, _ = limit(Sound(wave, RATE_HZ), -1)
    heard = np.flatnonzero(np.abs(wave) > 0.05)
    gain = np.interp(np.arange(RATE_HZ), heard, limited.samples[heard] / wave[heard])
    assert gain[:23000] == pytest.approx(1)
    assert gain[23990] < 0.95
    assert gain[30000:] == pytest.approx(1)
    assert np.abs(np.diff(gain)).max() < 0.01


def level_db(sound: Sound, seconds: float) -> float:
    return float(20 * np.log10(sound.samples[round(seconds * RATE_HZ)]))


def test_music_makes_way_for_speech():
    music = Sound(np.ones(5 * RATE_HZ, np.float32), RATE_HZ)
    ducked = duck(music, [(0.02, 0.5), (2.0, 2.5), (2.7, 3.0)])
    expected = {0.0: -9, 0.3: -12, 0.7: -6, 0.95: 0, 1.9: 0, 1.96: -6, 2.0: -12, 2.6: -12, 3.0: -12, 3.2: -6, 3.5: 0}
    for seconds, level in expected.items():
        assert level_db(ducked, seconds) == pytest.approx(level, abs=0.1)


def test_music_without_speech_is_left_alone():
    music = speechlike(num_channels=2)
    assert duck(music, []) is music
