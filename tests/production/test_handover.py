"""What an editing program is handed: every part of the film, the music too, each in a file that is there.

The files are read back by OpenTimelineIO and its adapters, as an editing program would.
"""

import json
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from vortex.media.probe import probe
from vortex.media.sound import Sound
from vortex.media.sound_file import write_wav
from vortex.production.film import FinishedFilm
from vortex.studio import Studio

TEXT = """# Kettles

A kettle heats water until it boils. The steam opens a switch, and the switch cuts the current. A kettle without a lid
does not switch off, because its steam goes elsewhere.
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> FinishedFilm:
    folder = tmp_path_factory.mktemp("handover")
    (folder / "kettle.md").write_text(TEXT)
    hum = np.sin(np.arange(3 * 8000) * (2 * np.pi * 220 / 8000)) * np.hanning(24000)
    write_wav(folder / "hum.wav", Sound((0.2 * hum).astype(np.float32), 8000))
    settings = {"render.height": 240, "render.preset": "ultrafast", "film.music": str(folder / "hum.wav")}
    return Studio(settings).make(folder / "kettle.md", out=folder / "film", seconds=10)


def test_every_file_of_the_timeline_is_there_and_the_music_lasts_as_long_as_the_film(made: FinishedFilm) -> None:
    out = made.mp4.parent
    timeline = json.loads((out / "film.otio").read_text())
    tracks = {track["name"]: track for track in timeline["tracks"]["children"]}
    assert "Music" in tracks
    named = [part for part in _addresses(timeline) if not (out / part).is_file()]
    assert named == []
    assert probe(out / "stems/music.wav").audio_duration_s == pytest.approx(made.duration_s, abs=0.05)
    assert "stems/music.wav" in (out / "film.xml").read_text()


def read(file: Path, adapter: str | None = None, **asked: float) -> Any:
    otio = pytest.importorskip("opentimelineio")
    if adapter and adapter not in otio.adapters.available_adapter_names():
        pytest.skip(f"the adapter {adapter} is not installed")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the adapters' own making
        return otio.adapters.read_from_file(str(file), adapter, **asked)


def clips(track: Any) -> list[tuple[str, float, float]]:
    """Return name, start and length in seconds of the clips of a track."""
    return [
        (clip.name, clip.range_in_parent().start_time.to_seconds(), clip.duration().to_seconds())
        for clip in track.find_clips()
    ]


def media(track: Any) -> list[str]:
    return [clip.media_reference.target_url for clip in track.find_clips()]


def markers(document: Any) -> list[tuple[str, float]]:
    return sorted((marker.name, marker.marked_range.start_time.to_seconds()) for marker in document.tracks.markers)


def test_the_timeline_is_read_back_with_all_its_tracks(made: FinishedFilm) -> None:
    out = made.mp4.parent
    document = read(out / "film.otio")
    shots, captions, voice, music = document.tracks
    board = json.loads((out.parent / "storyboard.json").read_text())["shots"]
    assert [name for name, _, _ in clips(shots)] == [shot["id"] for shot in board]
    assert [name for name, _, _ in clips(voice)] == [name for shot in board for name in shot["sentences"]]
    ends = [start + length for _, start, length in clips(shots)]
    assert [start for _, start, _ in clips(shots)] == pytest.approx([0, *ends[:-1]])
    assert ends[-1] == pytest.approx(made.duration_s)
    assert [text for text, _, _ in clips(captions)] == _captions(out / "film.srt")
    for track in (shots, voice, music):
        for (_, _, length), file in zip(clips(track), media(track), strict=True):
            there = probe(out / file)
            assert max(there.duration_s, there.audio_duration_s) >= length - 0.001
    assert len(set(media(shots))) == len(board), "each shot is a file of its own name"
    assert {name for name, _ in markers(document)} >= {"Kettles"}


def _captions(file: Path) -> list[str]:
    return [block.split("\n", 2)[2].rstrip("\n") for block in file.read_text().split("\n\n") if block.strip()]


def test_final_cut_reads_the_same_film(made: FinishedFilm) -> None:
    out = made.mp4.parent
    document, known = read(out / "film.xml", "fcp_xml"), read(out / "film.otio")
    assert document.name == known.name
    kinds = [track.kind for track in document.tracks]
    assert kinds == [track.kind for track in known.tracks] == ["Video", "Video", "Audio", "Audio"]
    for track, other in zip(document.tracks, known.tracks, strict=True):
        assert clips(track) == clips(other)
    assert media(document.tracks[0]) == media(known.tracks[0])
    assert markers(document) == markers(known)


def test_the_timeline_can_be_converted_to_final_cut(made: FinishedFilm) -> None:
    otio = pytest.importorskip("opentimelineio")
    known = read(made.mp4.parent / "film.otio")
    if "fcp_xml" not in otio.adapters.available_adapter_names():
        pytest.skip("the adapter fcp_xml is not installed")
    text = otio.adapters.write_to_string(known, "fcp_xml")
    again = otio.adapters.read_from_string(text, "fcp_xml")
    assert [clips(track) for track in again.tracks] == [clips(track) for track in known.tracks]


def test_the_decision_list_names_every_shot_and_its_file(made: FinishedFilm) -> None:
    out = made.mp4.parent
    text = (out / "film.edl").read_text()
    files = [line.removeprefix("* SOURCE FILE: ") for line in text.splitlines() if line.startswith("* SOURCE FILE: ")]
    assert files == media(read(out / "film.otio").tracks[0])
    assert all((out / file).is_file() for file in files)
    document = read(out / "film.edl", "cmx_3600", rate=30)
    assert [name for name, _, _ in clips(document.tracks[0])] == [Path(file).name for file in files]


def _addresses(node: object) -> list[Path]:
    if isinstance(node, dict):
        own = [Path(node["target_url"])] if node.get("target_url") else []
        return own + [found for each in node.values() for found in _addresses(each)]
    return [found for each in node for found in _addresses(each)] if isinstance(node, list) else []
