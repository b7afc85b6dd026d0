"""The dear rows, measured on one short film: the same again, killed, edited, with music; and the size of it all."""

import re
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import numpy as np

from benchmarks import build, measure
from benchmarks.film import make
from benchmarks.scorecard.rows import Score
from benchmarks.scorecard.shown import Shown
from vortex.media.sound import Sound
from vortex.media.sound_file import read_sound, write_wav
from vortex.review.hearing import HOP_S, listen

RATE_HZ = 48000
_STRETCH_S = 0.2
COMMANDS = ("python -m pip install vortex-film", "vortex make manual.pdf -o film")


def promises(kills: int) -> Iterator[Score]:
    """Yield rows 15 to 17 and 19, on half a minute from the example article."""
    flags = ("--seconds", "30")
    first, repeated, wall_s = build.repeat_runs(flags)
    edited, _, _ = build.edit_run(first, flags)
    resumed, _ = build.killed_runs(first, wall_s, kills, flags)
    for number, bars in ((16, (*repeated, *resumed)), (17, edited)):
        for bar in bars:
            yield Score(number, bar.what, bar.measured, bar.limit, bar.kind)
    yield ducking(flags)
    yield from install()


def ducking(flags: tuple[str, ...]) -> Score:
    """Make the film with music and say by how much the music steps back while somebody speaks."""
    folder = build.fresh("music")
    music = folder.with_suffix(".wav")
    write_wav(music, chords(20))
    measure.run(make(build.ARTICLE, folder, *flags, "--set", f"film.music={music}"))
    film = Shown(folder)
    levels = listen([read_sound(folder / "out" / "stems" / "music.wav", RATE_HZ)]).levels
    spoken, near = np.zeros(len(levels), bool), np.zeros(len(levels), bool)
    for start, end, _ in film.cues:
        spoken[int((start + 0.5) / HOP_S) : int((end - 0.5) / HOP_S)] = True
        near[int(start / HOP_S) : int(end / HOP_S)] = True
    step = round(_STRETCH_S / HOP_S)
    free = levels[~near][: (~near).sum() // step * step].reshape(-1, step).mean(axis=1)
    under, alone = float(np.median(levels[spoken])), float(free.max())
    note = f"{under:.1f} dB under words, {alone:.1f} dB in the loudest {_STRETCH_S} s between them"
    return Score(15, "music steps back under the voice, dB", alone - under, 6, note=note)


def chords(seconds: float) -> Sound:
    """Return three steady tones, so that every change of their level is the mixer's."""
    time = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    tones = sum(0.1 * np.sin(2 * np.pi * pitch * time) for pitch in (220.0, 277.2, 329.6))
    return Sound(np.asarray(tones, np.float32), RATE_HZ)


def install() -> Iterator[Score]:
    """Yield how many commands lead to a film, and what the packages take on disk here."""
    yield Score(19, "commands from a clean machine to a film", float(len(COMMANDS)), 2, "at most", "; ".join(COMMANDS))
    names = closure("vortex-film")
    size_mb = sum(map(_size_bytes, names)) / 1e6
    note = f"{len(names)} packages as they lie on this disk, without Python; what a download weighs is not measured"
    yield Score(19, "installed packages, MB", size_mb, note=note)


def closure(name: str) -> set[str]:
    """Return the names of an installed package and of all that it needs without its extras."""
    found: set[str] = set()
    left = [name]
    while left:
        one = left.pop().lower().replace("_", "-")
        if one in found:
            continue
        try:
            needs = distribution(one).requires or []
        except PackageNotFoundError:
            continue
        found.add(one)
        left += [re.split(r"[\s;<>=!~\[(]", need)[0] for need in needs if "extra ==" not in need]
    return found


def _size_bytes(name: str) -> int:
    files = (Path(str(file.locate())) for file in distribution(name).files or ())
    return sum(path.stat().st_size for path in files if path.is_file())
