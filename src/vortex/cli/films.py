"""Commands about films: make, plan, render, speak, check."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from vortex.cli.film_text import film_data, film_text, plan_data, plan_text, pruned_text, verdict_data, verdict_text
from vortex.cli.options import Jobs, Json, Out, Parameters, Profile, Quiet, Seconds, Seed, Set, Sources, Topic
from vortex.cli.output import emit, pairs_from, progress, settings_from, table
from vortex.cli.series import make_series
from vortex.core.errors import ConfigError, GateFailed, MediaError
from vortex.core.units import parse_duration

Shape = Annotated[str | None, typer.Option(help="16:9, 9:16 or 1:1; 16:9 unless the film says otherwise.")]
Theme = Annotated[str | None, typer.Option(help="light, dark or paper.")]
Language = Annotated[str | None, typer.Option(help="ISO 639-1 code; without it, the document's own.")]
Audience = Annotated[
    str | None,
    typer.Option(help="Who it is for, such as students; a language model writes for them, the writer extract cannot."),
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for command in (make, plan, render, prune, speak, check):
        app.command()(command)


def make(
    sources: Sources = None,
    out: Out = Path("film"),
    topic: Topic = None,
    seconds: Seconds = None,
    shape: Shape = None,
    theme: Theme = None,
    language: Language = None,
    audience: Audience = None,
    seed: Seed = None,
    parameter: Parameters = None,
    jobs: Jobs = None,
    dry_run: bool = typer.Option(False, "--dry-run", help="Plan and say what it will cost; draw nothing."),
    series: bool = typer.Option(False, "--series", help="Make a series of a book: a film for each stretch of it."),
    episodes: Annotated[
        int | None, typer.Option(min=1, max=200, help="Episodes of a series; without it, as many as suit their length.")
    ] = None,
    seconds_per_episode: Annotated[
        str | None,
        typer.Option(help="Length of each episode of a series: 90, 3m; 3m unless the series says otherwise."),
    ] = None,
    limit: Annotated[
        int | None, typer.Option(min=1, help="Episodes to make in this run, of those that are not finished.")
    ] = None,
    profile: Profile = "",
    set_: Set = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Make a film of documents, of a topic that a lesson teaches, or go on with the one in the folder.

    Example: vortex make manual.pdf --topic "statistical tests" --seconds 2m -o my-film
    """
    fields = _fields(topic=topic, seconds=seconds, shape=shape, language=language, audience=audience)
    fields |= _lesson_fields(seed, parameter)
    flags = settings_from(set_, film__theme=theme, render__jobs=jobs)
    if series:
        fields |= _fields("--seconds-per-episode", seconds=seconds_per_episode)
        numbers = {"episodes": episodes, "limit": limit, "dry_run": dry_run}
        fields |= {name: value for name, value in numbers.items() if value is not None}
        make_series(sources or [], out, fields, flags=flags, profile=profile, as_json=as_json, quiet=quiet)
        return
    if episodes or seconds_per_episode or limit:
        raise ConfigError("--episodes, --seconds-per-episode and --limit are for a series: add --series")
    asked = _Asked(sources or [], out, fields, flags, profile)
    (_plan if dry_run else _make)(asked, as_json=as_json, quiet=quiet)


def plan(
    sources: Sources = None,
    out: Out = Path("film"),
    topic: Topic = None,
    seconds: Seconds = None,
    shape: Shape = None,
    language: Language = None,
    audience: Audience = None,
    profile: Profile = "",
    set_: Set = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Write script, claim ledger and storyboard, to be read and edited before anything is drawn.

    Example: vortex plan manual.pdf --seconds 90 -o my-film
    """
    fields = _fields(topic=topic, seconds=seconds, shape=shape, language=language, audience=audience)
    _plan(_Asked(sources or [], out, fields, settings_from(set_), profile), as_json=as_json, quiet=quiet)


def render(
    film: Annotated[Path, typer.Argument(help="Folder of a film that was planned.")],
    aspect: Annotated[
        str,
        typer.Option(help="A second shape, 9:16, 1:1 or 16:9, made beside the film from the same script and voice."),
    ] = "",
    language: Annotated[
        str, typer.Option(help="A language that vortex translate wrote; the film is made in it beside the film itself.")
    ] = "",
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
    _make(_Asked([], film, {}, flags, profile), as_json=as_json, quiet=quiet, aspect=aspect, translation=language)


def prune(
    film: Annotated[Path, typer.Argument(help="Folder of a film.")],
    dry_run: bool = typer.Option(False, "--dry-run", help="Say what would be forgotten; forget nothing."),
    as_json: Json = False,
) -> None:
    """Forget takes and other results in the build that the film as it stands does not use.

    Example: vortex prune my-film --dry-run
    """
    from vortex.studio import Studio

    with progress(quiet=True) as listen, Studio(listen=listen).editing(film) as editor:
        pruned = editor.prune(dry_run=dry_run)
    emit(pruned, pruned_text(pruned, dry_run=dry_run), as_json=as_json)


def speak(
    text: Annotated[str, typer.Argument(help="What to say.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="File to write: .wav, .flac, .mp3 or .ogg.")] = Path(
        "speech.wav"
    ),
    language: Annotated[str, typer.Option(help="ISO 639-1 code.")] = "en",
    engine: Annotated[str | None, typer.Option(help="Speech engine, such as kokoro; see: vortex engines list.")] = None,
    voice: Annotated[str | None, typer.Option(help="Voice of that engine; see: vortex voices list.")] = None,
    emotion: Annotated[str, typer.Option(help="Such as happy, sad, excited, calm or angry.")] = "neutral",
    speed: Annotated[float, typer.Option(min=0.5, max=1.8, help="Factor on the pace of the settings.")] = 1.0,
    pitch: Annotated[float, typer.Option(min=-4, max=4, help="Semitones to speak higher.")] = 0.0,
    seed: Annotated[int, typer.Option(help="Of a voice's breath; equal seeds give equal sound.")] = 0,
    format_: Annotated[
        str | None, typer.Option("--format", help="wav, flac, mp3 or ogg, whatever --out ends with.")
    ] = None,
    profile: Profile = "",
    set_: Set = None,
    as_json: Json = False,
) -> None:
    """Speak a sentence into a file and tell when each word is said.

    Example: vortex speak "The sum of 2 and 3 is 5." -o sum.wav
    """
    from vortex.studio import Studio

    flags = settings_from(set_, voice__engine=engine, voice__name=voice)
    studio = Studio(flags, profile=profile)
    if speed != 1:
        rate = studio.loaded.settings.voice.words_per_minute * speed
        studio = Studio({**flags, "voice.words_per_minute": round(rate)}, profile=profile)
    file = out.with_suffix(f".{format_}") if format_ else out
    spoken = studio.speak(text, file, language=language, emotion=emotion, pitch=pitch, seed=seed)
    rows: list[tuple[Any, ...]] = [(f"{start:.2f}", f"{end:.2f}", word) for word, start, end in spoken.words]
    emit(spoken, f"{spoken.path}: {spoken.duration_s:.2f} s\n{table(rows, ('start', 'end', 'word'))}", as_json=as_json)


def check(
    film: Annotated[Path, typer.Argument(help="An MP4, or the folder of a film.")],
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Look at anybody's MP4 and say what is wrong with it.

    Example: vortex check film.mp4
    """
    from vortex.studio import Studio

    mp4 = _film_in(film) if film.is_dir() else film
    with progress(quiet=quiet) as listen:
        verdict = Studio(listen=listen).check(mp4)
    emit(verdict_data(verdict), verdict_text(verdict), as_json=as_json)
    if not verdict.passed:
        print(f"error: {mp4}: {verdict.summary()}", file=sys.stderr)
        raise typer.Exit(GateFailed.exit_code)


def _film_in(folder: Path) -> Path:
    made = [folder / "out" / name for name in ("film.mp4", "film.rejected.mp4")]
    found = next((path for path in made if path.is_file()), None)
    if found is None:
        raise MediaError(f"{folder}: holds no finished film; run first: vortex render {folder}")
    return found


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a command line asks for."""

    sources: list[Path]
    out: Path
    fields: dict[str, Any]
    """Of the brief; those that are not given stay as the folder's own brief has them."""
    flags: dict[str, object]
    profile: str


def _fields(flag: str = "--seconds", **given: str | None) -> dict[str, Any]:
    fields: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    if "seconds" in fields:
        try:
            fields["seconds"] = parse_duration(fields["seconds"])
        except ValueError as error:
            raise ConfigError(f"{flag} {fields['seconds']}: {error}") from error
    return fields


def _lesson_fields(seed: int | None, parameters: list[str] | None) -> dict[str, Any]:
    fields: dict[str, Any] = {} if seed is None else {"seed": seed}
    return fields | ({"parameters": pairs_from(parameters, "--parameter")} if parameters else {})


def _plan(asked: _Asked, *, as_json: bool, quiet: bool) -> None:
    from vortex.studio import Studio

    with progress(quiet=quiet) as listen:
        studio = Studio(asked.flags, profile=asked.profile, listen=listen)
        planned = studio.plan(*asked.sources, out=asked.out, **asked.fields)
    emit(plan_data(planned, asked.out), plan_text(planned, asked.out), as_json=as_json)


def _make(asked: _Asked, *, as_json: bool, quiet: bool, aspect: str = "", translation: str = "") -> None:
    from vortex.studio import Studio

    with progress(quiet=quiet) as listen:
        studio = Studio(asked.flags, profile=asked.profile, listen=listen)
        film = studio.make(*asked.sources, out=asked.out, aspect=aspect, translation=translation, **asked.fields)
    emit(film_data(film), film_text(film), as_json=as_json)
