"""The pictures and clips that shots ask for: made once, kept in the build, openly done without where none comes out.

A shot whose picture cannot be made is planned again as a drawn one, and the film's report says which and why.
"""

import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from PIL import Image
from pydantic import TypeAdapter

from vortex.core.errors import EngineError, MemoryPressureError
from vortex.core.events import Event, Listener
from vortex.core.settings import Settings
from vortex.core.units import counted
from vortex.engines.image.base import Pixels
from vortex.engines.video.base import Look
from vortex.media.encode import VideoWriter
from vortex.production.build import Build, code_version, digest, file_digest, writing
from vortex.production.crew import Crew
from vortex.production.telling import ShotPlanner, Told, who_draws
from vortex.production.tries import ClipPainter, Made, Painter, Progress, StillPainter, Taken, described, try_for
from vortex.production.weights import stamps_of
from vortex.story.storyboard import Storyboard
from vortex.visuals.shot import GENERATED, Shot

STAGE = "pictures"
_FILES = {"still": "picture.png", "clip": "picture.mp4"}
_FIELDS = {"still": "image", "clip": "video"}
_CODE = ("engines/image", "engines/video", "engines/sight", "runtime", "media", "production/tries.py")
"""Of ours, what pictures depend on."""
_CRF = 12
"""Of a clip, which is encoded once more inside its take."""


@dataclass(frozen=True, slots=True)
class Generated:
    """Shots with their pictures in place, and what has to be told of them."""

    shots: tuple[Shot, ...]
    made: tuple[Made, ...]
    failed: Mapping[str, str]
    """Id of a shot → why it has no picture; these shots are unchanged."""


_MADE = TypeAdapter(Made)


def wants_pictures(shots: Sequence[Shot]) -> bool:
    """Tell whether any shot asks for what a model has to make."""
    return any(shot.kind in GENERATED for shot in shots)


def drawn_instead(
    board: Storyboard, failed: Mapping[str, str], planner: ShotPlanner, told: Told
) -> tuple[Storyboard, tuple[str, ...]]:
    """Return the storyboard with the shots that have no picture planned again as drawn ones, and a note of each.

    Args:
        board: in which they ask for a picture.
        failed: id of a shot → why it has none.
        planner: who planned the film.
        told: its script and ledger.
    """
    shots: list[Shot] = []
    needs, notes = list(board.needs), list[str]()
    for shot in board.shots:
        if shot.id not in failed:
            shots.append(shot)
            continue
        span = who_draws(planner).again(shot, told.script, told.claims)
        shots += span.shots
        needs += [need for need in span.needs if need not in needs]
        shown = ", ".join(f"{each.kind} ({each.id})" for each in span.shots)
        notes.append(f"Shot {shot.id} asks for a {shot.kind} and is drawn as {shown}: {failed[shot.id]}.")
    return Storyboard(tuple(shots), tuple(needs)), tuple(notes)


@dataclass(frozen=True, slots=True)
class PictureMaker:
    """Makes what the shots of one film ask for."""

    build: Build
    assets: Path
    """Folder in which shots find their pictures."""
    crew: Crew
    settings: Settings
    look: Look
    listen: Listener

    def make(self, shots: Sequence[Shot]) -> Generated:
        """Return the shots with their pictures; what nobody can make, or what does not come out, is told, not raised.

        Raises:
            ModelError: a model is missing or broken.
            ConfigError: a setting of its engine cannot be.
        """
        wanted = [shot for shot in shots if shot.kind in GENERATED]
        self.listen(Event("stage_started", STAGE, 0, len(wanted)))
        made: dict[str, Made] = {}
        failed: dict[str, str] = {}
        names: dict[str, str] = {}
        for number, shot in enumerate(wanted):
            painter = self._painter(shot.kind)
            if painter is None:
                failed[shot.id] = (
                    f"no engine makes one; set {_section(shot.kind)}.engine and {_section(shot.kind)}.model"
                )
                continue
            try:
                names[shot.id], made[shot.id] = self._picture(shot, painter, self._teller(number, len(wanted)))
            except (EngineError, MemoryPressureError) as error:
                failed[shot.id] = str(error)
        summary = f"{counted(len(wanted), 'picture')} asked for, {len(made)} there"
        self.listen(Event("stage_finished", STAGE, len(wanted), len(wanted), summary))
        filled = tuple(_filled(shot, names[shot.id]) if shot.id in names else shot for shot in shots)
        return Generated(filled, tuple(made.values()), failed)

    def known(self, shots: Sequence[Shot]) -> tuple[Shot, ...]:
        """Return the shots with those pictures in place that were made before; makes none."""
        return tuple(self._known(shot) for shot in shots)

    def _known(self, shot: Shot) -> Shot:
        painter = self._painter(shot.kind) if shot.kind in GENERATED else None
        if painter is None or shot.params.get(_FIELDS[shot.kind]):
            return shot
        key = self._key(shot, painter)
        return _filled(shot, self._placed(shot.kind, key)) if self.build.has(STAGE, key) else shot

    def _painter(self, kind: str) -> Painter | None:
        crew, settings, aspect = self.crew, self.settings, self.look.width / self.look.height
        stills = StillPainter(crew.image, settings.image, aspect) if crew.image else None
        if kind == "still":
            return stills
        return ClipPainter(crew.clip, settings.clip, stills, self.assets, aspect) if crew.clip else None

    def _teller(self, number: int, total: int) -> Progress:
        return lambda share: self.listen(Event("progress", STAGE, number + share, total))

    def _picture(self, shot: Shot, painter: Painter, progress: Progress) -> tuple[str, Made]:
        """Return the name of the asset of a shot, made if it is not in the build."""
        file = _FILES[shot.kind]

        def fill(folder: Path) -> None:
            taken, how = try_for(shot, painter, self.crew.sight, self.settings.sight, progress)
            _save(taken, folder / file)
            (folder / "made.json").write_bytes(_MADE.dump_json(how, indent=1))

        key = self._key(shot, painter)
        made = self.build.step(STAGE, key, fill).folder / "made.json"
        return self._placed(shot.kind, key), replace(_MADE.validate_json(made.read_bytes()), shot=shot.id)

    def _placed(self, kind: str, key: str) -> str:
        """Put a picture of the build among the assets and return its name there."""
        file = self.build.place(STAGE, key) / _FILES[kind]
        name = f"{kind}-{key[:16]}{file.suffix}"
        _place(file, self.assets / name)
        return name

    def _key(self, shot: Shot, painter: Painter) -> str:
        """Return the hash of all that the picture depends on."""
        drawn = ("visuals",) if painter.engine.rung == "embedded" else ()
        code = code_version(*_CODE, *drawn)
        given = self.assets / str(shot.params.get("image") or "-")
        begins_from = file_digest(given) if given.is_file() else ""
        crew, asked = self.crew, self.settings
        judged = (crew.sight.name, crew.sight.version, asked.sight) if crew.sight else ()
        sections = (asked.image, asked.clip, asked.sight) if shot.kind == "clip" else (asked.image, asked.sight)
        weights = [stamps_of(section, crew.room) for section in sections]
        return digest(code, shot.kind, shot.params, begins_from, *described(painter), *judged, weights)


def _section(kind: str) -> str:
    return "clip" if kind == "clip" else "image"


def _filled(shot: Shot, name: str) -> Shot:
    return shot.model_copy(update={"params": {**shot.params, _FIELDS[shot.kind]: name}})


def _save(taken: Taken, file: Path) -> None:
    if file.suffix == ".png":
        Image.fromarray(taken.frames[0]).save(file)
        return
    height, width = (side // 2 * 2 for side in taken.frames.shape[1:3])
    with VideoWriter(file, width, height, taken.fps, "faster", _CRF) as writer:
        for frame in taken.frames:
            writer.update(_opaque(frame[:height, :width]), [(0, 0, width, height)])
            writer.write()


def _opaque(rgb: Pixels) -> Pixels:
    """Return a picture as BGRA."""
    return np.ascontiguousarray(np.dstack([rgb[:, :, ::-1], np.full(rgb.shape[:2], 255, np.uint8)]))


def _place(source: Path, target: Path) -> None:
    """Copy a file under a name, never half of it.

    Raises:
        MediaError: the disk is full or cannot be written.
    """
    if target.is_file() and target.stat().st_size == source.stat().st_size:
        return
    with writing(target.parent):
        target.parent.mkdir(parents=True, exist_ok=True)
        beside = target.with_name(f".{target.name}.{os.getpid()}")
        try:
            shutil.copyfile(source, beside)
            beside.replace(target)
        finally:
            beside.unlink(missing_ok=True)
