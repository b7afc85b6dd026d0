"""The arithmetic code of a slice in which every macroblock is skipped.

Of the whole context-adaptive coder of H.264 a skipped picture needs one context, one kind of symbol and the
end-of-slice mark. The quantiser that starts the context is free in such a slice; it is chosen so that "skipped" is the
probable symbol from the first macroblock on, and the coder never needs its other half.

Source: ITU-T H.264 (08/2021), clauses 9.3.1.1 (initialisation), 9.3.4.2 (encoding), tables 9-13 and 9-44.
"""

from functools import lru_cache

from vortex.media.bits import BitWriter

_SKIP_CONTEXT = (23, 33)
"""Slope and offset of context 11 for cabac_init_idc 0."""
_RANGE_OF_IMPROBABLE = (
    (20, 24, 29, 33), (19, 23, 27, 31), (18, 22, 26, 30), (17, 21, 25, 28), (16, 20, 23, 27), (15, 19, 22, 25),
    (14, 18, 21, 24), (14, 17, 20, 23), (13, 16, 19, 22), (12, 15, 18, 21), (12, 14, 17, 20), (11, 14, 16, 19),
    (11, 13, 15, 18), (10, 12, 15, 17), (10, 12, 14, 16), (9, 11, 13, 15), (9, 11, 12, 14), (8, 10, 12, 14),
    (8, 9, 11, 13), (7, 9, 11, 12), (7, 9, 10, 12), (7, 8, 10, 11), (6, 8, 9, 11), (6, 7, 9, 10), (6, 7, 8, 9),
)  # fmt: skip
"""Table 9-44 from state 38 to state 62, by quarter of the range."""


class _Encoder:
    def __init__(self) -> None:
        self._bits = BitWriter()
        self._low = 0
        self._range = 510
        self._outstanding = 0
        self._is_first = True

    def skip(self, state: int) -> None:
        self._range -= _RANGE_OF_IMPROBABLE[state - 38][self._range >> 6 & 3]
        self._renormalise()

    def go_on(self) -> None:
        self._range -= 2
        self._renormalise()

    def end(self) -> bytes:
        self._low += self._range - 2
        self._range = 2
        self._renormalise()
        self._put(self._low >> 9 & 1)
        # The last of these two bits is the stop bit of the slice.
        self._bits.u(self._low >> 7 & 3 | 1, 2)
        self._bits.align(0)
        return self._bits.data()

    def _put(self, bit: int) -> None:
        if self._is_first:
            self._is_first = False
        else:
            self._bits.u(bit, 1)
        for _ in range(self._outstanding):
            self._bits.u(1 - bit, 1)
        self._outstanding = 0

    def _renormalise(self) -> None:
        while self._range < 256:
            if self._low < 256:
                self._put(0)
            elif self._low >= 512:
                self._low -= 512
                self._put(1)
            else:
                self._low -= 256
                self._outstanding += 1
            self._range <<= 1
            self._low <<= 1


@lru_cache(maxsize=8)
def encode_skip_run(num_macroblocks: int, qp: int) -> bytes:
    """Return slice data, with its stop bit, that skips ``num_macroblocks`` macroblocks.

    Args:
        num_macroblocks: all macroblocks of the picture.
        qp: quantiser of the slice, 45 to 51, for which the skip context starts in a state that this table holds.
    """
    slope, offset = _SKIP_CONTEXT
    state = (slope * qp >> 4) + offset - 64
    assert 38 <= state <= 62
    encoder = _Encoder()
    for index in range(num_macroblocks):
        encoder.skip(state)
        state = min(state + 1, 62)
        if index + 1 < num_macroblocks:
            encoder.go_on()
    return encoder.end()
