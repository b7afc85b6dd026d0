"""Writes a shared library of empty functions, so that Skia can be imported where no OpenGL is installed.

The Skia wheel names ``libGL.so.1`` and ``libEGL.so.1`` as needed even by programs that only draw on the processor, and
slim machines have neither. The loader is content with any library of that name that defines the symbols; nothing
ever calls them. The library is made in memory: no compiler, no system package, no file left behind.
"""

import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass

_PAGE = 0x10000
"""64 KiB, the largest page size of the machines served, so that segments never share a page."""

_GL_NAME = re.compile(rb"(?<=\0)(?:egl|glX|gl)[A-Z][A-Za-z0-9]+(?=\0)")


@dataclass(frozen=True, slots=True)
class Machine:
    """What differs between processors: the ELF number and the code of ``return 0``."""

    number: int
    code: bytes


MACHINES = {
    "x86_64": Machine(62, bytes.fromhex("31c0c3")),
    "aarch64": Machine(183, bytes.fromhex("000080d2c0035fd6")),
}


def gl_names(binary: bytes) -> list[str]:
    """Return every OpenGL and EGL function name that ``binary`` mentions, sorted; more than it needs does no harm."""
    return sorted({match.group().decode() for match in _GL_NAME.finditer(binary)})


def stub_library(soname: str, symbols: Sequence[str], machine: Machine) -> bytes:
    """Return the bytes of a 64-bit little-endian ELF library named ``soname`` that defines ``symbols``.

    Every symbol is one and the same function, which returns 0.

    Source: Tool Interface Standard, Executable and Linking Format 1.2; System V gABI, chapters 4 and 5.
    """
    names, offsets = _strings([soname, *symbols])
    num_symbols = len(symbols) + 1
    hash_at = 64 + 4 * 56
    symbols_at = -(-(hash_at + 4 * (2 + 1 + num_symbols)) // 8) * 8
    names_at = symbols_at + 24 * num_symbols
    code_at = -(-(names_at + len(names)) // 16) * 16
    end = code_at + len(machine.code)
    dynamic_at = -(-end // _PAGE) * _PAGE

    table = bytes(24) + b"".join(
        struct.pack("<IBBHQQ", offset, 0x12, 0, 1, code_at, len(machine.code)) for offset in offsets[1:]
    )
    dynamic = b"".join(
        struct.pack("<qQ", tag, value)
        for tag, value in (
            (14, offsets[0]),  # DT_SONAME
            (4, hash_at),  # DT_HASH
            (5, names_at),  # DT_STRTAB
            (6, symbols_at),  # DT_SYMTAB
            (10, len(names)),  # DT_STRSZ
            (11, 24),  # DT_SYMENT
            (0, 0),  # DT_NULL
        )
    )
    image = bytearray(dynamic_at + len(dynamic))
    image[:64] = _header(machine)
    image[64:hash_at] = _segments(end, dynamic_at, len(dynamic))
    for at, part in (
        (hash_at, _hash_table(num_symbols)),
        (symbols_at, table),
        (names_at, names),
        (code_at, machine.code),
        (dynamic_at, dynamic),
    ):
        image[at : at + len(part)] = part
    return bytes(image)


def _strings(texts: Sequence[str]) -> tuple[bytes, list[int]]:
    """Return the string table of ``texts`` and the offset of each."""
    table, offsets = bytearray(b"\0"), []
    for text in texts:
        offsets.append(len(table))
        table += text.encode() + b"\0"
    return bytes(table), offsets


def _header(machine: Machine) -> bytes:
    ident = b"\x7fELF" + bytes((2, 1, 1)) + bytes(9)
    return ident + struct.pack("<HHIQQQIHHHHHH", 3, machine.number, 1, 0, 64, 0, 0, 64, 56, 4, 0, 0, 0)


def _segments(end: int, dynamic_at: int, dynamic_size: int) -> bytes:
    """Return the program headers: code and tables, the dynamic section, and a note that the stack needs no execution.

    The first also covers the headers; the second is writable because older loaders relocate it in place.
    """
    load, dynamic, stack = 1, 2, 0x6474E551
    read_execute, read_write = 5, 6
    return b"".join(
        struct.pack("<IIQQQQQQ", kind, flags, at, at, at, size, size, align)
        for kind, flags, at, size, align in (
            (load, read_execute, 0, end, _PAGE),
            (load, read_write, dynamic_at, dynamic_size, _PAGE),
            (dynamic, read_write, dynamic_at, dynamic_size, 8),
            (stack, read_write, 0, 0, 16),
        )
    )


def _hash_table(num_symbols: int) -> bytes:
    """Return a System V hash table with a single bucket: one chain through all symbols, so no hash is computed."""
    chain = [*range(2, num_symbols), 0] if num_symbols > 1 else []
    return struct.pack(f"<{3 + num_symbols}I", 1, num_symbols, 1 if num_symbols > 1 else 0, 0, *chain)
