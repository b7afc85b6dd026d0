"""The clip engine on tiny models of true classes: held on every rung, with LoRAs, tried again, out of memory."""

import hashlib
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from factories import films

from vortex.core.errors import EngineError, MemoryPressureError, ModelError
from vortex.core.settings import ClipSettings, RuntimeSettings
from vortex.engines.video.clip import Clip, ClipRequest, Frames
from vortex.engines.video.diffusion import DiffusionClip
from vortex.engines.video.families import Grade, recognise
from vortex.engines.video.plan import plan_clip
from vortex.engines.video.run import run
from vortex.media.blank import Blank
from vortex.runtime.room import EngineRoom

torch = pytest.importorskip("torch")
diffusers = pytest.importorskip("diffusers")
pytestmark = pytest.mark.filterwarnings(
    # numpy 2 tells diffusers' scheduler that torch's arrays take no copy argument.
    "ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"
)
SMALL = {"num_frames": 9, "width": 96, "height": 64, "num_inference_steps": 2, "seed": 1}


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    root, known = tmp_path_factory.mktemp("clip-models"), dict[str, Path]()

    def folder(name: str) -> Path:
        if name not in known:
            known[name] = films.PIPELINES[name](root / name.replace(" ", "-"))
        return known[name]

    return folder


@pytest.fixture(scope="module")
def wan(saved: Callable[[str], Path]) -> Path:
    return saved("wan")


def absent(name: str) -> Path:
    raise ModelError(f"no model {name!r}; run: vortex models pull {name}")


def room(**limits: Any) -> EngineRoom:
    return EngineRoom(RuntimeSettings("cpu", **limits), absent)


def make(folder: Path | str, settings: dict[str, Any] | None = None, **request: Any) -> Clip:
    with room() as here:
        engine = DiffusionClip(ClipSettings(model=str(folder), **(settings or {})), here)
        return engine.generate(ClipRequest(**{"prompt": "a cat", **SMALL, **request}))


class Faults:
    """Judges clips by a list: what it says of one after the other."""

    def __init__(self, *faults: str) -> None:
        self.waiting = list(faults)
        self.seen: list[Frames] = []

    def __call__(self, frames: Frames, image: Any) -> Blank | None:
        self.seen.append(frames)
        fault: Any = self.waiting.pop(0) if self.waiting else ""
        return Blank(fault, "it was told so") if fault else None


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("wan", "Wan 2.1"), ("wan image", "Wan 2.1 I2V"), ("wan two", "Wan 2.2 A14B"), ("wan both", "Wan 2.2 5B"),
        ("cogvideox", "CogVideoX 5B"), ("cogvideox 2b", "CogVideoX 2B"), ("cogvideox image", "CogVideoX 5B I2V"),
        ("ltx", "LTX"), ("svd", "Stable Video Diffusion"), ("hunyuan", "HunyuanVideo"),
    ],
)  # fmt: skip
def test_a_folder_of_each_family_makes_a_clip(saved: Callable[[str], Path], name: str, family: str) -> None:
    with room() as here:
        engine = DiffusionClip.from_room(ClipSettings(model=str(saved(name))), here)
        picture = np.random.default_rng(0).integers(0, 255, (64, 96, 3), np.uint8) if engine.needs_image else None
        clip = engine.generate(ClipRequest("a cat", image=picture, **SMALL))
    assert clip.model == f"{saved(name).name} ({family})"
    assert clip.way == "float32, whole"
    assert len(clip.frames) == 9


@pytest.mark.parametrize("asked", [10, 16])
@pytest.mark.parametrize("name", ["wan", "cogvideox", "ltx", "svd", "hunyuan"])
def test_the_table_knows_how_many_frames_come_out(saved: Callable[[str], Path], name: str, asked: int) -> None:
    picture = np.full((64, 64, 3), 90, np.uint8) if name == "svd" else None
    with room() as here:
        engine = DiffusionClip(ClipSettings(model=str(saved(name))), here, look=Faults())
        clip = engine.generate(ClipRequest("a cat", image=picture, **{**SMALL, "width": 64, "num_frames": asked}))
    expected = {"wan": (13, 17), "hunyuan": (13, 17), "cogvideox": (17, 17), "ltx": (17, 17), "svd": (10, 16)}
    assert len(clip.frames) == expected[name][asked == 16]
    assert any("frames instead of" in note for note in clip.notes) == (len(clip.frames) != asked)


def test_another_process_makes_the_same_clip(wan: Path) -> None:
    code = (
        "import hashlib, sys; sys.path.insert(0, 'tests')\n"
        "from engines.test_video_diffusion import make\n"
        "from pathlib import Path\n"
        "print(hashlib.sha256(make(Path(sys.argv[1])).frames.tobytes()).hexdigest())"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code, wan], cwd=root, capture_output=True, text=True)
    assert done.stdout.split()[-1:] == [hashlib.sha256(make(wan).frames.tobytes()).hexdigest()], done.stderr


def test_words_and_guidance_change_the_clip(wan: Path) -> None:
    frames = [
        make(wan).frames, make(wan, prompt="a fox").frames, make(wan, guidance_scale=1.5).frames,
        make(wan, negative_prompt="a dog").frames, make(wan, num_inference_steps=3).frames,
    ]  # fmt: skip
    assert not any(np.array_equal(frames[0], other) for other in frames[1:])


def test_the_first_frame_is_the_picture(tmp_path: Path) -> None:
    rows, columns = np.mgrid[0:64, 0:128]
    picture = np.full((64, 128, 3), 235, np.uint8)
    picture[columns < 40] = (200, 60, 30)
    picture[(rows < 24) & (columns > 80)] = (20, 120, 220)
    folder = films.teach_decoder(films.save_ltx(tmp_path / "ltx"), picture)
    first = make(folder, image=picture, width=128, height=64).frames[0].astype(float)
    turned = (first[::-1], first[:, ::-1], first[..., ::-1])
    likeness = [np.corrcoef(each.ravel(), picture.ravel())[0, 1] for each in (first, *turned)]
    assert likeness[0] > 0.9
    assert max(likeness[1:]) < 0.7


def test_a_picture_of_another_shape_is_cut_and_said(saved: Callable[[str], Path]) -> None:
    picture = np.random.default_rng(0).integers(0, 255, (200, 100, 3), np.uint8)
    clip = make(saved("ltx"), image=picture)
    assert "The picture of 100x200 was scaled to 96x64, of which the middle 100x67 is seen." in clip.notes


def tightest(here: EngineRoom, rung: str = "a block at a time") -> float:
    """Return the bytes with which the only model of a room is held just on a rung."""
    (held,) = here.residency.placements()
    ways = {each.name: each.footprint for each in here.residency._movers[held.name].stage()}
    size = next(each for label, each in ways.items() if rung in label)
    return (size.weights_bytes + size.activation_bytes) * 1.05 + 1000


@pytest.mark.parametrize("rung", ["tiled decoder", "a block at a time"])
@pytest.mark.parametrize("name", ["wan", "wan both", "cogvideox", "ltx", "hunyuan"])
def test_a_small_budget_holds_it_on_a_lower_rung(saved: Callable[[str], Path], name: str, rung: str) -> None:
    folder = saved(name)
    whole = make(folder)
    with room() as here:
        DiffusionClip(ClipSettings(model=str(folder)), here).generate(ClipRequest("a cat", **SMALL))
        need = tightest(here, rung)
    with room(soft_limit_gb=need / 1e9, hard_limit_gb=need * 1.5 / 1e9) as here:
        clip = DiffusionClip(ClipSettings(model=str(folder)), here).generate(ClipRequest("a cat", **SMALL))
    assert clip.way == f"float32, {rung}"
    assert np.array_equal(clip.frames, whole.frames)


@pytest.mark.parametrize("name", sorted(films.PIPELINES))
def test_networks_take_turns_also_after_a_call_was_broken_off(saved: Callable[[str], Path], name: str) -> None:
    folder = saved(name)
    family = recognise(folder)
    picture = (
        np.random.default_rng(0).integers(0, 255, (64, 64, 3), np.uint8) if family.begins_from != "words" else None
    )
    plan = plan_clip(ClipRequest("a cat", image=picture, **{**SMALL, "width": 64}), family, "fast")
    made = {}
    for way in ("whole", "in turn"):
        pipe = diffusers.DiffusionPipeline.from_pretrained(folder, local_files_only=True)
        pipe.set_progress_bar_config(disable=True)
        if way == "in turn":
            # What a card's rung does; the hooks are the same where both places are the host.
            pipe.enable_model_cpu_offload(device="cpu")
            with pytest.raises(InterruptedError):
                run(pipe, family, plan, picture, tell=broken_off)
        made[way] = run(pipe, family, plan, picture).frames
    assert np.array_equal(made["whole"], made["in turn"])


def broken_off(done: int, total: int) -> None:
    """Cancel."""
    raise InterruptedError


def test_frames_are_decoded_a_few_at_a_time_where_there_are_no_tiles(saved: Callable[[str], Path]) -> None:
    folder, picture = saved("svd"), np.full((64, 128, 3), 90, np.uint8)
    picture[16:40, 30:90] = 220
    with room() as here:
        engine = DiffusionClip(ClipSettings(model=str(folder)), here, is_tiled=True)
        few = engine.generate(ClipRequest("", image=picture, **{**SMALL, "width": 128}))
    assert few.way == "float32, tiled decoder"
    whole = make(folder, prompt="", image=picture, width=128)
    # Its decoder looks at neighbouring frames, of which it sees fewer.
    assert not np.array_equal(few.frames, whole.frames)
    assert few.frames.shape == whole.frames.shape


@pytest.mark.parametrize("name", sorted(films.PIPELINES))
def test_the_fewest_steps_make_a_clip(saved: Callable[[str], Path], name: str) -> None:
    with room() as here:
        engine = DiffusionClip(ClipSettings(model=str(saved(name)), max_retries=0), here)
        picture = np.random.default_rng(0).integers(0, 255, (64, 96, 3), np.uint8) if engine.needs_image else None
        clip = engine.generate(ClipRequest("a cat", image=picture, **{**SMALL, "num_inference_steps": 1}))
    assert clip.frames.ndim == 4 and clip.frames.std() > 0


def test_a_clip_that_is_larger_than_declared_takes_a_place_of_its_own(wan: Path) -> None:
    usual = replace(recognise(wan), grades={"balanced": Grade(96, 64, 9, 2)})
    with room() as here:
        engine = DiffusionClip(ClipSettings(model=str(wan)), here, look=Faults())
        engine.__dict__["_family"] = usual
        small = engine.generate(ClipRequest("a cat", **SMALL)).frames
        assert [each.name for each in here.residency.placements()] == [f"{wan} (float32) for 9 frames of 96x64"]
        engine.generate(ClipRequest("a cat", **{**SMALL, "width": 192}))
        held = here.residency.held()
        assert list(held) == [f"{wan} (float32) for 9 frames of 192x64"]
        assert np.array_equal(engine.generate(ClipRequest("a cat", **SMALL)).frames, small)
        assert here.residency.held() == held


def test_engines_of_two_qualities_do_not_take_each_others_room(wan: Path) -> None:
    with room() as here:
        for quality in ("fast", "balanced"):
            DiffusionClip(ClipSettings(model=str(wan), quality=quality), here).generate(ClipRequest("a cat", **SMALL))
        works = {each.name: each.footprint for each in here.residency.placements()}
    fast, balanced = (works[f"{wan} (float32) for {frames} frames of 832x480"] for frames in (33, 81))
    assert fast is not None
    assert balanced is not None
    assert fast.activation_bytes < balanced.activation_bytes


def test_memory_that_runs_out_between_steps_is_told_and_nothing_stays(wan: Path) -> None:
    def full(done: float) -> None:
        raise RuntimeError("CUDA out of memory. Tried to allocate 20.00 GiB")

    with room() as here:
        engine = DiffusionClip(ClipSettings(model=str(wan)), here)
        with pytest.raises(MemoryPressureError, match=r"ran out while it worked.*fewer or smaller"):
            engine.generate(ClipRequest("a cat", **SMALL), full)
        assert here.residency.held() == {}
        assert len(engine.generate(ClipRequest("a cat", **SMALL)).frames) == 9


def test_a_budget_below_any_rung_refuses_before_loading(wan: Path) -> None:
    with room(soft_limit_gb=0.001, hard_limit_gb=0.0011) as here:
        with pytest.raises(MemoryPressureError, match="wan"):
            DiffusionClip(ClipSettings(model=str(wan)), here).generate(ClipRequest("a cat", **SMALL))
        assert here.residency.held() == {}


def test_a_blank_clip_is_tried_again_and_said(wan: Path) -> None:
    judge = Faults("washed out", "noise")
    heard: list[float] = []
    with room() as here:
        engine = DiffusionClip(ClipSettings(model=str(wan), max_retries=2), here, look=judge)
        clip = engine.generate(ClipRequest("a cat", **SMALL), heard.append)
    assert len(judge.seen) == 3
    assert np.array_equal(clip.frames, judge.seen[2])
    assert not np.array_equal(judge.seen[0], judge.seen[1])
    assert [note for note in clip.notes if note.startswith("A try")] == [
        "A try showed nothing (guidance 5, 2 steps, seed 1: washed out; it was told so).",
        "A try showed nothing (guidance 6, 3 steps, seed 2: noise; it was told so).",
    ]
    assert heard[:2] == [0.5, 1.0]
    assert len(heard) == 2 + 3 + 6
    assert heard[-1] == 1.0


def test_when_every_try_is_blank_the_error_tells_each(wan: Path) -> None:
    with room() as here:
        engine = DiffusionClip(ClipSettings(model=str(wan), max_retries=1), here, look=Faults("black", "white"))
        with pytest.raises(EngineError, match=r"no clip in 2 tries.*seed 1: black.*seed 2: white"):
            engine.generate(ClipRequest("a cat", **SMALL))


def test_numbers_that_overflow_are_a_blank_clip(tmp_path: Path) -> None:
    folder = films.save_wan(tmp_path / "wan")
    films.break_decoder(folder)
    with pytest.raises(EngineError, match=r"100\.00% of its numbers are infinite or none"):
        make(folder, {"max_retries": 0})


@pytest.mark.parametrize("names", ["diffusers", "original"])
def test_a_lora_changes_the_clip_by_its_scale(tmp_path: Path, wan: Path, names: str) -> None:
    file = films.save_lora(tmp_path / "ink.safetensors", wan, names=names)
    plain, none, some, more = (
        make(wan), *(make(wan, {"lora": str(file), "lora_scale": scale}) for scale in (0.0, 0.5, 1.0))
    )  # fmt: skip
    assert np.array_equal(plain.frames, none.frames)
    change = [np.abs(each.frames.astype(float) - plain.frames).mean() for each in (some, more)]
    assert change[0] > 0
    assert not np.array_equal(some.frames, more.frames)
    assert more.model == "wan (Wan 2.1, ink x 1)"


def test_a_lora_is_put_on_both_of_two_transformers(tmp_path: Path, saved: Callable[[str], Path]) -> None:
    folder, networks = saved("wan two"), ("transformer", "transformer_2")
    file = films.save_lora(tmp_path / "ink.safetensors", folder)
    changes = []
    for scale in (0.0, 0.5):
        with room() as here:
            settings = ClipSettings(model=str(folder), lora=str(file), lora_scale=scale)
            DiffusionClip(settings, here).generate(ClipRequest("a cat", **SMALL))
            (held,) = here.residency.placements()
            with here.use(held.name) as pipe:
                changes.append([getattr(pipe, each).blocks[0].attn1.to_q.weight.clone() for each in networks])
    (plain, plain_2), (tuned, tuned_2) = changes
    assert not torch.equal(plain, tuned)
    assert torch.allclose(tuned - plain, tuned_2 - plain_2, atol=1e-5)


@pytest.mark.parametrize("name", ["wan", "cogvideox", "ltx", "hunyuan"])
def test_a_lora_is_not_left_behind_where_blocks_come_and_go(
    tmp_path: Path, saved: Callable[[str], Path], name: str
) -> None:
    folder = saved(name)
    settings = {"model": str(folder), "lora": str(films.save_lora(tmp_path / "ink.safetensors", folder))}
    with room() as here:
        whole = DiffusionClip(ClipSettings(**settings), here).generate(ClipRequest("a cat", **SMALL))
        need = tightest(here)
    with room(soft_limit_gb=need / 1e9, hard_limit_gb=need * 1.5 / 1e9) as here:
        clip = DiffusionClip(ClipSettings(**settings), here).generate(ClipRequest("a cat", **SMALL))
    assert clip.way == "float32, a block at a time"
    assert np.array_equal(clip.frames, whole.frames)


def test_the_shift_follows_the_size_of_each_clip(wan: Path) -> None:
    with room() as here:
        engine = DiffusionClip(ClipSettings(model=str(wan)), here, look=Faults())
        engine.__dict__["_family"] = replace(recognise(wan), shifts=((96 * 64, 3.0), (128 * 64, 5.0)))
        used = []
        for width in (96, 128, 160, 96):
            engine.generate(ClipRequest("a cat", **{**SMALL, "width": width}))
            name = next(iter(here.residency.held()))
            with here.use(name) as pipe:
                used.append((pipe.scheduler.config.flow_shift, type(pipe.scheduler).__name__))
    assert [shift for shift, _ in used] == [3.0, 5.0, 5.0, 3.0]
    assert {name for _, name in used} == {"UniPCMultistepScheduler"}


def test_a_folder_that_goes_away_while_it_is_held_is_not_missed(tmp_path: Path) -> None:
    folder = films.save_wan(tmp_path / "wan")
    with room() as here:
        engine = DiffusionClip(ClipSettings(model=str(folder)), here)
        before = engine.generate(ClipRequest("a cat", **SMALL)).frames
        folder.rename(tmp_path / "gone")
        assert np.array_equal(engine.generate(ClipRequest("a cat", **SMALL)).frames, before)
        engine.close()
        with pytest.raises(ModelError, match=r"wan is gone; put it back"):
            engine.generate(ClipRequest("a cat", **SMALL))


def test_a_folder_of_loras_needs_a_name(tmp_path: Path, wan: Path) -> None:
    films.save_lora(tmp_path / "one.safetensors", wan)
    assert make(wan, {"lora": str(tmp_path)}).model.endswith("one x 1)")
    films.save_lora(tmp_path / "two.safetensors", wan)
    with pytest.raises(ModelError, match=r"one\.safetensors, two\.safetensors; name one"):
        make(wan, {"lora": str(tmp_path)})


def test_a_lora_of_another_model_is_refused_before_weights_are_read(
    tmp_path: Path, wan: Path, saved: Callable[[str], Path]
) -> None:
    file = films.save_lora(tmp_path / "foreign.safetensors", saved("ltx"), told="ltx-video/lora")
    with pytest.raises(ModelError, match=r"made for 'ltx-video/lora'.*does not fit .*wan \(WanPipeline\)"):
        make(wan, {"lora": str(file)})
    with pytest.raises(EngineError, match="Stable Video Diffusion takes no LoRA"):
        make(saved("svd"), {"lora": str(file)}, image=np.zeros((64, 64, 3), np.uint8))


def test_trigger_and_profile_stand_around_the_prompt(wan: Path) -> None:
    plain = make(wan, prompt="ink, a cat").frames
    assert np.array_equal(make(wan, {"lora_trigger": "ink"}).frames, plain)
    assert not np.array_equal(make(wan, {"lora_trigger": "infographic"}).frames, make(wan, prompt="infographic, a cat"))


def test_a_prompt_that_is_cut_off_is_said(saved: Callable[[str], Path]) -> None:
    notes = make(saved("ltx"), prompt="the quick brown fox " * 100).notes
    assert any("of which LTX read the first 128" in note for note in notes)


@pytest.mark.parametrize("precision", ["bfloat16", "int8"])
def test_fewer_bits_make_nearly_the_same_clip(wan: Path, precision: str) -> None:
    clip, exact = make(wan, {"precision": precision}), make(wan)
    assert clip.way == f"{precision}, whole"
    assert 0 < np.abs(clip.frames.astype(float) - exact.frames).mean() < 8


def test_the_decoder_of_wan_stays_exact(wan: Path) -> None:
    with room() as here:
        engine = DiffusionClip(ClipSettings(model=str(wan), precision="bfloat16"), here)
        engine.generate(ClipRequest("a cat", **SMALL))
        (held,) = here.residency.placements()
        with here.use(held.name) as pipe:
            kinds = {name: part.dtype for name, part in pipe.components.items() if hasattr(part, "dtype")}
            sizes = sum(
                each.numel() * each.element_size()
                for part in pipe.components.values()
                if hasattr(part, "parameters")
                for each in part.parameters()
            )
    assert kinds == {"text_encoder": torch.bfloat16, "transformer": torch.bfloat16, "vae": torch.float32}
    assert held.footprint is not None
    assert held.footprint.weights_bytes == pytest.approx(sizes, rel=0.1)


def test_four_bits_are_for_cards(wan: Path) -> None:
    with pytest.raises(ModelError, match="nf4 is for cards"):
        make(wan, {"precision": "nf4"})


def test_a_lora_is_not_put_on_fewer_bits(tmp_path: Path, wan: Path) -> None:
    file = films.save_lora(tmp_path / "ink.safetensors", wan)
    with pytest.raises(ModelError, match=r"held in int8; set clip\.precision"):
        make(wan, {"precision": "int8", "lora": str(file)})


def test_broken_folders_are_told(tmp_path: Path, saved: Callable[[str], Path]) -> None:
    with pytest.raises(ModelError, match="vortex models pull Wan-AI"):
        make("")
    (tmp_path / "empty").mkdir()
    with pytest.raises(EngineError, match=r"has no model_index\.json.*known: .*Wan 2\.1 \(WanPipeline\)"):
        make(tmp_path / "empty")
    cut = films.save_wan(tmp_path / "cut")
    weights = next((cut / "transformer").glob("*.safetensors"))
    weights.write_bytes(weights.read_bytes()[:-100])
    with pytest.raises(ModelError, match="cut off"):
        make(cut)


def test_a_call_that_the_pipeline_refuses_is_an_error_of_ours(wan: Path) -> None:
    with room() as here:
        engine = DiffusionClip(ClipSettings(model=str(wan)), here)
        # Its positions reach to 128 tokens a side, which its configuration does not tell.
        with pytest.raises(EngineError, match=r"Wan 2\.1 cannot make this clip: RuntimeError: "):
            engine.generate(ClipRequest("a cat", num_frames=5, width=4096, height=64, num_inference_steps=1))
        assert not any(each.leases for each in here.residency.placements())
        assert len(engine.generate(ClipRequest("a cat", **SMALL)).frames) == 9
