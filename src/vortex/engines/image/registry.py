"""The file that names what can be put on a picture model: LoRAs, and ControlNets by kind.

```yaml
loras:
  ink:
    file: ink.safetensors        # beside this file, or an absolute path
    base: sdxl                   # flux, sdxl or sd
    trigger: ink drawing         # put before a prompt that does not have it
    weight: 0.8                  # what a bare name means
    sha256: 9f86d081…            # compared before it is used
controls:
  canny: controlnets/canny       # folder, or a name in the store
```
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from vortex.core.errors import ConfigError, EngineError, ModelError
from vortex.engines.image.base import Lora

KINDS = ("openpose", "depth", "canny")
BASES = ("flux", "sdxl", "sd")
REGISTRY = "lora_registry.yaml"
MAX_WEIGHT = 4.0
_NAME = re.compile(r"[A-Za-z0-9][\w.-]{0,63}")
_LORA_KEYS = ("file", "base", "trigger", "weight", "sha256")


@dataclass(frozen=True, slots=True)
class NamedLora:
    """A LoRA as the registry describes it."""

    name: str
    file: Path
    base: str
    """``flux``, ``sdxl`` or ``sd``; "" if not told."""
    trigger: str = ""
    weight: float = 1.0
    sha256: str = ""

    @property
    def stamp(self) -> tuple[int, int]:
        """When its file was written, in nanoseconds, and its size in bytes; zeros where there is none."""
        if not self.file.is_file():
            return 0, 0
        found = self.file.stat()
        return found.st_mtime_ns, found.st_size

    def require_whole(self) -> None:
        """Make sure that the file is there, and the one that was meant.

        Raises:
            ModelError: it is not.
        """
        if not self.file.is_file():
            raise ModelError(f"LoRA {self.name!r}: {self.file} is not there; mend its entry in the registry")
        if self.sha256 and (found := digest(self.file)) != self.sha256.lower():
            raise ModelError(f"LoRA {self.name!r}: {self.file} has SHA-256 {found}, the registry says {self.sha256}")


@dataclass(frozen=True, slots=True)
class Registry:
    """LoRAs and ControlNets by name."""

    loras: Mapping[str, NamedLora] = field(default_factory=dict)
    controls: Mapping[str, str] = field(default_factory=dict)
    """Kind → folder, or name in the store."""
    file: Path | None = None

    def lora(self, name: str) -> NamedLora:
        """Return a LoRA.

        Raises:
            EngineError: there is none of that name; names what there is.
        """
        if name in self.loras:
            return self.loras[name]
        near = get_close_matches(name, self.loras, n=1)
        there = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(self.loras) or 'none'}"
        raise EngineError(f"no LoRA named {name!r} in {self.file or 'any registry'}; {there}")


def read_registry(file: Path) -> Registry:
    """Read a registry.

    Raises:
        ConfigError: it is missing, broken, or has an unknown key or a bad value; names file and key.
    """
    import yaml

    try:
        found = yaml.safe_load(file.read_text(encoding="utf8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ConfigError(f"{file}: cannot be read as a registry of LoRAs: {error}") from error
    table = _table(file, "", found, ("loras", "controls"))
    loras = _table(file, "loras", table.get("loras"))
    controls = _table(file, "controls", table.get("controls"), KINDS)
    return Registry(
        {name: _lora(file, name, each) for name, each in loras.items()},
        {kind: _place(file, f"controls.{kind}", each) for kind, each in controls.items()},
        file,
    )


def parse_loras(text: str, registry: Registry, key: str = "image.loras") -> tuple[Lora, ...]:
    """Return the LoRAs of a text such as ``ink:0.8,warm``; a bare name has the weight of the registry.

    Args:
        text: as a setting has it.
        registry: where bare names are looked up.
        key: what the text is the value of, for errors.

    Raises:
        ConfigError: it is written otherwise.
        EngineError: a bare name is in no registry.
    """
    found = []
    for each in filter(None, (part.strip() for part in text.split(","))):
        name, colon, weight = each.partition(":")
        try:
            found.append(Lora(name, float(weight) if colon else registry.lora(name).weight))
        except ValueError as error:
            raise ConfigError(f"{key} = {text!r}: {each!r} is no NAME:WEIGHT, such as ink:0.8") from error
    return tuple(found)


def digest(file: Path) -> str:
    """Return SHA-256 of a file, as 64 hexadecimal digits."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _lora(file: Path, name: str, raw: Any) -> NamedLora:
    key = f"loras.{name}"
    if not _NAME.fullmatch(name):
        raise ConfigError(f"{file}: {key}: a name has letters, digits, and . _ -, at most 64")
    row = _table(file, key, raw, _LORA_KEYS)
    base, weight = str(row.get("base", "")), row.get("weight", 1.0)
    if base and base not in BASES:
        raise ConfigError(f"{file}: {key}.base = {base!r}; write {', '.join(BASES)}")
    if isinstance(weight, bool) or not isinstance(weight, int | float) or not -MAX_WEIGHT <= weight <= MAX_WEIGHT:
        raise ConfigError(f"{file}: {key}.weight = {weight!r}; write a number from {-MAX_WEIGHT} to {MAX_WEIGHT}")
    sha256 = str(row.get("sha256", ""))
    if sha256 and not re.fullmatch(r"[0-9a-fA-F]{64}", sha256):
        raise ConfigError(f"{file}: {key}.sha256 = {sha256!r} is no SHA-256 of 64 hexadecimal digits")
    place = Path(_place(file, f"{key}.file", row.get("file")))
    if place.suffix != ".safetensors":
        raise ConfigError(f"{file}: {key}.file = {place.name!r}; only .safetensors is read")
    return NamedLora(name, place, base, " ".join(str(row.get("trigger", "")).split()), float(weight), sha256)


def _place(file: Path, key: str, raw: Any) -> str:
    """Return a path, beside the registry unless it is absolute; a name that is no path here stays a name."""
    if not isinstance(raw, str) or not raw:
        raise ConfigError(f"{file}: {key} = {raw!r}; write a path")
    path = Path(raw).expanduser()
    beside = path if path.is_absolute() else file.parent / path
    return str(beside) if beside.exists() or key.endswith(".file") else raw


def _table(file: Path, key: str, raw: Any, known: tuple[str, ...] = ()) -> dict[str, Any]:
    if raw is None:
        return {}
    if not isinstance(raw, dict):
        raise ConfigError(f"{file}: {key or 'the file'} holds a {type(raw).__name__}, not a table of names")
    for name in raw:
        if known and name not in known:
            where = f"{key}." if key else ""
            raise ConfigError(f"{file}: unknown key {where}{name}; known: {', '.join(known)}")
    return {str(name): value for name, value in raw.items()}
