from dataclasses import replace

import numpy as np
import pytest

from timeline.spoken_film import Film
from vortex.core.errors import MediaError
from vortex.media.loudness import integrated_lufs
from vortex.media.sound import Sound
from vortex.timeline import mix as room
from vortex.timeline.mix import mix, mix_blocks, speech_intervals
from vortex.timeline.plan import RATE_HZ

SECOND = np.arange(RATE_HZ * 5) / RATE_HZ
TONE = Sound((0.3 * np.sin(2 * np.pi * 440 * SECOND)).astype(np.float32), RATE_HZ)


def test_sentences_stand_at_their_samples(film: Film) -> None:
    whole = mix(film.timeline, film.sounds)
    assert len(whole.samples) == film.timeline.num_samples
    rest = whole.samples.copy()
    for placed in film.timeline.sentences:
        slot = slice(placed.start_sample, placed.start_sample + placed.num_samples)
        assert np.array_equal(whole.samples[slot], film.sounds[placed.id].samples)
        rest[slot] = 0
    assert not rest.any()


def test_no_click_at_edges(film: Film) -> None:
    whole = mix(film.timeline, film.sounds).samples
    for placed in film.timeline.sentences:
        for edge in (placed.start_sample, placed.start_sample + placed.num_samples):
            assert np.abs(np.diff(whole[edge - 50 : edge + 50])).max() < 0.002


def test_blocks_do_not_show(film: Film, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = mix(film.timeline, film.sounds, TONE)
    monkeypatch.setattr(room, "_BLOCK", 12_345)
    assert np.abs(mix(film.timeline, film.sounds, TONE).samples - whole.samples).max() < 1e-4
    assert max(len(block.samples) for block in mix_blocks(film.timeline, film.sounds)) == 12_345


def test_music_makes_way_and_comes_back(film: Film) -> None:
    voice = mix(film.timeline, film.sounds).samples
    music = mix(film.timeline, film.sounds, TONE).samples - voice
    spoken = np.zeros(len(voice), bool)
    for start, end in speech_intervals(film.timeline):
        spoken[round(start * RATE_HZ) : round(end * RATE_HZ)] = True
    under = integrated_lufs(Sound(music[spoken], RATE_HZ))
    assert under == pytest.approx(integrated_lufs(Sound(voice[spoken], RATE_HZ)) - 18, abs=1.5)
    before_speech = music[RATE_HZ : RATE_HZ + 9600]
    assert 20 * np.log10(np.std(before_speech) / np.std(music[spoken])) == pytest.approx(12, abs=1.5)
    assert np.abs(music[:100]).max() < 0.001
    assert np.abs(music[-100:]).max() < 0.001


def test_stereo_music_makes_a_stereo_film(film: Film) -> None:
    stereo = Sound(np.stack([TONE.samples, 0 * TONE.samples], axis=1), RATE_HZ)
    whole = mix(film.timeline, film.sounds, stereo).samples
    assert whole.shape == (film.timeline.num_samples, 2)
    assert np.array_equal(whole[:, 1], mix(film.timeline, film.sounds).samples)


def test_wrong_sounds_are_refused(film: Film) -> None:
    some = dict(film.sounds)
    some["heap1"] = some["heap1"].fitted(1000)
    with pytest.raises(MediaError, match="'heap1' has 1000 samples"):
        mix(film.timeline, some)
    del some["heap1"]
    with pytest.raises(MediaError, match="no sound for sentence 'heap1'"):
        mix(film.timeline, some)
    with pytest.raises(MediaError, match="silent"):
        mix(film.timeline, film.sounds, Sound(np.zeros(RATE_HZ * 5, np.float32), RATE_HZ))


def test_silent_film(film: Film) -> None:
    mute = replace(film.timeline, sentences=())
    assert not mix(mute, {}).samples.any()
    assert mix(mute, {}, TONE).samples.any()
