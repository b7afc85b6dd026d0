"""The command line as data: every command with its arguments and flags."""

from collections.abc import Iterator
from typing import Any

import typer.main

from vortex.cli.app import app


def commands() -> dict[str, Any]:
    """Return every command by the words that call it."""
    return dict(_walk("vortex", typer.main.get_command(app)))


def _walk(name: str, command: Any) -> Iterator[tuple[str, Any]]:
    inner = getattr(command, "commands", None)
    if inner is None:
        yield name, command
        return
    for word in sorted(inner):
        yield from _walk(f"{name} {word}", inner[word])


def surface() -> dict[str, list[dict[str, Any]]]:
    """Return what users and scripts rely on: of every parameter its spelling, its default and whether it is needed."""
    return {name: [_plain(each) for each in command.params] for name, command in commands().items()}


def _plain(parameter: Any) -> dict[str, Any]:
    is_argument = parameter.param_type_name == "argument"
    return {
        "name": parameter.name if is_argument else sorted([*parameter.opts, *parameter.secondary_opts]),
        "switch": bool(getattr(parameter, "is_flag", False)),
        "many": bool(getattr(parameter, "multiple", False)) or parameter.nargs == -1,
        "required": parameter.required,
        "default": None if parameter.default is None else str(parameter.default),
    }
