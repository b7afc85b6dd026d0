"""Commands about lessons: films without a document, which run the real algorithm."""

from typing import Annotated, Any

import typer

from vortex.cli.options import Json, Parameters, Seed
from vortex.cli.output import emit, pairs_from, table
from vortex.core.units import format_duration


def register(app: typer.Typer) -> None:
    """Add the commands."""
    lessons = typer.Typer(
        help="What can be taught without a document.",
        epilog="Example: vortex lessons show a-star",
        no_args_is_help=True,
    )
    lessons.command("list")(lessons_list)
    lessons.command("show")(lessons_show)
    app.add_typer(lessons, name="lessons")


def lessons_list(as_json: Json = False) -> None:
    """List the lessons, the installed plugins' included.

    Example: vortex lessons list
    """
    from vortex.studio import Studio

    found = Studio().lessons()
    rows: list[tuple[Any, ...]] = [
        (each.name, each.title, each.about, ", ".join(knob.name for knob in each.parameters)) for each in found
    ]
    text = table(rows, ("lesson", "title", "what it teaches", "parameters"))
    emit(found, f'{text}\n\nmake one: vortex make --topic "{found[0].title}" -o my-film', as_json=as_json)


def lessons_show(
    name: Annotated[str, typer.Argument(help="Name of a lesson, or a topic.")],
    seed: Seed = None,
    parameter: Parameters = None,
    as_json: Json = False,
) -> None:
    """Run a lesson and print what it says and the trace that it rests on.

    Example: vortex lessons show a-star --seed 3 --parameter rows=5
    """
    from vortex.studio import Studio

    shown = Studio().lesson(name, seed=seed, parameters=pairs_from(parameter, "--parameter"))
    knobs: list[tuple[Any, ...]] = [
        (knob.name, shown.parameters[knob.name], f"{knob.least} to {knob.most}", knob.about)
        for knob in shown.about.parameters
    ]
    lengths = f"{format_duration(shown.shortest_s)} to {format_duration(shown.longest_s)}"
    told = "\n\n".join("\n".join([f"{scene.title}", *scene.sentences]) for scene in shown.scenes)
    head = f"{shown.about.title}: {shown.about.about}; told in about {lengths}"
    text = f"{head}\n\n{table(knobs, ('parameter', 'value', 'range', 'what it is'))}\n\n{told}\n\nTrace\n{shown.trace}"
    emit(shown, text, as_json=as_json)
