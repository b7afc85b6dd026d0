"""A character on disk: a folder of its pictures, what is known of them, and what was learnt.

mila/
character.json     {"name": "Mila", "boxes": {"market.jpg": [40, 10, 220, 300]}}; may be missing
*.png, *.jpg, …    pictures, each with the one character
learnt.json        the threshold and what it rests on; written by ``save``
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, UnidentifiedImageError

from vortex.core.errors import ConfigError, EngineError
from vortex.engines.sight.characters import CharacterJudge, Embedder, Knowledge, portray
from vortex.engines.sight.cutout import Box, Cutout, cut_out
from vortex.engines.sight.logistic import Logistic
from vortex.engines.sight.threshold import Threshold

ENDINGS = (".png", ".jpg", ".jpeg", ".webp")
_ABOUT, _LEARNT = "character.json", "learnt.json"
_MAX_PIXELS = 64_000_000


@dataclass(frozen=True)
class ReferenceSet:
    """Pictures of one character."""

    name: str
    pictures: tuple[Path, ...]
    boxes: Mapping[str, Box] = field(default_factory=dict)
    """File name → where the character is in it."""

    @classmethod
    def read(cls, folder: Path) -> "ReferenceSet":
        """Read a folder; the pictures are opened when they are cut out.

        Raises:
            ConfigError: ``character.json`` is broken, holds an unknown key, or a box for a picture that is not there.
            EngineError: the folder holds no picture.
        """
        pictures = tuple(sorted(each for each in folder.glob("*") if each.suffix.lower() in ENDINGS))
        if not pictures:
            raise EngineError(f"{folder}: no pictures of a character; put {', '.join(ENDINGS)} files there")
        about = _about(folder / _ABOUT)
        boxes = {name: _box(folder, name, box) for name, box in about.get("boxes", {}).items()}
        strangers = boxes.keys() - {each.name for each in pictures}
        if strangers:
            raise ConfigError(f"{folder / _ABOUT}: a box for {', '.join(sorted(strangers))}, which is not there")
        return cls(str(about.get("name", folder.name)), pictures, boxes)

    def cutouts(self) -> tuple[Cutout, ...]:
        """Open the pictures and cut the character out of each.

        Raises:
            EngineError: a picture cannot be read; names it.
        """
        return tuple(cut_out(open_picture(each), self.boxes.get(each.name)) for each in self.pictures)

    @property
    def fingerprint(self) -> str:
        """SHA-256 over the pictures and their boxes."""
        digest = hashlib.sha256()
        for each in self.pictures:
            digest.update(hashlib.sha256(each.read_bytes()).digest())
            digest.update(repr(self.boxes.get(each.name)).encode())
        return digest.hexdigest()

    def save(self, judge: CharacterJudge) -> Path:
        """Write what was learnt of the character beside its pictures and return where."""
        path = self.pictures[0].parent / _LEARNT
        value = {"pictures": self.fingerprint, "knowledge": asdict(judge.knowledge)}
        path.write_text(json.dumps(value, indent=1) + "\n", encoding="utf8")
        return path

    def judge(self, embedder: Embedder | None = None) -> CharacterJudge:
        """Return the judge that was saved.

        Raises:
            EngineError: none was, or it was learnt from other pictures or with another network.
        """
        path = self.pictures[0].parent / _LEARNT
        if not path.is_file():
            raise EngineError(f"{path}: not there; learn the character first from its pictures and those of others")
        try:
            value = json.loads(path.read_text(encoding="utf8"))
            known = value["knowledge"]
            slopes = tuple(map(float, known["map"]["slopes"]))
            knowledge = Knowledge(
                Logistic(slopes, float(known["map"]["offset"])), Threshold(**known["threshold"]), known["least"],
                known["network"], int(known["num_left_out"]),
            )  # fmt: skip
        except (ValueError, KeyError, TypeError) as error:
            raise EngineError(f"{path}: cannot be read ({error!r}); learn the character again") from error
        if value["pictures"] != self.fingerprint:
            raise EngineError(f"{path}: was learnt from other pictures than lie here; learn the character again")
        own = [each for each in self.cutouts() if each.way != "whole picture"]
        return CharacterJudge(portray(own, embedder), knowledge, embedder)


def open_picture(path: Path) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """Return a picture file as uint8 of shape (height, width, 3), or with alpha (height, width, 4).

    Raises:
        EngineError: it cannot be read, or has more than 64 million pixels.
    """
    try:
        with Image.open(path) as picture:
            if picture.width * picture.height > _MAX_PIXELS:
                raise EngineError(f"{path}: {picture.width} × {picture.height} pixels are too many; make it smaller")
            has_alpha = "A" in picture.getbands() or "transparency" in picture.info
            return np.asarray(picture.convert("RGBA" if has_alpha else "RGB"))
    except (OSError, UnidentifiedImageError, Image.DecompressionBombError, SyntaxError) as error:
        raise EngineError(f"{path}: cannot be read as a picture: {error}") from error


def _about(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        about = json.loads(path.read_text(encoding="utf8"))
    except ValueError as error:
        raise ConfigError(f"{path}: is no JSON: {error}") from error
    unknown = set(about) - {"name", "boxes"} if isinstance(about, dict) else {"a list"}
    if unknown or not isinstance(about.get("boxes", {}), dict):
        raise ConfigError(f"{path}: {', '.join(sorted(unknown)) or 'boxes'}: write name, and boxes by file name")
    return dict(about)


def _box(folder: Path, name: str, box: Any) -> Box:
    if not (isinstance(box, list) and len(box) == 4 and all(isinstance(each, int) for each in box)):
        raise ConfigError(f"{folder / _ABOUT}: boxes.{name} = {box!r}: write [left, top, right, bottom] in pixels")
    left, top, right, bottom = box
    if right <= left or bottom <= top:
        raise ConfigError(f"{folder / _ABOUT}: boxes.{name} = {box!r}: right and bottom lie beyond left and top")
    return (left, top, right, bottom)
