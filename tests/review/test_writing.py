"""The detector of text against what was drawn, in fonts and colours of films; the figures are bars, not hopes."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from vortex.review.checks import pixels
from vortex.review.text_lines import find_lines, shared_area
from vortex.review.verdict import Skip
from vortex.review.writing import EVERY_S, Writing, watch

FONTS = sorted((Path(__file__).parents[2] / "src/vortex/visuals/fonts").glob("[IJN]*Regular.?tf"))[:4]
PAPERS = (("#fbfaf7", "#1d2230"), ("#12151d", "#e8eaf0"), ("#f3ead7", "#2f5bb7"), ("#0b6b4f", "#ffffff"))
TEXT = "the quick brown fox jumps over a lazy dog while seven heaps keep their smallest item on top"
WORDS = TEXT.split()


def page(paper: str = PAPERS[0][0], size: tuple[int, int] = (1280, 720)) -> Image.Image:
    return Image.new("RGB", size, paper)


def write(on: Image.Image, place: tuple[int, int], text: str, type_px: float, ink: str, font: int = 0) -> None:
    ImageDraw.Draw(on).text(place, text, fill=ink, font=ImageFont.truetype(FONTS[font % len(FONTS)], type_px))


def noisy(picture: Image.Image, seed: int) -> np.ndarray:
    """As an encoder leaves it."""
    grain = np.random.default_rng(seed).integers(-3, 4, (picture.height, picture.width, 1))
    return np.clip(np.asarray(picture).astype(int) + grain, 0, 255).astype(np.uint8)


def watched(*pictures: Image.Image) -> Writing:
    return watch((n * EVERY_S, noisy(picture, n)) for n, picture in enumerate(pictures))


def test_lines_are_found_where_they_were_written() -> None:
    random, hits, wanted, found, false = np.random.default_rng(2), 0, 0, 0, 0
    for n in range(24):
        paper, ink = PAPERS[n % len(PAPERS)]
        picture, boxes = page(paper), []
        for row in range(6):
            type_px, text = float(random.integers(17, 48)), " ".join(random.choice(WORDS, 4))
            place = (int(random.integers(60, 200)), 60 + 100 * row)
            write(picture, place, text, type_px, ink, n)
            boxes.append(
                ImageDraw.Draw(picture).textbbox(place, text, ImageFont.truetype(FONTS[n % len(FONTS)], type_px))
            )
        ImageDraw.Draw(picture).rectangle((900, 100, 1200, 600), outline=ink, width=3)
        ImageDraw.Draw(picture).line((950, 500, 1150, 200), fill=ink, width=4)
        lines = find_lines(np.asarray(picture.convert("L")))
        covered = [sum(shared_area(line.box, tuple(map(int, box))) for line in lines) for box in boxes]
        hits += sum(
            area > 0.6 * (box[2] - box[0]) * (box[3] - box[1]) for area, box in zip(covered, boxes, strict=True)
        )
        wanted, found = wanted + len(boxes), found + len(lines)
        false += sum(not any(shared_area(line.box, tuple(map(int, box))) for box in boxes) for line in lines)
    assert hits / wanted >= 0.98
    assert false / found <= 0.02


@pytest.mark.parametrize("type_px", [16, 24, 40, 90])
@pytest.mark.parametrize("font", range(2))
def test_type_size_is_told_within_a_fifth(type_px: int, font: int) -> None:
    picture = page()
    write(picture, (80, 300), "A heap keeps its place", type_px, "#1d2230", font)
    (line,) = find_lines(np.asarray(picture.convert("L")))
    assert line.type_px == pytest.approx(type_px, rel=0.2)


def test_bars_dashes_frames_and_fields_are_no_text() -> None:
    picture = page()
    pen = ImageDraw.Draw(picture)
    for n in range(12):
        pen.rectangle((100 + 60 * n, 600 - 30 * n, 140 + 60 * n, 600), fill="#2f5bb7")
        pen.rectangle((100 + 40 * n, 640, 120 + 40 * n, 644), fill="#1d2230")
        pen.rectangle((100 + 90 * n, 60, 170 + 90 * n, 130), outline="#1d2230", width=2)
    assert not find_lines(np.asarray(picture.convert("L")))


@pytest.mark.parametrize(("paper", "ink", "ratio"), [
    ("#ffffff", "#000000", 21.0), ("#ffffff", "#767676", 4.54), ("#12151d", "#e8eaf0", 15.2),
    ("#ffffff", "#b4b4b4", 2.07),
])  # fmt: skip
def test_contrast_on_pixels_is_that_of_the_colours(paper: str, ink: str, ratio: float) -> None:
    picture = page(paper)
    write(picture, (80, 300), "A heap keeps its place", 32, ink)
    (line,) = watched(picture, picture).lines
    assert line.ratio == pytest.approx(ratio, rel=0.1)


def test_type_on_a_photograph_is_as_clear_as_on_its_worst_part() -> None:
    picture = page("#000000")
    ramp = np.linspace(0, 235, 1280).astype(np.uint8)
    picture = Image.fromarray(np.repeat(np.tile(ramp, (720, 1))[..., None], 3, axis=2))
    write(picture, (600, 300), "A heap keeps its smallest item", 32, "#ffffff")
    assert min(line.ratio for line in watched(picture, picture).lines) < 3


def test_text_is_followed_while_it_rests() -> None:
    empty, one = page(), page()
    write(one, (80, 300), "A heap keeps its place", 32, "#1d2230")
    (line,) = watched(empty, one, one, one, empty, empty).lines
    assert (line.start_s, line.end_s) == (0.5, 2.0)


def test_text_that_comes_on_text_is_found_and_text_beside_it_is_not() -> None:
    random, found, false = np.random.default_rng(5), 0, 0
    for n in range(20):
        paper, ink = PAPERS[n % len(PAPERS)]
        before = page(paper)
        texts = [" ".join(random.choice(WORDS, 4)) for _ in range(3)]
        write(before, (60, 200), texts[0], 36, ink, n)
        over, beside = before.copy(), before.copy()
        write(over, (60 + int(random.integers(0, 60)), 200 + int(random.integers(0, 20))), texts[1], 36, ink, n)
        write(beside, (60, 256), texts[2], 36, ink, n)
        found += not pixels.on_text(watched(before, before, *[over] * 4)).passed
        false += not pixels.on_text(watched(before, before, *[beside] * 4)).passed
    assert found >= 16 and false == 0


def test_a_cross_fade_between_two_texts_is_no_collision() -> None:
    one, other = page(), page()
    write(one, (60, 200), "A heap keeps its place", 36, "#1d2230")
    write(other, (60, 206), "Now something else", 36, "#1d2230")
    between = Image.blend(one, other, 0.5)
    assert pixels.on_text(watched(one, one, between, other, other, other)).passed


def test_small_type_is_told_by_its_share_of_the_text() -> None:
    small, mixed = page(), page()
    for row in range(3):
        write(small, (80, 100 + 60 * row), "These words are far too small", 11, "#1d2230")
        write(mixed, (80, 100 + 90 * row), "These words are large enough", 40, "#1d2230")
    write(mixed, (80, 500), "and these are far too small", 11, "#1d2230")
    refused, told = (pixels.large([*watched(each, each, each).lines]) for each in (small, mixed))
    assert (refused.passed, refused.gating) == (False, True)
    assert (told.passed, told.gating) == (False, False)


def test_a_film_without_text_is_excused() -> None:
    outcomes = pixels.check(watched(page(), page()))
    assert all(isinstance(outcome, Skip) and outcome.excused for outcome in outcomes)
