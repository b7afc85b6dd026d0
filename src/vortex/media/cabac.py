"""The arithmetic code of a slice in which every macroblock is skipped.

Of the whole context-adaptive coder of H.264 a skipped picture needs one context, one kind of symbol and the
end-of-slice mark. The quantiser that starts the context is free in such a slice; it is chosen so that "skipped" is the
probable symbol from the first macroblock on, and the coder never needs its other half.

Source: ITU-T H.264 (08/2021), clauses 9.3.1.1 (initialisation) and 9.3.4.2 (encoding), tables 9-13, 9-44 and 9-45.
"""

from functools import lru_cache

from vortex.media.bits import BitWriter

SLICE_QP = 51
_FIRST_STATE = 42
"""Of context 11, by its slope 23 and offset 33: (23 * 51 >> 4) + 33 - 64."""
_LAST_STATE = 62
_RANGE_OF_IMPROBABLE = (
    (16, 20, 23, 27), (15, 19, 22, 25), (14, 18, 21, 24), (14, 17, 20, 23), (13, 16, 19, 22), (12, 15, 18, 21),
    (12, 14, 17, 20), (11, 14, 16, 19), (11, 13, 15, 18), (10, 12, 15, 17), (10, 12, 14, 16), (9, 11, 13, 15),
    (9, 11, 12, 14), (8, 10, 12, 14), (8, 9, 11, 13), (7, 9, 11, 12), (7, 9, 10, 12), (7, 8, 10, 11), (6, 8, 9, 11),
    (6, 7, 9, 10), (6, 7, 8, 9),
)  # fmt: skip
"""Table 9-44 from the first state to the last, by quarter of the range."""


@lru_cache(maxsize=8)
def encode_skip_run(num_macroblocks: int) -> bytes:
    """Return slice data, with its stop bit, that skips all macroblocks of a picture; its slice has ``SLICE_QP``."""
    width, num_doublings = 510, 0
    for number in range(1, num_macroblocks + 1):
        state = min(_FIRST_STATE + number - 1, _LAST_STATE)
        width -= _RANGE_OF_IMPROBABLE[state - _FIRST_STATE][width >> 6 & 3]
        width, num_doublings = _renormalised(width, num_doublings)
        width -= 2  # what the end-of-slice mark would take
        if number < num_macroblocks:
            width, num_doublings = _renormalised(width, num_doublings)
    # Probable symbols leave the lower end of the interval at 0. Only the end-of-slice mark moves it, to what is left of
    # the width: that number is the whole code, with as many zeros before it as the interval was doubled, and the stop
    # bit at its end.
    bits = BitWriter()
    bits.u(width | 1, num_doublings + 9)
    bits.align(0)
    return bits.data()


def _renormalised(width: int, num_doublings: int) -> tuple[int, int]:
    """Double the interval until it has 9 bits again."""
    missing = 9 - width.bit_length()
    return width << missing, num_doublings + missing
