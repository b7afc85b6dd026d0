"""Reads Word documents through python-docx, which comes with the extra ``docx``."""

import re
from io import BytesIO
from pathlib import Path
from typing import Any

from vortex.core.errors import MissingExtra, SourceError
from vortex.knowledge.captions import caption_name
from vortex.knowledge.readers.damage import DAMAGES
from vortex.knowledge.readers.pictures import keep_packed
from vortex.knowledge.readers.structure import BlockList

_HEADING = re.compile(r"heading (\d)", re.IGNORECASE)
_MONO = re.compile(r"courier|consolas|mono|menlo|code|preformatted", re.IGNORECASE)


def read_docx(path: Path, data: bytes, assets: Path, warnings: list[str]) -> tuple[BlockList, str]:
    """Read a Word document.

    Returns:
        Its blocks, and its title.

    Raises:
        MissingExtra: python-docx is not installed.
        SourceError: the file is damaged.
    """
    try:
        from docx import Document as open_docx
        from docx.opc.exceptions import OpcError
        from docx.table import Table
    except ImportError as error:
        raise MissingExtra(f"{path.name} is a DOCX file; to read it run: pip install 'vortex-film[docx]'") from error
    try:
        document = open_docx(BytesIO(data))
    except (OpcError, *DAMAGES) as error:
        raise SourceError(f"{path.name} is a damaged DOCX file ({error}); save it again") from error
    reader = _Reader(document, assets, warnings)
    for part in document.iter_inner_content():
        if isinstance(part, Table):
            reader.table(part)
        else:
            reader.paragraph(part)
    reader.end_code()
    return reader.found, document.core_properties.title or reader.title


class _Reader:
    def __init__(self, document: Any, assets: Path, warnings: list[str]) -> None:
        self.found = BlockList()
        self.title = ""
        self._parts = document.part.related_parts
        self._keep = keep_packed(self._picture, assets, warnings)
        self._code: list[str] = []

    def _picture(self, relation: str) -> bytes | None:
        part = self._parts.get(relation)
        return bytes(part.blob) if part is not None else None

    def paragraph(self, paragraph: Any) -> None:
        """Add one paragraph: by its style what it says it is."""
        text, style = " ".join(paragraph.text.split()), paragraph.style.name or ""
        if _is_code(paragraph, style):
            self._code.append(paragraph.text)
            return
        self.end_code()
        for blip in paragraph._p.iterfind(".//{http://schemas.openxmlformats.org/drawingml/2006/main}blip"):
            relation = blip.get("{http://schemas.openxmlformats.org/officeDocument/2006/relationships}embed") or ""
            if name := self._keep(relation):
                self.found.add("figure", "", image=name)
        if match := _HEADING.match(style):
            self.found.heading(text, int(match[1]))
        elif style == "Title":
            self.title = text
            self.found.heading(text, 1)
        elif style == "Caption":
            self.found.add("caption", text, name=caption_name(text))
        elif style.startswith("List") or paragraph._p.find(".//{*}numPr") is not None:
            self.found.add("item", text)
        elif not style.lower().startswith("toc "):
            self.found.add("paragraph", text)

    def table(self, table: Any) -> None:
        """Add a table; one of a single column is read as paragraphs."""
        self.end_code()
        rows = tuple(tuple(" ".join(cell.text.split()) for cell in row.cells) for row in table.rows)
        if rows and len(rows[0]) > 1:
            self.found.add("table", "", rows=rows)
            return
        for row in rows:
            self.found.add("paragraph", " ".join(row))

    def end_code(self) -> None:
        """Add the lines of code that were gathered."""
        if self._code:
            self.found.add("code", "\n".join(self._code).strip("\n"))
            self._code.clear()


def _is_code(paragraph: Any, style: str) -> bool:
    fonts = [run.font.name or "" for run in paragraph.runs if run.text.strip()]
    return bool(fonts) and (bool(_MONO.search(style)) or all(_MONO.search(font) for font in fonts))
