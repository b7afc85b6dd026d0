"""Characters as data: what is said of each in every prompt, and what is put on the model for it.

```yaml
ada:
  before: Ada, a small robot with one green eye
  after: flat colours, thick outline
  negative: photo
  loras: ["ada:0.8", ink]
  references: [ada-front.png, ada-side.png]
  seed: same                # same: one seed for all its pictures; each: one for every prompt; or a number
```
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from vortex.core.errors import ConfigError, EngineError
from vortex.engines.image.base import PictureRequest
from vortex.engines.image.registry import Registry, parse_loras

_KEYS = ("before", "after", "negative", "loras", "references", "seed")
_NAME = re.compile(r"[A-Za-z0-9][\w.-]{0,63}")
_SEEDS = 1 << 31


@dataclass(frozen=True, slots=True)
class Character:
    """Somebody who is to look the same in every picture."""

    name: str
    before: str = ""
    """Said before what the picture shows."""
    after: str = ""
    negative: str = ""
    """Words to avoid."""
    loras: tuple[str, ...] = ()
    """Such as ``ada:0.8``; a bare name has the weight of the registry."""
    references: tuple[Path, ...] = ()
    """Pictures of it, against which others are compared."""
    seed: int | str = "same"
    """``same``, ``each``, or a number."""

    def dress(self, request: PictureRequest, registry: Registry) -> PictureRequest:
        """Return a request with the character in it. What the request says itself comes first.

        Raises:
            EngineError: a LoRA is in no registry.
        """
        prompt = ", ".join(filter(None, (self.before, request.prompt.strip(), self.after)))
        negative = ", ".join(filter(None, (request.negative_prompt.strip(), self.negative)))
        asked = {each.name for each in request.loras}
        loras = tuple(
            each for each in parse_loras(",".join(self.loras), registry, f"{self.name}.loras") if each.name not in asked
        )
        return replace(
            request, prompt=prompt, negative_prompt=negative, loras=(*request.loras, *loras), seed=self.seed_of(request)
        )

    def seed_of(self, request: PictureRequest) -> int:
        """Return the seed for a request; one that the request names is kept."""
        if request.seed or isinstance(self.seed, int):
            return request.seed or int(self.seed)
        text = self.name if self.seed == "same" else f"{self.name}\n{request.prompt}"
        return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") % _SEEDS


def read_characters(file: Path) -> Mapping[str, Character]:
    """Read characters by name.

    Raises:
        ConfigError: the file is missing, broken, or has an unknown key or a bad value; names file and key.
    """
    import yaml

    try:
        found = yaml.safe_load(file.read_text(encoding="utf8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ConfigError(f"{file}: cannot be read as a table of characters: {error}") from error
    if not isinstance(found, dict) or not found:
        raise ConfigError(f"{file}: holds no table of characters; write NAME: {{before: …}}")
    return {str(name): _character(file, str(name), raw) for name, raw in found.items()}


def character(table: Mapping[str, Character], name: str) -> Character:
    """Return one character.

    Raises:
        EngineError: there is none of that name; names those that there are.
    """
    if name not in table:
        raise EngineError(f"no character named {name!r}; there are: {', '.join(table) or 'none'}")
    return table[name]


def _character(file: Path, name: str, raw: Any) -> Character:
    if not _NAME.fullmatch(name):
        raise ConfigError(f"{file}: {name!r}: a name has letters, digits, and . _ -, at most 64")
    if not isinstance(raw, dict):
        raise ConfigError(f"{file}: {name} holds a {type(raw).__name__}, not a table")
    unknown = next((key for key in raw if key not in _KEYS), None)
    if unknown is not None:
        raise ConfigError(f"{file}: unknown key {name}.{unknown}; known: {', '.join(_KEYS)}")
    seed = raw.get("seed", "same")
    if not (seed in ("same", "each") or (isinstance(seed, int) and not isinstance(seed, bool) and 0 <= seed < _SEEDS)):
        raise ConfigError(f"{file}: {name}.seed = {seed!r}; write same, each, or a number below {_SEEDS}")
    references = tuple(file.parent / each for each in _texts(file, f"{name}.references", raw.get("references")))
    missing = next((each for each in references if not each.is_file()), None)
    if missing is not None:
        raise ConfigError(f"{file}: {name}.references names {missing}, which is not there")
    said = {key: " ".join(str(raw.get(key) or "").split()) for key in ("before", "after", "negative")}
    return Character(
        name, **said, loras=_texts(file, f"{name}.loras", raw.get("loras")), references=references, seed=seed
    )


def _texts(file: Path, key: str, raw: Any) -> tuple[str, ...]:
    if raw is None:
        return ()
    if not isinstance(raw, list) or not all(isinstance(each, str) and each for each in raw):
        raise ConfigError(f"{file}: {key} = {raw!r}; write a list of texts")
    return tuple(raw)
