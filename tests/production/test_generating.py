"""Generated pictures in a real film: made once, named, judged, and openly drawn instead where none comes out."""

import json
from pathlib import Path

import pytest
from PIL import Image

from vortex.core.errors import ConfigError
from vortex.core.events import Event
from vortex.studio import Studio

ARTICLE = Path(__file__).parents[2] / "examples" / "article.md"
SMALL = {"render.height": 240, "render.preset": "ultrafast", "search.embedder": "none", "image.size": 320}
PAINTED = SMALL | {"image.engine": "painting:Hills", "clip.engine": "painting:Sunset"}


def shots_of(folder: Path) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads((folder / "storyboard.json").read_text())["shots"]
    return found


def report_of(folder: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads((folder / "out/report.json").read_text())
    return found


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("film")
    Studio(PAINTED).make(ARTICLE, out=folder, seconds=70)
    return folder


def test_chapters_open_with_a_clip_and_pictures_and_the_gate_passes(film: Path) -> None:
    kinds = [shot["kind"] for shot in shots_of(film)]
    assert kinds.count("clip") == 1
    assert kinds.count("still") >= 1
    assert kinds[0] == "title"
    assert (film / "out/film.mp4").is_file()
    manifest = json.loads((film / "out/manifest.json").read_text())
    generated = [each for each in manifest["made_of"] if each["kind"] == "generated"]
    assert len(generated) == kinds.count("clip") + kinds.count("still")
    assert all(each["sha256"] and "prompt" in each["told"] for each in generated)


def test_a_second_run_makes_no_picture_again(film: Path) -> None:
    events: list[Event] = []
    again = Studio(PAINTED, listen=events.append).make(out=film)
    assert again.shots_made == 0
    assert Studio(PAINTED).plan(out=film).frames_to_make == 0
    assert not [each for each in events if each.kind == "progress" and each.stage == "pictures"]


def test_another_style_makes_the_pictures_again_and_only_them(film: Path) -> None:
    made = Studio(PAINTED | {"image.steps": 9}).make(out=film)
    kinds = [shot["kind"] for shot in shots_of(film)]
    # The clip begins from a picture.
    assert made.shots_made == kinds.count("still") + kinds.count("clip")


def test_a_blank_picture_is_tried_again_and_that_is_told(film: Path) -> None:
    board = json.loads((film / "storyboard.json").read_text())
    still = next(each for each in board["shots"] if each["kind"] == "still")
    still["params"]["negative_prompt"] = "people"
    (film / "storyboard.json").write_text(json.dumps(board))
    made = Studio(PAINTED).make(out=film)
    assert made.shots_made == 1
    notes = " ".join(report_of(film)["notes"])  # type: ignore[arg-type]
    assert "Try 1 with seed 0 was left: it is black" in notes


def test_a_second_shape_has_pictures_of_that_shape(film: Path) -> None:
    upright = Studio(PAINTED).make(out=film, aspect="9:16")
    assert upright.verdict.passed
    sizes = set()
    for file in film.glob("build/**/still-*.png"):
        with Image.open(file) as picture:
            sizes.add(picture.size)
    assert {(320, 176), (240, 320)} <= sizes


def test_what_the_judge_does_not_see_is_drawn(tmp_path: Path) -> None:
    events: list[Event] = []
    flags = PAINTED | {"sight.engine": "painting:Strict", "sight.threshold": 0.99, "image.max_retries": 1}
    Studio(flags | {"clip.shots": 0}, listen=events.append).make(ARTICLE, out=tmp_path, seconds=60)
    warned = [each.message for each in events if each.kind == "warning" and each.stage == "pictures"]
    assert warned and all("Try 2 with seed 1000003 was left: its score is 0." in each for each in warned)


def test_what_no_memory_holds_is_drawn_and_told(tmp_path: Path) -> None:
    events: list[Event] = []
    flags = SMALL | {"image.engine": "painting:Full"}
    film = Studio(flags, listen=events.append).make(ARTICLE, out=tmp_path, seconds=60)
    warned = [each.message for each in events if each.kind == "warning" and each.stage == "pictures"]
    assert warned and all("is drawn as title" in each and "needs 24.0 GB" in each for each in warned)
    assert "still" not in {each["kind"] for each in report_of(tmp_path)["shots"]}  # type: ignore[union-attr, attr-defined]
    assert film.verdict.passed


def test_a_film_with_pictures_is_made_where_nobody_makes_any(film: Path, tmp_path: Path) -> None:
    events: list[Event] = []
    Studio(SMALL | {"image.engine": "", "clip.engine": ""}, listen=events.append).make(out=film)
    assert any("no engine makes one; set image.engine" in each.message for each in events)


def test_a_lora_weight_that_is_no_number_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"image.loras = 'ink:much'"):
        Studio(PAINTED | {"image.loras": "ink:much"}).make(ARTICLE, out=tmp_path, seconds=60)
