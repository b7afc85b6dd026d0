"""What a plugin says of itself, in the file ``manifest.yaml`` of its folder."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from vortex.core.errors import PluginError
from vortex.core.hosting import schema
from vortex.core.hosting.manifest_file import NAME, read_json, read_yaml
from vortex.core.hosting.printed import shortened

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class Resources:
    """What a plugin says that it takes."""

    vram_gb: float
    """Of an accelerator's memory; GB = 1e9 bytes."""
    max_latency_ms: int
    """From the call to the output; who takes longer is ended."""
    max_concurrency: int
    """Calls that may run at the same time."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """A plugin, as its author describes it."""

    folder: Path
    name: str
    version: str
    entrypoint: str
    """``module:function``; the module lies in the folder."""
    description: str
    supported_lanes: tuple[int, ...]
    deterministic: bool
    """Equal payloads give equal outputs."""
    resources: Resources
    input_schema: Mapping[str, Any]
    output_schema: Mapping[str, Any]
    examples: tuple[Any, ...]
    """Payloads to try the plugin with."""


def _each(kind: str, what: str, **bounds: Any) -> dict[str, Any]:
    return {"type": kind, "description": what, **bounds}


_SCHEMA_HERE = {
    "anyOf": [{"type": "object"}, {"type": "string", "pattern": r"^[\w-]+(/[\w-]+)*\.json$"}],
    "description": "a JSON Schema, or the name of a .json file in the plugin's folder that holds one",
}
_LANES = {"type": "integer", "minimum": 0, "maximum": 99}
_RESOURCES = {
    "vram_gb": _each("number", "GB of an accelerator's memory, 0 for none", minimum=0, maximum=1000),
    "max_latency_ms": _each("integer", "whole milliseconds, 1 to 600000", minimum=1, maximum=600_000),
    "max_concurrency": _each("integer", "a whole number of calls at the same time, 1 to 64", minimum=1, maximum=64),
}
_IO = {"input_schema": _SCHEMA_HERE, "output_schema": _SCHEMA_HERE}
_KEYS: dict[str, Any] = {
    "schema_version": {"const": SCHEMA_VERSION, "description": f"the number {SCHEMA_VERSION}"},
    "name": _each("string", "small letters, digits and hyphens, at most 64", pattern="^[a-z][a-z0-9-]{0,63}$"),
    "version": _each(
        "string", 'a version in quotes, such as "1.0.0"', pattern=r"^[0-9]+(\.[0-9]+){1,2}[0-9A-Za-z.+-]*$"
    ),
    "entrypoint": _each(
        "string",
        "module:function, such as contrast:score for the function score in contrast.py",
        pattern=r"^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*$",
    ),
    "description": _each(
        "string", "a sentence in one line, at most 500 characters", minLength=1, maxLength=500, pattern=r"^\P{Cc}*$"
    ),
    "supported_lanes": _each(
        "array", "a list of lanes from 0 to 99, each once", items=_LANES, minItems=1, uniqueItems=True
    ),
    "deterministic": _each("boolean", "true or false"),
    "resources": _each("object", f"the keys {', '.join(_RESOURCES)}"),
    "io": _each("object", f"the keys {', '.join(_IO)}"),
    "examples": _each("array", "a list of payloads to try the plugin with, at most 20", maxItems=20),
}
_OPTIONAL = {"examples"}


def read_manifest(folder: Path) -> Manifest:
    """Return what the plugin in ``folder`` says of itself.

    Raises:
        PluginError: the file is not there, an unknown or a missing key, a bad value, a schema that is none; names file,
            key and value, and says what to write.
    """
    path = folder.resolve() / NAME
    data = read_yaml(path)
    _check(path, "", data, _KEYS)
    _check(path, "resources.", data["resources"], _RESOURCES)
    _check(path, "io.", data["io"], _IO)
    manifest = Manifest(
        folder=path.parent,
        supported_lanes=tuple(map(int, data["supported_lanes"])),
        resources=Resources(
            float(data["resources"]["vram_gb"]),
            int(data["resources"]["max_latency_ms"]),  # 1000.0 is an integer too
            int(data["resources"]["max_concurrency"]),
        ),
        input_schema=_schema(path, "input_schema", data),
        output_schema=_schema(path, "output_schema", data),
        examples=tuple(data.get("examples", ())),
        **{key: data[key] for key in ("name", "version", "entrypoint", "description", "deterministic")},
    )
    _require_module(path, manifest.entrypoint)
    return manifest


def _check(path: Path, prefix: str, data: Mapping[str, Any], forms: Mapping[str, Mapping[str, Any]]) -> None:
    for key in data:
        if key not in forms:
            near = get_close_matches(key, forms, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(forms)}"
            raise PluginError(f"{path}: unknown key {prefix + key!r}; {hint}")
    for key, form in forms.items():
        if key not in data and key not in _OPTIONAL:
            raise PluginError(f"{path}: {prefix}{key} is missing; write {form['description']}")
        if key in data and schema.violation(form, data[key]):
            shown = shortened(repr(data[key]), 80)
            raise PluginError(f"{path}: {prefix}{key} = {shown} is no good value; write {form['description']}")


def _schema(path: Path, key: str, data: Mapping[str, Any]) -> Mapping[str, Any]:
    found, place = data["io"][key], f"io.{key}"
    if isinstance(found, str):
        file = path.parent / found
        if not file.resolve().is_relative_to(path.parent):
            raise PluginError(f"{path}: {place} = {found!r} lies outside the plugin's folder; copy it there")
        place, found = f"{place} ({found})", read_json(file)
    if not isinstance(found, dict):
        raise PluginError(f"{path}: {place} is no JSON Schema: it holds no keys; write type: object and so on")
    if fault := schema.fault(found):
        raise PluginError(f"{path}: {place} is no JSON Schema (draft 2020-12): {fault}; mend it")
    return found


def _require_module(path: Path, entrypoint: str) -> None:
    module = entrypoint.partition(":")[0]
    if module.partition(".")[0] in sys.stdlib_module_names or module.partition(".")[0] == "vortex":
        raise PluginError(f"{path}: entrypoint = {entrypoint!r}: Python has a module of this name; rename yours")
    place = path.parent.joinpath(*module.split("."))
    if not (place.with_name(f"{place.name}.py").is_file() or (place / "__init__.py").is_file()):
        raise PluginError(f"{path}: entrypoint = {entrypoint!r}: there is no {place.name}.py in {place.parent}; add it")
