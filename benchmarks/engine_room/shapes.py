"""The shapes of the resident set: a picture model, a clip model, a language model, a voice and two judges.

True shapes are those that the models were published with. The host gets the same classes, with the number of layers
kept and widths of about an eighth, so that a model weighs about a sixtieth. Tiny ones are for tests.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Config = Mapping[str, Any]
CLIP_TOKENS = 518
"""Of the small tokenizer that every folder gets: its last two are start and end."""


@dataclass(frozen=True, slots=True)
class Network:
    """One network: class and configuration."""

    library: str
    """``diffusers`` or ``transformers``."""
    kind: str
    config: Config

    def build(self) -> Any:
        """Return it without values, on the meta device, with numbers in bfloat16."""
        import importlib

        import torch

        made = getattr(importlib.import_module(self.library), self.kind)
        with torch.device("meta"):
            network = made(**self.config) if self.library == "diffusers" else made(made.config_class(**self.config))
        return network.to(torch.bfloat16).eval()


@dataclass(frozen=True, slots=True)
class Sizes:
    """What a slot asks of its models."""

    picture: int
    """Pixels of a side."""
    picture_steps: int
    clip_width: int
    clip_height: int
    clip_frames: int
    clip_steps: int
    tokens: int
    """That a text is cut or filled to."""


@dataclass(frozen=True, slots=True)
class Shapes:
    """All networks of the set at one scale."""

    name: str
    picture: Mapping[str, Network]
    """The networks of a FluxPipeline by their names in it."""
    clip: Mapping[str, Network]
    """The same of a CogVideoXPipeline."""
    wan: Network
    llm: Network
    judges: tuple[Network, Network]
    voice: tuple[Config, Config]
    """Fields of ``KokoroShape`` and the channels of its vocoder, and the configuration of its text network."""
    sizes: Sizes


@dataclass(frozen=True, slots=True)
class Widths:
    """What differs between scales."""

    flux: Config
    t5: Config
    words: Config
    decoder: Config
    cog: Config
    cog_decoder: Config
    wan: Config
    llm: Config
    judges: tuple[Config, Config]
    voice: tuple[Config, Config]


def _shapes(name: str, widths: Widths, sizes: Sizes) -> Shapes:
    t5 = Network("transformers", "T5EncoderModel", {"feed_forward_proj": "gated-gelu", "d_kv": 64, **widths.t5})
    kinds = {"down_block_types": ("DownEncoderBlock2D",) * 4, "up_block_types": ("UpDecoderBlock2D",) * 4}
    decoder = {
        "latent_channels": 16, "layers_per_block": 2, "use_quant_conv": False, "use_post_quant_conv": False,
        "scaling_factor": 0.3611, "shift_factor": 0.1159, **kinds, **widths.decoder,
    }  # fmt: skip
    return Shapes(
        name,
        picture={
            "text_encoder": Network("transformers", "CLIPTextModel", {**_ENDS, **widths.words}),
            "text_encoder_2": t5,
            "transformer": Network("diffusers", "FluxTransformer2DModel", widths.flux),
            "vae": Network("diffusers", "AutoencoderKL", decoder),
        },
        clip={
            "text_encoder": t5,
            "transformer": Network(
                "diffusers", "CogVideoXTransformer3DModel", {"use_rotary_positional_embeddings": True, **widths.cog}
            ),
            "vae": Network("diffusers", "AutoencoderKLCogVideoX", {"scaling_factor": 0.7, **widths.cog_decoder}),
        },
        wan=Network("diffusers", "WanTransformer3DModel", widths.wan),
        llm=Network("transformers", "Qwen2ForCausalLM", {"tie_word_embeddings": True, **widths.llm}),
        judges=(_judge(widths.judges[0]), _judge(widths.judges[1])),
        voice=widths.voice,
        sizes=sizes,
    )


_ENDS = {"bos_token_id": CLIP_TOKENS - 2, "eos_token_id": CLIP_TOKENS - 1, "pad_token_id": CLIP_TOKENS - 1}


def _judge(widths: Config) -> Network:
    return Network("transformers", "CLIPModel", {**widths, "text_config": {**_ENDS, **widths["text_config"]}})


def _clip(text: int, sight: int, layers: int, patch: int, side: int = 224, text_layers: int = 12) -> Config:
    """Return a pair of towers of widths ``text`` and ``sight``, with 64 numbers a head where the width allows."""
    towers = {
        "text_config": {
            "hidden_size": text, "intermediate_size": 4 * text, "num_attention_heads": max(1, text // 64),
            "num_hidden_layers": text_layers, "projection_dim": text,
        },
        "vision_config": {
            "hidden_size": sight, "intermediate_size": 4 * sight, "num_attention_heads": max(1, sight // 64),
            "num_hidden_layers": layers, "patch_size": patch, "image_size": side, "projection_dim": text,
        },
        "projection_dim": text,
    }  # fmt: skip
    return towers


_SMALL_VOICE = {"hidden": 64, "style": 16, "width": 128, "side": 8, "channels": 64}

TRUE = _shapes(
    "true",
    Widths(
        flux={},
        t5={"d_model": 4096, "num_heads": 64, "d_ff": 10240, "num_layers": 24, "vocab_size": 32128},
        words={"hidden_size": 768, "intermediate_size": 3072, "num_attention_heads": 12, "num_hidden_layers": 12},
        decoder={"block_out_channels": (128, 256, 512, 512), "sample_size": 1024},
        cog={"num_attention_heads": 48, "num_layers": 42},
        cog_decoder={},
        wan={"num_attention_heads": 12, "ffn_dim": 8960, "num_layers": 30},
        llm={
            "hidden_size": 2048, "intermediate_size": 11008, "num_hidden_layers": 36, "num_attention_heads": 16,
            "num_key_value_heads": 2, "vocab_size": 151936,
        },
        judges=(_clip(512, 768, 12, 32), _clip(768, 1024, 24, 14)),
        voice=({}, {"hidden_size": 768, "num_attention_heads": 12, "intermediate_size": 2048, "num_hidden_layers": 12,
                    "embedding_size": 128, "max_position_embeddings": 512}),
    ),
    Sizes(512, 4, 720, 480, 9, 2, 226),
)  # fmt: skip
"""FLUX.1-schnell, CogVideoX-5B, Wan2.1-T2V-1.3B, Qwen2.5-3B, CLIP ViT-B/32 and ViT-L/14, Kokoro-82M."""

HOST = _shapes(
    "host",
    Widths(
        flux={"num_attention_heads": 3, "joint_attention_dim": 512, "pooled_projection_dim": 128},
        t5={"d_model": 512, "num_heads": 8, "d_ff": 1280, "num_layers": 24, "vocab_size": 4096},
        words={"hidden_size": 128, "intermediate_size": 512, "num_attention_heads": 2, "num_hidden_layers": 12,
               "vocab_size": 8192},
        decoder={"block_out_channels": (32, 32, 64, 64), "sample_size": 1024},
        cog={"num_attention_heads": 6, "num_layers": 42, "text_embed_dim": 512, "time_embed_dim": 64},
        cog_decoder={"block_out_channels": (32, 32, 32, 64)},
        wan={"num_attention_heads": 2, "ffn_dim": 1120, "num_layers": 30, "text_dim": 512},
        llm={
            "hidden_size": 256, "intermediate_size": 1376, "num_hidden_layers": 36, "num_attention_heads": 4,
            "num_key_value_heads": 2, "vocab_size": 19072,
        },
        judges=(_clip(64, 128, 12, 32), _clip(128, 128, 24, 14)),
        voice=(_SMALL_VOICE, {"hidden_size": 96, "num_attention_heads": 2, "intermediate_size": 256,
                              "num_hidden_layers": 12, "embedding_size": 32, "max_position_embeddings": 512}),
    ),
    Sizes(64, 1, 64, 64, 9, 1, 64),
)  # fmt: skip
"""The same classes and numbers of layers, with widths of an eighth."""

TINY = _shapes(
    "tiny",
    Widths(
        flux={"num_attention_heads": 1, "num_layers": 1, "num_single_layers": 2, "joint_attention_dim": 64,
              "pooled_projection_dim": 32},
        t5={"d_model": 64, "num_heads": 1, "d_ff": 128, "num_layers": 2, "vocab_size": 256},
        words={"hidden_size": 32, "intermediate_size": 64, "num_attention_heads": 1, "num_hidden_layers": 2,
               "vocab_size": 1024},
        decoder={"block_out_channels": (32, 32, 32, 32), "sample_size": 1024},
        cog={"num_attention_heads": 1, "num_layers": 2, "text_embed_dim": 64, "time_embed_dim": 16},
        cog_decoder={"block_out_channels": (32, 32, 32, 32), "layers_per_block": 1},
        wan={"num_attention_heads": 1, "ffn_dim": 64, "num_layers": 2, "text_dim": 64},
        llm={
            "hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 2, "num_attention_heads": 1,
            "num_key_value_heads": 1, "vocab_size": 256,
        },
        judges=(_clip(32, 32, 1, 8, 16, 1), _clip(32, 64, 1, 8, 16, 1)),
        voice=({"hidden": 32, "style": 8, "layers": 1, "width": 24, "side": 4, "channels": 16},
               {"hidden_size": 16, "num_attention_heads": 2, "intermediate_size": 32, "num_hidden_layers": 1,
                "embedding_size": 16, "max_position_embeddings": 512}),
    ),
    Sizes(32, 1, 32, 32, 5, 1, 48),
)  # fmt: skip


def build_voice(shapes: Shapes, device: str = "meta") -> Any:
    """Return the network of the voice in single precision, as it is published; on the meta device without values."""
    import torch
    from transformers import AlbertConfig, AlbertModel

    from vortex.models.kokoro import Kokoro, KokoroShape, VocoderShape

    fields, text = shapes.voice
    rest = {name: value for name, value in fields.items() if name != "channels"}
    vocoder = VocoderShape(channels=fields["channels"]) if "channels" in fields else VocoderShape()
    with torch.device(device):
        bert = AlbertModel(AlbertConfig(vocab_size=178, **text), add_pooling_layer=False)
        return Kokoro(KokoroShape(**rest, vocoder=vocoder), bert, text["hidden_size"]).eval()
