"""Tiny clip models with random weights in the folders of their upstreams, made by the true classes.

A step at 32 x 48 takes milliseconds. What random decoders make is grey all over; ``_lit`` gives it the contrast of a
clip that shows something.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from factories.words import CLIP_TOKENS, T5_TOKENS, save_clip_words, save_t5_pieces, save_t5_words

_TEXT = {"vocab_size": T5_TOKENS, "d_model": 32, "d_kv": 8, "d_ff": 64, "num_layers": 2, "num_heads": 4}
_WAN = {
    "patch_size": (1, 2, 2), "num_attention_heads": 2, "attention_head_dim": 12, "text_dim": 32, "freq_dim": 32,
    "ffn_dim": 32, "num_layers": 2, "cross_attn_norm": True, "qk_norm": "rms_norm_across_heads",
    "rope_max_seq_len": 128,
}  # fmt: skip
_COG = {
    "num_attention_heads": 4, "attention_head_dim": 16, "time_embed_dim": 2, "text_embed_dim": 32, "num_layers": 1,
    "temporal_compression_ratio": 4, "max_text_seq_length": 226, "sample_frames": 9,
}  # fmt: skip


def save_wan(folder: Path, seed: int = 0) -> Path:
    """Save a tiny Wan 2.1 that begins from words."""
    from diffusers import WanPipeline, WanTransformer3DModel

    parts = _wan_parts(folder, seed)
    transformer = WanTransformer3DModel(**_WAN, in_channels=16, out_channels=16)
    WanPipeline(**parts, transformer=transformer).save_pretrained(folder)
    return folder


def save_wan_image(folder: Path, seed: int = 0) -> Path:
    """Save a tiny Wan 2.1 that begins from a picture, with the encoder that looks at it."""
    from diffusers import WanImageToVideoPipeline, WanTransformer3DModel

    parts = _wan_parts(folder, seed)
    transformer = WanTransformer3DModel(**_WAN, in_channels=36, out_channels=16, image_dim=16)
    WanImageToVideoPipeline(
        **parts, transformer=transformer, image_encoder=_sight("CLIPVisionModel", 32), image_processor=_picture(32)
    ).save_pretrained(folder)
    return folder


def save_wan_two(folder: Path, seed: int = 0) -> Path:
    """Save a tiny Wan 2.2 of two transformers: one for the noisy steps, one for the rest."""
    from diffusers import WanPipeline, WanTransformer3DModel

    parts = _wan_parts(folder, seed)
    both = {
        name: WanTransformer3DModel(**_WAN, in_channels=16, out_channels=16)
        for name in ("transformer", "transformer_2")
    }
    WanPipeline(**parts, **both, boundary_ratio=0.875).save_pretrained(folder)
    return folder


def save_wan_both(folder: Path, seed: int = 0) -> Path:
    """Save a tiny Wan 2.2 of 5 B, which begins from words or from a picture and halves each side once more."""
    import torch
    from diffusers import AutoencoderKLWan, WanPipeline, WanTransformer3DModel

    parts = _wan_parts(folder, seed)
    torch.manual_seed(seed)
    vae = AutoencoderKLWan(
        base_dim=4, decoder_base_dim=4, z_dim=16, dim_mult=[1, 1, 1, 1], num_res_blocks=1, is_residual=True,
        temperal_downsample=[False, True, True], in_channels=12, out_channels=12, patch_size=2,
        scale_factor_spatial=16,
    )  # fmt: skip
    parts["vae"] = _lit(vae, vae.decoder.conv_out, 2)
    transformer = WanTransformer3DModel(**_WAN, in_channels=16, out_channels=16)
    WanPipeline(**parts, transformer=transformer, expand_timesteps=True).save_pretrained(folder)
    return folder


def save_cogvideox(folder: Path, seed: int = 0, rotary: bool = True) -> Path:
    """Save a tiny CogVideoX that begins from words: the one of 5 B, or without ``rotary`` that of 2 B."""
    from diffusers import CogVideoXPipeline, CogVideoXTransformer3DModel

    parts = _cog_parts(folder, seed)
    transformer = CogVideoXTransformer3DModel(
        **_COG, in_channels=4, out_channels=4, use_rotary_positional_embeddings=rotary, sample_width=8, sample_height=8
    )
    CogVideoXPipeline(**parts, transformer=transformer).save_pretrained(folder)
    return folder


def save_cogvideox_image(folder: Path, seed: int = 0) -> Path:
    """Save a tiny CogVideoX that begins from a picture; learned positions hold it to clips of 64 x 64."""
    from diffusers import CogVideoXImageToVideoPipeline, CogVideoXTransformer3DModel

    parts = _cog_parts(folder, seed)
    transformer = CogVideoXTransformer3DModel(
        **_COG, in_channels=8, out_channels=4, use_rotary_positional_embeddings=True,
        use_learned_positional_embeddings=True, sample_width=8, sample_height=8,
    )  # fmt: skip
    CogVideoXImageToVideoPipeline(**parts, transformer=transformer).save_pretrained(folder)
    return folder


def save_ltx(folder: Path, seed: int = 0) -> Path:
    """Save a tiny LTX, which begins from words or from a picture."""
    import torch
    from diffusers import (
        AutoencoderKLLTXVideo,
        FlowMatchEulerDiscreteScheduler,
        LTXPipeline,
        LTXVideoTransformer3DModel,
    )

    torch.manual_seed(seed)
    blocks = (8, 8, 8, 8)
    vae = AutoencoderKLLTXVideo(
        latent_channels=8, block_out_channels=blocks, decoder_block_out_channels=blocks,
        layers_per_block=(1,) * 5, decoder_layers_per_block=(1,) * 5,
    )  # fmt: skip
    transformer = LTXVideoTransformer3DModel(
        in_channels=8, out_channels=8, num_attention_heads=4, attention_head_dim=8, cross_attention_dim=32,
        num_layers=1, caption_channels=32,
    )  # fmt: skip
    LTXPipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(use_dynamic_shifting=True, shift_terminal=0.1),
        vae=_lit(vae, vae.decoder.conv_out.conv, 4), text_encoder=_t5(), tokenizer=_pieces(folder / "tokenizer", 128),
        transformer=transformer,
    ).save_pretrained(folder)  # fmt: skip
    return folder


def save_svd(folder: Path, seed: int = 0) -> Path:
    """Save a tiny Stable Video Diffusion; its encoder of pictures must take 224 x 224."""
    import torch
    from diffusers import (
        AutoencoderKLTemporalDecoder,
        EulerDiscreteScheduler,
        StableVideoDiffusionPipeline,
        UNetSpatioTemporalConditionModel,
    )

    torch.manual_seed(seed)
    unet = UNetSpatioTemporalConditionModel(
        block_out_channels=(32, 64), layers_per_block=1, sample_size=8, in_channels=8, out_channels=4,
        down_block_types=("CrossAttnDownBlockSpatioTemporal", "DownBlockSpatioTemporal"),
        up_block_types=("UpBlockSpatioTemporal", "CrossAttnUpBlockSpatioTemporal"), cross_attention_dim=32,
        num_attention_heads=(2, 4), projection_class_embeddings_input_dim=96, addition_time_embed_dim=32, num_frames=8,
    )  # fmt: skip
    vae = AutoencoderKLTemporalDecoder(
        block_out_channels=(32, 64, 64, 64), down_block_types=("DownEncoderBlock2D",) * 4, latent_channels=4
    )
    scheduler = EulerDiscreteScheduler(
        prediction_type="v_prediction", timestep_type="continuous", timestep_spacing="leading", use_karras_sigmas=True,
        sigma_max=700.0, sigma_min=0.002, beta_schedule="scaled_linear", interpolation_type="linear",
    )  # fmt: skip
    StableVideoDiffusionPipeline(
        vae=_lit(vae, vae.decoder.conv_out), image_encoder=_sight("CLIPVisionModelWithProjection", 224), unet=unet,
        scheduler=scheduler, feature_extractor=_picture(224),
    ).save_pretrained(folder)  # fmt: skip
    return folder


def save_hunyuan(folder: Path, seed: int = 0) -> Path:
    """Save a tiny HunyuanVideo with its two text encoders."""
    import torch
    from diffusers import (
        AutoencoderKLHunyuanVideo,
        FlowMatchEulerDiscreteScheduler,
        HunyuanVideoPipeline,
        HunyuanVideoTransformer3DModel,
    )
    from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer, LlamaConfig, LlamaModel

    torch.manual_seed(seed)
    transformer = HunyuanVideoTransformer3DModel(
        in_channels=4, out_channels=4, num_attention_heads=2, attention_head_dim=10, num_layers=1, num_single_layers=1,
        num_refiner_layers=1, patch_size=1, patch_size_t=1, guidance_embeds=True, text_embed_dim=32,
        pooled_projection_dim=32, rope_axes_dim=(2, 4, 4),
    )  # fmt: skip
    vae = AutoencoderKLHunyuanVideo(
        latent_channels=4, block_out_channels=(8, 8, 8, 8), layers_per_block=1, norm_num_groups=4
    )
    words = {
        "hidden_size": 32, "intermediate_size": 64, "num_attention_heads": 4, "bos_token_id": CLIP_TOKENS - 2,
        "eos_token_id": CLIP_TOKENS - 1, "pad_token_id": CLIP_TOKENS - 1,
    }  # fmt: skip
    llama = LlamaConfig(**words, vocab_size=600, num_hidden_layers=3, max_position_embeddings=512)
    clip = CLIPTextConfig(**words, vocab_size=CLIP_TOKENS, num_hidden_layers=2, projection_dim=32)
    short = CLIPTokenizer.from_pretrained(save_clip_words(folder / "tokenizer_2"))
    HunyuanVideoPipeline(
        text_encoder=LlamaModel(llama), tokenizer=_llama_words(), transformer=transformer,
        vae=_lit(vae, vae.decoder.conv_out.conv), scheduler=FlowMatchEulerDiscreteScheduler(shift=7.0),
        text_encoder_2=CLIPTextModel(clip), tokenizer_2=short,
    ).save_pretrained(folder)  # fmt: skip
    return folder


def _wan_parts(folder: Path, seed: int) -> dict[str, Any]:
    import torch
    from diffusers import AutoencoderKLWan, UniPCMultistepScheduler
    from transformers import T5TokenizerFast, UMT5Config, UMT5EncoderModel

    torch.manual_seed(seed)
    vae = AutoencoderKLWan(
        base_dim=3, z_dim=16, dim_mult=[1, 1, 1, 1], num_res_blocks=1, temperal_downsample=[False, True, True]
    )
    return {
        "tokenizer": T5TokenizerFast.from_pretrained(save_t5_words(folder / "tokenizer")),
        "text_encoder": UMT5EncoderModel(UMT5Config(**_TEXT, feed_forward_proj="gated-gelu")),
        "vae": _lit(vae, vae.decoder.conv_out),
        "scheduler": UniPCMultistepScheduler(
            prediction_type="flow_prediction", use_flow_sigmas=True, num_train_timesteps=1000, flow_shift=3.0
        ),
    }


def _cog_parts(folder: Path, seed: int) -> dict[str, Any]:
    import torch
    from diffusers import AutoencoderKLCogVideoX, CogVideoXDDIMScheduler

    torch.manual_seed(seed)
    vae = AutoencoderKLCogVideoX(
        block_out_channels=(8, 8, 8, 8), layers_per_block=1, latent_channels=4, norm_num_groups=2, sample_height=192,
        sample_width=240,
    )  # fmt: skip
    return {
        "tokenizer": _pieces(folder / "tokenizer", 226),
        "text_encoder": _t5(),
        "vae": _lit(vae, vae.decoder.conv_out.conv),
        "scheduler": CogVideoXDDIMScheduler(
            beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", rescale_betas_zero_snr=True,
            snr_shift_scale=3.0, prediction_type="v_prediction", set_alpha_to_one=True, timestep_spacing="trailing",
        ),
    }  # fmt: skip


def _lit(vae: Any, last: Any, patch: int = 1) -> Any:
    """Return a decoder whose last layer spreads its values over the range of a picture.

    Where that layer makes squares of ``patch`` pixels at once, all pixels of a square are made alike: random ones would
    be noise, which is no picture.
    """
    import torch

    with torch.no_grad():
        for each in (last.weight, last.bias):
            squares = each.view(-1, patch * patch, *each.shape[1:])
            squares.copy_(squares.mean(1, keepdim=True).expand_as(squares))
        last.weight.mul_(4.0 * patch)
    return vae


def _t5() -> Any:
    from transformers import T5Config, T5EncoderModel

    return T5EncoderModel(T5Config(**_TEXT, feed_forward_proj="gated-gelu"))


def _pieces(folder: Path, max_length: int) -> Any:
    from transformers import T5Tokenizer

    return T5Tokenizer.from_pretrained(save_t5_pieces(folder, max_length))


def _sight(name: str, size: int) -> Any:
    import transformers

    config = transformers.CLIPVisionConfig(
        hidden_size=16 if name == "CLIPVisionModel" else 32, intermediate_size=32, num_hidden_layers=2,
        num_attention_heads=4, image_size=size, patch_size=size // 2, projection_dim=32,
    )  # fmt: skip
    return getattr(transformers, name)(config)


def _picture(size: int) -> Any:
    from transformers import CLIPImageProcessorPil

    return CLIPImageProcessorPil(size={"shortest_edge": size}, crop_size={"height": size, "width": size})


def _llama_words() -> Any:
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    letters = {letter: number for number, letter in enumerate(sorted(pre_tokenizers.ByteLevel.alphabet()))}
    words = Tokenizer(models.BPE(vocab={**letters, "<pad>": len(letters)}, merges=[]))
    words.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    return PreTrainedTokenizerFast(tokenizer_object=words, pad_token="<pad>", padding_side="right")


def teach_decoder(folder: Path, picture: Any, num_steps: int = 80) -> Path:
    """Teach the decoder of a LTX folder one picture of (height, width, 3), so that its first frame can be known."""
    import torch
    from diffusers import AutoencoderKLLTXVideo

    torch.manual_seed(0)
    vae = AutoencoderKLLTXVideo.from_pretrained(folder / "vae")
    seen = torch.from_numpy(picture).float().permute(2, 0, 1)[None, :, None] / 127.5 - 1
    teacher = torch.optim.Adam(vae.parameters(), lr=1e-2)
    for _ in range(num_steps):
        first = vae.encode(seen).latent_dist.mode()
        # The frames behind it may be anything.
        made = vae.decode(torch.cat([first, torch.randn_like(first)], 2)).sample[:, :, :1]
        teacher.zero_grad()
        (made - seen).abs().mean().backward()
        teacher.step()
    vae.save_pretrained(folder / "vae")
    return folder


def break_decoder(folder: Path) -> None:
    """Fill the last layer of a Wan folder's decoder with numbers that overflow in it."""
    import torch
    from diffusers import AutoencoderKLWan

    vae = AutoencoderKLWan.from_pretrained(folder / "vae")
    with torch.no_grad():
        vae.decoder.conv_out.bias.fill_(float("nan"))
    vae.save_pretrained(folder / "vae")


def shrink(engine: Any, width: int = 64, height: int = 64) -> None:
    """Let an engine make small clips where no size is asked; what the family says would take a tiny model minutes."""
    from dataclasses import replace

    grades = {name: replace(each, width=width, height=height) for name, each in engine._family.grades.items()}
    engine.__dict__["_family"] = replace(engine._family, grades=grades)


_ORIGINAL = {
    "attn1.to_out.0": "self_attn.o", "attn2.to_out.0": "cross_attn.o", "attn1.to_": "self_attn.",
    "attn2.to_": "cross_attn.",
}  # fmt: skip
"""Names of layers in diffusers → those of Wan itself."""


def save_lora(file: Path, folder: Path, seed: int = 1, *, names: str = "diffusers", told: str = "") -> Path:
    """Save a LoRA for the transformer of a folder, by the names of ``diffusers`` or, for Wan, by its ``original`` ones.

    Args:
        file: what to write.
        folder: of the pipeline; its attention is what the LoRA changes.
        seed: of its numbers.
        names: see above.
        told: what its head says that it was trained on.
    """
    import torch
    from safetensors import safe_open
    from safetensors.torch import save_file

    random, tensors = torch.Generator().manual_seed(seed), {}
    with safe_open(next((folder / "transformer").glob("*.safetensors")), framework="pt") as weights:
        shapes = {name: weights.get_slice(name).get_shape() for name in weights.keys()}  # noqa: SIM118
    for name, shape in sorted(shapes.items()):
        layer = name.removesuffix(".weight")
        if not layer.endswith((".to_q", ".to_k", ".to_v", ".to_out.0")) or len(shape) != 2:
            continue
        down, up = torch.randn(4, shape[1], generator=random), torch.randn(shape[0], 4, generator=random)
        if names == "original":
            for old, new in _ORIGINAL.items():
                layer = layer.replace(old, new)
            layer = f"diffusion_model.{layer}"
            tensors |= {f"{layer}.lora_down.weight": down, f"{layer}.lora_up.weight": up}
        else:
            tensors |= {f"transformer.{layer}.lora_A.weight": down, f"transformer.{layer}.lora_B.weight": up}
    file.parent.mkdir(parents=True, exist_ok=True)
    save_file(tensors, file, metadata={"format": "pt", **({"modelspec.architecture": told} if told else {})})
    return file


PIPELINES: Mapping[str, Callable[[Path], Path]] = {
    "wan": save_wan,
    "wan image": save_wan_image,
    "wan two": save_wan_two,
    "wan both": save_wan_both,
    "cogvideox": save_cogvideox,
    "cogvideox 2b": lambda folder: save_cogvideox(folder, rotary=False),
    "cogvideox image": save_cogvideox_image,
    "ltx": save_ltx,
    "svd": save_svd,
    "hunyuan": save_hunyuan,
}
"""Name → what saves the folder."""
