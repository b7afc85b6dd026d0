"""Commands about plugins that run in processes of their own."""

import json
import re
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from vortex.cli.options import Json, Quiet, Set
from vortex.cli.output import emit, plain, progress, settings_from, table
from vortex.core.errors import SourceError

_STANDARD_INPUT = "-"
_STEERING = re.compile("[\x7f-\x9f]")
"""Characters that JSON leaves as they are and that a terminal obeys."""


def register(app: typer.Typer) -> None:
    """Add the commands."""
    plugins = typer.Typer(help="Plugins: what there is, whether it holds, and running one.", no_args_is_help=True)
    plugins.command("list")(plugins_list)
    plugins.command("check")(plugins_check)
    plugins.command("run")(plugins_run)
    app.add_typer(plugins, name="plugins")


def plugins_list(set_: Set = None, as_json: Json = False) -> None:
    """List the plugins in the folder of plugins, whether they may run, and what is wrong with others.

    Example: vortex plugins list --set plugins.folder=./plugins
    """
    from vortex.studio import Studio

    host = Studio(settings_from(set_)).plugins()
    found, problems = host.registry.list_plugins(), host.registry.problems()
    objections = {each.name: host.policy.objections(each) for each in found}
    rows: list[tuple[Any, ...]] = [
        (
            each.name,
            each.version,
            "no" if objections[each.name] else "yes",
            ", ".join(map(str, each.supported_lanes)),
            "yes" if each.deterministic else "no",
            each.description,
        )
        for each in found
    ]
    parts = [table(rows, ("plugin", "version", "may run", "lanes", "deterministic", "what it does"))] if rows else []
    parts += [f"{name} may not run: {'. And '.join(each)}" for name, each in objections.items() if each]
    parts += [f"cannot be read: {problem}" for problem in problems.values()]
    value = {
        "plugins": [
            plain(each) | {"may_run": not objections[each.name], "objections": objections[each.name]} for each in found
        ],
        "problems": dict(problems),
    }
    none = f"no plugins in {host.registry.folder}; put folders of plugins there, or name another one: plugins.folder"
    emit(value, "\n".join(parts) or none, as_json=as_json)


def plugins_check(
    plugin: Annotated[str, typer.Argument(help="Name of a plugin, or the folder of one.")],
    set_: Set = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Try a plugin in the sandbox: manifest, policy, import, and its examples, twice where it is deterministic.

    Example: vortex plugins check ./plugins/contrast
    """
    from vortex.studio import Studio

    host = Studio(settings_from(set_)).plugins()
    with progress(quiet=quiet) as listen:
        found = host.check(plugin, listen)
    rows: list[tuple[Any, ...]] = [(each.what, "good" if each.is_good else "bad", each.seen) for each in found.findings]
    emit(found, table(rows, ("what", "is", "seen")), as_json=as_json)
    if not found.is_good:
        raise typer.Exit(1)


def plugins_run(
    name: Annotated[str, typer.Argument(help="Name of a plugin.")],
    source: Annotated[str, typer.Option("--input", metavar="FILE", help="JSON file; - reads standard input.")],
    timeout_ms: Annotated[
        float | None, typer.Option(help="Most milliseconds; without it, what the manifest says.")
    ] = None,
    lane: Annotated[int | None, typer.Option(help="Lane to run on; without it, the lowest that it supports.")] = None,
    set_: Set = None,
    as_json: Json = False,
) -> None:
    """Run a plugin once and print what it returns.

    Example: vortex plugins run contrast --input colours.json --set plugins.trusted=contrast
    """
    from vortex.studio import Studio

    executor = Studio(settings_from(set_)).plugins().executor
    done = executor.execute(name, _payload(source), timeout_ms, lane=lane)
    if done.sandbox.missing:
        kept = ", ".join(done.sandbox.missing)
        print(f"warning: {name} is trusted and ran without these protections: {kept}", file=sys.stderr)
    text = _STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(done.output, ensure_ascii=False, indent=2))
    emit(done, text, as_json=as_json)


def _payload(source: str) -> Any:
    place = "standard input" if source == _STANDARD_INPUT else source
    try:
        text = sys.stdin.read() if source == _STANDARD_INPUT else Path(source).read_text(encoding="utf8")
        return json.loads(text)
    except OSError as error:
        raise SourceError(f"{place}: cannot be read: {error.strerror}; name a file of JSON") from error
    except (ValueError, RecursionError) as error:
        raise SourceError(f"{place}: no JSON: {error}; mend it") from error
