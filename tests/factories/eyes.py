"""Tiny networks that see and hear in the folders of their upstreams, with processors; one of them really sees."""

import json
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from factories.weights import write_json
from factories.words import CLIP_TOKENS, save_clip_words, save_t5_pieces
from vortex.engines.sight.selfcheck import plain_pictures

CLIP_MEAN, CLIP_STD = [0.48145466, 0.4578275, 0.40821073], [0.26862954, 0.26130258, 0.27577711]
IMAGENET_MEAN, IMAGENET_STD = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
_VISION = {
    "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4, "image_size": 32,
    "patch_size": 8,
}  # fmt: skip
_CLIP_TEXT = {
    "vocab_size": CLIP_TOKENS, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4,
    "max_position_embeddings": 77, "bos_token_id": CLIP_TOKENS - 2, "eos_token_id": CLIP_TOKENS - 1,
    "pad_token_id": CLIP_TOKENS - 1,
}  # fmt: skip


def make_clip(width: int = 32, dims: int = 16, seed: int = 0) -> Any:
    """Return a tiny CLIP with random weights."""
    import torch
    from transformers import CLIPConfig, CLIPModel

    torch.manual_seed(seed)
    vision = {**_VISION, "hidden_size": width, "projection_dim": dims}
    text = {**_CLIP_TEXT, "hidden_size": width, "projection_dim": dims}
    return CLIPModel(CLIPConfig(text_config=text, vision_config=vision, projection_dim=dims))


def save_clip(folder: Path, network: Any = None) -> Path:
    """Save a tiny CLIP with its tokenizer and its first, terse kind of picture configuration."""
    (network or make_clip()).save_pretrained(folder)
    save_clip_words(folder)
    write_json(
        folder / "preprocessor_config.json",
        {
            "crop_size": 32, "do_center_crop": True, "do_normalize": True, "do_resize": True, "resample": 3, "size": 32,
            "feature_extractor_type": "CLIPFeatureExtractor", "image_mean": CLIP_MEAN, "image_std": CLIP_STD,
        },
    )  # fmt: skip
    return folder


def save_siglip(folder: Path) -> Path:
    """Save a tiny SigLIP with its sentencepiece tokenizer."""
    import torch
    from transformers import SiglipConfig, SiglipModel

    torch.manual_seed(0)
    text = {
        "vocab_size": 128, "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4,
        "max_position_embeddings": 64, "projection_size": 32, "bos_token_id": 1, "eos_token_id": 1, "pad_token_id": 1,
    }  # fmt: skip
    SiglipModel(SiglipConfig(text_config=text, vision_config=_VISION)).save_pretrained(folder)
    save_t5_pieces(folder)
    special = {"eos_token": "</s>", "pad_token": "</s>", "unk_token": "<unk>"}
    write_json(folder / "special_tokens_map.json", special)
    write_json(
        folder / "tokenizer_config.json",
        {"tokenizer_class": "SiglipTokenizer", "model_max_length": 64, "do_lower_case": True, **special},
    )
    write_json(
        folder / "preprocessor_config.json",
        {
            "do_normalize": True, "do_rescale": True, "do_resize": True, "image_mean": [0.5] * 3,
            "image_processor_type": "SiglipImageProcessor", "image_std": [0.5] * 3, "resample": 3,
            "rescale_factor": 1 / 255, "size": {"height": 32, "width": 32},
        },
    )  # fmt: skip
    return folder


def save_dinov2(folder: Path) -> Path:
    """Save a tiny DINOv2, whose pictures are made larger than what is kept of their middle."""
    import torch
    from transformers import Dinov2Config, Dinov2Model

    torch.manual_seed(0)
    # At their usual start of 1e-5 layers of random weights would say the same of every picture.
    Dinov2Model(Dinov2Config(**_VISION, layerscale_value=1.0)).save_pretrained(folder)
    write_json(
        folder / "preprocessor_config.json",
        {
            "crop_size": {"height": 32, "width": 32}, "do_center_crop": True, "do_convert_rgb": True,
            "do_normalize": True, "do_rescale": True, "do_resize": True, "image_mean": IMAGENET_MEAN,
            "image_processor_type": "BitImageProcessor", "image_std": IMAGENET_STD, "resample": 3,
            "rescale_factor": 1 / 255, "size": {"shortest_edge": 36},
        },
    )  # fmt: skip
    return folder


COLORS = {
    "red": "#d81e1e", "blue": "#1e3cd8", "green": "#14963c", "yellow": "#f5d21e", "orange": "#f08214",
    "purple": "#7828a0", "pink": "#f578b4", "brown": "#784614",
}  # fmt: skip
SHAPES = ("square", "circle", "triangle")


def colored_pictures(seed: int, count: int) -> tuple[list[str], np.ndarray]:
    """Return descriptions and pictures of 32 x 32 pixels: shapes of one colour, anywhere, on any light ground."""
    dice = np.random.default_rng(seed)
    texts, pictures = [], []
    for _ in range(count):
        name, shape = str(dice.choice(list(COLORS))), str(dice.choice(SHAPES))
        picture = Image.new("RGB", (32, 32), tuple(map(int, dice.integers(200, 256, 3))))
        left, top, side = (int(dice.integers(*bounds)) for bounds in ((0, 14), (0, 14), (10, 18)))
        box = (left, top, left + side, top + side)
        pen = ImageDraw.Draw(picture)
        if shape == "square":
            pen.rectangle(box, COLORS[name])
        elif shape == "circle":
            pen.ellipse(box, COLORS[name])
        else:
            pen.polygon([(box[0], box[3]), (box[2], box[3]), ((box[0] + box[2]) // 2, box[1])], COLORS[name])
        texts.append(f"a {name} {shape}")
        pictures.append(np.asarray(picture))
    return texts, np.stack(pictures)


def save_pairs(folder: Path, count: int = 30) -> Path:
    """Write pictures of ``colored_pictures`` and ``pairs.jsonl``, which says what they show."""
    folder.mkdir(exist_ok=True)
    texts, pictures = colored_pictures(5_001, count)
    lines = []
    for number, (text, picture) in enumerate(zip(texts, pictures, strict=True)):
        Image.fromarray(picture).save(folder / f"pair-{number}.png")
        lines.append(json.dumps({"text": text, "picture": f"pair-{number}.png"}))
    (folder / "pairs.jsonl").write_text("\n".join(lines) + "\n", encoding="utf8")
    return folder / "pairs.jsonl"


def moved_pictures(seed: int, count: int) -> tuple[list[str], np.ndarray]:
    """Return the plain pictures of the self check at 32 x 32 pixels, each moved, scaled and turned a little."""
    dice = np.random.default_rng(seed)
    names, plain = plain_pictures()
    texts, pictures = [], []
    for place in dice.integers(0, len(names), count):
        picture = Image.fromarray(plain[place])
        ground = tuple(map(int, plain[place][-1, 0]))
        turned = picture.rotate(float(dice.uniform(-8, 8)), Image.Resampling.BILINEAR, fillcolor=ground)
        left, top, side = (int(dice.integers(*bounds)) for bounds in ((-14, 15), (-14, 15), (200, 240)))
        pictures.append(np.asarray(turned.crop((left, top, left + side, top + side)).resize((32, 32))))
        texts.append(names[place])
    return texts, np.stack(pictures)


@cache
def train_clip(steps: int = 120, width: int = 32, dims: int = 16, seed: int = 0) -> Any:
    """Return a tiny CLIP that was trained to tell plain pictures, and shapes of several colours, apart."""
    import torch

    network = make_clip(width, dims, seed).train()
    one, other = moved_pictures(seed, 300), colored_pictures(seed, 300)
    texts = np.array(one[0] + other[0])
    seen = np.concatenate([one[1], other[1]]).astype(np.float32) / 255
    seen = ((seen - np.float32(CLIP_MEAN)) / np.float32(CLIP_STD)).transpose(0, 3, 1, 2)
    pictures, tokens = torch.from_numpy(np.ascontiguousarray(seen)), _tokens(texts)
    rate = torch.optim.AdamW(network.parameters(), lr=3e-3, weight_decay=0.01)
    dice = np.random.default_rng(seed)
    for _ in range(steps):
        batch = dice.choice(len(texts), 48, replace=False)
        found = network(pixel_values=pictures[batch], **{name: each[batch] for name, each in tokens.items()})
        same = torch.from_numpy(texts[batch, None] == texts[None, batch]).float()
        wanted = same / same.sum(1, keepdim=True)
        ways = (found.logits_per_text, found.logits_per_image)
        loss = -sum((wanted * logits.log_softmax(1)).sum(1).mean() for logits in ways)
        rate.zero_grad()
        loss.backward()
        rate.step()
    return network.eval()


def _tokens(texts: np.ndarray) -> dict[str, Any]:
    from transformers import CLIPTokenizer

    with TemporaryDirectory() as folder:
        words = CLIPTokenizer.from_pretrained(save_clip_words(Path(folder)))
        return dict(words([str(text) for text in texts], padding=True, return_tensors="pt"))


WHISPER_LANGUAGES = ("en", "de", "fr", "ja")


def save_whisper(folder: Path, *, aligned: bool = True, multilingual: bool = True) -> Path:
    """Save a tiny Whisper in the layout of openai's: bytes, control tokens, then a token for every 20 ms of 30 s."""
    import torch
    from transformers import GenerationConfig, WhisperConfig, WhisperForConditionalGeneration
    from transformers.convert_slow_tokenizer import bytes_to_unicode

    letters = list(bytes_to_unicode().values())
    vocab = {letter: number for number, letter in enumerate([*letters, "Ġt", "Ġth", "Ġthe"])}
    end = len(vocab)
    languages = [f"<|{code}|>" for code in WHISPER_LANGUAGES] if multilingual else []
    control = [
        "<|endoftext|>", "<|startoftranscript|>", *languages, "<|translate|>", "<|transcribe|>", "<|startoflm|>",
        "<|startofprev|>", "<|nospeech|>", "<|notimestamps|>",
    ]  # fmt: skip
    times = [f"<|{step * 0.02:.2f}|>" for step in range(1501)]
    tokens = {name: end + number for number, name in enumerate([*control, *times])}
    write_json(folder / "vocab.json", vocab | {"<|endoftext|>": end})
    (folder / "merges.txt").write_text("#version: 0.2\nĠ t\nĠt h\nĠth e\n", encoding="utf8")
    added = {
        str(number): {
            "content": name, "lstrip": False, "rstrip": False, "normalized": False, "single_word": False,
            "special": name in control,
        }
        for name, number in tokens.items()
    }  # fmt: skip
    write_json(folder / "added_tokens.json", {name: number for name, number in tokens.items() if number > end})
    special = {f"{part}_token": "<|endoftext|>" for part in ("bos", "eos", "unk", "pad")}
    write_json(
        folder / "tokenizer_config.json",
        {
            "tokenizer_class": "WhisperTokenizer", "model_max_length": 1024, "added_tokens_decoder": added,
            "additional_special_tokens": control, **special,
        },
    )  # fmt: skip
    write_json(
        folder / "preprocessor_config.json",
        {
            "chunk_length": 30, "feature_extractor_type": "WhisperFeatureExtractor", "feature_size": 80,
            "hop_length": 160, "n_fft": 400, "n_samples": 480000, "nb_max_frames": 3000, "padding_side": "right",
            "padding_value": 0.0, "processor_class": "WhisperProcessor", "return_attention_mask": False,
            "sampling_rate": 16000,
        },
    )  # fmt: skip
    torch.manual_seed(0)
    network = WhisperForConditionalGeneration(
        WhisperConfig(
            vocab_size=end + len(control) + len(times), d_model=32, encoder_layers=2, decoder_layers=2,
            encoder_attention_heads=2, decoder_attention_heads=2, encoder_ffn_dim=64, decoder_ffn_dim=64,
            num_mel_bins=80, max_source_positions=1500, max_target_positions=48, pad_token_id=end, bos_token_id=end,
            eos_token_id=end, decoder_start_token_id=end + 1, suppress_tokens=None, begin_suppress_tokens=[end],
        )
    )  # fmt: skip
    with torch.no_grad():
        # So that it says letters for a while, and by what it hears, as one that was trained does.
        decoder = network.model.decoder
        decoder.embed_tokens.weight[:end] *= 15
        decoder.embed_positions.weight *= 60
        network.model.encoder.conv1.weight *= 30
        network.model.encoder.conv2.weight *= 30
        for layer in decoder.layers:
            layer.encoder_attn.q_proj.weight *= 30
            layer.encoder_attn.out_proj.weight *= 200
    network.save_pretrained(folder)
    mute = [vocab[letter] for letter in letters if letter not in "Ġabcd."]
    config: dict[str, Any] = {
        "bos_token_id": end, "eos_token_id": end, "pad_token_id": end, "decoder_start_token_id": end + 1,
        "is_multilingual": multilingual, "no_timestamps_token_id": tokens["<|notimestamps|>"], "max_length": 48,
        "max_initial_timestamp_index": 50, "return_timestamps": False, "begin_suppress_tokens": [end],
        "suppress_tokens": [*mute, *range(end + 1, end + len(control))],
        "prev_sot_token_id": tokens["<|startofprev|>"],
    }  # fmt: skip
    if multilingual:
        config["lang_to_id"] = {name: tokens[name] for name in languages}
        config["task_to_id"] = {task: tokens[f"<|{task}|>"] for task in ("transcribe", "translate")}
    if aligned:
        config["alignment_heads"] = [[1, 0], [1, 1]]
    # Marked as made from a configuration, a part of these values would be dropped when it is read again.
    GenerationConfig(**config, _from_model_config=False).save_pretrained(folder)
    return folder


def save_wav2vec2(folder: Path) -> Path:
    """Save a tiny wav2vec2 that writes capital letters, in the layout of facebook's base-960h."""
    import torch
    from transformers import Wav2Vec2Config, Wav2Vec2ForCTC

    letters = ["<pad>", "<s>", "</s>", "<unk>", "|", *"ETAONIHSRDLUMWCFGYPBVK'XJQZ"]
    torch.manual_seed(0)
    network = Wav2Vec2ForCTC(
        Wav2Vec2Config(
            vocab_size=len(letters), hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=64,
            conv_dim=(16,) * 4, conv_stride=(5, 4, 4, 4), conv_kernel=(10, 5, 5, 4), num_feat_extract_layers=4,
            num_conv_pos_embeddings=16, num_conv_pos_embedding_groups=4, pad_token_id=0, bos_token_id=1, eos_token_id=2,
        )
    )  # fmt: skip
    network.save_pretrained(folder)
    write_json(folder / "vocab.json", {letter: number for number, letter in enumerate(letters)})
    write_json(
        folder / "tokenizer_config.json",
        {"tokenizer_class": "Wav2Vec2CTCTokenizer", "word_delimiter_token": "|", "do_lower_case": False},
    )
    write_json(
        folder / "preprocessor_config.json",
        {
            "do_normalize": True, "feature_extractor_type": "Wav2Vec2FeatureExtractor", "feature_size": 1,
            "padding_side": "right", "padding_value": 0.0, "return_attention_mask": False, "sampling_rate": 16000,
        },
    )  # fmt: skip
    return folder
