"""Commands about voices: who can speak, cloning with consent, and models of Kokoro as they are published."""

from pathlib import Path
from typing import Annotated, Any

import typer

from vortex.cli.options import Json, Set
from vortex.cli.output import emit, settings_from, table


def register(app: typer.Typer) -> None:
    """Add the commands."""
    voices = typer.Typer(help="Who can speak, and voices of people who agreed to be cloned.", no_args_is_help=True)
    for name, command in (("list", voices_list), ("clone", voices_clone), ("convert", voices_convert)):
        voices.command(name)(command)
    app.add_typer(voices, name="voices")


def voices_list(
    engine: Annotated[str | None, typer.Option(help="Speech engine instead of that of the settings.")] = None,
    set_: Set = None,
    as_json: Json = False,
) -> None:
    """List the voices of a speech engine, and the emotions that a voice can be given.

    Example: vortex voices list --engine espeak
    """
    from vortex.engines.speech.emotions import emotions
    from vortex.studio import Studio

    studio = Studio(settings_from(set_, voice__engine=engine))
    found, told = studio.voices(), emotions()
    rows: list[tuple[Any, ...]] = [(each.name, each.language or "-", each.about) for each in found]
    name = studio.loaded.settings.voice.engine
    listed = table(rows, ("voice", "language", "what it is")) if rows else f"{name} lists no voices"
    value = {"engine": name, "voices": found, "emotions": told}
    emit(value, f"{listed}\nemotions: {', '.join(told)}", as_json=as_json)


def voices_clone(
    name: Annotated[str, typer.Argument(help="What the voice is called from now on.")],
    reference: Annotated[Path, typer.Argument(help="3 to 30 s of the person's speech, in any format.")],
    consent_by: Annotated[str, typer.Option(help="Who agreed: the person who speaks in the reference.")],
    consent_text: Annotated[Path, typer.Option(metavar="FILE", help="Text file with what was agreed.")],
    consent_when: Annotated[str, typer.Option(help="When, as 2026-03-01T12:00+00:00; without it, now.")] = "",
    reference_text: Annotated[str, typer.Option(help="What the reference says; sovits needs it.")] = "",
    language: Annotated[str, typer.Option(help="ISO 639-1 code of the reference.")] = "en",
    set_: Set = None,
    as_json: Json = False,
) -> None:
    """Keep a person's voice for the engines xtts and sovits, with the record of that person's consent.

    Example: vortex voices clone me me.wav --consent-by "the author" --consent-text consent.txt
    """
    from vortex.core.errors import SourceError
    from vortex.engines.speech.cloning import Consent, Reference
    from vortex.studio import Studio

    try:
        agreed = consent_text.read_text(encoding="utf8")
    except UnicodeDecodeError as error:
        raise SourceError(
            f"{consent_text}: is no text ({error.reason}); write what was agreed as plain text"
        ) from error
    voice = Studio(settings_from(set_)).clone_voice(
        name, Reference(reference, reference_text, language), Consent(consent_by, agreed, consent_when)
    )
    record = voice.record
    told = f"{name}: {voice.reference}\n{record.person} agreed on {record.when}: {record.text}"
    emit({"name": name, "reference": voice.reference, "consent": record}, told, as_json=as_json)


def voices_convert(
    folder: Annotated[Path, typer.Argument(help="Folder of a Kokoro as it is published.")],
    as_json: Json = False,
) -> None:
    """Write safetensors files beside the pickles of a Kokoro, read as numbers alone; it can be spoken with then.

    Example: vortex voices convert ./Kokoro-82M
    """
    from vortex.runtime.info import require_library
    from vortex.runtime.kokoro import convert

    require_library("kokoro")
    done = convert(folder)
    told = f"{done.folder}: {done.num_tensors} tensors and {len(done.voices)} voices: {', '.join(done.voices)}"
    emit(done, told, as_json=as_json)
