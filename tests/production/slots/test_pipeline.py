"""The whole pipeline with the embedded engines, as a caller awaits it."""

import asyncio
import inspect
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from slot_engines import SIDE, leased, timed_pipeline

import vortex
from vortex.core.errors import ConfigError, PluginError, RecipeError
from vortex.core.settings import SlotSettings
from vortex.engines.llm.scripted import ScriptedLLM
from vortex.production.slots import GenerationResult, VortexPipeline, verify_proof
from vortex.production.slots.maker import SlotMaker

A: dict[str, Any] = {
    "audio_track": {"script": "A kettle sings. Nobody claps."},
    "visual_track": {"prompt": "a kettle on a stage"},
    "slot_params": {"duration_sec": 9, "fps": 6},
}
B: dict[str, Any] = {"narrative": {"theme": "a lamp", "tone": "manic"}, "slot_params": {"fps": 5, "seed": 4}}


@pytest.fixture(scope="module")
def settings_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("settings") / "vortex.toml"
    file.write_text(f"[slot]\nside = {SIDE}\n[runtime]\ndevice = 'cpu'\n")
    return file


@pytest.fixture(scope="module")
def pipeline(settings_file: Path) -> Iterator[VortexPipeline]:
    with VortexPipeline(settings_file, device="cpu") as made:
        yield made


def make(pipeline: VortexPipeline, recipe: dict[str, Any], *args: Any, **options: Any) -> GenerationResult:
    return asyncio.run(pipeline.generate_slot(recipe, *args, **options))


def test_the_public_names() -> None:
    assert vortex.VortexPipeline is VortexPipeline
    assert vortex.SlotScheduler.__name__ == "SlotScheduler"
    assert inspect.iscoroutinefunction(VortexPipeline.generate_slot)
    with pytest.raises(AttributeError, match="no attribute 'Vortex'"):
        _ = vortex.Vortex


def test_a_slot_as_it_is_promised(pipeline: VortexPipeline) -> None:
    found = make(pipeline, A, "s1", seed=3)
    assert found.success, found.error_msg
    num_frames = len(found.video_frames)
    assert found.video_frames.shape == (num_frames, 3, SIDE, SIDE)
    assert found.video_frames.dtype == np.uint8
    assert (found.audio_waveform.ndim, found.audio_waveform.dtype) == (1, np.float32)
    assert np.abs(found.audio_waveform).max() < 1
    assert num_frames == -(-len(found.audio_waveform) * 6 // 24_000)
    assert found.clip_embedding.shape == (512,)
    assert not found.clip_embedding.any()  # nobody judged
    assert verify_proof(found.determinism_proof, A, 3, found.video_frames, found.audio_waveform)
    assert (found.slot_id, found.error_msg) == ("s1", "")
    assert found.generation_time_ms > 0


def test_equal_recipes_and_seeds_give_equal_slots(pipeline: VortexPipeline) -> None:
    first, other, again = (make(pipeline, A, "s1", seed=seed) for seed in (3, 4, 3))
    assert first.determinism_proof == again.determinism_proof
    assert np.array_equal(first.video_frames, again.video_frames)
    assert not np.array_equal(first.video_frames, other.video_frames)
    assert make(pipeline, B, "x").determinism_proof == make(pipeline, B, "x", seed=4).determinism_proof
    assert make(pipeline, A, "x").determinism_proof == make(pipeline, A, "y").determinism_proof


def test_another_process_makes_the_same_slot(pipeline: VortexPipeline, settings_file: Path) -> None:
    code = (
        "import asyncio, json, sys, vortex\n"
        "pipeline = vortex.VortexPipeline(sys.argv[1], 'cpu')\n"
        "result = asyncio.run(pipeline.generate_slot(json.loads(sys.argv[2]), 's1', seed=3))\n"
        "pipeline.close()\nprint(result.determinism_proof)"
    )
    command = [sys.executable, "-c", code, str(settings_file), json.dumps(A)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == make(pipeline, A, "s1", seed=3).determinism_proof


def test_the_buffers_stay_where_they_are_and_results_do_not_change(pipeline: VortexPipeline) -> None:
    def places() -> list[int]:
        held = pipeline.maker.buffers
        return [each.__array_interface__["data"][0] for each in (held.actor, held.video, held.audio)]

    before, first = places(), make(pipeline, A, "s1", seed=3)
    kept = first.video_frames.copy()
    for seed in range(3):
        make(pipeline, B, "s", seed=seed)
    assert places() == before
    assert np.array_equal(first.video_frames, kept)


def test_slots_that_are_awaited_together_are_made_in_turn(pipeline: VortexPipeline) -> None:
    async def both() -> list[GenerationResult]:
        return await asyncio.gather(*(pipeline.generate_slot(A, n, seed=n) for n in (1, 2, 1)))

    found = asyncio.run(both())
    assert [each.slot_id for each in found] == [1, 2, 1]
    assert found[0].determinism_proof == found[2].determinism_proof != found[1].determinism_proof


def test_what_is_no_recipe_is_raised_and_what_cannot_be_made_is_told(pipeline: VortexPipeline) -> None:
    with pytest.raises(RecipeError, match=r"\$\.audio_track\.sped"):
        make(pipeline, {**A, "audio_track": {"script": "x", "sped": 1}}, "s1")
    with pytest.raises(ConfigError, match="seed = -1"):
        make(pipeline, A, "s1", seed=-1)
    for changes, said in (({"voice_id": "nobody"}, "nobody"), ({"script": "And so on it goes. " * 80}, "45 s")):
        found = make(pipeline, {**A, "audio_track": {**A["audio_track"], **changes}}, "s1")
        assert not found.success
        assert said in found.error_msg
        assert (len(found.video_frames), len(found.audio_waveform), found.determinism_proof) == (0, 0, "")
        assert found.video_frames.ndim == 4
        assert found.clip_embedding.shape == (512,)
    late = make(pipeline, A, "s1", deadline=1.0)
    assert "kept free" in late.error_msg
    assert make(pipeline, {**B, "audio": {"bgm": "no-such-song.wav"}}, "s1").error_msg.startswith("no-such-song.wav")
    assert make(pipeline, A, "s1", deadline=60.0).success


def test_a_config_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no such file"):
        VortexPipeline(tmp_path / "none.toml")
    with pytest.raises(ConfigError, match=r"runtime\.device"):
        VortexPipeline(device="gpu")
    (tmp_path / "odd.toml").write_text("[image]\nengine = 'crayon'\n")
    with pytest.raises(PluginError, match="crayon"):
        VortexPipeline(tmp_path / "odd.toml")


def test_cancelling_the_coroutine_frees_the_leases() -> None:
    async def cancelled(pipeline: VortexPipeline) -> None:
        working = asyncio.create_task(pipeline.generate_slot(A, "s1"))
        while pipeline.maker.crew.clip.calls == 0:  # type: ignore[attr-defined]
            await asyncio.sleep(0)
        working.cancel()
        with pytest.raises(asyncio.CancelledError):
            await working

    # A clip of very many steps: only a stop from outside ends it in time.
    slot = SlotSettings(side=SIDE)
    with timed_pipeline(slot) as (pipeline, _):
        pipeline.maker.crew.clip.steps = 10**9  # type: ignore[attr-defined]
        asyncio.run(asyncio.wait_for(cancelled(pipeline), 20))
        assert leased(pipeline.room) == []  # type: ignore[arg-type]
        assert pipeline.maker.crew.image.calls == 1  # type: ignore[attr-defined]


def test_a_refused_clip_is_made_again_with_the_reason_and_the_last_one_is_told() -> None:
    slot = SlotSettings(side=SIDE, max_retries=2)
    with timed_pipeline(slot) as (pipeline, _):
        asked = pipeline.maker.crew.image.asked  # type: ignore[attr-defined]
        pipeline.maker.crew.image.dark_tries = 1  # type: ignore[attr-defined]
        found = make(pipeline, A, "s1", seed=3)
        assert found.success
        assert [each.prompt for each in asked] == ["a kettle on a stage", "a kettle on a stage, bright even light"]
        assert asked[0].seed != asked[1].seed
        again = make(pipeline, A, "s1", seed=3)
        pipeline.maker.crew.image.dark_tries = 99  # type: ignore[attr-defined]
        dark = make(pipeline, A, "s1", seed=3)
        assert not dark.success
        assert "5 of 5 frames are black" in dark.error_msg
        assert dark.determinism_proof != again.determinism_proof
        assert len(asked) == 2 + 1 + 3


def test_a_language_model_writes_where_the_crew_has_one() -> None:
    with timed_pipeline(SlotSettings(side=SIDE)) as (pipeline, _):
        answer = '{"setup": "A lamp.", "punchline": "Off.", "visual_prompt": "a lamp at night"}'
        crew = pipeline.maker.crew
        wrote = type(crew)(crew.speech, crew.image, crew.clip, None, ScriptedLLM([answer]))
        other = VortexPipeline.of(pipeline.settings, wrote)
        assert make(other, B, "s1").success
        assert crew.image.asked[-1].prompt == "a lamp at night"  # type: ignore[attr-defined]
        failed = make(other, B, "s1")
        assert "no answer left" in failed.error_msg
        assert isinstance(other.maker, SlotMaker)
