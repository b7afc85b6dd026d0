"""Commands about films: make, plan, render, speak, check."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vortex.cli.options import Jobs, Json, Out, Profile, Quiet, Seconds, Set, Sources, Topic
from vortex.cli.output import emit, progress, settings_from, table
from vortex.core.errors import ConfigError, GateFailed, MediaError
from vortex.core.units import format_bytes, format_duration, parse_duration

if TYPE_CHECKING:
    from vortex.production.film import FinishedFilm, Plan
    from vortex.review.verdict import Verdict

Shape = Annotated[str, typer.Option(help="16:9, 9:16 or 1:1.")]
Theme = Annotated[str | None, typer.Option(help="light, dark or paper.")]
Language = Annotated[str, typer.Option(help="ISO 639-1 code; without it, the document's own.")]
Title = Annotated[str, typer.Option(help="Who it is for, such as students.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for command in (make, plan, render, speak, check):
        app.command()(command)


def make(
    sources: Sources = None,
    out: Out = Path("film"),
    topic: Topic = "",
    seconds: Seconds = "120",
    shape: Shape = "16:9",
    theme: Theme = None,
    language: Language = "",
    audience: Title = "general",
    jobs: Jobs = None,
    dry_run: bool = typer.Option(False, "--dry-run", help="Plan and say what it will cost; draw nothing."),
    profile: Profile = "",
    set_: Set = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Make a film of documents, or go on with the one in the folder.

    Example: vortex make manual.pdf --topic "statistical tests" --seconds 2m -o my-film
    """
    fields = _fields(sources, topic, seconds, shape, language, audience)
    flags = settings_from(set_, film__theme=theme, render__jobs=jobs)
    if dry_run:
        _plan(sources, out, fields, flags, profile, as_json=as_json, quiet=quiet)
    else:
        _make(sources, out, fields, flags, profile, as_json=as_json, quiet=quiet)


def plan(
    sources: Sources = None,
    out: Out = Path("film"),
    topic: Topic = "",
    seconds: Seconds = "120",
    shape: Shape = "16:9",
    language: Language = "",
    audience: Title = "general",
    profile: Profile = "",
    set_: Set = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Write script, claim ledger and storyboard, to be read and edited before anything is drawn.

    Example: vortex plan manual.pdf --seconds 90 -o my-film
    """
    fields = _fields(sources, topic, seconds, shape, language, audience)
    _plan(sources, out, fields, settings_from(set_), profile, as_json=as_json, quiet=quiet)


def render(
    film: Annotated[Path, typer.Argument(help="Folder of a film that was planned.")],
    jobs: Jobs = None,
    profile: Profile = "",
    set_: Set = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Draw, join and judge a planned film; only what changed since the last time is made again.

    Example: vortex render my-film
    """
    if not (film / "film.toml").is_file():
        raise ConfigError(f"{film}: holds no film.toml; run first: vortex plan SOURCE -o {film}")
    flags = settings_from(set_, render__jobs=jobs)
    _make(None, film, {}, flags, profile, as_json=as_json, quiet=quiet)


def speak(
    text: Annotated[str, typer.Argument(help="What to say.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="WAV file to write.")] = Path("speech.wav"),
    language: Annotated[str, typer.Option(help="ISO 639-1 code.")] = "en",
    profile: Profile = "",
    set_: Set = None,
    as_json: Json = False,
) -> None:
    """Speak a sentence into a WAV file and tell when each word is said.

    Example: vortex speak "The sum of 2 and 3 is 5." -o sum.wav
    """
    from vortex.studio import Studio

    spoken = Studio(settings_from(set_), profile=profile).speak(text, out, language=language)
    rows: list[tuple[Any, ...]] = [(f"{start:.2f}", f"{end:.2f}", word) for word, start, end in spoken.words]
    emit(spoken, f"{spoken.wav}: {spoken.duration_s:.2f} s\n{table(rows, ('start', 'end', 'word'))}", as_json=as_json)


def check(
    film: Annotated[Path, typer.Argument(help="An MP4, or the folder of a film.")], as_json: Json = False
) -> None:
    """Look at anybody's MP4 and say what is wrong with it.

    Example: vortex check film.mp4
    """
    from vortex.studio import Studio

    mp4 = _film_in(film) if film.is_dir() else film
    verdict = Studio().check(mp4)
    emit(_verdict_data(verdict), _verdict_text(verdict), as_json=as_json)
    if not verdict.passed:
        print(f"error: {mp4}: {verdict.summary()}", file=sys.stderr)
        raise typer.Exit(GateFailed.exit_code)


def _film_in(folder: Path) -> Path:
    made = [folder / "out" / name for name in ("film.mp4", "film.rejected.mp4")]
    found = next((path for path in made if path.is_file()), None)
    if found is None:
        raise MediaError(f"{folder}: holds no finished film; run first: vortex render {folder}")
    return found


def _fields(
    sources: list[Path] | None, topic: str, seconds: str, shape: str, language: str, audience: str
) -> dict[str, Any]:
    """Return the brief's fields; without sources the folder's own brief stands."""
    if not sources:
        return {}
    try:
        length = parse_duration(seconds)
    except ValueError as error:
        raise ConfigError(f"--seconds {seconds}: {error}") from error
    return {"topic": topic, "seconds": length, "shape": shape, "language": language, "audience": audience}


def _plan(
    sources: list[Path] | None,
    out: Path,
    fields: dict[str, Any],
    flags: dict[str, object],
    profile: str,
    *,
    as_json: bool,
    quiet: bool,
) -> None:
    from vortex.studio import Studio

    with progress(quiet=quiet) as listen:
        planned = Studio(flags, profile=profile, listen=listen).plan(*(sources or ()), out=out, **fields)
    emit(_plan_data(planned, out), _plan_text(planned, out), as_json=as_json)


def _make(
    sources: list[Path] | None,
    out: Path,
    fields: dict[str, Any],
    flags: dict[str, object],
    profile: str,
    *,
    as_json: bool,
    quiet: bool,
) -> None:
    from vortex.studio import Studio

    with progress(quiet=quiet) as listen:
        film = Studio(flags, profile=profile, listen=listen).make(*(sources or ()), out=out, **fields)
    emit(_film_data(film), _film_text(film), as_json=as_json)


def _plan_data(planned: "Plan", out: Path) -> dict[str, Any]:
    return {
        "folder": out,
        "title": planned.told.script.title,
        "seconds": float(planned.timeline.duration.seconds),
        "sentences": len(planned.lines),
        "shots": [{"id": s.id, "kind": s.kind, "reason": s.reason} for s in planned.board.shots],
        "frames_to_make": planned.frames_to_make,
        "forecast": planned.forecast,
    }


def _plan_text(planned: "Plan", out: Path) -> str:
    seconds = float(planned.timeline.duration.seconds)
    rows: list[tuple[Any, ...]] = [
        (shot.id, shot.kind, f"{timed.timing.num_frames / planned.timeline.fps:.1f} s", shot.reason)
        for shot, timed in zip(planned.board.shots, planned.timeline.shots, strict=True)
    ]
    forecast = planned.forecast
    cost = f"{format_duration(forecast.seconds)} of work, {format_bytes(forecast.disk_bytes)} of disk"
    head = f"{planned.told.script.title}: {format_duration(seconds)}, {len(planned.lines)} sentences"
    shots = table(rows, ("shot", "kind", "length", "why"))
    return f"{head}\n\n{shots}\n\nstill to do: {cost}\nedit {out / 'script.json'}, then run: vortex render {out}"


def _film_data(film: "FinishedFilm") -> dict[str, Any]:
    return {
        "film": film.mp4,
        "report": film.report,
        "title": film.script.title,
        "seconds": film.duration_s,
        "shots": film.shots,
        "shots_made": film.shots_made,
        "claims": len(film.claims),
        "passed": film.verdict.passed,
        "summary": film.verdict.summary(),
        "stages": film.stage_s,
    }


def _film_text(film: "FinishedFilm") -> str:
    took = format_duration(sum(film.stage_s.values()))
    made = f"{film.shots} shots, {film.shots_made} drawn now, in {took}"
    head = f"{film.script.title}: {format_duration(film.duration_s)}, {made}"
    return f"{film.mp4}\n{head}\n{film.verdict.summary()}\nreport: {film.report}"


def _verdict_data(verdict: "Verdict") -> dict[str, Any]:
    return {
        "passed": verdict.passed,
        "summary": verdict.summary(),
        "findings": list(verdict.findings),
        "skipped": list(verdict.skipped),
    }


def _verdict_text(verdict: "Verdict") -> str:
    rows: list[tuple[Any, ...]] = [
        ("ok" if each.passed else "FAILED" if each.gating else "note", each.check, each.value, each.bar, each.detail)
        for each in verdict.findings
    ]
    rows += [("skipped", skip.check, "", "", skip.reason) for skip in verdict.skipped]
    return table(rows, ("", "check", "seen", "bar", "detail"))
