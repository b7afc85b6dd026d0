"""A film's words in another language: every text beside its original, so that a person or a model can fill it in.

A translation changes what is said and shown, and nothing else: scenes, sentences, shots and citations keep their ids.
What happened on a word of the original happens on the word that says the same, or as far into the sentence.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict

from vortex.core.claim import Check, Claim
from vortex.core.spelled import spelled_numbers
from vortex.core.text import digits, initial
from vortex.story.crossing import across
from vortex.story.languages.table import LANGUAGES, labels
from vortex.story.script import Scene, Script, Sentence
from vortex.story.storyboard import Storyboard
from vortex.story.words import bare
from vortex.visuals.shot import Cue, Shot

SHOWN = frozenset(
    re.findall(
        r"\S+",
        """title subtitle kicker heading items term text label unit value detail caption name categories rows date
        x_label y_label meaning note""",
    )
)
"""Parameters of shots that are words for the viewer."""
_KEPT = {"code": {"text"}, "figure": {"name"}, "sources": {"title"}, "equation": {"latex"}}
"""Parameters that stay as the source has them."""


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Piece(_Data):
    """A text and what it is in the other language."""

    original: str
    text: str = ""


class SentencePiece(_Data):
    """A spoken sentence."""

    id: str
    role: str = "statement"
    original: str
    text: str = ""


class ShownPiece(_Data):
    """A text in the pictures."""

    at: str
    """Where it stands in the shot's parameters, such as ``items.0``."""
    original: str
    text: str = ""


AnyPiece = Piece | SentencePiece | ShownPiece


class ScenePieces(_Data):
    """A scene: its title and its sentences."""

    id: str
    title: Piece
    sentences: tuple[SentencePiece, ...]


class ShotPieces(_Data):
    """The texts of one shot."""

    id: str
    kind: str
    texts: tuple[ShownPiece, ...]


class Translation(_Data):
    """All words of a film in another language."""

    schema_version: int = 1
    language: str
    """ISO 639-1 code of the new language."""
    original_language: str
    translator: str = "a person"
    rung: str = "a person"
    """``a person``, ``local model`` or ``remote model``."""
    pronunciations: dict[str, str] = {}
    """Words and how the new voice says them; those of the original are for another tongue."""
    title: Piece
    scenes: tuple[ScenePieces, ...]
    shots: tuple[ShotPieces, ...]

    def missing(self) -> list[str]:
        """Return the places that must be filled in and are not: titles and sentences, not what is on screen."""
        places: list[tuple[str, AnyPiece]] = [("title", self.title)]
        places += [(f"title of scene {scene.id}", scene.title) for scene in self.scenes]
        places += [(each.id, each) for scene in self.scenes for each in scene.sentences]
        return [place for place, piece in places if not piece.text.strip()]

    def untold(self) -> int:
        """Return how many texts on the screen stay in the original language."""
        return sum(not piece.text.strip() for shot in self.shots for piece in shot.texts)


def blank(script: Script, board: Storyboard, language: str, known: Translation | None = None) -> Translation:
    """Return a translation to be filled in.

    Args:
        script: what the original says.
        board: what it shows.
        language: ISO 639-1 code of the new language.
        known: an earlier one, whose texts are kept where the original is still the same.
    """
    done = _known(known) | _furniture(script, board, language)

    def piece(text: str) -> dict[str, str]:
        return {"original": text, "text": done.get(text, "")}

    scenes = tuple(
        ScenePieces(
            id=scene.id,
            title=Piece(**piece(scene.title)),
            sentences=tuple(SentencePiece(id=s.id, role=s.role, **piece(s.text)) for s in scene.sentences),
        )
        for scene in script.scenes
    )
    shots = tuple(
        ShotPieces(
            id=shot.id,
            kind=shot.kind,
            texts=tuple(ShownPiece(at=at, **piece(text)) for at, text in shown_texts(shot)),
        )
        for shot in board.shots
    )
    return Translation(
        language=language,
        original_language=script.language,
        translator=known.translator if known else "a person",
        rung=known.rung if known else "a person",
        pronunciations=known.pronunciations if known else {},
        title=Piece(**piece(script.title)),
        scenes=scenes,
        shots=tuple(shot for shot in shots if shot.texts),
    )


def completed(translation: Translation, board: Storyboard) -> Translation:
    """Return the translation with each empty text that is said or shown elsewhere taken from there.

    A picture that writes out what is spoken over it takes the words of those sentences.
    """
    done = _known(translation)
    said = {each.id: each for scene in translation.scenes for each in scene.sentences}
    for shot in board.shots:
        spoken = [said[name] for name in shot.sentences]
        for start in range(len(spoken)):
            for end in range(start + 1, len(spoken) + 1):
                part = spoken[start:end]
                if all(each.text.strip() for each in part):
                    whole = " ".join(each.original for each in part)
                    text = " ".join(each.text for each in part)
                    done |= {whole: done.get(whole, text), whole.rstrip("."): text.rstrip(".")}
    return filled(translation, done)


def filled(translation: Translation, done: Mapping[str, str]) -> Translation:
    """Return the translation with its empty texts set in by their originals, as far as ``done`` knows them."""

    def fill(piece: Any) -> Any:
        known = "" if piece.text.strip() else done.get(piece.original, "")
        return piece.model_copy(update={"text": known}) if known else piece

    scenes = tuple(
        scene.model_copy(update={"title": fill(scene.title), "sentences": tuple(map(fill, scene.sentences))})
        for scene in translation.scenes
    )
    shots = tuple(shot.model_copy(update={"texts": tuple(map(fill, shot.texts))}) for shot in translation.shots)
    return translation.model_copy(update={"title": fill(translation.title), "scenes": scenes, "shots": shots})


def _known(translation: Translation | None) -> dict[str, str]:
    if translation is None:
        return {}
    titles = [scene.title for scene in translation.scenes]
    spoken = [each for scene in translation.scenes for each in scene.sentences]
    shown: list[AnyPiece] = [each for shot in translation.shots for each in shot.texts]
    return {each.original: each.text for each in (*shown, *spoken, *titles, translation.title) if each.text.strip()}


def _furniture(script: Script, board: Storyboard, language: str) -> dict[str, str]:
    """Return the labels that both languages have words for."""
    if not {language, script.language} <= LANGUAGES.keys():
        return {}
    old, new = labels(script.language), labels(language)
    here, there = LANGUAGES[script.language].phrases, LANGUAGES[language].phrases
    made_by = old.script.format(x=f"{script.writer} ({script.rung})")
    found = {
        old.sources: new.sources,
        old.definition: new.definition,
        here.recap_title: there.recap_title,
        made_by: new.script.format(x=f"{script.writer} ({script.rung})"),
    }
    numbered = range(1, len(board.shots) + 1)
    return found | {old.chapter.format(n=n): new.chapter.format(n=n) for n in numbered}


def shown_texts(shot: Shot) -> Iterator[tuple[str, str]]:
    """Yield place and text of every word of a shot's parameters that the viewer reads."""
    kept = _KEPT.get(shot.kind, set())
    yield from _texts({key: value for key, value in shot.params.items() if key not in kept}, "", False, kept)


def written(value: Any) -> Iterator[str]:
    """Yield every string and number of a shot's parameters, for whoever looks for what pictures may write."""
    if isinstance(value, Mapping):
        for each in value.values():
            yield from written(each)
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from written(each)
    elif isinstance(value, (str, int, float)):
        yield f"{value:g}" if isinstance(value, float) else str(value)


def _texts(value: Any, at: str, shown: bool, kept: set[str]) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, each in value.items():
            if key not in kept:
                yield from _texts(each, f"{at}.{key}" if at else key, key in SHOWN, kept)
    elif isinstance(value, (list, tuple)):
        for place, each in enumerate(value):
            yield from _texts(each, f"{at}.{place}", shown, kept)
    elif shown and isinstance(value, str) and any(map(str.isalpha, value)):
        yield at, value


def translated_script(script: Script, translation: Translation, notes: tuple[str, ...]) -> Script:
    """Return the script with the words of a translation, which must be whole."""
    said = {each.id: each.text for scene in translation.scenes for each in scene.sentences}
    titles = {scene.id: scene.title.text for scene in translation.scenes}
    scenes = tuple(
        Scene(scene.id, titles[scene.id], tuple(_retold(each, said[each.id]) for each in scene.sentences))
        for scene in script.scenes
    )
    return Script(
        translation.title.text.strip(),
        translation.language,
        scenes,
        script.writer,
        script.rung,
        (*script.notes, *notes),
        script.promised_s,
    )


def _retold(sentence: Sentence, text: str) -> Sentence:
    return Sentence(
        sentence.id, " ".join(text.split()), sentence.role, sentence.passage, sentence.quote, sentence.exhibits
    )


def translated_board(board: Storyboard, script: Script, told: Script, translation: Translation) -> Storyboard:
    """Return the storyboard with its texts in the other language and its cues on the words that say the same.

    Args:
        board: of the original.
        script: the original.
        told: the translation of it.
        translation: the texts of the pictures.
    """
    texts = {shot.id: {piece.at: piece.text for piece in shot.texts} for shot in translation.shots}
    old, new = _words(script), _words(told)
    shots = tuple(
        shot.model_copy(
            update={
                "params": _signed(_filled(shot.params, "", texts.get(shot.id, {}))),
                "cues": moved(shot.cues, old, new),
            }
        )
        for shot in board.shots
    )
    return Storyboard(shots, board.needs)


def _signed(params: dict[str, Any]) -> dict[str, Any]:
    """Return the parameters with the letter that stands for a title taken from the new one."""
    sign, title = str(params.get("sign", "")), str(params.get("title", ""))
    return params | {"sign": initial(title)} if sign.isalpha() and title else params


def _words(script: Script) -> dict[str, list[str]]:
    return {each.id: each.text.split() for scene in script.scenes for each in scene.sentences}


def _filled(value: Any, at: str, texts: Mapping[str, str]) -> Any:
    if isinstance(value, Mapping):
        return {key: _filled(each, f"{at}.{key}" if at else key, texts) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_filled(each, f"{at}.{place}", texts) for place, each in enumerate(value)]
    return texts.get(at, "").strip() or value


def moved(cues: Sequence[Cue], old: Mapping[str, Sequence[str]], new: Mapping[str, Sequence[str]]) -> tuple[Cue, ...]:
    """Return the cues on the words of the translation; those of one sentence keep their order."""
    last: dict[str, int] = {}
    places: dict[int, int] = {}
    for number, cue in sorted(enumerate(cues), key=lambda each: each[1].word):
        place = max(matching(cue.word, old[cue.sentence], new[cue.sentence]), last.get(cue.sentence, 0))
        last[cue.sentence] = places[number] = place
    return tuple(cue.model_copy(update={"word": places[number]}) for number, cue in enumerate(cues))


def matching(word: int, old: Sequence[str], new: Sequence[str]) -> int:
    """Return the place of the word of ``new`` that says what word ``word`` of ``old`` says.

    A number, a name or a quoted term is looked for; any other word comes as far into the sentence as in the original.
    """
    wanted = _sign(old[word])
    if wanted and (word or wanted.isdigit()):
        same = [place for place, each in enumerate(new) if _sign(each) == wanted]
        nth = [_sign(each) for each in old[:word]].count(wanted)
        if len(same) > nth:
            return same[nth]
    return round(word * (len(new) - 1) / max(1, len(old) - 1))


def _sign(word: str) -> str:
    """Return what a word is known by in every language: the figures of a number, or a name; "" for other words."""
    plain = bare(word)
    if any(map(str.isdigit, plain)):
        return re.sub(r"[.,\u00a0\u202f](?=\d{3}(?!\d))", "", plain).replace(",", ".")
    is_named = word[:1] in "\"“„«‘'" or any(map(str.isupper, word.strip('"“„«»”(')))
    return plain if is_named else ""


def ledger(claims: Sequence[Claim], script: Script, told: Script) -> tuple[Claim, ...]:
    """Return the ledger of a translation: each claim keeps quote and page and is put to the checks that still apply."""
    original = {each.id: each.text for scene in script.scenes for each in scene.sentences}
    now = {each.id: each.text for scene in told.scenes for each in scene.sentences}
    return tuple(_claim(claim, original[claim.sentence], now[claim.sentence], script, told) for claim in claims)


def _claim(claim: Claim, before: str, text: str, script: Script, told: Script) -> Claim:
    checks = [_same_numbers(before, text, script.language, told.language)]
    if claim.kind == "statement":
        kept = [check for check in claim.checks if check.name in ("page", "quote")]
        crossed = across(text, claim.quote, told.language, script.language)
        checks = [*kept, *checks, *(check for check in crossed if check.name in ("language", "overlap", "polarity"))]
    checks.append(Check("names", True, "a translation may write names otherwise", applied=False))
    return Claim(
        claim.sentence,
        text,
        claim.kind,
        claim.document,
        claim.source,
        claim.passage,
        claim.page,
        claim.label,
        claim.boxes,
        claim.quote,
        tuple(checks),
    )


def _same_numbers(before: str, text: str, language: str, new: str) -> Check:
    """Compare the numbers of a sentence and of its translation; one may spell out what the other writes in digits."""
    old, now = digits(before, language), digits(text, new)
    lost = sorted(old - now - spelled_numbers(text, new, lone_one=True))
    strange = sorted(now - old - spelled_numbers(before, language, lone_one=True))
    told = f"left out: {', '.join(lost) or 'none'}; not in the original: {', '.join(strange) or 'none'}"
    return Check("numbers", not lost and not strange, told)
