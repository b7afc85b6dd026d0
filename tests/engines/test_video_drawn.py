import av
import numpy as np
import pytest

from vortex.core.errors import EngineError
from vortex.engines.video.base import Look, TakeRequest
from vortex.engines.video.drawn import DrawnVideo
from vortex.visuals.compositor import Compositor
from vortex.visuals.picture import Format, scene_of
from vortex.visuals.record import read_record
from vortex.visuals.shot import Cue, Shot
from vortex.visuals.timing import ShotTiming, TimedSentence, TimedWord

WORDS = ["A", "heap", "keeps", "its", "smallest", "element", "at", "the", "root"]
TIMING = ShotTiming(
    30, 90, (TimedSentence("s0", 0, 81, tuple(TimedWord(w, 9 * i, 9 * i + 9) for i, w in enumerate(WORDS)), "p. 2"),)
)
PARAMS = {"heading": "Heaps", "items": ["The smallest element is the root", "Every parent is at most its children"]}


def request(tmp_path, **params):
    cue = Cue(sentence="s0", word=4, target="item:0")
    shot = Shot(id="shot-1", kind="points", params={**PARAMS, **params}, sentences=("s0",), cues=(cue,))
    return TakeRequest(shot, TIMING, Look(640, 360), tmp_path)


def test_take_is_playable_and_twice_the_same_bytes(tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    take = DrawnVideo().make(request(tmp_path), first)
    DrawnVideo().make(request(tmp_path), second)
    assert (first / "take.mp4").read_bytes() == (second / "take.mp4").read_bytes()
    assert (first / "layout.json").read_bytes() == (second / "layout.json").read_bytes()
    with av.open(str(take.video)) as container:
        assert sum(1 for _ in container.decode(video=0)) == take.num_frames == 90
    assert 20 < take.distinct_frames < 60


def test_every_decoded_frame_is_the_drawn_one(tmp_path):
    asked = request(tmp_path)
    take = DrawnVideo().make(asked, tmp_path)
    compositor = Compositor(scene_of(asked.shot, asked.timing, Format(640, 360), tmp_path))
    with av.open(str(take.video)) as container:
        for frame in container.decode(video=0):
            compositor.advance()
            difference = np.abs(frame.to_ndarray(format="bgr24").astype(int) - compositor.pixels[:, :, :3])
            assert (difference.max(axis=2) > 90).sum() < 40


def test_record_shows_the_point_on_its_word(tmp_path):
    take = DrawnVideo().make(request(tmp_path), tmp_path)
    record = read_record(take.layout)
    shown = {element.name: element.stretches[0].start for element in record.elements}
    assert 30 <= shown["item:0"] <= 36
    assert {element.role for element, _ in record.visible(60)} >= {"text", "chip"}


def test_a_fault_names_the_shot(tmp_path):
    with pytest.raises(EngineError, match=r"shot .shot-1. \(points\): points.items"):
        DrawnVideo().make(request(tmp_path, items=[]), tmp_path)


def test_progress_may_cancel(tmp_path):
    def stop(_: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        DrawnVideo().make(request(tmp_path), tmp_path, stop)
    assert not (tmp_path / "take.mp4").exists()
