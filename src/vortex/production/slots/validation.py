"""What is wrong with a recipe: every mistake at once, each with its place, its value and what to write."""

import json
import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from vortex.core.errors import RecipeError
from vortex.production.slots.recipe import Dialect, Narrative, RecipeA, RecipeB, SlotOrder, order_of

_ONLY_A = frozenset(RecipeA.model_fields) - set(RecipeB.model_fields)
_ONLY_B = frozenset(RecipeB.model_fields) - set(RecipeA.model_fields)
_MOST_BYTES = 1_000_000
_SHOWN = 60
_SLOT_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_RENAMED = {
    "duration_sec": "target_duration",
    "target_duration": "duration_sec",
}
"""Keys that mean the same in the two dialects."""
_KINDS = {
    "string_type": "write text in quotation marks",
    "int_type": "write a whole number",
    "float_type": "write a number",
    "bool_type": "write true or false",
    "model_type": "write an object in braces",
    "model_attributes_type": "write an object in braces",
    "finite_number": "write a number that ends",
    "string_too_short": "write at least one character",
}
_BOUNDS = {"ge": "at least", "gt": "more than", "le": "at most", "lt": "less than"}


def validate_recipe(recipe: object) -> list[str]:
    """Return what is wrong with a recipe, in the order of its keys; nothing if it is one.

    Args:
        recipe: what the JSON file holds.

    Returns:
        Sentences such as ``$.audio.speed = 3: at most 1.2``.
    """
    if not isinstance(recipe, Mapping):
        return [f"$ = {_shown(recipe)}: a recipe is an object in braces"]
    recipe = dict(recipe)
    try:
        dialect = _dialect(recipe)
        (RecipeA if dialect == "A" else RecipeB).model_validate(recipe)
    except ValidationError as error:
        # A name may be a text or a number; pydantic complains of each.
        found = [each for each in error.errors() if each["loc"][-1] != "int"]
        broken = [_sentence(each, RecipeA if dialect == "A" else RecipeB) for each in found]
        return [*broken, *_contradictions(recipe)]
    except RecipeError as error:
        return [str(error)]
    return list(_contradictions(recipe))


def read_order(recipe: object) -> SlotOrder:
    """Return the order that a recipe gives.

    Raises:
        RecipeError: it is none; one mistake a line.
    """
    mistakes = validate_recipe(recipe)
    if mistakes:
        raise RecipeError("\n".join(mistakes))
    assert isinstance(recipe, Mapping)
    kind = RecipeA if _dialect(recipe) == "A" else RecipeB
    return order_of(kind.model_validate(dict(recipe)))


def read_recipe(path: Path) -> dict[str, Any]:
    """Return the recipe in a file, whose keys and values were not looked at yet.

    Raises:
        RecipeError: the file cannot be read, is no JSON, or names a key twice.
    """
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise RecipeError(f"{path}: {path.stat().st_size} bytes; a recipe has at most {_MOST_BYTES}")
        found = json.loads(path.read_text(encoding="utf8"), object_pairs_hook=_unique, parse_constant=_refuse)
    except OSError as error:
        raise RecipeError(f"{path}: {error.strerror}; name the JSON file of a recipe") from error
    except (ValueError, RecursionError) as error:
        raise RecipeError(f"{path}: no JSON ({error}); see the examples in examples/slots") from error
    if not isinstance(found, dict):
        raise RecipeError(f"{path}: {validate_recipe(found)[0]}")
    return found


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"the key {twice!r} stands twice in one object")
    return found


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no number of JSON")


def _dialect(recipe: Mapping[Any, Any]) -> Dialect:
    """Return which dialect the keys belong to.

    Raises:
        RecipeError: to both, or to none.
    """
    of_a, of_b = sorted(_ONLY_A & set(recipe)), sorted(_ONLY_B & set(recipe))
    if of_a and of_b:
        raise RecipeError(
            f"$ mixes {', '.join(of_a)} of dialect A with {', '.join(of_b)} of dialect B; write it in one of them"
        )
    if not of_a and not of_b:
        raise RecipeError(
            f"$ has the keys {_shown(list(recipe))}: write audio_track and visual_track (dialect A), or narrative "
            "(dialect B)"
        )
    return "A" if of_a else "B"


def _contradictions(recipe: Mapping[Any, Any]) -> Iterator[str]:
    """Yield what no single value is to blame for."""
    params = recipe.get("slot_params")
    name = params.get("slot_id") if isinstance(params, Mapping) else None
    if isinstance(name, str) and not _SLOT_ID.fullmatch(name):
        yield (
            f"$.slot_params.slot_id = {_shown(name)}: write 1 to 64 letters, digits, dots, dashes and underscores, "
            "a letter or a digit first"
        )
    for place in ("audio_track.script", "visual_track.prompt"):
        top, key = place.split(".")
        part = recipe.get(top)
        if isinstance(part, Mapping) and isinstance(part.get(key), str) and part[key] and not part[key].strip():
            yield f"$.{place} = {_shown(part[key])}: holds no word"
    yield from _of_narrative(recipe.get("narrative"))


def _of_narrative(part: object) -> Iterator[str]:
    try:
        narrative = Narrative.model_validate(part)
    except ValidationError:
        return
    given = narrative.script
    missing = [name for name in type(given).model_fields if not getattr(given, name).strip()]
    if missing and narrative.auto_script is False:
        yield (
            f"$.narrative.auto_script = false: the script has no {', '.join(missing)}; write it, or let the "
            "showrunner: auto_script true"
        )
    elif missing and not narrative.theme.strip():
        yield f"$.narrative.theme is missing: the showrunner writes {', '.join(missing)} and must know of what"


def _sentence(error: Any, recipe: type[BaseModel]) -> str:
    """Return one mistake as pydantic found it, in our words."""
    places = [str(each) for each in error["loc"] if str(each) not in ("str", "int")]
    place = "$." + ".".join(places)
    if error["type"] == "missing":
        return f"{place} is missing; write it"
    head = f"{place} = {_shown(error['input'])}"
    if error["type"] == "extra_forbidden":
        return f"{head}: unknown key; {_near(places, recipe)}"
    context = error.get("ctx") or {}
    for name, words in _BOUNDS.items():
        if name in context:
            return f"{head}: {words} {context[name]}"
    if "expected" in context:
        return f"{head}: one of {context['expected']}"
    if "max_length" in context:
        return f"{head}: {len(error['input'])} characters; at most {context['max_length']}"
    return f"{head}: {_KINDS.get(error['type'], error['msg'])}"


def _near(places: list[str], recipe: type[BaseModel]) -> str:
    """Return what an unknown key may have meant."""
    *path, key = places
    owner = recipe
    for name in path:
        inner = owner.model_fields[name].annotation
        assert isinstance(inner, type)
        owner = inner
    known = list(owner.model_fields)
    if _RENAMED.get(key) in known:
        return f"here it is called {_RENAMED[key]!r}"
    close = get_close_matches(key, known, n=1)
    return f"did you mean {close[0]!r}?" if close else f"there are: {', '.join(known)}"


def _shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
