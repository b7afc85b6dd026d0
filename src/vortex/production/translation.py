"""A film in another language: the same storyboard, retimed to the voice that speaks the translation.

``script.fr.json`` holds the texts beside their originals. The translated film stands beside the film itself, and shares
its build; not a byte of the original's products changes.
"""

import re
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import ValidationError

from vortex.core.errors import ConfigError, EngineError, GateFailed
from vortex.engines.llm.base import LLMEngine
from vortex.production.cutting import cut, sentences_of, speech_requests
from vortex.production.film import FilmMaker, Plan
from vortex.production.folder import FilmFolder, write
from vortex.production.telling import Told
from vortex.production.voices import speak_all
from vortex.review.film import Original, Part
from vortex.story.files import save_claims, storyboard_text
from vortex.story.planner.fit import fits_in
from vortex.story.storyboard import Storyboard
from vortex.story.translation import (
    Translation,
    blank,
    completed,
    ledger,
    translated_board,
    translated_script,
    written,
)
from vortex.story.writers.translator import translate

_MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Translated:
    """What asking for a translation left."""

    file: Path
    language: str
    missing: tuple[str, ...]
    """Titles and sentences that somebody must fill in."""
    untold: int
    """Texts on the screen that would stay in the original language."""
    translator: str


def translation_file(folder: FilmFolder, language: str) -> Path:
    """Return where the texts of a film in another language stand."""
    return folder.root / f"script.{language}.json"


def prepare(
    maker: FilmMaker, plan: Plan, language: str, filled: Path | None = None, engine: LLMEngine | None = None
) -> Translated:
    """Write the file of a translation: taken from ``filled``, else filled in by ``engine``, else left to a person.

    What was filled in before is kept wherever the original is still the same.

    Raises:
        ConfigError: the language is the film's own, or ``filled`` is broken or belongs to another film.
        EngineError: the voice does not speak the language, or the model fails.
    """
    require_new(maker, plan, language)
    file = translation_file(maker.folder, language)
    source = filled or (file if file.is_file() else None)
    known = _read(source) if source else None
    if known and filled:
        _require_same(known, plan, filled, language)
    made = completed(blank(plan.told.script, plan.board, language, known), plan.board)
    if engine and not filled and (made.missing() or made.untold()):
        made = translate(made, engine, maker.settings.llm.max_retries)
    write(file, made.model_dump_json(indent=1) + "\n")
    return Translated(file, language, tuple(made.missing()), made.untold(), made.translator)


def translated(maker: FilmMaker, plan: Plan, language: str) -> tuple[FilmMaker, Plan]:
    """Return the maker and the plan of a film in a language that it was translated to.

    Args:
        maker: of the film itself.
        plan: of the film itself.
        language: ISO 639-1 code.

    Raises:
        ConfigError: there is no translation, it is not whole, it belongs to another script, or a text of it cannot be
            set; names the file, the place and what to do.
        GateFailed: a sentence has other numbers or denials than the original.
        EngineError: the voice does not speak the language.
    """
    require_new(maker, plan, language)
    file = translation_file(maker.folder, language)
    command = f"vortex translate {maker.folder.root} --to {language}"
    if not file.is_file():
        raise ConfigError(f"{file}: there is no translation into {language!r}; run first: {command}")
    texts = _read(file)
    _require_same(texts, plan, file, language)
    texts = completed(texts, plan.board)
    if missing := texts.missing():
        named = ", ".join(missing[:_MOST_NAMED])
        raise ConfigError(f'{file}: {len(missing)} texts are empty ({named}); write each "text" beside its "original"')
    notes = _notes(texts)
    script = translated_script(plan.told.script, texts, notes)
    board = translated_board(plan.board, plan.told.script, script, texts)
    other = replace(
        maker,
        folder=maker.folder.in_language(language),
        brief=replace(maker.brief, language=language),
        stage_s={},
        original=_original(plan, texts),
    )
    _require_fit(other, plan, board, file)
    claims = ledger(plan.told.claims, plan.told.script, script)
    save_claims(claims, other.folder.claims_file)
    _require_agreement(file, Told(script, claims))
    voice = maker.settings.voice
    own = re.split(r"[-+]", voice.name)[0] == language
    requests = speech_requests(script, voice.name if own else "", voice.words_per_minute, texts.pronunciations)
    lines = speak_all(maker.folder.build, maker.crew.speech, requests, maker.listen)
    timeline = cut(board, script, lines, maker.settings.render.fps)
    told = Told(replace(script, promised_s=float(timeline.duration.seconds)), claims, edited=True)
    write(maker.folder.build.root / f"storyboard.{language}.json", storyboard_text(board))
    return other, other.costed(replace(plan, told=told, board=board, lines=lines, timeline=timeline))


def translations(folder: FilmFolder) -> list[str]:
    """Return the languages in which a film was finished, beside its own, in whatever shape."""
    found = [file.name.split(".")[1] for file in sorted(folder.root.glob("script.??.json"))]
    return [each for each in found if any(folder.out.glob(f"film.{each}.*mp4"))]


def require_new(maker: FilmMaker, plan: Plan, language: str) -> None:
    """Refuse a language that the film is in already, or that the voice does not speak.

    Raises:
        ConfigError: it is the film's own, or no code of a language.
        EngineError: the voice does not speak it.
    """
    own = plan.told.script.language
    if language == own or len(language) != 2 or not language.isascii() or not language.islower():
        raise ConfigError(f"--to {language}: the film is in {own!r}; give the ISO 639-1 code of another, such as fr")
    spoken = maker.crew.speech.languages()
    if language not in spoken:
        raise EngineError(
            f"the voice {maker.crew.speech.name!r} does not speak {language!r}; choose one of {', '.join(spoken)}, or "
            "name another voice: --set voice.engine=NAME"
        )


def _read(file: Path) -> Translation:
    try:
        return Translation.model_validate_json(file.read_text(encoding="utf8"))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the file"
        raise ConfigError(f"{file}: {place} = {first['input']!r:.60}: {first['msg']}; mend it") from error
    except (OSError, UnicodeDecodeError) as error:
        seen = getattr(error, "strerror", None) or error
        raise ConfigError(f"{file}: cannot be read ({seen}); name a filled-in file") from error


def _require_same(texts: Translation, plan: Plan, file: Path, language: str) -> None:
    """Refuse a translation of another script."""
    if texts.language != language:
        raise ConfigError(f"{file}: language = {texts.language!r}, and {language!r} was asked for")
    said = {each.id: each.original for scene in texts.scenes for each in scene.sentences}
    now = {each.id: each.text for scene in plan.told.script.scenes for each in scene.sentences}
    apart = [name for name in {**now, **said} if said.get(name) != now.get(name)]
    if apart:
        raise ConfigError(
            f"{file}: {len(apart)} sentences of the film are others now ({', '.join(apart[:_MOST_NAMED])}); run again: "
            f"vortex translate {file.parent} --to {language}, which keeps what still fits"
        )


def _original(plan: Plan, texts: Translation) -> Original:
    script = plan.told.script
    said = tuple((each.id, each.text) for each in sentences_of(script))
    shown = tuple(text for shot in plan.board.shots for text in written(shot.params))
    titles = (script.title, *(scene.title for scene in script.scenes))
    return Original(script.language, said, (*titles, *shown), Part("translation", texts.translator, texts.rung))


def _notes(texts: Translation) -> tuple[str, ...]:
    told = f"Translated from {texts.original_language!r} by {texts.translator}."
    untold = texts.untold()
    left = f"{untold} texts on the screen stay in {texts.original_language!r}, because they have no translation."
    return (told, left) if untold else (told,)


def _require_fit(other: FilmMaker, plan: Plan, board: Storyboard, file: Path) -> None:
    """Refuse a text that cannot be set legibly while nothing was drawn yet."""
    fits = fits_in(plan.told.script, other.look, plan.library.assets)
    for shot in board.shots:
        if not fits(shot):
            raise ConfigError(
                f"{file}: the texts of shot {shot.id!r} ({shot.kind}) cannot be set legibly; shorten them"
            )


def _require_agreement(file: Path, told: Told) -> None:
    failed = [claim for claim in told.claims if not claim.supported]
    if not failed:
        return
    reasons = [
        f"{claim.sentence} ({claim.text!r}): "
        + "; ".join(f"{check.name}: {check.detail}" for check in claim.checks if not check.passed)
        for claim in failed[:_MOST_NAMED]
    ]
    more = f" and {len(failed) - _MOST_NAMED} more" if len(failed) > _MOST_NAMED else ""
    told_of = "1 sentence says" if len(failed) == 1 else f"{len(failed)} sentences say"
    raise GateFailed(f"{file}: {told_of} something else than the original: {' | '.join(reasons)}{more}. Mend the text")
