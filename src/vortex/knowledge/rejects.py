"""Reasons not to take a text as evidence: it is noise, mostly digits, or says what another text said."""

import hashlib
import re
from collections import defaultdict

import numpy as np

from vortex.core.text import words

_SHINGLE = 4
_NUM_HASHES = 64
_BAND = 4
_SAME = 0.9
"""Estimated overlap of two texts' shingles from which the second is a near duplicate."""
_MIN_DUPLICATE_WORDS = 12
_FACTORS = np.random.default_rng(1997).integers(1, 2**63, _NUM_HASHES, dtype=np.uint64) * np.uint64(2) + np.uint64(1)


def flaw(text: str) -> str:
    """Return why ``text`` is no prose: ``low_alpha``, ``high_digit`` or ``ocr_noise``; "" when it is."""
    solid = [char for char in text if not char.isspace()]
    if len(solid) < 20:
        return ""
    letters = sum(1 for char in solid if char.isalpha())
    digits = sum(1 for char in solid if char.isdigit())
    if digits > 0.5 * len(solid):
        return "high_digit"
    if letters < 0.45 * len(solid):
        return "low_alpha"
    return "ocr_noise" if _is_noise(text) else ""


def _is_noise(text: str) -> bool:
    """Return whether most words are no words: broken by signs, without vowels, or single letters."""
    tokens = text.split()
    if len(tokens) < 15 or not any("a" <= char <= "z" for char in text.lower()):
        return False
    odd = sum(1 for token in tokens if _is_odd(token.strip(".,;:!?()[]\"'“”‘’")))
    return odd > 0.55 * len(tokens)


def _is_odd(token: str) -> bool:
    if len(token) <= 1:
        return token.lower() not in {"a", "i", "e", "o", "y", "u", "à", "é"}
    if re.search(r"[a-z][A-Z]|[^\W\d_][|\\/~^<>{}=][^\W\d_]", token):
        return True
    return token.isalpha() and token.isascii() and token.islower() and not re.search("[aeiouy]", token)


class Duplicates:
    """Remembers texts by MinHash and tells whether a new one says nearly the same.

    Source: Broder, On the resemblance and containment of documents, 1997.
    """

    def __init__(self) -> None:
        self._bands: dict[tuple[int, tuple[int, ...]], list[tuple[int, ...]]] = defaultdict(list)

    def seen(self, text: str) -> bool:
        """Return whether a text like this was given before, and remember it. Texts under 12 words are never alike."""
        tokens = [word.lower() for word in words(text)]
        if len(tokens) < _MIN_DUPLICATE_WORDS:
            return False
        signature = _signature(tokens)
        keys = [(at, signature[at : at + _BAND]) for at in range(0, _NUM_HASHES, _BAND)]
        alike = any(_overlap(signature, other) >= _SAME for key in keys for other in self._bands.get(key, ()))
        for key in keys:
            self._bands[key].append(signature)
        return alike


def _signature(tokens: list[str]) -> tuple[int, ...]:
    """Return the smallest value of every hash function over all shingles.

    Source: Dietzfelbinger et al., A reliable randomized algorithm for the closest-pair problem, 1997 (multiply-shift).
    """
    shingles = {" ".join(tokens[at : at + _SHINGLE]) for at in range(len(tokens) - _SHINGLE + 1)}
    digests = b"".join(hashlib.blake2b(text.encode(), digest_size=8).digest() for text in sorted(shingles))
    values = np.frombuffer(digests, dtype="<u8")
    mixed = (values[None, :] * _FACTORS[:, None]) >> np.uint64(32)
    return tuple(int(least) for least in mixed.min(axis=1))


def _overlap(first: tuple[int, ...], second: tuple[int, ...]) -> float:
    return sum(1 for one, two in zip(first, second, strict=True) if one == two) / len(first)
