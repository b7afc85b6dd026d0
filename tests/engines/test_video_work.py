"""Memory that a clip takes beside the weights: the formula, by hand and over its whole range."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from factories.living import peak_bytes
from factories.weights import write_json

from vortex.core.errors import ModelError
from vortex.engines.video.families import FAMILIES, Size
from vortex.engines.video.work import Shape, covers, read_shape, step_bytes, work_of
from vortex.runtime.pipelines import Work

torch = pytest.importorskip("torch")
diffusers = pytest.importorskip("diffusers")
BY_NAME = {each.name: each for each in FAMILIES}
CONFIGS = {
    "Wan 2.1 1.3B": (
        {"num_attention_heads": 12, "attention_head_dim": 128, "patch_size": [1, 2, 2]},
        {"_class_name": "AutoencoderKLWan", "base_dim": 96, "scale_factor_spatial": 8, "scale_factor_temporal": 4},
    ),
    "CogVideoX 5B": (
        {"num_attention_heads": 48, "attention_head_dim": 64, "patch_size": 2},
        {
            "_class_name": "AutoencoderKLCogVideoX", "block_out_channels": [128, 256, 256, 512],
            "temporal_compression_ratio": 4,
        },
    ),
    "LTX": (
        {"num_attention_heads": 32, "attention_head_dim": 64, "patch_size": 1},
        {"_class_name": "AutoencoderKLLTXVideo", "decoder_block_out_channels": [128, 256, 512, 512], "patch_size": 4},
    ),
    "Stable Video Diffusion": (
        {"num_attention_heads": [5, 10, 20, 20], "block_out_channels": [320, 640, 1280, 1280]},
        {"_class_name": "AutoencoderKLTemporalDecoder", "block_out_channels": [128, 256, 512, 512]},
    ),
    "HunyuanVideo": (
        {"num_attention_heads": 24, "attention_head_dim": 128, "patch_size": 2},
        {
            "_class_name": "AutoencoderKLHunyuanVideo", "block_out_channels": [128, 256, 512, 512],
            "spatial_compression_ratio": 8, "temporal_compression_ratio": 4,
        },
    ),
}  # fmt: skip


def shape_of(name: str, folder: Path, dtype: str = "bfloat16") -> Shape:
    family = BY_NAME[name]
    for place, config in zip((family.network, "vae"), CONFIGS[name], strict=True):
        write_json(folder / place / "config.json", config)
    return read_shape(folder, family, dtype)


def test_configurations_are_read(tmp_path: Path) -> None:
    found = {name: shape_of(name, tmp_path / name) for name in CONFIGS}
    assert {name: (each.width, each.token_side, each.token_frames) for name, each in found.items()} == {
        "Wan 2.1 1.3B": (1536, 16, 4),
        "CogVideoX 5B": (3072, 16, 4),
        "LTX": (2048, 32, 8),
        "Stable Video Diffusion": (320, 8, 1),
        "HunyuanVideo": (3072, 16, 4),
    }
    assert {name: (each.channels, each.decoder_patch, each.decoder_frames) for name, each in found.items()} == {
        "Wan 2.1 1.3B": (96, 1, 4),
        "CogVideoX 5B": (128, 1, 9),
        "LTX": (128, 4, 0),
        "Stable Video Diffusion": (128, 1, 8),
        "HunyuanVideo": (128, 1, 16),
    }
    assert (found["Wan 2.1 1.3B"].bytes_each, found["Wan 2.1 1.3B"].decoder_bytes_each) == (2, 4)


def test_the_formula_by_hand(tmp_path: Path) -> None:
    work = work_of(Size(832, 480), 81, shape_of("Wan 2.1 1.3B", tmp_path))
    clip = 3 * 81 * 832 * 480 * (4 * 4 + 4)
    assert work.whole_bytes == 15 * 4 * 96 * 832 * 480 * 4 + clip
    assert work.tiled_bytes == 15 * 4 * 96 * 256 * 256 * 4 + clip
    assert step_bytes(Size(704, 480), 121, shape_of("LTX", tmp_path / "ltx")) == 19 * 16 * 22 * 15 * 2048 * 2 * 2


@pytest.mark.parametrize("name", CONFIGS)
def test_larger_clips_take_more_and_tiles_never(tmp_path: Path, name: str) -> None:
    shape = shape_of(name, tmp_path)
    works = [work_of(Size(64 * n, 32 * n), 8 * n + 1, shape) for n in range(1, 20)]
    assert [each.whole_bytes for each in works] == sorted({each.whole_bytes for each in works})
    assert all(each.tiled_bytes <= each.whole_bytes for each in works)
    assert covers(works[3], works[2])
    assert not covers(works[2], works[3])


def test_one_room_covers_another_only_on_every_rung() -> None:
    assert not covers(Work(10, 2), Work(9, 3))


def test_single_precision_takes_twice(tmp_path: Path) -> None:
    half, single = (shape_of("HunyuanVideo", tmp_path / each, each) for each in ("bfloat16", "float32"))
    size = Size(1280, 720)
    assert work_of(size, 129, single).tiled_bytes == 2 * work_of(size, 129, half).tiled_bytes


def test_a_folder_without_configurations_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"transformer/config\.json"):
        read_shape(tmp_path, BY_NAME["LTX"], "bfloat16")


def decoder_of(name: str, size: Size, num_frames: int) -> int:
    """Return what a decoder of the true architecture keeps alive for a clip; nothing is computed."""
    made = {
        "Wan 2.1 1.3B": ("AutoencoderKLWan", 16, 4, 8, torch.float32),
        "CogVideoX 5B": ("AutoencoderKLCogVideoX", 16, 4, 8, torch.bfloat16),
        "LTX": ("AutoencoderKLLTXVideo", 128, 8, 32, torch.bfloat16),
        "HunyuanVideo": ("AutoencoderKLHunyuanVideo", 16, 4, 8, torch.bfloat16),
    }
    if name == "Stable Video Diffusion":
        # Eight frames at once, whatever the length of the clip.
        config = {"block_out_channels": (128, 256, 512, 512), "layers_per_block": 2}
        kind, given = "AutoencoderKLTemporalDecoder", (8, 4, size.height // 8, size.width // 8)
        blocks = ("DownEncoderBlock2D",) * 4
        return peak_bytes(
            lambda: getattr(diffusers, kind)(**config, down_block_types=blocks).to(torch.bfloat16),
            lambda vae: vae.decode(torch.empty(given, dtype=torch.bfloat16, device="meta"), num_frames=8),
        )
    kind, channels, time, side, dtype = made[name]
    latent = (1, channels, (num_frames - 1) // time + 1, size.height // side, size.width // side)

    def decode(vae: Any) -> None:
        given = torch.empty(latent, dtype=dtype, device="meta")
        vae.decode(given, None) if name == "LTX" else vae.decode(given)

    return peak_bytes(lambda: getattr(diffusers, kind)().to(dtype), decode)


@pytest.mark.parametrize("size", [Size(416, 256), Size(512, 512)], ids=str)
@pytest.mark.parametrize("name", CONFIGS)
def test_a_decoder_keeps_alive_what_is_counted(tmp_path: Path, name: str, size: Size) -> None:
    # A token of one number, so that steps do not count.
    shape = replace(shape_of(name, tmp_path), width=1)
    counted, alive = work_of(size, 33, shape).whole_bytes, decoder_of(name, size, 33)
    assert alive <= counted <= 1.5 * alive


@pytest.mark.parametrize(
    ("name", "config"), [("Wan 2.1 1.3B", {"num_attention_heads": 12, "ffn_dim": 8960}), ("LTX", {})]
)
def test_a_step_keeps_alive_what_is_counted(tmp_path: Path, name: str, config: dict[str, int]) -> None:
    shape, half, size = shape_of(name, tmp_path), torch.bfloat16, Size(832, 480)

    def empty(*sizes: int) -> Any:
        return torch.empty(sizes, dtype=half, device="meta")

    def step(network: Any) -> None:
        if name == "LTX":
            rows, columns = size.height // 32, size.width // 32
            network(
                empty(2, 5 * rows * columns, 128), empty(2, 128, 4096), empty(2), empty(2, 128), num_frames=5,
                height=rows, width=columns, rope_interpolation_scale=(1.0, 32.0, 32.0),
            )  # fmt: skip
        else:
            network(empty(1, 16, 9, size.height // 8, size.width // 8), empty(1), empty(1, 512, 4096))

    kind = "LTXVideoTransformer3DModel" if name == "LTX" else "WanTransformer3DModel"
    alive = peak_bytes(lambda: getattr(diffusers, kind)(num_layers=2, **config).to(half), step)
    assert alive <= step_bytes(size, 33, shape) <= 1.5 * alive


def test_a_step_of_a_unet_keeps_alive_what_is_counted(tmp_path: Path) -> None:
    half, size, num_frames = torch.bfloat16, Size(512, 320), 14

    def step(network: Any) -> None:
        shapes = ((2, num_frames, 8, 40, 64), (), (2, 1, 1024), (2, 3))
        network(*(torch.empty(each, dtype=half, device="meta") for each in shapes))

    alive = peak_bytes(
        lambda: diffusers.UNetSpatioTemporalConditionModel(num_attention_heads=(5, 10, 20, 20)).to(half), step
    )
    assert alive <= step_bytes(size, num_frames, shape_of("Stable Video Diffusion", tmp_path)) <= 1.5 * alive
