import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from PIL import Image

from review.films import under_review
from vortex.core.claim import Check, Claim
from vortex.core.document import Box
from vortex.review.film import Exhibits, FilmUnderReview, PagePicture, Part
from vortex.review.ground import _visible
from vortex.review.pages import Excerpt, excerpts
from vortex.review.report import write_report
from vortex.review.verdict import Finding, Skip, Verdict

VERDICT = Verdict(
    (
        Finding("loudness", False, "-20 LUFS", "-14 ± 1 LUFS", "Too <quiet>.", ("0:01.0",), subject="sound"),
        Finding("overlap", True, "1.000", "≥ 0.99", subject="layout"),
        Finding("reading ease", True, "60", "", gating=False, subject="readability"),
    ),
    (Skip("length", "no length was asked for", True, "picture"), Skip("contrast", "no record", False, "layout")),
)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> FilmUnderReview:
    return under_review(tmp_path_factory.mktemp("film"))


@pytest.fixture
def exhibits(film: FilmUnderReview, tmp_path: Path) -> Exhibits:
    image = tmp_path / "page.png"
    Image.new("L", (60, 80), 255).save(image)
    return Exhibits(
        (PagePicture(film.sources[0].id, -1, image),),
        contact_sheet=image,
        poster=image,
        parts=(Part("voice", "espeak-ng <1.52>", "embedded"),),
        warnings=("The voice <Maria> is not installed.",),
        notes=("Chapter 7 was left out.",),
        brief=(("Asked for", "8 seconds"),),
    )


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.addresses: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("meta", "img", "track"):
            self.open.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href", "poster")]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def page_of(verdict: Verdict, film: FilmUnderReview, folder: Path, exhibits: Exhibits | None = None) -> Tags:
    tags = Tags()
    tags.feed(write_report(verdict, film, folder, exhibits).read_text())
    assert not tags.open
    return tags


def test_page_stands_alone_beside_its_film(film: FilmUnderReview, exhibits: Exhibits) -> None:
    tags = page_of(VERDICT, film, film.mp4.parent, exhibits)
    assert all(re.match(r"#|data:|film\.mp4$", address) for address in tags.addresses)
    assert "url(http" not in (film.mp4.parent / "report.html").read_text()


def test_page_says_what_failed_what_was_not_seen_and_what_was_said(film: FilmUnderReview, exhibits: Exhibits) -> None:
    text = page_of(VERDICT, film, film.mp4.parent, exhibits).text
    for said in (
        "Refused",
        "1 of 2",
        "-20 LUFS",
        "Too <quiet>.",
        "no record",
        "<Maria>",
        "espeak-ng <1.52>",
        "8 seconds",
    ):
        assert said in text
    assert film.claims[1].text in text and film.claims[1].quote in text


def test_page_without_exhibits_is_whole_too(film: FilmUnderReview, tmp_path: Path) -> None:
    passed = Verdict(VERDICT.findings[1:])
    tags = page_of(passed, replace(film, claims=(), sources=(), sentences=(), shots=()), tmp_path)
    assert "Passed" in tags.text and "no source" in tags.text


def test_equal_verdicts_give_equal_bytes(film: FilmUnderReview, exhibits: Exhibits, tmp_path: Path) -> None:
    first = write_report(VERDICT, film, tmp_path, exhibits).read_bytes()
    assert write_report(VERDICT, film, tmp_path, exhibits).read_bytes() == first


def test_markup_in_the_film_stays_text(film: FilmUnderReview, tmp_path: Path) -> None:
    evil = "<script>alert(1)</script>$title"
    claim = Claim("s1", evil, "statement", "d", "a.pdf", quote=evil + "!", checks=(Check(evil, False, evil),))
    spoiled = replace(film, title=evil, claims=(claim,))
    assert page_of(VERDICT, spoiled, tmp_path).text.count("alert(1)") >= 5
    assert (tmp_path / "report.html").read_text().count("<script>") == 1


def test_json_has_the_schema_that_machines_rely_on(film: FilmUnderReview, exhibits: Exhibits) -> None:
    write_report(VERDICT, film, film.mp4.parent, exhibits)
    report = json.loads((film.mp4.parent / "report.json").read_text())
    assert (report["schema"], report["version"]) == ("vortex.report", 1)
    assert set(report) == {
        "schema", "version", "title", "language", "film", "passed", "summary", "findings", "skipped", "claims",
        "sources", "made_of", "parts", "shots", "brief", "warnings", "notes",
    }  # fmt: skip
    assert report["film"] == "film.mp4" and report["passed"] is False
    assert [finding["check"] for finding in report["findings"]] == ["loudness", "overlap", "reading ease"]
    assert report["claims"][1] | {"start_s": 4.0, "supported": True, "label": ""} == report["claims"][1]


def test_strip_shows_the_quote_and_stays_on_the_page() -> None:
    assert _visible(()) == Box(0, 0, 1, 1)
    for box in (Box(0.2, 0.5, 0.6, 0.52), Box(0.01, 0.0, 0.99, 0.01), Box(0.3, 0.97, 0.4, 1.0)):
        seen = _visible((box,))
        assert 0 <= seen.left <= box.left and 0 <= seen.top <= box.top
        assert box.right <= seen.right <= 1 and box.bottom <= seen.bottom <= 1
        assert seen.right - seen.left >= 0.8


def test_quote_without_a_page_is_shown_among_its_words(film: FilmUnderReview, tmp_path: Path) -> None:
    found = excerpts(film.claims, film.sources)
    assert found["s2"] == Excerpt("# Heaps A heap keeps its smallest item on top. ", film.claims[1].quote, "")
    page = write_report(VERDICT, film, tmp_path).read_text()
    assert f"on top. <mark>{film.claims[1].quote}</mark>" in page
    lost = (replace(film.sources[0], path=tmp_path / "gone.md"),)
    assert excerpts(film.claims, lost) == {}


def test_a_claim_that_could_be_checked_in_part_only_says_what_was_not(
    film: FilmUnderReview, exhibits: Exhibits, tmp_path: Path
) -> None:
    check = Check("overlap", True, "the sentence is in 'de', its quote in 'en'", applied=False)
    translated = Claim("s1", "Worte.", "statement", quote="Words.", checks=(check,))
    page = write_report(VERDICT, replace(film, claims=(translated,)), tmp_path, exhibits).read_text()
    assert "Supported in part" in page
    assert "not checked, the sentence is in" in page
