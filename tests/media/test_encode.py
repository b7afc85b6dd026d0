"""Files are judged by what a decoder shows; lossless encoding makes that comparison exact."""

import os
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.video.reformatter import ColorRange, Colorspace, Interpolation
from hypothesis import given, settings
from hypothesis import strategies as st

from vortex.core.errors import MediaError
from vortex.media.encode import IDR_INTERVAL_S, VideoWriter


def canvas_of(seed: int, width: int, height: int) -> np.ndarray:
    blocks = np.random.default_rng(seed).integers(0, 256, (height // 8 + 1, width // 8 + 1, 4), dtype=np.uint8)
    return np.ascontiguousarray(np.kron(blocks, np.ones((8, 8, 1), np.uint8))[:height, :width])


def as_encoder_sees(bgra: np.ndarray) -> np.ndarray:
    frame = av.VideoFrame.from_ndarray(bgra, "bgra").reformat(
        format="yuv420p",
        dst_colorspace=Colorspace.ITU709,
        dst_color_range=ColorRange.MPEG,
        interpolation=Interpolation.AREA | Interpolation.ACCURATE_RND | Interpolation.BITEXACT,
    )
    return frame.to_ndarray()


def decode(path: Path) -> tuple[list[Fraction], list[np.ndarray]]:
    with av.open(str(path)) as container:
        frames = list(container.decode(video=0))
        return [frame.pts * frame.time_base for frame in frames], [frame.to_ndarray() for frame in frames]


def write(path: Path, pattern: list[bool], width: int = 96, height: int = 64, fps: int = 30, **options) -> VideoWriter:
    """True draws a new rectangle and writes, False repeats."""
    canvas = canvas_of(1, width, height)
    with VideoWriter(path, width, height, fps, **options) as writer:
        writer.update(canvas, [(0, 0, width, height)])
        writer.write()
        for index, changed in enumerate(pattern):
            if changed:
                x, y = index * 7 % (width - 9), index * 5 % (height - 9)
                canvas[y : y + 9, x : x + 9] = index * 11 % 256
                writer.update(canvas, [(x, y, x + 9, y + 9)])
                writer.write()
            else:
                writer.repeat()
    return writer


@settings(max_examples=40, deadline=None)
@given(
    pattern=st.lists(st.booleans(), max_size=80),
    width=st.integers(8, 60).map(lambda half: half * 2),
    height=st.integers(8, 40).map(lambda half: half * 2),
    fps=st.sampled_from([5, 30]),
    preset=st.sampled_from(["ultrafast", "veryfast"]),
    crf=st.sampled_from([0, 20]),
)
def test_repeated_frames_equal_the_frame_before(tmp_path_factory, pattern, width, height, fps, preset, crf):
    path = tmp_path_factory.mktemp("v") / "a.mp4"
    encoded = write(path, pattern, width, height, fps, preset=preset, crf=crf).encoded
    times, frames = decode(path)
    spliced = [not changed and index % (fps * IDR_INTERVAL_S) != 0 for index, changed in enumerate([True, *pattern])]
    assert times == [Fraction(index, fps) for index in range(len(pattern) + 1)]
    assert encoded.num_frames == len(frames)
    assert encoded.num_spliced == sum(spliced)
    for before, after, is_copy in zip(frames[:-1], frames[1:], spliced[1:], strict=True):
        if is_copy:
            assert np.array_equal(before, after)


@settings(max_examples=25, deadline=None)
@given(
    rects=st.lists(st.tuples(*[st.integers(-20, 140)] * 4), max_size=6),
    width=st.integers(8, 60).map(lambda half: half * 2),
    height=st.integers(8, 40).map(lambda half: half * 2),
)
def test_lossless_frames_show_the_canvas(tmp_path_factory, rects, width, height):
    path = tmp_path_factory.mktemp("v") / "a.mp4"
    canvas, new = canvas_of(1, width, height), canvas_of(2, width, height)
    expected = []
    with VideoWriter(path, width, height, 25, crf=0) as writer:
        writer.update(canvas, [(0, 0, width, height)])
        writer.write()
        expected.append(as_encoder_sees(canvas))
        for left, top, right, bottom in rects:
            rows, columns = slice(max(0, top), max(0, bottom)), slice(max(0, left), max(0, right))
            canvas[rows, columns] = new[rows, columns]
            writer.update(canvas, [(left, top, right, bottom)])
            writer.write()
            writer.repeat()
            expected += [as_encoder_sees(canvas)] * 2
    assert writer.encoded.splice_refused == ""
    for shown, drawn in zip(decode(path)[1], expected, strict=True):
        assert np.array_equal(shown, drawn)


def test_equal_input_gives_equal_bytes(tmp_path):
    pattern = [index % 4 == 0 for index in range(90)]
    write(tmp_path / "a.mp4", pattern)
    write(tmp_path / "b.mp4", pattern)
    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system does not bind processes to processors")
def test_the_number_of_processors_does_not_show(tmp_path):
    processors = os.sched_getaffinity(0)
    write(tmp_path / "many.mp4", [True] * 40, 640, 360)
    os.sched_setaffinity(0, {min(processors)})
    try:
        write(tmp_path / "one.mp4", [True] * 40, 640, 360)
    finally:
        os.sched_setaffinity(0, processors)
    assert (tmp_path / "many.mp4").read_bytes() == (tmp_path / "one.mp4").read_bytes()


def test_a_changed_picture_cannot_be_repeated(tmp_path):
    with pytest.raises(RuntimeError, match="write"), VideoWriter(tmp_path / "a.mp4", 64, 64, 30) as writer:
        writer.repeat()
    with pytest.raises(RuntimeError, match="write"), VideoWriter(tmp_path / "a.mp4", 64, 64, 30) as writer:
        writer.write()
        writer.repeat()
        writer.update(canvas_of(1, 64, 64), [(0, 0, 1, 1)])
        writer.repeat()
    assert list(tmp_path.iterdir()) == []


def test_without_splice_the_same_frames_are_shown(tmp_path):
    pattern = [index % 5 == 0 for index in range(60)]
    encoded = write(tmp_path / "a.mp4", pattern, crf=0, splice=False).encoded
    write(tmp_path / "b.mp4", pattern, crf=0)
    assert (encoded.num_spliced, encoded.splice_refused) == (0, "switched off")
    for plain, spliced in zip(decode(tmp_path / "a.mp4")[1], decode(tmp_path / "b.mp4")[1], strict=True):
        assert np.array_equal(plain, spliced)


def test_a_long_hold_can_be_entered_by_seeking(tmp_path):
    path = tmp_path / "a.mp4"
    write(path, [False] * 30 * 13)
    with av.open(str(path)) as container:
        keys = [packet.pts * packet.time_base for packet in container.demux(video=0) if packet.is_keyframe]
        assert keys == [index * IDR_INTERVAL_S for index in range(4)]
        container.seek(round(9.5 * av.time_base))
        assert next(container.decode(video=0)).time == 8


def test_an_idr_picture_in_a_hold_is_hard_to_see(tmp_path):
    """Text-like edges, then six seconds of stillness: the new IDR picture may differ by little, almost everywhere."""
    canvas = canvas_of(3, 320, 180) // 2 + 100
    with VideoWriter(tmp_path / "a.mp4", 320, 180, 30) as writer:
        for index in range(30):
            canvas[150:170, index * 8 : index * 8 + 40] = 255
            writer.update(canvas, [(0, 0, 320, 180)])
            writer.write()
        for _ in range(150):
            writer.repeat()
    frames = decode(tmp_path / "a.mp4")[1]
    step = np.abs(frames[119].astype(int) - frames[120])[:180]
    assert step.any() and (step > 3).mean() < 0.01


def test_stream_says_bt709(tmp_path):
    path = tmp_path / "a.mp4"
    write(path, [], fps=Fraction(30000, 1001))
    with av.open(str(path)) as container:
        context = container.streams.video[0].codec_context
        assert (context.colorspace, context.color_primaries, context.color_trc, context.color_range) == (1, 1, 1, 1)
        assert container.streams.video[0].average_rate == Fraction(30000, 1001)


def test_a_failed_writer_leaves_nothing(tmp_path):
    with pytest.raises(ZeroDivisionError), VideoWriter(tmp_path / "a.mp4", 64, 64, 30) as writer:
        writer.write()
        raise ZeroDivisionError
    with pytest.raises(MediaError, match="no frame"), VideoWriter(tmp_path / "b.mp4", 64, 64, 30):
        pass
    with pytest.raises(MediaError, match="cannot be written"):
        VideoWriter(tmp_path / "absent" / "c.mp4", 64, 64, 30)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
def test_a_full_disk_is_told(tmp_path):
    (tmp_path / ".a.mp4.partial").symlink_to("/dev/full")
    with (
        pytest.raises(MediaError, match=r"a\.mp4 cannot be written"),
        VideoWriter(tmp_path / "a.mp4", 640, 360, 30, crf=0) as writer,
    ):
        for index in range(40):
            writer.update(canvas_of(index, 640, 360), [(0, 0, 640, 360)])
            writer.write()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("arguments", [(63, 64, 30), (64, 8, 30), (64, 64, 30, "fastest")])
def test_what_cannot_be_encoded_is_refused(tmp_path, arguments):
    with pytest.raises(MediaError):
        VideoWriter(tmp_path / "a.mp4", *arguments)
    assert list(tmp_path.iterdir()) == []
