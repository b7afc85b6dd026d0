"""``script.json``, ``storyboard.json`` and ``claims.json``: plain files that a person may read and edit.

They are written in one stable form, so that a change of one sentence is a change of one line. What a person breaks is
named: the file, the place in it, the value and what to do.
"""

import json
import types
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import MISSING, asdict, fields, is_dataclass
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import ValidationError

from vortex.core.claim import Claim
from vortex.core.errors import ConfigError
from vortex.story.material import Material
from vortex.story.script import Script
from vortex.story.storyboard import PageNeed, Storyboard
from vortex.visuals.shot import Shot


def save_script(script: Script, path: Path) -> None:
    """Write a script as JSON."""
    path.write_text(script_text(script), encoding="utf8")


def script_text(script: Script) -> str:
    """Return a script as JSON."""
    return _text({"schema": 1, **asdict(script)})


def load_script(path: Path, material: Material | None = None) -> Script:
    """Read a script, edited or not.

    Args:
        path: the file.
        material: what its passages are looked up in; ``None`` leaves them unchecked.

    Raises:
        ConfigError: broken JSON, a wrong or missing value, an empty text, a repeated id, an unknown passage.
    """
    script: Script = _build(Script, _read(path), path, "")
    _check_ids([scene.id for scene in script.scenes], path, "scene")
    spoken = [each for scene in script.scenes for each in scene.sentences]
    _check_ids([each.id for each in spoken], path, "sentence")
    if not spoken:
        raise ConfigError(f"{path}: no sentence is left; keep at least one, or delete the file to have it written anew")
    for each in spoken:
        if not each.text.strip():
            raise ConfigError(
                f"{path}: sentence {each.id} has the empty text {each.text!r}; write it or delete the sentence"
            )
        if material is not None and each.passage and each.passage not in material.by_id:
            known = ", ".join(list(material.by_id)[:3])
            raise ConfigError(
                f"{path}: sentence {each.id} names passage {each.passage!r}, which is not among the "
                f"{len(material.by_id)} passages of the sources (such as {known}); name one of them"
            )
    return script


def save_claims(claims: Iterable[Claim], path: Path) -> None:
    """Write the claim ledger as JSON."""
    rows = [{**asdict(claim), "supported": claim.supported} for claim in claims]
    path.write_text(_text({"schema": 1, "claims": rows}), encoding="utf8")


def save_storyboard(storyboard: Storyboard, path: Path) -> None:
    """Write a storyboard as JSON."""
    path.write_text(storyboard_text(storyboard), encoding="utf8")


def storyboard_text(storyboard: Storyboard) -> str:
    """Return a storyboard as JSON."""
    shots = [shot.model_dump(mode="json") for shot in storyboard.shots]
    return _text({"schema": 1, "shots": shots, "needs": [asdict(need) for need in storyboard.needs]})


def load_storyboard(path: Path, script: Script | None = None) -> Storyboard:
    """Read a storyboard, edited or not.

    Args:
        path: the file.
        script: what its sentences are looked up in; each must be shown exactly once, in order. ``None`` for no check.

    Raises:
        ConfigError: broken JSON, a wrong or missing value, a repeated id, or sentences that differ from the script's.
    """
    data = _read(path)
    shots = tuple(_shot(row, path, place) for place, row in enumerate(_list(data, "shots", path)))
    rows = _list(data, "needs", path) if "needs" in data else []
    needs = tuple(_build(PageNeed, row, path, f"needs[{place}]") for place, row in enumerate(rows))
    _check_ids([shot.id for shot in shots], path, "shot")
    if script is not None:
        _check_order(shots, script, path)
    return Storyboard(shots, needs)


def _shot(row: object, path: Path, place: int) -> Shot:
    try:
        return Shot.model_validate(row)
    except ValidationError as error:
        first = error.errors()[0]
        spot = ".".join(str(part) for part in first["loc"])
        raise ConfigError(f"{path}: shots[{place}].{spot} = {first['input']!r}: {first['msg']}") from error


def _check_order(shots: Sequence[Shot], script: Script, path: Path) -> None:
    shown = [name for shot in shots for name in shot.sentences]
    spoken = [each.id for scene in script.scenes for each in scene.sentences]
    if shown == spoken:
        return
    unknown = [name for name in shown if name not in spoken]
    missing = [name for name in spoken if name not in shown]
    seen = f"unknown: {', '.join(unknown) or 'none'}; missing: {', '.join(missing) or 'none'}"
    raise ConfigError(
        f"{path}: the shots must show every sentence of the script once, in its order ({seen}); "
        "mend the file, or delete it to have it planned anew"
    )


def _check_ids(names: Sequence[str], path: Path, kind: str) -> None:
    repeated = next((name for place, name in enumerate(names) if name in names[:place]), None)
    if repeated is not None:
        raise ConfigError(f"{path}: two {kind}s have the id {repeated!r}; give one of them another")


def _text(data: Mapping[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2, default=list) + "\n"


def _read(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_text(encoding="utf8"))
    except json.JSONDecodeError as error:
        raise ConfigError(f"{path}, line {error.lineno}: no JSON ({error.msg}); mend the line") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read: {error}") from error
    if not isinstance(data, dict):
        raise ConfigError(f"{path}: holds a {type(data).__name__}, not an object; delete it to have it written anew")
    if data.pop("schema", 1) != 1:
        raise ConfigError(f"{path}: was written by another version of the program; delete it to have it written anew")
    return data


def _list(data: Mapping[str, Any], key: str, path: Path) -> list[dict[str, Any]]:
    rows = data.get(key)
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ConfigError(f"{path}: {key} = {rows!r:.60} must be a list of objects")
    return rows


def _build(kind: Any, data: object, path: Path, place: str) -> Any:
    """Return a dataclass of ``kind`` from JSON values, naming the place of whatever does not fit."""
    if not isinstance(data, dict):
        raise ConfigError(f"{path}: {place or 'the file'} = {data!r:.60} must be an object")
    hints = get_type_hints(kind)
    known = {field.name: field for field in fields(kind)}
    for key in data:
        if key not in known:
            raise ConfigError(f"{path}: {_at(place, key)} is unknown; there are: {', '.join(known)}")
    missing = [name for name, field in known.items() if name not in data and field.default is MISSING]
    if missing:
        raise ConfigError(f"{path}: {_at(place, missing[0])} is missing; write it")
    return kind(**{key: _value(hints[key], value, path, _at(place, key)) for key, value in data.items()})


def _at(place: str, key: str) -> str:
    return f"{place}.{key}" if place else key


def _value(hint: Any, value: object, path: Path, place: str) -> Any:
    if is_dataclass(hint):
        return _build(hint, value, path, place)
    origin, inner = get_origin(hint), get_args(hint)
    if origin is tuple and isinstance(value, list):
        return tuple(_value(inner[0], each, path, f"{place}[{n}]") for n, each in enumerate(value))
    if origin in (Union, types.UnionType):
        return None if value is None else _value(inner[0], value, path, place)
    if origin is Literal:
        if value in inner:
            return value
        raise ConfigError(f"{path}: {place} = {value!r} must be one of {', '.join(map(str, inner))}")
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if origin is tuple or not isinstance(value, hint) or (isinstance(value, bool) and hint is not bool):
        wanted = (
            "a list" if origin is tuple else {"str": "text", "int": "a whole number"}.get(hint.__name__, hint.__name__)
        )
        raise ConfigError(f"{path}: {place} = {value!r:.60} must be {wanted}")
    return value
