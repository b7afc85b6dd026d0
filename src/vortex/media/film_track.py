"""The order of frames in a file: those that the encoder hands out late, and the repeats between them."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from fractions import Fraction

import av
from av.container import OutputContainer

from vortex.media.splice import StreamParameters, is_idr, join_units, renumber, skip_picture


class FilmTrack:
    """Writes frames at their true times and with continuous numbers.

    Args:
        container: the file, its header written.
        stream: of H.264 pictures in the file.
        fps: frames a second.
        parameters: of the stream; without them nothing can be repeated.
    """

    def __init__(
        self, container: OutputContainer, stream: av.VideoStream, fps: Fraction, parameters: StreamParameters | None
    ) -> None:
        self._container = container
        self._stream = stream
        self._frame_s = 1 / fps
        self._parameters = parameters
        self._num_written = 0
        self._num_since_idr = 0
        self._waiting: deque[bool] = deque()
        """Frames not yet in the file, oldest first: True for one that the encoder holds, False for a repeat."""

    def expect(self) -> None:
        """Keep a place for a frame that went to the encoder."""
        self._waiting.append(True)

    def repeat(self) -> None:
        """Show the frame before once more."""
        self._waiting.append(False)
        self._write_repeats()

    def take(self, packets: Sequence[av.Packet[av.VideoStream]]) -> None:
        """Write what the encoder handed out, oldest first, and the repeats that follow it."""
        for packet in packets:
            assert self._waiting.popleft()
            data = bytes(packet)
            if is_idr(data):
                self._num_since_idr = 0
            elif self._parameters is not None:
                data = renumber(data, self._parameters, self._frame_num)
            self._write(data, packet.is_keyframe)
            self._write_repeats()

    @property
    def is_complete(self) -> bool:
        """Whether every frame is in the file."""
        return not self._waiting

    @property
    def _frame_num(self) -> int:
        assert self._parameters is not None
        return self._num_since_idr % (1 << self._parameters.frame_num_bits)

    def _write_repeats(self) -> None:
        while self._waiting and not self._waiting[0]:
            assert self._parameters is not None
            self._waiting.popleft()
            self._write(join_units([skip_picture(self._parameters, self._frame_num)]), is_keyframe=False)

    def _write(self, data: bytes, is_keyframe: bool) -> None:
        packet = av.Packet(data)
        packet.stream = self._stream
        packet.time_base = self._frame_s
        packet.pts = packet.dts = self._num_written
        packet.duration = 1
        packet.is_keyframe = is_keyframe
        self._container.mux_one(packet)
        self._num_written += 1
        self._num_since_idr += 1
