"""Pairs of a text and a picture that shows it, from a file: what scores are calibrated by."""

import json
from pathlib import Path

import numpy as np
from PIL import Image

from vortex.core.errors import ConfigError, EngineError
from vortex.engines.sight.ensemble import Pair
from vortex.engines.sight.references import open_picture

_GROUND = (255, 255, 255)


def read_pairs(path: Path) -> list[Pair]:
    """Read one pair a line: ``{"text": "a red square", "picture": "square.png"}``; pictures lie beside the file.

    Raises:
        ConfigError: the file is not there, or a line is no such pair; names the line.
        EngineError: a picture cannot be read.
    """
    if not path.is_file():
        raise ConfigError(f"{path}: no such file of pairs")
    pairs: list[Pair] = []
    for number, line in enumerate(path.read_text(encoding="utf8").splitlines(), 1):
        if line.strip():
            pairs.append(_pair(path, number, line))
    return pairs


def _pair(path: Path, number: int, line: str) -> Pair:
    try:
        found = json.loads(line)
        text, picture = found["text"], found["picture"]
        if set(found) != {"text", "picture"} or not (isinstance(text, str) and isinstance(picture, str)):
            raise ValueError("other keys, or values that are no texts")
    except (ValueError, KeyError, TypeError) as error:
        raise ConfigError(f"{path}, line {number}: write a text and a picture, as JSON ({error})") from error
    place = path.parent / picture
    if not place.is_file():
        raise EngineError(f"{path}, line {number}: no picture {place}")
    pixels = Image.fromarray(open_picture(place)).convert("RGBA")
    shown = Image.new("RGBA", pixels.size, _GROUND)
    shown.alpha_composite(pixels)
    return text, np.asarray(shown.convert("RGB"))[None]
