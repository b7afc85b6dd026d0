"""Sizes, lengths of time and counts as people read and write them."""

import re

_ROMAN = re.compile(r"m{0,3}(?:cm|cd|d?c{0,3})(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})", re.IGNORECASE)
_LETTERS = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
_DURATION = re.compile(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")


def format_bytes(size_bytes: float) -> str:
    """Return ``size_bytes`` with a decimal unit (GB = 1e9 bytes), such as ``1.5 GB``."""
    for unit, scale in (("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if abs(size_bytes) >= scale:
            return f"{size_bytes / scale:.1f} {unit}"
    return f"{size_bytes:.0f} B"


def counted(count: int, thing: str) -> str:
    """Return a number and a thing with a regular plural, such as ``1 page`` or ``3 pages``."""
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


def format_duration(duration_s: float) -> str:
    """Return a length of time such as ``0.4 s``, ``12 s``, ``3 min 05 s`` or ``2 h 10 min``."""
    if duration_s < 10:
        return f"{duration_s:.1f} s"
    seconds = round(duration_s)
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        return f"{seconds // 60} min {seconds % 60:02d} s"
    return f"{seconds // 3600} h {seconds % 3600 // 60:02d} min"


def format_moment(seconds: int, *, hours: bool = False) -> str:
    """Return a moment as ``1:05``, or with hours as ``0:01:05``."""
    minutes, rest = divmod(seconds, 60)
    return f"{minutes // 60}:{minutes % 60:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def format_timestamp(seconds: float, point: str = ".") -> str:
    """Return a moment as subtitle files write it, such as ``00:01:05.250``."""
    minutes, ms = divmod(round(seconds * 1000), 60_000)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{ms // 1000:02d}{point}{ms % 1000:03d}"


def roman_value(written: str) -> int:
    """Return the value of a Roman numeral in capitals or in small letters; 0 if it is none."""
    if not written or not _ROMAN.fullmatch(written) or not (written.isupper() or written.islower()):
        return 0
    values = [_LETTERS[letter] for letter in written.upper()]
    return sum(-v if v < after else v for v, after in zip(values, [*values[1:], 0], strict=True))


def parse_duration(text: str) -> int:
    """Return seconds from ``90``, ``90s``, ``2m``, ``1m30s`` or ``1h``.

    Raises:
        ValueError: the text is none of these.
    """
    stripped = text.strip().lower()
    if stripped.isdigit():
        return int(stripped)
    match = _DURATION.fullmatch(stripped)
    if not stripped or not match:
        raise ValueError(f"{text!r} is no length of time; write 90, 90s, 2m or 1m30s")
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return hours * 3600 + minutes * 60 + seconds
