"""The published models of each family: where they are, what they weigh, under which licence.

Weights are parameter counts of the true architectures, times the bytes of a number.
"""

from collections.abc import Mapping

from vortex.runtime.spec import ModelSpec

PARAMETERS: Mapping[str, int] = {
    "UMT5-XXL": 5_680_910_336,
    "T5-XXL": 4_762_310_656,
    "Llama 8B": 7_505_186_816,
    "CLIP-L": 123_060_480,
    "CLIP-H": 630_766_080,
    "CLIP-H, projected": 632_076_800,
    "Wan 1.3B": 1_418_996_800,
    "Wan 5B": 4_999_787_712,
    "Wan 14B": 14_288_491_584,
    "Wan 14B, with a picture": 16_394_878_784,
    "Wan 14B, with a latent picture": 14_288_901_184,
    "Wan decoder": 126_892_531,
    "Wan 2.2 decoder": 704_688_668,
    "CogVideoX 2B": 1_693_783_872,
    "CogVideoX 5B": 5_570_283_072,
    "CogVideoX 5B, with a picture": 5_570_479_680,
    "CogVideoX decoder": 215_583_907,
    "LTX 2B": 1_923_385_472,
    "LTX decoder": 419_193_649,
    "SVD": 1_524_623_082,
    "SVD decoder": 97_742_847,
    "HunyuanVideo": 12_821_012_544,
    "HunyuanVideo decoder": 246_478_803,
}
"""Network → how many numbers it has."""
_PARTS = ("model_index.json", "*/*.json", "*/*.txt", "*/*.model", "*/*.safetensors")
_PLAIN_PARTS = (*_PARTS[:-1], "*/model.safetensors", "*/diffusion_pytorch_model.safetensors")
"""Without the copies in half precision that lie beside them."""


def _spec(
    repo: str, licence: str, half: str, networks: tuple[str, ...], files: tuple[str, ...] = _PARTS
) -> ModelSpec:  # fmt: skip
    count = sum(PARAMETERS[each] for each in networks)
    return ModelSpec(repo, "main", files, {half: 2 * count, "float32": 4 * count}, licence)


_APACHE, _COG = "Apache-2.0", "CogVideoX License"
_B, _F = "bfloat16", "float16"

SPECS: Mapping[str, ModelSpec] = {
    "Wan 2.1 1.3B": _spec(
        "Wan-AI/Wan2.1-T2V-1.3B-Diffusers", _APACHE, _B, ("UMT5-XXL", "Wan 1.3B", "Wan decoder")
    ),
    "Wan 2.1": _spec("Wan-AI/Wan2.1-T2V-14B-Diffusers", _APACHE, _B, ("UMT5-XXL", "Wan 14B", "Wan decoder")),
    "Wan 2.1 I2V": _spec(
        "Wan-AI/Wan2.1-I2V-14B-480P-Diffusers", _APACHE, _B,
        ("UMT5-XXL", "CLIP-H", "Wan 14B, with a picture", "Wan decoder"),
    ),
    "Wan 2.2 5B": _spec(
        "Wan-AI/Wan2.2-TI2V-5B-Diffusers", _APACHE, _B, ("UMT5-XXL", "Wan 5B", "Wan 2.2 decoder")
    ),
    "Wan 2.2 A14B": _spec(
        "Wan-AI/Wan2.2-T2V-A14B-Diffusers", _APACHE, _B, ("UMT5-XXL", "Wan 14B", "Wan 14B", "Wan decoder")
    ),
    "Wan 2.2 I2V A14B": _spec(
        "Wan-AI/Wan2.2-I2V-A14B-Diffusers", _APACHE, _B,
        ("UMT5-XXL", "Wan 14B, with a latent picture", "Wan 14B, with a latent picture", "Wan decoder"),
    ),
    "CogVideoX 2B": _spec("zai-org/CogVideoX-2b", _APACHE, _F, ("T5-XXL", "CogVideoX 2B", "CogVideoX decoder")),
    "CogVideoX 5B": _spec("zai-org/CogVideoX-5b", _COG, _B, ("T5-XXL", "CogVideoX 5B", "CogVideoX decoder")),
    "CogVideoX 5B I2V": _spec(
        "zai-org/CogVideoX-5b-I2V", _COG, _B, ("T5-XXL", "CogVideoX 5B, with a picture", "CogVideoX decoder")
    ),
    "LTX": _spec(
        "Lightricks/LTX-Video", "LTX-Video Open Weights License", _B, ("T5-XXL", "LTX 2B", "LTX decoder")
    ),
    "Stable Video Diffusion": _spec(
        "stabilityai/stable-video-diffusion-img2vid-xt", "Stability AI Community License", _F,
        ("CLIP-H, projected", "SVD", "SVD decoder"), _PLAIN_PARTS,
    ),
    "HunyuanVideo": _spec(
        "hunyuanvideo-community/HunyuanVideo", "Tencent Hunyuan Community License", _B,
        ("Llama 8B", "CLIP-L", "HunyuanVideo", "HunyuanVideo decoder"),
    ),
}  # fmt: skip
"""Family → the model that is fetched for it; the first is what the engine takes where none is named."""
