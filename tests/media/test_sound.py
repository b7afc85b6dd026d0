import numpy as np
import pytest

from vortex.media.sound import Sound


@pytest.mark.parametrize("shape", [(4,), (4, 2)])
def test_fitting_adds_silence_or_cuts(shape):
    sound = Sound(np.ones(shape, np.float32), 2)
    assert sound.duration_s == 2
    assert sound.fitted(6).samples.sum() == sound.samples.sum()
    assert sound.fitted(6).samples.shape == (6, *shape[1:])
    assert sound.fitted(3).samples.shape == (3, *shape[1:])


def test_stereo_from_mono_has_two_equal_channels():
    sound = Sound(np.array([0.1, 0.2], np.float32), 8000)
    assert sound.as_stereo().samples.tolist() == [[np.float32(0.1)] * 2, [np.float32(0.2)] * 2]
    assert sound.as_stereo().as_stereo().num_channels == 2
    assert (sound.num_channels, sound.by_channel.shape) == (1, (2, 1))
