"""Hand-over to Premiere, Resolve and others: the film as a Final Cut Pro 7 XML sequence.

Source: Apple, "Final Cut Pro 7 XML Interchange Format", version 5.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePath
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from vortex.timeline.chapters import chapters
from vortex.timeline.handover import PartFiles, text_effect
from vortex.timeline.plan import RATE_HZ
from vortex.timeline.schedule import Timeline
from vortex.visuals.timing import row_text


@dataclass(frozen=True, slots=True)
class _Item:
    """A clip on a track, in frames of the film."""

    name: str
    url: str
    start: int
    num_frames: int


def fcp7_xml(timeline: Timeline, title: str, files: PartFiles, size: tuple[int, int]) -> str:
    """Return the text of a ``.xml`` file: tracks of shots, captions, voice and music, and its markers.

    Args:
        timeline: the cut.
        title: name of the sequence.
        files: where the parts are; a shot or sentence without a file is left out of its track.
        size: width and height of the picture in pixels.
    """
    document = Element("xmeml", version="5")
    sequence = SubElement(document, "sequence", id="film")
    _texts(sequence, name=title, duration=timeline.num_frames)
    _rate(sequence, timeline.fps)
    media = SubElement(sequence, "media")
    video, audio = SubElement(media, "video"), SubElement(media, "audio")
    _texts(SubElement(SubElement(video, "format"), "samplecharacteristics"), width=size[0], height=size[1])
    _track(video, "video", _shots(timeline, files), timeline.fps)
    _captions(SubElement(video, "track"), timeline)
    _track(audio, "audio", _voice(timeline, files), timeline.fps)
    if files.music:
        _track(audio, "audio", [_Item("music", files.music, 0, timeline.num_frames)], timeline.fps)
    for at, until, name in _marks(timeline, title):
        _texts(SubElement(sequence, "marker"), **{"name": name, "in": at, "out": until})
    indent(document)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE xmeml>\n{tostring(document, "unicode")}\n'


def _shots(timeline: Timeline, files: PartFiles) -> list[_Item]:
    return [
        _Item(shot.id, files.shots[shot.id], shot.start, shot.timing.num_frames)
        for shot in timeline.shots
        if shot.id in files.shots
    ]


def _captions(track: Element, timeline: Timeline) -> None:
    """Add each caption as a text generator."""
    spans = [(shot.start, caption) for shot in timeline.shots for caption in shot.timing.captions]
    for number, (start, caption) in enumerate(spans, 1):
        text, length = "\n".join(row_text(row) for row in caption.lines), caption.end - caption.start
        item = SubElement(track, "generatoritem", id=f"caption-{number}")
        _texts(item, name=text, duration=length)
        _rate(item, timeline.fps)
        _texts(item, start=start + caption.start, end=start + caption.end)
        _texts(item, **{"in": 0, "out": length})
        effect = SubElement(item, "effect")
        _texts(effect, name="Text", effectid="Text")
        for key, value in text_effect(text).items():
            if isinstance(value, dict):
                _texts(SubElement(effect, key), **value)
            else:
                _texts(effect, **{key: value})


def _voice(timeline: Timeline, files: PartFiles) -> list[_Item]:
    return [
        # The last frame of a slot is filled with silence after the sound has ended.
        _Item(placed.id, files.sentences[placed.id], placed.start, placed.num_samples * timeline.fps // RATE_HZ)
        for placed in timeline.sentences
        if placed.id in files.sentences
    ]


def _marks(timeline: Timeline, title: str) -> list[tuple[int, int, str]]:
    """Return first frame, end (-1 for a moment) and name of each marker."""
    listed = [(round(chapter.start_s * timeline.fps), -1, chapter.title) for chapter in chapters(timeline, title)]
    listed += [
        (shot.start + sentence.start, shot.start + sentence.end, sentence.citation)
        for shot in timeline.shots
        for sentence in shot.timing.sentences
        if sentence.citation
    ]
    return sorted(listed)


def _track(parent: Element, kind: str, items: Iterable[_Item], fps: int) -> None:
    track = SubElement(parent, "track")
    for item in items:
        clip = SubElement(track, "clipitem", id=f"{kind}-{item.name}")
        _texts(clip, name=item.name, duration=item.num_frames)
        _rate(clip, fps)
        _texts(clip, start=item.start, end=item.start + item.num_frames)
        _texts(clip, **{"in": 0, "out": item.num_frames})
        file = SubElement(clip, "file", id=f"file-{kind}-{item.name}")
        _texts(file, name=PurePath(item.url).name, pathurl=item.url, duration=item.num_frames)
        _rate(file, fps)
        SubElement(SubElement(file, "media"), kind)


def _rate(parent: Element, fps: int) -> None:
    _texts(SubElement(parent, "rate"), timebase=fps, ntsc="FALSE")


def _texts(parent: Element, **values: object) -> None:
    for name, value in values.items():
        SubElement(parent, name).text = str(value)
