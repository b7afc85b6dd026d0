"""A model hub on the loopback: tells of a repository and hands out its files, in ranges, well or badly."""

import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

COMMIT = "0123456789abcdef0123456789abcdef01234567"


class HubServer:
    """Serves one folder under every name of a repository."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.asked: list[tuple[str, str]] = []
        """(path, range) of every request."""
        self.tokens: set[str] = set()
        self.cut_after = 0
        """Break the next answer of a file off after so many bytes; 0 for never."""
        self.spoil = False
        """Hand out other bytes than promised."""
        self.pause_s = 0.0
        """Wait so long before the second half of a large file."""
        self.ranges = True
        self.extra: list[dict[str, Any]] = []
        """Further entries of the listing."""
        self.status = 200
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked.append((self.path, self.headers.get("Range", "")))
                outer.tokens.add(self.headers.get("Authorization", ""))
                outer.answer(self)

            def log_message(self, *_: object) -> None: ...

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}"

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        if self.status != 200:
            self._send(handler, self.status, b"no")
        elif handler.path.startswith("/api/models/"):
            listing = {"sha": COMMIT, "cardData": {"license": "mit"}, "siblings": [*self._files(), *self.extra]}
            self._send(handler, 200, json.dumps(listing).encode())
        else:
            data = (self.root / handler.path.partition(f"/resolve/{COMMIT}/")[2]).read_bytes()
            self._send_file(handler, bytes(len(data)) if self.spoil else data)

    def _files(self) -> Iterator[dict[str, Any]]:
        for path in sorted(each for each in self.root.rglob("*") if each.is_file()):
            data, name = path.read_bytes(), path.relative_to(self.root).as_posix()
            blob = hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()
            large = {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
            yield {"rfilename": name, "size": len(data), "blobId": blob} | ({"lfs": large} if len(data) > 1000 else {})

    def _send_file(self, handler: BaseHTTPRequestHandler, data: bytes) -> None:
        asked = handler.headers.get("Range") if self.ranges else None
        start = int(asked.removeprefix("bytes=").rstrip("-")) if asked else 0
        handler.send_response(206 if asked else 200)
        handler.send_header("Content-Length", str(len(data) - start))
        handler.end_headers()
        rest = data[start:]
        if self.pause_s and len(data) > 1000:
            half = len(rest) // 2
            handler.wfile.write(rest[:half])
            rest = rest[half:]
            time.sleep(self.pause_s)
        if len(data) > 1000:
            cut, self.cut_after = self.cut_after, 0
            rest = rest[:cut] if cut else rest
        handler.wfile.write(rest)

    @staticmethod
    def _send(handler: BaseHTTPRequestHandler, status: int, data: bytes) -> None:
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)


@contextmanager
def hub_server(root: Path) -> Iterator[HubServer]:
    """Run a hub until the block ends."""
    made = HubServer(root)
    threading.Thread(target=made.http.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield made
    finally:
        made.http.shutdown()
        made.http.server_close()
