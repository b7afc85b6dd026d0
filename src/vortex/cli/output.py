"""How a command speaks: the result on standard output, progress and errors on standard error."""

import dataclasses
import json
import math
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from vortex.core.errors import ConfigError
from vortex.core.events import Event, Listener


def emit(value: Any, text: str, *, as_json: bool) -> None:
    """Print a result: ``text`` for a person, or ``value`` as JSON for a machine."""
    print(json.dumps(plain(value), ensure_ascii=False, indent=2) if as_json else text)


def plain(value: Any) -> Any:
    """Return dataclasses, paths and tuples as what JSON knows."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(each) for each in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None  # JSON has no infinity: a silent film's loudness
    return str(value) if isinstance(value, Path) else value


def table(rows: list[tuple[Any, ...]], head: tuple[str, ...]) -> str:
    """Return rows in aligned columns under a head."""
    cells = [tuple(str(cell) for cell in row) for row in [head, *rows]]
    widths = [max(len(row[i]) for row in cells) for i in range(len(head))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells
    )


def settings_from(pairs: list[str] | None, **named: object) -> dict[str, object]:
    """Return setting flags by key from ``--set KEY=VALUE`` pairs and from flags of their own (``render__jobs=2``).

    Raises:
        ConfigError: a pair has no ``=``.
    """
    flags: dict[str, object] = dict(pairs_from(pairs, "--set"))
    return flags | {key.replace("__", "."): value for key, value in named.items() if value is not None}


def pairs_from(pairs: list[str] | None, flag: str) -> dict[str, str]:
    """Return the keys and values of a flag that is given once for each ``KEY=VALUE``.

    Raises:
        ConfigError: a pair has no ``=``.
    """
    found: dict[str, str] = {}
    for pair in pairs or []:
        key, equals, value = pair.partition("=")
        if not equals:
            raise ConfigError(f"{flag} {pair}: write KEY=VALUE, such as {_PAIRS.get(flag, 'name=value')}")
        found[key.strip()] = value.strip()
    return found


_PAIRS = {"--set": "render.crf=18", "--parameter": "rows=8"}


@contextmanager
def progress(*, quiet: bool, told: set[str] | None = None) -> Iterator[Listener]:
    """Give a listener that draws bars on a terminal, writes a line a stage elsewhere, or tells warnings only.

    A command may plan a film more than once; what it warns of is told once.

    Args:
        quiet: tell warnings only.
        told: warnings that were told already, where one command works in several steps; grows.
    """
    heard = set() if told is None else told
    if quiet:
        yield _once(_warning, heard)
    elif sys.stderr.isatty():
        with _bars() as listener:
            yield _once(listener, heard)
    else:
        yield _once(_line, heard)


def _once(listener: Listener, heard: set[str]) -> Listener:
    def listen(event: Event) -> None:
        if event.kind == "warning":
            if event.message in heard:
                return
            heard.add(event.message)
        listener(event)

    return listen


def _warning(event: Event) -> None:
    if event.kind == "warning":
        _line(event)


def _line(event: Event) -> None:
    if event.kind == "stage_finished":
        reused = f" ({event.reused} of {event.total:.0f} were there)" if event.reused else ""
        print(f"{event.stage}: {event.message or 'done'}{reused}", file=sys.stderr)
    elif event.kind in ("warning", "note"):
        print(f"{event.kind}: {event.message}", file=sys.stderr)


@contextmanager
def _bars() -> Iterator[Callable[[Event], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description:<10}"),
        BarColumn(bar_width=30),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[note]}", style="dim", markup=False),
    )
    console = Console(stderr=True)
    tasks: dict[str, TaskID] = {}
    with Progress(*columns, console=console) as bars:

        def listener(event: Event) -> None:
            if event.kind in ("warning", "note"):
                style = "yellow" if event.kind == "warning" else ""
                # A file or a heading may hold brackets, which are no markup.
                bars.console.print(
                    f"{event.kind}: {event.message}", style=style, markup=False, highlight=False, soft_wrap=True
                )
                return
            if event.stage not in tasks:
                tasks[event.stage] = bars.add_task(event.stage, total=event.total or 1, note="")
            finished = event.kind == "stage_finished"
            total = event.total or 1
            bars.update(
                tasks[event.stage], total=total, completed=total if finished else event.done, note=event.message
            )

        yield listener
