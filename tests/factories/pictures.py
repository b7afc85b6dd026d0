"""Tiny picture models with random weights in the folders of their upstreams: Flux, Stable Diffusion XL, adapters.

All can be painted with at any size whose sides are multiples of 16; a step at 64 x 48 takes milliseconds.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from factories.words import CLIP_TOKENS, T5_TOKENS, save_clip_words, save_t5_words

Tensors = dict[str, Any]
LORA_RANK = 4
_CLIP = {
    "vocab_size": CLIP_TOKENS, "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2,
    "num_attention_heads": 4, "max_position_embeddings": 77, "bos_token_id": CLIP_TOKENS - 2,
    "eos_token_id": CLIP_TOKENS - 1, "pad_token_id": CLIP_TOKENS - 1, "projection_dim": 32,
}  # fmt: skip
FLUX_WIDTHS: Mapping[str, Any] = {
    "in_channels": 16, "num_layers": 1, "num_single_layers": 1, "attention_head_dim": 16, "num_attention_heads": 2,
    "joint_attention_dim": 32, "pooled_projection_dim": 32, "axes_dims_rope": (4, 4, 8),
}  # fmt: skip


def save_flux(
    folder: Path, guidance_embeds: bool = False, seed: int = 0, *, decoder_blocks: int = 2, **how: Any
) -> Path:
    """Save a tiny Flux: schnell, or with ``guidance_embeds`` dev; ``how`` goes to ``save_pretrained``.

    Each block of the decoder but one halves the sides; the published one has four.
    """
    import torch
    from diffusers import AutoencoderKL, FlowMatchEulerDiscreteScheduler, FluxPipeline, FluxTransformer2DModel
    from transformers import T5Config, T5EncoderModel

    torch.manual_seed(seed)
    # schnell was distilled without the shift of the times that dev takes by the size of the picture.
    scheduler = FlowMatchEulerDiscreteScheduler(
        shift=3.0 if guidance_embeds else 1.0, use_dynamic_shifting=guidance_embeds
    )
    long = T5Config(
        vocab_size=T5_TOKENS, d_model=32, d_kv=8, d_ff=64, num_layers=2, num_heads=4, feed_forward_proj="gated-gelu"
    )
    FluxPipeline(
        scheduler=scheduler,
        vae=AutoencoderKL(**_decoder(decoder_blocks), scaling_factor=0.3611, shift_factor=0.1159, use_quant_conv=False,
                          use_post_quant_conv=False),
        text_encoder=_clip("CLIPTextModel"),
        tokenizer=_clip_words(folder / "tokenizer"),
        text_encoder_2=T5EncoderModel(long),
        tokenizer_2=_t5_words(folder / "tokenizer_2", 512 if guidance_embeds else 256),
        transformer=FluxTransformer2DModel(**FLUX_WIDTHS, guidance_embeds=guidance_embeds),
    ).save_pretrained(folder, **how)  # fmt: skip
    return folder


def save_sdxl(folder: Path, seed: int = 0, **how: Any) -> Path:
    """Save a tiny Stable Diffusion XL with its two text encoders; ``how`` goes to ``save_pretrained``."""
    import torch
    from diffusers import AutoencoderKL, EulerDiscreteScheduler, StableDiffusionXLPipeline

    torch.manual_seed(seed)
    StableDiffusionXLPipeline(
        vae=AutoencoderKL(**_decoder(), scaling_factor=0.13025),
        text_encoder=_clip("CLIPTextModel"),
        text_encoder_2=_clip("CLIPTextModelWithProjection"),
        tokenizer=_clip_words(folder / "tokenizer"),
        tokenizer_2=_clip_words(folder / "tokenizer_2"),
        unet=sdxl_unet(),
        scheduler=EulerDiscreteScheduler(
            beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", steps_offset=1
        ),
    ).save_pretrained(folder, **how)
    return folder


def sdxl_unet(width: int = 32) -> Any:
    """Return the tiny network of Stable Diffusion XL; ``width`` is that of its first block, a multiple of 8."""
    from diffusers import UNet2DConditionModel

    return UNet2DConditionModel(
        sample_size=32, block_out_channels=(width, 2 * width), layers_per_block=1, norm_num_groups=8,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"), up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        transformer_layers_per_block=1, attention_head_dim=(2, 4), use_linear_projection=True, cross_attention_dim=64,
        addition_embed_type="text_time", addition_time_embed_dim=8, projection_class_embeddings_input_dim=6 * 8 + 32,
    )  # fmt: skip


def save_sdxl_control(folder: Path, seed: int = 1) -> Path:
    """Save a ControlNet for ``save_sdxl`` whose guidance is not zero, as that of an untrained one would be."""
    import torch
    from diffusers import ControlNetModel

    torch.manual_seed(seed)
    control = ControlNetModel.from_unet(sdxl_unet(), conditioning_embedding_out_channels=(8, 16))
    _wake(control)
    control.save_pretrained(folder)
    return folder


def save_flux_control(folder: Path, seed: int = 1) -> Path:
    """Save a ControlNet for ``save_flux``, with or without guidance as schnell and dev are."""
    import torch
    from diffusers import FluxControlNetModel

    torch.manual_seed(seed)
    control = FluxControlNetModel(**FLUX_WIDTHS)
    _wake(control)
    control.save_pretrained(folder)
    return folder


def save_sdxl_lora(file: Path, seed: int = 1, *, names: str = "peft", width: int = 32) -> Path:
    """Save a LoRA for the network of ``save_sdxl``, by the names of ``peft`` or of ``kohya``."""
    layers = _attention_of(sdxl_unet(width))
    return _save_lora(file, _kohya(layers, seed) if names == "kohya" else _peft(layers, "unet", seed))


def save_flux_lora(file: Path, seed: int = 1, *, names: str = "peft") -> Path:
    """Save a LoRA for the transformer of ``save_flux``; that of ``kohya`` joins queries, keys and values."""
    from diffusers import FluxTransformer2DModel

    if names == "kohya":
        return _save_lora(file, _kohya({"double_blocks.0.img_attn.qkv": (96, 32)}, seed))
    return _save_lora(file, _peft(_attention_of(FluxTransformer2DModel(**FLUX_WIDTHS)), "transformer", seed))


def save_flux_gguf(file: Path, folder: Path, kind: str = "Q8_0") -> Path:
    """Save the transformer of a Flux folder as GGUF: matrices in ``kind`` (``Q8_0``, ``Q4_0``), the rest as it is."""
    import gguf
    from diffusers import FluxTransformer2DModel
    from gguf.quants import quantize

    file.parent.mkdir(parents=True, exist_ok=True)
    wanted = gguf.GGMLQuantizationType[kind]
    writer = gguf.GGUFWriter(file, "flux")
    writer.add_quantization_version(2)
    for name, tensor in FluxTransformer2DModel.from_pretrained(folder / "transformer").state_dict().items():
        numbers = tensor.float().numpy()
        fits = numbers.ndim == 2 and numbers.shape[1] % 32 == 0
        packed = quantize(numbers, wanted) if fits else numbers
        writer.add_tensor(name, packed, raw_dtype=wanted if fits else gguf.GGMLQuantizationType.F32)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return file


def _decoder(blocks: int = 2) -> dict[str, Any]:
    kinds = {"down_block_types": ("DownEncoderBlock2D",) * blocks, "up_block_types": ("UpDecoderBlock2D",) * blocks}
    channels = (32, 64) if blocks == 2 else (8,) * blocks
    return {
        "block_out_channels": channels, "latent_channels": 4, "norm_num_groups": 8, "sample_size": 64,
        "layers_per_block": 1, **kinds,
    }  # fmt: skip


def _clip(name: str) -> Any:
    import transformers

    return getattr(transformers, name)(transformers.CLIPTextConfig(**_CLIP))


def _clip_words(folder: Path) -> Any:
    from transformers import CLIPTokenizer

    return CLIPTokenizer.from_pretrained(save_clip_words(folder))


def _t5_words(folder: Path, max_length: int) -> Any:
    from transformers import T5TokenizerFast

    return T5TokenizerFast.from_pretrained(save_t5_words(folder, max_length))


def _wake(control: Any) -> None:
    """Give a new ControlNet's outlets numbers; they begin at zero, so that it would guide nothing."""
    import torch

    for parameter in control.parameters():
        if not parameter.any():
            torch.nn.init.normal_(parameter, std=0.3)


def _attention_of(network: Any) -> dict[str, tuple[int, int]]:
    """Return the layers of a network's attention with their (outputs, inputs)."""
    ends: tuple[str, ...] = (".to_q", ".to_k", ".to_v", ".to_out.0")
    found = {name: each for name, each in network.named_modules() if name.endswith(ends)}
    return {name: (each.out_features, each.in_features) for name, each in found.items()}


def _matrices(shape: tuple[int, int], seed: int) -> tuple[Any, Any]:
    import torch

    random = torch.Generator().manual_seed(seed)
    down = torch.randn(LORA_RANK, shape[1], generator=random)
    return down, torch.randn(shape[0], LORA_RANK, generator=random)


def _peft(layers: Mapping[str, tuple[int, int]], network: str, seed: int) -> Tensors:
    found: Tensors = {}
    for number, (name, shape) in enumerate(layers.items()):
        down, up = _matrices(shape, 1000 * seed + number)
        found |= {f"{network}.{name}.lora_A.weight": down, f"{network}.{name}.lora_B.weight": up}
    return found


def _kohya(layers: Mapping[str, tuple[int, int]], seed: int) -> Tensors:
    import torch

    found: Tensors = {}
    for number, (name, shape) in enumerate(layers.items()):
        down, up = _matrices(shape, 1000 * seed + number)
        flat = f"lora_unet_{name.replace('.', '_')}"
        found |= {
            f"{flat}.lora_down.weight": down,
            f"{flat}.lora_up.weight": up,
            f"{flat}.alpha": torch.tensor(float(LORA_RANK)),
        }
    return found


def _save_lora(file: Path, tensors: Tensors) -> Path:
    from safetensors.torch import save_file

    file.parent.mkdir(parents=True, exist_ok=True)
    save_file(tensors, file, metadata={"format": "pt"})
    return file


PIPELINES: Mapping[str, Callable[..., Path]] = {
    "flux schnell": save_flux,
    "flux dev": lambda folder, **how: save_flux(folder, guidance_embeds=True, **how),
    "sdxl": save_sdxl,
}
"""Name → what saves the folder."""
