"""Pictures by true pipelines of diffusers: what is asked is what is made, and what is not made is said."""

import shutil
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from factories import networks, pictures
from picture_room import QUIET, ask, engine_of, room_of
from PIL import Image

from vortex.core.errors import EngineError, MemoryPressureError, ModelError
from vortex.core.events import Event
from vortex.core.settings import ImageSettings
from vortex.engines.image.diffusion import DiffusionImage
from vortex.runtime.loader import OmniModelLoader

torch = pytest.importorskip("torch")
pytest.importorskip("diffusers")
pytestmark = [*QUIET]
NAMES = {"flux schnell": "Flux schnell", "flux dev": "Flux dev", "sdxl": "Stable Diffusion XL"}


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("models")
    for name, save in pictures.PIPELINES.items():
        save(root / name)
    networks.save_text_pipeline(root / "sd")
    return root


@pytest.fixture(scope="module")
def photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("pictures") / "photo.png"
    across, down = np.meshgrid(np.linspace(0, 255, 64), np.linspace(0, 255, 48))
    Image.fromarray(np.stack([across, down, 255 - across], axis=2).astype(np.uint8)).save(file)
    return file


@pytest.mark.parametrize("name", [*NAMES, "sd"])
def test_a_picture_is_that_of_diffusers(models: Path, name: str) -> None:
    """The same numbers in the same places, neither turned nor mirrored, at a size that is not square."""
    engine = engine_of(models / name)
    made = engine.generate(ask(seed=3))
    pipe = OmniModelLoader(models / name).load(dtype="float32").model
    pipe.set_progress_bar_config(disable=True)
    how: dict[str, Any] = {"width": 64, "height": 48, "num_inference_steps": 2}
    if name not in ("sdxl", "sd"):
        how["max_sequence_length"] = engine.family.max_tokens
    how["guidance_scale"] = engine.family.guidance
    made_there = pipe("the cat on the mat", generator=torch.Generator().manual_seed(3), **how).images[0]
    assert made_there.size == (64, 48)
    assert np.array_equal(made.pixels, np.asarray(made_there))
    assert engine.family.name == NAMES.get(name, "Stable Diffusion")
    assert (made.model, made.way, made.notes) == (name, "float32, whole", ())


@pytest.mark.parametrize("name", NAMES)
def test_what_a_picture_begins_from_is_read_as_diffusers_reads_it(models: Path, photo: Path, name: str) -> None:
    import diffusers

    engine = engine_of(models / name)
    made = engine.generate(ask(start=photo, strength=0.5, num_inference_steps=4, seed=3)).pixels
    pipe = OmniModelLoader(models / name).load(dtype="float32").model
    view = getattr(diffusers, engine.family.pipelines.start)(**pipe.components)
    view.set_progress_bar_config(disable=True)
    how: dict[str, Any] = {"width": 64, "height": 48, "max_sequence_length": engine.family.max_tokens}
    how = {} if name == "sdxl" else how
    with Image.open(photo) as picture:
        there = view(
            "the cat on the mat", image=picture, strength=0.5, num_inference_steps=4,
            guidance_scale=engine.family.guidance, generator=torch.Generator().manual_seed(3), **how,
        ).images[0]  # fmt: skip
    # One of them divides by 255 in numpy, the other in torch.
    assert np.abs(made.astype(int) - np.asarray(there)).max() <= 1


def test_equal_requests_give_equal_pixels_in_another_process(models: Path) -> None:
    here = engine_of(models / "sdxl").generate(ask(seed=5)).pixels
    code = (
        "import sys, torch; torch.set_num_threads(1)\n"
        "sys.path += ['tests']\n"
        "from picture_room import ask, engine_of\n"
        "sys.stdout.buffer.write(engine_of(sys.argv[1]).generate(ask(seed=5)).pixels.tobytes())"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code, models / "sdxl"], cwd=root, capture_output=True)
    assert done.stdout == here.tobytes(), done.stderr.decode()[-500:]


def test_a_picture_does_not_depend_on_those_before_it(models: Path, photo: Path) -> None:
    engine = engine_of(models / "sdxl")
    first = engine.generate(ask()).pixels
    engine.generate(ask("a fox", seed=9, width=96, num_inference_steps=5, start=photo))
    assert np.array_equal(engine.generate(ask()).pixels, first)


@pytest.mark.parametrize("name", NAMES)
def test_begins_from_a_picture(models: Path, photo: Path, name: str) -> None:
    engine = engine_of(models / name)
    heard: list[float] = []
    near = engine.generate(ask(start=photo, strength=0.25, num_inference_steps=8), heard.append).pixels
    far = engine.generate(ask(start=photo, strength=1.0, num_inference_steps=8)).pixels
    assert heard == [0.5, 1.0]
    assert not np.array_equal(near, far)
    assert np.array_equal(engine.generate(ask(start=photo, strength=0.25, num_inference_steps=8)).pixels, near)


def test_a_start_of_another_shape_is_cut_and_that_is_said(models: Path, photo: Path) -> None:
    made = engine_of(models / "sdxl").generate(ask(start=photo, width=48))
    assert made.notes == ("Of photo.png, 64x48, the middle was used in the shape of 48:48.",)


def test_nothing_is_left_out_in_silence(models: Path) -> None:
    engine = engine_of(models / "sdxl")
    made = engine.generate(ask("the cat " * 40, negative_prompt="a dog"))
    assert len(made.notes) == 1
    assert made.notes[0].startswith("The prompt has 82 tokens, Stable Diffusion XL reads 77; not read: 'cat the cat")
    assert "text of words to avoid" in engine.generate(ask(negative_prompt="the dog " * 40)).notes[0]
    assert "asks for no second pass" in engine.generate(ask(negative_prompt="a dog", guidance_scale=1)).notes[0]
    flux = engine_of(models / "flux schnell")
    notes = flux.generate(ask("the cat " * 200, negative_prompt="a dog", guidance_scale=3.5)).notes
    assert [each.partition(":")[0] for each in notes] == [
        "guidance_scale = 3.5 was not used",
        "The words to avoid were not used",
        "The prompt has 401 tokens, Flux schnell reads 256; not read",
    ]


def test_what_is_not_read_changes_nothing(models: Path) -> None:
    """The note is true: the words that it names have no effect, the last that it leaves out has one."""
    engine = engine_of(models / "sdxl")
    lengths = [len(engine.generate(ask("a " * number)).notes) for number in (75, 76)]
    assert lengths == [0, 1]
    full, more, less = (engine.generate(ask(text)).pixels for text in ("a " * 75, "a " * 75 + "b c", "a " * 74 + "b"))
    assert np.array_equal(full, more)
    assert not np.array_equal(full, less)


def test_words_to_avoid_and_guidance_are_used_where_the_family_has_them(models: Path) -> None:
    sdxl, dev = engine_of(models / "sdxl"), engine_of(models / "flux dev")
    plain = sdxl.generate(ask()).pixels
    assert not np.array_equal(sdxl.generate(ask(negative_prompt="a dog")).pixels, plain)
    assert not np.array_equal(sdxl.generate(ask(guidance_scale=2)).pixels, plain)
    assert not np.array_equal(dev.generate(ask(guidance_scale=30)).pixels, dev.generate(ask()).pixels)


def test_no_words_to_avoid_are_not_an_empty_text(models: Path) -> None:
    """Stable Diffusion XL was trained with nothing at all there, which is told by its index."""
    pipe = OmniModelLoader(models / "sdxl").load(dtype="float32").model
    pipe.set_progress_bar_config(disable=True)
    assert pipe.config.force_zeros_for_empty_prompt
    made = engine_of(models / "sdxl").generate(ask()).pixels
    how: dict[str, Any] = {"width": 64, "height": 48, "num_inference_steps": 2, "guidance_scale": 5.0}
    empty, nothing = (
        np.asarray(
            pipe(ask().prompt, negative_prompt=words, generator=torch.Generator().manual_seed(0), **how).images[0]
        )
        for words in ("", None)
    )
    assert np.array_equal(made, nothing)
    assert not np.array_equal(made, empty)


def test_settings_fill_what_a_request_leaves_open(models: Path) -> None:
    set_so = engine_of(models / "sdxl", steps=3, guidance=2.0).generate(ask(num_inference_steps=0)).pixels
    asked = engine_of(models / "sdxl").generate(ask(num_inference_steps=3, guidance_scale=2.0)).pixels
    assert np.array_equal(set_so, asked)


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"width": 100}, "width = 100 is no multiple of 16; the nearest is 96"),
        ({"height": 8000}, "height = 8000 must lie between 16 and 4096"),
        ({"seed": -1}, "seed = -1 must lie"),
        ({"num_inference_steps": 500}, "num_inference_steps = 500 must lie between 1 and 200"),
        ({"guidance_scale": 99}, "guidance_scale = 99 must lie between 0 and 30"),
        ({"start": Path("nowhere.png")}, r"nowhere\.png: cannot be read as a picture"),
        ({"start": Path("x"), "strength": 0.0}, "strength = 0 must lie above 0"),
        ({"start": Path("x"), "strength": 0.1}, "strength = 0.1 of 2 steps is less than one step"),
    ],
)
def test_what_cannot_be_made_is_refused(models: Path, how: dict[str, Any], said: str) -> None:
    engine = engine_of(models / "sdxl")
    with pytest.raises(EngineError, match=said):
        engine.generate(ask(**how))
    with pytest.raises(EngineError, match="the prompt is empty"):
        engine.generate(ask("  "))


def test_cancelling_leaves_nothing_leased(models: Path) -> None:
    class Cancelled(Exception):
        pass

    def cancel(share: float) -> None:
        if share > 0.3:
            raise Cancelled

    room = room_of()
    engine = engine_of(models / "sdxl", room)
    before = engine.generate(ask(num_inference_steps=5)).pixels
    with pytest.raises(Cancelled):
        engine.generate(ask(num_inference_steps=5), cancel)
    assert [each.leases for each in room.residency.placements()] == [0]
    assert np.array_equal(engine.generate(ask(num_inference_steps=5)).pixels, before)


def test_memory_that_runs_out_is_told_and_the_model_leaves(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from diffusers import AutoencoderKL

    room = room_of()
    engine = engine_of(models / "sdxl", room)
    before = engine.generate(ask()).pixels
    with monkeypatch.context() as patch:
        patch.setattr(AutoencoderKL, "decode", lambda *_, **__: torch.empty(1 << 52))
        with pytest.raises(MemoryPressureError, match="memory ran out while it worked"):
            engine.generate(ask())
    assert room.residency.held() == {}
    assert np.array_equal(engine.generate(ask()).pixels, before)


def test_a_smaller_budget_holds_it_on_a_lower_rung_and_says_so(models: Path) -> None:
    """The same picture comes out: blocks arrive one by one, but their numbers are the same."""
    heard: list[Event] = []
    ladder = engine_of(models / "flux schnell")._model.ways("auto", "cpu")
    needs = [(way.footprint.weights_bytes + way.footprint.activation_bytes) * 1.05 for way in ladder[1:]]
    with room_of(sum(needs) / 2 / 0.9e9, heard.append) as room:
        made = engine_of(models / "flux schnell", room).generate(ask())
    assert made.way == "float32, a block at a time"
    assert "a block at a time" in " ".join(event.message for event in heard)
    assert np.array_equal(made.pixels, engine_of(models / "flux schnell").generate(ask()).pixels)


def test_what_never_fits_is_refused_before_it_is_read(models: Path) -> None:
    with pytest.raises(MemoryPressureError, match="sdxl"):
        engine_of(models / "sdxl", room_of(0.5)).generate(ask())


def test_a_large_picture_sets_more_memory_aside(models: Path) -> None:
    engine = engine_of(models / "sdxl")
    room = engine._room
    held: list[int] = []
    engine.generate(ask(), lambda share: held.append(sum(room.residency.held().values())))
    assert engine._model.more_work(2048 * 1024, "auto", "cpu", is_tiled=False) > 1e9
    with room_of(max(held) / 0.9e9 + 0.05) as tight:
        with pytest.raises(MemoryPressureError, match=r"work of .*sdxl"):
            engine_of(models / "sdxl", tight).generate(ask(width=2048, height=1024))
        assert {name for name in tight.residency.held() if name.startswith("work")} == set()


def test_engines_in_one_room_share_a_model_and_wait_for_each_other(models: Path) -> None:
    room = room_of()
    engines = [engine_of(models / "sdxl", room) for _ in range(3)]
    alone = [engines[0].generate(ask(seed=seed)).pixels for seed in range(3)]
    made: dict[int, np.ndarray] = {}

    def work(number: int) -> None:
        made[number] = engines[number].generate(ask(seed=number)).pixels

    threads = [threading.Thread(target=work, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert all(np.array_equal(made[number], alone[number]) for number in range(3))
    assert len(room.residency.held()) == 1


def test_a_missing_or_foreign_model_is_told(models: Path, tmp_path: Path) -> None:
    with pytest.raises(
        ModelError, match=r"image\.model is empty.*vortex models pull black-forest-labs/FLUX\.1-schnell"
    ):
        engine_of("").generate(ask())
    with pytest.raises(ModelError, match="vortex models pull someone/else"):
        engine_of("someone/else").generate(ask())
    with pytest.raises(ModelError, match="is a DDPMPipeline; pictures are made with FluxPipeline"):
        engine_of(networks.save_pipeline(tmp_path / "ddpm")).generate(ask())
    with pytest.raises(ModelError, match=r"holds no model_index\.json"):
        engine_of(tmp_path).generate(ask())
    (tmp_path / "one.safetensors").touch()
    with pytest.raises(ModelError, match="is a single file"):
        engine_of(tmp_path / "one.safetensors").generate(ask())


def test_broken_weights_are_told_and_nothing_stays(models: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(models / "sdxl", tmp_path / "cut")
    weights = folder / "unet/diffusion_pytorch_model.safetensors"
    whole = weights.read_bytes()
    weights.write_bytes(whole[: len(whole) // 2])
    room = room_of()
    engine = engine_of(folder, room)
    with pytest.raises(ModelError, match="cut"):
        engine.generate(ask())
    assert room.residency.held() == {}
    weights.write_bytes(whole)
    assert engine.generate(ask()).pixels.shape == (48, 64, 3)


def test_a_folder_that_vanishes_is_told(models: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(models / "sdxl", tmp_path / "gone")
    engine = engine_of(folder)
    before = engine.generate(ask()).pixels
    shutil.move(folder, tmp_path / "elsewhere")
    assert np.array_equal(engine.generate(ask()).pixels, before)
    engine.close()
    with pytest.raises(ModelError, match="is gone"):
        engine.generate(ask())


def test_weights_that_are_no_numbers_give_no_black_picture(tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    folder = pictures.save_sdxl(tmp_path / "nan")
    weights = folder / "vae/diffusion_pytorch_model.safetensors"
    tensors = load_file(weights)
    tensors["decoder.conv_out.bias"][0] = float("nan")
    save_file(tensors, weights, metadata={"format": "pt"})
    with pytest.raises(EngineError, match="numbers overflowed"):
        engine_of(folder).generate(ask())


def test_a_model_without_its_files_is_not_replaced_by_chance(models: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(models / "flux schnell", tmp_path / "less")
    shutil.rmtree(folder / "text_encoder_2")
    with pytest.raises(ModelError, match="text_encoder_2"):
        engine_of(folder).generate(ask())


def test_other_forms_of_a_folder_give_the_same_picture(models: Path, tmp_path: Path) -> None:
    sharded = pictures.save_flux(tmp_path / "sharded", max_shard_size="200KB")
    assert len(list(sharded.glob("transformer/*.safetensors"))) > 1
    pixels = engine_of(models / "flux schnell").generate(ask()).pixels
    assert np.array_equal(engine_of(sharded).generate(ask()).pixels, pixels)
    half = pictures.save_sdxl(tmp_path / "half", variant="fp16")
    assert np.array_equal(engine_of(half).generate(ask()).pixels, engine_of(models / "sdxl").generate(ask()).pixels)


def test_the_engine_costs_nothing_until_it_is_asked() -> None:
    here = room_of()
    engine = DiffusionImage.from_room(ImageSettings("diffusion", "nowhere"), here)
    engine.close()
    engine.close()
    assert not {"residency", "device"}.intersection(vars(here)), "nothing is probed before the first picture"
