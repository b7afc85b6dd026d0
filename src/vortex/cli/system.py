"""Commands about the installation: doctor, config, engines, version."""

from pathlib import Path

import typer

from vortex.cli.options import Json, Profile, Set
from vortex.cli.output import emit, settings_from, table
from vortex.core.version import VERSION


def register(app: typer.Typer) -> None:
    """Add the commands."""
    config = typer.Typer(help="Settings and where each comes from.", no_args_is_help=True)
    config.command("show")(config_show)
    engines = typer.Typer(help="What can be made, and with what.", no_args_is_help=True)
    engines.command("list")(engines_list)
    app.command()(doctor)
    app.add_typer(config, name="config")
    app.add_typer(engines, name="engines")
    app.command()(version)


def doctor(as_json: Json = False) -> None:
    """Try every part that a film needs and say how to mend what is missing.

    Example: vortex doctor
    """
    from vortex.production.doctor import examine

    findings = examine()
    rows: list[tuple[object, ...]] = [
        ("ok" if each.works else "missing" if each.needed else "absent", each.part, each.detail) for each in findings
    ]
    emit(findings, table(rows, ("state", "part", "seen")), as_json=as_json)
    if any(each.needed and not each.works for each in findings):
        raise typer.Exit(3)


def config_show(
    as_json: Json = False,
    origin: bool = typer.Option(False, "--origin", help="Also say where each value comes from."),
    profile: Profile = "",
    set_: Set = None,
) -> None:
    """Show every setting.

    Example: vortex config show --origin --profile draft
    """
    from vortex.core.settings import STANDARD, load_settings

    loaded = load_settings(settings_from(set_), profile=profile or STANDARD, files=[Path("vortex.toml")])
    rows = loaded.rows()
    shown: list[tuple[object, ...]] = [row if origin else row[:2] for row in rows]
    values = {key: {"value": value, "origin": source} for key, value, source in rows}
    emit(values, table(shown, ("setting", "value", "origin") if origin else ("setting", "value")), as_json=as_json)


def engines_list(as_json: Json = False) -> None:
    """List the engines that are known here, the installed plugins' included.

    Example: vortex engines list --json
    """
    from vortex.core.plugins import KINDS, load_plugins

    registries = load_plugins()
    entries = [(kind, name, registries[kind].entry(name)) for kind in KINDS for name in registries[kind]]
    rows: list[tuple[object, ...]] = [(kind, name, entry.extra or "-", entry.summary) for kind, name, entry in entries]
    values = [
        {"kind": kind, "name": name, "extra": entry.extra, "target": entry.target, "summary": entry.summary}
        for kind, name, entry in entries
    ]
    emit(values, table(rows, ("kind", "name", "extra", "what it is")), as_json=as_json)


def version(as_json: Json = False) -> None:
    """Print the version.

    Example: vortex version
    """
    emit({"version": VERSION}, VERSION, as_json=as_json)
