"""A small server of the kind that people run at home: one transformers model behind ``/v1/chat/completions``.

Answers greedily. A ``response_format`` with a JSON schema is enforced token by token, as local servers do it; a server
made with ``takes_schema=False`` refuses it with status 400, as older ones do.

    python -m llm_server.serving FOLDER [PORT]
"""

import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import llguidance
import llguidance.hf
import llguidance.numpy as bitmasks
import numpy as np
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

LAST_TOKENS = 60
"""Tokens before the end from which an answer is steered to what closes it."""


class Completer:
    """Completes conversations with the model in a folder, loaded offline from safetensors."""

    def __init__(self, folder: Path) -> None:
        self.tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        self.model = AutoModelForCausalLM.from_pretrained(folder, local_files_only=True, use_safetensors=True)
        self.model.eval()
        self._grammar = llguidance.hf.from_tokenizer(self.tokenizer)
        self._closing = self.tokenizer.convert_tokens_to_ids(['"', "}", "]"])
        self._lock = threading.Lock()

    def complete(self, messages: list[dict[str, str]], schema: Any, max_tokens: int) -> tuple[str, int, int, str]:
        """Return text, tokens of the question, tokens of the answer, and why the answer ended."""
        with self._lock, torch.inference_mode():
            asked = self.tokenizer.apply_chat_template(messages, add_generation_prompt=True, return_dict=False)
            room = min(max_tokens, self.model.config.max_position_embeddings - len(asked))
            matcher = self._matcher(schema) if schema is not None else None
            said: list[int] = []
            state = self.model(torch.tensor([asked]), use_cache=True)
            while len(said) < room:
                token = self._next(state.logits[0, -1], matcher, room - len(said))
                if token == self.tokenizer.eos_token_id:
                    return self.tokenizer.decode(said), len(asked), len(said), "stop"
                said.append(token)
                if matcher and not matcher.consume_token(token):
                    raise RuntimeError(matcher.get_error())
                if matcher and matcher.is_stopped():
                    return self.tokenizer.decode(said), len(asked), len(said), "stop"
                state = self.model(torch.tensor([[token]]), past_key_values=state.past_key_values, use_cache=True)
            return self.tokenizer.decode(said), len(asked), len(said), "length"

    def _matcher(self, schema: Any) -> llguidance.LLMatcher:
        grammar = llguidance.LLMatcher.grammar_from_json_schema(schema, {"whitespace_flexible": False})
        return llguidance.LLMatcher(self._grammar, grammar)

    def _next(self, logits: torch.Tensor, matcher: Any, left: int) -> int:
        if matcher is None:
            return int(logits.argmax())
        mask = bitmasks.allocate_token_bitmask(1, self._grammar.vocab_size)
        bitmasks.fill_next_token_bitmask(matcher, mask, 0)
        allowed = np.unpackbits(mask.view(np.uint8)[0], bitorder="little")[: len(logits)].astype(bool)
        closing = [token for token in self._closing if allowed[token]]
        if left < LAST_TOKENS and closing:
            return int(closing[0])
        return int(logits.masked_fill(~torch.from_numpy(allowed), float("-inf")).argmax())


class Server(ThreadingHTTPServer):
    """Keeps what it was asked in ``asked``."""

    asked: list[dict[str, Any]]
    completer: Completer
    takes_schema: bool

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append(body)
        wanted = body.get("response_format")
        if wanted and not self.server.takes_schema:
            self._send(400, {"error": {"message": "response_format is not supported"}})
            return
        schema = wanted["json_schema"]["schema"] if wanted else None
        text, asked, said, reason = self.server.completer.complete(body["messages"], schema, body["max_tokens"])
        choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": reason}
        usage = {"prompt_tokens": asked, "completion_tokens": said, "total_tokens": asked + said}
        self._send(200, {"object": "chat.completion", "model": body["model"], "choices": [choice], "usage": usage})

    def _send(self, status: int, answer: dict[str, Any]) -> None:
        data = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None: ...


@contextmanager
def serving(folder: Path, *, takes_schema: bool = True, port: int = 0) -> Iterator[Server]:
    """Serve the model in ``folder`` on the loopback."""
    server = Server(("127.0.0.1", port), _Handler)
    server.asked, server.completer, server.takes_schema = [], Completer(folder), takes_schema
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


if __name__ == "__main__":
    with serving(Path(sys.argv[1]), port=int(sys.argv[2]) if len(sys.argv) > 2 else 0) as made:
        print(made.base_url, flush=True)
        threading.Event().wait()
