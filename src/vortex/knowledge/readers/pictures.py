"""Pictures that a page links to: found beside it or inside its archive, made PNG, kept; nothing is ever fetched."""

import base64
import binascii
import io
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

from PIL import Image, UnidentifiedImageError

from vortex.knowledge.assets import keep_picture
from vortex.knowledge.pdf.render import to_png

Keep = Callable[[str], str]
"""Takes a link as written; returns the name of the kept PNG, or "" when there is none to keep."""

_REMOTE = re.compile(r"^(?:[a-z]+:)?//|^[a-z]{2,}:", re.IGNORECASE)
_MIN_SIDE_PX = 48
_MAX_PIXELS = 50_000_000


def keep_beside(folder: Path, assets: Path, warnings: list[str]) -> Keep:
    """Return a ``Keep`` for links relative to ``folder``; pictures outside of it are not read.

    Args:
        folder: folder of the page.
        assets: folder that receives the PNG.
        warnings: gets a sentence for every picture that is remote, missing or unreadable.
    """

    def find(name: str) -> bytes | None:
        path = (folder / name).resolve()
        inside = path.is_relative_to(folder.resolve()) and path.is_file()
        return path.read_bytes() if inside else None

    return _keeper(find, assets, warnings)


def keep_packed(find: Callable[[str], bytes | None], assets: Path, warnings: list[str]) -> Keep:
    """Return a ``Keep`` for pictures of an archive; ``find`` returns the bytes behind a link, or ``None``."""
    return _keeper(find, assets, warnings)


def _keeper(find: Callable[[str], bytes | None], assets: Path, warnings: list[str]) -> Keep:
    def keep(target: str) -> str:
        if target.startswith("data:image/"):
            return _store(_decode(target), "embedded in the page", assets, warnings)
        if not target or _REMOTE.match(target):
            if target:
                warnings.append(f"The picture {target} is not on this machine and was left out.")
            return ""
        data = find(unquote(target.split("?")[0].split("#")[0]))
        if data is None:
            warnings.append(f"The picture {target} was not found with the document and was left out.")
            return ""
        return _store(data, target, assets, warnings)

    return keep


def _decode(target: str) -> bytes:
    try:
        return base64.b64decode(target.split(",", 1)[-1])
    except binascii.Error:
        return b""


def _store(data: bytes, name: str, assets: Path, warnings: list[str]) -> str:
    try:
        with Image.open(io.BytesIO(data)) as image:
            width, height = image.size
            if min(width, height) < _MIN_SIDE_PX:
                return ""
            if width * height > _MAX_PIXELS:
                warnings.append(f"The picture {name} has {width} x {height} pixels, too many, and was left out.")
                return ""
            return keep_picture(to_png(_on_white(image)), assets)
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError):
        warnings.append(f"The picture {name} cannot be read as a picture and was left out.")
        return ""


def _on_white(image: Image.Image) -> Image.Image:
    with_alpha = image.convert("RGBA")
    white = Image.new("RGBA", with_alpha.size, "white")
    return Image.alpha_composite(white, with_alpha).convert("RGB")
