"""Slots with the true networks of every engine, tiny and untrained: what they make means nothing, all else is real."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from slot_engines import leased

pytest.importorskip("torch")
pytest.importorskip("diffusers")
pytest.importorskip("transformers")

from factories import eyes, films, pictures, voices

from vortex.core.errors import CancelledWork, EngineError
from vortex.core.events import Event
from vortex.core.settings import SlotSettings
from vortex.production.slots import SlotScheduler, VortexPipeline, verify_proof
from vortex.production.slots.result import MadeSlot
from vortex.production.slots.watch import StageTimeout

pytestmark = pytest.mark.filterwarnings(
    # numpy 2 tells diffusers' scheduler that torch's arrays take no copy argument.
    "ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"
)
SAVE: dict[str, Callable[[Path], Path]] = {
    "flux": pictures.save_flux,
    "sdxl": pictures.save_sdxl,
    "svd": films.save_svd,
    "cogvideox": films.save_cogvideox_image,
    "wan": films.save_wan,
    "clip": eyes.save_clip,
    "kokoro": voices.write_ready_kokoro,
}
RECIPE: dict[str, Any] = {
    "narrative": {"theme": "a lamp", "script": {"setup": "A lamp.", "punchline": "Off.", "visual_prompt": "a lamp"}},
    "slot_params": {"fps": 8},
    "video": {"guidance_scale": 2.0},
    "quality": {"clip_threshold": 0.0, "max_retries": 1},
}


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., VortexPipeline]:
    root, saved = tmp_path_factory.mktemp("slot-models"), dict[str, Path]()

    def pipeline(**parts: str) -> VortexPipeline:
        tables = ["[slot]\nside = 64\nclip_frames = 9\n[runtime]\ndevice = 'cpu'\nsoft_limit_gb = 2\nhard_limit_gb = 3"]
        for section, name in parts.items():
            if name not in saved:
                saved[name] = SAVE[name](root / name)
            engine = {"voice": "kokoro", "sight": "clip"}.get(section, "diffusion")
            field = "folder" if section == "voice" else "model"
            steps = {"image": "steps = 2\n", "clip": "quality = 'fast'\n"}.get(section, "")
            tables.append(f"[{section}]\nengine = '{engine}'\n{field} = '{saved[name]}'\n{steps}")
        config = root / f"{'-'.join(parts.values())}.toml"
        config.write_text("\n".join(tables))
        return VortexPipeline(config)

    return pipeline


def make(pipeline: VortexPipeline, recipe: dict[str, Any] = RECIPE, seed: int = 3) -> MadeSlot:
    return pipeline.maker.make(recipe, "s1", seed, pipeline.watch(), lambda made: made)


@pytest.mark.parametrize(
    "parts",
    [
        {"image": "flux", "clip": "svd", "voice": "kokoro", "sight": "clip"},
        {"image": "sdxl", "clip": "cogvideox", "sight": "clip"},
        {"clip": "wan"},
    ],
    ids=lambda parts: "-".join(parts.values()),
)
def test_a_slot_with_models(opened: Callable[..., VortexPipeline], parts: dict[str, str]) -> None:
    with opened(**parts) as pipeline:
        made = make(pipeline)
        rungs = {part.part: part.rung for part in made.parts}
        for section, part in (("image", "keyframe"), ("clip", "clip"), ("voice", "voice"), ("sight", "verdict")):
            assert (rungs[part] == "local model") is (section in parts)
        assert made.frames.shape == (len(made.frames), 3, 64, 64)
        assert len(made.frames) == -(-len(made.audio) * 8 // made.rate_hz)
        assert verify_proof(made.proof, RECIPE, 3, made.frames, made.audio)
        if "sight" in parts:
            assert made.verdict.score is not None
            assert 0 <= made.verdict.score <= 1
            assert np.linalg.norm(made.verdict.embedding) == pytest.approx(1, abs=1e-3)
            assert any("assumed" in note for note in made.notes)
        assert pipeline.room is not None
        assert leased(pipeline.room) == []
        first = made.proof
        assert make(pipeline).proof == first
        assert make(pipeline, seed=4).proof != first


def test_what_the_judge_refuses_is_made_again_and_told(opened: Callable[..., VortexPipeline]) -> None:
    strict = {**RECIPE, "quality": {"clip_threshold": 1.0, "max_retries": 1}}
    with opened(image="sdxl", clip="cogvideox", sight="clip") as pipeline:
        made = make(pipeline, strict)
        assert not made.verdict.passes
        assert len(made.tries) == 2
        assert made.tries[0].refusal
        assert made.tries[0].image_seed != made.tries[1].image_seed
        result = asyncio.run(pipeline.generate_slot(strict, "s1", seed=3))
        assert not result.success
        assert result.error_msg == made.verdict.reason
        assert result.determinism_proof == made.proof


@pytest.mark.parametrize("stage", ["keyframe", "clip"])
def test_stopping_between_denoising_steps_frees_the_lease(opened: Callable[..., VortexPipeline], stage: str) -> None:
    with opened(image="sdxl", clip="cogvideox") as pipeline:
        assert pipeline.room is not None
        held: list[list[str]] = []

        def stop(event: Event) -> None:
            if (event.stage, event.kind) == (stage, "progress"):
                held.append(leased(pipeline.room))  # type: ignore[arg-type]
                scheduler.cancel()

        patient = SlotSettings(side=64, audio_s=600, image_s=600, video_s=600, clip_s=600)
        scheduler = SlotScheduler(pipeline, patient, listen=stop)
        with pytest.raises(CancelledWork):
            scheduler.execute(RECIPE, "s1")
        assert held == [[held[0][0]]]
        assert leased(pipeline.room) == []
        assert make(pipeline).proof == make(pipeline).proof


def test_a_model_that_passes_its_bound_is_stopped_and_leaves_no_lease(opened: Callable[..., VortexPipeline]) -> None:
    hasty = SlotSettings(side=64, audio_s=600, image_s=0.001, stage_retries=1, backoff_s=0.01)
    with opened(image="sdxl") as pipeline:
        with pytest.raises(StageTimeout, match="keyframe") as late:
            SlotScheduler(pipeline, hasty).execute(RECIPE, "s1")
        assert isinstance(late.value, EngineError)
        assert pipeline.room is not None
        assert leased(pipeline.room) == []
