"""Repeat a picture in an H.264 stream without asking the encoder.

A film that explains holds still for much of its time, yet x264 spends milliseconds on every picture that did not
change. Here such a picture is written by hand: one slice in which every macroblock is skipped, which a decoder shows
as an exact copy of the picture before. Because the copy counts as a reference picture, ``frame_num`` of the pictures
that the encoder makes afterwards is renumbered. That is only this simple for streams without B frames, weighted
prediction or field coding and with picture order type 2; ``read_parameters`` refuses all others.

Source: ITU-T H.264 (08/2021), clauses 7.3.2 to 7.3.4 (syntax), 7.4.1.1 (emulation prevention), 9.3.4.2 (arithmetic
encoding).
"""

import re
from dataclasses import dataclass

from vortex.core.errors import MediaError
from vortex.media.bits import BitReader, BitWriter
from vortex.media.cabac import SLICE_QP, encode_skip_run

_START_CODE = re.compile(rb"\x00?\x00\x00\x01")
_NON_IDR, _IDR, _SPS, _PPS = 1, 5, 7, 8
_P_SLICE = 5
"""Slice type: P, and all slices of the picture are P."""
_HIGH_PROFILES = frozenset({100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135})


@dataclass(frozen=True, slots=True)
class StreamParameters:
    """What a slice header depends on, read from the sequence and picture parameter sets."""

    frame_num_bits: int
    num_macroblocks: int
    cabac: bool
    initial_qp: int
    num_references: int
    has_deblocking_control: bool


def split_units(stream: bytes) -> list[bytes]:
    """Return the NAL units of an Annex B byte stream, without start codes."""
    return [unit for unit in _START_CODE.split(stream) if unit]


def join_units(units: list[bytes]) -> bytes:
    """Return NAL units as an Annex B byte stream."""
    return b"".join(b"\x00\x00\x00\x01" + unit for unit in units)


def escape(payload: bytes) -> bytes:
    """Return ``payload`` with emulation prevention bytes, so that it holds no start code."""
    escaped = re.sub(rb"\x00\x00(?=[\x00-\x03])", b"\x00\x00\x03", payload)
    return escaped + b"\x03" if escaped.endswith(b"\x00\x00") else escaped


def unescape(unit: bytes) -> bytes:
    """Return the payload of a NAL unit without its emulation prevention bytes."""
    return unit.replace(b"\x00\x00\x03", b"\x00\x00")


def read_parameters(extradata: bytes) -> StreamParameters:
    """Read the parameter sets of a stream.

    Args:
        extradata: one SPS and one PPS in Annex B form, as an encoder with global headers leaves them.

    Raises:
        MediaError: the stream uses a coding tool with which a repeated picture cannot be spliced; says which.
    """
    sets = {unit[0] & 31: unescape(unit) for unit in split_units(extradata)}
    _expect(_SPS in sets and _PPS in sets, "parameter sets", "missing")
    try:
        frame_num_bits, num_macroblocks = _read_sps(BitReader(sets[_SPS][1:]))
        return _read_pps(BitReader(sets[_PPS][1:]), frame_num_bits, num_macroblocks)
    except EOFError as error:
        raise MediaError(f"repeated pictures cannot be spliced: a parameter set is cut short ({error})") from error


def skip_picture(parameters: StreamParameters, frame_num: int) -> bytes:
    """Return the NAL unit of a picture equal to the one before it.

    Args:
        parameters: of the stream.
        frame_num: number of reference pictures since the last IDR picture, modulo 2 to the ``frame_num_bits``.
    """
    bits = BitWriter()
    bits.ue(0)  # first macroblock
    bits.ue(_P_SLICE)
    bits.ue(0)  # picture parameter set
    bits.u(frame_num, parameters.frame_num_bits)
    bits.u(int(parameters.num_references != 1), 1)
    if parameters.num_references != 1:
        bits.ue(0)
    bits.u(0, 2)  # no reordering of references, no memory management
    if parameters.cabac:
        bits.ue(0)
    bits.se(SLICE_QP - parameters.initial_qp)
    if parameters.has_deblocking_control:
        bits.ue(1)
    if parameters.cabac:
        bits.align(1)
        body = bits.data() + encode_skip_run(parameters.num_macroblocks)
    else:
        bits.ue(parameters.num_macroblocks)
        bits.u(1, 1)
        bits.align(0)
        body = bits.data()
    return bytes([2 << 5 | _NON_IDR]) + escape(body)


def renumber(access_unit: bytes, parameters: StreamParameters, frame_num: int) -> bytes:
    """Return an encoded picture with another ``frame_num``; other NAL units of the access unit stay as they are.

    Raises:
        MediaError: a slice is not one that ``read_parameters`` promised, such as a picture that is no reference.
    """
    return join_units([_renumber_unit(unit, parameters, frame_num) for unit in split_units(access_unit)])


def is_idr(access_unit: bytes) -> bool:
    """Say whether an access unit in Annex B form holds an IDR picture."""
    return any(unit[0] & 31 == _IDR for unit in split_units(access_unit))


def _renumber_unit(unit: bytes, parameters: StreamParameters, frame_num: int) -> bytes:
    if unit[0] & 31 != _NON_IDR:
        return unit
    _expect(unit[0] >> 5 != 0, "reference pictures", "a picture that is no reference")
    payload = unescape(unit[1:])
    reader = BitReader(payload)
    for _ in ("first macroblock", "slice type", "picture parameter set"):
        reader.ue()
    # frame_num has a fixed width, so the bits are exchanged in place and the arithmetic code behind them stays aligned.
    shift = len(payload) * 8 - reader.position - parameters.frame_num_bits
    mask = (1 << parameters.frame_num_bits) - 1
    head = (shift // 8) * 8
    cut = len(payload) - head // 8
    value = int.from_bytes(payload[:cut]) & ~(mask << (shift - head)) | frame_num << (shift - head)
    return unit[:1] + escape(value.to_bytes(cut) + payload[cut:])


def _read_sps(bits: BitReader) -> tuple[int, int]:
    profile = bits.u(8)
    bits.u(16)  # constraints and level
    bits.ue()
    if profile in _HIGH_PROFILES:
        _expect(bits.ue() == 1, "chroma format", "not 4:2:0")
        bits.ue()
        bits.ue()
        bits.u(1)
        _expect(bits.u(1) == 0, "scaling matrix", "present")
    frame_num_bits = bits.ue() + 4
    _expect(bits.ue() == 2, "picture order count type", "not 2")
    _expect(bits.ue() == 1, "number of reference frames", "not 1")
    bits.u(1)
    num_macroblocks = (bits.ue() + 1) * (bits.ue() + 1)
    _expect(bits.u(1) == 1, "field coding", "possible")
    return frame_num_bits, num_macroblocks


def _read_pps(bits: BitReader, frame_num_bits: int, num_macroblocks: int) -> StreamParameters:
    _expect(bits.ue() == 0, "picture parameter set", "not number 0")
    bits.ue()
    cabac = bits.u(1) == 1
    bits.u(1)
    _expect(bits.ue() == 0, "slice groups", "more than one")
    num_references = bits.ue() + 1
    bits.ue()
    _expect(bits.u(3) == 0, "weighted prediction", "in use")
    initial_qp = 26 + bits.se()
    bits.se()
    bits.se()
    has_deblocking_control = bits.u(1) == 1
    bits.u(1)
    _expect(bits.u(1) == 0, "redundant pictures", "possible")
    return StreamParameters(frame_num_bits, num_macroblocks, cabac, initial_qp, num_references, has_deblocking_control)


def _expect(is_so: bool, what: str, found: str) -> None:
    if not is_so:
        raise MediaError(f"repeated pictures cannot be spliced into this H.264 stream: {what} {found}; turn splice off")
