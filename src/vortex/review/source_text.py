"""The words of a file without pages: text, Markdown, HTML, EPUB and DOCX, also gzipped.

They are read by the standard library alone, because the reader that the film was made with is what is being checked.
"""

import gzip
import io
import re
import zipfile
import zlib
from html.parser import HTMLParser
from pathlib import Path

from vortex.core.errors import SourceError


def read_bytes(path: Path) -> bytes:
    """Return the bytes of a source as it lies there.

    Raises:
        SourceError: it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise SourceError(
            f"{path}: cannot be read again for checking ({error}); put it back or name it anew"
        ) from error


def unpacked(data: bytes, path: Path) -> bytes:
    """Return ``data`` without its gzip wrapping, if it has one.

    Raises:
        SourceError: the wrapping is damaged.
    """
    if data[:2] != b"\x1f\x8b":
        return data
    try:
        return gzip.decompress(data)
    except (OSError, EOFError, zlib.error) as error:
        raise SourceError(f"{path}: is a damaged gzip file ({error}); fetch it again") from error


def plain_text(data: bytes, path: Path) -> str:
    """Return the words of an unpacked file; markup is left out where it would part words of a sentence.

    Raises:
        SourceError: an EPUB or DOCX is damaged.
    """
    if data[:4] == b"PK\x03\x04":
        return _zip_text(data, path)
    text = _decoded(data)
    if re.search(r"<(?:!doctype\s+html|html|body|head)\b", text[:4096], re.IGNORECASE):
        return _without_tags(text)
    # Markdown: the address of a link stands between its text and the next word.
    return re.sub(r"\]\([^)\s]*\)", "]", text)


def _zip_text(data: bytes, path: Path) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = [n for n in archive.namelist() if re.search(r"\.x?html?$|word/(document|footnotes)\.xml$", n)]
            return "\n".join(_without_tags(_decoded(archive.read(name))) for name in names)
    except zipfile.BadZipFile as error:
        raise SourceError(f"{path}: is a damaged EPUB or DOCX ({error})") from error


def _decoded(data: bytes) -> str:
    for encoding in ("utf-8-sig", "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in ("script", "style")
        self.parts.append(" " if tag in ("p", "br", "td", "th", "li", "div", "tr") else "")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("script", "style") and self._hidden > 0

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(data)


def _without_tags(markup: str) -> str:
    parser = _Text()
    parser.feed(markup)
    parser.close()
    return "".join(parser.parts)
