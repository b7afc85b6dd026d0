"""The small pieces of HTML that all parts of the report share."""

import base64
from collections.abc import Sequence
from html import escape
from pathlib import Path

_MIMES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".svg": "image/svg+xml",
}


def table(heads: Sequence[str], bodies: str) -> str:
    """Return a table with these column heads around ready table bodies."""
    cells = "".join(f'<th scope="col">{head}</th>' for head in heads)
    return f'<div class="card scroll"><table><thead><tr>{cells}</tr></thead>{bodies}</table></div>'


def embedded(image: Path) -> str:
    """Return a picture as an address that holds all of it."""
    return f"data:{_MIMES[image.suffix.lower()]};base64,{base64.b64encode(image.read_bytes()).decode()}"


def badge(text: str, kind: str, small: bool = False) -> str:
    """Return a small coloured label; kinds are ``good``, ``bad``, ``warn`` and ``plain``."""
    return f'<span class="badge {kind}{" small" if small else ""}">{escape(text)}</span>'


def sentence_case(text: str) -> str:
    """Return ``text`` with a capital first letter and the rest as it is."""
    return text[:1].upper() + text[1:]
