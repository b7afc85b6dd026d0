"""Generated pictures and clips in a shot: named, not bent, still legible, and refused where they were not made."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from visuals.shots import STORY, assert_legible, element, pictures, scene
from vortex.core.errors import EngineError, MediaError
from vortex.media.encode import VideoWriter
from vortex.visuals.picture import Format
from vortex.visuals.record import record

WIDE, TALL = Format(1280, 720), Format(720, 1280)
STILL = {"prompt": "a lake", "heading": "Heaps in general", "label": "AI", "image": "lake.png"}
CLIP = {"prompt": "a lake", "heading": "Heaps in general", "label": "AI", "video": "lake.mp4"}


@pytest.fixture(scope="module")
def assets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a picture, red, blue in its middle half, green; and a clip of 8 frames, each brighter."""
    folder = tmp_path_factory.mktemp("assets")
    sides = np.zeros((144, 256, 3), np.uint8)
    sides[:, :64, 0], sides[:, 64:192, 2], sides[:, 192:, 1] = 200, 200, 200
    Image.fromarray(sides).save(folder / "lake.png")
    with VideoWriter(folder / "lake.mp4", 128, 64, 8, "faster", 12) as writer:
        for number in range(8):
            writer.update(np.full((64, 128, 4), 20 + 25 * number, np.uint8), [(0, 0, 128, 64)])
            writer.write()
    return folder


def middle_of(made: object, frame: np.ndarray) -> np.ndarray:
    """Return the middle of the picture in a frame, (height, width, 3), BGR."""
    (place,) = element(made, "picture").damage(None)  # type: ignore[arg-type]
    left, top, width, height = (round(each) for each in (place.x, place.y, place.width, place.height))
    return frame[top + height // 4 : top + 3 * height // 4, left : left + width, :3]


@pytest.mark.parametrize("format", [WIDE, TALL])
@pytest.mark.parametrize(("kind", "params", "aspect"), [("still", STILL, 16 / 9), ("clip", CLIP, 2.0)])
def test_the_picture_keeps_its_shape_and_its_words_can_be_read(
    kind: str, params: dict[str, str], aspect: float, format: Format, assets: Path
) -> None:
    made = scene(kind, params, STORY, format, assets)
    (place,) = element(made, "picture").damage(None)  # type: ignore[arg-type]
    assert place.width / place.height == pytest.approx(aspect, rel=0.01)
    assert {"AI", "Heaps in general"} <= {each.text for each in record(made).elements}
    assert_legible(made)


def test_a_still_comes_nearer_around_its_middle(assets: Path) -> None:
    made = scene("still", STILL, STORY, WIDE, assets)
    edges = []
    for frame in pictures(made, 0, 150):
        shown = middle_of(made, frame).astype(int)
        assert shown[:, 0, 2].min() > 190 > shown[:, 0, 1].max(), "red at the left edge, as given"
        assert shown[:, -1, 1].min() > 190 > shown[:, -1, 2].max(), "green at the right edge"
        blue = np.flatnonzero(shown[shown.shape[0] // 2, :, 0] > 100)
        edges.append((blue[0] / shown.shape[1], blue[-1] / shown.shape[1]))
    (left, right), (later_left, later_right) = edges
    assert (left, right) == pytest.approx((0.25, 0.75), abs=0.005)
    assert later_left < left - 0.003 and later_right > right + 0.003
    assert later_left + later_right == pytest.approx(1, abs=0.005)


def test_a_clip_plays_at_its_own_pace_and_its_last_frame_stays(assets: Path) -> None:
    made = scene("clip", CLIP, STORY, WIDE, assets)
    light = [float(middle_of(made, each).mean()) for each in pictures(made, 0, 15, 26, 30, 60)]
    assert light[0] == pytest.approx(20, abs=6) and light[0] < light[1] - 40 and light[1] < light[2] - 40
    assert light[3:] == pytest.approx([195, 195], abs=6)


def test_what_was_not_made_is_refused(assets: Path) -> None:
    for kind, params, key in (("still", STILL, "image"), ("clip", CLIP, "video")):
        with pytest.raises(EngineError, match=rf"{kind} 'a lake': .* not made; run: vortex render"):
            scene(kind, {**params, key: ""}, STORY, WIDE, assets)
    with pytest.raises(MediaError, match=r"gone\.mp4: there is no such video"):
        scene("clip", {**CLIP, "video": "gone.mp4"}, STORY, WIDE, assets)
