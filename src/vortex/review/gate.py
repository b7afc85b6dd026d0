"""The gate: look at a finished film again, independently of how it was made, and say whether it may leave.

``judge`` is for a film whose makers say what it shows, says and rests on; ``check_film`` is for anybody's MP4 and runs
what can be run on it. Both decode the film once.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vortex.core.text import digits, numbers
from vortex.review.checks import (
    captions,
    claims,
    cohesion,
    contrast,
    layout,
    picture,
    pixels,
    readability,
    sound,
    translation,
    words,
)
from vortex.review.evidence import examine, find_numbers
from vortex.review.film import Expectations, FilmUnderReview, Original
from vortex.review.hearing import HOP_S
from vortex.review.measure import Measured, captions_beside, full_pictures, measure
from vortex.review.records import FilmRecord, read_records
from vortex.review.verdict import Finding, Outcome, Skip, Verdict, verdict_of

Progress = Callable[[float], None]


def judge(film: FilmUnderReview, progress: Progress | None = None) -> Verdict:
    """Run every check on ``film``.

    Args:
        film: the finished film and all that is claimed about it.
        progress: called with the finished fraction, 0 to 1; may raise to cancel.

    Raises:
        MediaError: the film cannot be decoded.
    """
    seen = measure(film.mp4, progress)
    record = read_records(film.shots)
    outcomes = [
        *_about("picture", _picture(seen, film.expected, record if record.records else None)),
        *_about("layout", _layout(film, seen, record)),
        *_about("captions", _captions(film, seen)),
        *_about("sound", sound.check(seen.sound, seen.streams, film.expected.sound)),
        *_about("claims", _claims(film, record)),
        *_about("words", [words.check(record.records)]),
        *_about("readability", readability.check(film.sentences, film.language)),
        *_about("readability", _cohesion(film)),
    ]
    return verdict_of(outcomes)


def check_film(path: Path, progress: Progress | None = None) -> Verdict:
    """Run on anybody's film what needs no knowledge of how it was made.

    A film without a caption track or without sound is excused from the checks on them, and the offset of captions is
    told but not judged: nobody knows whether its speakers pause between sentences.

    Raises:
        MediaError: the film cannot be decoded.
    """
    seen = measure(path, progress, texts=True)
    rises = seen.sound.rises if seen.sound else None
    outcomes = [
        *_about("picture", _picture(seen, Expectations(), None)),
        *_about("text", pixels.check(seen.writing)),
        *_about("captions", _captions_of_any(path, seen, rises)),
        *_about("sound", sound.check(seen.sound, seen.streams, expected=False)),
    ]
    return verdict_of(outcomes)


def _cohesion(film: FilmUnderReview) -> list[Outcome]:
    frames = {claim.sentence for claim in film.claims if claim.kind == "frame"}
    recap = {name for shot in film.shots if shot.shot.kind == "recap" for name in shot.shot.sentences}
    return [*cohesion.check(film.sentences, film.language, frames, recap)]


def _about(subject: str, outcomes: Iterable[Outcome]) -> list[Outcome]:
    return [replace(outcome, subject=subject) for outcome in outcomes]


def _captions_of_any(path: Path, seen: Measured, rises: NDArray[np.float32] | None) -> list[Outcome]:
    shown, file = (seen.captions, "") if seen.captions else captions_beside(path)
    outcomes = map(_told, captions.check(shown, rises, (), expected=False))
    read = f" Captions were read from {file} beside the film."
    return [
        replace(each, detail=(each.detail + read).strip()) if file and isinstance(each, Finding) else each
        for each in outcomes
    ]


def _told(outcome: Outcome) -> Outcome:
    if outcome.check != "caption offset":
        return outcome
    return replace(outcome, excused=True) if isinstance(outcome, Skip) else replace(outcome, gating=False)


def _picture(seen: Measured, expected: Expectations, record: FilmRecord | None) -> list[Outcome]:
    declared = record.changes if record else None
    return picture.check(seen.pictures, seen.streams, expected, busy_frames(seen), declared)


def _layout(film: FilmUnderReview, seen: Measured, record: FilmRecord) -> list[Outcome]:
    streams = seen.streams
    fps = float(streams.fps)
    outcomes = layout.check(record, streams.width, streams.height, fps)
    chosen = contrast.sample_pictures(record)
    texts = (
        tuple(contrast.texts_seen(full_pictures(film.mp4, sorted(chosen), streams.fps), chosen, fps))
        if chosen
        else None
    )
    return [*outcomes, contrast.check(texts)]


def _translated(film: FilmUnderReview, original: Original, record: FilmRecord) -> list[Outcome]:
    """Return what a translation is asked instead of its quotes' numbers, which are written in another language."""
    written = claims.numbers_written(record, lambda text: digits(text, film.language))
    known = translation.known_figures(original, (claim.quote for claim in film.claims))
    asked = claims.check(film.sentences, film.claims, examine(film.claims, film.sources), film.expected.cited)
    kept = [each for each in asked if each.check != "numbers in the quote"]
    return [*kept, *translation.check(film.sentences, original, film.language), claims.numbers_shown(written, known)]


def _claims(film: FilmUnderReview, record: FilmRecord) -> list[Outcome]:
    cited = film.expected.cited
    if film.original:
        return _translated(film, film.original, record)
    written = claims.numbers_written(record)
    framed = {number for claim in film.claims if claim.kind == "frame" for number in numbers(claim.text)}
    titled = {number for source in film.sources for number in numbers(f"{source.title} {source.path.stem}")}
    known = find_numbers(set(written) | framed, film.claims, film.sources) | titled
    evidence = examine(film.claims, film.sources)
    written_in = {source.id: source.language for source in film.sources}
    outcomes = claims.check(film.sentences, film.claims, evidence, cited, known, film.language, written_in)
    if not cited:
        return [*outcomes, Skip("numbers on screen", "the film rests on no document", excused=True)]
    return [*outcomes, claims.numbers_shown(written, known)]


def _captions(film: FilmUnderReview, seen: Measured) -> list[Outcome]:
    rises = seen.sound.rises if seen.sound else None
    return captions.check(seen.captions, rises, film.sentences, film.expected.captions)


def busy_frames(seen: Measured) -> NDArray[np.bool_]:
    """Return, shape (N,), the frames at which somebody speaks or a caption comes or goes."""
    trace = seen.pictures
    busy = np.zeros(len(trace), bool)
    if seen.sound is not None:
        loud = np.flatnonzero(seen.sound.levels >= sound.SILENCE_DB) * HOP_S
        busy[np.clip((loud * float(trace.fps)).astype(int), 0, max(0, len(trace) - 1))] = len(trace) > 0
    for caption in seen.captions:
        for moment in (caption.start_s, caption.end_s):
            busy[min(int(moment * trace.fps), max(0, len(trace) - 1))] = True
    return busy
