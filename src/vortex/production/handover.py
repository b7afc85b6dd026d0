"""Handing the film over to an editing program: timelines in three formats, each sentence and the music as files."""

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from vortex.engines.video.base import Look
from vortex.media.sound import Sound
from vortex.media.sound_file import read_sound, write_wav
from vortex.production.folder import FilmFolder, write
from vortex.production.takes import MadeTake
from vortex.production.voices import SpokenLine, SpokenSounds
from vortex.story.script import Script
from vortex.timeline.edl import edl
from vortex.timeline.fcp7 import fcp7_xml
from vortex.timeline.handover import PartFiles
from vortex.timeline.mix import mix_blocks
from vortex.timeline.otio import otio_json
from vortex.timeline.plan import RATE_HZ
from vortex.timeline.schedule import Timeline


def hand_over(
    film: FilmFolder,
    script: Script,
    timeline: Timeline,
    takes: Sequence[MadeTake],
    lines: Sequence[SpokenLine],
    look: Look,
    music: Path | None,
) -> None:
    """Write ``film.otio``, ``film.edl``, ``film.xml`` and ``stems/``; paths in them are relative to ``out/``.

    A second shape speaks with the stems of the film itself, which are not written again.
    """
    folder = film.out / "stems"
    if not film.shape:
        shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(exist_ok=True)
    videos = zip(timeline.shots, takes, strict=True)
    files = PartFiles(
        shots={timed.id: Path(os.path.relpath(made.take.video, film.out)).as_posix() for timed, made in videos},
        sentences={line.id: f"stems/{line.id}.wav" for line in lines},
        music=f"stems/{film.product('music.wav').name}" if music else "",
    )
    sounds = SpokenSounds(lines)
    for name, sound in sounds.items():
        if not (film.out / files.sentences[name]).is_file():
            _write_stem(film.out / files.sentences[name], sound)
    if music:
        _write_stem(film.out / files.music, _bed(timeline, sounds, music))
    write(film.product("film.otio"), otio_json(timeline, script.title, files))
    write(film.product("film.edl"), edl(timeline, script.title, files))
    write(film.product("film.xml"), fcp7_xml(timeline, script.title, files, (look.width, look.height)))


def _bed(timeline: Timeline, sounds: SpokenSounds, music: Path) -> Sound:
    """Return the music as it lies under the voice: repeated, faded and ducked."""
    both = mix_blocks(timeline, sounds, read_sound(music, RATE_HZ))
    pairs = zip(both, mix_blocks(timeline, sounds), strict=True)
    return Sound(np.concatenate([mixed.by_channel - voice.by_channel for mixed, voice in pairs]), RATE_HZ)


def _write_stem(file: Path, sound: Sound) -> None:
    peak = float(np.abs(sound.samples).max(initial=0))
    write_wav(file, sound if peak <= 1 else Sound(sound.samples / np.float32(peak), sound.rate_hz))
