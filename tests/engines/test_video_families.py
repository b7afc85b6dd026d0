"""The table of families: what is recognised, that its numbers keep its own rules, that pipelines take its arguments."""

import inspect
import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from factories.weights import write_json

from vortex.core.errors import EngineError
from vortex.core.settings import ClipSettings
from vortex.core.units import format_bytes
from vortex.engines.video.families import FAMILIES, INDEX, Family, Size, own_limits, recognise
from vortex.engines.video.specs import SPECS

GUIDE = (Path(__file__).parents[2] / "docs/clips.md").read_text(encoding="utf8")
FLAGS: dict[str, dict[str, Any]] = {
    "Wan 2.2 5B": {INDEX: {"expand_timesteps": True}},
    "Wan 2.2 A14B": {INDEX: {"boundary_ratio": 0.875}},
    "Wan 2.1 1.3B": {"transformer/config.json": {"num_layers": 30}},
    "Wan 2.1": {INDEX: {"boundary_ratio": None, "expand_timesteps": False}},
    "Wan 2.2 I2V A14B": {INDEX: {"boundary_ratio": 0.9}},
    "CogVideoX 1.5": {"transformer/config.json": {"patch_size_t": 2, "use_rotary_positional_embeddings": True}},
    "CogVideoX 2B": {"transformer/config.json": {"use_rotary_positional_embeddings": False}},
    "CogVideoX 5B": {"transformer/config.json": {"use_rotary_positional_embeddings": True, "patch_size_t": None}},
    "CogVideoX 1.5 I2V": {"transformer/config.json": {"patch_size_t": 2, "use_learned_positional_embeddings": True}},
    "CogVideoX 5B I2V": {"transformer/config.json": {"use_learned_positional_embeddings": True}},
}
"""Family → what the configurations of its published folders say."""


@pytest.fixture(params=FAMILIES, ids=lambda each: each.name)
def family(request: pytest.FixtureRequest) -> Family:
    return request.param


def write(folder: Path, pipeline: str, flags: dict[str, Any]) -> Path:
    files: dict[str, dict[str, Any]] = {INDEX: {}, "transformer/config.json": {"num_layers": 40}, **flags}
    for name, values in files.items():
        write_json(folder / name, values | ({"_class_name": pipeline} if name == INDEX else {}))
    return folder


def test_a_folder_is_recognised_by_its_configurations(tmp_path: Path, family: Family) -> None:
    assert recognise(write(tmp_path, family.pipeline, FLAGS.get(family.name, {}))) == family


@pytest.mark.parametrize(
    "index", [{}, {"_class_name": "FluxPipeline"}, {"_class_name": "CogVideoXImageToVideoPipeline"}]
)
def test_an_unknown_folder_is_told_what_is_known(tmp_path: Path, index: dict[str, str]) -> None:
    write_json(tmp_path / INDEX, index)
    with pytest.raises(EngineError, match=r"of which no clip is made here; known: .*LTX \(LTXPipeline\)"):
        recognise(tmp_path)


def test_what_a_quality_says_keeps_the_rules_of_the_family(family: Family) -> None:
    assert list(family.grades) == ["fast", "balanced", "high"]
    costs = []
    for grade in family.grades.values():
        assert grade.width % family.size_multiple == 0
        assert grade.height % family.size_multiple == 0
        assert (grade.num_frames - 1) % family.frame_step == 0
        assert family.least_frames <= grade.num_frames <= family.max_frames
        costs.append(grade.width * grade.height * grade.num_frames * grade.num_steps)
    assert costs == sorted(costs)


def test_pipelines_take_what_the_table_gives_them(family: Family) -> None:
    diffusers = pytest.importorskip("diffusers")
    given = {*family.call, *family.constants, "width", "height", "num_frames", "num_inference_steps", "generator"}
    given |= {"output_type", "callback_on_step_end", *(["decode_chunk_size"] if any(family.decode_chunks) else [])}
    for name in filter(None, (family.pipeline, family.picture_pipeline)):
        takes = inspect.signature(getattr(diffusers, name).__call__).parameters
        picture = {"image"} if name == family.picture_pipeline else set()
        assert given | picture <= set(takes)
    assert (family.begins_from == "picture") == ("image" in family.call)
    assert (family.begins_from == "either") == bool(family.picture_pipeline)
    assert family.has_lora == hasattr(getattr(diffusers, family.pipeline), "load_lora_weights")
    if family.max_tokens:
        reads = inspect.signature(getattr(diffusers, family.pipeline).__call__).parameters["max_sequence_length"]
        assert reads.default == family.max_tokens


def test_each_family_has_a_model_to_fetch_or_shares_that_of_another(family: Family) -> None:
    spec = SPECS.get(family.name)
    if spec is None:
        assert family.name.startswith("CogVideoX 1.5")
    else:
        assert set(spec.size_bytes) == {family.dtype, "float32", "int8", "nf4"}
        assert spec.pull_command().startswith(f"vortex models pull {spec.repo} --include")


def test_a_folder_fixes_its_size_where_positions_were_learned(tmp_path: Path) -> None:
    learned = next(each for each in FAMILIES if each.is_size_fixed)
    config = {"sample_width": 90, "sample_height": 60}
    write_json(tmp_path / "transformer/config.json", config)
    write_json(tmp_path / "vae/config.json", {"block_out_channels": [128, 256, 256, 512]})
    assert own_limits(tmp_path, learned).size == Size(720, 480)
    assert own_limits(tmp_path, FAMILIES[0]).size is None


def test_a_unet_says_how_many_frames_it_was_made_for(tmp_path: Path) -> None:
    video = next(each for each in FAMILIES if each.network == "unet")
    write_json(tmp_path / "unet/config.json", {"num_frames": 14})
    assert own_limits(tmp_path, video).num_frames == 14


def test_the_guide_tells_the_table(family: Family) -> None:
    spec, step = SPECS.get(family.name), family.frame_step
    frames = f"{f'1 + {step} n, ' if step > 1 else ''}{family.least_frames} to {family.max_frames}"
    weights = " / ".join(format_bytes(spec.size_bytes[each]) for each in (family.dtype, "int8", "nf4")) if spec else ""
    model, licence = (f"`{spec.repo}`", spec.licence) if spec else ("", "")
    cells = (family.name, family.begins_from, frames, family.fps, family.size_multiple, model, weights, licence)
    assert f"| {' | '.join(map(str, cells))} |" in GUIDE
    grades = (f"{each.width}x{each.height}, {each.num_frames}, {each.num_steps}" for each in family.grades.values())
    assert f"| {family.name} | {' | '.join(grades)} | {family.guidance:g} |" in GUIDE


def test_the_guide_tells_every_setting() -> None:
    own = {"size", "shots", "style"}
    assert {each.name for each in fields(ClipSettings)} - own == set(re.findall(r"`clip\.(\w+)`", GUIDE))
