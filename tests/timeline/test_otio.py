import json
from pathlib import Path

import pytest

from timeline.spoken_film import Film
from vortex.timeline.handover import PartFiles
from vortex.timeline.otio import otio_json

FILES = PartFiles(shots={"heap": "build/heap.mp4"}, sentences={"heap0": "build/heap0.wav"}, music="music.flac")


def test_the_library_reads_the_same(film: Film, tmp_path: Path) -> None:
    otio = pytest.importorskip("opentimelineio")
    file = tmp_path / "film.otio"
    file.write_text(otio_json(film.timeline, "Heaps", FILES), encoding="utf-8")
    document = otio.adapters.read_from_file(str(file))
    assert document.name == "Heaps"
    assert document.duration() == otio.opentime.RationalTime(film.timeline.num_frames, film.timeline.fps)
    shots, captions, voice, music = document.tracks
    assert [track.kind for track in document.tracks] == ["Video", "Video", "Audio", "Audio"]
    assert [(c.name, c.range_in_parent().start_time.value, c.duration().value) for c in shots] == [
        (shot.id, shot.start, shot.timing.num_frames) for shot in film.timeline.shots
    ]
    kinds = [type(clip.media_reference).__name__ for clip in shots]
    assert kinds == ["MissingReference", "ExternalReference", "MissingReference", "MissingReference"]
    spoken = voice.find_clips()
    assert [(c.name, c.range_in_parent().start_time.value) for c in spoken] == [
        (placed.id, placed.start) for placed in film.timeline.sentences
    ]
    assert spoken[0].media_reference.target_url == "build/heap0.wav"
    assert spoken[0].available_range() == spoken[0].source_range
    starts = [s.start + c.start for s in film.timeline.shots for c in s.timing.captions]
    assert [c.range_in_parent().start_time.value for c in captions.find_clips()] == starts
    assert captions.find_clips()[0].media_reference.parameters["text"].startswith("A heap is")
    assert music.duration().value == film.timeline.num_frames
    marks = [(m.metadata["vortex"]["kind"], m.name) for m in document.tracks.markers]
    assert marks[:3] == [("chapter", "Heaps"), ("chapter", "What a heap is"), ("chapter", "Adding <one> & more")]
    assert marks[3:] == [("citation", "p. 3")] * 4


def holds(whole: object, part: object) -> bool:
    """Whether every value of ``part`` stands in ``whole`` at the same place."""
    if isinstance(part, dict):
        return isinstance(whole, dict) and all(holds(whole.get(key), value) for key, value in part.items())
    if isinstance(part, list):
        return isinstance(whole, list) and len(whole) == len(part) and all(map(holds, whole, part))
    return whole == part


def test_the_library_drops_nothing(film: Film) -> None:
    otio = pytest.importorskip("opentimelineio")
    text = otio_json(film.timeline, "Heaps", FILES)
    again = otio.adapters.write_to_string(otio.adapters.read_from_string(text, "otio_json"), "otio_json")
    assert holds(json.loads(again), json.loads(text))
