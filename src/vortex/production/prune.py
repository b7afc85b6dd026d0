"""Forgetting what the present film does not use: results in the build under keys that nothing asks for any more."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from vortex.core.errors import ConfigError, GateFailed
from vortex.core.events import Event
from vortex.production.build import Build, code_version
from vortex.production.film import FilmMaker, Plan
from vortex.production.folder import FilmFolder
from vortex.production.generating import STAGE as GENERATED
from vortex.production.joining import STAGE as SOUND
from vortex.production.joining import sound_key
from vortex.production.library import STAGE as READ
from vortex.production.reshaping import reshaped
from vortex.production.translation import translated, translations
from vortex.story.brief import Shape

_PAGE = re.compile(r"page-(?P<document>[0-9a-f]+)-\d+\.png")
_GENERATED = re.compile(r"(?:still|clip)-(?P<key>[0-9a-f]{16})\.\w+")


@dataclass(frozen=True, slots=True)
class Pruned:
    """What was forgotten, or would be."""

    results: tuple[str, ...]
    """Each as ``stage/key``."""
    pictures: tuple[str, ...]
    """File names in the assets."""
    freed_bytes: int
    kept_bytes: int
    """Size of the build afterwards."""


def prune(maker: FilmMaker, *, dry_run: bool = False) -> Pruned:
    """Forget what neither the film nor its finished shapes and languages need; ``dry_run`` only tells what that is.

    What can be undone is not kept: its takes would be made again.

    Raises:
        VortexError: the film cannot be planned; nothing is forgotten then.
    """
    folder, build = maker.folder, maker.folder.build
    plan = maker.plan()
    _ask_for_all(maker, plan)
    _ask_for_shapes(maker, plan)
    for language in translations(folder):
        _ask_for_translation(maker, plan, language)
    results = [place for place in _results(build) if (place.parent.name, place.name) not in build.asked]
    pictures = [*_unused_pictures(folder, plan, build), *_old_indexes(build)]
    before = _size(build.root)
    left = before - _size(build.root, leaving_out=(*results, *pictures)) if dry_run else 0
    if not dry_run:
        for place in results:
            shutil.rmtree(place)
        for file in pictures:
            file.unlink()
        left = before - _size(build.root)
    names = tuple(f"{place.parent.name}/{place.name}" for place in results)
    return Pruned(names, tuple(file.name for file in pictures), left, before - left)


def _ask_for_translation(maker: FilmMaker, plan: Plan, language: str) -> None:
    """Ask for what a translated film needs; one that does not fit the film any more is to be made anew in any case."""
    try:
        other = translated(maker, plan, language)
    except (ConfigError, GateFailed) as error:
        maker.listen(Event("warning", "prune", message=f"what the film in {language!r} needs is not kept: {error}"))
        return
    _ask_for_all(*other)
    _ask_for_shapes(*other)


def _ask_for_all(maker: FilmMaker, plan: Plan) -> None:
    """Ask the build for what rendering the plan will ask for; planning itself has asked for the rest."""
    maker.costed(plan)
    maker.folder.build.has(SOUND, sound_key(plan.timeline, plan.lines, maker.music))


def _ask_for_shapes(maker: FilmMaker, plan: Plan) -> None:
    """Ask for what the finished second shapes of a film need."""
    for shape in get_args(Shape):
        other = maker.folder.in_shape(shape)
        made = (other.product("film.mp4"), other.product("film.rejected.mp4"))
        if shape != maker.brief.shape and any(file.is_file() for file in made):
            _ask_for_all(*reshaped(maker, plan, shape))


def _results(build: Build) -> Iterator[Path]:
    yield from sorted(receipt.parent for receipt in build.root.glob("*/*/receipt.json"))


def _unused_pictures(folder: FilmFolder, plan: Plan, build: Build) -> Iterator[Path]:
    """Yield pictures that stand in no source, are no page of one, were not given by a person, and no shot asks for."""
    read = [build.place(stage, key) / "assets" for stage, key in build.asked if stage == READ]
    known = {file.name for place in (*read, folder.pictures) if place.is_dir() for file in place.iterdir()}
    documents = {document.id for document in plan.library.documents}
    wanted = {key[:16] for stage, key in build.asked if stage == GENERATED}
    for file in sorted(plan.library.assets.iterdir()):
        page, generated = _PAGE.fullmatch(file.name), _GENERATED.fullmatch(file.name)
        is_used = (page and page["document"] in documents) or (generated and generated["key"] in wanted)
        if file.name not in known and not is_used:
            yield file


def _old_indexes(build: Build) -> Iterator[Path]:
    """Yield search indexes that another version of the program wrote."""
    current = f"{code_version('core', 'knowledge')}.sqlite"
    yield from (file for file in sorted(build.root.glob("index/*.sqlite*")) if not file.name.startswith(current))


def _size(root: Path, leaving_out: tuple[Path, ...] = ()) -> int:
    """Return the bytes of all files under ``root``, each counted once whatever names it has."""
    seen: dict[tuple[int, int], int] = {}
    for file in root.rglob("*"):
        if file.is_file() and not any(file == each or each in file.parents for each in leaving_out):
            about = file.stat()
            seen[about.st_dev, about.st_ino] = about.st_size
    return sum(seen.values())
