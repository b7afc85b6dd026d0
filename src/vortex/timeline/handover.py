"""Which files an editing program finds the film's parts in."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PartFiles:
    """Paths or URLs as they shall stand in the hand-over file; a part without one stays offline."""

    shots: Mapping[str, str]
    """By id of the shot."""
    sentences: Mapping[str, str]
    """By id of the sentence."""
    music: str = ""


def text_effect(text: str) -> dict[str, object]:
    """Return the generator that sets a text in Final Cut Pro 7 XML, without its name and id.

    Converters to that format look for it in the metadata of an OpenTimelineIO generator.
    """
    return {
        "effectcategory": "Text",
        "effecttype": "generator",
        "mediatype": "video",
        "parameter": {"parameterid": "str", "name": "Text", "value": text},
    }
