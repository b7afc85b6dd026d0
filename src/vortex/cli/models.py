"""Commands about models: what a folder holds, and the store of those that were fetched."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from vortex.cli.options import Json, Quiet, Set
from vortex.cli.output import emit, progress, settings_from, table
from vortex.core.errors import ConfigError
from vortex.core.units import format_bytes

Name = Annotated[str, typer.Argument(help="OWNER/NAME of a model in the store.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    models = typer.Typer(help="What model folders hold, and the store of fetched models.", no_args_is_help=True)
    for name, command in (
        ("list", models_list), ("inspect", models_inspect), ("fit", models_fit), ("calibrate", models_calibrate),
        ("pull", models_pull), ("verify", models_verify), ("remove", models_remove), ("prune", models_prune),
    ):  # fmt: skip
        models.command(name)(command)
    app.add_typer(models, name="models")


def models_list(set_: Set = None, as_json: Json = False) -> None:
    """List the models in the store.

    Example: vortex models list
    """
    from vortex.studio import Studio

    store = Studio(settings_from(set_)).models()
    found = store.models()
    rows: list[tuple[Any, ...]] = [
        (each.name, format_bytes(each.size_bytes), each.licence or "-", each.commit[:10]) for each in found
    ]
    empty = f"no models in {store.folder}; fetch one: vortex models pull OWNER/NAME"
    text = table(rows, ("model", "size", "licence", "commit")) if rows else empty
    emit(found, text, as_json=as_json)


def models_inspect(
    path: Annotated[str, typer.Argument(help="A model folder, a weight file, or OWNER/NAME of a model in the store.")],
    set_: Set = None,
    as_json: Json = False,
) -> None:
    """Tell what a model folder holds, from the heads of its files alone.

    Example: vortex models inspect ./whisper-tiny --json
    """
    from vortex.runtime.loader import get_model_info, is_model_supported
    from vortex.runtime.rooms import open_room
    from vortex.studio import Studio

    with open_room(Studio(settings_from(set_)).loaded.settings) as room:
        place = room.folder(path)
    info, support = get_model_info(place), is_model_supported(place)
    found = info.found
    rows: list[tuple[Any, ...]] = [
        ("category", found.category),
        ("architecture", found.architecture),
        ("kind", found.model_type),
        ("base model", found.base_model or "-"),
        ("parameters", f"{info.num_parameters:,}"),
        ("weights", format_bytes(info.weight_bytes)),
        ("numbers", ", ".join(f"{kind}: {count:,}" for kind, count in info.dtypes.items()) or "-"),
        ("code of its own", f"{', '.join(info.custom_files)} (never run)" if info.custom_files else "none"),
        ("pickles", f"{', '.join(info.pickles)} (refused)" if info.pickles else "none"),
        ("can be loaded", "yes" if support.supported else f"no: {support.error}"),
    ]
    value = {"info": info, "support": support}
    emit(value, table(rows, ("what", "seen")), as_json=as_json)


def models_fit(
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help="Model folders, or names of the store.")],
    set_: Set = None,
    as_json: Json = False,
) -> None:
    """Tell how models would be held within the declared memory, before a weight is read.

    Example: vortex models fit ./flux-schnell ./wan --set runtime.soft_limit_gb=11.5 --set runtime.hard_limit_gb=12
    """
    from vortex.runtime.fitting import fit
    from vortex.runtime.rooms import open_room
    from vortex.studio import Studio

    with open_room(Studio(settings_from(set_)).loaded.settings) as room:
        found = fit([room.folder(path) for path in paths], room.budget, room.device)
        device = room.device
    rows: list[tuple[Any, ...]] = [
        (str(model.path), row.way, format_bytes(row.size_bytes), row.verdict, "held so" if row is model.held else "")
        for model in found.models
        for row in model.rows
    ]
    limits = f"soft {format_bytes(found.budget.soft_bytes)}, hard {format_bytes(found.budget.hard_bytes)} on {device}"
    all_of_them = f"all at once: {format_bytes(found.all_bytes)}, which {'fits' if found.together else 'takes turns'}"
    text = "\n".join([table(rows, ("model", "way", "weights", "alone", "")), f"{limits}; {all_of_them}"])
    emit(found, text, as_json=as_json)
    if not all(model.held for model in found.models):
        raise typer.Exit(3)


def models_calibrate(
    pairs: Annotated[Path, typer.Argument(help="A file with one {text, picture} as JSON in each line.")],
    beside_weights: bool = typer.Option(
        False, "--beside-weights", help="Write the map into the folder of each model instead of the user's cache."
    ),
    set_: Set = None,
    as_json: Json = False,
) -> None:
    """Fit the scores of the sight engine to pairs of a text and a picture that shows it.

    Example: vortex models calibrate pairs.jsonl --set sight.engine=clip --set sight.model=clip-vit-base-patch32
    """
    from vortex.studio import Studio

    fitted = Studio(settings_from(set_)).calibrate(pairs, beside_weights=beside_weights)
    rows: list[tuple[Any, ...]] = [
        (name, f"{each.slope:.1f}", f"{each.midpoint:.3f}", each.num_pairs, f"{each.separation:.1f}")
        for name, each in fitted.items()
    ]
    emit(fitted, table(rows, ("model", "slope", "midpoint", "pairs", "separation")), as_json=as_json)


def models_pull(
    repository: Annotated[str, typer.Argument(metavar="REPO", help="OWNER/NAME on the hub.")],
    revision: Annotated[str, typer.Option(help="Branch, tag or commit.")] = "main",
    include: Annotated[
        list[str] | None, typer.Option(metavar="PATTERN", help="Only files that match, such as '*.json'; may repeat.")
    ] = None,
    dry_run: bool = typer.Option(False, "--dry-run", help="Say what would be fetched and how large it is."),
    set_: Set = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Fetch a model into the store; the only command that uses the network for models.

    Example: vortex models pull openai/whisper-tiny --include '*.json' --include '*.safetensors'
    """
    from vortex.studio import Studio

    store = Studio(settings_from(set_)).models()
    plan = store.plan(repository, revision, tuple(include or ()))
    rest = plan.total_bytes - plan.present_bytes
    forecast = (
        f"{repository} at {plan.repository.commit[:10]}: {len(plan.files)} files, {format_bytes(plan.total_bytes)}, "
        f"{format_bytes(rest)} of it to fetch into {plan.folder}"
    )
    if dry_run:
        emit(plan, forecast, as_json=as_json)
        return
    if not quiet:
        print(forecast, file=sys.stderr)
    with progress(quiet=quiet) as listen:
        stored = store.pull(plan, listen)
    emit(stored, f"{stored.name}: {stored.folder}", as_json=as_json)


def models_verify(name: Name, set_: Set = None, as_json: Json = False) -> None:
    """Read a model in the store and compare every file with the hash that it was fetched with.

    Example: vortex models verify openai/whisper-tiny
    """
    from vortex.studio import Studio

    checked = Studio(settings_from(set_)).models().verify(name)
    good = f"{name}: every file is as it was fetched"
    bad = "\n".join([*checked.problems, f"mend it: vortex models pull {name}"])
    emit(checked, bad if checked.problems else good, as_json=as_json)
    if checked.problems:
        raise typer.Exit(3)


def models_remove(name: Name, set_: Set = None, as_json: Json = False) -> None:
    """Delete a model from the store, or an unfinished pull of it.

    Example: vortex models remove openai/whisper-tiny
    """
    from vortex.studio import Studio

    freed = Studio(settings_from(set_)).models().remove(name)
    emit({"name": name, "freed_bytes": freed}, f"{name}: removed, {format_bytes(freed)} freed", as_json=as_json)


def models_prune(
    yes: bool = typer.Option(False, "--yes", help="Delete without asking."),
    set_: Set = None,
    as_json: Json = False,
) -> None:
    """Delete what no model in the store needs: unfinished pulls, and files that were not fetched.

    Example: vortex models prune --yes
    """
    from vortex.studio import Studio

    store = Studio(settings_from(set_)).models()
    found = store.leftovers()
    if found and not yes:
        if not sys.stdin.isatty():
            raise ConfigError(f"prune would delete {len(found)} files in {store.folder} and asks first; add --yes")
        for path in found:
            print(path.relative_to(store.folder), file=sys.stderr)
        typer.confirm(f"delete these {len(found)} files?", abort=True, err=True)
    freed = store.prune(found)
    value = {"removed": [str(path) for path in found], "freed_bytes": freed}
    emit(value, f"{len(found)} files removed, {format_bytes(freed)} freed", as_json=as_json)
