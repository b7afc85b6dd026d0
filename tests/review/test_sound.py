import numpy as np
import pytest

from review.films import RATE_HZ, Talk
from vortex.engines.speech.base import SpeechRequest
from vortex.engines.speech.espeak import EspeakSpeech
from vortex.media.sound import Sound
from vortex.media.track import SubtitleCue
from vortex.review.checks import captions, sound
from vortex.review.hearing import listen
from vortex.review.measured import Streams
from vortex.review.verdict import Finding, verdict_of
from vortex.story.spoken import say_words

ENTRIES = (0.4, 4.0)


def bed(level: float, seed: int = 1) -> np.ndarray:
    """Chords and a soft noise, as music is."""
    time = np.arange(8 * RATE_HZ) / RATE_HZ
    chord = sum(np.sin(2 * np.pi * pitch * time) for pitch in (220, 277, 330))
    noise = 0.02 * np.random.default_rng(seed).standard_normal(len(time))
    return (level * (chord + noise)).astype(np.float32)


@pytest.mark.parametrize("music", [0.0, 0.01, 0.03])
@pytest.mark.parametrize("late_s", [0.0, 0.1, 0.3, -0.3])
def test_voice_is_heard_coming_in_under_music(music: float, late_s: float) -> None:
    voice = Talk().voice()
    mixed = Sound(voice.by_channel.mean(axis=1) + bed(music), RATE_HZ)
    cues = [SubtitleCue(at + late_s, at + 2, f"Sentence at {at} s.") for at in ENTRIES]
    found = captions.offset(cues, listen([mixed]).rises)
    assert isinstance(found, Finding)
    assert found.measure == pytest.approx(abs(late_s), abs=0.03)
    assert found.passed == (abs(late_s) < 0.125)


@pytest.mark.parametrize("late_s", [0.0, 0.2, -0.2])
def test_a_soft_first_word_before_a_hard_one_is_heard(late_s: float) -> None:
    """The burst of the second word is the louder one; the voice comes in with the first."""
    voice = EspeakSpeech()
    words = tuple(say_words("A data frame is a list with class.", "en", {}))
    spoken = voice.speak(SpeechRequest(words, "en", "", 165))
    voice.close()
    rate_hz, mono = spoken.sound.rate_hz, spoken.sound.by_channel.mean(axis=1)
    gap = np.zeros(rate_hz, np.float32)
    begins = 1 + spoken.times[0].start_s
    parts = [gap, mono] * 3
    starts = [begins + turn * (1 + len(mono) / rate_hz) + late_s for turn in range(3)]
    cues = [SubtitleCue(start, start + 2, "A data frame is a list.") for start in starts]
    found = captions.offset(cues, listen([Sound(np.concatenate([*parts, gap]).astype(np.float32), rate_hz)]).rises)
    assert isinstance(found, Finding)
    assert found.measure == pytest.approx(abs(late_s), abs=0.05)


def test_captions_of_a_hum_without_a_voice_cannot_be_measured() -> None:
    hum = Sound(bed(0.1), RATE_HZ)
    outcome = captions.offset([SubtitleCue(2.0, 4.0, "Nobody speaks.")], listen([hum]).rises)
    assert not isinstance(outcome, Finding) and not outcome.excused


def test_levels_of_a_sine() -> None:
    sine = np.sin(2 * np.pi * 1000 * np.arange(RATE_HZ) / RATE_HZ).astype(np.float32)
    assert np.allclose(listen([Sound(sine, RATE_HZ)]).levels, -3.01, atol=0.01)
    assert np.all(listen([Sound(np.zeros(RATE_HZ, np.float32), RATE_HZ)]).levels < -119)


def test_clipping_needs_three_samples_at_full_scale() -> None:
    samples = np.zeros(RATE_HZ, np.float32)
    samples[100:102] = 1.0
    assert sound.clipping(listen([Sound(samples, RATE_HZ)])).passed
    samples[30000:30003] = -1.0
    found = sound.clipping(listen([Sound(samples, RATE_HZ)]))
    assert not found.passed and found.where == ("0:00.6",)


@pytest.mark.parametrize(
    ("apart_s", "passed"), [(0.0, True), (0.04, True), (-0.04, True), (0.06, False), (-0.2, False)]
)
def test_sound_and_picture_end_together(apart_s: float, passed: bool) -> None:
    assert sound.ends_together(Streams(480, 270, 25, 8.0, 8.0 + apart_s)).passed == passed  # type: ignore[arg-type]


@pytest.mark.parametrize(("peak", "passed"), [(-1.2, True), (-0.8, True), (-0.6, False)])
def test_true_peak_leaves_room_for_the_codec_and_says_so(peak: float, passed: bool) -> None:
    found = sound.true_peak(peak)
    assert found.passed == passed and bool(found.detail) == (peak > -1)


@pytest.mark.parametrize("num_samples", [0, 100, RATE_HZ // 4])
def test_scrap_of_sound_is_no_pass_and_no_crash(num_samples: int) -> None:
    scrap = Sound(np.zeros(num_samples, np.float32), RATE_HZ)
    outcomes = sound.check(listen([scrap]), Streams(480, 270, 25, 8.0, num_samples / RATE_HZ), expected=True)  # type: ignore[arg-type]
    assert not verdict_of(outcomes).passed
    assert not isinstance(captions.offset([SubtitleCue(0.0, 1.0, "One.")], listen([scrap]).rises), Finding)
