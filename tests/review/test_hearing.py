import numpy as np
import pytest

from review.films import RATE_HZ, Talk
from vortex.media.loudness import integrated_lufs, true_peak_db
from vortex.media.sound import Sound
from vortex.review.checks import sound as checks
from vortex.review.hearing import HOP_S, listen


def blocks(sound: Sound, size: int) -> list[Sound]:
    return [Sound(sound.samples[at : at + size], sound.rate_hz) for at in range(0, len(sound.samples), size)]


def long_sound(rate_hz: int) -> Sound:
    """Two minutes of noise that swells, so that every block is different, with one clipped place in the second."""
    time = np.arange(120 * rate_hz) / rate_hz
    noise = np.random.default_rng(3).standard_normal((len(time), 2))
    samples = (0.1 * noise * (1.2 + np.sin(time / 7))[:, None]).astype(np.float32)
    samples[round(61.5 * rate_hz) : round(61.5 * rate_hz) + 4] = 1.0
    return Sound(samples, rate_hz)


@pytest.mark.parametrize("rate_hz", [48000, 44100, 22050])
def test_blocks_sound_like_the_whole(rate_hz: int) -> None:
    whole = long_sound(rate_hz)
    heard = listen(blocks(whole, 7 * rate_hz + 311))
    assert heard.lufs == pytest.approx(integrated_lufs(whole), abs=0.001)
    assert heard.peak_db == pytest.approx(true_peak_db(whole), abs=0.01)
    assert heard.clipped == (pytest.approx(61.5, abs=0.001),)
    assert heard.duration_s == 120
    assert len(heard.levels) == len(heard.consonants) == len(heard.channels) == round(120 / HOP_S)


def test_hops_do_not_drift_at_a_rate_that_they_do_not_divide() -> None:
    samples = np.zeros(100 * 44100, np.float32)
    samples[90 * 44100 :] = 0.1
    levels = listen(blocks(Sound(samples, 44100), 99991)).levels
    assert np.argmax(levels > -30) * HOP_S == pytest.approx(90, abs=2 * HOP_S)


def stereo(left: float, right: float) -> Sound:
    voice = Talk().voice().by_channel.mean(axis=1)
    return Sound(np.column_stack((left * voice, right * voice)).astype(np.float32), RATE_HZ)


@pytest.mark.parametrize(
    ("left", "right", "fault"), [(1, 1, ""), (0.5, 1, ""), (1, -1, "They cancel out"), (0, 1, "One channel is silent")]
)
def test_channels_that_cancel_out_or_keep_silent_are_named(left: float, right: float, fault: str) -> None:
    found = checks.both_channels(listen([stereo(left, right)]))
    assert (found.passed, found.detail) == (not fault, fault)


def test_one_channel_is_no_fault() -> None:
    assert checks.both_channels(listen([Talk().voice()])).passed


@pytest.mark.parametrize(("rate_hz", "passed"), [(48000, True), (16000, False)])
def test_low_sample_rate_is_told_and_lets_the_film_pass(rate_hz: int, passed: bool) -> None:
    found = checks.sample_rate(listen([Sound(np.zeros(rate_hz, np.float32), rate_hz)]))
    assert found.passed == passed and not found.gating
