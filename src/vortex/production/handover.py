"""Handing the film over to an editing program: timelines in three formats, and every sentence as a file of its own."""

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from vortex.engines.video.base import Look
from vortex.media.sound import Sound
from vortex.media.sound_file import write_wav
from vortex.production.folder import FilmFolder, write
from vortex.production.takes import MadeTake
from vortex.production.voices import SpokenLine, SpokenSounds
from vortex.story.script import Script
from vortex.timeline.edl import edl
from vortex.timeline.fcp7 import fcp7_xml
from vortex.timeline.handover import PartFiles
from vortex.timeline.otio import otio_json
from vortex.timeline.schedule import Timeline


def hand_over(
    film: FilmFolder,
    script: Script,
    timeline: Timeline,
    takes: Sequence[MadeTake],
    lines: Sequence[SpokenLine],
    look: Look,
) -> None:
    """Write ``film.otio``, ``film.edl``, ``film.xml`` and ``stems/``; paths in them are relative to ``out/``."""
    stems = _write_stems(film.out / "stems", lines)
    shots = {
        timed.id: Path(os.path.relpath(made.take.video, film.out)).as_posix()
        for timed, made in zip(timeline.shots, takes, strict=True)
    }
    files = PartFiles(shots, {name: Path(os.path.relpath(stem, film.out)).as_posix() for name, stem in stems.items()})
    write(film.out / "film.otio", otio_json(timeline, script.title, files))
    write(film.out / "film.edl", edl(timeline, script.title, files))
    write(film.out / "film.xml", fcp7_xml(timeline, script.title, files, (look.width, look.height)))


def _write_stems(folder: Path, lines: Sequence[SpokenLine]) -> dict[str, Path]:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    sounds = SpokenSounds(lines)
    stems = {}
    for line in lines:
        stems[line.id] = folder / f"{line.id}.wav"
        sound = sounds[line.id]
        peak = float(np.abs(sound.samples).max(initial=0))
        write_wav(stems[line.id], sound if peak <= 1 else Sound(sound.samples / np.float32(peak), sound.rate_hz))
    return stems
