from fractions import Fraction

import av
import numpy as np
import pytest

from vortex.core.errors import MediaError
from vortex.media.encode import VideoWriter
from vortex.media.frames import even_rate, frame_at, iter_looks, read_subtitles
from vortex.media.sound import Sound
from vortex.media.sound_file import write_wav
from vortex.media.track import SubtitleCue


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    """3 s at 10 fps that grow brighter by 8 levels a frame, the upper half red."""
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    canvas = np.zeros((120, 200, 4), np.uint8)
    with VideoWriter(path, 200, 120, 10, crf=0) as writer:
        for index in range(30):
            canvas[60:] = index * 8
            canvas[:60, :, 2] = 255
            writer.update(canvas, [(0, 0, 200, 120)])
            writer.write()
    return path


def test_luma_of_every_frame(film):
    looks = list(iter_looks(film, 50, 1.0, 60))
    frames = [look.luma for look in looks]
    assert {luma.shape for luma in frames} == {(30, 50)}
    assert [int(luma[20:].mean()) for luma in frames] == pytest.approx([index * 8 for index in range(30)], abs=2)

    assert [look.index for look in looks] == list(range(30))
    assert even_rate(film) == 10


def test_now_and_then_a_frame_comes_in_colour(film):
    coloured = {look.index: look.picture for look in iter_looks(film, 50, 0.95, 60) if look.picture is not None}
    assert list(coloured) == [0, 10, 20]
    assert {picture.shape for picture in coloured.values()} == {(60, 100, 3)}
    red, green, _ = coloured[20][10, 50]
    assert red > 240 and green < 15


def test_a_frame_is_on_screen_until_the_next(film):
    for seconds, index in ((0, 0), (0.1, 1), (0.19, 1), (0.3, 3), (Fraction(29, 10), 29), (2.95, 29)):
        assert int(frame_at(film, seconds)[100, 100, 0]) == pytest.approx(index * 8, abs=2)
    assert frame_at(film, 1, 50).shape == (30, 50, 3)
    with pytest.raises(MediaError, match=r"no frame at 3\.000 s"):
        frame_at(film, 3)


def test_what_is_no_film_is_refused(tmp_path):
    (tmp_path / "broken.mp4").write_bytes(b"\0" * 100)
    write_wav(tmp_path / "sound.wav", Sound(np.zeros(800, np.float32), 8000))
    for name in ("broken.mp4", "absent.mp4", "sound.wav"):
        with pytest.raises(MediaError, match=name):
            list(iter_looks(tmp_path / name, 160, 1.0, 60))
    assert read_subtitles(tmp_path / "sound.wav") == []


def test_a_film_of_other_make_with_frames_out_of_order(tmp_path):
    path = tmp_path / "other.mkv"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", 25, options={"bf": "3", "x264-params": "b-adapt=0"})
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        text = container.add_mux_stream("subrip")
        for index in range(50):
            frame = av.VideoFrame.from_ndarray(np.full((48, 64, 3), index * 5, np.uint8), "rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
        packet = av.Packet(b"Erste\nzweite")
        packet.stream, packet.time_base = text, Fraction(1, 1000)
        packet.pts = packet.dts = 400
        packet.duration = 600
        container.mux(packet)
    means = [int(look.luma.mean()) for look in iter_looks(path, 160, 1.0, 60)]
    assert means == sorted(means) and len(means) == 50
    assert int(frame_at(path, 1.0).mean()) == pytest.approx(125, abs=3)
    assert read_subtitles(path) == [SubtitleCue(0.4, 1.0, "Erste\nzweite")]
