"""Reading PDFs that were written for one question each."""

import gzip
import io
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter

from knowledge.pdfs import IMAGE, Text, paragraph, pdf
from vortex.core.document import Box, Document
from vortex.core.errors import SourceError
from vortex.knowledge.documents import crop_page, read_document, render_page

LINES = (
    "The heap is a tree in which every parent has a value that is not",
    "greater than the values of its children. It is kept in an array, and",
    "the smallest element stands at the front of that array at all times.",
)


@pytest.fixture
def read(tmp_path: Path):
    def read(data: bytes, name: str = "a.pdf") -> Document:
        (tmp_path / name).write_bytes(data)
        return read_document(tmp_path / name, tmp_path / "assets")

    return read


def kinds(document: Document) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in document.blocks]


def test_headings_paragraphs_items_and_code(read):
    page = [
        Text(72, 720, "1 Heaps", 16, "B"),
        *paragraph(72, 690, LINES),
        Text(72, 640, "- push adds an element, and"),
        Text(72, 628, "- pop takes the smallest away."),
        Text(100, 600, "> heappush(h, 3)", 10, "M"),
        Text(100, 588, ">   heappop(h)", 10, "M"),
        Text(72, 560, "1.1 Cost", 13, "B"),
        *paragraph(72, 540, LINES),
    ]
    document = read(pdf([page]))
    assert kinds(document)[:5] == [
        ("heading", "1 Heaps"),
        ("paragraph", " ".join(LINES)),
        ("item", "push adds an element, and"),
        ("item", "pop takes the smallest away."),
        ("code", "> heappush(h, 3)\n>   heappop(h)"),
    ]
    assert [(block.text, block.level) for block in document.blocks if block.kind == "heading"] == [
        ("1 Heaps", 1),
        ("1.1 Cost", 2),
    ]
    assert document.blocks[-1].section == ("1 Heaps", "1.1 Cost")
    assert document.title == "1 Heaps"
    assert document.language == "en"


def test_boxes_are_fractions_from_the_top_left(read):
    box = read(pdf([paragraph(72, 720, LINES)])).blocks[0].box
    assert box.left == pytest.approx(72 / 612, abs=0.002)
    assert box.top == pytest.approx(64 / 792, abs=0.005)
    assert box.bottom == pytest.approx(98.5 / 792, abs=0.005)


def running(number: str, body: list[Text], head: str = "On Heaps") -> list[Text]:
    return [Text(72, 760, head), Text(500, 760, number), *body]


def test_printed_numbers_overrule_a_lying_label_table(read):
    pages = [running(str(17 + n), paragraph(72, 700, [f"Chapter text {n}.", *LINES])) for n in range(6)]
    document = read(pdf(pages, labels="0 << /S /D /St 1 >>"))
    assert [page.label for page in document.pages] == ["17", "18", "19", "20", "21", "22"]
    assert document.warnings == (
        "The file's page labels are wrong on 6 pages: page 1 is labelled '1' but '17' is printed on it; "
        "citations use what is printed.",
    )
    assert "On Heaps" not in " ".join(block.text for block in document.blocks)
    assert {aside.text for aside in document.set_aside} >= {"On Heaps", "19"}


def test_roman_numbers_then_arabic_ones_and_an_unnumbered_opening(read):
    printed = ["iii", "iv", "v", "", "2", "3", "4"]
    pages = [running(label, paragraph(72, 700, LINES)) if label else paragraph(72, 700, LINES) for label in printed]
    labels = [page.label for page in read(pdf(pages)).pages]
    assert labels == ["iii", "iv", "v", "4", "2", "3", "4"]


def test_a_number_in_prose_is_no_label(read):
    pages = [paragraph(72, 760, [f"{1900 + 7 * n} was a year.", *LINES]) for n in range(4)]
    assert [page.label for page in read(pdf(pages)).pages] == ["1", "2", "3", "4"]


def test_columns_are_read_one_after_the_other(read):
    left = [f"left column line number {n} goes on and on" for n in range(12)]
    right = [f"right column line number {n} goes on and on" for n in range(12)]
    rows = [item for pair in zip(paragraph(72, 700, left), paragraph(330, 700, right), strict=True) for item in pair]
    text = " ".join(block.text for block in read(pdf([rows])).blocks)
    assert text == " ".join(left + right)


def test_a_broken_word_is_mended_and_a_compound_kept(read):
    lines = ["The imple-", "mentation is well-tuned. It is a small pro-", "gram for graphs that are well-"]
    lines += ["tuned, and the implementation of the program", "is short; it can be read in one evening."]
    text = read(pdf([paragraph(72, 700, lines)])).blocks[0].text
    assert "The implementation is well-tuned. It is a small program for graphs that are well-tuned," in text


def test_a_sentence_over_two_pages_is_whole_and_cited_where_it_begins(read):
    first = [*LINES, "A second sentence begins on this page and ends"]
    second = ["only on the next one. A third sentence stands there alone.", *LINES]
    document = read(pdf([paragraph(72, 200, first), paragraph(72, 720, second)]))
    assert [block.page for block in document.blocks] == [0, 1]
    assert document.blocks[0].text.endswith("begins on this page and ends only on the next one.")
    assert document.blocks[1].text.startswith("A third sentence")


def test_a_drawing_is_cut_out_with_its_caption(read, tmp_path):
    curve = "1 0 0 RG 2 w 150 450 m 200 600 300 300 400 550 c S 0 0 1 rg 150 450 60 60 re f"
    page = [
        *paragraph(72, 720, LINES),
        curve,
        Text(180, 400, "Figure 3: A curve over a square"),
        *paragraph(72, 360, LINES),
    ]
    figure = next(block for block in read(pdf([page])).blocks if block.kind == "figure")
    assert (figure.name, figure.text) == ("Figure 3", "Figure 3: A curve over a square")
    colours = {colour for _, colour in Image.open(tmp_path / "assets" / figure.image).getcolors(100000)}
    assert {(255, 0, 0), (0, 0, 255)} <= colours


def test_tables_with_and_without_rules(read):
    cells = [["Name", "Cost"], ["push", "log n"], ["pop", "log n"], ["peek", "1"]]
    open_table = [Text(72 + 150 * x, 500 - 14 * y, cell) for y, row in enumerate(cells) for x, cell in enumerate(row)]
    ruled = [Text(76 + 150 * x, 300 - 14 * y, cell) for y, row in enumerate(cells) for x, cell in enumerate(row)]
    rules = [f"72 {312 - 14 * y} 300 0.5 re f" for y in range(5)] + [
        f"{72 + 150 * x} 256 0.5 56 re f" for x in range(3)
    ]
    document = read(pdf([[*paragraph(72, 700, LINES), *open_table, *ruled, " ".join(rules)]]))
    tables = [block.rows for block in document.blocks if block.kind == "table"]
    assert tables == [tuple(map(tuple, cells))] * 2


def test_contents_and_bibliography_are_set_aside(read):
    contents = [Text(72, 700 - 14 * n, f"{n} Part {'. ' * 40} {n * 3}") for n in range(1, 15)]
    body = [paragraph(72, 600, LINES) for _ in range(4)]
    references = [Text(72, 720, "Sources", 14, "B")]
    references += [
        Text(72, 690 - 24 * n, f"[{n}] A. Author. On heaps and trees. Journal of Things, 19{80 + n}.") for n in range(6)
    ]
    document = read(pdf([contents, *body, references]))
    assert {aside.reason for aside in document.set_aside} == {"toc", "bibliography"}
    assert {block.text for block in document.blocks} == {" ".join(LINES)}


def turned(data: bytes, degrees: int) -> bytes:
    writer = PdfWriter(PdfReader(io.BytesIO(data)))
    writer.pages[-1].rotate(degrees)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_landscape_page_reads_like_an_upright_one(read):
    sideways = [f"BT /F 10 Tf 0 1 -1 0 {100 + 12 * row} 72 Tm ({line}) Tj ET" for row, line in enumerate(LINES)]
    document = read(turned(pdf([sideways]), 90))
    assert kinds(document) == [("paragraph", " ".join(LINES))]
    assert (document.pages[0].width_pt, document.pages[0].height_pt) == (792, 612)
    assert document.blocks[0].box.left == pytest.approx(72 / 792, abs=0.002)
    assert document.blocks[0].box.top == pytest.approx(92 / 612, abs=0.005)


def test_text_that_runs_sideways_is_left_out_with_a_warning(read):
    document = read(turned(pdf([paragraph(72, 700, LINES), paragraph(72, 700, LINES)]), 90))
    assert kinds(document) == [("paragraph", " ".join(LINES))]
    assert document.warnings == ("42 words that run sideways on 1 page (2) were left out.",)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (pdf([[], [Text(72, 700, "http://example.org/")]]), r"2 pages, page 1 is empty, page 2 holds one URL"),
        (pdf([[IMAGE], [IMAGE]]), r"scanned: 2 pages, 2 with a picture, 0 words.*OCR"),
        (pdf([paragraph(72, 700, ["$ ls -l"] * 20, 10, "M")]), r"0 words of prose beside 1 x code"),
        (pdf([paragraph(72, 700, LINES)])[:400], r"cut off: 400 bytes without an end mark"),
        (b"Not a PDF at all, only a sentence that a failed download left.", r"named like PDF but holds text"),
        (b"<html><body>404</body></html>", r"named like PDF but holds HTML"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", r"is a PNG picture"),
        (b"", r"is empty"),
    ],
)  # fmt: skip
def test_what_cannot_be_told_says_what_was_seen(read, data, message):
    with pytest.raises(SourceError, match=message):
        read(data)


def test_a_locked_file_says_so(read):
    writer = PdfWriter(PdfReader(io.BytesIO(pdf([paragraph(72, 700, LINES)]))))
    writer.encrypt("secret", algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    with pytest.raises(SourceError, match="locked with a password"):
        read(out.getvalue())


def test_a_packed_pdf_is_the_same_document(read):
    data = pdf([paragraph(72, 700, LINES)])
    assert read(gzip.compress(data), "a.pdf.gz").id == read(data).id


def test_pictures_of_pages_and_parts(tmp_path):
    path = tmp_path / "a.pdf.gz"
    path.write_bytes(gzip.compress(pdf([["0 1 0 rg 0 396 612 396 re f"]])))
    whole = Image.open(io.BytesIO(render_page(path, 0, 306)))
    assert whole.size == (306, 396)
    part = Image.open(io.BytesIO(crop_page(path, 0, Box(0.0, 0.0, 0.5, 0.5), 100)))
    assert part.width == 100
    assert part.getcolors() == [(part.width * part.height, (0, 255, 0))]
    with pytest.raises(SourceError, match="1 pages; there is no page with index 4"):
        render_page(path, 4, 100)
