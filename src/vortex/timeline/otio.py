"""Hand-over to editing programs: the film as an OpenTimelineIO file.

Tracks: the shots, the captions, the voice (one clip a sentence) and the music. Markers: chapters and citations. All on
the film's own frame rate, so that nothing is rounded on the way.
"""

from pathlib import Path
from typing import Any

from vortex.core.errors import MediaError, MissingExtra
from vortex.timeline.captions import row_text
from vortex.timeline.chapters import chapters
from vortex.timeline.handover import PartFiles
from vortex.timeline.plan import RATE_HZ
from vortex.timeline.schedule import Timeline, TimelineShot


def write_otio(timeline: Timeline, title: str, files: PartFiles, path: Path) -> None:
    """Write ``timeline`` as OpenTimelineIO JSON; a shot or sentence without a file becomes a missing reference.

    Raises:
        MissingExtra: opentimelineio is not installed.
        MediaError: the file cannot be written.
    """
    try:
        import opentimelineio
    except ImportError as error:
        raise MissingExtra(
            "film.otio needs opentimelineio; run: pip install 'vortex-film[timeline]', or leave that file out"
        ) from error
    document = _Writer(opentimelineio, timeline, files).document(title)
    try:
        path.write_text(opentimelineio.adapters.write_to_string(document, "otio_json") + "\n", encoding="utf-8")
    except OSError as error:
        raise MediaError(f"{path} cannot be written: {error}; check the folder and the free space") from error


class _Writer:
    def __init__(self, library: Any, timeline: Timeline, files: PartFiles) -> None:
        self._otio = library
        self._timeline = timeline
        self._files = files

    def document(self, title: str) -> Any:
        """Return the whole timeline as the library's own object."""
        schema = self._otio.schema
        document = schema.Timeline(name=title, global_start_time=self._time(0))
        document.tracks.extend([self._pictures(), self._captions(), self._voice()])
        if self._files.music:
            document.tracks.append(self._music())
        for chapter in chapters(self._timeline, title):
            self._mark(document, "chapter", chapter.title, round(chapter.start_s * self._timeline.fps), 1, "GREEN")
        for shot in self._timeline.shots:
            for sentence in shot.timing.sentences:
                if sentence.citation:
                    start, length = shot.start + sentence.start, sentence.end - sentence.start
                    self._mark(document, "citation", sentence.citation, start, length, "CYAN")
        return document

    def _pictures(self) -> Any:
        track = self._track("Shots", "Video")
        track.extend([self._shot(shot) for shot in self._timeline.shots])
        return track

    def _shot(self, shot: TimelineShot) -> Any:
        length = shot.timing.num_frames
        return self._clip(shot.id, self._file(self._files.shots.get(shot.id), length), length)

    def _captions(self) -> Any:
        track = self._track("Captions", "Video")
        at = 0
        for shot in self._timeline.shots:
            for caption in shot.timing.captions:
                text = "\n".join(row_text(row) for row in caption.lines)
                length = caption.end - caption.start
                source = self._otio.schema.GeneratorReference(
                    name=text,
                    generator_kind="caption",
                    available_range=self._range(0, length),
                    parameters={"text": text},
                )
                at = self._place(track, self._clip(text, source, length), shot.start + caption.start, at)
        return track

    def _voice(self) -> Any:
        track = self._track("Voice", "Audio")
        at = 0
        for placed in self._timeline.sentences:
            length_s = placed.num_samples / RATE_HZ
            source = self._file(self._files.sentences.get(placed.id), length_s * self._timeline.fps)
            # The last frame of a slot is filled with silence after the sound has ended.
            whole = placed.num_samples * self._timeline.fps // RATE_HZ
            at = self._place(track, self._clip(placed.id, source, whole), placed.start, at)
        return track

    def _music(self) -> Any:
        track = self._track("Music", "Audio")
        source = self._otio.schema.ExternalReference(target_url=self._files.music)
        track.append(self._clip("music", source, self._timeline.num_frames))
        return track

    def _place(self, track: Any, clip: Any, start: int, at: int) -> int:
        """Append a clip that begins at frame ``start`` to a track that ends at ``at``; return where it ends now."""
        if start > at:
            track.append(self._otio.schema.Gap(source_range=self._range(0, start - at)))
        track.append(clip)
        return start + int(clip.source_range.duration.value)

    def _mark(self, document: Any, kind: str, name: str, start: int, length: int, color: str) -> None:
        marker = self._otio.schema.Marker(name=name, marked_range=self._range(start, length), color=color)
        marker.metadata["vortex"] = {"kind": kind}
        document.tracks.markers.append(marker)

    def _clip(self, name: str, source: Any, length: int) -> Any:
        return self._otio.schema.Clip(name=name, media_reference=source, source_range=self._range(0, length))

    def _file(self, url: str | None, length: float) -> Any:
        if url is None:
            return self._otio.schema.MissingReference(available_range=self._range(0, length))
        return self._otio.schema.ExternalReference(target_url=url, available_range=self._range(0, length))

    def _track(self, name: str, kind: str) -> Any:
        return self._otio.schema.Track(name=name, kind=kind)

    def _time(self, frames: float) -> Any:
        return self._otio.opentime.RationalTime(frames, self._timeline.fps)

    def _range(self, start: float, length: float) -> Any:
        return self._otio.opentime.TimeRange(self._time(start), self._time(length))
