"""Chapters: the scenes of the film, for the player's menu and for the description under a video."""

from collections.abc import Sequence

from vortex.core.units import format_moment
from vortex.media.track import Chapter
from vortex.timeline.schedule import Timeline


def chapters(timeline: Timeline, title: str) -> tuple[Chapter, ...]:
    """Return the chapters in order; one named ``title`` opens the film where its first shot begins none."""
    found = [Chapter(shot.start / timeline.fps, shot.chapter) for shot in timeline.shots if shot.chapter]
    if not found or found[0].start_s > 0:
        found.insert(0, Chapter(0.0, title))
    return tuple(found)


def chapters_text(listed: Sequence[Chapter]) -> str:
    """Return one line a chapter, as video sites read them: ``1:05 Title``; hours only where the film has them."""
    hours = bool(listed) and listed[-1].start_s >= 3600
    return "".join(
        f"{format_moment(int(chapter.start_s), hours=hours)} {' '.join(chapter.title.split())}\n" for chapter in listed
    )
