"""Reading sources without fixed pages: HTML, Markdown, text, EPUB and DOCX."""

import base64
import gzip
import io
import sys
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from vortex.core.document import Document
from vortex.core.errors import MissingExtra, SourceError
from vortex.knowledge.documents import read_document

PROSE = (
    "The heap is a tree in which every parent has a value that is not greater than the values of its children, "
    "and it is kept in an array."
)


@pytest.fixture
def read(tmp_path: Path):
    def read(data: str | bytes, name: str) -> Document:
        (tmp_path / name).write_bytes(data.encode() if isinstance(data, str) else data)
        return read_document(tmp_path / name, tmp_path / "assets")

    return read


def seen(document: Document) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in document.blocks]


def png(size: int = 64, colour: str = "red") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (size, size), colour).save(out, "PNG")
    return out.getvalue()


PAGE = f"""<!doctype html><html><head><title>Heaps — A Site of Trees</title></head><body>
<header><a href=/>A Site of Trees</a></header>
<nav><ul><li><a href=a>Home</a><li><a href=b>About</a><li><a href=c>Shop</a></ul></nav>
<div class="mystery"><a href=x>One link</a> <a href=y>Another link</a> <a href=z>A third link</a></div>
<main><h1>Heaps<a class="headerlink" href="#h">¶</a></h1><p>{PROSE}<sup><a href="#f1">[1]</a></sup></p>
<h2>Cost</h2><ul><li>push: <b>log n</b></li><li>pop<ul><li>nested item</li></ul></li></ul>
<pre><code class="language-python">heappush(h, 3)
  heappop(h)</code></pre>
<p>As <a href=q>linked</a> prose with <code>heap[0]</code> in it; {PROSE}</p>
<dl><dt>peek()</dt><dd>Look without taking.</dd></dl>
<table><tr><th>Name</th><th>Cost</th></tr><tr><td>push</td><td>log&nbsp;n</td></tr></table>
<figure><img src="pic.png" alt="tree"><figcaption>Figure 2: A heap</figcaption></figure>
<p><img src="http://far.example/x.png"></p></main>
<aside>Buy our trees</aside><script>var x = "never narrated";</script>
<footer>Copyright of the site</footer></body></html>"""


def test_html_content_without_the_page_around_it(read, tmp_path):
    (tmp_path / "pic.png").write_bytes(png())
    document = read(PAGE, "a.html")
    assert seen(document) == [
        ("heading", "Heaps"),
        ("paragraph", PROSE),
        ("heading", "Cost"),
        ("item", "push: log n"),
        ("item", "pop"),
        ("item", "nested item"),
        ("code", "heappush(h, 3)\n  heappop(h)"),
        ("paragraph", f"As linked prose with heap[0] in it; {PROSE}"),
        ("item", "peek(): Look without taking."),
        ("table", ""),
        ("figure", "Figure 2: A heap"),
    ]
    code, table, figure = document.blocks[6], document.blocks[9], document.blocks[10]
    assert code.language == "python"
    assert table.rows == (("Name", "Cost"), ("push", "log n"))
    assert (figure.name, figure.section) == ("Figure 2", ("Heaps", "Cost"))
    with Image.open(tmp_path / "assets" / figure.image) as picture:
        assert picture.size == (64, 64)
    assert document.title == "Heaps"
    assert [(page.index, page.label) for page in document.pages] == [(0, "")]
    assert document.warnings == ("The picture http://far.example/x.png is not on this machine and was left out.",)


def test_pictures_outside_the_folder_are_not_read(read, tmp_path):
    (tmp_path.parent / "secret.png").write_bytes(png())
    document = read(f"<html><body><p>{PROSE}</p><img src=../secret.png></body></html>", "a.html")
    assert [block.kind for block in document.blocks] == ["paragraph"]
    assert "was not found with the document" in document.warnings[0]


def test_markdown(read, tmp_path):
    data = base64.b64encode(png()).decode()
    document = read(
        f"---\ntitle: x\n---\n# Heaps\n\n{PROSE}\n\n- **push** an\n  element\n- pop\n\n```c\nint x;\n```\n\n"
        f"| a | b |\n|---|---|\n| 1 | `2` |\n\n## Sums\n\n$$ a+b $$\n\n![A red square](data:image/png;base64,{data})\n",
        "a.md",
    )
    assert seen(document) == [
        ("heading", "Heaps"),
        ("paragraph", PROSE),
        ("item", "push an element"),
        ("item", "pop"),
        ("code", "int x;"),
        ("table", ""),
        ("heading", "Sums"),
        ("equation", "a+b"),
        ("figure", "A red square"),
    ]
    assert document.blocks[4].language == "c"
    assert document.blocks[5].rows == (("a", "b"), ("1", "2"))
    assert document.blocks[-1].section == ("Heaps", "Sums")


def test_text_headings_by_shape(read):
    half = len(PROSE) // 2
    document = read(
        f"The Law of Heaps\n\nArticle I\n\nSection 1\n\n{PROSE[:half]}\n{PROSE[half:]}\n\n"
        "We found:\n\n1. the first thing\n2. the second\n   thing\n\nSection 2\n\nThis is not a heading.\n",
        "a.txt",
    )
    assert [(block.kind, block.level) for block in document.blocks][:3] == [
        ("heading", 2),
        ("heading", 2),
        ("heading", 3),
    ]
    assert ("item", "the second thing") in seen(document)
    assert document.blocks[3].section == ("Article I", "Section 1")
    assert document.blocks[-1].section == ("Article I", "Section 2")
    assert "We found:" in [block.text for block in document.blocks if block.kind == "paragraph"]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("The Congress shall have Power", "paragraph"),
        ("Passed by Congress June 13, 1866. Ratified July 9, 1868", "paragraph"),
        ("What You Must Know", "heading"),
        ("BOOK ONE. THE HEAP", "heading"),
    ],
)
def test_a_clause_or_two_sentences_in_capitals_are_no_heading(read, line, kind):
    document = read(f"Article I\n\n{line}\n\n{PROSE}\n", "a.txt")
    assert document.blocks[1].kind == kind


def book(**more: str | bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        files: dict[str, str | bytes] = {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
            '<rootfile full-path="OPS/book.opf"/></rootfiles></container>',
            "OPS/book.opf": '<package xmlns="http://www.idpf.org/2007/opf"><metadata '
            'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>The Heap</dc:title></metadata><manifest>'
            '<item id="n" href="nav.xhtml" properties="nav"/><item id="b" href="b.xhtml"/><item id="a" href="a.xhtml"/>'
            '</manifest><spine><itemref idref="n"/><itemref idref="a"/><itemref idref="b"/></spine></package>',
            "OPS/nav.xhtml": "<html><body><nav>Contents</nav></body></html>",
            "OPS/a.xhtml": '<html xmlns:epub="http://www.idpf.org/2007/ops"><body><h1>One</h1>'
            f'<span epub:type="pagebreak" title="7"/><p>{PROSE}</p><img src="i/p.png"/></body></html>',
            "OPS/b.xhtml": '<html><body><div role="doc-pagebreak" aria-label="8"></div><h1>Two</h1>'
            f"<p>{PROSE}</p></body></html>",
            "OPS/i/p.png": png(),
            **more,
        }
        for name, content in files.items():
            packed.writestr(name, content)
    return out.getvalue()


def test_a_book_in_the_order_of_its_spine_with_its_printed_pages(read):
    document = read(book(), "a.epub")
    assert [text for kind, text in seen(document) if kind == "heading"] == ["One", "Two"]
    assert document.title == "The Heap"
    labels = {page.index: page.label for page in document.pages}
    assert [labels[block.page] for block in document.blocks if block.kind == "paragraph"] == ["7", "8"]
    assert sum(1 for block in document.blocks if block.image) == 1


def test_a_locked_book_says_so(read):
    with pytest.raises(SourceError, match=r"is locked \(DRM\)"):
        read(book(**{"META-INF/encryption.xml": "<x/>", "META-INF/rights.xml": "<x/>"}), "a.epub")


def test_docx(read, tmp_path):
    docx = pytest.importorskip("docx")
    made = docx.Document()
    made.add_heading("Heaps", 1)
    made.add_paragraph(PROSE)
    made.add_paragraph("push", style="List Bullet")
    made.add_paragraph().add_run("heappush(h, 3)").font.name = "Courier New"
    made.add_picture(io.BytesIO(png()))
    made.add_paragraph("Figure 1: Red", style="Caption")
    table = made.add_table(2, 2)
    for cell, text in zip((cell for row in table.rows for cell in row.cells), "abcd", strict=True):
        cell.text = text
    made.save(str(tmp_path / "made.docx"))
    document = read((tmp_path / "made.docx").read_bytes(), "a.docx")
    assert seen(document) == [
        ("heading", "Heaps"),
        ("paragraph", PROSE),
        ("item", "push"),
        ("code", "heappush(h, 3)"),
        ("figure", "Figure 1: Red"),
        ("table", ""),
    ]
    assert document.blocks[-1].rows == (("a", "b"), ("c", "d"))


def test_docx_without_its_extra_says_what_to_install(read, monkeypatch):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("word/document.xml", "<x/>")
    monkeypatch.setitem(sys.modules, "docx", None)
    with pytest.raises(MissingExtra, match=r"pip install 'vortex-film\[docx\]'"):
        read(out.getvalue(), "a.docx")


def test_the_bytes_decide_not_the_name(read):
    document = read(PAGE, "a.md")
    assert document.blocks[0].text == "Heaps"
    assert document.warnings[0] == "a.md is named like Markdown but is HTML, and was read as HTML."


def test_packed_and_differently_encoded_text(read):
    text = f"{PROSE} Ångström – “naïve”."
    packed = read(gzip.compress(text.encode()), "a.txt.gz")
    assert packed.blocks[0].text == read(text.encode("utf-16"), "a.txt").blocks[0].text == text
    assert read(text.encode("cp1252"), "b.txt").blocks[0].text == text


@pytest.mark.parametrize(
    ("data", "name", "message"),
    [
        (b"Too short.", "a.txt", r"2 words of prose \('Too short.'\)"),
        (gzip.compress(PROSE.encode())[:-20], "a.txt.gz", "gzip-packed but damaged"),
        (b"PK\x03\x04 broken", "a.zip", "damaged archive"),
        (b"MZ\x00\x01\x02", "a.txt", "binary data of an unknown kind"),
        (b"<html><body><nav><a href=a>Home</a></nav></body></html>", "a.html", "0 words of prose"),
    ],
)
def test_what_cannot_be_told_says_what_was_seen(read, data, name, message):
    with pytest.raises(SourceError, match=message):
        read(data, name)


def test_a_missing_file():
    with pytest.raises(SourceError, match=r"nowhere\.md cannot be read: No such file"):
        read_document("nowhere.md", Path("assets"))


def test_characters_that_control_nothing_are_dropped(read):
    document = read(f"<html><body><nav>&#1;</nav><p>{PROSE}&#x0b;\x02&#8217;&#10;&#x1F600;</p></body></html>", "a.html")
    assert document.blocks[0].text == f"{PROSE}’ \U0001f600"


@pytest.mark.parametrize("at", [40, 300, 900, 1500])
def test_a_damaged_book_is_refused_or_read_but_never_breaks(read, at):
    data = bytearray(book())
    data[at : at + 40] = bytes(40)
    try:
        assert read(bytes(data), "a.epub").blocks
    except SourceError as error:
        assert "fetch" in str(error) or "give" in str(error)
