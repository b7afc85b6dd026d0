"""Tiny language models in the form in which models are handed around: a folder of config, tokenizer and safetensors.

One has random weights: what it says follows a schema and means nothing. One is trained in seconds to do what a teacher
did in some conversations; it then answers these by itself, from its weights.
"""

from collections.abc import Sequence
from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

CONTEXT_TOKENS = 4096
_TEMPLATE = (
    "{% for m in messages %}{{ '<|' + m.role + '|>' + m.content + '</s>' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"
)
_ROLES = ["<|system|>", "<|user|>", "<|assistant|>"]
Conversation = tuple[list[dict[str, str]], str]
"""Messages, and what is answered."""


def make_tokenizer(texts: Sequence[str], folder: Path, vocabulary: int = 2048) -> PreTrainedTokenizerFast:
    """Train a byte-level BPE tokenizer on ``texts`` and save it in ``folder``."""
    inner = Tokenizer(models.BPE())
    inner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    inner.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=["</s>", *_ROLES],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    inner.train_from_iterator(texts, trainer)
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=inner, eos_token="</s>", pad_token="</s>")
    tokenizer.add_special_tokens({"additional_special_tokens": _ROLES})
    tokenizer.chat_template = _TEMPLATE
    tokenizer.save_pretrained(folder)
    return tokenizer


def make_model(tokenizer: PreTrainedTokenizerFast, seed: int = 0) -> LlamaForCausalLM:
    """Return a Llama of about a million parameters with random weights."""
    torch.manual_seed(seed)
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=160,
        intermediate_size=384,
        num_hidden_layers=3,
        num_attention_heads=4,
        num_key_value_heads=4,
        max_position_embeddings=CONTEXT_TOKENS,
        tie_word_embeddings=True,
        bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    return LlamaForCausalLM(config)


def train(
    model: LlamaForCausalLM,
    tokenizer: PreTrainedTokenizerFast,
    lessons: Sequence[Conversation],
    *,
    most_steps: int = 300,
    good_enough: float = 0.01,
) -> list[float]:
    """Train ``model`` on the answers of some conversations; return the loss of every round through them."""
    rows = []
    for messages, answer in lessons:
        asked = tokenizer.apply_chat_template(messages, add_generation_prompt=True, return_dict=False)
        said = [*tokenizer.encode(answer), tokenizer.eos_token_id]
        rows.append((torch.tensor([asked + said]), torch.tensor([[-100] * len(asked) + said])))
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3, betas=(0.9, 0.95), weight_decay=0.0)
    model.train()
    rounds: list[float] = []
    for step in range(most_steps):
        optimizer.param_groups[0]["lr"] = 3e-3 * min(1.0, (step + 1) / 10) * max(0.1, 1 - step / most_steps)
        total = 0.0
        for tokens, labels in rows:
            loss = model(input_ids=tokens, labels=labels).loss
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
            total += loss.item()
        rounds.append(total / len(rows))
        if rounds[-1] < good_enough:
            break
    model.eval()
    return rounds
