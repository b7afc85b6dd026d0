"""The proof that a slot is what its recipe and its seed make: a hash that anybody can compute again."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vortex.production.slots.recipe import LARGEST_SEED

_SEED_BYTES = 8


def recipe_bytes(recipe: Mapping[str, Any]) -> bytes:
    """Return a recipe as JSON with sorted keys, without blanks, in ASCII.

    Raises:
        ValueError: it holds what JSON does not know.
    """
    return json.dumps(recipe, sort_keys=True, separators=(",", ":"), allow_nan=False).encode("ascii")


def frames_digest(frames: NDArray[np.uint8]) -> bytes:
    """Return the SHA-256 of frames of shape (num_frames, 3, height, width), row by row."""
    return _sha256(np.ascontiguousarray(frames, np.uint8))


def audio_digest(samples: NDArray[np.float32]) -> bytes:
    """Return the SHA-256 of samples of shape (N,) as 32-bit floats, the lowest byte first."""
    return _sha256(np.ascontiguousarray(samples, "<f4"))


def _sha256(values: NDArray[Any]) -> bytes:
    return hashlib.sha256(values.data.cast("B") if values.size else b"").digest()


def determinism_proof(recipe: Mapping[str, Any], seed: int, frames_sha256: bytes, audio_sha256: bytes) -> str:
    """Return the SHA-256, in hex, over recipe, seed, frames and audio, one after the other.

    Args:
        recipe: as it was handed in; see ``recipe_bytes``.
        seed: 0 to 2**63 - 1; hashed as 8 bytes, the lowest first.
        frames_sha256: 32 bytes of ``frames_digest``.
        audio_sha256: 32 bytes of ``audio_digest``.
    """
    whole = hashlib.sha256(recipe_bytes(recipe))
    whole.update(seed.to_bytes(_SEED_BYTES, "little"))
    whole.update(frames_sha256)
    whole.update(audio_sha256)
    return whole.hexdigest()


def verify_proof(
    proof: str,
    recipe: Mapping[str, Any],
    seed: int,
    frames: NDArray[np.uint8],
    audio: NDArray[np.float32],
) -> bool:
    """Return whether ``proof`` is that of a recipe, a seed, frames (T, 3, H, W) and samples (N,)."""
    expected = determinism_proof(recipe, seed, frames_digest(frames), audio_digest(audio))
    return hmac.compare_digest(proof.encode(), expected.encode())


def seed_of(recipe: Mapping[str, Any]) -> int:
    """Return the seed of a recipe that names none: made from the recipe itself, so that it gives one slot."""
    return int.from_bytes(hashlib.sha256(recipe_bytes(recipe)).digest()[:_SEED_BYTES], "little") & LARGEST_SEED


def derived_seed(seed: int, what: str, number: int) -> int:
    """Return the seed of a part of a slot: 0 to 2**32 - 1, which every engine takes.

    The first try of a part gets another number than the second, and a picture another one than its clip.
    """
    text = f"{seed}:{what}:{number}".encode()
    return int.from_bytes(hashlib.sha256(text).digest()[:4], "little")
