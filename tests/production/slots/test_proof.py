"""The proof is what its description says, by other means, and tells every change."""

import hashlib
import json
import subprocess
import sys

import numpy as np
import pytest

from vortex.production.slots.proof import (
    audio_digest,
    derived_seed,
    determinism_proof,
    frames_digest,
    seed_of,
    verify_proof,
)

RECIPE = {"b": {"y": 1.5, "x": "ä"}, "a": [1, None]}
FRAMES = np.arange(2 * 3 * 4 * 5, dtype=np.uint8).reshape(2, 3, 4, 5)
AUDIO = np.linspace(-1, 1, 7, dtype=np.float32)


def proof() -> str:
    return determinism_proof(RECIPE, 258, frames_digest(FRAMES), audio_digest(AUDIO))


def test_it_is_the_hash_that_its_description_says() -> None:
    text = b'{"a":[1,null],"b":{"x":"\\u00e4","y":1.5}}'
    seen = hashlib.sha256(bytes(FRAMES.ravel().tolist())).digest()
    heard = hashlib.sha256(AUDIO.astype("<f4").tobytes()).digest()
    assert proof() == hashlib.sha256(text + bytes([2, 1, 0, 0, 0, 0, 0, 0]) + seen + heard).hexdigest()


def test_another_process_gets_the_same_one() -> None:
    code = (
        "import numpy as np, json; from vortex.production.slots.proof import *\n"
        f"recipe = json.loads({json.dumps(json.dumps(RECIPE))})\n"
        "frames = np.arange(120, dtype=np.uint8).reshape(2, 3, 4, 5)\n"
        "audio = np.linspace(-1, 1, 7, dtype=np.float32)\n"
        "print(determinism_proof(recipe, 258, frames_digest(frames), audio_digest(audio)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == proof()


def test_every_change_shows() -> None:
    assert verify_proof(proof(), {"a": [1, None], "b": {"x": "ä", "y": 1.5}}, 258, FRAMES, AUDIO)
    pixel, sample = FRAMES.copy(), AUDIO.copy()
    pixel[1, 2, 3, 4] ^= 1
    sample[3] = np.nextafter(sample[3], np.float32(1))
    assert not verify_proof(proof(), {**RECIPE, "a": [2, None]}, 258, FRAMES, AUDIO)
    assert not verify_proof(proof(), RECIPE, 259, FRAMES, AUDIO)
    assert not verify_proof(proof(), RECIPE, 258, pixel, AUDIO)
    assert not verify_proof(proof(), RECIPE, 258, FRAMES, sample)
    assert not verify_proof("", RECIPE, 258, FRAMES, AUDIO)


def test_how_arrays_lie_in_memory_does_not_matter() -> None:
    turned = np.ascontiguousarray(FRAMES.transpose(3, 2, 1, 0)).transpose(3, 2, 1, 0)
    assert not turned.flags.c_contiguous
    assert frames_digest(turned) == frames_digest(FRAMES)
    assert audio_digest(np.repeat(AUDIO, 2)[::2]) == audio_digest(AUDIO)
    assert audio_digest(AUDIO[:0]) == hashlib.sha256().digest()


def test_what_json_does_not_know_has_no_proof() -> None:
    with pytest.raises(ValueError, match="JSON"):
        determinism_proof({"a": float("nan")}, 1, b"", b"")


def test_seeds_are_made_from_recipes_and_differ_by_part_and_try() -> None:
    assert 0 <= seed_of(RECIPE) < 2**63
    assert seed_of(RECIPE) == seed_of(dict(reversed(RECIPE.items())))
    assert seed_of(RECIPE) != seed_of({**RECIPE, "c": 1})
    made = {derived_seed(seed, part, number) for seed in (1, 2) for part in ("clip", "voice") for number in range(3)}
    assert len(made) == 12
    assert all(0 <= each < 2**32 for each in made)
