"""Make every film of the list, score each, and lay the rows beside each other."""

import shutil
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks import measure
from benchmarks.film import ROOT, WORK
from benchmarks.measure import Command, CommandFailed, Cost
from benchmarks.result import Bar, Result, Table
from benchmarks.scorecard.cast import ENTRIES, UNTELLABLE, Entry
from benchmarks.scorecard.promises import promises
from benchmarks.scorecard.rows import Case, Score, scores
from benchmarks.scorecard.shown import Shown
from vortex.media.frames import iter_looks
from vortex.media.picture import contact_sheet

FOLDER = WORK / "scorecard"
SHEET_EVERY_S, SHEET_HEIGHT, SHEET_COLUMNS = 5.0, 180, 6
Rows = dict[str, list[Score]]
DOCUMENT_S, LESSON_S = 180, 120
"""Lengths asked for; the bar of the key facts is meant for three minutes."""


def run(quick: bool, only: str = "") -> Result:
    """Score the films.

    Args:
        quick: two films of 40 s at 360 rows and one killed run, to see that it works.
        only: name of the single film to score; without the dear rows.

    Raises:
        ValueError: no film has the name ``only``.
    """
    entries = [entry for entry in ENTRIES if not only or entry.name == only]
    if not entries:
        raise ValueError(f"no film is called {only}; there are {', '.join(entry.name for entry in ENTRIES)}")
    chosen = [ENTRIES[0], ENTRIES[-1]] if quick and not only else entries
    rows: Rows = {}
    for number, entry in enumerate(chosen, 1):
        _say(f"{number} of {len(chosen)}: {entry.name}")
        rows[entry.name] = list(scores(make_case(entry, _flags(entry, quick))))
        _tell(rows[entry.name])
    if not only:
        rows["promises"] = [refusal(), *promises(1 if quick else 2)]
        _tell(rows["promises"])
    return laid_out(rows, {"document_s": DOCUMENT_S, "lesson_s": LESSON_S, "films": len(chosen), "quick": quick})


def _flags(entry: Entry, quick: bool) -> tuple[str, ...]:
    if quick:
        return "--seconds", "40", "--set", "render.height=360"
    return "--seconds", str(DOCUMENT_S if entry.gold else LESSON_S)


def make_case(entry: Entry, flags: tuple[str, ...]) -> Case:
    """Make a film from nothing, and leave a sheet of its pictures beside its folder."""
    folder = FOLDER / entry.name
    shutil.rmtree(folder, ignore_errors=True)
    FOLDER.mkdir(parents=True, exist_ok=True)
    arguments = (sys.executable, "-m", "vortex.cli.app", "make", *entry.arguments, "-o", str(folder), *flags, "--quiet")
    cost: Cost | None = None
    error = ""
    try:
        cost = measure.run(Command(arguments, cwd=ROOT, output=folder.with_suffix(".txt")))
    except CommandFailed as failed:
        error = str(failed).strip().splitlines()[-1]
    made = (folder / "out" / "report.json").is_file()
    film = Shown(folder) if made else None
    if film is not None:
        write_sheet(film.mp4, FOLDER / f"{entry.name}.png")
    return Case(entry, film, cost, error)


def refusal() -> Score:
    """Return whether a document that says nothing is refused; a film of it would be invented."""
    folder = FOLDER / "untellable"
    shutil.rmtree(folder, ignore_errors=True)
    arguments = (sys.executable, "-m", "vortex.cli.app", "make", str(UNTELLABLE), "-o", str(folder), "--quiet")
    try:
        measure.run(Command(arguments, cwd=ROOT))
    except CommandFailed as failed:
        return Score(1, "a document that says nothing is refused", float("ended with 4" in str(failed)), 1)
    return Score(1, "a document that says nothing is refused", 0.0, 1, note="a film was made of it")


def write_sheet(film: Path, sheet: Path) -> None:
    """Write a picture of every fifth second of a film."""
    looks = iter_looks(film, 32, SHEET_EVERY_S, SHEET_HEIGHT)
    frames = [look.picture for look in looks if look.picture is not None]
    Image.fromarray(np.asarray(contact_sheet(frames, SHEET_COLUMNS))).save(sheet)


def laid_out(rows: Rows, settings: dict[str, int | bool]) -> Result:
    """Return the result: a row a measure over all films, and what each film missed."""
    summary, bars = [], []
    for (number, name), found in _by_row(rows).items():
        values = [score.value for score in found if score.value is not None]
        limit, kind = found[0].limit, found[0].kind
        worst = (min if kind == "at least" else max)(values, default=None)
        holding = [score.holds for score in found if score.holds is not None]
        held = f"{sum(holding)} of {len(holding)}" if holding else None
        bar = None if limit is None else f"{kind} {limit:g}"
        mean = sum(values) / len(values) if values else None
        summary.append((number or "own", name, mean, worst, bar, held or (found[0].note if not values else "reported")))
        if limit is not None and worst is not None:
            bars.append(Bar(f"{number} {name}" if number else name, worst, limit, kind))
    tables = (
        Table("All films", ("#", "measure", "mean", "worst", "bar", "bar held by"), tuple(summary)),
        Table("What was missed", ("film", "#", "measure", "value", "bar", "what"), tuple(_missed(rows))),
    )
    notes = (
        "Films and a sheet of each lie in `work/scorecard/`; `--only NAME` scores a single one.",
        "Key facts and questions were written by hand from the documents. A fact is told when all its words stand in "
        "one shot; questions are answered by looking words up, not by understanding: the figures only compare films.",
        f"Films of documents have {DOCUMENT_S} s, for which the bar of key facts is meant; lessons have {LESSON_S} s.",
    )
    return Result("Scorecard of films", tables, tuple(bars), notes, dict(settings))


def _by_row(rows: Rows) -> dict[tuple[int, str], list[Score]]:
    found: dict[tuple[int, str], list[Score]] = {}
    for score in (score for scored in rows.values() for score in scored):
        found.setdefault((score.number, score.row), []).append(score)
    return dict(sorted(found.items(), key=lambda item: item[0][0] or 99))


def _missed(rows: Rows) -> Iterable[tuple[str | int | float | None, ...]]:
    for film, scored in rows.items():
        for score in scored:
            if score.holds is False:
                bar = f"{score.kind} {score.limit:g}"
                yield film, score.number or "own", score.row, score.value, bar, score.note.replace("|", "/")


def _tell(scored: Sequence[Score]) -> None:
    missed = [f"{score.row} {score.value:.3g}" for score in scored if score.holds is False and score.value is not None]
    _say("   " + (f"misses: {'; '.join(missed)}" if missed else "holds every bar"))


def _say(line: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {line}", file=sys.stderr, flush=True)
