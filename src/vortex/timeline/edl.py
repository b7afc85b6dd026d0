"""Hand-over to old or simple editing programs: an edit decision list, which knows one picture track and markers.

Source: CMX 3600 edit decision list, with the comments for clip names and markers that current programs read.
"""

from pathlib import PurePath

from vortex.timeline.chapters import chapters
from vortex.timeline.handover import PartFiles
from vortex.timeline.schedule import Timeline


def edl(timeline: Timeline, title: str, files: PartFiles) -> str:
    """Return the text of a ``.edl`` file: one event a shot, one marker a chapter.

    The format carries no frame rate: an editor has to be told ``timeline.fps`` when it asks.
    """
    lines = [f"TITLE: {_plain(title)}", "FCM: NON-DROP FRAME", ""]
    marks = [(round(chapter.start_s * timeline.fps), chapter.title) for chapter in chapters(timeline, title)]
    for number, shot in enumerate(timeline.shots, 1):
        spans = (0, shot.timing.num_frames, shot.start, shot.end)
        lines.append(f"{number:03d}  AX       V     C        " + " ".join(_clock(at, timeline.fps) for at in spans))
        lines.append(f"* FROM CLIP NAME: {PurePath(files.shots.get(shot.id, shot.id)).name}")
        if shot.id in files.shots:
            lines.append(f"* SOURCE FILE: {files.shots[shot.id]}")
        lines += [
            f"* LOC: {_clock(at, timeline.fps)} GREEN   {_plain(name)}"
            for at, name in marks
            if shot.start <= at < shot.end
        ]
    return "\n".join(lines) + "\n"


def _clock(frame: int, fps: int) -> str:
    seconds, frames = divmod(frame, fps)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}:{frames:02d}"


def _plain(text: str) -> str:
    """Return ``text`` on one line and in ASCII, as these programs expect."""
    return " ".join(text.encode("ascii", "replace").decode().split())
