"""A language model in this process: a folder of transformers, leased from the engine room like every other model.

Where a schema is given, each token is chosen among those that keep the answer inside it, so that even a small model
answers in the form that was asked for.
"""

import json
from typing import TYPE_CHECKING, Any, Self

from vortex.core.errors import EngineError, ModelError
from vortex.core.settings import LLMSettings
from vortex.engines.llm.base import Completion, Message
from vortex.engines.networks import default_dtype, join_network, reading, tokenizer_of
from vortex.runtime.folder import ModelFolder
from vortex.runtime.room import EngineRoom

if TYPE_CHECKING:
    import torch

_WIDTH = {"float32": 4, "float16": 2, "bfloat16": 2}
_CLOSING_TOKENS = 60
"""So many tokens before the end, an answer in a schema is steered to what closes it."""
_FOREIGN = (ValueError, KeyError, TypeError, AttributeError, IndexError)
"""What transformers raises for a network that cannot write."""


class LocalLLM:
    """Writes greedily, so that equal conversations get equal answers on the same device."""

    name = "local"
    version = "1"
    rung = "local model"

    def __init__(self, settings: LLMSettings, room: EngineRoom) -> None:
        """Look at the folder; no weight is read.

        Raises:
            ModelError: there is no such model, or it does not write text.
        """
        self._settings, self._room = settings, room
        self._folder = room.folder(settings.model)
        self._config = ModelFolder(self._folder).config
        self._tokenizer: Any = None
        self._grammar: Any = None
        self.version = f"{self._folder.name}.{ModelFolder(self._folder).stamp[:8]}.{type(self).version}"

    @classmethod
    def from_room(cls, settings: LLMSettings, room: EngineRoom) -> Self:
        """Return the model that the settings name; see ``__init__`` for errors."""
        return cls(settings, room)

    def complete(
        self, messages: tuple[Message, ...], *, schema: dict[str, Any] | None = None, max_tokens: int = 1024
    ) -> Completion:
        """Return the model's answer; see ``LLMEngine.complete``.

        Raises:
            EngineError: the conversation leaves no room for an answer; says how many tokens it has.
            ModelError: the model cannot be loaded or does not write; `MemoryPressureError` if it does not fit.
        """
        asked, notes = self._asked(messages)
        room = min(max_tokens, self._context - len(asked))
        if room < 1:
            raise EngineError(
                f"{self._folder}: the conversation has {len(asked)} tokens, and the model holds {self._context}, answer"
                " included; raise llm.context_tokens if the model allows it, or give it less to read"
            )
        with self._room.use(self._joined()) as model:
            said = self._written(model, asked, schema, room)
        tokenizer = self._tokens
        is_whole = len(said) < room or said[-1] == tokenizer.eos_token_id
        text = tokenizer.decode(said, skip_special_tokens=True)
        return Completion(text, self._folder.name, len(asked), len(said), is_whole, notes)

    def close(self) -> None:
        """Let go of the vocabulary; the room lets go of the model."""
        self._tokenizer = self._grammar = None

    @property
    def _tokens(self) -> Any:
        if self._tokenizer is None:
            self._tokenizer = tokenizer_of(self._folder)
        return self._tokenizer

    @property
    def _context(self) -> int:
        """Tokens that question and answer may have together."""
        positions = int(self._config.get("max_position_embeddings") or self._settings.context_tokens)
        return min(positions, self._settings.context_tokens)

    def _joined(self) -> str:
        dtype = str(self._config.get("dtype") or self._config.get("torch_dtype") or "") if self._on_cpu else ""
        dtype = dtype if dtype in _WIDTH and dtype != "float16" else default_dtype(self._room.device)
        return join_network(self._room, self._folder, dtype, self._cache_bytes(dtype))

    @property
    def _on_cpu(self) -> bool:
        return self._room.device == "cpu"

    def _cache_bytes(self, dtype: str) -> int:
        """Return what keys and values of a full context take."""
        config = self._config.get("text_config") or self._config
        layers = int(config.get("num_hidden_layers") or config.get("n_layer") or 0)
        heads = int(config.get("num_attention_heads") or config.get("n_head") or 1)
        width = int(config.get("hidden_size") or config.get("n_embd") or 0)
        shared = int(config.get("num_key_value_heads") or heads)
        each = int(config.get("head_dim") or width // heads)
        return 2 * layers * shared * each * self._context * _WIDTH[dtype]

    def _asked(self, messages: tuple[Message, ...]) -> tuple[list[int], tuple[str, ...]]:
        """Return the tokens of a conversation, and what had to be done otherwise than usual."""
        tokenizer = self._tokens
        told = [{"role": message.role, "content": message.content} for message in messages]
        if not tokenizer.chat_template:
            text = "\n\n".join(f"{each['role']}: {each['content']}" for each in told) + "\n\nassistant:"
            note = f"{self._folder.name} has no chat template: the conversation was written as plain lines."
            return list(tokenizer.encode(text)), (note,)
        with reading(self._folder, "chat template"):
            return list(tokenizer.apply_chat_template(told, add_generation_prompt=True, return_dict=False)), ()

    def _written(self, model: Any, asked: list[int], schema: dict[str, Any] | None, room: int) -> list[int]:
        import torch
        from transformers import LogitsProcessorList, StoppingCriteriaList

        form = _Form(self._matcher(schema), self._tokens, len(asked), room) if schema is not None else None
        question = torch.tensor([asked], device=model.device)
        try:
            with torch.inference_mode():
                answer = model.generate(
                    question,
                    attention_mask=torch.ones_like(question),
                    max_new_tokens=room,
                    do_sample=False,
                    num_beams=1,
                    pad_token_id=self._tokens.pad_token_id or self._tokens.eos_token_id,
                    eos_token_id=self._tokens.eos_token_id,
                    logits_processor=LogitsProcessorList([form] if form else []),
                    stopping_criteria=StoppingCriteriaList([form.is_done] if form else []),
                )
        except _FOREIGN as error:
            raise ModelError(f"{self._folder}: {type(model).__name__} cannot write an answer: {error}") from error
        said: list[int] = answer[0, len(asked) :].tolist()
        return said

    def _matcher(self, schema: dict[str, Any]) -> Any:
        import llguidance
        import llguidance.hf

        if self._grammar is None:
            self._grammar = llguidance.hf.from_tokenizer(self._tokens)
        grammar = llguidance.LLMatcher.grammar_from_json_schema(json.dumps(schema), {"whitespace_flexible": False})
        matcher = llguidance.LLMatcher(self._grammar, grammar)
        if wrong := matcher.get_error():
            raise EngineError(f"the schema of the answer cannot be held to: {wrong}")
        return matcher


class _Form:
    """Leaves of the next token's scores only those that keep the answer inside a schema."""

    def __init__(self, matcher: Any, tokenizer: Any, num_asked: int, room: int) -> None:
        self._matcher, self._tokenizer = matcher, tokenizer
        self._num_asked, self._room, self._num_read = num_asked, room, 0
        self._closing = tokenizer.convert_tokens_to_ids(['"', "}", "]"])

    def __call__(self, tokens: "torch.Tensor", scores: "torch.Tensor") -> "torch.Tensor":
        """Return scores (1, vocabulary) with all that is not allowed at minus infinity."""
        said = tokens[0, self._num_asked :].tolist()
        self._read(said)
        allowed = self._allowed(scores)
        left = self._room - len(said)
        closing = [token for token in self._closing if token is not None and bool(allowed[token])]
        if left < _CLOSING_TOKENS and closing:
            return scores.new_full(scores.shape, float("-inf")).index_fill_(
                1, scores.new_tensor(closing[:1]).long(), 0.0
            )
        return scores.masked_fill(~allowed[None], float("-inf"))

    def is_done(self, tokens: "torch.Tensor", scores: Any, **_: Any) -> "torch.Tensor":
        """Return (1,) whether the answer is complete."""
        self._read(tokens[0, self._num_asked :].tolist())
        return tokens.new_full((1,), int(self._matcher.is_stopped())).bool()

    def _read(self, said: list[int]) -> None:
        for token in said[self._num_read :]:
            self._matcher.consume_token(token)
        self._num_read = len(said)

    def _allowed(self, scores: "torch.Tensor") -> "torch.Tensor":
        import llguidance.numpy as bitmasks
        import numpy as np
        import torch

        mask = bitmasks.allocate_token_bitmask(1, scores.shape[1])
        bitmasks.fill_next_token_bitmask(self._matcher, mask, 0)
        bits = np.unpackbits(mask.view(np.uint8)[0], bitorder="little")[: scores.shape[1]]
        return torch.from_numpy(bits.astype(bool)).to(scores.device)
