"""The splice against streams that x264 writes with either of its entropy codes, judged by a decoder."""

from fractions import Fraction

import av
import numpy as np
import pytest
from av.codec.context import Flags
from hypothesis import given, settings
from hypothesis import strategies as st

from vortex.core.errors import MediaError
from vortex.media import splice
from vortex.media.bits import BitReader, BitWriter

PLAIN = "bframes=0:ref=1:weightp=0:scenecut=0:keyint=infinite"


def encode(params: str, num_frames: int = 20, width: int = 80, height: int = 48) -> tuple[bytes, list[bytes]]:
    context = av.CodecContext.create("libx264", "w")
    context.width, context.height, context.pix_fmt = width, height, "yuv420p"
    context.time_base, context.framerate = Fraction(1, 30), Fraction(30)
    context.flags |= Flags.global_header
    context.options = {"preset": "veryfast", "x264-params": params}
    context.open()
    rng = np.random.default_rng(5)
    packets = []
    for index in range(num_frames):
        noise = rng.integers(0, 256, (height * 3 // 2, width), np.uint8)
        frame = av.VideoFrame.from_ndarray(noise, "yuv420p")
        frame.pts = index
        packets += context.encode(frame)
    return context.extradata or b"", [bytes(packet) for packet in [*packets, *context.encode(None)]]


def decode(extradata: bytes, units: list[bytes]) -> list[np.ndarray]:
    context = av.CodecContext.create("h264", "r")
    context.extradata = extradata
    context.options = {"err_detect": "explode"}
    frames = [frame for unit in units for frame in context.decode(av.Packet(unit))]
    return [frame.to_ndarray() for frame in [*frames, *context.decode(None)]]


@pytest.mark.parametrize("entropy", ["cabac=1", "cabac=0"])
@pytest.mark.parametrize("more", ["", ":8x8dct=0", ":no-deblock=1", ":qp=40", ":slices=3"])
def test_each_picture_can_be_repeated(entropy, more):
    extradata, packets = encode(f"{PLAIN}:{entropy}{more}")
    parameters = splice.read_parameters(extradata)
    assert parameters.cabac == (entropy == "cabac=1")
    spliced, frame_num = [], 0
    for packet in packets:
        modulus = 1 << parameters.frame_num_bits
        frame_num = 0 if splice.is_idr(packet) else frame_num
        spliced.append(packet if splice.is_idr(packet) else splice.renumber(packet, parameters, frame_num % modulus))
        spliced.append(splice.join_units([splice.skip_picture(parameters, (frame_num + 1) % modulus)]))
        frame_num += 2
    plain, repeated = decode(extradata, packets), decode(extradata, spliced)
    assert len(repeated) == 2 * len(plain)
    for index, frame in enumerate(plain):
        assert np.array_equal(frame, repeated[2 * index])
        assert np.array_equal(frame, repeated[2 * index + 1])


@pytest.mark.parametrize(
    ("params", "reason"),
    [
        ("bframes=2:ref=1:weightp=0", "picture order"),
        ("bframes=0:ref=4:weightp=0", "reference frames"),
        ("bframes=0:ref=1:weightp=2", "weighted prediction"),
        ("bframes=0:ref=1:weightp=0:interlaced=1", "picture order|field"),
    ],
)
def test_other_streams_are_refused_with_the_reason(params, reason):
    extradata, _ = encode(params, num_frames=1)
    with pytest.raises(MediaError, match=reason):
        splice.read_parameters(extradata)


@pytest.mark.parametrize("extradata", [b"", b"\0\0\0\1\x67\x64\0\x1f", b"\0\0\0\1\x67\x64\0\x1f\xac\0\0\0\1\x68"])
def test_damaged_parameter_sets_are_refused(extradata):
    with pytest.raises(MediaError, match="splice"):
        splice.read_parameters(extradata)


@given(st.lists(st.sampled_from([0, 1, 2, 3, 4, 255])).map(bytes))
def test_escaping_hides_start_codes_and_can_be_undone(payload):
    escaped = splice.escape(payload)
    assert not any(code in escaped for code in (b"\0\0\0", b"\0\0\1", b"\0\0\2"))
    assert splice.unescape(escaped) == payload


@settings(max_examples=50)
@given(st.lists(st.integers(-70000, 70000)))
def test_bits_come_back_as_they_were_written(numbers):
    writer = BitWriter()
    for number in numbers:
        writer.se(number)
        writer.ue(abs(number))
        writer.u(number & 31, 5)
    writer.align(1)
    reader = BitReader(writer.data())
    assert [(reader.se(), reader.ue(), reader.u(5)) for _ in numbers] == [(n, abs(n), n & 31) for n in numbers]
    with pytest.raises(EOFError):
        reader.u(9)
