"""Handing the film over to an editing program: timelines in three formats, each sentence and the music as files."""

import os
import re
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

_UNSAFE = re.compile(r"[^\w-]")


def hand_over(
    film: FilmFolder,
    script: Script,
    timeline: Timeline,
    takes: Sequence[MadeTake],
    lines: Sequence[SpokenLine],
    look: Look,
    music: Path | None,
) -> None:
    """Write ``film.otio``, ``film.edl``, ``film.xml``, ``shots/`` and ``stems/``; their paths are relative to ``out/``.

    Each shot is a file of its own name, because editing programs find media by names. A second shape speaks with the
    stems of the film itself where these say the same.
    """
    for folder in (film.out / "shots", film.out / "stems"):
        folder.mkdir(exist_ok=True)
        _clear(folder, film)
    sounds = SpokenSounds(lines)
    videos = zip(timeline.shots, takes, strict=True)
    files = PartFiles(
        shots={timed.id: _shot_file(film, timed.id, made.take.video) for timed, made in videos},
        sentences={name: _stem_file(film, name, sound) for name, sound in sounds.items()},
        music=f"stems/{film.product('music.wav').name}" if music else "",
    )
    if music:
        _write_stem(film.out / files.music, _bed(timeline, sounds, music))
    write(film.product("film.otio"), otio_json(timeline, script.title, files))
    write(film.product("film.edl"), edl(timeline, script.title, files))
    write(film.product("film.xml"), fcp7_xml(timeline, script.title, files, (look.width, look.height)))


def _clear(folder: Path, film: FilmFolder) -> None:
    """Remove what an earlier cut left, but nothing of another shape or language of the film."""
    for file in folder.iterdir():
        if ".".join(file.name.split(".")[1:-1]) == film.mark:
            file.unlink()


def _shot_file(film: FilmFolder, shot: str, take: Path) -> str:
    """Put a take under its shot's name, without a copy where the disk can do so, and return the path in ``out/``."""
    name = film.product(_UNSAFE.sub("-", shot) + ".mp4").name
    target = film.out / "shots" / name
    try:
        os.link(take, target)
    except OSError:  # a file system without links, or two shots of one name
        shutil.copyfile(take, target)
    return f"shots/{name}"


def _stem_file(film: FilmFolder, sentence: str, sound: Sound) -> str:
    """Write the sound of a sentence, unless the film's own shape says the same, and return the path in ``out/``."""
    shared = f"stems/{'.'.join(filter(None, (sentence, film.language)))}.wav"
    there, fresh = film.out / shared, film.out / "stems" / f".{sentence}.new"
    _write_stem(fresh, sound)
    if not film.shape or not there.is_file():
        fresh.replace(there)
    elif there.read_bytes() == fresh.read_bytes():
        fresh.unlink()
    else:
        shared = f"stems/{film.product(f'{sentence}.wav').name}"
        fresh.replace(film.out / shared)
    return shared


def _bed(timeline: Timeline, sounds: SpokenSounds, music: Path) -> Sound:
    """Return the music as it lies under the voice: repeated, faded and ducked."""
    both = mix_blocks(timeline, sounds, read_sound(music, RATE_HZ))
    pairs = zip(both, mix_blocks(timeline, sounds), strict=True)
    return Sound(np.concatenate([mixed.by_channel - voice.by_channel for mixed, voice in pairs]), RATE_HZ)


def _write_stem(file: Path, sound: Sound) -> None:
    peak = float(np.abs(sound.samples).max(initial=0))
    write_wav(file, sound if peak <= 1 else Sound(sound.samples / np.float32(peak), sound.rate_hz))
