"""The article's listings print what it says they print, and its numbers are true."""

import io
import re
import subprocess
import sys
from pathlib import Path

import av
import numpy as np
import pypdfium2
import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
ARTICLE = (EXAMPLES / "article.md").read_text(encoding="utf8")


@pytest.mark.parametrize("code", re.findall(r"```python\n(.+?)```", ARTICLE, re.S), ids=["clock", "transform"])
def test_a_listing_prints_what_its_comment_says(code: str) -> None:
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    assert code.rstrip().endswith(f"# {printed}")


def test_the_data_rates_follow_from_the_formula() -> None:
    rows = re.findall(r"^\| (\d+) × (\d+) \| ([\d.]+) \| ([\d.]+) \|$", ARTICLE, re.M)
    assert len(rows) == 4
    for width, height, full, reduced in rows:
        megabytes = int(width) * int(height) * 3 * 30 / 1e6
        assert (float(full), float(reduced)) == pytest.approx((megabytes, megabytes / 2), abs=0.05)


def test_drop_frame_counts_agree() -> None:
    assert round(30 * 3600 - 3600 * 30_000 / 1_001) == 2 * 54 == 108


def test_motion_compensation_leaves_nearly_nothing(figures) -> None:
    before, after = figures.frame(20), figures.frame(21)
    plain = np.abs(after.astype(int) - before).sum()
    assert np.abs(figures.compensated(before, after)).sum() < 0.15 * plain


def test_the_little_film_shrinks_as_stated(figures) -> None:
    raw = 60 * 320 * 180 * 3
    assert f"{raw:,}" in ARTICLE and "one five-hundredth" in ARTICLE
    assert encoded_size(figures) < raw / 500


def test_the_pdf_is_the_article_and_counts_its_own_pages() -> None:
    with pypdfium2.PdfDocument(EXAMPLES / "article.pdf") as document:
        assert [document.get_page_label(i) for i in range(3)] == ["i", "ii", "1"]
        text = " ".join(" ".join(page.get_textpage().get_text_bounded().split()) for page in document)
    for heading in re.findall(r"^## (?:\d+\. )?(.+)$", ARTICLE, re.M):
        assert heading in text


@pytest.fixture(scope="module")
def figures():
    sys.path.insert(0, str(EXAMPLES))
    try:
        import draw_figures

        yield draw_figures
    finally:
        sys.path.remove(str(EXAMPLES))


def encoded_size(figures) -> int:
    target = io.BytesIO()
    with av.open(target, "w", format="mp4") as film:
        stream = film.add_stream("libx264", rate=30, options={"preset": "medium", "crf": "20"})
        stream.width, stream.height, stream.pix_fmt = figures.WIDTH, figures.HEIGHT, "yuv420p"
        for index in range(60):
            grey = figures.frame(index)
            film.mux(stream.encode(av.VideoFrame.from_ndarray(np.stack([grey] * 3, -1), format="rgb24")))
        film.mux(stream.encode())
    return len(target.getvalue())
