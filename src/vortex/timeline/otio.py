"""Hand-over to editing programs: the film as an OpenTimelineIO file.

Tracks: the shots, the captions, the voice (one clip a sentence) and the music. Markers: chapters and citations. All on
the film's own frame rate, so that nothing is rounded on the way. The format is plain JSON and is written here without
its library, so that every film has it.

Source: OpenTimelineIO, serialised schema (Timeline.1, Track.1, Clip.2, Marker.2).
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from vortex.timeline.chapters import chapters
from vortex.timeline.handover import PartFiles, text_effect
from vortex.timeline.plan import RATE_HZ
from vortex.timeline.schedule import Timeline
from vortex.visuals.timing import row_text

Node = dict[str, Any]


def otio_json(timeline: Timeline, title: str, files: PartFiles) -> str:
    """Return the text of a ``.otio`` file; a shot or sentence without a file becomes a missing reference."""
    fps = timeline.fps
    tracks = [
        _track("Shots", "Video", _shots(timeline, files), fps),
        _track("Captions", "Video", _captions(timeline), fps),
        _track("Voice", "Audio", _voice(timeline, files), fps),
    ]
    if files.music:
        tracks.append(_track("Music", "Audio", [_Item("music", 0, timeline.num_frames, _file(files.music))], fps))
    stack = _node("Stack.1", name="tracks", children=tracks, markers=_markers(timeline, title))
    document = _node("Timeline.1", name=title, global_start_time=_time(0, fps), tracks=stack)
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


@dataclass(frozen=True, slots=True)
class _Item:
    """A clip on a track, in frames of the film."""

    name: str
    start: int
    num_frames: int
    source: Node


def _shots(timeline: Timeline, files: PartFiles) -> Iterable[_Item]:
    for shot in timeline.shots:
        yield _Item(shot.id, shot.start, shot.timing.num_frames, _file(files.shots.get(shot.id, "")))


def _captions(timeline: Timeline) -> Iterable[_Item]:
    for shot in timeline.shots:
        for caption in shot.timing.captions:
            text = "\n".join(row_text(row) for row in caption.lines)
            source = _node(
                "GeneratorReference.1",
                name=text,
                generator_kind="Text",
                parameters={"text": text},
                metadata={"fcp_xml": text_effect(text)},
            )
            yield _Item(text, shot.start + caption.start, caption.end - caption.start, source)


def _voice(timeline: Timeline, files: PartFiles) -> Iterable[_Item]:
    for placed in timeline.sentences:
        # The last frame of a slot is filled with silence after the sound has ended.
        whole = placed.num_samples * timeline.fps // RATE_HZ
        yield _Item(placed.id, placed.start, whole, _file(files.sentences.get(placed.id, "")))


def _markers(timeline: Timeline, title: str) -> list[Node]:
    fps = timeline.fps
    found = [
        _marker("chapter", chapter.title, _range(round(chapter.start_s * fps), 1, fps), "GREEN")
        for chapter in chapters(timeline, title)
    ]
    found += [
        _marker("citation", each.citation, _range(shot.start + each.start, each.end - each.start, fps), "CYAN")
        for shot in timeline.shots
        for each in shot.timing.sentences
        if each.citation
    ]
    return found


def _marker(kind: str, name: str, span: Node, color: str) -> Node:
    return _node("Marker.2", name=name, marked_range=span, color=color, metadata={"vortex": {"kind": kind}})


def _track(name: str, kind: str, items: Iterable[_Item], fps: int) -> Node:
    """Return a track with a gap wherever no clip stands."""
    children: list[Node] = []
    at = 0
    for item in items:
        if item.start > at:
            children.append(_node("Gap.1", source_range=_range(0, item.start - at, fps)))
        span = _range(0, item.num_frames, fps)
        media = {"media": item.source | {"available_range": span}}
        children.append(
            _node(
                "Clip.2", name=item.name, source_range=span, media_references=media, active_media_reference_key="media"
            )
        )
        at = item.start + item.num_frames
    return _node("Track.1", name=name, kind=kind, children=children)


def _file(url: str) -> Node:
    return _node("ExternalReference.1", target_url=url) if url else _node("MissingReference.1")


def _range(start: int, length: int, fps: int) -> Node:
    return _node("TimeRange.1", start_time=_time(start, fps), duration=_time(length, fps))


def _time(frames: int, fps: int) -> Node:
    return _node("RationalTime.1", value=float(frames), rate=float(fps))


def _node(schema: str, **fields: object) -> Node:
    return {"OTIO_SCHEMA": schema, **fields}
