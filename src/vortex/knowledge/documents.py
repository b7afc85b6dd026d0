"""The door for documents: looks at what a file is, not only at what it is called, and hands it to its reader."""

import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from vortex.core.document import Document
from vortex.core.errors import SourceError
from vortex.core.text import count_words
from vortex.knowledge.assets import content_name
from vortex.knowledge.language import detect_language
from vortex.knowledge.pdf.render import crop_page, read_bytes, render_page
from vortex.knowledge.readers.structure import BlockList

__all__ = ["crop_page", "read_document", "render_page"]

_EXPECTED = {
    ".pdf": "PDF",
    ".html": "HTML",
    ".htm": "HTML",
    ".xhtml": "HTML",
    ".md": "Markdown",
    ".markdown": "Markdown",
    ".txt": "text",
    ".text": "text",
    ".epub": "EPUB",
    ".docx": "DOCX",
}
_MAGIC = {
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF8": "a GIF picture",
    b"\xd0\xcf\x11\xe0": "an old Office document",
    b"\x7fELF": "a program",
    b"SQLite format 3": "a SQLite database",
    b"{\\rtf": "an RTF document",
    b"%!PS": "a PostScript document",
    b"7z\xbc\xaf": "a 7z archive",
    b"Rar!": "a RAR archive",
    b"OggS": "an Ogg recording",
    b"ID3": "an MP3 recording",
}
_MIN_WORDS = 20


def read_document(path: Path | str, assets: Path) -> Document:
    """Read a PDF, HTML, Markdown, plain text, EPUB or DOCX file, gzip-packed or not.

    Args:
        path: the file.
        assets: folder that receives the document's pictures as PNG; made when needed.

    Returns:
        The document. Sources without pages have one page with an empty label.

    Raises:
        SourceError: the file cannot be read, is of no kind that can be read, or says nothing.
        MissingExtra: a DOCX file without the package that reads it.
    """
    path = Path(path)
    data = read_bytes(path)
    if not data.strip():
        raise SourceError(f"{path.name} is empty (0 words); give a document with text")
    kind = _sniff(path, data)
    warnings = _misnamed(path, kind)
    if kind == "PDF":
        from vortex.knowledge.readers.pdf import read_pdf

        return _with_warnings(read_pdf(path, data, assets), warnings)
    found, title = _READERS[kind](path, data, assets, warnings)
    return _document(path, data, found, title, warnings)


def _sniff(path: Path, data: bytes) -> str:
    """Return what the bytes are.

    Raises:
        SourceError: they are nothing that can be read.
    """
    head = data[:1024]
    if b"%PDF-" in head:
        return "PDF"
    if data.startswith(b"PK\x03\x04"):
        return _sniff_zip(path, data)
    for magic, noun in _MAGIC.items():
        if data.startswith(magic):
            raise SourceError(f"{path.name} is {noun}, not a document that can be read; {_READABLE}")
    if b"\x00" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise SourceError(f"{path.name} holds binary data of an unknown kind; {_READABLE}")
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if (
        start.startswith((b"<!doctype html", b"<html", b"<?xml"))
        or b"<html" in head.lower()
        or b"<body" in head.lower()
    ):
        return "HTML"
    named = _EXPECTED.get(_suffix(path), "")
    return named if named in ("HTML", "Markdown") else "text"


_READABLE = "give a PDF, HTML, Markdown, text, EPUB or DOCX file"


def _sniff_zip(path: Path, data: bytes) -> str:
    try:
        with zipfile.ZipFile(BytesIO(data)) as packed:
            names = set(packed.namelist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise SourceError(f"{path.name} is a damaged archive ({error}); fetch or export it again") from error
    if "META-INF/container.xml" in names:
        return "EPUB"
    if "word/document.xml" in names:
        return "DOCX"
    raise SourceError(f"{path.name} is a ZIP archive of {len(names)} files, not a document; unpack it, or {_READABLE}")


def _suffix(path: Path) -> str:
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes and suffixes[-1] == ".gz":
        suffixes.pop()
    return suffixes[-1] if suffixes else ""


def _misnamed(path: Path, kind: str) -> list[str]:
    """Return a warning when the name promises another kind than the bytes are.

    Raises:
        SourceError: the name promises a packed or paged format and the bytes are plain text: a download that failed.
    """
    named = _EXPECTED.get(_suffix(path), kind)
    if named == kind:
        return []
    if named in ("PDF", "EPUB", "DOCX") and kind in ("text", "HTML"):
        raise SourceError(
            f"{path.name} is named like {named} but holds {kind}; "
            f"fetch it again, or rename it if it is meant to be {kind}"
        )
    return [f"{path.name} is named like {named} but is {kind}, and was read as {kind}."]


def _with_warnings(document: Document, warnings: list[str]) -> Document:
    from dataclasses import replace

    return replace(document, warnings=(*warnings, *document.warnings)) if warnings else document


def _document(path: Path, data: bytes, found: BlockList, title: str, warnings: list[str]) -> Document:
    prose = " ".join(block.text for block in found.blocks if block.kind in ("paragraph", "item"))
    total = count_words(prose)
    if total < _MIN_WORDS:
        raise SourceError(
            f"{path.name} says nothing that could be told: {total} words of prose ({prose[:60]!r}); "
            "give a document with text"
        )
    return Document(
        id=content_name(data),
        path=str(path),
        title=title or path.name.split(".")[0],
        language=detect_language(prose),
        pages=found.pages(),
        blocks=tuple(found.blocks),
        warnings=tuple(dict.fromkeys(warnings)),
        set_aside=tuple(found.aside),
    )


def decode(data: bytes) -> str:
    """Return text from bytes: by their byte-order mark, as UTF-8, else as Windows-1252."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


_Reader = Callable[[Path, bytes, Path, list[str]], tuple[BlockList, str]]


def _read_text(path: Path, data: bytes, assets: Path, warnings: list[str]) -> tuple[BlockList, str]:
    from vortex.knowledge.readers.text import read_text

    return _titled(read_text(decode(data)))


def _read_markdown(path: Path, data: bytes, assets: Path, warnings: list[str]) -> tuple[BlockList, str]:
    from vortex.knowledge.readers.markdown import read_markdown
    from vortex.knowledge.readers.pictures import keep_beside

    return _titled(read_markdown(decode(data), keep_beside(path.parent, assets, warnings)))


def _read_html(path: Path, data: bytes, assets: Path, warnings: list[str]) -> tuple[BlockList, str]:
    from vortex.knowledge.readers.html import read_html
    from vortex.knowledge.readers.pictures import keep_beside

    return read_html(data, keep_beside(path.parent, assets, warnings))


def _read_epub(path: Path, data: bytes, assets: Path, warnings: list[str]) -> tuple[BlockList, str]:
    from vortex.knowledge.readers.epub import read_epub

    return read_epub(path, data, assets, warnings)


def _read_docx(path: Path, data: bytes, assets: Path, warnings: list[str]) -> tuple[BlockList, str]:
    from vortex.knowledge.readers.docx import read_docx

    return read_docx(path, data, assets, warnings)


def _titled(found: BlockList) -> tuple[BlockList, str]:
    return found, next((block.text for block in found.blocks if block.kind == "heading"), "")


_READERS: dict[str, _Reader] = {
    "text": _read_text,
    "Markdown": _read_markdown,
    "HTML": _read_html,
    "EPUB": _read_epub,
    "DOCX": _read_docx,
}
