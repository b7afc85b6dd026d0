"""A series: one book, planned into episodes of which each is a film of its own, and the map of what they cover.

A run goes on where the last one ended: an episode that is finished is not made again unless its plan has changed. One
that cannot be made does not stop the others.
"""

import json
import os
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from vortex.core.document import Passage
from vortex.core.errors import ConfigError, GateFailed, VortexError
from vortex.core.events import Event, Listener
from vortex.core.settings import Settings
from vortex.production.build import Build, file_digest
from vortex.production.coverage_map import CoverageMap, Told, coverage, left_out
from vortex.production.coverage_page import coverage_html
from vortex.production.episodes import Episode, Section, plan_episodes, units_of, words_for
from vortex.production.folder import write
from vortex.production.library import STAGE, Library, read_library, rejected_of
from vortex.story.material import Material
from vortex.story.writers.candidates import gather
from vortex.story.writers.frames import plain_title

SCHEMA = "vortex.series"
SCHEMA_VERSION = 1
State = Literal["planned", "finished", "failed"]
MakeEpisode = Callable[[Path, Episode], Path]
"""Makes the film of an episode in a folder and returns its MP4."""


@dataclass(frozen=True, slots=True)
class SeriesOrder:
    """What a series is to be."""

    book: Path
    root: Path
    seconds: int
    """Of each episode."""
    episodes: int = 0
    """How many; 0 for as many as suit their length."""


@dataclass
class EpisodeState:
    """How far an episode is."""

    episode: Episode
    state: State = "planned"
    film: str = ""
    """The finished film, as seen from the folder of the series."""
    error: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """A series as it stands."""

    root: Path
    title: str
    seconds: int
    episodes: tuple[EpisodeState, ...]
    map: CoverageMap

    @property
    def failed(self) -> tuple[EpisodeState, ...]:
        """Episodes that could not be made."""
        return tuple(each for each in self.episodes if each.state == "failed")


@dataclass
class SeriesMaker:
    """Plans and makes one series."""

    order: SeriesOrder
    settings: Settings
    listen: Listener
    library: Library = field(init=False)

    def plan(self) -> Series:
        """Read the book, divide it, and write ``series.json`` and the coverage map.

        Raises:
            ConfigError: there are fewer sections than episodes.
            SourceError: the book cannot be read.
        """
        build = Build(self.order.root / "build")
        self.library = read_library(build, [self.order.book], self.settings.passages, self.listen)
        units = units_of(self.library.passages)
        target = words_for(self.order.seconds, self.settings.voice.words_per_minute)
        states = [EpisodeState(each) for each in plan_episodes(units, target, self.order.episodes)]
        for each in states:
            self._recall(each)
        return self._written(states)

    def make(self, series: Series, make: MakeEpisode, only: int = 0) -> Series:
        """Make the episodes that are not finished, and return the series as it stands then.

        Args:
            series: what was planned.
            make: makes one episode.
            only: how many episodes to make at most, from the first unfinished one; 0 for all.
        """
        states = list(series.episodes)
        waiting = [each for each in states if each.state != "finished"]
        for each in waiting[: only or None]:
            folder = self.order.root / each.episode.folder
            self._share_reading(folder)
            told = f"{each.episode.folder}: {each.episode.title}"
            self.listen(Event("note", "series", message=f"{told} ({each.episode.number} of {len(states)})"))
            try:
                each.film = make(folder, each.episode).relative_to(self.order.root).as_posix()
                each.state, each.error = "finished", ""
            except VortexError as error:
                each.state, each.error = "failed", str(error)
                self.listen(Event("warning", "series", message=f"{told} could not be made: {error}"))
            series = self._written(states)
        return series

    def _recall(self, each: EpisodeState) -> None:
        """Take over what an earlier run finished, if the episode still is what it was then."""
        known = _known(self.order.root)
        if known.get("sha256") != file_digest(self.order.book) or known.get("seconds") != self.order.seconds:
            return
        for row in known.get("episodes", ()):
            same = row["folder"] == each.episode.folder and tuple(row["sections"]) == each.episode.sections
            if same and row["state"] == "finished" and (self.order.root / row["film"]).is_file():
                each.state, each.film = "finished", row["film"]

    def _share_reading(self, folder: Path) -> None:
        """Give an episode the book as it was read, so that a large one is read once."""
        for step in (self.order.root / "build" / STAGE).iterdir():
            place = folder / "build" / STAGE / step.name
            if not place.exists():
                shutil.copytree(step, place, copy_function=_link)

    def _written(self, states: list[EpisodeState]) -> Series:
        library = self.library
        document = library.documents[0]
        told = [quote for each in states if each.state == "finished" for quote in _told(self.order.root, each)]
        rows = coverage(
            [each.episode for each in states],
            {each.episode.number: each.state for each in states},
            told,
            library.passages,
            _tellable(library),
        )
        rejected = rejected_of(Build(self.order.root / "build"), self.order.book, self.settings.passages)
        title = plain_title(document.title or self.order.book.stem)
        series = Series(
            self.order.root, title, self.order.seconds, tuple(states), CoverageMap(rows, left_out(rejected))
        )
        write(self.order.root / "series.json", _json(series_data(series, file_digest(self.order.book), self.order)))
        write(self.order.root / "coverage.json", _json(coverage_data(series)))
        write(self.order.root / "coverage.html", coverage_html(series.title, rows, series.map.left_out, _links(states)))
        return series


def series_data(series: Series, sha256: str, order: SeriesOrder) -> dict[str, Any]:
    """Return ``series.json``; fields may be added within a schema version, never changed or dropped."""
    episodes = [
        {
            "number": each.episode.number,
            "folder": each.episode.folder,
            "title": each.episode.title,
            "sections": list(each.episode.sections),
            "pages": list(dict.fromkeys(label for unit in each.episode.units for label in unit.pages)),
            "words": each.episode.words,
            "state": each.state,
            "film": each.film,
            "error": each.error,
        }
        for each in series.episodes
    ]
    head = {
        "schema": SCHEMA,
        "version": SCHEMA_VERSION,
        "title": series.title,
        "book": str(order.book),
        "sha256": sha256,
    }
    return {**head, "seconds": order.seconds, "episodes_asked": order.episodes, "episodes": episodes}


def known_order(root: Path) -> dict[str, Any]:
    """Return what the series in a folder was ordered with: ``book``, ``seconds`` and ``episodes``; {} if it is none.

    Raises:
        ConfigError: its ``series.json`` is broken, or of another program or version.
    """
    known = _known(root)
    return {"book": known["book"], "seconds": known["seconds"], "episodes": known["episodes_asked"]} if known else {}


def coverage_data(series: Series) -> dict[str, Any]:
    """Return ``coverage.json``."""
    covered = {"words": series.map.words, "told_words": series.map.told_words}
    rows = [asdict(row) for row in series.map.sections]
    rejected = [asdict(each) for each in series.map.left_out]
    return {
        "schema": "vortex.coverage",
        "version": SCHEMA_VERSION,
        "title": series.title,
        **covered,
        "sections": rows,
    } | {"left_out": rejected}


def require_finished(series: Series) -> None:
    """Fail where an episode could not be made.

    Raises:
        GateFailed: names the episodes and why; the others are finished.
    """
    if series.failed:
        reasons = "; ".join(f"{each.episode.folder}: {each.error}" for each in series.failed)
        raise GateFailed(f"{len(series.failed)} of {len(series.episodes)} episodes could not be made: {reasons}")


def _told(root: Path, each: EpisodeState) -> list[Told]:
    claims = _read(root / each.episode.folder / "claims.json").get("claims", ())
    return [
        Told(each.episode.number, claim["sentence"], claim["passage"], claim["label"])
        for claim in claims
        if claim["quote"] and claim["passage"]
    ]


def _tellable(library: Library) -> dict[Section, int]:
    home: dict[str, Passage] = {passage.id: passage for passage in library.passages}
    return dict(Counter(home[found.passage].section for found in gather(Material(library.documents, library.passages))))


def _links(states: list[EpisodeState]) -> dict[int, tuple[str, str]]:
    """Return title and film of each episode."""
    return {each.episode.number: (each.episode.title, each.film) for each in states}


def _known(root: Path) -> dict[str, Any]:
    file = root / "series.json"
    known = _read(file)
    lacking = sorted({"book", "sha256", "seconds", "episodes_asked", "episodes"} - known.keys())
    if known and (known.get("schema"), known.get("version"), lacking) != (SCHEMA, SCHEMA_VERSION, []):
        seen = f"lacks {', '.join(lacking)}" if lacking else f"is of {known.get('schema')} {known.get('version')}"
        raise ConfigError(f"{file}: {seen}, not a series of this program; delete it to plan the series anew")
    return known


def _read(file: Path) -> dict[str, Any]:
    if not file.is_file():
        return {}
    try:
        data: dict[str, Any] = json.loads(file.read_text(encoding="utf8"))
    except (OSError, ValueError) as error:
        raise ConfigError(f"{file}: cannot be read ({error}); delete it to plan the series anew") from error
    if not isinstance(data, dict):
        raise ConfigError(f"{file}: holds a {type(data).__name__}, not an object; delete it to plan the series anew")
    return data


def _json(data: dict[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _link(source: str, target: str) -> str:
    try:
        os.link(source, target)
    except OSError:  # a file system without links
        shutil.copyfile(source, target)
    return target
