"""Commands that edit a planned film: what is said, what is shown, in which order, by whom and under which music.

Every edit is tried before it stays, can be undone, and says what has to be made again.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vortex.cli.film_text import edited_data, edited_text, film_data, film_text, shots_text
from vortex.cli.options import Json, Quiet
from vortex.cli.output import emit, pairs_from, progress
from vortex.core.errors import ConfigError

if TYPE_CHECKING:
    from vortex.production.editor import Change, Edited, Editor

Film = Annotated[Path, typer.Argument(help="Folder of a film that was planned.")]
ShotId = Annotated[str, typer.Argument(metavar="SHOT", help="Id of the shot; see: vortex edit list.")]
Render = Annotated[bool, typer.Option("--render", help="Make the film again at once.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    edit = typer.Typer(
        help="Edit a planned film, one thing at a time.",
        epilog="Example: vortex edit drop my-film shot003 --render",
        no_args_is_help=True,
    )
    edit.command("list")(list_shots)
    for command in (say, revoice, pronounce, replace, figure, move, drop, pin, unpin, remake, theme, music, undo):
        edit.command()(command)
    app.add_typer(edit, name="edit")


def list_shots(film: Film, as_json: Json = False) -> None:
    """List the shots: when, how long, what they show and say, why, and which take the film uses.

    Example: vortex edit list my-film
    """
    from vortex.studio import Studio

    with progress(quiet=True) as listen, Studio(listen=listen).editing(film) as editor:
        shown = editor.shots()
    emit(edited_data(shown), shots_text(shown), as_json=as_json)


def say(
    film: Film,
    target: Annotated[str, typer.Argument(metavar="SENTENCE", help="Id of a sentence, or of a shot that has one.")],
    text: Annotated[str, typer.Argument(help="What it says from now on.")],
    quote: Annotated[
        str, typer.Option(help="Words of the source that the new text rests on; without it, the old quote.")
    ] = "",
    render: Render = False,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Change what a sentence says; the claim ledger is asked at once.

    Example: vortex edit say my-film s0002 "The frame rate of film is 24."
    """
    from vortex.production import editing

    def change(draft: Any, ground: Any) -> Any:
        return editing.say(draft, ground.material, target, text, quote)

    _edit(film, change, f"say {target}", render, as_json, quiet)


def revoice(
    film: Film,
    voice: Annotated[str | None, typer.Option(help="Voice of the film's speech engine, such as en-gb.")] = None,
    wpm: Annotated[int | None, typer.Option("--wpm", help="Words a minute, 80 to 300.")] = None,
    render: Render = False,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Have the same script spoken by another voice or at another pace.

    Example: vortex edit revoice my-film --wpm 150
    """
    from vortex.production import editing

    values = {"name": voice, "words_per_minute": wpm}
    given = {key: value for key, value in values.items() if value is not None}
    if not given:
        raise ConfigError("nothing to change: give --voice or --wpm")
    told = ", ".join(f"{key} {value}" for key, value in given.items())
    _edit(film, lambda draft, _: editing.set_order(draft, "voice", **given), f"revoice {told}", render, as_json, quiet)


def pronounce(
    film: Film,
    word: Annotated[str, typer.Argument(help="A word as it is written.")],
    said: Annotated[str, typer.Argument(help='How it is said; "" leaves it to the rules again.')],
    render: Render = False,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Say how a word is spoken wherever the film says it.

    Example: vortex edit pronounce my-film SQL sequel
    """
    from vortex.production import editing

    _edit(film, lambda draft, _: editing.pronounce(draft, word, said), f"pronounce {word}", render, as_json, quiet)


def replace(
    film: Film,
    shot: ShotId,
    kind: Annotated[str, typer.Option(help="Kind of shot, such as points, quote, flow, number, definition.")],
    params: Annotated[
        list[str] | None,
        typer.Option(metavar="FILE|KEY=VALUE", help="Parameters: a JSON file, or one value; may be repeated."),
    ] = None,
    render: Render = False,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Show what a shot says in another way; the shot is pinned, so that no plan takes it back.

    Example: vortex edit replace my-film shot002 --kind quote --params text="A second has 24 frames."
    """
    from vortex.production import editing

    given = _params(params)
    _edit(
        film,
        lambda draft, _: editing.replace_shot(draft, shot, kind, given),
        f"replace {shot} by {kind}",
        render,
        as_json,
        quiet,
    )


def figure(
    film: Film,
    shot: ShotId,
    picture: Annotated[
        str, typer.Argument(help='A PNG or JPEG file, or a figure of the document, such as "Figure 3".')
    ],
    render: Render = False,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Show another picture: one of the document's figures, or a file, which is copied into the film.

    Example: vortex edit figure my-film shot002 "Figure 1"
    """
    from vortex.production import editing
    from vortex.production.figures import figure_params

    def change(draft: Any, ground: Any) -> Any:
        editing.shot_named(draft, shot)
        return editing.replace_shot(draft, shot, "figure", figure_params(ground.folder, ground.library, picture))

    _edit(film, change, f"figure {shot}: {picture}", render, as_json, quiet)


def move(
    film: Film,
    shot: ShotId,
    before: Annotated[str | None, typer.Option(metavar="SHOT", help="Shot that it shall stand before.")] = None,
    after: Annotated[str | None, typer.Option(metavar="SHOT", help="Shot that it shall stand after.")] = None,
    render: Render = False,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Move a shot with what it says.

    Example: vortex edit move my-film shot003 --before shot002
    """
    from vortex.production import editing

    if (before is None) == (after is None):
        raise ConfigError("say where to: give either --before or --after")
    goal = before or after or ""
    where = "before" if before else "after"
    _edit(
        film,
        lambda draft, _: editing.move(draft, shot, goal, after=before is None),
        f"move {shot} {where} {goal}",
        render,
        as_json,
        quiet,
    )


def drop(film: Film, shot: ShotId, render: Render = False, as_json: Json = False, quiet: Quiet = False) -> None:
    """Leave out a shot and what it says.

    Example: vortex edit drop my-film shot003
    """
    from vortex.production import editing

    _edit(
        film, lambda draft, ground: editing.drop(draft, ground.material, shot), f"drop {shot}", render, as_json, quiet
    )


def pin(film: Film, shot: ShotId, as_json: Json = False) -> None:
    """Keep a shot as it is, whatever its sentences come to say.

    Example: vortex edit pin my-film shot002
    """
    from vortex.production import editing

    _edit(film, lambda draft, _: editing.pin(draft, shot, pinned=True), f"pin {shot}", False, as_json, True)


def unpin(film: Film, shot: ShotId, as_json: Json = False) -> None:
    """Let a pinned shot be planned again when its sentences change.

    Example: vortex edit unpin my-film shot002
    """
    from vortex.production import editing

    _edit(film, lambda draft, _: editing.pin(draft, shot, pinned=False), f"unpin {shot}", False, as_json, True)


def remake(
    film: Film,
    shots: Annotated[list[str], typer.Argument(metavar="SHOT...", help="Ids of the shots to make again.")],
    render: Render = False,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Forget the takes of single shots, so that they are made again.

    Example: vortex edit remake my-film shot001 shot002
    """
    _told(film, lambda editor: editor.remake(shots), render, as_json, quiet)


def theme(
    film: Film,
    name: Annotated[str, typer.Argument(help="light, dark or paper.")],
    render: Render = False,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Give the whole film another theme.

    Example: vortex edit theme my-film dark
    """
    from vortex.production import editing

    _edit(film, lambda draft, _: editing.set_order(draft, "film", theme=name), f"theme {name}", render, as_json, quiet)


def music(
    film: Film,
    file: Annotated[str, typer.Argument(help="A sound file; none takes the music away.")],
    render: Render = False,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Lay music under the voice; no shot is made again.

    Example: vortex edit music my-film none
    """
    from vortex.production import editing

    chosen = "" if file == "none" else str(Path(file).expanduser().resolve())
    _edit(
        film, lambda draft, _: editing.set_order(draft, "film", music=chosen), f"music {file}", render, as_json, quiet
    )


def undo(film: Film, render: Render = False, as_json: Json = False, quiet: Quiet = False) -> None:
    """Take back the last edit; the last twenty can be taken back one after the other.

    Example: vortex edit undo my-film
    """
    _told(film, lambda editor: editor.undo(), render, as_json, quiet)


def _edit(film: Path, change: "Change", what: str, render: bool, as_json: bool, quiet: bool) -> None:
    _told(film, lambda editor: editor.apply(change, what), render, as_json, quiet)


def _told(film: Path, act: "Callable[[Editor], Edited]", render: bool, as_json: bool, quiet: bool) -> None:
    """Edit, then say what has to be made again, or make it."""
    from vortex.studio import Studio

    told: set[str] = set()
    with progress(quiet=True, told=told) as listen, Studio(listen=listen).editing(film) as editor:
        done = act(editor)
    if not render:
        emit(edited_data(done), edited_text(done, film), as_json=as_json)
        return
    with progress(quiet=quiet, told=told) as listen:
        made = Studio(listen=listen).make(out=film)
    emit({**edited_data(done), "made": film_data(made)}, f"{done.what}\n{film_text(made)}", as_json=as_json)


def _params(given: list[str] | None) -> dict[str, Any]:
    """Return parameters from JSON files and from ``key=value`` pairs, whose values are JSON or else plain text."""
    found: dict[str, Any] = {}
    for each in given or []:
        if "=" not in each:
            found |= _params_of(Path(each))
            continue
        for key, value in pairs_from([each], "--params").items():
            try:
                found[key] = json.loads(value)
            except ValueError:
                found[key] = value
    return found


def _params_of(file: Path) -> dict[str, Any]:
    try:
        data = json.loads(file.read_text(encoding="utf8"))
    except (OSError, ValueError) as error:
        raise ConfigError(
            f"--params {file}: cannot be read as JSON ({error}); write KEY=VALUE or name a JSON file"
        ) from error
    if not isinstance(data, dict):
        raise ConfigError(f"--params {file}: holds a {type(data).__name__}, not an object of parameters")
    return data
