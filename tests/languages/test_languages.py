"""Films in every language: told with phrases of their own, spoken, captioned and checked."""

import re
from pathlib import Path

import pytest

from vortex.core.errors import MissingExtra
from vortex.core.text import sentences
from vortex.knowledge.language import detect_language
from vortex.review.checks.captions import MAX_CHARS, MAX_CPS
from vortex.story.languages.table import LANGUAGES, labels
from vortex.story.translation import shown_texts
from vortex.studio import Studio
from vortex.timeline.captions import MAX_WIDE_COLUMNS, columns
from vortex.visuals.fonts import font_shelf
from vortex.visuals.timing import row_text

SAMPLES = Path(__file__).parent / "samples"
SETTINGS = {"render.height": 240, "render.preset": "ultrafast", "search.embedder": "none"}
ENGLISH = re.compile(r"\b(?:Sources|Script|Definition|Chapter|In short|and)\b")


def text_of(language: str) -> str:
    return (SAMPLES / f"{language}.md").read_text(encoding="utf8")


@pytest.mark.parametrize("language", sorted(path.stem for path in SAMPLES.glob("*.md")))
def test_the_language_of_a_document_is_found(language: str) -> None:
    assert detect_language(text_of(language)) == language


@pytest.mark.parametrize("language", [code for code in LANGUAGES if code != "en"])
def test_a_film_is_planned_in_its_own_language(language: str, tmp_path: Path) -> None:
    plan = Studio(SETTINGS).plan(SAMPLES / f"{language}.md", out=tmp_path / "film", seconds=60)
    script = plan.told.script
    assert (script.language, plan.told.edited) == (language, False)
    assert all(claim.supported for claim in plan.told.claims)
    assert script.scenes[-1].title == LANGUAGES[language].phrases.recap_title
    assert abs(float(plan.timeline.duration.seconds) - (script.promised_s or 60)) < 6
    shown = [text for shot in plan.board.shots for _, text in shown_texts(shot)]
    own = {labels(language).sources, labels(language).definition}
    assert own & set(shown) and not [text for text in shown if ENGLISH.search(text) and text not in own]
    for shot in plan.timeline.shots:
        for caption in shot.timing.captions:
            rows = [row_text(row) for row in caption.lines]
            seconds = (caption.end - caption.start) / plan.timeline.fps
            assert len(rows) <= 2 and max(map(len, rows)) <= MAX_CHARS, rows
            assert len(" ".join(rows)) / seconds <= MAX_CPS + 0.05, rows


@pytest.mark.parametrize("language", ["zh", "ar"])
def test_a_script_with_installed_fonts_makes_a_film(language: str, tmp_path: Path) -> None:
    text = text_of(language)
    try:
        font_shelf().ensure(text)
    except MissingExtra as error:
        pytest.skip(str(error))
    plan = Studio(SETTINGS).plan(SAMPLES / f"{language}.md", out=tmp_path / "film", seconds=25)
    spoken = {each.text for scene in plan.told.script.scenes for each in scene.sentences if each.role == "statement"}
    assert spoken and spoken <= set(sentences(text))
    rows = [row_text(row) for shot in plan.timeline.shots for line in shot.timing.captions for row in line.lines]
    assert all(columns(row) <= (MAX_WIDE_COLUMNS if language == "zh" else MAX_CHARS) for row in rows)
