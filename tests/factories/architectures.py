"""The table of architectures: for each a folder as its upstream writes it, and what it must be taken for.

Those of transformers are written by the true configuration classes, with one tensor in a hole for weights; their
networks are not built, which would take minutes. Autoencoders and the rest are the files that tell them apart, with
heads of the right names; so are pipelines, and tiny ones are also built and saved whole by diffusers.
"""

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from factories.weights import Shapes, write_gguf_head, write_json, write_safetensors

Write = Callable[[Path], object]
ONE: Shapes = {"weight": (4, 4)}


@dataclass(frozen=True)
class Row:
    """One architecture."""

    name: str
    category: str
    write: Write
    model_type: str = ""
    library: str = ""
    """What writing or telling it needs."""


_TRANSFORMERS = {
    "transformers": (
        "llama:LlamaForCausalLM", "qwen2:Qwen2ForCausalLM", "qwen3:Qwen3ForCausalLM", "mistral:MistralForCausalLM",
        "mixtral:MixtralForCausalLM", "gemma2:Gemma2ForCausalLM", "gemma3:Gemma3ForConditionalGeneration",
        "phi3:Phi3ForCausalLM", "gpt2:GPT2LMHeadModel", "gpt_neox:GPTNeoXForCausalLM", "falcon:FalconForCausalLM",
        "deepseek_v3:DeepseekV3ForCausalLM", "olmo2:Olmo2ForCausalLM", "mamba:MambaForCausalLM",
        "bert:BertModel", "roberta:RobertaForMaskedLM", "deberta-v2:DebertaV2ForSequenceClassification",
        "t5:T5ForConditionalGeneration", "umt5:UMT5EncoderModel", "bart:BartForConditionalGeneration",
        "marian:MarianMTModel", "m2m_100:M2M100ForConditionalGeneration",
        "qwen2_vl:Qwen2VLForConditionalGeneration", "qwen2_5_vl:Qwen2_5_VLForConditionalGeneration",
        "llava:LlavaForConditionalGeneration", "idefics3:Idefics3ForConditionalGeneration",
        "qwen2_5_omni:Qwen2_5OmniForConditionalGeneration", "qwen2_audio:Qwen2AudioForConditionalGeneration",
        "clip_text_model:CLIPTextModel", "musicgen:MusicgenForConditionalGeneration", "vits:VitsModel",
        "bark:BarkModel", "speecht5:SpeechT5ForTextToSpeech",
    ),
    "vision_encoder": (
        "clip:CLIPModel", "clip_vision_model:CLIPVisionModel", "siglip:SiglipModel", "siglip2:Siglip2Model",
        "dinov2:Dinov2Model", "dinov3_vit:DINOv3ViTModel", "vit:ViTForImageClassification", "swin:SwinModel",
        "convnext:ConvNextForImageClassification", "resnet:ResNetForImageClassification", "videomae:VideoMAEModel",
        "detr:DetrForObjectDetection", "depth_anything:DepthAnythingForDepthEstimation", "sam:SamModel",
    ),
    "asr": (
        "whisper:WhisperForConditionalGeneration", "wav2vec2:Wav2Vec2ForCTC", "hubert:HubertForCTC",
        "speech_to_text:Speech2TextForConditionalGeneration", "moonshine:MoonshineForConditionalGeneration",
    ),
}  # fmt: skip
_PIPELINES = {
    "FluxPipeline": ("transformer:FluxTransformer2DModel", "vae:AutoencoderKL", "text_encoder:CLIPTextModel"),
    "StableDiffusionXLPipeline": ("unet:UNet2DConditionModel", "vae:AutoencoderKL", "text_encoder:CLIPTextModel"),
    "StableDiffusion3Pipeline": ("transformer:SD3Transformer2DModel", "vae:AutoencoderKL"),
    "StableVideoDiffusionPipeline": ("unet:UNetSpatioTemporalConditionModel", "vae:AutoencoderKLTemporalDecoder"),
    "CogVideoXPipeline": ("transformer:CogVideoXTransformer3DModel", "vae:AutoencoderKLCogVideoX"),
    "CogVideoXImageToVideoPipeline": ("transformer:CogVideoXTransformer3DModel", "vae:AutoencoderKLCogVideoX"),
    "WanPipeline": ("transformer:WanTransformer3DModel", "vae:AutoencoderKLWan", "text_encoder:UMT5EncoderModel"),
    "LTXPipeline": ("transformer:LTXVideoTransformer3DModel", "vae:AutoencoderKLLTXVideo"),
    "HunyuanVideoPipeline": ("transformer:HunyuanVideoTransformer3DModel", "vae:AutoencoderKLHunyuanVideo"),
}  # fmt: skip
_SAVED = {
    "pictures": ("flux schnell", "flux dev", "sdxl"),
    "films": (
        "wan", "wan image", "wan two", "cogvideox", "cogvideox 2b", "cogvideox image", "ltx", "svd", "hunyuan",
    ),
}  # fmt: skip
"""Factory → its pipelines, which the true classes build and save whole."""
_D, _F = 16, 64
_STANDARD: Shapes = {"W_enc": (_D, _F), "W_dec": (_F, _D), "b_enc": (_F,), "b_dec": (_D,)}
_JUMP: Shapes = {**_STANDARD, "threshold": (_F,)}
_GATED: Shapes = {
    "W_enc": (_D, _F), "W_dec": (_F, _D), "b_gate": (_F,), "b_mag": (_F,), "r_mag": (_F,), "b_dec": (_D,)
}  # fmt: skip
_SKIP: Shapes = {**_STANDARD, "W_skip": (_D, _D)}


def _of_transformers(row: str) -> Write:
    kind, _, name = row.partition(":")

    def write(folder: Path) -> None:
        from transformers import CONFIG_MAPPING

        config = CONFIG_MAPPING[kind]()
        config.architectures = [name]
        config.save_pretrained(folder)
        write_safetensors(folder / "model.safetensors", ONE)

    return write


def _pipeline(name: str, parts: tuple[str, ...]) -> Write:
    def write(folder: Path) -> None:
        index: dict[str, Any] = {"_class_name": name, "_diffusers_version": "0.42.1"}
        for part in parts:
            place, _, kind = part.partition(":")
            library = "transformers" if place.startswith("text") else "diffusers"
            index[place] = [library, kind]
            stem = "model" if library == "transformers" else "diffusion_pytorch_model"
            write_json(folder / place / "config.json", {"_class_name": kind})
            write_safetensors(folder / place / f"{stem}.safetensors", ONE)
        write_json(folder / "model_index.json", index)

    return write


def _saved(factory: str, name: str) -> Write:
    def write(folder: Path) -> None:
        made: Mapping[str, Write] = importlib.import_module(f"factories.{factory}").PIPELINES
        made[name](folder)

    return write


def _sae_lens(kind: str, shapes: Shapes, **more: Any) -> Write:
    def write(folder: Path) -> None:
        config = {"architecture": kind, "d_in": _D, "d_sae": _F, "model_name": "gpt2-small", "hook_name": "h.3", **more}
        write_json(folder / "cfg.json", config)
        write_safetensors(folder / "sae_weights.safetensors", shapes)

    return write


def _scope_npz(folder: Path) -> None:
    place = folder / "layer_3" / "width_16k" / "average_l0_50"
    place.mkdir(parents=True)
    np.savez(place / "params.npz", **{name: np.zeros(shape, np.float32) for name, shape in _JUMP.items()})


def _scope_folders(folder: Path) -> None:
    for site in ("resid_post", "transcoder"):
        place = folder / site / "layer_9_width_16k_l0_small"
        write_json(place / "config.json", {"architecture": "jump_relu", "model_name": "google/gemma-3-1b-pt"})
        lower = {name.replace("W_", "w_"): shape for name, shape in _JUMP.items()}
        write_safetensors(place / "params.safetensors", lower)


def _sparsify(folder: Path) -> None:
    write_json(folder / "cfg.json", {"d_in": _D, "num_latents": _F, "k": 8})
    shapes = {"encoder.weight": (_F, _D), "encoder.bias": (_F,), "W_dec": (_F, _D), "b_dec": (_D,)}
    write_safetensors(folder / "sae.safetensors", shapes)


def _sentences(kind: str) -> Write:
    def write(folder: Path) -> None:
        _of_transformers(kind)(folder)
        pooling = {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"}
        first = {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"}
        (folder / "modules.json").write_text(f"[{first}, {pooling}]".replace("'", '"'))
        write_json(folder / "1_Pooling/config.json", {"word_embedding_dimension": 32, "pooling_mode_mean_tokens": True})

    return write


def _open_clip(vision: Mapping[str, Any]) -> Write:
    def write(folder: Path) -> None:
        model = {"embed_dim": 32, "vision_cfg": dict(vision), "text_cfg": {"width": 32, "heads": 2, "layers": 1}}
        write_json(folder / "open_clip_config.json", {"model_cfg": model, "preprocess_cfg": {"mean": [0.5] * 3}})
        write_safetensors(folder / "open_clip_model.safetensors", {"logit_scale": (1,), "visual.conv1.weight": (4, 3)})

    return write


def _timm(name: str) -> Write:
    def write(folder: Path) -> None:
        config = {"architecture": name, "num_classes": 10, "num_features": 64, "pretrained_cfg": {"tag": "tiny"}}
        write_json(folder / "config.json", config)
        write_safetensors(folder / "model.safetensors", ONE)

    return write


def _lora(folder: Path) -> None:
    config = {"peft_type": "LORA", "task_type": "CAUSAL_LM", "base_model_name_or_path": "org/base", "r": 4}
    write_json(folder / "adapter_config.json", config)
    stem = "base_model.model.model.layers.0.self_attn.q_proj"
    shapes = {f"{stem}.lora_A.weight": (4, 32), f"{stem}.lora_B.weight": (32, 4)}
    write_safetensors(folder / "adapter_model.safetensors", shapes)


def _kohya(folder: Path) -> None:
    stem = "lora_unet_down_blocks_0_attentions_0"
    shapes = {f"{stem}.lora_down.weight": (4, 32), f"{stem}.lora_up.weight": (32, 4), f"{stem}.alpha": ()}
    write_safetensors(folder / "style.safetensors", shapes, metadata={"ss_base_model_version": "sdxl_base_v1-0"})


def _kokoro(folder: Path) -> None:
    write_json(folder / "config.json", {"istftnet": {}, "plbert": {}, "hidden_dim": 512, "vocab": {}})
    (folder / "kokoro-v1_0.pth").write_bytes(b"PK\x03\x04")


def _gguf(kind: str) -> Write:
    return lambda folder: write_gguf_head(folder / f"{kind}-q8_0.gguf", kind)


TABLE: tuple[Row, ...] = (
    *(
        Row(row.partition(":")[2], category, _of_transformers(row), row.partition(":")[0], "transformers")
        for category, rows in _TRANSFORMERS.items()
        for row in rows
    ),
    *(Row(name, "diffusers", _pipeline(name, parts), "pipeline") for name, parts in _PIPELINES.items()),
    *(
        Row(f"{name}, saved by diffusers", "diffusers", _saved(factory, name), "pipeline", "diffusers")
        for factory, names in _SAVED.items()
        for name in names
    ),
    Row("SAELens standard", "sae", _sae_lens("standard", _STANDARD), "standard"),
    Row("SAELens jumprelu", "sae", _sae_lens("jumprelu", _JUMP), "jumprelu"),
    Row("SAELens gated", "sae", _sae_lens("gated", _GATED), "gated"),
    Row("SAELens topk", "sae", _sae_lens("topk", _STANDARD, k=8), "topk"),
    Row("SAELens transcoder", "sae", _sae_lens("skip_transcoder", _SKIP), "transcoder"),
    Row("Gemma Scope", "sae", _scope_npz, "jumprelu"),
    Row("Gemma Scope 2", "sae", _scope_folders, "jumprelu"),
    Row("sparsify", "sae", _sparsify, "topk"),
    Row("all-MiniLM", "sentence_transformers", _sentences("bert:BertModel"), "bert", "transformers"),
    Row("all-mpnet", "sentence_transformers", _sentences("mpnet:MPNetModel"), "mpnet", "transformers"),
    Row("ViT-B-32", "open_clip", _open_clip({"layers": 1, "width": 32, "patch_size": 32}), "open_clip"),
    Row("timm tower", "open_clip", _open_clip({"timm_model_name": "vit_base_patch16_siglip_224"}), "open_clip"),
    Row("resnet18.a1_in1k", "timm", _timm("resnet18"), "resnet18"),
    Row("vit_tiny_patch16_224", "timm", _timm("vit_tiny_patch16_224"), "vit"),
    Row("LoRA of peft", "peft", _lora, "LORA"),
    Row("LoRA of kohya", "peft", _kohya, "LORA"),
    *(Row(f"GGUF {kind}", "gguf", _gguf(kind), kind) for kind in ("llama", "qwen2", "gemma3", "t5")),
    Row("Kokoro", "kokoro", _kokoro, "kokoro"),
)  # fmt: skip
