"""The picture of a figure shot: one that a document holds, or one that a person puts into the film."""

import re
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from PIL import Image, UnidentifiedImageError

from vortex.core.document import Block
from vortex.core.errors import ConfigError
from vortex.production.build import file_digest, writing
from vortex.production.folder import FilmFolder
from vortex.production.library import Library, gather
from vortex.story.polish import polish

_FORMATS = {"PNG": ".png", "JPEG": ".jpg"}
_MOST_PIXELS = 64_000_000
_MOST_WORDS = 16
"""A longer caption is not shown beside its figure."""


def figure_params(folder: FilmFolder, library: Library, wanted: str) -> dict[str, Any]:
    """Return the parameters of a figure shot for a picture file, or for a figure that its document names.

    A file is copied into the film's folder, so that the film stays whole when the file goes.

    Raises:
        ConfigError: there is neither such a file nor such a figure, or the file is no PNG or JPEG picture.
    """
    file = Path(wanted).expanduser()
    if file.is_file():
        return {"image": _taken_in(folder, library, file), "caption": "", "name": ""}
    figures = {
        block.name.rstrip(".:"): block
        for document in library.documents
        for block in document.blocks
        if _is_figure(block)
    }
    found = next((block for name, block in figures.items() if name.lower() == wanted.lower().rstrip(".:")), None)
    if found is None:
        near = get_close_matches(wanted, figures, 3, 0.5)
        known = f"the nearest are {', '.join(near)}" if near else f"there are: {', '.join(figures) or 'none'}"
        raise ConfigError(f"no picture file and no figure of the sources is called {wanted!r}; of the figures, {known}")
    return {"image": found.image, "caption": _caption(found), "name": found.name}


def _is_figure(block: Block) -> bool:
    return bool(block.image and block.name)


def _caption(block: Block) -> str:
    text = re.sub(rf"^{re.escape(block.name)}\s*[:.]?\s*", "", polish(block.text))
    return text if len(text.split()) <= _MOST_WORDS else ""


def _taken_in(folder: FilmFolder, library: Library, file: Path) -> str:
    """Copy a picture into the film under its own name and its hash, and return that name."""
    try:
        with Image.open(file) as picture:
            kind, pixels = picture.format or "", picture.width * picture.height
            picture.verify()
    except (UnidentifiedImageError, OSError, SyntaxError) as error:
        raise ConfigError(f"{file}: is no picture that can be read ({error}); give a PNG or JPEG file") from error
    if kind not in _FORMATS:
        raise ConfigError(f"{file}: is a {kind} picture; give a PNG or JPEG file")
    if pixels > _MOST_PIXELS:
        raise ConfigError(f"{file}: has {pixels / 1e6:.0f} megapixels; give one of at most {_MOST_PIXELS / 1e6:.0f}")
    stem = re.sub(r"[^\w-]+", "-", file.stem).strip("-")[:60] or "picture"
    name = f"{stem}-{file_digest(file)[:16]}{_FORMATS[kind]}"
    with writing(folder.pictures):
        folder.pictures.mkdir(exist_ok=True)
        (folder.pictures / name).write_bytes(file.read_bytes())
    gather(folder.pictures, library.assets)
    return name
