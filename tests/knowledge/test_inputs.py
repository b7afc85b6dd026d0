"""Reading the real documents: what a person sees on the page is what comes out."""

from pathlib import Path

import pytest

from vortex.core.document import Document
from vortex.core.errors import SourceError
from vortex.knowledge.documents import read_document
from vortex.knowledge.passages import make_passages


@pytest.fixture(scope="module")
def manual(inputs: Path, tmp_path_factory: pytest.TempPathFactory) -> Document:
    return read_document(inputs / "R-intro.pdf", tmp_path_factory.mktemp("assets"))


@pytest.fixture(scope="module")
def guide(inputs: Path, tmp_path_factory: pytest.TempPathFactory) -> Document:
    return read_document(inputs / "dotguide.pdf.gz", tmp_path_factory.mktemp("assets"))


def test_printed_labels(manual, guide):
    labels = [page.label for page in manual.pages]
    assert labels[2:6] == ["i", "ii", "iii", "iv"]
    assert labels[6:] == [str(n) for n in range(1, 108)]
    assert [page.label for page in guide.pages] == [str(n) for n in range(1, 41)]


def test_headings(manual):
    assert manual.title == "An Introduction to R"
    headings = {block.text: block for block in manual.blocks if block.kind == "heading"}
    assert headings["10.7 Scope"].level == 2
    assert headings["10.7 Scope"].section == ("10 Writing your own functions",)
    assert headings["6.3.2 attach() and detach()"].section == ("6 Lists and data frames", "6.3 Data frames")
    assert headings["10.7 Scope"].page == 54


def test_prose_is_clean(manual):
    text = "\n".join(block.text for block in manual.blocks if block.kind in ("paragraph", "item"))
    assert "There are about 25 packages supplied with R" in text
    assert "Now d and z are the same. There is a large collection of functions" in text
    assert not any(mark in text for mark in ("\u00ad", "\x02", "\ufffe", "ﬁ", "• ", ". . . . .", "> x <- "))
    assert "Chapter 3: Objects" not in text


def test_code_keeps_its_indents(manual):
    code = next(block.text for block in manual.blocks if block.kind == "code" and "twosam <- function" in block.text)
    assert code.splitlines()[:2] == ["> twosam <- function(y1, y2) {", "    n1  <- length(y1); n2  <- length(y2)"]


def test_what_is_set_aside(manual):
    reasons = {(aside.reason, aside.page) for aside in manual.set_aside if aside.reason != "header"}
    assert reasons == {("toc", n) for n in range(2, 6)} | {("index", n) for n in range(107, 112)} | {
        ("bibliography", 112)
    }


def test_figures_have_their_names(guide):
    names = [block.name for block in guide.blocks if block.kind == "figure" and block.name]
    assert names == [f"Figure {n}" for n in (2, 4, 6, 8, 10, 12, 14, 16, 18, 19, 21, 22)]
    listings = [block.name for block in guide.blocks if block.kind == "code" and block.name]
    assert listings == [f"Figure {n}" for n in (1, 3, 5, 7, 9, 11, 13, 15, 17, 20)]


def test_a_sentence_is_whole_across_a_page_of_figures(guide):
    block = next(block for block in guide.blocks if "line 2 sets the graph’s size to 4,4 (in inches)." in block.text)
    assert guide.pages[block.page].label == "2"


def test_ruled_tables_have_their_cells(guide):
    table = next(block for block in guide.blocks if block.kind == "table")
    assert table.rows[:3] == (
        ("Name", "Default", "Values"),
        ("color", "black", "node shape color"),
        ("colorscheme", "X11", "scheme for interpreting color names"),
    )


def test_passages_have_bounds_and_places(manual):
    kept = make_passages(manual).kept
    assert max(passage.end_word - passage.start_word for passage in kept) <= 220
    scope = next(passage for passage in kept if "Lexical scope can also be used" in passage.text)
    assert scope.section[-1] == "10.7 Scope"
    assert scope.labels == tuple(manual.pages[page].label for page in scope.pages)


def test_the_empty_manual_is_refused(inputs, tmp_path):
    with pytest.raises(SourceError, match="2 pages, page 1 is empty, page 2 holds one URL"):
        read_document(inputs / "adversarial-empty.pdf", tmp_path)


def test_web_pages_lose_their_chrome(inputs, tmp_path):
    planner = read_document(inputs / "sqlite-queryplanner.html", tmp_path)
    assert planner.blocks[0].text == "Overview"
    assert planner.title == "Query Planning"
    figures = [block for block in planner.blocks if block.kind == "figure"]
    assert [block.name for block in figures][:3] == ["Figure 1", "Figure 2", "Figure 3"]
    assert all((tmp_path / block.image).is_file() for block in figures)
    heapq = read_document(inputs / "python-heapq.html", tmp_path)
    text = " ".join(block.text for block in heapq.blocks)
    assert not any(chrome in text for chrome in ("Navigation", "Report a Bug", "Previous topic", "¶", "Created using"))
    assert text.startswith("heapq — Heap queue algorithm")


def test_the_constitution_has_its_articles(inputs, tmp_path):
    document = read_document(inputs / "us-constitution.gz", tmp_path)
    senate = next(block for block in document.blocks if "composed of two Senators" in block.text)
    assert senate.section == ("Article I", "Section 3")
    habeas = next(block for block in document.blocks if "Writ of Habeas Corpus" in block.text)
    assert habeas.section == ("Article I", "Section 9")
    assert document.language == "en"


def test_the_example_article(article, tmp_path):
    document = read_document(article, tmp_path)
    text = "\n".join(block.text for block in document.blocks)
    assert "more than three and a half seconds of speech. A rational number" in text
    assert "Broadcasters correct the clock" in [
        block.text[:30] for block in document.blocks if block.kind == "footnote"
    ]
    assert "In November 1988, the standard H.261" in text
    tables = {block.name: block.rows for block in document.blocks if block.kind == "table"}
    assert tables["Table 1"][:2] == (("Picture", "Three full colours", "Reduced colour"), ("640 × 480", "27.6", "13.8"))
    assert tables["Table 2"][2] == ("P-frame", "earlier frames", "medium", "steady motion")
    code = [block.text for block in document.blocks if block.kind == "code"]
    assert "def start_of(frame, rate=Fraction(30_000, 1_001)):\n    return frame / rate" in code[0]
    assert [block.name for block in document.blocks if block.kind == "figure"] == [f"Figure {n}" for n in (1, 2, 3, 4)]
    assert "𝑟" not in text and "\ud835" not in text
