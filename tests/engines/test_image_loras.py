"""LoRAs: found by name, told whether they fit before anything is loaded, put on and taken off without a trace."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from factories import pictures
from picture_room import QUIET, ask, engine_of, room_of

from vortex.core.errors import ConfigError, EngineError, ModelError
from vortex.engines.image.base import Lora, PictureRequest, Pixels
from vortex.engines.image.diffusion import DiffusionImage
from vortex.engines.image.families import family_of
from vortex.engines.image.lora_fit import require_fit
from vortex.engines.image.painter import Painter, PainterMover, Worn
from vortex.engines.image.registry import NamedLora, Registry, parse_loras, read_registry
from vortex.runtime.ledger import Footprint
from vortex.runtime.loader import OmniModelLoader
from vortex.runtime.pipelines import Way

torch = pytest.importorskip("torch")
pytest.importorskip("diffusers")
pytest.importorskip("peft")
pytestmark = [*QUIET]
TABLE = """
loras:
  ink: {file: ink.safetensors, base: sdxl, weight: 0.5}
  warm: {file: warm.safetensors, base: sdxl, trigger: warm light}
  kohya: {file: kohya.safetensors}
  flux: {file: flux.safetensors, base: flux}
  flux-kohya: {file: flux-kohya.safetensors}
  wide: {file: wide.safetensors}
  lost: {file: lost.safetensors}
"""


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("models")
    pictures.save_sdxl(root / "sdxl")
    pictures.save_flux(root / "flux")
    pictures.save_sdxl_lora(root / "ink.safetensors", seed=1)
    pictures.save_sdxl_lora(root / "warm.safetensors", seed=2)
    pictures.save_sdxl_lora(root / "kohya.safetensors", seed=1, names="kohya")
    pictures.save_sdxl_lora(root / "wide.safetensors", width=64)
    pictures.save_flux_lora(root / "flux.safetensors")
    pictures.save_flux_lora(root / "flux-kohya.safetensors", names="kohya")
    (root / "loras.yaml").write_text(TABLE)
    return root


@pytest.fixture
def sdxl(models: Path) -> DiffusionImage:
    return engine_of(models / "sdxl", lora_registry=str(models / "loras.yaml"))


def worn(*loras: Lora, prompt: str = "the cat, warm light") -> PictureRequest:
    return ask(prompt, loras=loras)


def paint(engine: DiffusionImage, *loras: Lora) -> Pixels:
    return engine.generate(worn(*loras)).pixels


def test_each_changes_the_picture_and_leaves_no_trace(sdxl: DiffusionImage) -> None:
    base = paint(sdxl)
    ink, warm, both = paint(sdxl, Lora("ink")), paint(sdxl, Lora("warm")), paint(sdxl, Lora("ink"), Lora("warm"))
    assert len({each.tobytes() for each in (base, ink, warm, both)}) == 4
    assert np.array_equal(paint(sdxl), base)
    assert np.array_equal(paint(sdxl, Lora("ink")), ink)
    assert np.array_equal(paint(sdxl, Lora("ink"), Lora("warm")), both)


def test_a_weight_is_obeyed(sdxl: DiffusionImage) -> None:
    base = paint(sdxl).astype(int)
    near, far = (np.abs(paint(sdxl, Lora("ink", weight)) - base).mean() for weight in (0.1, 1.0))
    assert 0 < near < far
    assert np.array_equal(paint(sdxl, Lora("ink", 0.0)), base)


def test_both_ways_of_naming_layers_are_read(sdxl: DiffusionImage) -> None:
    assert np.array_equal(paint(sdxl, Lora("ink")), paint(sdxl, Lora("kohya")))


def test_it_is_what_merging_it_by_hand_gives(models: Path, sdxl: DiffusionImage) -> None:
    from safetensors.torch import load_file

    pipe = OmniModelLoader(models / "sdxl").load(dtype="float32").model
    pipe.set_progress_bar_config(disable=True)
    tensors = load_file(models / "ink.safetensors")
    for name in [each for each in tensors if ".lora_A." in each]:
        layer = pipe.unet.get_submodule(name.partition(".lora_A.")[0].removeprefix("unet."))
        layer.weight.data += 0.7 * tensors[name.replace("lora_A", "lora_B")] @ tensors[name]
    made = torch.Generator().manual_seed(0)
    how: dict[str, Any] = {"width": 64, "height": 48, "num_inference_steps": 2, "guidance_scale": 5.0}
    merged = np.asarray(pipe("the cat, warm light", generator=made, **how).images[0]).astype(int)
    beside = paint(sdxl, Lora("ink", 0.7)).astype(int)
    assert np.abs(merged - beside).max() <= 2
    assert np.abs(merged - paint(sdxl)).mean() > 1


@pytest.mark.parametrize("name", ["flux", "flux-kohya"])
def test_flux_wears_them_too(models: Path, name: str) -> None:
    engine = engine_of(models / "flux", lora_registry=str(models / "loras.yaml"))
    base = engine.generate(worn()).pixels
    made = engine.generate(worn(Lora(name)))
    assert made.model == f"flux + {name} 1"
    assert not np.array_equal(made.pixels, base)
    assert np.array_equal(engine.generate(worn()).pixels, base)


def test_the_setting_puts_them_on_every_picture(models: Path, sdxl: DiffusionImage) -> None:
    always = engine_of(models / "sdxl", lora_registry=str(models / "loras.yaml"), loras="ink, warm:0.4")
    assert np.array_equal(paint(always), paint(sdxl, Lora("ink", 0.5), Lora("warm", 0.4)))
    assert np.array_equal(paint(always, Lora("warm", 0.0)), paint(sdxl, Lora("ink", 0.5)))


def test_the_words_that_wake_one_are_put_in_front_and_said(sdxl: DiffusionImage) -> None:
    made = sdxl.generate(worn(Lora("warm"), prompt="the cat"))
    assert made.notes == ("'warm light' was put before the prompt for the LoRA 'warm'.",)
    assert np.array_equal(made.pixels, sdxl.generate(worn(Lora("warm"), prompt="warm light, the cat")).pixels)
    assert sdxl.generate(worn(Lora("warm"), prompt="A Warm Light")).notes == ()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("flux", r"LoRA 'flux' \(.*flux\.safetensors\) does not fit .*sdxl .*it is for flux, the model is sdxl"),
        ("flux-kohya", "it is for flux, the model is sdxl"),
        (
            "wide",
            r"LoRA 'wide' .*does not fit .*sdxl.*the model has no layer|has \d+ inputs, the LoRA was made for \d+",
        ),
        ("lost", r"LoRA 'lost': .*lost\.safetensors is not there"),
    ],
)
def test_one_for_another_model_is_refused_before_anything_is_loaded(models: Path, name: str, said: str) -> None:
    room = room_of()
    engine = engine_of(models / "sdxl", room, lora_registry=str(models / "loras.yaml"))
    with pytest.raises(ModelError, match=said):
        engine.generate(worn(Lora(name)))
    assert list(room.residency) == []


def test_an_unknown_one_is_told_with_what_is_there(models: Path, sdxl: DiffusionImage) -> None:
    with pytest.raises(EngineError, match=r"no LoRA named 'inc'.*did you mean 'ink'"):
        sdxl.generate(worn(Lora("inc")))
    with pytest.raises(EngineError, match="no LoRA named 'x' in any registry; there are: none"):
        engine_of(models / "sdxl").generate(worn(Lora("x")))
    with pytest.raises(EngineError, match="asked for twice"):
        sdxl.generate(worn(Lora("ink"), Lora("ink", 0.2)))
    with pytest.raises(EngineError, match="weight of the LoRA 'ink' = 9 must lie"):
        sdxl.generate(worn(Lora("ink", 9.0)))


def test_a_file_that_was_changed_is_refused(models: Path, tmp_path: Path) -> None:
    file = pictures.save_sdxl_lora(tmp_path / "a.safetensors")
    right = hashlib.sha256(file.read_bytes()).hexdigest()
    NamedLora("a", file, "", sha256=right.upper()).require_whole()
    with pytest.raises(ModelError, match=rf"has SHA-256 {right}, the registry says 00"):
        NamedLora("a", file, "", sha256="00" * 32).require_whole()


def test_a_file_that_was_changed_is_looked_at_again(models: Path, tmp_path: Path) -> None:
    file = pictures.save_sdxl_lora(tmp_path / "a.safetensors")
    right = hashlib.sha256(file.read_bytes()).hexdigest()
    (tmp_path / "r.yaml").write_text(f"loras: {{a: {{file: a.safetensors, sha256: {right}}}}}")
    engine = engine_of(models / "sdxl", lora_registry=str(tmp_path / "r.yaml"))
    first = paint(engine, Lora("a"))
    assert np.array_equal(paint(engine, Lora("a")), first)
    pictures.save_sdxl_lora(file, seed=2)
    with pytest.raises(ModelError, match="has SHA-256"):
        paint(engine, Lora("a"))
    file.unlink()
    with pytest.raises(ModelError, match="is not there"):
        paint(engine, Lora("a"))


def test_a_file_that_was_changed_is_put_on_anew(models: Path, tmp_path: Path) -> None:
    file = pictures.save_sdxl_lora(tmp_path / "a.safetensors")
    (tmp_path / "r.yaml").write_text("loras: {a: {file: a.safetensors}}")
    engine = engine_of(models / "sdxl", lora_registry=str(tmp_path / "r.yaml"))
    first = paint(engine, Lora("a"))
    pictures.save_sdxl_lora(file, seed=2)
    second = paint(engine, Lora("a"))
    assert not np.array_equal(first, second)
    assert np.array_equal(paint(engine_of(models / "sdxl", lora_registry=str(tmp_path / "r.yaml")), Lora("a")), second)


def test_a_file_that_cannot_be_put_on_leaves_nothing_on(models: Path, sdxl: DiffusionImage) -> None:
    base = paint(sdxl)
    name = f"{models / 'sdxl'} (auto)"
    with sdxl._room.use(name) as painter:
        broken = NamedLora("broken", models / "flux.safetensors", "")
        with pytest.raises(ModelError, match=r"LoRA 'broken'.*cannot be put on"):
            painter.wear([Worn(sdxl.registry.lora("ink"), 1.0), Worn(broken, 1.0)])
    assert np.array_equal(paint(sdxl), base)


def test_packed_layers_and_blocks_take_none(models: Path) -> None:
    packed = engine_of(models / "sdxl", lora_registry=str(models / "loras.yaml"), precision="int8")
    with pytest.raises(EngineError, match=r"image\.precision = 'int8' packs the layers.*LoRA 'ink' cannot be put on"):
        packed.generate(worn(Lora("ink")))
    ways = packed._model.ways("float32", "cpu")
    needs = [(way.footprint.weights_bytes + way.footprint.activation_bytes) * 1.05 for way in ways[1:]]
    with room_of(sum(needs) / 2 / 0.9e9) as room:
        blocks = engine_of(models / "sdxl", room, lora_registry=str(models / "loras.yaml"))
        with pytest.raises(EngineError, match=r"held as 'float32, a block at a time'.*raise runtime\.soft_limit_gb"):
            blocks.generate(worn(Lora("ink")))
        assert blocks.generate(worn()).pixels.shape == (48, 64, 3)


def test_a_network_at_a_time_takes_them_and_stays_so(models: Path, sdxl: DiffusionImage) -> None:
    """The hooks that bring networks are taken off, and put on again around the new layers."""
    folder = models / "sdxl"
    way = Way(
        "float32, a network at a time", Footprint(1), lambda: OmniModelLoader(folder).load(dtype="float32").model,
        "networks",
    )  # fmt: skip
    mover = PainterMover(folder, "cpu", lambda: (way,))
    painter = mover.load(mover.stage()[0], None)

    def made(*loras: Worn) -> Pixels:
        painter.wear(loras)
        with painter.as_pipeline("StableDiffusionXLPipeline") as pipe:
            image = pipe(
                "the cat, warm light", width=64, height=48, num_inference_steps=2,
                guidance_scale=5.0, generator=torch.Generator().manual_seed(0),
            ).images[0]  # fmt: skip
        return np.asarray(image)

    base, ink = made(), made(Worn(sdxl.registry.lora("ink"), 1.0))
    assert np.array_equal(base, paint(sdxl))
    assert np.abs(ink.astype(int) - paint(sdxl, Lora("ink"))).max() <= 1
    assert hasattr(painter.pipe.unet, "_hf_hook")
    assert np.array_equal(made(), base)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("loras: [ink]", "loras holds a list, not a table"),
        ("lora: {}", "unknown key lora; known: loras, controls"),
        ("loras: {ink: {file: a.safetensors, wieght: 1}}", r"unknown key loras\.ink\.wieght; known: file, base"),
        ("loras: {ink: {base: sdxl}}", r"loras\.ink\.file = None; write a path"),
        ("loras: {ink: {file: a.ckpt}}", r"loras\.ink\.file = 'a\.ckpt'; only \.safetensors"),
        ("loras: {ink: {file: a.safetensors, base: sd9}}", r"loras\.ink\.base = 'sd9'; write flux, sdxl, sd"),
        ("loras: {ink: {file: a.safetensors, weight: much}}", r"loras\.ink\.weight = 'much'; write a number"),
        ("loras: {ink: {file: a.safetensors, sha256: abc}}", r"loras\.ink\.sha256 = 'abc' is no SHA-256"),
        ("loras: {'../x': {file: a.safetensors}}", "a name has letters"),
        ("controls: {pose: here}", r"unknown key controls\.pose; known: openpose, depth, canny"),
        ("loras: {ink: {file: a.safetensors", "cannot be read as a registry"),
        ("!!python/object/apply:os.system ['true']", "cannot be read as a registry"),
    ],
)
def test_a_registry_that_is_wrong_is_told_by_file_and_key(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "lora_registry.yaml"
    file.write_text(text)
    with pytest.raises(ConfigError, match=said) as raised:
        read_registry(file)
    assert str(file) in str(raised.value)


def test_a_registry_in_the_model_is_found(models: Path, tmp_path: Path) -> None:
    folder = pictures.save_sdxl(tmp_path / "own")
    pictures.save_sdxl_lora(folder / "loras/ink.safetensors")
    (folder / "lora_registry.yaml").write_text("loras: {ink: {file: loras/ink.safetensors}}\n")
    engine = engine_of(folder)
    assert engine.registry.lora("ink").file == folder / "loras/ink.safetensors"
    assert not np.array_equal(paint(engine, Lora("ink")), paint(engine))
    with pytest.raises(ConfigError, match="cannot be read as a registry"):
        paint(engine_of(folder, lora_registry=str(tmp_path / "no.yaml")))


def test_the_setting_is_read(models: Path) -> None:
    registry = read_registry(models / "loras.yaml")
    assert parse_loras(" ink , warm:0.4,", registry) == (Lora("ink", 0.5), Lora("warm", 0.4))
    assert parse_loras("", Registry()) == ()
    with pytest.raises(ConfigError, match=r"image\.loras = 'ink:x'"):
        parse_loras("ink:x", registry)


def test_names_of_the_original_code_are_known(models: Path, tmp_path: Path) -> None:
    """``input_blocks_1_1`` and the like stand for layers of diffusers; sizes are compared there as well."""
    unet = pictures.sdxl_unet()
    layers = {
        "input_blocks_3_1": "down_blocks.1.attentions.0",
        "output_blocks_0_1": "up_blocks.0.attentions.0",
        "middle_block_1": "mid_block.attentions.0",
    }
    right: dict[str, Any] = {}
    for original, diffusers in layers.items():
        layer = unet.get_submodule(f"{diffusers}.transformer_blocks.0.attn1.to_q")
        right |= _lora(f"lora_unet_{original}_transformer_blocks_0_attn1_to_q", layer.out_features, layer.in_features)
    family = family_of(models / "sdxl")
    require_fit(_saved(right, tmp_path / "right.safetensors"), models / "sdxl", family)
    wrong = _lora("lora_unet_input_blocks_3_1_transformer_blocks_0_attn1_to_q", 999, 64)
    with pytest.raises(ModelError, match=r"has 64 outputs, the LoRA was made for 999"):
        require_fit(_saved(wrong, tmp_path / "wrong.safetensors"), models / "sdxl", family)
    nowhere = _lora("lora_unet_input_blocks_9_1_transformer_blocks_0_attn1_to_q", 64, 64)
    with pytest.raises(ModelError, match="the model has no layer 'down_blocks_4"):
        require_fit(_saved(nowhere, tmp_path / "nowhere.safetensors"), models / "sdxl", family)
    text = _lora("lora_te1_text_model_encoder_layers_0_self_attn_q_proj", 32, 32)
    require_fit(_saved(text, tmp_path / "text.safetensors"), models / "sdxl", family)


def test_a_file_without_layers_of_a_lora_is_told(models: Path, tmp_path: Path) -> None:
    empty = _saved({"unet.weight": torch.zeros(2, 2)}, tmp_path / "empty.safetensors")
    with pytest.raises(ModelError, match="holds no layer of a LoRA"):
        require_fit(empty, models / "sdxl", family_of(models / "sdxl"))


def test_a_painter_goes_and_comes_back_with_what_it_wears(models: Path, sdxl: DiffusionImage) -> None:
    from vortex.runtime.ledger import State

    mover = PainterMover(models / "sdxl", "cpu", lambda: sdxl._model.ways("float32", "cpu"))
    rung = mover.stage()[0]
    painter = mover.load(rung, None)
    painter.wear([Worn(sdxl.registry.lora("ink"), 1.0)])
    kept = mover.unload(painter, State.RAM)
    assert isinstance(kept, Painter)
    assert mover.load(rung, kept) is painter
    assert painter.pipe.get_list_adapters() == {"unet": ["ink"]}
    assert mover.unload(painter, State.STAGED) is None


def _lora(name: str, outputs: int, inputs: int) -> Mapping[str, Any]:
    return {f"{name}.lora_down.weight": torch.zeros(2, inputs), f"{name}.lora_up.weight": torch.zeros(outputs, 2)}


def _saved(tensors: Mapping[str, Any], file: Path) -> NamedLora:
    from safetensors.torch import save_file

    save_file(dict(tensors), file)
    return NamedLora(file.stem, file, "")


def test_what_is_no_lora_or_holds_no_numbers_is_told(models: Path, tmp_path: Path) -> None:
    import pickle

    from safetensors.torch import load_file, save_file

    spoilt = load_file(models / "ink.safetensors")
    next(iter(spoilt.values()))[0, 0] = float("nan")
    save_file(spoilt, tmp_path / "nan.safetensors")
    (tmp_path / "pickle.safetensors").write_bytes(pickle.dumps({"a": 1}))
    whole = (models / "ink.safetensors").read_bytes()
    (tmp_path / "cut.safetensors").write_bytes(whole[:-100])
    rows = "".join(f"  {name}: {{file: {name}.safetensors}}\n" for name in ("nan", "pickle", "cut"))
    (tmp_path / "r.yaml").write_text(f"loras:\n{rows}")
    engine = engine_of(models / "sdxl", lora_registry=str(tmp_path / "r.yaml"))
    base = paint(engine)
    with pytest.raises(EngineError, match="numbers overflowed"):
        paint(engine, Lora("nan"))
    with pytest.raises(ModelError, match="pickle"):
        paint(engine, Lora("pickle"))
    with pytest.raises(ModelError, match="cut"):
        paint(engine, Lora("cut"))
    assert np.array_equal(paint(engine), base)
