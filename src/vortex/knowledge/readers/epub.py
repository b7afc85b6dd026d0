"""Reads EPUB books: the chapters of the spine in order, each through the HTML reader."""

import posixpath
import zipfile
from io import BytesIO
from pathlib import Path
from urllib.parse import unquote

from lxml import etree

from vortex.core.errors import SourceError
from vortex.knowledge.readers.chrome import content_root
from vortex.knowledge.readers.damage import DAMAGES
from vortex.knowledge.readers.html import add_content, parse_page
from vortex.knowledge.readers.pictures import keep_packed
from vortex.knowledge.readers.structure import BlockList

_MAX_BYTES = 1_000_000_000
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)


def read_epub(path: Path, data: bytes, assets: Path, warnings: list[str]) -> tuple[BlockList, str]:
    """Read a book.

    Returns:
        Its blocks, and its title.

    Raises:
        SourceError: it is encrypted, damaged, or unpacks to more than a gigabyte.
    """
    try:
        with zipfile.ZipFile(BytesIO(data)) as packed:
            return _read_packed(path, packed, assets, warnings)
    except DAMAGES as error:
        raise SourceError(f"{path.name} is damaged ({error}); fetch the book again") from error


def _read_packed(path: Path, packed: zipfile.ZipFile, assets: Path, warnings: list[str]) -> tuple[BlockList, str]:
    names = set(packed.namelist())
    if sum(entry.file_size for entry in packed.infolist()) > _MAX_BYTES:
        raise SourceError(f"{path.name} unpacks to more than a gigabyte; give a smaller book")
    if {"META-INF/encryption.xml", "META-INF/rights.xml"} <= names:
        raise SourceError(f"{path.name} is locked (DRM); give a copy that may be read")
    package = _package_path(path, packed)
    root = etree.fromstring(packed.read(package), _PARSER)
    found = BlockList()
    for chapter in _spine(root, package):
        if chapter in names:
            _add_chapter(packed, chapter, found, assets, warnings)
    title = root.findtext(".//{http://purl.org/dc/elements/1.1/}title") or ""
    return found, " ".join(title.split())


def _package_path(path: Path, packed: zipfile.ZipFile) -> str:
    container = etree.fromstring(packed.read("META-INF/container.xml"), _PARSER)
    rootfile = container.find(".//{*}rootfile")
    if rootfile is None or not rootfile.get("full-path"):
        raise SourceError(
            f"{path.name} does not say where its content is (META-INF/container.xml); fetch the book again"
        )
    return str(rootfile.get("full-path"))


def _spine(root: etree._Element, package: str) -> list[str]:
    """Return the names of the chapters in reading order, without the book's own table of contents."""
    items = {
        item.get("id"): item.get("href", "")
        for item in root.iterfind(".//{*}manifest/{*}item")
        if "nav" not in (item.get("properties") or "").split()
    }
    folder = posixpath.dirname(package)
    return [
        posixpath.normpath(posixpath.join(folder, unquote(items[reference.get("idref")])))
        for reference in root.iterfind(".//{*}spine/{*}itemref")
        if reference.get("idref") in items and reference.get("linear") != "no"
    ]


def _add_chapter(packed: zipfile.ZipFile, chapter: str, found: BlockList, assets: Path, warnings: list[str]) -> None:
    folder = posixpath.dirname(chapter)

    def find(name: str) -> bytes | None:
        inside = posixpath.normpath(posixpath.join(folder, name))
        return packed.read(inside) if inside in packed.namelist() else None

    add_content(content_root(parse_page(packed.read(chapter))), found, keep_packed(find, assets, warnings))
