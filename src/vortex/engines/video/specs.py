"""The published models of each family: where they are, what they weigh, under which licence.

Weights are parameter counts of the true architectures, times the bytes of a number. In fewer bits, linear layers of
text encoder and denoising network shrink and all else stays in two bytes, as ``runtime.quantised`` holds them.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from vortex.runtime.spec import ModelSpec


@dataclass(frozen=True, slots=True)
class Count:
    """How many numbers a network has."""

    total: int
    linear: int
    """Of these, in linear layers that can be held in fewer bits."""


NETWORKS: Mapping[str, Count] = {
    "UMT5-XXL": Count(5_680_910_336, 4_630_511_616),
    "T5-XXL": Count(4_762_310_656, 4_630_511_616),
    "Llama 8B": Count(7_505_186_816, 6_979_321_856),
    "CLIP-L": Count(123_060_480, 84_934_656),
    "CLIP-H": Count(630_766_080, 629_145_600),
    "CLIP-H, projected": Count(632_076_800, 630_456_320),
    "Wan 1.3B": Count(1_418_996_800, 1_417_641_984),
    "Wan 5B": Count(4_999_787_712, 4_996_792_320),
    "Wan 14B": Count(14_288_491_584, 14_283_243_520),
    "Wan 14B, with a picture": Count(16_394_878_784, 16_388_587_520),
    "Wan 14B, with a latent picture": Count(14_288_901_184, 14_283_243_520),
    "Wan decoder": Count(126_892_531, 0),
    "Wan 2.2 decoder": Count(704_688_668, 0),
    "CogVideoX 2B": Count(1_693_783_872, 1_692_196_864),
    "CogVideoX 5B": Count(5_570_283_072, 5_566_824_448),
    "CogVideoX 5B, with a picture": Count(5_570_479_680, 5_566_824_448),
    "CogVideoX decoder": Count(215_583_907, 0),
    "LTX 2B": Count(1_923_385_472, 1_922_039_808),
    "LTX decoder": Count(419_193_649, 0),
    "SVD": Count(1_524_623_082, 826_040_320),
    "SVD decoder": Count(97_742_847, 2_097_152),
    "HunyuanVideo": Count(12_821_012_544, 12_817_465_344),
    "HunyuanVideo decoder": Count(246_478_803, 2_097_152),
}
"""Network → its numbers, counted where it has no weights."""
_BYTES_EACH = {"int8": 1.0, "nf4": 0.5 + 1 / 64 + 4 / 64 / 256}
_PARTS = ("model_index.json", "*/*.json", "*/*.txt", "*/*.model", "*/*.safetensors")
_PLAIN_PARTS = (*_PARTS[:-1], "*/model.safetensors", "*/diffusion_pytorch_model.safetensors")
"""Without the copies in half precision that lie beside them."""


def _spec(
    repo: str, licence: str, half: str, large: tuple[str, ...], rest: tuple[str, ...], files: tuple[str, ...] = _PARTS
) -> ModelSpec:  # fmt: skip
    """Describe a model of networks that can be held in fewer bits, and of others that cannot."""
    total = sum(NETWORKS[each].total for each in (*large, *rest))
    linear = sum(NETWORKS[each].linear for each in large)
    fewer = {bits: round(linear * each + 2 * (total - linear)) for bits, each in _BYTES_EACH.items()}
    return ModelSpec(repo, "main", files, {half: 2 * total, "float32": 4 * total, **fewer}, licence)


_APACHE, _COG = "Apache-2.0", "CogVideoX License"
_B, _F = "bfloat16", "float16"

SPECS: Mapping[str, ModelSpec] = {
    "Wan 2.1 1.3B": _spec(
        "Wan-AI/Wan2.1-T2V-1.3B-Diffusers", _APACHE, _B, ("UMT5-XXL", "Wan 1.3B"), ("Wan decoder",)
    ),
    "Wan 2.1": _spec("Wan-AI/Wan2.1-T2V-14B-Diffusers", _APACHE, _B, ("UMT5-XXL", "Wan 14B"), ("Wan decoder",)),
    "Wan 2.1 I2V": _spec(
        "Wan-AI/Wan2.1-I2V-14B-480P-Diffusers", _APACHE, _B, ("UMT5-XXL", "Wan 14B, with a picture"),
        ("CLIP-H", "Wan decoder"),
    ),
    "Wan 2.2 5B": _spec("Wan-AI/Wan2.2-TI2V-5B-Diffusers", _APACHE, _B, ("UMT5-XXL", "Wan 5B"), ("Wan 2.2 decoder",)),
    "Wan 2.2 A14B": _spec(
        "Wan-AI/Wan2.2-T2V-A14B-Diffusers", _APACHE, _B, ("UMT5-XXL", "Wan 14B", "Wan 14B"), ("Wan decoder",)
    ),
    "Wan 2.2 I2V A14B": _spec(
        "Wan-AI/Wan2.2-I2V-A14B-Diffusers", _APACHE, _B, ("UMT5-XXL", *["Wan 14B, with a latent picture"] * 2),
        ("Wan decoder",),
    ),
    "CogVideoX 2B": _spec("zai-org/CogVideoX-2b", _APACHE, _F, ("T5-XXL", "CogVideoX 2B"), ("CogVideoX decoder",)),
    "CogVideoX 5B": _spec("zai-org/CogVideoX-5b", _COG, _B, ("T5-XXL", "CogVideoX 5B"), ("CogVideoX decoder",)),
    "CogVideoX 5B I2V": _spec(
        "zai-org/CogVideoX-5b-I2V", _COG, _B, ("T5-XXL", "CogVideoX 5B, with a picture"), ("CogVideoX decoder",)
    ),
    "LTX": _spec(
        "Lightricks/LTX-Video", "LTX-Video Open Weights License", _B, ("T5-XXL", "LTX 2B"), ("LTX decoder",)
    ),
    "Stable Video Diffusion": _spec(
        "stabilityai/stable-video-diffusion-img2vid-xt", "Stability AI Community License", _F, ("SVD",),
        ("CLIP-H, projected", "SVD decoder"), _PLAIN_PARTS,
    ),
    "HunyuanVideo": _spec(
        "hunyuanvideo-community/HunyuanVideo", "Tencent Hunyuan Community License", _B, ("Llama 8B", "HunyuanVideo"),
        ("CLIP-L", "HunyuanVideo decoder"),
    ),
}  # fmt: skip
"""Family → the model that is fetched for it; the first is what the engine takes where none is named."""
