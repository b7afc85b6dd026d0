import sys
from pathlib import Path

import pytest
from spoken_film import Film

from vortex.core.errors import MissingExtra
from vortex.timeline.handover import PartFiles
from vortex.timeline.otio import write_otio

FILES = PartFiles(shots={"heap": "build/heap.mp4"}, sentences={"heap0": "build/heap0.wav"}, music="music.flac")


def test_another_program_reads_the_same(film: Film, tmp_path: Path) -> None:
    otio = pytest.importorskip("opentimelineio")
    write_otio(film.timeline, "Heaps", FILES, tmp_path / "film.otio")
    document = otio.adapters.read_from_file(str(tmp_path / "film.otio"))
    fps = film.timeline.fps
    assert document.name == "Heaps"
    assert document.duration() == otio.opentime.RationalTime(film.timeline.num_frames, fps)
    shots, captions, voice, music = document.tracks
    assert [(c.name, c.range_in_parent().start_time.value, c.duration().value) for c in shots] == [
        (shot.id, shot.start, shot.timing.num_frames) for shot in film.timeline.shots
    ]
    assert [type(c.media_reference).__name__ for c in shots] == ["MissingReference", "ExternalReference"] + [
        "MissingReference"
    ] * 2
    spoken = voice.find_clips()
    assert [(c.name, c.range_in_parent().start_time.value) for c in spoken] == [
        (placed.id, placed.start) for placed in film.timeline.sentences
    ]
    assert spoken[0].media_reference.target_url == "build/heap0.wav"
    starts = [s.start + c.start for s in film.timeline.shots for c in s.timing.captions]
    assert [c.range_in_parent().start_time.value for c in captions.find_clips()] == starts
    assert music.duration().value == film.timeline.num_frames
    marks = [(m.metadata["vortex"]["kind"], m.name) for m in document.tracks.markers]
    assert marks[:3] == [("chapter", "Heaps"), ("chapter", "What a heap is"), ("chapter", "Adding <one> & more")]
    assert marks[3:] == [("citation", "p. 3")] * 4


def test_without_the_library(film: Film, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentimelineio", None)
    with pytest.raises(MissingExtra, match=r"vortex-film\[timeline\]"):
        write_otio(film.timeline, "Heaps", FILES, tmp_path / "film.otio")
    assert not any(tmp_path.iterdir())
