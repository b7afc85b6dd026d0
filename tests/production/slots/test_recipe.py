"""Both dialects: what is refused and how that is said, and that no key is without effect."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from vortex.core.errors import RecipeError
from vortex.production.slots.recipe import Dialect, recipe_schema
from vortex.production.slots.validation import read_order, read_recipe, validate_recipe

ROOT = Path(__file__).parents[3]
A: dict[str, Any] = {
    "audio_track": {"script": "A kettle sings.", "voice_id": "en-gb", "speed": 1.1, "emotion": "happy"},
    "visual_track": {"prompt": "a kettle", "negative_prompt": "people"},
    "semantic_constraints": {"clip_threshold": 0.4},
    "slot_params": {"slot_id": "a-1", "duration_sec": 6, "fps": 12},
}
B: dict[str, Any] = {
    "slot_params": {"slot_id": 7, "target_duration": 9.5, "fps": 10, "seed": 5},
    "narrative": {
        "theme": "a lamp",
        "tone": "manic",
        "auto_script": True,
        "script": {"setup": "It is on.", "punchline": "It is off.", "visual_prompt": ""},
    },
    "audio": {"voice_id": "en-us", "speed": 0.9, "bgm": "song.wav", "bgm_volume": 0.5},
    "video": {"style_prompt": "ink", "negative_prompt": "text", "guidance_scale": 3.5},
    "quality": {"clip_threshold": 0.7, "max_retries": 1},
}
OTHER = {"tone": "absurd", "auto_script": False, "slot_id": "z"}


def leaves(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    if not isinstance(value, dict):
        yield path
        return
    for key, each in value.items():
        yield from leaves(each, (*path, key))


def changed(recipe: dict[str, Any], path: tuple[str, ...], value: Any) -> dict[str, Any]:
    new = copy.deepcopy(recipe)
    part = new
    for key in path[:-1]:
        part = part[key]
    part[path[-1]] = value
    return new


def another(path: tuple[str, ...], value: Any) -> Any:
    if path[-1] in OTHER:
        return OTHER[path[-1]]
    return f"{value} else" if isinstance(value, str) else type(value)(value + 1 if value >= 1.5 else value * 0.9)


@pytest.mark.parametrize("recipe", [A, B], ids="AB")
def test_a_whole_recipe_is_one(recipe: dict[str, Any]) -> None:
    assert validate_recipe(recipe) == []


@pytest.mark.parametrize(
    ("recipe", "path"), [(each, path) for each in (A, B) for path in leaves(each)], ids=lambda each: str(each)[-40:]
)
def test_no_key_is_without_effect(recipe: dict[str, Any], path: tuple[str, ...]) -> None:
    value = recipe
    for key in path:
        value = value[key]
    if path[-1] in ("fps", "seed", "max_retries"):
        new: Any = value + 1
    else:
        new = another(path, value)
    other = changed(recipe, path, new)
    if path[-1] == "auto_script":
        # What is to be written is what the script leaves out; without the showrunner nothing may be left out.
        assert any("auto_script = false" in each for each in validate_recipe(other))
        return
    assert read_order(other) != read_order(recipe)


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (("audio_track", "sped"), 1, "$.audio_track.sped = 1: unknown key; did you mean 'speed'?"),
        (("zebra",), 1, "$.zebra = 1: unknown key; there are: audio_track,"),
        (("slot_params", "target_duration"), 4, "here it is called 'duration_sec'"),
        (("slot_params", "seed"), 4, "$.slot_params.seed = 4: unknown key"),
        (("slot_params", "duration_sec"), 46, "$.slot_params.duration_sec = 46: at most 45"),
        (("slot_params", "duration_sec"), 0, "more than 0"),
        (("slot_params", "duration_sec"), "6", 'duration_sec = "6": write a number'),
        (("slot_params", "fps"), 24.5, "$.slot_params.fps = 24.5"),
        (("slot_params", "fps"), True, "$.slot_params.fps = true: write a whole number"),
        (("slot_params", "slot_id"), "../etc", "write 1 to 64 letters"),
        (("slot_params", "slot_id"), [], "$.slot_params.slot_id = []: write text"),
        (("slot_params",), [], "$.slot_params = []: write an object"),
        (("audio_track", "speed"), 1.21, "at most 1.2"),
        (("audio_track", "speed"), float("nan"), "$.audio_track.speed = NaN"),
        (("audio_track", "script"), "", "at least one character"),
        (("audio_track", "script"), " \n", "holds no word"),
        (("audio_track", "script"), "word " * 500, "2500 characters; at most 2000"),
        (("semantic_constraints", "clip_threshold"), -0.1, "at least 0"),
        (("narrative",), {}, "$ mixes audio_track, semantic_constraints, visual_track of dialect A with narrative"),
    ],
)
def test_a_mistake_is_named_with_place_value_and_remedy(path: tuple[str, ...], value: Any, said: str) -> None:
    found = validate_recipe(changed(A, path, value))
    assert len(found) == 1, found
    assert said in found[0]


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (("narrative", "tone"), "sad", "one of 'absurd', 'deadpan' or 'manic'"),
        (("narrative", "script", "setupp"), "x", "did you mean 'setup'?"),
        (("narrative", "theme"), " ", "$.narrative.theme is missing"),
        (("audio", "bgm_volume"), 1.5, "at most 1"),
        (("quality", "max_retries"), -1, "at least 0"),
        (("slot_params", "seed"), -1, "at least 0"),
        (("slot_params", "seed"), 2**63, f"at most {2**63 - 1}"),
    ],
)
def test_a_mistake_in_the_second_dialect(path: tuple[str, ...], value: Any, said: str) -> None:
    found = validate_recipe(changed(B, path, value))
    assert len(found) == 1, found
    assert said in found[0]


@pytest.mark.parametrize("recipe", [None, [], 3, "recipe", {}, {"slot_params": {"fps": 3}}])
def test_what_is_no_recipe_at_all(recipe: object) -> None:
    assert len(validate_recipe(recipe)) == 1
    with pytest.raises(RecipeError):
        read_order(recipe)


def test_all_mistakes_are_told_at_once() -> None:
    broken = {"audio_track": {"speed": 3, "x": 1}, "visual_track": {}}
    with pytest.raises(RecipeError) as refusal:
        read_order(broken)
    places = ("audio_track.speed", "audio_track.x", "audio_track.script is missing", "visual_track.prompt is missing")
    assert all(place in str(refusal.value) for place in places)
    assert len(str(refusal.value).splitlines()) == 4


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"a": 1, "a": 2}', "'a' stands twice"),
        ('{"a": NaN}', "NaN is no number"),
        ("{", "no JSON"),
        ("[" * 100_000, "no JSON"),
        ("[]", "is an object in braces"),
        ("\ud800".encode("utf8", "surrogatepass"), "no JSON"),
        (" " * 1_000_001, "1000001 bytes"),
    ],
    ids=range(7),
)
def test_a_file_that_holds_no_recipe(text: str | bytes, said: str, tmp_path: Path) -> None:
    file = tmp_path / "recipe.json"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(RecipeError, match=said):
        read_recipe(file)
    with pytest.raises(RecipeError, match="No such file"):
        read_recipe(tmp_path / "none.json")


@pytest.mark.parametrize("dialect", ["A", "B"])
def test_the_published_schema_is_the_one_that_is_checked(dialect: Dialect) -> None:
    file = ROOT / f"docs/schemas/slot-recipe-{dialect.lower()}.schema.json"
    assert json.loads(file.read_text(encoding="utf8")) == recipe_schema(dialect)


def test_the_schemas_take_the_recipes_and_refuse_what_is_refused() -> None:
    schemas = {each: jsonschema_rs.validator_for(recipe_schema(each)) for each in ("A", "B")}
    assert schemas["A"].is_valid(A)
    assert schemas["B"].is_valid(B)
    assert not schemas["B"].is_valid(A)
    for path, value in ((("audio_track", "sped"), 1), (("slot_params", "duration_sec"), 46), (("zebra",), 1)):
        assert not schemas["A"].is_valid(changed(A, path, value))


@pytest.mark.parametrize("file", sorted((ROOT / "examples/slots").glob("*.json")), ids=lambda file: file.stem)
def test_the_examples_are_recipes(file: Path) -> None:
    assert validate_recipe(read_recipe(file)) == []
