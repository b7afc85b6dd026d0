"""Pictures that a page links to: found beside it, made PNG, kept; nothing is ever fetched."""

import base64
import binascii
import io
import re
from pathlib import Path
from urllib.parse import unquote

from PIL import Image, UnidentifiedImageError

from vortex.knowledge.assets import keep_picture
from vortex.knowledge.pdf.render import to_png

_REMOTE = re.compile(r"^(?:[a-z]+:)?//|^[a-z]{2,}:", re.IGNORECASE)
_MIN_SIDE_PX = 48
_MAX_PIXELS = 50_000_000


def keep_linked(target: str, folder: Path, assets: Path, warnings: list[str]) -> str:
    """Return the name under which a linked picture is kept, or "" when there is none to keep.

    Args:
        target: the link as written; relative to ``folder``, or a data address.
        folder: folder of the page; pictures outside it are not read.
        assets: folder that receives the PNG.
        warnings: gets a sentence when a picture is remote, missing or unreadable.
    """
    if target.startswith("data:image/"):
        return _keep(_decode(target), "an embedded picture", assets, warnings)
    if not target or _REMOTE.match(target):
        if target:
            warnings.append(f"The picture {target} is not on this machine and was left out.")
        return ""
    path = (folder / unquote(target.split("?")[0].split("#")[0])).resolve()
    if not path.is_relative_to(folder.resolve()) or not path.is_file():
        warnings.append(f"The picture {target} was not found beside the document and was left out.")
        return ""
    return _keep(path.read_bytes(), target, assets, warnings)


def keep_bytes(data: bytes, name: str, assets: Path, warnings: list[str]) -> str:
    """Keep a picture that came inside a packed document; see ``keep_linked``."""
    return _keep(data, name, assets, warnings)


def _decode(target: str) -> bytes:
    try:
        return base64.b64decode(target.split(",", 1)[-1])
    except binascii.Error:
        return b""


def _keep(data: bytes, name: str, assets: Path, warnings: list[str]) -> str:
    try:
        with Image.open(io.BytesIO(data)) as image:
            if min(image.size) < _MIN_SIDE_PX:
                return ""
            if image.width * image.height > _MAX_PIXELS:
                warnings.append(
                    f"The picture {name} has {image.width} x {image.height} pixels, too many, and was left out."
                )
                return ""
            return keep_picture(to_png(_on_white(image)), assets)
    except (UnidentifiedImageError, OSError, SyntaxError):
        warnings.append(f"The picture {name} cannot be read as a picture and was left out.")
        return ""


def _on_white(image: Image.Image) -> Image.Image:
    with_alpha = image.convert("RGBA")
    white = Image.new("RGBA", with_alpha.size, "white")
    return Image.alpha_composite(white, with_alpha).convert("RGB")
