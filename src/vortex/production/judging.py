"""Handing the finished film to the gate, and giving it the name that the verdict earns."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from vortex.core.claim import Claim
from vortex.engines.video.base import Look
from vortex.production.cutting import sentences_of
from vortex.production.folder import FilmFolder
from vortex.production.joining import Joined
from vortex.production.library import Library, save_page
from vortex.production.takes import MadeTake
from vortex.production.tries import Made
from vortex.review.film import (
    Exhibits,
    Expectations,
    FilmUnderReview,
    Origin,
    Original,
    PagePicture,
    Part,
    ShotOnFilm,
    SourceFile,
    SpokenSentence,
)
from vortex.review.gate import judge
from vortex.review.report import write_report
from vortex.review.verdict import Verdict
from vortex.story.brief import Brief
from vortex.story.script import Script
from vortex.story.storyboard import Storyboard, page_image
from vortex.timeline.schedule import Timeline

_PAGES_SHOWN = 60
"""Pages whose pictures the report carries; a long film cites more, and their claims then stand without a picture."""


@dataclass(frozen=True, slots=True)
class FilmParts:
    """All that a finished film was made of."""

    brief: Brief
    library: Library
    script: Script
    claims: tuple[Claim, ...]
    board: Storyboard
    timeline: Timeline
    takes: tuple[MadeTake, ...]
    look: Look
    original: Original | None = None
    """Of a film that was translated."""
    generated: tuple[Made, ...] = ()
    """What models made for it."""


@dataclass(frozen=True, slots=True)
class Credits:
    """How it was made, for the report."""

    parts: tuple[Part, ...]
    warnings: tuple[str, ...]
    notes: tuple[str, ...]
    origins: tuple[Origin, ...] = ()


def review_film(
    film: FilmFolder, parts: FilmParts, joined: Joined, credits: Credits, progress: Callable[[float], None]
) -> tuple[Verdict, Path]:
    """Judge the film, name it ``film.mp4`` or ``film.rejected.mp4``, write the report, and return verdict and file."""
    verdict = judge(_under_review(joined.mp4, parts), progress)
    accepted, rejected = film.product("film.mp4"), film.product("film.rejected.mp4")
    target, other = (accepted, rejected) if verdict.passed else (rejected, accepted)
    other.unlink(missing_ok=True)
    name = film.product("report.html").stem
    write_report(verdict, _under_review(target, parts), film.out, _exhibits(parts, joined, credits), name)
    joined.mp4.replace(target)
    return verdict, target


def _under_review(mp4: Path, parts: FilmParts) -> FilmUnderReview:
    timeline, look = parts.timeline, parts.look
    placed = {sentence.id: sentence for sentence in timeline.sentences}
    sentences = tuple(
        SpokenSentence(
            sentence.id,
            sentence.text,
            placed[sentence.id].start / timeline.fps,
            (placed[sentence.id].start + placed[sentence.id].num_frames) / timeline.fps,
        )
        for sentence in sentences_of(parts.script)
    )
    shots = tuple(
        ShotOnFilm(shot, timed.timing, timed.start, made.take.layout, made.take.rung)
        for shot, timed, made in zip(parts.board.shots, timeline.shots, parts.takes, strict=True)
    )
    sources = tuple(
        SourceFile(document.id, Path(document.path), document.title, document.language)
        for document in parts.library.documents
    )
    seconds = parts.script.promised_s or float(parts.brief.seconds)
    expected = Expectations(seconds, look.width, look.height, timeline.fps, cited=bool(sources))
    script, claims = parts.script, parts.claims
    return FilmUnderReview(
        mp4, script.title, sentences, shots, claims, sources, expected, script.language, parts.original
    )


def _exhibits(parts: FilmParts, joined: Joined, credits: Credits) -> Exhibits:
    brief = parts.brief
    asked = (
        ("Sources", ", ".join(Path(source).name for source in brief.sources) or "none"),
        ("Topic", brief.topic or "the whole document"),
        ("Length", f"{brief.seconds} s asked, {float(parts.timeline.duration.seconds):.0f} s made"),
        ("Shape", f"{brief.shape}, {parts.look.width} × {parts.look.height}, {parts.timeline.fps} frames a second"),
        ("Language", parts.script.language),
    )
    pages = tuple(_page_pictures(parts.library, parts.claims))
    return Exhibits(
        pages, joined.sheet, joined.poster, credits.parts, credits.warnings, credits.notes, asked, credits.origins
    )


def _page_pictures(library: Library, claims: Sequence[Claim]) -> list[PagePicture]:
    paged = {document.id: Path(document.path) for document in library.documents if document.pages[0].width_pt}
    cited = dict.fromkeys((claim.document, claim.page) for claim in claims if claim.document in paged)
    found = []
    for document, page in list(cited)[:_PAGES_SHOWN]:
        image = library.assets / page_image(document, page)
        save_page(paged[document], page, image)
        found.append(PagePicture(document, page, image))
    return found
