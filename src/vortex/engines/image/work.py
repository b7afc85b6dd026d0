"""Bytes that a picture needs beside the weights of its model, counted from configurations and the size of the picture.

The formula, with ``P`` pixels and ``b`` bytes a number:

- a step of a transformer: ``18 * (tokens + words) * width * b``, with one token for each ``16 x 16`` pixels;
- a step of a UNet: ``18 * P / side ** 2 * channels * passes * b``, where ``side`` pixels make one latent pixel,
  ``channels`` is the width of the first block, and guidance makes two passes;
- the decoder: ``4 * P * channels * b``, with the channels of its last but one block, which are those that arrive at
  full size; in tiles, of one tile. The encoder, with five maps of half as many channels, is below that;
- what kernels ask for themselves: a constant.

The whole numbers are what a count of live tensors gives on networks of true size (17.3, 15.8 and 3.0), rounded up; the
constant is what a processor takes above that. On a processor, ``b`` is 4 whatever the type.
"""

from dataclasses import dataclass
from pathlib import Path

from vortex.engines.image.families import Family
from vortex.runtime.headers import read_json
from vortex.runtime.pipelines import Work

_MAPS_OF_A_STEP, _MAPS_OF_A_DECODER = 18, 4
_KERNELS_BYTES = 200_000_000


@dataclass(frozen=True, slots=True)
class Shape:
    """What of a model's networks decides how much memory a picture takes."""

    width: int
    """Numbers of a token, or channels of the first block of a UNet."""
    side: int
    """Pixels of a side that one token, or one latent pixel, stands for."""
    words: int
    """Tokens of the prompt that go through all blocks."""
    passes: int
    decoder_channels: int
    tile: int
    """Pixels of a side of a tile."""


def read_shape(folder: Path, family: Family) -> Shape:
    """Read what matters from the configurations of a pipeline folder.

    Raises:
        ModelError: a configuration is missing or broken.
    """
    net, vae = read_json(folder / family.denoiser / "config.json"), read_json(folder / "vae" / "config.json")
    channels = [int(each) for each in vae.get("block_out_channels") or [64]]
    scale = 2 ** (len(channels) - 1)
    is_transformer = family.denoiser == "transformer"
    if is_transformer:
        width = int(net.get("num_attention_heads", 24)) * int(net.get("attention_head_dim", 128))
    else:
        width = int((net.get("block_out_channels") or [320])[0])
    return Shape(
        width=width,
        side=2 * scale if is_transformer else scale,
        words=family.max_tokens if is_transformer else 0,
        passes=2 if family.has_negative else 1,
        decoder_channels=channels[min(1, len(channels) - 1)],
        tile=int(vae.get("sample_size") or 512),
    )


def work_of(pixels: int, shape: Shape, dtype: str) -> Work:
    """Return what a picture of so many pixels needs, by the formula on top of this module."""
    each = 4 if dtype == "float32" else 2
    tokens = pixels // shape.side**2 + shape.words
    step = _MAPS_OF_A_STEP * tokens * shape.width * shape.passes * each
    decoder = _MAPS_OF_A_DECODER * shape.decoder_channels * each
    tile = min(pixels, shape.tile**2)
    return Work(max(step, decoder * pixels) + _KERNELS_BYTES, max(step, decoder * tile) + _KERNELS_BYTES)
