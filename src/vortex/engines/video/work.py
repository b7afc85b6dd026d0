"""Bytes that a clip needs beside the weights of its model, counted from configurations and the size of the clip.

The formula, with ``F`` frames of ``W x H`` pixels and ``b`` bytes a number:

- a step: ``19 * tokens * width * b``, 29 in a UNet, which keeps what it leaps over; twice that where both passes of
  guidance go together. ``tokens`` is ``ceil(F / time) * (W / side) * (H / side)``, where one token stands for ``time``
  frames of ``side x side`` pixels.
- the decoder: ``maps * frames * W * H * channels / patch ** 2 * b`` for the frames that it makes at once; in tiles,
  those of one tile of ``tile x tile`` pixels. ``maps`` are those alive in its widest block, caches included.
- the clip itself: ``3 * F * W * H * (4 b + 4)``: decoded, in the rows that tiles are joined from, and as handed on.

Steps and decoder do not work at the same time, so that the larger counts. The numbers of maps are what networks of the
true architectures keep alive; what libraries use within an operation comes on top.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vortex.engines.video.families import Family, Size
from vortex.runtime.headers import read_json
from vortex.runtime.pipelines import Work

_MAPS_OF_A_STEP = {"transformer": 19, "unet": 29}
_JOINT_GUIDANCE = ("CogVideoXPipeline", "CogVideoXImageToVideoPipeline", "LTXPipeline", "StableVideoDiffusionPipeline")


@dataclass(frozen=True, slots=True)
class Shape:
    """What of a model's networks decides how much memory a clip takes."""

    width: int
    """Numbers of a token."""
    token_side: int
    token_frames: int
    channels: int
    """Of the decoder where its map is largest."""
    decoder_patch: int
    """Pixels of a side that leave the decoder as one."""
    decoder_maps: int
    """How many of these maps are alive at once."""
    decoder_frames: int
    """Frames that it makes at once; 0 for all."""
    tile: int
    """Pixels of a side of a tile."""
    bytes_each: int
    decoder_bytes_each: int
    passes: int
    """Of guidance that go together."""
    step_maps: int
    """Maps of tokens that a step keeps alive."""


@dataclass(frozen=True, slots=True)
class _Decoder:
    maps: int = 12
    frames: int = 0
    tile: int = 256


_DECODERS: Mapping[str, _Decoder] = {
    # Wan decodes one latent frame after the other, CogVideoX two, Hunyuan stretches of sixteen frames; LTX all at once.
    "AutoencoderKLWan": _Decoder(15, 4),
    "AutoencoderKLCogVideoX": _Decoder(21, 9, 360),
    "AutoencoderKLHunyuanVideo": _Decoder(11, 16),
    "AutoencoderKLLTXVideo": _Decoder(7, 0, 512),
    "AutoencoderKLTemporalDecoder": _Decoder(9, 8),
}


def read_shape(folder: Path, family: Family, dtype: str) -> Shape:
    """Read what matters from the configurations of a model folder.

    Raises:
        ModelError: a configuration is missing or broken.
    """
    net, vae = read_json(folder / family.network / "config.json"), read_json(folder / "vae" / "config.json")
    blocks = _numbers(vae.get("decoder_block_out_channels") or vae.get("block_out_channels") or vae.get("base_dim", 96))
    kind = str(vae.get("_class_name", ""))
    decoder = _DECODERS.get(kind, _Decoder())
    each = 4 if dtype == "float32" else 2
    compressed = _first(vae, ("scale_factor_spatial", "spatial_compression_ratio"), 32 if "LTX" in kind else 8)
    return Shape(
        width=_width(net),
        token_side=compressed * _patch(net),
        token_frames=_first(vae, ("scale_factor_temporal", "temporal_compression_ratio"), _frames_of_a_token(family)),
        channels=blocks[0],
        decoder_patch=_first(vae, ("patch_size",), 1),
        decoder_maps=decoder.maps,
        decoder_frames=decoder.frames,
        tile=decoder.tile,
        bytes_each=each,
        decoder_bytes_each=4 if "vae" in family.exact else each,
        passes=2 if family.pipeline in _JOINT_GUIDANCE else 1,
        step_maps=_MAPS_OF_A_STEP[family.network],
    )


def step_bytes(size: Size, num_frames: int, shape: Shape) -> int:
    """Return what a denoising step needs."""
    tokens = -(-num_frames // shape.token_frames) * size.width * size.height // shape.token_side**2
    return shape.step_maps * tokens * shape.width * shape.bytes_each * shape.passes


def work_of(size: Size, num_frames: int, shape: Shape) -> Work:
    """Return what a clip needs, by the formula on top of this module."""
    pixels = size.width * size.height
    step = step_bytes(size, num_frames, shape)
    frames = min(num_frames, shape.decoder_frames or num_frames)
    a_pixel = shape.decoder_maps * shape.channels * shape.decoder_bytes_each * frames // shape.decoder_patch**2
    clip = 3 * num_frames * pixels * (4 * shape.decoder_bytes_each + 4)
    tiled = min(pixels, shape.tile**2)
    return Work(max(step, a_pixel * pixels + clip), max(step, a_pixel * tiled + clip))


def covers(work: Work, other: Work) -> bool:
    """Say whether room for ``work`` is room for ``other`` as well."""
    return other.whole_bytes <= work.whole_bytes and other.tiled_bytes <= work.tiled_bytes


def _frames_of_a_token(family: Family) -> int:
    return {"LTX": 8, "Stable Video Diffusion": 1}.get(family.name, 4)


def _first(config: Mapping[str, Any], keys: tuple[str, ...], otherwise: int) -> int:
    found = next((config[key] for key in keys if config.get(key) is not None), otherwise)
    return round(float(found))


def _numbers(value: Any) -> list[int]:
    return [int(each) for each in value] if isinstance(value, list) else [int(value)]


def _patch(net: Mapping[str, Any]) -> int:
    """Return how many latent pixels of a side make one token; a UNet takes each alone."""
    return _numbers(net.get("patch_size", 1) or 1)[-1]


def _width(net: Mapping[str, Any]) -> int:
    if "attention_head_dim" in net and isinstance(net.get("num_attention_heads"), int):
        return int(net["num_attention_heads"]) * int(net["attention_head_dim"])
    return _numbers(net.get("block_out_channels", 320))[0]
