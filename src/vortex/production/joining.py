"""Joining takes, voice, captions and chapters into the files of ``out/``."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vortex.core.units import format_moment
from vortex.core.version import VERSION
from vortex.media.frames import frame_at
from vortex.media.master import master
from vortex.media.mux import mux
from vortex.media.picture import contact_sheet, jpeg, save_jpeg
from vortex.media.sound import Sound
from vortex.media.sound_file import read_sound, write_wav
from vortex.media.track import Extras
from vortex.production.build import Build, code_version, digest, file_digest
from vortex.production.folder import FilmFolder, write
from vortex.production.takes import MadeTake
from vortex.production.voices import SpokenLine, SpokenSounds
from vortex.story.script import Script
from vortex.timeline.chapters import chapters, chapters_text
from vortex.timeline.mix import mix
from vortex.timeline.plan import RATE_HZ
from vortex.timeline.schedule import Timeline
from vortex.timeline.subtitles import srt, subtitle_cues, vtt

STAGE = "sound"
TARGET_LUFS = -14.0
_SHEET_COLUMNS, _SHEET_WIDTH, _SHEET_MOST = 4, 480, 48
_SETTLED = 0.85
"""Where in a shot, as a share of its length, everything that it shows is on screen."""


@dataclass(frozen=True, slots=True)
class Joined:
    """The film before it was judged."""

    mp4: Path
    sheet: Path
    poster: Path


def sound_key(timeline: Timeline, lines: Sequence[SpokenLine], music: Path | None) -> str:
    """Return the hash of all that the sound of the film depends on."""
    return digest(
        code_version("media", "timeline"),
        [(line.id, line.folder.name) for line in lines],
        timeline.sentences,
        timeline.num_frames,
        TARGET_LUFS,
        file_digest(music) if music else "",
    )


def mixed_sound(build: Build, timeline: Timeline, lines: Sequence[SpokenLine], music: Path | None) -> Sound:
    """Return the mastered sound of the film."""

    def make(folder: Path) -> None:
        bed = read_sound(music, RATE_HZ) if music else None
        write_wav(folder / "film.wav", master(mix(timeline, SpokenSounds(lines), bed), TARGET_LUFS).sound)

    key = sound_key(timeline, lines, music)
    return read_sound(build.step(STAGE, key, make).folder / "film.wav", RATE_HZ)


def join(
    film: FilmFolder,
    script: Script,
    timeline: Timeline,
    takes: Sequence[MadeTake],
    sound: Sound,
    rung: str,
) -> Joined:
    """Write the film under a name that says it was not judged yet, and the files beside it."""
    cues, marks = subtitle_cues(timeline), chapters(timeline, script.title)
    poster = jpeg(_frame(timeline, 0, takes[0].take.video, None))
    unjudged = film.build.root / film.product("unjudged.mp4").name
    metadata = {"title": script.title, "artist": "Vortex", "comment": f"Made by Vortex {VERSION}; {rung}"}
    extras = Extras(subtitles=cues, language=script.language, chapters=marks, metadata=metadata, poster=poster)
    mux([made.take.video for made in takes], sound, unjudged, fps=timeline.fps, **extras)
    write(film.product("film.srt"), srt(cues))
    write(film.product("film.vtt"), vtt(cues))
    write(film.product("chapters.txt"), chapters_text(marks))
    film.product("poster.jpg").write_bytes(poster)
    sheet = film.product("contact-sheet.jpg")
    save_jpeg(_sheet(timeline, takes), sheet)
    return Joined(unjudged, sheet, film.product("poster.jpg"))


def _sheet(timeline: Timeline, takes: Sequence[MadeTake]) -> NDArray[np.uint8]:
    """Return one settled frame of every shot; of a long film, of shots evenly chosen."""
    step = -(-len(takes) // _SHEET_MOST)
    chosen = range(0, len(takes), step)
    frames = [_frame(timeline, index, takes[index].take.video, _SHEET_WIDTH) for index in chosen]
    labels = [
        f"{format_moment(timeline.shots[index].start // timeline.fps)}  {timeline.shots[index].id}" for index in chosen
    ]
    return contact_sheet(frames, _SHEET_COLUMNS, labels)


def _frame(timeline: Timeline, index: int, video: Path, width: int | None) -> NDArray[np.uint8]:
    num_frames = timeline.shots[index].timing.num_frames
    return frame_at(video, Fraction(int(num_frames * _SETTLED), timeline.fps), width)
