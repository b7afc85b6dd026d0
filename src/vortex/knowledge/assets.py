"""Names that follow from content, and pictures of a document kept on disk under them."""

import hashlib
from pathlib import Path


def content_name(data: bytes) -> str:
    """Return the name that documents and pictures go by: the first 16 hex digits of the SHA-256 of their bytes."""
    return hashlib.sha256(data).hexdigest()[:16]


def keep_picture(png: bytes, assets: Path) -> str:
    """Write a PNG into ``assets`` under the hash of its bytes and return the file's name; twice is harmless."""
    name = f"{content_name(png)}.png"
    target = assets / name
    if not target.exists():
        assets.mkdir(parents=True, exist_ok=True)
        partial = target.with_suffix(".partial")
        partial.write_bytes(png)
        partial.replace(target)
    return name
