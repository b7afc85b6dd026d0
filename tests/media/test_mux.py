import struct
from fractions import Fraction
from io import BytesIO

import av
import numpy as np
import pytest
from PIL import Image

from vortex.core.errors import MediaError
from vortex.media.encode import VideoWriter
from vortex.media.frames import read_subtitles
from vortex.media.mux import mux
from vortex.media.probe import probe
from vortex.media.sound import Sound
from vortex.media.sound_file import decode_sound
from vortex.media.track import Chapter, SubtitleCue

CUES = [SubtitleCue(0.5, 1.5, "Grüße, 世界\nzweite Zeile"), SubtitleCue(1.5, 2.25, "a < b & {c}")]


@pytest.fixture(scope="module")
def parts(tmp_path_factory):
    folder = tmp_path_factory.mktemp("parts")
    paths = []
    for number, num_frames in enumerate((25, 1, 40)):
        paths.append(folder / f"{number}.mp4")
        canvas = np.full((64, 96, 4), 40 * number, np.uint8)
        with VideoWriter(paths[-1], 96, 64, 25) as writer:
            for index in range(num_frames):
                if index % 3 == 0:
                    canvas[:16, :16] = index * 6
                    writer.update(canvas, [(0, 0, 96, 64)])
                    writer.write()
                else:
                    writer.repeat()
    return paths


def tone(duration_s: float, rate_hz: int = 48000) -> Sound:
    return Sound((0.2 * np.sin(np.arange(round(duration_s * rate_hz)) * 0.05)).astype(np.float32), rate_hz)


def test_the_film_holds_everything(parts, tmp_path):
    poster = BytesIO()
    Image.new("RGB", (64, 36), "red").save(poster, "JPEG")
    mux(
        parts,
        tone(2.5, 22050),
        tmp_path / "film.mp4",
        fps=25,
        subtitles=CUES,
        chapters=[Chapter(0.0, "Anfang"), Chapter(1.04, "Ende")],
        metadata={"title": "Titel", "comment": "rung", "description": "what it is about"},
        poster=poster.getvalue(),
    )
    found = probe(tmp_path / "film.mp4")
    assert (found.num_frames, found.fps, found.width, found.height) == (66, 25, 96, 64)
    assert (found.audio_codec, found.audio_rate_hz, found.audio_channels) == ("aac", 48000, 2)
    assert found.video_duration_s == pytest.approx(66 / 25)
    assert abs(found.audio_duration_s - found.video_duration_s) <= 1 / 25
    assert found.subtitle_languages == ("en",)
    assert [(c.start_s, c.title) for c in found.chapters] == [(0.0, "Anfang"), (pytest.approx(1.04), "Ende")]
    assert found.metadata == {"title": "Titel", "comment": "rung", "description": "what it is about"}
    assert read_subtitles(tmp_path / "film.mp4") == CUES
    with av.open(str(tmp_path / "film.mp4")) as film:
        assert bytes(next(film.demux(film.streams.video[1]))) == poster.getvalue()


def shown(path):
    with av.open(str(path)) as film:
        return [frame.to_ndarray().tobytes() for frame in film.decode(video=0)]


def test_parts_are_copied_frame_by_frame(parts, tmp_path):
    mux(parts, None, tmp_path / "film.mp4", fps=25)
    assert shown(tmp_path / "film.mp4") == [frame for part in parts for frame in shown(part)]
    with av.open(str(tmp_path / "film.mp4")) as film:
        assert [frame.pts * frame.time_base for frame in film.decode(video=0)] == [Fraction(i, 25) for i in range(66)]
        film.seek(round(1.5 * av.time_base))
        assert next(film.decode(video=0)).time == pytest.approx(26 / 25)


def test_sound_stays_at_its_sample(parts, tmp_path):
    sound = tone(66 / 25)
    sound.samples[48000] = 0.9
    mux(parts, sound, tmp_path / "film.mp4", fps=25)
    heard = decode_sound(tmp_path / "film.mp4")
    assert np.abs(heard.samples[:, 0]).argmax() == 48000
    assert abs(len(heard.samples) - 66 / 25 * 48000) < 48000 / 25


def test_equal_arguments_give_equal_bytes_with_the_index_in_front(parts, tmp_path):
    films = [tmp_path / name for name in ("a.mp4", "b.mp4")]
    for film in films:
        mux(parts, tone(2), film, fps=25, subtitles=CUES, chapters=[Chapter(0, "all")], metadata={"title": "t"})
    assert films[0].read_bytes() == films[1].read_bytes()
    assert films[0].read_bytes().index(b"moov") < films[0].read_bytes().index(b"mdat")


def test_chapters_stand_in_both_forms_that_players_read(parts, tmp_path):
    mux(parts, None, tmp_path / "film.mp4", fps=25, chapters=[Chapter(0, "first"), Chapter(1, "second")])
    data = (tmp_path / "film.mp4").read_bytes()
    assert b"chpl" in data and b"chap" in data
    assert struct.pack(">H", len("second")) + b"second" in data


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"fps": 30}, "other settings"),
        ({"fps": 25, "subtitles": [CUES[1], CUES[0]]}, "overlap"),
        ({"fps": 25, "chapters": [Chapter(1, "late")]}, "chapters start"),
        ({"fps": 25, "chapters": [Chapter(0, "a"), Chapter(9, "b")]}, "chapters start"),
        ({"fps": 25, "language": "klingon"}, "language"),
        ({"fps": 25, "poster": b"GIF89a"}, "poster"),
    ],
)
def test_nonsense_is_refused_and_leaves_nothing(parts, tmp_path, options, message):
    with pytest.raises(MediaError, match=message):
        mux(parts, None, tmp_path / "film.mp4", **options)
    assert list(tmp_path.iterdir()) == []


def test_sound_longer_than_the_picture_is_refused(parts, tmp_path):
    with pytest.raises(MediaError, match="longer than the picture"):
        mux(parts, tone(3), tmp_path / "film.mp4", fps=25)


def test_parts_of_other_settings_are_refused(parts, tmp_path):
    with VideoWriter(tmp_path / "other.mp4", 96, 64, 25, preset="medium", crf=30) as writer:
        writer.write()
    with VideoWriter(tmp_path / "size.mp4", 96, 96, 25) as writer:
        writer.write()
    with pytest.raises(MediaError, match=r"size\.mp4"):
        mux([parts[0], tmp_path / "size.mp4"], None, tmp_path / "film.mp4", fps=25)
    (tmp_path / "broken.mp4").write_bytes(b"no film")
    with pytest.raises(MediaError, match=r"broken\.mp4"):
        mux([parts[0], tmp_path / "broken.mp4"], None, tmp_path / "film.mp4", fps=25)
