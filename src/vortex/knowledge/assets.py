"""Pictures of a document on disk, named by what they hold."""

import hashlib
from pathlib import Path


def keep_picture(png: bytes, assets: Path) -> str:
    """Write a PNG into ``assets`` under the hash of its bytes and return the file's name; twice is harmless."""
    name = f"{hashlib.sha256(png).hexdigest()[:16]}.png"
    target = assets / name
    if not target.exists():
        assets.mkdir(parents=True, exist_ok=True)
        partial = target.with_suffix(".partial")
        partial.write_bytes(png)
        partial.replace(target)
    return name
