"""What ``vortex make --series`` does: a book becomes episodes, each a film of its own."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from vortex.cli.output import emit, progress, table
from vortex.core.errors import ConfigError
from vortex.core.units import format_duration

if TYPE_CHECKING:
    from vortex.production.series import Series


def make_series(
    sources: list[Path],
    out: Path,
    asked: dict[str, Any],
    *,
    flags: dict[str, object],
    profile: str,
    as_json: bool,
    quiet: bool,
) -> None:
    """Plan and make a series; ``asked`` holds what ``Studio.series`` takes.

    Raises:
        ConfigError: not one book was named, or a flag that a series has no use for.
        GateFailed: an episode could not be made; the others are finished.
    """
    from vortex.production.series import coverage_data, known_order, require_finished
    from vortex.studio import Studio

    known = known_order(out)
    book = sources or [Path(known.pop("book"))] if known else sources
    known.pop("book", None)
    if len(book) != 1:
        raise ConfigError(f"--series: a series is made of one book, and {len(book)} sources were named")
    if "topic" in asked:
        raise ConfigError("--topic: a series tells a whole book; make a film for a topic, without --series")
    if not asked.keys().isdisjoint({"seed", "parameters"}):
        raise ConfigError("--seed and --parameter are for a lesson, and a series tells a book; leave them out")
    with progress(quiet=quiet) as listen:
        made = Studio(flags, profile=profile, listen=listen).series(book[0], out=out, **{**known, **asked})
    emit(_data(made) | {"coverage": coverage_data(made)}, _text(made), as_json=as_json)
    require_finished(made)


def _data(made: "Series") -> dict[str, Any]:
    episodes = [
        {
            "number": each.episode.number,
            "title": each.episode.title,
            "folder": made.root / each.episode.folder,
            "sections": each.episode.sections,
            "words": each.episode.words,
            "state": each.state,
            "film": made.root / each.film if each.film else "",
            "error": each.error,
        }
        for each in made.episodes
    ]
    return {"title": made.title, "folder": made.root, "seconds": made.seconds, "episodes": episodes}


def _text(made: "Series") -> str:
    rows: list[tuple[Any, ...]] = [
        (
            each.episode.number,
            each.state,
            _pages([label for unit in each.episode.units for label in unit.pages]),
            len(each.episode.units),
            each.episode.words,
            each.episode.title,
        )
        for each in made.episodes
    ]
    finished = sum(each.state == "finished" for each in made.episodes)
    words = made.map.words
    head = f"{made.title}: {len(rows)} episodes of {format_duration(made.seconds)}, {finished} finished"
    told = f"{made.map.told_words / words:.0%} of {words} words in sections that are told" if words else "no words"
    shown = table(rows, ("episode", "state", "pages", "sections", "words", "title"))
    return f"{head}\n\n{shown}\n\n{told}; see {made.root / 'coverage.html'}"


def _pages(labels: list[str]) -> str:
    return "–".join(dict.fromkeys((labels[0], labels[-1]))) if labels else ""
