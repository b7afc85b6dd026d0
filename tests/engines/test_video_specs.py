"""What published models weigh: counted on networks of their true architectures that hold no numbers."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from vortex.engines.video.specs import NETWORKS, SPECS, Count

torch = pytest.importorskip("torch")
diffusers = pytest.importorskip("diffusers")
transformers = pytest.importorskip("transformers")

_T5 = {"d_model": 4096, "d_kv": 64, "d_ff": 10240, "num_layers": 24, "num_heads": 64, "feed_forward_proj": "gated-gelu"}
_CLIP_H = {
    "hidden_size": 1280, "intermediate_size": 5120, "num_hidden_layers": 32, "num_attention_heads": 16,
    "patch_size": 14, "image_size": 224, "projection_dim": 1024,
}  # fmt: skip
_CLIP_L = {"hidden_size": 768, "intermediate_size": 3072, "num_hidden_layers": 12, "num_attention_heads": 12}
_LLAMA = {
    "vocab_size": 128_320, "hidden_size": 4096, "intermediate_size": 14_336, "num_hidden_layers": 32,
    "num_attention_heads": 32, "num_key_value_heads": 8,
}  # fmt: skip
_COG_5 = {"num_attention_heads": 48, "num_layers": 42, "use_rotary_positional_embeddings": True}
_WAN_2_2_DECODER = {
    "base_dim": 160, "decoder_base_dim": 256, "z_dim": 48, "latents_mean": [0.0] * 48, "latents_std": [1.0] * 48,
    "is_residual": True, "in_channels": 12, "out_channels": 12, "patch_size": 2, "scale_factor_spatial": 16,
}  # fmt: skip
_WAN_5 = {"num_attention_heads": 24, "ffn_dim": 14_336, "num_layers": 30, "in_channels": 48, "out_channels": 48}


def _d(name: str, **config: Any) -> Callable[[], Any]:
    return lambda: getattr(diffusers, name)(**config)


def _t(name: str, kind: str, **config: Any) -> Callable[[], Any]:
    return lambda: getattr(transformers, name)(getattr(transformers, kind)(**config))


_WAN, _COG = "WanTransformer3DModel", "CogVideoXTransformer3DModel"
MAKERS: Mapping[str, Callable[[], Any]] = {
    "UMT5-XXL": _t("UMT5EncoderModel", "UMT5Config", vocab_size=256_384, **_T5),
    "T5-XXL": _t("T5EncoderModel", "T5Config", vocab_size=32_128, **_T5),
    "Llama 8B": _t("LlamaModel", "LlamaConfig", **_LLAMA),
    "CLIP-L": _t("CLIPTextModel", "CLIPTextConfig", **_CLIP_L),
    "CLIP-H": _t("CLIPVisionModel", "CLIPVisionConfig", **_CLIP_H),
    "CLIP-H, projected": _t("CLIPVisionModelWithProjection", "CLIPVisionConfig", **_CLIP_H),
    "Wan 1.3B": _d(_WAN, num_attention_heads=12, ffn_dim=8960, num_layers=30),
    "Wan 5B": _d(_WAN, **_WAN_5),
    "Wan 14B": _d(_WAN),
    "Wan 14B, with a picture": _d(_WAN, in_channels=36, image_dim=1280, added_kv_proj_dim=5120),
    "Wan 14B, with a latent picture": _d(_WAN, in_channels=36),
    "Wan decoder": _d("AutoencoderKLWan"),
    "Wan 2.2 decoder": _d("AutoencoderKLWan", **_WAN_2_2_DECODER),
    "CogVideoX 2B": _d(_COG),
    "CogVideoX 5B": _d(_COG, **_COG_5),
    "CogVideoX 5B, with a picture": _d(_COG, **_COG_5, in_channels=32, use_learned_positional_embeddings=True),
    "CogVideoX decoder": _d("AutoencoderKLCogVideoX"),
    "LTX 2B": _d("LTXVideoTransformer3DModel"),
    "LTX decoder": _d("AutoencoderKLLTXVideo"),
    "SVD": _d("UNetSpatioTemporalConditionModel", num_attention_heads=(5, 10, 20, 20)),
    "SVD decoder": _d(
        "AutoencoderKLTemporalDecoder", block_out_channels=(128, 256, 512, 512), layers_per_block=2,
        down_block_types=("DownEncoderBlock2D",) * 4,
    ),
    "HunyuanVideo": _d("HunyuanVideoTransformer3DModel"),
    "HunyuanVideo decoder": _d("AutoencoderKLHunyuanVideo"),
}  # fmt: skip


@pytest.mark.parametrize("name", NETWORKS)
def test_the_count_of_a_network_is_that_of_its_architecture(name: str) -> None:
    with torch.device("meta"):
        network = MAKERS[name]()
    total = sum(each.numel() for each in network.parameters())
    linear = sum(
        each.weight.numel()
        for each in network.modules()
        if isinstance(each, torch.nn.Linear) and each.in_features % 16 == 0
    )
    assert NETWORKS[name] == Count(total, linear)


@pytest.mark.parametrize("name", SPECS)
def test_fewer_bits_are_fewer_bytes(name: str) -> None:
    sizes = SPECS[name].size_bytes
    half = sizes.get("bfloat16") or sizes["float16"]
    assert sizes["nf4"] < sizes["int8"] < half == sizes["float32"] / 2


def test_sizes_are_those_that_are_published() -> None:
    billions = {name: round(each.total / 1e9, 2) for name, each in NETWORKS.items()}
    assert billions["CogVideoX 5B"] == 5.57
    assert billions["Wan 1.3B"] == 1.42
    assert round(NETWORKS["Wan 14B"].total / 1e9, 1) == 14.3
    assert billions["T5-XXL"] == 4.76
    assert billions["UMT5-XXL"] == 5.68
