import numpy as np
import pytest

from vortex.core.errors import MediaError
from vortex.media.encode import VideoWriter
from vortex.media.probe import probe
from vortex.media.sound import Sound
from vortex.media.sound_file import write_wav


def test_a_silent_film(tmp_path):
    with VideoWriter(tmp_path / "a.mp4", 64, 48, 24) as writer:
        for _ in range(12):
            writer.write()
    found = probe(tmp_path / "a.mp4")
    assert (found.width, found.height, found.fps, found.num_frames) == (64, 48, 24, 12)
    assert (found.video_codec, found.pix_fmt, found.audio_codec, found.audio_channels) == ("h264", "yuv420p", "", 0)
    assert found.duration_s == pytest.approx(0.5)
    assert (found.chapters, found.subtitle_languages, found.metadata) == ((), (), {})


def test_a_sound(tmp_path):
    write_wav(tmp_path / "a.wav", Sound(np.zeros((4000, 2), np.float32), 8000))
    found = probe(tmp_path / "a.wav")
    assert (found.audio_rate_hz, found.audio_channels, found.audio_duration_s) == (8000, 2, 0.5)
    assert (found.width, found.num_frames, found.fps) == (0, 0, 0)


def test_a_damaged_file_is_named_with_its_size(tmp_path):
    with VideoWriter(tmp_path / "a.mp4", 64, 48, 24) as writer:
        writer.write()
    whole = (tmp_path / "a.mp4").read_bytes()
    (tmp_path / "cut.mp4").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "text.mp4").write_text("not a film")
    for name, message in (("cut.mp4", "cut.mp4"), ("text.mp4", "10 bytes"), ("absent.mp4", "no file")):
        with pytest.raises(MediaError, match=message):
            probe(tmp_path / name)
