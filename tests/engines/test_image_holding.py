"""How picture models are held: in fewer bits, from GGUF files; what they weigh, and what a picture takes beside it."""

import weakref
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from factories import pictures
from factories.weights import write_json
from picture_room import QUIET, ask, engine_of

from vortex.core.errors import EngineError, ModelError
from vortex.engines.image.base import Lora
from vortex.engines.image.families import FAMILIES, Family, family_of
from vortex.engines.image.holding import find_model
from vortex.engines.image.work import Shape, read_shape, work_of
from vortex.runtime.headers import TensorEntry
from vortex.runtime.hub import RemoteFile, Repository, select
from vortex.runtime.pipelines import weight_bytes
from vortex.runtime.quantised import quantised_bytes

torch = pytest.importorskip("torch")
pytest.importorskip("diffusers")
pytest.importorskip("gguf")
pytestmark = [*QUIET]
SCHNELL, DEV, SDXL, SD = FAMILIES


@pytest.fixture(scope="module")
def flux(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return pictures.save_flux(tmp_path_factory.mktemp("models") / "flux")


@pytest.fixture
def gguf(flux: Path, tmp_path: Path) -> Path:
    """A pipeline whose largest network is a GGUF file and nothing else."""
    folder = pictures.save_flux(tmp_path / "flux-gguf")
    (folder / "transformer/diffusion_pytorch_model.safetensors").unlink()
    pictures.save_flux_gguf(folder / "transformer/flux-Q8_0.gguf", flux)
    return folder


def distance(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.abs(one.astype(int) - other).mean())


@pytest.mark.parametrize(("kind", "near"), [("Q8_0", 0.5), ("Q4_0", 8.0)])
def test_a_gguf_file_takes_the_place_of_the_transformer(flux: Path, tmp_path: Path, kind: str, near: float) -> None:
    folder = pictures.save_flux(tmp_path / "model")
    file = pictures.save_flux_gguf(folder / f"flux-{kind}.gguf", flux, kind)
    plain = engine_of(flux).generate(ask()).pixels
    engine = engine_of(file)
    made = engine.generate(ask())
    assert made.way == f"flux-{kind}.gguf, whole"
    assert made.model == f"model (flux-{kind}.gguf)"
    assert 0 < distance(made.pixels, plain) < near
    assert np.array_equal(engine.generate(ask()).pixels, made.pixels)
    # The folder itself has plain weights, and keeps them.
    assert np.array_equal(engine_of(folder).generate(ask()).pixels, plain)


def test_it_is_found_where_there_is_no_other(gguf: Path, flux: Path) -> None:
    made = engine_of(gguf).generate(ask())
    assert made.way == "flux-Q8_0.gguf, whole"
    assert distance(made.pixels, engine_of(flux).generate(ask()).pixels) < 0.5
    pictures.save_flux_gguf(gguf / "flux-Q4_0.gguf", flux, "Q4_0")
    with pytest.raises(ModelError, match=r"flux-Q4_0\.gguf, flux-Q8_0\.gguf; name one of them as image\.model"):
        find_model(gguf)


def test_its_size_is_what_it_takes(gguf: Path) -> None:
    way = find_model(gguf).ways("float32", "cpu")[0]
    pipe = way.open()
    parts = (pipe.transformer, pipe.vae, pipe.text_encoder, pipe.text_encoder_2)
    held = sum(each.nbytes for part in parts for each in part.parameters())
    assert way.footprint.weights_bytes == pytest.approx(held, rel=0.01)
    kinds = {type(each).__name__ for each in pipe.transformer.modules()}
    assert "GGUFLinear" in kinds


def test_a_lora_goes_onto_a_gguf_file(gguf: Path) -> None:
    pictures.save_flux_lora(gguf / "ink.safetensors")
    pictures.save_sdxl_lora(gguf / "other.safetensors")
    (gguf / "lora_registry.yaml").write_text("loras: {ink: {file: ink.safetensors}, other: {file: other.safetensors}}")
    engine = engine_of(gguf)
    base = engine.generate(ask()).pixels
    assert distance(engine.generate(ask(loras=(Lora("ink"),))).pixels, base) > 1
    assert np.array_equal(engine.generate(ask()).pixels, base)
    with pytest.raises(ModelError, match=r"LoRA 'other'.*does not fit"):
        engine.generate(ask(loras=(Lora("other"),)))


def test_a_gguf_file_that_cannot_be_used_is_told(gguf: Path, flux: Path, tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=r"flux-Q8_0\.gguf has bits of its own; set image\.precision = 'auto'"):
        engine_of(gguf, precision="int8").generate(ask())
    alone = pictures.save_flux_gguf(tmp_path / "alone/flux.gguf", flux)
    with pytest.raises(ModelError, match="put it into the folder of its pipeline"):
        engine_of(alone).generate(ask())
    cut = gguf / "transformer/flux-Q8_0.gguf"
    cut.write_bytes(cut.read_bytes()[:100])
    with pytest.raises(ModelError, match=r"flux-Q8_0\.gguf"):
        engine_of(gguf).generate(ask())
    cut.write_bytes(b"no such file" * 10)
    with pytest.raises(ModelError, match="is no GGUF file"):
        engine_of(gguf).generate(ask())


def test_eight_bits_stay_close_to_the_whole(flux: Path) -> None:
    plain = engine_of(flux, precision="bfloat16").generate(ask())
    packed = engine_of(flux, precision="int8").generate(ask())
    assert (plain.way, packed.way) == ("bfloat16, whole", "int8, whole")
    assert 0 < distance(packed.pixels, plain.pixels) < 8


def test_four_bits_need_a_card(flux: Path) -> None:
    with pytest.raises(ModelError, match="nf4 is for cards only; on the processor, set the precision to int8"):
        engine_of(flux, precision="nf4").generate(ask())


def test_numbers_are_of_the_type_that_suits_the_device(flux: Path) -> None:
    model = find_model(flux)
    assert [model.dtype("auto", device) for device in ("cpu", "cuda:0")] == ["float32", "bfloat16"]
    assert model.dtype("float16", "cpu") == "float16"
    assert model.dtype("nf4", "cuda:0") == "bfloat16"
    on_card = [way.name for way in model.ways("auto", "cuda:0")]
    assert on_card == [
        "bfloat16, whole", "bfloat16, tiled decoder", "bfloat16, a network at a time", "bfloat16, a block at a time",
    ]  # fmt: skip


def test_families_are_told_apart(flux: Path, tmp_path: Path) -> None:
    assert family_of(flux) is SCHNELL
    assert family_of(pictures.save_flux(tmp_path / "dev", guidance_embeds=True)) is DEV
    write_json(tmp_path / "sd/model_index.json", {"_class_name": "StableDiffusionImg2ImgPipeline"})
    assert family_of(tmp_path / "sd") is SD
    write_json(tmp_path / "none/model_index.json", {})
    with pytest.raises(ModelError, match="is a pipeline without a name; pictures are made with FluxPipeline"):
        family_of(tmp_path / "none")


REPOSITORIES = {
    "Flux schnell": (
        "ae.safetensors flux1-schnell.safetensors transformer/diffusion_pytorch_model.safetensors.index.json"
        " transformer/diffusion_pytorch_model-00001-of-00003.safetensors"
        " text_encoder_2/model-00001-of-00002.safetensors"
        " text_encoder/model.safetensors tokenizer_2/spiece.model tokenizer/merges.txt vae/config.json"
        " model_index.json vae/diffusion_pytorch_model.safetensors",
        ("ae.safetensors", "flux1-schnell.safetensors"),
    ),
    "Stable Diffusion XL": (
        "sd_xl_base_1.0.safetensors unet/model.onnx unet/model.onnx_data unet/diffusion_pytorch_model.safetensors"
        " unet/diffusion_pytorch_model.fp16.safetensors text_encoder/model.safetensors text_encoder/flax_model.msgpack"
        " text_encoder_2/model.fp16.safetensors vae/diffusion_pytorch_model.fp16.safetensors tokenizer_2/vocab.json"
        " model_index.json vae_1_0/diffusion_pytorch_model.fp16.safetensors text_encoder/model.fp16.safetensors",
        (
            "sd_xl_base_1.0.safetensors", "unet/model.onnx", "unet/model.onnx_data", "text_encoder/model.safetensors",
            "unet/diffusion_pytorch_model.safetensors", "text_encoder/flax_model.msgpack",
            "vae_1_0/diffusion_pytorch_model.fp16.safetensors",
        ),
    ),
}  # fmt: skip


@pytest.mark.parametrize("family", [SCHNELL, SDXL], ids=lambda family: family.name)
def test_what_is_pulled_is_what_is_read(family: Family) -> None:
    """Each weight once: neither the same network as a single file, nor in another precision or for another library."""
    listing, left = REPOSITORIES[family.name]
    files = tuple(RemoteFile(path, 1, "", "") for path in listing.split())
    wanted = select(Repository(family.spec.repo, "", "", files), family.spec.files)
    assert {each.path for each in files} - {each.path for each in wanted.files} == set(left)


@pytest.fixture(scope="module")
def full_size() -> dict[str, dict[str, Any]]:
    """The networks of each family as they are published, on no device."""
    import diffusers
    import transformers
    from diffusers.pipelines.stable_diffusion.safety_checker import StableDiffusionSafetyChecker

    decoder = {
        "down_block_types": ("DownEncoderBlock2D",) * 4, "up_block_types": ("UpDecoderBlock2D",) * 4,
        "block_out_channels": (128, 256, 512, 512), "layers_per_block": 2, "norm_num_groups": 32, "sample_size": 1024,
    }  # fmt: skip
    crossing = ("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D")
    large = {
        "vocab_size": 49408, "hidden_size": 768, "intermediate_size": 3072, "num_hidden_layers": 12,
        "num_attention_heads": 12,
    }  # fmt: skip
    huge = {
        "vocab_size": 49408, "hidden_size": 1280, "intermediate_size": 5120, "num_hidden_layers": 32,
        "num_attention_heads": 20, "projection_dim": 1280,
    }  # fmt: skip
    with torch.device("meta"):
        clip = transformers.CLIPTextModel(transformers.CLIPTextConfig(**large))
        clip_g = transformers.CLIPTextModelWithProjection(transformers.CLIPTextConfig(**huge))
        t5 = transformers.T5EncoderModel(
            transformers.T5Config(
                vocab_size=32128, d_model=4096, d_kv=64, d_ff=10240, num_layers=24, num_heads=64,
                feed_forward_proj="gated-gelu",
            )
        )  # fmt: skip
        flux_vae = diffusers.AutoencoderKL(
            **decoder, latent_channels=16, use_quant_conv=False, use_post_quant_conv=False
        )
        vae = diffusers.AutoencoderKL(**decoder, latent_channels=4)
        unet = diffusers.UNet2DConditionModel(
            sample_size=128, block_out_channels=(320, 640, 1280), down_block_types=crossing,
            up_block_types=tuple(each.replace("Down", "Up") for each in reversed(crossing)),
            transformer_layers_per_block=[1, 2, 10], attention_head_dim=[5, 10, 20], use_linear_projection=True,
            cross_attention_dim=2048, addition_embed_type="text_time", addition_time_embed_dim=256,
            projection_class_embeddings_input_dim=2816,
        )  # fmt: skip
        sight = {
            "hidden_size": 1024, "intermediate_size": 4096, "num_hidden_layers": 24, "num_attention_heads": 16,
            "image_size": 224, "patch_size": 14,
        }  # fmt: skip
        checker = StableDiffusionSafetyChecker(transformers.CLIPConfig(vision_config=sight, projection_dim=768))
        small = diffusers.UNet2DConditionModel(sample_size=64, cross_attention_dim=768)
        return {
            "Flux schnell": {
                "transformer": diffusers.FluxTransformer2DModel(), "text_encoder": clip, "text_encoder_2": t5,
                "vae": flux_vae,
            },
            "Flux dev": {
                "transformer": diffusers.FluxTransformer2DModel(guidance_embeds=True), "text_encoder": clip,
                "text_encoder_2": t5, "vae": flux_vae,
            },
            "Stable Diffusion XL": {"unet": unet, "text_encoder": clip, "text_encoder_2": clip_g, "vae": vae},
            "Stable Diffusion": {
                "unet": small, "text_encoder": clip, "vae": vae, "safety_checker": checker,
            },
        }  # fmt: skip


def entries(network: Any) -> list[TensorEntry]:
    rows = network.named_parameters()
    return [TensorEntry(name, "BF16", tuple(each.shape), Path(), 0, 0) for name, each in rows]


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_declared_sizes_are_those_of_the_published_networks(family: Family, full_size: dict[str, Any]) -> None:
    networks = full_size[family.name]
    found = {}
    for dtype in ("float32", "bfloat16", "float16"):
        found[dtype] = sum(weight_bytes(entries(each), dtype) for each in networks.values())
    for bits in ("int8", "nf4"):
        found[bits] = sum(
            quantised_bytes(entries(each), bits) if name in family.large else weight_bytes(entries(each), "bfloat16")
            for name, each in networks.items()
        )
    assert family.spec.size_bytes == {name: found[name] for name in family.spec.size_bytes}
    assert {"float32", "bfloat16", "int8", "nf4"} <= set(family.spec.size_bytes)
    assert family.spec.licence
    assert family.spec.pull_command().startswith(f"vortex models pull {family.spec.repo} --include")


def test_the_largest_are_as_large_as_is_known(full_size: dict[str, Any]) -> None:
    def count(network: Any) -> float:
        return round(sum(each.numel() for each in network.parameters()) / 1e9, 2)

    assert count(full_size["Flux schnell"]["transformer"]) == 11.89
    assert count(full_size["Flux schnell"]["text_encoder_2"]) == 4.76
    assert count(full_size["Stable Diffusion XL"]["unet"]) == 2.57
    # Four bits of schnell's transformer are what is set aside for it on small cards.
    assert quantised_bytes(entries(full_size["Flux schnell"]["transformer"]), "nf4") / 1e9 == pytest.approx(
        6.2, abs=0.1
    )


class Peak(torch.utils._python_dispatch.TorchDispatchMode):
    """Counts the bytes of tensors that live at the same time, also of those without values."""

    def __init__(self) -> None:
        super().__init__()
        self.live = self.most = 0
        self.known: set[int] = set()

    def __torch_dispatch__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        made = function(*args, **(kwargs or {}))
        given = {each.untyped_storage()._cdata for each in _tensors((args, kwargs))}
        for tensor in _tensors(made):
            storage = tensor.untyped_storage()
            if storage._cdata not in given | self.known:
                self.known.add(storage._cdata)
                self.live += storage.nbytes()
                self.most = max(self.most, self.live)
                weakref.finalize(storage, self._gone, storage._cdata, storage.nbytes())
        return made

    def _gone(self, storage: int, size_bytes: int) -> None:
        self.known.discard(storage)
        self.live -= size_bytes


def _tensors(tree: Any) -> Iterable[Any]:
    leaves, _ = torch.utils._pytree.tree_flatten(tree)
    return [each for each in leaves if isinstance(each, torch.Tensor)]


def peak(monkeypatch: pytest.MonkeyPatch, run: Any) -> int:
    def attention(query: Any, key: Any, value: Any, *_: Any, **__: Any) -> Any:
        # Cards do not lay out the whole matrix; without values, torch would.
        return query.new_empty(*query.shape[:-1], value.shape[-1])

    with monkeypatch.context() as patch, torch.no_grad(), Peak() as counted:
        patch.setattr(torch.nn.functional, "scaled_dot_product_attention", attention)
        run()
    return counted.most


def shape_of(networks: dict[str, Any], family: Family, tmp_path: Path) -> Shape:
    for name in (family.denoiser, "vae"):
        write_json(tmp_path / name / "config.json", dict(networks[name].config))
    return read_shape(tmp_path, family)


@pytest.mark.parametrize("size", [(1024, 576), (1024, 1024), (512, 512)])
@pytest.mark.parametrize("family", [SCHNELL, DEV, SDXL, SD], ids=lambda family: family.name)
def test_what_a_picture_takes_is_set_aside(
    family: Family, size: tuple[int, int], full_size: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The formula against a count of live tensors in the true networks: enough, and not twice as much."""
    networks = full_size[family.name]
    width, height = size
    net, vae = networks[family.denoiser].to(torch.bfloat16), networks["vae"].to(torch.bfloat16)

    def empty(*shape: int) -> Any:
        return torch.empty(*shape, device="meta", dtype=torch.bfloat16)

    def step() -> Any:
        if family.base == "flux":
            tokens = width * height // 256
            guidance = empty(1) if family.has_guidance else None
            return net(
                empty(1, tokens, 64), empty(1, family.max_tokens, 4096), empty(1, 768), empty(1),
                empty(tokens, 3), empty(family.max_tokens, 3), guidance,
            )  # fmt: skip
        more = {"text_embeds": empty(2, 1280), "time_ids": empty(2, 6)} if family is SDXL else None
        words = empty(2, 77, net.config.cross_attention_dim)
        return net(empty(2, 4, height // 8, width // 8), empty(2), words, added_cond_kwargs=more)

    channels = vae.config.latent_channels
    needed = max(
        peak(monkeypatch, step), peak(monkeypatch, lambda: vae.decode(empty(1, channels, height // 8, width // 8)))
    )
    shape = shape_of(networks, family, tmp_path)
    work = work_of(width * height, shape, "bfloat16")
    assert needed < work.whole_bytes < 2 * needed + 200_000_000
    halved = replace(shape, tile=512)
    assert work_of(2048 * 2048, halved, "bfloat16").tiled_bytes < work_of(2048 * 2048, halved, "bfloat16").whole_bytes
    assert work_of(width * height, shape, "float32").whole_bytes > work.whole_bytes
