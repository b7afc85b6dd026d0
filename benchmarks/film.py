"""Make three minutes of film from thirty pages with the command that users run: wall time, memory, time by stage."""

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pypdfium2

from benchmarks import measure
from benchmarks.measure import Command
from benchmarks.result import Bar, Result, Table

ROOT = Path(__file__).resolve().parents[1]
WORK = ROOT / "benchmarks" / "work"
MANUAL = ROOT.parent / "shared" / "inputs" / "R-intro.pdf"
NUM_PAGES = 30


def make(source: Path | None, folder: Path, *flags: str) -> Command:
    """Return the command that makes a film; without a source it goes on in the folder.

    What the command prints is kept beside the folder, under its name with ``.json``.
    """
    sources = () if source is None else (str(source),)
    arguments = (sys.executable, "-m", "vortex.cli.app", "make", *sources, "-o", str(folder), "--json", *flags)
    return Command(arguments, output=folder.with_suffix(".json"))


def thirty_pages() -> Path:
    """Cut the first thirty pages of the manual's text, from the page that is printed as 1, and return the file.

    Raises:
        FileNotFoundError: The manual is not beside the checkout.
    """
    if not MANUAL.exists():
        raise FileNotFoundError(f"{MANUAL} is not there; the film benchmark reads the manual An Introduction to R")
    target = WORK / "thirty-pages.pdf"
    WORK.mkdir(exist_ok=True)
    with pypdfium2.PdfDocument(MANUAL) as manual, pypdfium2.PdfDocument.new() as part:
        first = next(index for index in range(len(manual)) if manual.get_page_label(index) == "1")
        part.import_pages(manual, list(range(first, first + NUM_PAGES)))
        part.save(target)
    return target


def told(folder: Path) -> dict[str, Any]:
    """Return what ``vortex make --json`` said about the film in ``folder``."""
    said: dict[str, Any] = json.loads(folder.with_suffix(".json").read_text(encoding="utf8"))
    return said


def run(quick: bool) -> Result:
    """Make the film three times from nothing, or once and 30 s long when ``quick``."""
    seconds, rounds = (30, 1) if quick else (180, 3)
    source, folder, runs = thirty_pages(), WORK / "film", []
    for _ in range(rounds):
        shutil.rmtree(folder, ignore_errors=True)
        runs.append((measure.run(make(source, folder, "--seconds", str(seconds))), told(folder)))
    cost = measure.median([cost for cost, _ in runs])
    _, film = sorted(runs, key=lambda each: each[0].wall_s)[rounds // 2]
    stages = [(name, took, None, None) for name, took in film["stages"].items()]
    rows = (("all", cost.wall_s, cost.cpu_s, cost.peak_mb), *stages)
    table = Table(f"{seconds} s of 720p30 from {NUM_PAGES} pages", ("stage", "wall s", "CPU s", "peak MB"), rows)
    bars = (
        Bar(f"wall seconds for {seconds} s of film", cost.wall_s, 120 * seconds / 180, "at most"),
        Bar("peak MB of all processes", cost.peak_mb, 1000, "at most"),
    )
    notes = (
        "The whole command from an empty folder to a judged film: reading, script, voice, pictures, mix, gate.",
        f"Made: {film['seconds']:.0f} s, {film['shots']} shots, {film['claims']} claims. {film['summary']}",
        "Memory is the sum over all processes; pages that they share count more than once.",
    )
    return Result("Making a film", (table,), bars, notes, {"seconds": seconds, "rounds": rounds})
