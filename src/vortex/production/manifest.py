"""``manifest.json``: what a film is made of and how, so that anybody can tell where each part came from."""

import json
from collections.abc import Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from vortex.core.settings import Settings
from vortex.core.version import VERSION
from vortex.production.build import code_version, file_digest
from vortex.review.film import Origin
from vortex.story.brief import Brief

SCHEMA = "vortex.manifest"
SCHEMA_VERSION = 1


def manifest_text(mp4: Path, title: str, brief: Brief, settings: Settings, made_of: Sequence[Origin]) -> str:
    """Return the manifest of a finished film; fields may be added within a schema version, never changed or dropped.

    Args:
        mp4: the finished film.
        title: what it is called.
        brief: what was asked; its seed is that of a lesson.
        settings: how it was made.
        made_of: see ``provenance.origins``.
    """
    content: dict[str, Any] = {
        "schema": SCHEMA,
        "version": SCHEMA_VERSION,
        "film": {"file": mp4.name, "title": title, "sha256": file_digest(mp4)},
        "program": {"name": "vortex", "version": VERSION, "code": code_version(".")},
        "brief": asdict(brief) | {"sources": [Path(source).name for source in brief.sources]},
        "settings": {section.name: _told(getattr(settings, section.name)) for section in fields(settings)},
        "seed": brief.seed,
        "made_of": [asdict(each) for each in made_of],
    }
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def _told(section: Any) -> dict[str, Any]:
    """Return the values of a section, without what says nothing of the film: workers, folders, keys in addresses."""
    values = {name: value for name, value in asdict(section).items() if name not in ("jobs", "api_key_env")}
    if "music" in values:
        values["music"] = Path(values["music"]).name
    if "base_url" in values:
        address = urlsplit(values["base_url"])
        values["base_url"] = urlunsplit((address.scheme, address.netloc.rpartition("@")[2], address.path, "", ""))
    return values
