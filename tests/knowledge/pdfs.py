"""Writes small PDFs by hand, so that a test can say exactly what stands where."""

from collections.abc import Sequence
from dataclasses import dataclass

FONTS = {"F": "Times-Roman", "B": "Times-Bold", "M": "Courier"}


@dataclass(frozen=True)
class Text:
    """Text at (x, y) points from the bottom-left corner."""

    x: float
    y: float
    text: str
    size: float = 10
    font: str = "F"

    def drawn(self) -> str:
        escaped = self.text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        return f"BT /{self.font} {self.size} Tf {self.x} {self.y} Td ({escaped}) Tj ET"


def paragraph(x: float, top: float, lines: Sequence[str], size: float = 10, font: str = "F") -> list[Text]:
    return [Text(x, top - 12 * place, line, size, font) for place, line in enumerate(lines)]


def pdf(pages: Sequence[Sequence[Text | str]], labels: str = "") -> bytes:
    """Return a PDF; a page is a list of texts and of raw drawing commands; ``labels`` is a /Nums array."""
    fonts = " ".join(f"/{key} << /Type /Font /Subtype /Type1 /BaseFont /{name} >>" for key, name in FONTS.items())
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R {f'/PageLabels << /Nums [{labels}] >>' if labels else ''} >>",
        f"<< /Type /Pages /Count {len(pages)} /Kids [{' '.join(f'{3 + 2 * n} 0 R' for n in range(len(pages)))}] >>",
    ]
    for place, page in enumerate(pages):
        content = "\n".join(item if isinstance(item, str) else item.drawn() for item in page)
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {4 + 2 * place} 0 R "
            f"/Resources << /Font << {fonts} >> >> >>"
        )
        objects.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
    return _file(objects)


def _file(objects: Sequence[str]) -> bytes:
    data, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(data))
        data += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    start = len(data)
    rows = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    size = len(objects) + 1
    trailer = f"trailer << /Size {size} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"
    return data + f"xref\n0 {size}\n0000000000 65535 f \n{rows}{trailer}".encode()


IMAGE = "q 400 0 0 600 100 100 cm BI /W 2 /H 2 /BPC 8 /CS /G ID \x10\x80\xc0\xff EI Q"
"""Drawing commands of an inline picture that fills most of a page."""
