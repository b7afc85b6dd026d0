"""Opening PDFs and making pictures of their pages."""

import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pypdfium2 as pdfium
from PIL import Image

from vortex.core.document import Box
from vortex.core.errors import SourceError


@contextmanager
def open_pdf(path: Path, data: bytes | None = None) -> Iterator[pdfium.PdfDocument]:
    """Open a PDF, gzip-packed or not, and close it at the end of the block.

    Args:
        path: the file; named in every error.
        data: its unpacked bytes, when they are at hand.

    Raises:
        SourceError: the file cannot be read, is locked with a password, or is damaged.
    """
    content = read_bytes(path) if data is None else data
    try:
        document = pdfium.PdfDocument(content)
    except pdfium.PdfiumError as error:
        raise SourceError(_explain(path, content, str(error))) from error
    try:
        yield document
    except pdfium.PdfiumError as error:
        raise SourceError(f"{path.name} has a page that cannot be read ({error}); export or print it again") from error
    finally:
        document.close()


def _explain(path: Path, content: bytes, message: str) -> str:
    if "password" in message.lower():
        return f"{path.name} is locked with a password; save a copy without one and read that"
    if b"%%EOF" not in content[-2048:]:
        return f"{path.name} is cut off: {len(content)} bytes without an end mark (%%EOF); fetch or export it again"
    return f"{path.name} is no readable PDF ({message}); export it again or print it to a new PDF"


def read_bytes(path: Path) -> bytes:
    """Return the content of a file, unpacked when it is gzip-packed.

    Raises:
        SourceError: there is no such file, it cannot be read, or its packing is damaged.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror}; check the name and the permissions") from error
    if not data.startswith(b"\x1f\x8b"):
        return data
    try:
        return gzip.decompress(data)
    except (OSError, EOFError, zlib.error) as error:
        raise SourceError(f"{path.name} is gzip-packed but damaged ({error}); fetch it again") from error


def render_page(path: Path | str, index: int, width_px: int) -> bytes:
    """Return a PNG of one page of a PDF.

    Args:
        path: the PDF, which may be gzip-packed.
        index: page, from 0.
        width_px: width of the picture in pixels.

    Raises:
        SourceError: the file is no readable PDF, or has no such page.
    """
    return crop_page(path, index, Box(0.0, 0.0, 1.0, 1.0), width_px)


def crop_page(path: Path | str, index: int, box: Box, width_px: int) -> bytes:
    """Return a PNG of a part of one page of a PDF, ``width_px`` pixels wide; see ``render_page``."""
    with open_pdf(Path(path)) as document:
        if not 0 <= index < len(document):
            raise SourceError(f"{Path(path).name} has {len(document)} pages; there is no page with index {index}")
        return picture_of(document[index], box, width_px)


def picture_of(page: pdfium.PdfPage, box: Box, width_px: int) -> bytes:
    """Return a PNG of the part ``box`` of an open page, ``width_px`` pixels wide."""
    width, height = page.get_size()
    # Half a pixel more, so that rounding inside pdfium never leaves the picture narrower than asked.
    scale = (width_px + 0.5) / max(1.0, (box.right - box.left) * width)
    crop = (box.left * width, (1 - box.bottom) * height, (1 - box.right) * width, box.top * height)
    bitmap = page.render(scale=scale, crop=crop)
    image = bitmap.to_pil().convert("RGB")
    bitmap.close()
    ratio = (box.bottom - box.top) * height / max(1.0, (box.right - box.left) * width)
    image = image.crop((0, 0, width_px, min(image.height, max(1, round(width_px * ratio)))))
    return to_png(image)


def to_png(image: Image.Image) -> bytes:
    """Return an image as PNG bytes, the same for the same pixels."""
    buffer = io.BytesIO()
    image.save(buffer, "PNG", compress_level=2)
    return buffer.getvalue()
