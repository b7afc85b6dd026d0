"""Sources that are not what a film needs: each ends in one clear error or a labelled film, never in an invented one."""

import gzip
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from bad_input.command import FAST, vortex
from bad_input.files import KETTLE, chrome_html, kettle_pages, locked_pdf, relabelled_pdf, scanned_pdf, text_pdf

PDF = text_pdf(kettle_pages())
REFUSED: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "empty file": ("manual.pdf", lambda: b"", r"manual\.pdf is empty \(0 words\); give a document"),
    "empty pages": ("manual.pdf", lambda: text_pdf(["", ""]), r"2 pages, page 1 is empty, page 2 is empty; give"),
    "scanned": ("manual.pdf", lambda: scanned_pdf(2), r"is scanned: 2 pages, 2 with a picture, 0 words .*OCR"),
    "locked": ("manual.pdf", lambda: locked_pdf(PDF), r"locked with a password; save a copy without"),
    "cut off": ("manual.pdf", lambda: PDF[: len(PDF) // 2], r"cut off: \d+ bytes without an end mark"),
    "text named PDF": ("manual.pdf", KETTLE.read_bytes, r"named like PDF but holds text; fetch it again, or rename"),
    "picture named PDF": ("manual.pdf", lambda: b"\x89PNG\r\n" + bytes(99), r"is a PNG picture.* give a PDF"),
    "program named text": ("notes.txt", lambda: b"\x7fELF" + bytes(99), r"is a program.* give a PDF"),
    "damaged archive": ("book.docx", lambda: b"PK\x03\x04" + bytes(99), r"damaged archive .*; fetch or export it"),
    "damaged packing": ("m.pdf.gz", lambda: gzip.compress(PDF)[:300], r"gzip-packed but damaged .*; fetch it again"),
    "chrome only": ("shop.html", chrome_html, r"2 words of prose \('Thank you\.'\); give a document"),
    "heading only": ("notes.md", lambda: b"# A title and nothing else\n", r"0 words of prose"),
}


@pytest.mark.parametrize(("name", "make", "message"), REFUSED.values(), ids=REFUSED)
def test_it_is_refused_in_one_line(name: str, make: Callable[[], bytes], message: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(make())
    done = vortex("make", name, "-o", "film", *FAST, cwd=tmp_path)
    assert done.code == 4
    assert name in done.error
    assert re.search(message, done.error), done.error
    assert not list((tmp_path / "film" / "out").iterdir())
    assert not (tmp_path / "film" / "script.json").exists()


def test_one_bad_source_among_good_ones_is_named(tmp_path: Path) -> None:
    (tmp_path / "bad.pdf").write_bytes(b"")
    done = vortex("plan", KETTLE, "bad.pdf", "-o", "film", *FAST, cwd=tmp_path)
    assert (done.code, "bad.pdf" in done.error) == (4, True)
    assert len(list((tmp_path / "film/build/read").iterdir())) == 1, "what was read before must stay"


@pytest.mark.parametrize("name", ["nowhere.pdf", "."])
def test_a_source_that_is_no_file(name: str, tmp_path: Path) -> None:
    done = vortex("make", name, "-o", "film", *FAST, cwd=tmp_path)
    assert done.code == 4
    assert "name a PDF, HTML, Markdown, text, EPUB or DOCX file" in done.error
    assert not (tmp_path / "film" / "film.toml").exists()


def test_a_pdf_named_text_is_read_with_a_warning(tmp_path: Path) -> None:
    (tmp_path / "manual.txt").write_bytes(PDF)
    done = vortex("plan", "manual.txt", "-o", "film", "-q", "--seconds", "15", *FAST, cwd=tmp_path)
    assert done.code == 0
    assert done.err == "warning: manual.txt is named like text but is PDF, and was read as PDF.\n"


def test_of_a_page_that_is_mostly_chrome_only_the_prose_is_told(tmp_path: Path) -> None:
    prose = [f"<p>{each}</p>" for each in kettle_pages()[0].split("\n\n")[1:]]
    (tmp_path / "shop.html").write_bytes(chrome_html(f"<h1>The tea kettle</h1>{''.join(prose)}"))
    done = vortex("plan", "shop.html", "-o", "film", "-q", "--seconds", "15", *FAST, cwd=tmp_path)
    assert done.code == 0, done.err
    told = (tmp_path / "film/script.json").read_text(encoding="utf8")
    assert "kettle" in told
    assert not [word for word in ("Menu", "shop", "rights", "Cookies") if word in told.replace("shop.html", "")]


def test_page_labels_that_lie_are_not_believed(tmp_path: Path) -> None:
    printed = ["37", "38", "39", "40"]
    (tmp_path / "manual.pdf").write_bytes(relabelled_pdf(text_pdf(kettle_pages(), printed), 901))
    done = vortex("make", "manual.pdf", "-o", "film", "-q", "--seconds", "15", *FAST, cwd=tmp_path)
    assert done.code == 0, done.err
    warning = "page 1 is labelled '901' but '37' is printed on it; citations use what is printed"
    assert warning in done.err
    assert warning in "".join(json.loads((tmp_path / "film/out/report.json").read_text())["warnings"])
    claims = json.loads((tmp_path / "film/claims.json").read_text())["claims"]
    cited = {(claim["page"], claim["label"]) for claim in claims if claim["quote"]}
    assert cited
    assert cited <= set(enumerate(printed))
    shots = json.loads((tmp_path / "film/storyboard.json").read_text())["shots"]
    chips = {citation["text"] for shot in shots for citation in shot["citations"]}
    assert chips == {f"p. {label}" for _, label in cited}
