"""The command about slots: clips with a voice, made from a recipe before a deadline, with a proof."""

from pathlib import Path
from typing import Annotated, Any

import typer

from vortex.cli.options import Json, Quiet, Set
from vortex.cli.output import emit, progress, settings_from, table
from vortex.core.errors import ConfigError, GateFailed, RecipeError
from vortex.core.units import format_duration

_OUT = Path("slot")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("slot")(slot)


def slot(
    recipe: Annotated[Path, typer.Argument(help="JSON file of a recipe; with --verify, the slot.json of a slot.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder of the slot.")] = _OUT,
    seed: Annotated[int | None, typer.Option(help="Of all that is random; equal seeds give equal slots.")] = None,
    deadline: Annotated[
        float | None, typer.Option(help="Seconds from now; what would not end in time is not begun.")
    ] = None,
    check: bool = typer.Option(False, "--check", help="Only say what is wrong with the recipe."),
    verify: bool = typer.Option(False, "--verify", help="Make the slot of a slot.json again and compare the proofs."),
    set_: Set = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Make a slot: a script, its voice and a keyframe, a clip as long as the voice, and a verdict on it.

    Example: vortex slot examples/slots/kettle.json --seed 7 --deadline 60 -o slot
    """
    if check and verify:
        raise ConfigError("--check and --verify: a file is a recipe or a slot.json; give one of them")
    if check:
        _check(recipe, as_json=as_json)
    elif verify:
        _verify(recipe, settings_from(set_), as_json=as_json, quiet=quiet)
    else:
        _make(recipe, out, (seed, deadline), settings_from(set_), as_json=as_json, quiet=quiet)


def _make(
    recipe: Path,
    out: Path,
    limits: tuple[int | None, float | None],
    settings: dict[str, object],
    *,
    as_json: bool,
    quiet: bool,
) -> None:
    from vortex.studio import Studio

    seed, deadline = limits
    with progress(quiet=quiet) as listen:
        made = Studio(settings, listen=listen).slot(recipe, out=out, seed=seed, deadline=deadline)
    emit({**made.told, "folder": str(out)}, _summary(made.mp4, made.told), as_json=as_json)
    if not made.passes:
        raise typer.Exit(GateFailed.exit_code)


def _check(recipe: Path, *, as_json: bool) -> None:
    from vortex.production.slots.validation import read_recipe, validate_recipe

    mistakes = validate_recipe(read_recipe(recipe))
    if mistakes and not as_json:
        raise RecipeError("\n".join([f"{recipe}: no recipe", *mistakes]))
    emit({"recipe": recipe, "mistakes": mistakes}, f"{recipe}: a recipe", as_json=as_json)
    if mistakes:
        raise typer.Exit(RecipeError.exit_code)


def _verify(report: Path, settings: dict[str, object], *, as_json: bool, quiet: bool) -> None:
    from vortex.studio import Studio

    with progress(quiet=quiet) as listen:
        checked = Studio(settings, listen=listen).verify_slot(report)
    good = f"{report}: proof {checked.proof} holds; made again, every frame and sample is the same"
    emit(checked, "\n".join(checked.problems) or good, as_json=as_json)
    if checked.problems:
        raise typer.Exit(GateFailed.exit_code)


def _summary(mp4: Path, told: dict[str, Any]) -> str:
    """Return what a person wants to know of a slot."""
    film, spent, verdict = told["film"], told["breakdown"], told["verdict"]
    rows: list[tuple[Any, ...]] = [
        (each["part"], each["engine"] or "-", each["model"] or "-", each["way"] or "-", each["rung"])
        for each in told["parts"]
    ]
    size = f"{film['width']}x{film['height']}, {film['num_frames']} frames at {film['fps']} fps"
    times = ", ".join(
        f"{name} {format_duration(spent[key] / 1000)}"
        for name, key in (("voice", "audio_ms"), ("keyframe", "image_ms"), ("clip", "video_ms"), ("verdict", "clip_ms"))
    )
    late = "" if told["deadline_met"] else f"; late: {told['deadline_s']:g} s were given"
    lines = [
        f"{mp4}: {format_duration(film['num_frames'] / film['fps'])}, {size}, {told['sound']['lufs']:.1f} LUFS",
        f"{'passed' if verdict['passes'] else 'refused'}: {verdict['reason']}",
        "",
        table(rows, ("part", "engine", "model", "held", "rung")),
        "",
        *(f"note: {note}" for note in told["notes"]),
        f"made in {format_duration(spent['total_ms'] / 1000)} ({times}){late}",
        f"seed {told['seed']}, proof {told['determinism_proof']}",
    ]
    return "\n".join(lines)
