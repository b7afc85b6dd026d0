"""The command that prepares a film in another language."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vortex.cli.options import Json, Profile, Quiet, Set
from vortex.cli.output import emit, progress, settings_from
from vortex.core.units import counted

if TYPE_CHECKING:
    from vortex.production.translation import Translated


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(translate)


def translate(
    film: Annotated[Path, typer.Argument(help="Folder of a film that was planned.")],
    to: Annotated[str, typer.Option("--to", help="ISO 639-1 code of the new language, such as fr.")],
    from_: Annotated[
        Path | None, typer.Option("--from", metavar="FILE", help="A filled-in file to take the texts from.")
    ] = None,
    profile: Profile = "",
    set_: Set = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Write every text of a film beside its original, to be filled in by a person or by a language model.

    Example: vortex translate my-film --to fr
    """
    from vortex.studio import Studio

    with progress(quiet=quiet) as listen:
        made = Studio(settings_from(set_), profile=profile, listen=listen).translate(film, to, filled=from_)
    emit(made, _told(film, made), as_json=as_json)


def _told(film: Path, made: "Translated") -> str:
    if made.missing:
        do = f'{counted(len(made.missing), "text")} to fill in: write each "text" beside its "original", then'
    else:
        do = f"translated by {made.translator}; now"
    what = f"{do} run: vortex render {film} --language {made.language}"
    shown = f"{counted(made.untold, 'text')} on the screen without a translation; what stays empty is shown as it is"
    return "\n".join([str(made.file), what, *([shown] if made.untold else [])])
