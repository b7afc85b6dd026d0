"""Check what the build promises: the same input gives the same bytes, an edit costs one take, a killed run goes on."""

import hashlib
import json
import random
import shutil
import signal
import subprocess
import time
from pathlib import Path

import av

from benchmarks import measure
from benchmarks.film import ROOT, WORK, make, told
from benchmarks.measure import Command
from benchmarks.result import Bar, Result, Table

ARTICLE = ROOT / "examples" / "article.pdf"
SEED = 20


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def decoded_hash(film: Path) -> str:
    """Return the SHA-256 of everything that a player would show and play."""
    seen = hashlib.sha256()
    with av.open(str(film)) as opened:
        for stream in (*opened.streams.video, *opened.streams.audio):
            opened.seek(0)
            for frame in opened.decode(stream):
                seen.update(frame.to_ndarray().tobytes())
    return seen.hexdigest()


def film_of(folder: Path) -> Path:
    """Return the film that a run left."""
    return folder / "out" / "film.mp4"


def takes(folder: Path) -> dict[str, tuple[str, int]]:
    """Return hash and time of change of every file of every take, by its place in the build."""
    root = folder / "build" / "takes"
    return {
        str(path.relative_to(root)): (file_hash(path), path.stat().st_mtime_ns)
        for path in sorted(root.glob("*/*"))
        if path.is_file() and not path.parent.name.startswith(".")
    }


def edit_one_sentence(folder: Path) -> str:
    """Change the opening of a sentence in the middle of ``script.json`` and return how it reads now."""
    file = folder / "script.json"
    script = json.loads(file.read_text(encoding="utf8"))
    statements = [
        sentence
        for scene in script["scenes"]
        for sentence in scene["sentences"]
        if sentence["role"] == "statement" and sentence["text"].split()[0] in ("A", "An", "The", "This", "It", "In")
    ]
    chosen = statements[len(statements) // 2]
    chosen["text"] = f"So, {chosen['text'][0].lower()}{chosen['text'][1:]}"
    file.write_text(json.dumps(script, indent=2, ensure_ascii=False) + "\n", encoding="utf8")
    return chosen["text"]


def killed(command: Command, after_s: float) -> bool:
    """Start a command, kill its whole group after a while, and return whether it was still at work."""
    process = subprocess.Popen(
        command.arguments, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    time.sleep(after_s)
    measure.end_group(process)
    return process.returncode == -signal.SIGKILL


def fresh(name: str) -> Path:
    """Return an empty place for a film."""
    WORK.mkdir(exist_ok=True)
    folder = WORK / f"build-{name}"
    shutil.rmtree(folder, ignore_errors=True)
    return folder


def repeat_runs(flags: tuple[str, ...]) -> tuple[Path, list[Bar], float]:
    """Make the film in two folders and compare; return the first folder, the findings and the seconds of a run."""
    first, second = fresh("first"), fresh("second")
    costs = [measure.run(make(ARTICLE, folder, *flags)) for folder in (first, second)]
    findings = [
        Bar("two runs: equal files", float(file_hash(film_of(first)) == file_hash(film_of(second))), 1),
        Bar(
            "two runs: equal frames and sound", float(decoded_hash(film_of(first)) == decoded_hash(film_of(second))), 1
        ),
    ]
    return first, findings, measure.median(costs).wall_s


def edit_run(first: Path, flags: tuple[str, ...]) -> tuple[list[Bar], str, float]:
    """Edit a sentence of a finished film, make it again, and look at its takes."""
    folder = fresh("edited")
    shutil.copytree(first, folder, copy_function=shutil.copy2)
    before, sentence = takes(folder), edit_one_sentence(folder)
    cost = measure.run(make(ARTICLE, folder, *flags))
    after, drawn = takes(folder), told(folder)["shots_made"]
    made = {place.split("/")[0] for place in after.keys() - before.keys()}
    findings = [
        Bar("one sentence edited: takes made", len(made), 1, "at most"),
        Bar("one sentence edited: shots drawn, as the command says", drawn, 1),
        Bar("one sentence edited: files of other takes touched", sum(after.get(p) != m for p, m in before.items()), 0,
            "at most"),
    ]  # fmt: skip
    return findings, sentence, cost.wall_s


def killed_runs(first: Path, wall_s: float, kills: int, flags: tuple[str, ...]) -> tuple[list[Bar], int]:
    """Kill a run at a random moment, let it go on, and compare with the undisturbed film; again and again."""
    moments, equal, hit = random.Random(SEED), 0, 0
    for _ in range(kills):
        command = make(ARTICLE, fresh("killed"), *flags)
        hit += killed(command, moments.uniform(0.05, 0.95) * wall_s)
        measure.run(command)
        equal += file_hash(film_of(first)) == file_hash(film_of(WORK / "build-killed"))
    return [Bar(f"killed and resumed {kills} times: equal files", equal, kills)], hit


def run(quick: bool) -> Result:
    """Check all three promises on the example article."""
    seconds, kills = (30, 2) if quick else (90, 6)
    flags = ("--seconds", str(seconds))
    first, repeated, wall_s = repeat_runs(flags)
    edited, sentence, edit_s = edit_run(first, flags)
    resumed, hit = killed_runs(first, wall_s, kills, flags)
    rows = (
        ("from nothing", wall_s, f"{len({place.split('/')[0] for place in takes(first)})} takes"),
        ("after one edit", edit_s, f"“{sentence}”"),
        ("killed at random and resumed", None, f"{hit} of {kills} kills hit a working run"),
    )
    table = Table(f"{seconds} s of 720p30 from the example article", ("run", "wall s", "what"), rows)
    notes = ("Bars of 1 are statements: 1 is true, 0 is false. The sources of Vortex must not change during the run.",)
    return Result("Building again", (table,), (*repeated, *edited, *resumed), notes, {"seconds": seconds, "seed": SEED})
