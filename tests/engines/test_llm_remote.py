import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from vortex.core.errors import ConfigError, EngineError
from vortex.core.settings import LLMSettings
from vortex.engines.address import is_local
from vortex.engines.llm.base import Message
from vortex.engines.llm.remote import RemoteLLM

SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
HELLO = (Message("user", "Hello"),)


class Server:
    """An OpenAI-shaped server on the loopback; answers with the given (status, body) pairs, then with "ok"."""

    def __init__(self) -> None:
        self.plan: list[tuple[int, Any]] = []
        self.seen: list[dict[str, Any]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.seen.append({"path": self.path, "key": self.headers.get("Authorization"), **body})
                status, answer = outer.plan.pop(0) if outer.plan else (200, said("ok"))
                data = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
                self.send_response(status)
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


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    threading.Thread(target=made.http.serve_forever, daemon=True).start()
    yield made
    made.http.shutdown()
    made.http.server_close()


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def engine(server: Server, waits: list[float]) -> Iterator[RemoteLLM]:
    made = RemoteLLM(LLMSettings(base_url=server.url, model="tiny", max_retries=2), sleep=waits.append)
    yield made
    made.close()


def test_asks_coldly_and_reads_the_answer(server: Server, engine: RemoteLLM) -> None:
    answer = engine.complete(HELLO, schema=SCHEMA, max_tokens=50)
    assert (answer.text, answer.model, answer.prompt_tokens, answer.completion_tokens) == ("ok", "tiny", 7, 2)
    asked = server.seen[0]
    assert asked["path"] == "/v1/chat/completions"
    assert (asked["temperature"], asked["max_tokens"], asked["model"]) == (0, 50, "tiny")
    assert asked["response_format"]["json_schema"]["schema"] == SCHEMA
    assert engine.rung == "local model"


def test_sends_the_key_and_never_tells_it(
    server: Server, engine: RemoteLLM, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    assert engine.complete(HELLO) and server.seen[0]["key"] is None
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    server.plan = [(500, "broken")] * 3
    with pytest.raises(EngineError) as caught:
        engine.complete(HELLO)
    assert server.seen[-1]["key"] == "Bearer sk-secret"
    assert "sk-secret" not in caplog.text + str(caught.value)


def test_waits_longer_each_time_and_succeeds(server: Server, engine: RemoteLLM, waits: list[float]) -> None:
    server.plan = [(429, {}), (503, {})]
    assert engine.complete(HELLO).text == "ok"
    assert 0.5 <= waits[0] <= 1 <= waits[1] <= 2


def test_gives_up_with_the_status(server: Server, engine: RemoteLLM) -> None:
    server.plan = [(503, {"error": {"message": "loading"}})] * 3
    with pytest.raises(EngineError, match=r"status 503.*loading"):
        engine.complete(HELLO)
    server.plan = [(401, {"error": {"message": "no such key"}})]
    with pytest.raises(EngineError, match="no such key"):
        engine.complete(HELLO)
    assert len(server.seen) == 4


def test_asks_for_the_schema_in_words_where_it_is_refused(
    server: Server, engine: RemoteLLM, caplog: pytest.LogCaptureFixture
) -> None:
    server.plan = [(400, {"error": {"message": "response_format is not supported"}})]
    engine.complete(HELLO, schema=SCHEMA)
    engine.complete(HELLO, schema=SCHEMA)
    assert ["response_format" in asked for asked in server.seen] == [True, False, False]
    assert json.dumps(SCHEMA) in server.seen[1]["messages"][0]["content"]
    assert "refuses response_format" in caplog.text


@pytest.mark.parametrize("answer", [b"<html>", {"choices": []}, [], {"choices": [{"message": {"content": ""}}]}])
def test_refuses_what_is_no_completion(server: Server, engine: RemoteLLM, answer: Any) -> None:
    server.plan = [(200, answer)]
    with pytest.raises(EngineError, match="127"):
        engine.complete(HELLO)


def test_says_when_nobody_answers(server: Server, engine: RemoteLLM, waits: list[float]) -> None:
    server.http.shutdown()
    server.http.server_close()
    with pytest.raises(EngineError, match="cannot be reached after 3 tries"):
        engine.complete(HELLO)
    assert len(waits) == 2


@pytest.mark.parametrize("settings", [{"base_url": "ftp://x", "model": "m"}, {"base_url": "nowhere", "model": "m"}, {}])
def test_refuses_bad_settings(settings: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match="llm"):
        RemoteLLM(LLMSettings(**settings))


def test_knows_what_is_near() -> None:
    assert [is_local(host) for host in ("localhost", "127.0.0.1", "192.168.1.4", "box.local")] == [True] * 4
    assert not is_local("api.example.org") and not is_local("8.8.8.8")
