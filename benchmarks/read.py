"""Milliseconds a page and words found in PDFs, against pypdf and pdfplumber, and the memory that a book needs.

Every reader runs in a process of its own, so that time and memory are its own. The peers only extract text; the
product's reader also finds headings, tables and printed labels and cuts out figures. ``lines`` is its text pass alone.
"""

import gzip
import importlib
import json
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.result import Bar, Result, Table

INPUTS = Path(__file__).parents[1].parent / "shared/inputs"
FILES = ("R-intro.pdf", "dotguide.pdf.gz")
QUICK_PAGES = 30
BOOK_PAGES = 1151


def run(quick: bool) -> Result:
    """Measure the readers in turns; ``quick`` takes the first 30 pages of each file and no book."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        files = [unpack(INPUTS / name, work, QUICK_PAGES if quick else 0) for name in FILES]
        rows = [measure(reader, file, work) for file in files for reader in READERS]
        book = [] if quick else [measure("vortex", write_book(files[0], work), work)]
    ours = {(row["reader"], row["file"]): row for row in rows}
    text = [ours["lines", file.name]["ms_per_page"] for file in files]
    bars = [Bar("slowest text pass, CPU ms a page", max(text), 5.0, "at most")]
    bars += [Bar(f"peak memory for {row['pages']} pages, MB", row["peak_mb"], 500, "at most") for row in book]
    columns = ("file", "pages", "reader", "CPU ms a page", "words found", "peak MB")
    table = tuple(
        (row["file"], row["pages"], row["reader"], row["ms_per_page"], row["words"], row["peak_mb"])
        for row in rows + book
    )
    return Result(
        title="Reading PDFs",
        tables=(Table("Each reader in its own process", columns, table),),
        bars=tuple(bars),
        notes=("`vortex` is the whole reading with pictures; `lines` is its text pass; peers only extract text.",),
        settings={"pages": QUICK_PAGES if quick else "all", "book": "R-intro.pdf over and over"},
    )


def unpack(source: Path, folder: Path, most_pages: int) -> Path:
    """Write a plain copy of a PDF, of its first pages only when ``most_pages`` is not 0."""
    from pypdf import PdfReader, PdfWriter

    data = source.read_bytes()
    target = folder / source.name.removesuffix(".gz")
    target.write_bytes(gzip.decompress(data) if source.suffix == ".gz" else data)
    if most_pages:
        writer = PdfWriter()
        for page in PdfReader(target).pages[:most_pages]:
            writer.add_page(page)
        writer.write(target)
    return target


def write_book(source: Path, folder: Path) -> Path:
    """Write a PDF of 1,151 pages: the pages of ``source`` over and over."""
    from pypdf import PdfReader, PdfWriter

    pages = PdfReader(source).pages
    writer = PdfWriter()
    for place in range(BOOK_PAGES):
        writer.add_page(pages[place % len(pages)])
    target = folder / "book.pdf"
    writer.write(target)
    return target


def measure(reader: str, file: Path, folder: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.read", reader, str(file), str(folder / "assets")]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[1])
    return {"reader": reader, "file": file.name, **json.loads(done.stdout)}


def read_vortex(file: Path, assets: Path) -> tuple[int, str]:
    from vortex.knowledge.documents import read_document

    document = read_document(file, assets)
    texts = [block.text for block in document.blocks] + [aside.text for aside in document.set_aside]
    texts += [cell for block in document.blocks for row in block.rows for cell in row]
    return len(document.pages), " ".join(texts)


def read_lines(file: Path, assets: Path) -> tuple[int, str]:
    from vortex.knowledge.pdf.extract import extract_text
    from vortex.knowledge.pdf.render import open_pdf

    with open_pdf(file) as pdf:
        lines = [line.text for index in range(len(pdf)) for line in extract_text(pdf[index]).segments]
        return len(pdf), " ".join(lines)


def read_pypdf(file: Path, assets: Path) -> tuple[int, str]:
    from pypdf import PdfReader

    pages = PdfReader(file).pages
    return len(pages), " ".join(page.extract_text() for page in pages)


def read_pdfplumber(file: Path, assets: Path) -> tuple[int, str]:
    import pdfplumber

    with pdfplumber.open(file) as pdf:
        return len(pdf.pages), " ".join(page.extract_text() or "" for page in pdf.pages)


READERS: dict[str, Callable[[Path, Path], tuple[int, str]]] = {
    "vortex": read_vortex,
    "lines": read_lines,
    "pypdf": read_pypdf,
    "pdfplumber": read_pdfplumber,
}
MODULES = {
    "vortex": ("vortex.knowledge.documents", "vortex.knowledge.readers.pdf"),
    "lines": ("vortex.knowledge.pdf.extract", "vortex.knowledge.pdf.render"),
    "pypdf": ("pypdf",),
    "pdfplumber": ("pdfplumber",),
}
"""What each reader imports; loading it is no part of reading."""


def main() -> None:
    """Read one file with one reader and print what it took."""
    reader, file, assets = sys.argv[1:]
    for name in MODULES[reader]:
        importlib.import_module(name)
    started = time.process_time()
    pages, text = READERS[reader](Path(file), Path(assets))
    spent = time.process_time() - started
    figures = {
        "pages": pages,
        "ms_per_page": round(1000 * spent / pages, 2),
        "words": len(re.findall(r"[^\W\d_]{2,}", text)),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
