"""Tiny tokenizers in the formats of their upstreams, made from nothing: CLIP, and T5 in both of its formats."""

import io
from pathlib import Path
from string import ascii_lowercase

from factories.weights import write_json

CORPUS = (
    "a cat sits on the mat in the light of the evening",
    "the fox runs over a hill and the dog sleeps under a tree",
    "a drawing of a house with a red roof, ink on paper",
    "waves at the shore, a boat far out, clouds above the water",
    "the quick brown fox jumps over the lazy dog, 0 1 2 3 4 5 6 7 8 9",
)
CLIP_START, CLIP_END = "<|startoftext|>", "<|endoftext|>"
CLIP_TOKENS = 518
"""Size of the vocabulary of ``save_clip_words``; the last two are start and end."""
T5_TOKENS = 128
"""Not below the size of the vocabulary of both T5 tokenizers: what an encoder has to provide."""
_MERGES = (("c", "a"), ("ca", "t</w>"), ("t", "h"), ("th", "e</w>"))


def save_clip_words(folder: Path, max_length: int = 77) -> Path:
    """Save a CLIP tokenizer that knows all bytes and two words: vocab.json, merges.txt and its configuration."""
    from transformers.convert_slow_tokenizer import bytes_to_unicode

    letters = list(bytes_to_unicode().values())
    merged = ["".join(pair) for pair in _MERGES]
    names = [*letters, *(f"{letter}</w>" for letter in letters), *merged, CLIP_START, CLIP_END]
    assert len(names) == CLIP_TOKENS
    write_json(folder / "vocab.json", {name: number for number, name in enumerate(names)})
    lines = ["#version: 0.2", *(" ".join(pair) for pair in _MERGES)]
    (folder / "merges.txt").write_text("\n".join(lines) + "\n", encoding="utf8")
    special = {
        "bos_token": CLIP_START, "eos_token": CLIP_END, "unk_token": CLIP_END, "pad_token": CLIP_END,
    }  # fmt: skip
    write_json(folder / "special_tokens_map.json", special)
    write_json(
        folder / "tokenizer_config.json",
        {"tokenizer_class": "CLIPTokenizer", "model_max_length": max_length, "do_lower_case": True, **special},
    )
    return folder


def save_t5_pieces(folder: Path, max_length: int = 226) -> Path:
    """Save a T5 tokenizer as ``spiece.model``, trained by sentencepiece; so CogVideoX and LTX bring theirs."""
    import sentencepiece

    trained = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(CORPUS), model_writer=trained, vocab_size=T5_TOKENS, model_type="unigram", pad_id=0,
        eos_id=1, unk_id=2, bos_id=-1, hard_vocab_limit=False, minloglevel=2,
    )  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "spiece.model").write_bytes(trained.getvalue())
    special = {"eos_token": "</s>", "unk_token": "<unk>", "pad_token": "<pad>"}
    write_json(folder / "special_tokens_map.json", special)
    write_json(
        folder / "tokenizer_config.json",
        {"tokenizer_class": "T5Tokenizer", "model_max_length": max_length, "extra_ids": 0, "legacy": True, **special},
    )
    return folder


def save_t5_words(folder: Path, max_length: int = 512) -> Path:
    """Save a T5 tokenizer as ``tokenizer.json``; so Flux (``tokenizer_2``) and Wan (UMT5) bring theirs."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors

    # Not trained: the trainer deals with threads and gives another vocabulary each time.
    letters = [("▁", -4.0), *((letter, -5.0) for letter in sorted({*"".join(CORPUS), *ascii_lowercase} - {" "}))]
    known = [(f"▁{word}", -2.0) for word in ("the", "a", "cat", "house")]
    special = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0)]
    words = Tokenizer(models.Unigram([*special, *letters, *known], unk_id=2))
    words.pre_tokenizer = pre_tokenizers.Metaspace()
    words.decoder = decoders.Metaspace()
    words.post_processor = processors.TemplateProcessing(single="$A </s>", special_tokens=[("</s>", 1)])
    folder.mkdir(parents=True, exist_ok=True)
    words.save(str(folder / "tokenizer.json"))
    names = {"eos_token": "</s>", "unk_token": "<unk>", "pad_token": "<pad>"}
    write_json(folder / "special_tokens_map.json", names)
    write_json(
        folder / "tokenizer_config.json",
        {"tokenizer_class": "T5TokenizerFast", "model_max_length": max_length, "extra_ids": 0, **names},
    )
    return folder
