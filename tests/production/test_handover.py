"""What an editing program is handed: every part of the film, the music too, each in a file that is there."""

import json
from pathlib import Path

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


def _addresses(node: object) -> list[Path]:
    if isinstance(node, dict):
        own = [Path(node["target_url"])] if node.get("target_url") else []
        return own + [found for each in node.values() for found in _addresses(each)]
    return [found for each in node for found in _addresses(each)] if isinstance(node, list) else []
