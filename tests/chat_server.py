"""A chat server on the loopback that answers as it is told to: well, badly, or not at all."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class ChatServer:
    """An OpenAI-shaped server on the loopback; answers with the given (status, body) pairs, then with "ok"."""

    def __init__(self) -> None:
        self.plan: list[tuple[int, Any]] = []
        self.headers: dict[str, str] = {}
        self.misbehave: Callable[[BaseHTTPRequestHandler], None] | None = None
        """Answers instead, in its own way."""
        self.seen: list[dict[str, Any]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.seen.append({"path": self.path, "key": self.headers.get("Authorization"), **body})
                if outer.misbehave:
                    outer.misbehave(self)
                    return
                status, answer = outer.plan.pop(0) if outer.plan else (200, said("ok"))
                data = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
                self.send_response(status)
                for name, value in outer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: object) -> None: ...

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}/v1"


def said(text: str) -> dict[str, Any]:
    message = {"role": "assistant", "content": text}
    usage = {"prompt_tokens": 7, "completion_tokens": 2}
    return {"model": "tiny", "choices": [{"index": 0, "message": message}], "usage": usage}


@contextmanager
def chat_server() -> Iterator[ChatServer]:
    """Run a server until the block ends."""
    made = ChatServer()
    threading.Thread(target=made.http.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield made
    finally:
        made.http.shutdown()
        made.http.server_close()
