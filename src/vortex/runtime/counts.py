"""Whether the counts of a configuration can be true: a network of a billion layers takes all memory while it is built.

Nothing of it needs to be on disk for that, so the length of its files protects nobody.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from vortex.core.errors import ModelError
from vortex.runtime.folder import ModelFolder

_COUNTS = re.compile(r"(?:.*_)?(?:layers?|blocks|experts)|depths?")
_HARMLESS = 1000
"""What is built within seconds, whatever the files hold."""


def require_true_counts(folder: ModelFolder) -> None:
    """Make sure that no network below has more layers, blocks or experts than its files have tensors.

    Raises:
        ModelError: one has; names file, key and value.
    """
    for place in sorted({each.parent for each in folder.files if each.name == "config.json"}):
        part = ModelFolder(place)
        held = sum(len(header.tensors) for header in part.headers)
        for name, count in _counts(part.config):
            if count > max(_HARMLESS, held):
                raise ModelError(
                    f"{place / 'config.json'}: {name} is {count}, and the files hold {held} tensors; fetch it again"
                )


def _counts(config: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """Yield the counts of a configuration and of those within it."""
    for name, value in config.items():
        if isinstance(value, dict):
            yield from _counts(value)
            continue
        for each in value if isinstance(value, list) else (value,):
            if isinstance(each, int) and _COUNTS.fullmatch(name):
                yield name, each
