"""A slot as files: ``slot.mp4``, ``poster.jpg``, and ``slot.json``, which tells how it was made and can be verified."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter

from vortex.core.errors import RecipeError
from vortex.core.settings import RenderSettings
from vortex.core.version import VERSION
from vortex.media.encode import VideoWriter
from vortex.media.loudness import integrated_lufs, true_peak_db
from vortex.media.mux import mux
from vortex.media.picture import jpeg
from vortex.media.sound import Sound
from vortex.production.build import file_digest, writing
from vortex.production.slots.maker import SlotMaker
from vortex.production.slots.proof import determinism_proof
from vortex.production.slots.result import MadeSlot
from vortex.production.slots.validation import read_recipe, validate_recipe
from vortex.production.slots.watch import Watch

SCHEMA = 1
REPORT = "slot.json"
PASSED, REFUSED, POSTER = "slot.mp4", "slot.rejected.mp4", "poster.jpg"
_PLAIN = TypeAdapter(Any)
_PARTIAL = ".slot.partial.mp4"


@dataclass(frozen=True, slots=True)
class WrittenSlot:
    """The files of a slot, and what ``slot.json`` says."""

    mp4: Path
    poster: Path
    report: Path
    passes: bool
    reason: str
    """The verdict in one sentence."""
    told: dict[str, Any]


@dataclass(frozen=True, slots=True)
class SlotCheck:
    """What came of verifying a slot."""

    proof: str
    """As ``slot.json`` says it."""
    proof_again: str
    """Of the slot as it was made again; "" where that was not tried."""
    problems: tuple[str, ...]
    """What differs, in whole sentences."""


def make_files(maker: SlotMaker, recipe: Path, out: Path, seed: int | None, watch: Watch) -> WrittenSlot:
    """Make the slot of a recipe and write it into the folder ``out``.

    A film that its verdict refuses is called ``slot.rejected.mp4``.

    Raises:
        RecipeError: the file holds no recipe.
        VortexError: see ``SlotMaker.make``; a file cannot be written.
    """
    found, folder = read_recipe(recipe), recipe.resolve().parent
    if mistakes := validate_recipe(found):
        raise RecipeError("\n".join([f"{recipe}: no recipe", *mistakes]))

    def keep(made: MadeSlot) -> WrittenSlot:
        return write_slot(made, out, folder, maker.settings.render)

    with _folder(out):
        return maker.make(found, None, seed, watch, keep, folder)


@contextmanager
def _folder(out: Path) -> Iterator[None]:
    """Make the folder before the work, for which it may be too late afterwards; it goes again if it stays empty."""
    is_new = not out.exists()
    with writing(out):
        out.mkdir(parents=True, exist_ok=True)
    try:
        yield
    finally:
        if is_new and not any(out.iterdir()):
            out.rmdir()


def write_slot(made: MadeSlot, out: Path, folder: Path, render: RenderSettings) -> WrittenSlot:
    """Write a slot into the folder ``out``; what an earlier slot left there under the same names is replaced.

    Args:
        made: the slot.
        out: made if it is not there.
        folder: of the recipe, in which its music is.
        render: preset and rate factor of the encoder.
    """
    with writing(out):
        out.mkdir(parents=True, exist_ok=True)
        for name in (PASSED, REFUSED, REPORT):
            (out / name).unlink(missing_ok=True)
        poster = jpeg(made.frames[len(made.frames) // 2].transpose(1, 2, 0))
        (out / POSTER).write_bytes(poster)
        mp4 = out / (PASSED if made.verdict.passes else REFUSED)
        _film(made, mp4, poster, render)
        told = {**report_of(made), "mp4": mp4.name, "mp4_sha256": file_digest(mp4), "recipe_folder": str(folder)}
        (out / REPORT).write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf8")
    return WrittenSlot(mp4, out / POSTER, out / REPORT, made.verdict.passes, made.verdict.reason, told)


def report_of(made: MadeSlot) -> dict[str, Any]:
    """Return what is to be told of a slot, as JSON knows it."""
    sound = Sound(made.audio, made.rate_hz)
    verdict, side = made.verdict, made.frames.shape[-1]
    told = {
        "schema": SCHEMA,
        "vortex": VERSION,
        "slot_id": made.slot_id,
        "success": verdict.passes,
        "seed": made.seed,
        "determinism_proof": made.proof,
        "frames_sha256": made.frames_sha256,
        "audio_sha256": made.audio_sha256,
        "film": {"num_frames": len(made.frames), "width": side, "height": side, "fps": made.fps},
        "sound": {
            "num_samples": len(made.audio),
            "rate_hz": made.rate_hz,
            "lufs": round(integrated_lufs(sound.as_stereo()), 2),
            "true_peak_db": round(true_peak_db(sound), 2),
        },
        "breakdown": made.breakdown,
        "deadline_s": made.deadline_s,
        "deadline_met": made.deadline_met,
        "script": made.script,
        "language": made.language,
        "verdict": {
            "passes": verdict.passes,
            "refusal": verdict.refusal,
            "reason": verdict.reason,
            "is_judged": verdict.is_judged,
            "score": verdict.score,
            "threshold": verdict.threshold,
        },
        "parts": made.parts,
        "tries": made.tries,
        "stages": made.runs,
        "notes": made.notes,
        "recipe": made.recipe,
    }
    plain: dict[str, Any] = _PLAIN.dump_python(told, mode="json")
    return plain


def verify(report: Path, remake: Callable[[dict[str, Any], int, Path], MadeSlot]) -> SlotCheck:
    """Compare a slot's proof with its recipe and seed, its file with its hash, and the slot with one that is made anew.

    Args:
        report: a ``slot.json``.
        remake: makes the slot of a recipe and a seed again; the folder holds its music.

    Raises:
        RecipeError: the file is no ``slot.json``.
        VortexError: the slot cannot be made again.
    """
    told = read_recipe(report)
    try:
        recipe, seed, proof = dict(told["recipe"]), int(told["seed"]), str(told["determinism_proof"])
        digests = [bytes.fromhex(told[name]) for name in ("frames_sha256", "audio_sha256")]
        mp4, folder = report.parent / Path(told["mp4"]).name, Path(told["recipe_folder"])
        engines = {each["part"]: (each["engine"], each["version"]) for each in told["parts"]}
        proof_here = determinism_proof(recipe, seed, digests[0], digests[1])
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        fault = f"{error} is missing" if isinstance(error, KeyError) else str(error)
        raise RecipeError(f"{report}: no slot.json of a slot: {fault}; name one that vortex slot wrote") from error
    problems: list[str] = []
    if proof_here != proof:
        problems.append("The proof is not that of the recipe, the seed and the hashes beside it: one was changed.")
    if not mp4.is_file():
        problems.append(f"{mp4.name} is not there.")
    elif file_digest(mp4) != told.get("mp4_sha256"):
        problems.append(f"{mp4.name} is not the file that was written.")
    made = remake(recipe, seed, folder)
    for part in made.parts:
        if engines.get(part.part) != (part.engine, part.version):
            problems.append(f"The {part.part} came from {engines.get(part.part)} and comes from {part.engine} here.")
    for name, again in (("frames", made.frames_sha256), ("audio", made.audio_sha256)):
        if again != told[f"{name}_sha256"]:
            problems.append(f"Made again, the {name} differ.")
    return SlotCheck(proof, made.proof, tuple(problems))


def _film(made: MadeSlot, mp4: Path, poster: bytes, render: RenderSettings) -> None:
    side, silent = made.frames.shape[-1], mp4.with_name(_PARTIAL)
    try:
        with VideoWriter(silent, side, side, made.fps, render.preset, render.crf) as writer:
            _write_frames(made.frames, writer)
        rungs = "; ".join(f"{part.part}: {part.engine or 'nobody'} ({part.rung})" for part in made.parts)
        metadata = {"title": str(made.slot_id), "artist": "Vortex", "comment": f"Made by Vortex {VERSION}; {rungs}"}
        sound = Sound(made.audio, made.rate_hz)
        mux(
            [silent], sound, mp4, fps=made.fps, subtitles=made.cues, language=made.language, metadata=metadata,
            poster=poster,
        )  # fmt: skip
    finally:
        silent.unlink(missing_ok=True)


def _write_frames(frames: NDArray[np.uint8], writer: VideoWriter) -> None:
    side = frames.shape[-1]
    canvas = np.full((side, side, 4), 255, np.uint8)
    for number, frame in enumerate(frames):
        if number and np.array_equal(frame, frames[number - 1]):
            writer.repeat()
            continue
        canvas[:, :, :3] = frame[::-1].transpose(1, 2, 0)  # RGB becomes BGR
        writer.update(canvas, [(0, 0, side, side)])
        writer.write()
