"""Documents that are not what a film needs, made byte by byte."""

import io
import textwrap
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw
from pypdf import PdfReader, PdfWriter
from pypdf.constants import PageLabelStyle

KETTLE = Path(__file__).parent / "data" / "kettle.md"


def kettle_pages() -> list[str]:
    """Return the test document's prose, one section a page."""
    return [part.strip() for part in KETTLE.read_text(encoding="utf8").split("\n## ")]


def text_pdf(pages: Sequence[str], footers: Sequence[str] = ()) -> bytes:
    """Return a PDF with a text layer; the first line of a page is set as its heading."""
    page_ids = [4 + 2 * n for n in range(len(pages))]
    kids = " ".join(f"{n} 0 R" for n in page_ids)
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for number, text in enumerate(pages):
        footer = footers[number] if footers else ""
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] "
            f"/Resources << /Font << /F1 3 0 R >> >> /Contents {page_ids[number] + 1} 0 R >>"
        )
        content = _content(text, footer)
        objects.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
    return _assembled(objects)


def _content(text: str, footer: str) -> str:
    heading, _, prose = text.partition("\n")
    lines = [f"BT /F1 18 Tf 72 770 Td ({_escaped(heading.strip('# '))}) Tj ET"] if heading else []
    height = 735
    for paragraph in filter(None, prose.split("\n\n")):
        for line in textwrap.wrap(paragraph, 84):
            lines.append(f"BT /F1 11 Tf 72 {height} Td ({_escaped(line)}) Tj ET")
            height -= 14
        height -= 12
    if footer:
        lines.append(f"BT /F1 9 Tf 290 40 Td ({footer}) Tj ET")
    return "\n".join(lines)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def _assembled(objects: Sequence[str]) -> bytes:
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    return (
        out
        + (
            f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
            f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF\n"
        ).encode()
    )


def scanned_pdf(num_pages: int) -> bytes:
    """Return a PDF of pictures of text."""
    pictures = []
    for number in range(num_pages):
        picture = Image.new("L", (620, 877), 250)
        ImageDraw.Draw(picture).multiline_text((60, 60), f"Page {number}\nNobody has read this yet.", fill=20)
        pictures.append(picture)
    out = io.BytesIO()
    pictures[0].save(out, "PDF", save_all=True, append_images=pictures[1:])
    return out.getvalue()


def locked_pdf(data: bytes) -> bytes:
    """Return the PDF behind a password."""
    writer = PdfWriter(io.BytesIO(data))
    writer.encrypt("open sesame", algorithm="RC4-128")
    return _written(writer)


def relabelled_pdf(data: bytes, start: int) -> bytes:
    """Return the PDF with a label table that counts from ``start``."""
    writer = PdfWriter(io.BytesIO(data))
    last = len(PdfReader(io.BytesIO(data)).pages) - 1
    writer.set_page_label(0, last, style=PageLabelStyle.DECIMAL, start=start)
    return _written(writer)


def _written(writer: PdfWriter) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def chrome_html(prose: str = "<p>Thank you.</p>") -> bytes:
    """Return a page of menus, buttons and legal lines around little prose."""
    links = "".join(f"<li><a href='/{n}'>Menu entry {n} of the shop</a></li>" for n in range(200))
    legal = "<p>All rights reserved. Terms of use. Privacy. Cookies.</p>" * 30
    return (
        f"<html><body><nav><ul>{links}</ul></nav><main>{prose}</main>"
        f"<aside><ul>{links}</ul></aside><footer>{legal}</footer></body></html>"
    ).encode()
