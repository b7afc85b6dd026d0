import pytest

from review.films import BOXES, INK, PAPER, record, shot
from vortex.review.checks import layout
from vortex.review.records import Element, FilmRecord, Picture, pictures_of
from vortex.visuals.record import RecordedElement, Stretch


def text(name: str, box: tuple[float, float, float, float], **more: object) -> Element:
    return Element(name, "text", "words", *box, type_px=26.0, ink=INK, paper=PAPER, **more)  # type: ignore[arg-type]


def test_half_of_one_text_on_another() -> None:
    score, pair = layout.overlap_score([text("one", (0, 0, 101, 20)), text("two", (50, 0, 151, 20))])
    assert score == pytest.approx(1 - 50 * 19 / (2 * 101 * 20), abs=0.001)
    assert pair == "one and two"


@pytest.mark.parametrize(
    "other",
    [
        Element("panel", "decoration", "", 0, 0, 400, 400),
        Element("one/mark", "text", "o", 0, 0, 50, 20),
        text("faint", (0, 0, 101, 20), opacity=0.1),
        text("beside", (101, 0, 202, 20)),
    ],
)
def test_what_may_meet_a_text(other: Element) -> None:
    assert layout.overlap_score([text("one", (0, 0, 101, 20)), other])[0] == 1.0


def test_figure_and_texts_of_one_element_may_not() -> None:
    one = text("one#0", (0, 0, 101, 20))
    assert layout.overlap_score([one, Element("figure", "figure", "", 0, 10, 400, 400)])[0] < 0.6
    assert layout.overlap_score([one, text("one#1", (0, 10, 101, 30))])[0] < 0.99


def test_a_single_bad_frame_is_the_worst() -> None:
    good, bad = (text("one", BOXES[0]),), (text("one", BOXES[0]), text("two", BOXES[0]))
    found = layout.overlap([Picture("s", 0, 50, good), Picture("s", 50, 51, bad), Picture("s", 51, 100, good)], 25)
    assert not found.passed and found.where[0].startswith("0:02.0 s: one and two")


@pytest.mark.parametrize(
    ("ink", "paper", "ratio"), [("#000000", "#ffffff", 21), ("#777777", "#ffffff", 4.48), ("#ff0000", "#ff0000", 1)]
)
def test_contrast_ratio(ink: str, paper: str, ratio: float) -> None:
    assert layout.contrast_ratio(ink, paper) == pytest.approx(ratio, abs=0.01)


def test_text_in_the_middle_of_its_fade_is_not_judged_by_contrast() -> None:
    faint = Element("one", "text", "words", *BOXES[0], 0.5, 26.0, "#dddddd", PAPER)
    assert layout.contrast([Picture("s", 0, 9, (faint, text("two", BOXES[1])))], 25).passed  # type: ignore[union-attr]


def test_pictures_are_the_stretches_of_all_elements_laid_over_each_other() -> None:
    moving = RecordedElement("two", "text", "b", "", tuple(Stretch(n, n + 1, BOXES[1]) for n in range(10, 20)))
    still = RecordedElement("one", "text", "a", "", (Stretch(5, 200, BOXES[0]),))
    pictures = list(pictures_of(record((still, moving)), "s", first=1000))
    assert [(p.start, p.end) for p in pictures] == [
        (1000, 1005), (1005, 1010), *((n, n + 1) for n in range(1010, 1020)), (1020, 1200),
    ]  # fmt: skip
    assert [len(p.elements) for p in pictures] == [0, 1, *[2] * 10, 1]


def test_no_record_is_no_pass() -> None:
    outcomes = layout.check(FilmRecord((), (), (), ("clip",), ()), 480, 270, 25)
    assert all(not outcome.excused for outcome in outcomes)  # type: ignore[union-attr]
    assert shot(None).layout is None
