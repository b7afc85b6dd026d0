"""Reads ``manifest.yaml`` as plain data: a stranger's file can neither run anything nor grow while it is read.

Source: YAML 1.1 as PyYAML reads it, without tags, anchors and aliases; the values are those of JSON.
"""

import json
import math
from pathlib import Path
from typing import Any

from vortex.core.errors import PluginError

NAME = "manifest.yaml"
MOST_BYTES = 256_000
_MOST_DEPTH = 60


def read_yaml(path: Path) -> dict[str, Any]:
    """Return what the file holds.

    Raises:
        PluginError: it cannot be read, is larger than ``MOST_BYTES``, or is no mapping of JSON values; names the line.
    """
    import yaml

    text = _text(path)
    try:
        _forbid_growth(path, text)
        found = yaml.load(text, Loader=_loader())  # a SafeLoader
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise PluginError(f"{path}: no YAML that can be read: {' '.join(str(error).split())}; mend the file") from error
    if not isinstance(found, dict):
        raise PluginError(f"{path}: holds no keys; write name: …, version: … and so on")
    return found


def read_json(path: Path) -> Any:
    """Return what a file of JSON, such as a schema, holds.

    Raises:
        PluginError: it cannot be read, is too large or is no JSON.
    """
    try:
        return json.loads(_text(path))
    except (ValueError, RecursionError) as error:
        raise PluginError(f"{path}: no JSON: {error}; mend the file") from error


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise PluginError(f"{path}: cannot be read: {error.strerror}; a plugin is a folder with {NAME}") from error
    if len(data) > MOST_BYTES:
        raise PluginError(f"{path}: more than {MOST_BYTES:,} bytes; a manifest says what a plugin is and holds no data")
    try:
        return data.decode("utf8")
    except UnicodeDecodeError as error:
        raise PluginError(f"{path}: not in UTF-8 (byte {error.start}); save it as UTF-8") from error


def _forbid_growth(path: Path, text: str) -> None:
    """Refuse aliases, by which a small file means a huge value, and nesting that nobody writes by hand."""
    import yaml

    depth = 0
    for event in yaml.parse(text, Loader=_base()):
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise PluginError(f"{path}: line {line}: no anchors and aliases here; write the value out")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _MOST_DEPTH:
            raise PluginError(f"{path}: line {line}: nested deeper than {_MOST_DEPTH}; write it flatter")


def _base() -> Any:
    """Return the safe loader, the one in C where PyYAML was built with it."""
    import yaml

    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _loader() -> Any:
    """Return a safe loader that takes each key once, keys that are text, and values that JSON has."""

    class Loader(_base()):  # type: ignore[misc]
        """See above."""

    def mapping(loader: Any, node: Any) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            key = loader.construct_object(key_node, deep=True)
            if not isinstance(key, str):
                raise ValueError(f"line {line}: the key {key!r} is no text; write it in quotes")
            if key in found:
                raise ValueError(f"line {line}: the key {key!r} stands there twice; keep one")
            found[key] = loader.construct_object(value_node, deep=True)
        return found

    Loader.add_constructor("tag:yaml.org,2002:map", mapping)
    Loader.add_constructor("tag:yaml.org,2002:float", _finite)
    for kind in ("timestamp", "binary", "set", "omap", "pairs"):
        Loader.add_constructor(f"tag:yaml.org,2002:{kind}", _plain_text)
    return Loader


def _finite(loader: Any, node: Any) -> float:
    value = float(loader.construct_yaml_float(node))
    if not math.isfinite(value):
        raise ValueError(f"line {node.start_mark.line + 1}: {node.value} is no value of JSON")
    return value


def _plain_text(loader: Any, node: Any) -> str:
    """Take a date for the text that it is, since JSON has no dates."""
    line = node.start_mark.line + 1
    if not isinstance(node.value, str):
        raise ValueError(f"line {line}: {node.tag} is no value of JSON")
    return node.value
