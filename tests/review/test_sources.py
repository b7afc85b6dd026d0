"""Real documents, read again; the expected pages and labels were read off the documents by eye."""

import gzip
import hashlib
import zipfile
from pathlib import Path

import pytest

from review.films import source_of
from vortex.core.claim import Claim
from vortex.core.errors import SourceError
from vortex.review.evidence import Evidence, examine
from vortex.review.film import SourceFile
from vortex.review.sources import OpenSource, _unmarked

QUOTE = "R is an integrated suite of software facilities for data manipulation, calculation and graphical display."


def evidence(path: Path, quote: str, page: int, label: str = "") -> Evidence:
    source = source_of(path)
    claim = Claim("s1", quote, "statement", source.id, path.name, page=page, label=label, quote=quote)
    return examine((claim,), (source,))[0]


def test_quote_on_its_page_with_its_printed_label(inputs: Path) -> None:
    seen = evidence(inputs / "R-intro.pdf", QUOTE, 7)
    assert (seen.quoted, seen.printed, seen.labels, seen.same_file) == (True, "2", ("2",), True)


def test_quote_on_another_page_is_found_there(inputs: Path) -> None:
    seen = evidence(inputs / "R-intro.pdf", QUOTE, 9)
    assert (seen.quoted, seen.found_on, seen.printed) == (False, (7,), "4")


def test_one_altered_word_or_number_is_no_quote(inputs: Path) -> None:
    assert not evidence(inputs / "R-intro.pdf", QUOTE.replace("integrated", "integral"), 7).quoted
    about = "such matrices is singular"
    with OpenSource(source_of(inputs / "R-intro.pdf")) as source:
        assert source.holds(f"about 1 in 20 {about}", 28)
        assert not source.holds(f"about 1 in 30 {about}", 28)


@pytest.mark.parametrize(
    ("name", "page", "printed"),
    [("R-intro.pdf", 2, "i"), ("R-intro.pdf", 5, "iv"), ("R-intro.pdf", 6, "1"), ("R-intro.pdf", 112, "107"),
     ("dotguide.pdf.gz", 39, "40"), ("dotguide.pdf.gz", 1, "2")],
)  # fmt: skip
def test_printed_labels(inputs: Path, name: str, page: int, printed: str) -> None:
    with OpenSource(source_of(inputs / name)) as source:
        assert source.printed(page) == printed


def test_page_that_prints_nothing_is_called_by_its_place(inputs: Path) -> None:
    with OpenSource(source_of(inputs / "R-intro.pdf")) as source:
        assert source.printed(0) == ""
        assert "1" in source.labels(0) and "19" not in source.labels(0)


def test_quote_that_runs_over_the_page_break(inputs: Path) -> None:
    quote = "However there are situations where logical vectors and their coerced numeric counterparts"
    with OpenSource(source_of(inputs / "R-intro.pdf")) as source:
        assert source.holds(quote, 15)
        assert not source.holds(quote, 14) and not source.holds(quote, 16)
        assert not source.holds(quote.replace("logical", "illogical"), 15)


def test_page_outside_the_file_is_a_problem(inputs: Path) -> None:
    assert "113 pages" in evidence(inputs / "R-intro.pdf", QUOTE, 113).problem


def test_pageless_sources(inputs: Path, tmp_path: Path) -> None:
    law = evidence(inputs / "us-constitution.gz", "We the People of the United States, in Order to form", -1)
    assert law.quoted and law.same_file and law.labels == ("",)
    assert evidence(inputs / "python-heapq.html", "Heaps are binary trees for which every parent node", -1).quoted
    notes = tmp_path / "notes.md"
    notes.write_text("A *heap* is a [binary tree](https://example.org/tree) of **order**.")
    assert evidence(notes, "A heap is a binary tree of order.", -1).quoted


def test_epub_and_word_files_are_read_as_zips(tmp_path: Path) -> None:
    book = tmp_path / "book.epub"
    with zipfile.ZipFile(book, "w") as archive:
        archive.writestr("OEBPS/one.xhtml", "<html><body><p>It was the best of <b>times</b>.</p></body></html>")
    assert evidence(book, "It was the best of times.", -1).quoted
    assert not evidence(book, "It was the worst of times.", -1).quoted


@pytest.mark.parametrize("name", ["gone.pdf", "broken.pdf", "broken.epub"])
def test_source_that_cannot_be_opened_is_a_problem_for_its_claims(name: str, tmp_path: Path) -> None:
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.4 nothing")
    (tmp_path / "broken.epub").write_bytes(b"PK\x03\x04 nothing")
    claim = Claim("s1", "x", "statement", "0" * 16, name, page=0, quote="x")
    assert name in examine((claim,), (SourceFile("0" * 16, tmp_path / name),))[0].problem
    with pytest.raises(SourceError):
        OpenSource(SourceFile("", tmp_path / name))


def test_damaged_gzip_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "cut.gz").write_bytes(gzip.compress(b"words " * 99)[:30])
    with pytest.raises(SourceError, match=r"cut\.gz"):
        OpenSource(SourceFile("", tmp_path / "cut.gz"))


def test_roman_front_matter_of_our_own_article(article: Path) -> None:
    with OpenSource(source_of(article)) as source:
        assert [source.printed(page) for page in range(source.num_pages)] == ["i", "ii", "1", "2", "3", "4", "5", "6"]


def test_a_packed_source_is_known_by_its_unpacked_bytes(tmp_path: Path) -> None:
    text = b"The quick brown fox jumps over the lazy dog, and nobody minds at all."
    packed = tmp_path / "text.txt.gz"
    packed.write_bytes(gzip.compress(text))
    with OpenSource(SourceFile(hashlib.sha256(text).hexdigest()[:16], packed)) as source:
        assert source.same


def test_a_quote_goes_on_past_the_mark_of_a_footnote(inputs: Path) -> None:
    quote = "using other tools, such as file editors or Perl to fit in with the requirements of R."
    with OpenSource(source_of(inputs / "R-intro.pdf")) as source:
        assert source.holds(quote, 38)
        assert not source.holds(quote.replace("Perl", "Perl 5"), 38)


def test_a_figure_that_calls_no_footnote_belongs_to_its_word(tmp_path: Path) -> None:
    page = "The index Idx3 contains all of it, says Perl1 at length.\n1 Under UNIX there are others."
    assert _unmarked(page) == page.replace("Perl1", "Perl")
    notes = tmp_path / "notes.txt"
    notes.write_text("The index Idx3 contains all of the same information.")
    with OpenSource(source_of(notes)) as source:
        assert source.holds("The index Idx3 contains all of the same information.", 0)
        assert not source.holds("The index Idx contains all of the same information.", 0)
