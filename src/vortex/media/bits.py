"""Bits as H.264 writes them: fixed-width numbers and Exp-Golomb codes, most significant bit first.

Source: ITU-T H.264 (08/2021), clause 9.1.
"""


class BitReader:
    """Reads from the first bit of ``data`` on; ``position`` counts bits."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.position = 0

    def u(self, width: int) -> int:
        """Read an unsigned number of ``width`` bits.

        Raises:
            EOFError: the data ends before.
        """
        end = self.position + width
        if end > len(self._data) * 8:
            raise EOFError(f"{width} bits wanted at bit {self.position} of {len(self._data) * 8}")
        window = int.from_bytes(self._data[self.position // 8 : -(-end // 8)])
        self.position = end
        return (window >> (-end % 8)) & ((1 << width) - 1)

    def ue(self) -> int:
        """Read an unsigned Exp-Golomb code."""
        zeros = 0
        while self.u(1) == 0:
            zeros += 1
        return (1 << zeros) - 1 + self.u(zeros)

    def se(self) -> int:
        """Read a signed Exp-Golomb code."""
        code = self.ue()
        return (code + 1) // 2 if code % 2 else -(code // 2)


class BitWriter:
    """Collects bits; ``data`` wants a whole number of bytes, so call ``align`` before."""

    def __init__(self) -> None:
        self._value = 0
        self._count = 0

    def u(self, value: int, width: int) -> None:
        """Write ``value`` in ``width`` bits."""
        self._value = self._value << width | value
        self._count += width

    def ue(self, value: int) -> None:
        """Write an unsigned Exp-Golomb code."""
        self.u(value + 1, 2 * (value + 1).bit_length() - 1)

    def se(self, value: int) -> None:
        """Write a signed Exp-Golomb code."""
        self.ue(2 * value - 1 if value > 0 else -2 * value)

    def align(self, bit: int) -> None:
        """Fill the last byte with copies of ``bit``."""
        while self._count % 8:
            self.u(bit, 1)

    def data(self) -> bytes:
        """Return the bytes written so far."""
        return self._value.to_bytes(self._count // 8)
