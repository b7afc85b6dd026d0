"""Tiny networks with random weights, made by the true classes and saved as their upstreams save them."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from factories.weights import write_json

Make = Callable[[], Any]
_TEXT = {
    "vocab_size": 96, "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4,
    "num_key_value_heads": 2, "max_position_embeddings": 64, "bos_token_id": 1, "eos_token_id": 2, "pad_token_id": 0,
}  # fmt: skip
_SIGHT = {
    "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4,
    "image_size": 32, "patch_size": 8,
}  # fmt: skip


def _of(config: str, network: str, **values: Any) -> Make:
    def make() -> Any:
        import torch
        import transformers

        torch.manual_seed(0)
        return getattr(transformers, network)(getattr(transformers, config)(**values))

    return make


def _two_towers(config: str, network: str) -> Make:
    text = {key: value for key, value in _TEXT.items() if key != "num_key_value_heads"}
    return _of(config, network, text_config=text, vision_config=_SIGHT, projection_dim=16)


def _qwen2_vl() -> Any:
    import torch
    from transformers import Qwen2VLConfig, Qwen2VLForConditionalGeneration

    text = {**_TEXT, "rope_parameters": {"rope_type": "default", "mrope_section": [1, 1, 2], "rope_theta": 10000.0}}
    sight = {"depth": 2, "embed_dim": 32, "hidden_size": 32, "num_heads": 4, "patch_size": 8, "mlp_ratio": 2}
    torch.manual_seed(0)
    return Qwen2VLForConditionalGeneration(
        Qwen2VLConfig(text_config=text, vision_config=sight, image_token_id=3, vision_start_token_id=4)
    )


NETWORKS: Mapping[str, tuple[str, Make]] = {
    "llama": ("transformers", _of("LlamaConfig", "LlamaForCausalLM", **_TEXT)),
    "qwen2": ("transformers", _of("Qwen2Config", "Qwen2ForCausalLM", **_TEXT, tie_word_embeddings=True)),
    "gpt2": (
        "transformers",
        _of("GPT2Config", "GPT2LMHeadModel", n_embd=32, n_layer=2, n_head=4, n_positions=64, vocab_size=96),
    ),
    "mixtral": (
        "transformers",
        _of("MixtralConfig", "MixtralForCausalLM", **_TEXT, num_local_experts=2, num_experts_per_tok=1),
    ),
    "bert": (
        "transformers",
        _of("BertConfig", "BertModel", **{k: v for k, v in _TEXT.items() if k != "num_key_value_heads"}),
    ),
    "t5": (
        "transformers",
        _of(
            "T5Config", "T5ForConditionalGeneration", vocab_size=96, d_model=32, d_kv=8, d_ff=64, num_layers=2,
            num_heads=4, decoder_start_token_id=0,
        ),
    ),
    "qwen2_vl": ("transformers", _qwen2_vl),
    "clip": ("vision_encoder", _two_towers("CLIPConfig", "CLIPModel")),
    "siglip": ("vision_encoder", _two_towers("SiglipConfig", "SiglipModel")),
    "dinov2": ("vision_encoder", _of("Dinov2Config", "Dinov2Model", **_SIGHT)),
    "resnet": (
        "vision_encoder",
        _of("ResNetConfig", "ResNetForImageClassification", embedding_size=8, hidden_sizes=[8, 16], depths=[1, 1]),
    ),
    "whisper": (
        "asr",
        _of(
            "WhisperConfig", "WhisperForConditionalGeneration", vocab_size=96, d_model=32, encoder_layers=2,
            decoder_layers=2, encoder_attention_heads=4, decoder_attention_heads=4, encoder_ffn_dim=64,
            decoder_ffn_dim=64, num_mel_bins=8, max_source_positions=32, max_target_positions=32, pad_token_id=0,
            bos_token_id=1, eos_token_id=2, decoder_start_token_id=1,
        ),
    ),
    "wav2vec2": (
        "asr",
        _of(
            "Wav2Vec2Config", "Wav2Vec2ForCTC", vocab_size=32, hidden_size=32, num_hidden_layers=2,
            num_attention_heads=4, intermediate_size=64, conv_dim=(16, 16), conv_stride=(5, 2), conv_kernel=(10, 3),
            num_feat_extract_layers=2, num_conv_pos_embeddings=16, num_conv_pos_embedding_groups=4,
        ),
    ),
}  # fmt: skip
"""Name → category, and what makes the network."""


def save_omni(folder: Path) -> Path:
    """Save a tiny Qwen2.5-Omni: a thinker that reads, sees and hears, a talker, and what makes sound of its tokens."""
    import torch
    from transformers import Qwen2_5OmniConfig, Qwen2_5OmniForConditionalGeneration

    rope = {"rope_type": "default", "mrope_section": [1, 1, 2], "rope_theta": 10000.0}
    text = {**_TEXT, "num_hidden_layers": 1, "rope_parameters": rope}
    audio = {
        "d_model": 32, "encoder_layers": 1, "encoder_attention_heads": 4, "encoder_ffn_dim": 64, "num_mel_bins": 8,
        "output_dim": 32, "n_window": 4,
    }  # fmt: skip
    vision = {
        "depth": 1, "hidden_size": 32, "intermediate_size": 64, "num_heads": 4, "patch_size": 8, "out_hidden_size": 32,
        "fullatt_block_indexes": [0],
    }  # fmt: skip
    tokens = {"audio_token_index": 3, "image_token_index": 4, "video_token_index": 5, "pad_token_id": 0}
    dit = {
        "hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2, "head_dim": 16, "ff_mult": 1,
        "emb_dim": 16, "mel_dim": 8, "num_embeds": 20, "enc_emb_dim": 8, "enc_dim": 8, "enc_channels": [8, 8, 8, 8, 24],
        "enc_attention_channels": 8, "enc_se_channels": 8, "repeats": 2, "block_size": 4, "look_ahead_layers": [0],
        "look_backward_layers": [0],
    }  # fmt: skip
    sound = {
        "mel_dim": 8, "upsample_initial_channel": 16, "upsample_rates": [2], "upsample_kernel_sizes": [4],
        "resblock_kernel_sizes": [3], "resblock_dilation_sizes": [[1, 3, 5]],
    }  # fmt: skip
    config = Qwen2_5OmniConfig(
        thinker_config={"text_config": text, "audio_config": audio, "vision_config": vision, **tokens},
        talker_config={**text, "embedding_size": 32, "head_dim": 8},
        token2wav_config={"dit_config": dit, "bigvgan_config": sound},
    )
    torch.manual_seed(0)
    Qwen2_5OmniForConditionalGeneration(config).save_pretrained(folder)
    return folder


def save_network(name: str, folder: Path, **how: Any) -> Path:
    """Make a network and save it; ``how`` goes to ``save_pretrained``, such as ``max_shard_size``."""
    NETWORKS[name][1]().save_pretrained(folder, **how)
    return folder


def try_network(model: Any) -> Any:
    """Run a network once on fixed input and return a tensor of what it says."""
    import torch

    kind = model.config.model_type
    ids = torch.arange(3, 13)[None] % 90 + 5
    picture = torch.linspace(-1, 1, 3 * 32 * 32).reshape(1, 3, 32, 32)
    with torch.no_grad():
        if kind in ("clip", "siglip"):
            return model(input_ids=ids, pixel_values=picture).logits_per_image
        if kind == "dinov2":
            return model(pixel_values=picture).last_hidden_state
        if kind == "resnet":
            return model(pixel_values=picture).logits
        if kind == "whisper":
            return model(input_features=torch.ones(1, 8, 64), decoder_input_ids=ids).logits
        if kind == "wav2vec2":
            return model(input_values=torch.linspace(-1, 1, 800)[None]).logits
        if kind == "t5":
            return model(input_ids=ids, decoder_input_ids=ids).logits
        return model(input_ids=ids)[0]


def save_pipeline(folder: Path) -> Path:
    """Save a tiny diffusion pipeline without a text."""
    import torch
    from diffusers import DDPMPipeline, DDPMScheduler, UNet2DModel

    torch.manual_seed(0)
    blocks = {"down_block_types": ("DownBlock2D",), "up_block_types": ("UpBlock2D",)}
    unet = UNet2DModel(sample_size=8, block_out_channels=(8,), norm_num_groups=4, layers_per_block=1, **blocks)
    DDPMPipeline(unet, DDPMScheduler(num_train_timesteps=10)).save_pretrained(folder)
    return folder


def save_text_pipeline(folder: Path) -> Path:
    """Save a tiny Stable Diffusion whose tokenizer knows letters; networks of one block each."""
    import torch
    from diffusers import AutoencoderKL, DDIMScheduler, StableDiffusionPipeline, UNet2DConditionModel
    from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer
    from transformers.convert_slow_tokenizer import bytes_to_unicode

    torch.manual_seed(0)
    letters = list(bytes_to_unicode().values())[:45]
    names = [*letters, *(f"{letter}</w>" for letter in letters), "<|startoftext|>", "<|endoftext|>"]
    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / "words" / "vocab.json", {name: number for number, name in enumerate(names)})
    (folder / "words" / "merges.txt").write_text("#version: 0.2\n")
    tokenizer = CLIPTokenizer.from_pretrained(folder / "words", model_max_length=16)
    text = CLIPTextModel(CLIPTextConfig(**{key: value for key, value in _TEXT.items() if key != "num_key_value_heads"}))
    vae = AutoencoderKL(block_out_channels=(8,), norm_num_groups=4, latent_channels=4, sample_size=16)
    unet = UNet2DConditionModel(
        sample_size=8, block_out_channels=(8, 16), norm_num_groups=4, layers_per_block=1, cross_attention_dim=32,
        attention_head_dim=4, down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
    )  # fmt: skip
    parts = {
        "text_encoder": text,
        "vae": vae,
        "unet": unet,
        "scheduler": DDIMScheduler(steps_offset=1, clip_sample=False),
    }
    rest = {"tokenizer": tokenizer, "safety_checker": None, "feature_extractor": None}
    StableDiffusionPipeline(**parts, **rest, requires_safety_checker=False).save_pretrained(folder)
    return folder


def save_lora(base: Any, folder: Path, made_for: str) -> Path:
    """Save a LoRA of a network, with weights that change what it says."""
    import torch
    from peft import LoraConfig, get_peft_model

    torch.manual_seed(1)
    tuned = get_peft_model(
        base, LoraConfig(r=4, target_modules=["q_proj"], task_type="CAUSAL_LM", init_lora_weights=False)
    )
    tuned.peft_config["default"].base_model_name_or_path = made_for
    tuned.save_pretrained(folder)
    return folder


def save_gguf(folder: Path) -> Path:
    """Save a tiny Llama as GGUF, in single precision, by the names that GGUF gives."""
    import gguf
    import torch

    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(0)
    writer = gguf.GGUFWriter(folder / "tiny.gguf", "llama")
    writer.add_name("tiny")
    writer.add_block_count(1)
    writer.add_context_length(64)
    writer.add_embedding_length(32)
    writer.add_feed_forward_length(64)
    writer.add_head_count(4)
    writer.add_head_count_kv(4)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_vocab_size(96)
    writer.add_tokenizer_model("gpt2")
    writer.add_token_list([f"t{number}" for number in range(96)])
    writer.add_token_merges(["t 1"])
    square, wide = ("attn_q", "attn_k", "attn_v", "attn_output"), ("ffn_gate", "ffn_up")
    shapes = {"token_embd": (96, 32), "output": (96, 32), "output_norm": (32,), "blk.0.ffn_down": (32, 64)}
    shapes |= {f"blk.0.{name}": (32, 32) for name in square} | {f"blk.0.{name}": (64, 32) for name in wide}
    shapes |= {"blk.0.attn_norm": (32,), "blk.0.ffn_norm": (32,)}
    for name, shape in shapes.items():
        writer.add_tensor(f"{name}.weight", torch.randn(shape).numpy())
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return folder
