import contextlib
import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from chat_server import ChatServer, chat_server

from vortex.core.errors import ConfigError, EngineError
from vortex.core.settings import LLMSettings
from vortex.engines.address import is_local
from vortex.engines.llm.base import Message
from vortex.engines.llm.remote import RemoteLLM

SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
HELLO = (Message("user", "Hello"),)


@pytest.fixture
def server() -> Iterator[ChatServer]:
    with chat_server() as made:
        yield made


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def engine(server: ChatServer, waits: list[float]) -> Iterator[RemoteLLM]:
    made = RemoteLLM(LLMSettings(base_url=server.url, model="tiny", max_retries=2), sleep=waits.append)
    yield made
    made.close()


def test_asks_coldly_and_reads_the_answer(server: ChatServer, engine: RemoteLLM) -> None:
    answer = engine.complete(HELLO, schema=SCHEMA, max_tokens=50)
    assert (answer.text, answer.model, answer.prompt_tokens, answer.completion_tokens) == ("ok", "tiny", 7, 2)
    asked = server.seen[0]
    assert asked["path"] == "/v1/chat/completions"
    assert (asked["temperature"], asked["max_tokens"], asked["model"]) == (0, 50, "tiny")
    assert asked["response_format"]["json_schema"]["schema"] == SCHEMA
    assert engine.rung == "local model"


def test_sends_the_key_and_never_tells_it(
    server: ChatServer, engine: RemoteLLM, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    assert engine.complete(HELLO) and server.seen[0]["key"] is None
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    server.plan = [(500, "broken by sk-secret")] * 3
    with pytest.raises(EngineError) as caught:
        engine.complete(HELLO)
    assert server.seen[-1]["key"] == "Bearer sk-secret"
    assert "sk-secret" not in caplog.text + str(caught.value)


def test_waits_longer_each_time_and_succeeds(server: ChatServer, engine: RemoteLLM, waits: list[float]) -> None:
    server.plan = [(429, {}), (503, {})]
    assert engine.complete(HELLO).text == "ok"
    assert 0.5 <= waits[0] <= 1 <= waits[1] <= 2


def test_gives_up_with_the_status(server: ChatServer, engine: RemoteLLM) -> None:
    server.plan = [(503, {"error": {"message": "loading"}})] * 3
    with pytest.raises(EngineError, match=r"status 503.*loading"):
        engine.complete(HELLO)
    server.plan = [(401, {"error": {"message": "no such key"}})]
    with pytest.raises(EngineError, match="no such key"):
        engine.complete(HELLO)
    assert len(server.seen) == 4


def test_asks_for_the_schema_in_words_where_it_is_refused_and_says_so(
    server: ChatServer, engine: RemoteLLM, caplog: pytest.LogCaptureFixture
) -> None:
    server.plan = [(400, {"error": {"message": "response_format is not supported"}})]
    first = engine.complete(HELLO, schema=SCHEMA)
    second = engine.complete(HELLO, schema=SCHEMA)
    assert ["response_format" in asked for asked in server.seen] == [True, False, False]
    assert json.dumps(SCHEMA) in server.seen[1]["messages"][0]["content"]
    assert "refuses response_format (status 400)" in caplog.text
    assert first.notes == second.notes and "refuses response_format" in first.notes[0]
    assert engine.complete(HELLO).notes == ()


def test_a_refusal_that_has_other_reasons_is_no_reason_to_do_without_the_schema(
    server: ChatServer, engine: RemoteLLM
) -> None:
    server.plan = [(400, {"error": "the prompt is too long"})] * 2
    with pytest.raises(EngineError, match=r"status 400.*too long.*llm\.context_tokens"):
        engine.complete(HELLO, schema=SCHEMA)
    engine.complete(HELLO, schema=SCHEMA)
    assert ["response_format" in asked for asked in server.seen] == [True, False, True]


@pytest.mark.parametrize(
    ("status", "remedy"), [(401, "llm.api_key_env"), (403, "llm.api_key_env"), (404, "llm.base_url and llm.model")]
)
def test_says_what_to_do_about_a_refusal_without_trying_again(
    server: ChatServer, engine: RemoteLLM, status: int, remedy: str
) -> None:
    server.plan = [(status, {"error": "no"})]
    with pytest.raises(EngineError, match=f"status {status}.*{remedy}"):
        engine.complete(HELLO, schema=SCHEMA)
    assert len(server.seen) == 1


def test_waits_as_long_as_it_is_asked_to_but_not_for_hours(
    server: ChatServer, engine: RemoteLLM, waits: list[float]
) -> None:
    server.headers, server.plan = {"Retry-After": "7"}, [(429, {})]
    assert engine.complete(HELLO).text == "ok" and waits == [7.0]
    soon = datetime.now(UTC) + timedelta(seconds=20)
    server.headers, server.plan = {"Retry-After": format_datetime(soon, usegmt=True)}, [(503, {})]
    assert engine.complete(HELLO).text == "ok" and 15 < waits[1] <= 20
    server.headers, server.plan = {"Retry-After": "3600"}, [(429, {"error": "quota"})]
    with pytest.raises(EngineError, match=r"status 429.*quota.*asks to wait 3600 s"):
        engine.complete(HELLO)
    assert len(waits) == 2


@pytest.mark.parametrize("answer", [b"<html>", {"choices": []}, [], {"choices": [{"message": {"content": 3}}]}])
def test_refuses_what_is_no_completion(server: ChatServer, engine: RemoteLLM, answer: Any) -> None:
    server.plan = [(200, answer)]
    with pytest.raises(EngineError, match="127"):
        engine.complete(HELLO)


def test_tells_of_an_answer_that_is_empty_or_cut_off(server: ChatServer, engine: RemoteLLM) -> None:
    cut = {"choices": [{"message": {"content": None}, "finish_reason": "length"}]}
    server.plan = [(200, cut)]
    answer = engine.complete(HELLO)
    assert (answer.text, answer.is_whole) == ("", False)
    assert engine.complete(HELLO).is_whole


def hang(handler: BaseHTTPRequestHandler) -> None:
    time.sleep(2.5)


def trickle(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    with contextlib.suppress(OSError):
        for _ in range(30):
            handler.wfile.write(b" ")
            handler.wfile.flush()
            time.sleep(0.1)


def close(handler: BaseHTTPRequestHandler) -> None:
    handler.connection.close()


def break_off(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"choices": [')


def flood(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    with contextlib.suppress(OSError):
        for _ in range(100):
            handler.wfile.write(b"x" * 100_000)


@pytest.mark.parametrize(
    ("misbehave", "message"),
    [
        (hang, "gave no whole answer within 1 s .*; raise llm.timeout_s"),
        (trickle, "gave no whole answer within 1 s"),
        (close, "cannot be reached"),
        (break_off, "cannot be reached"),
        (flood, "sent more than 4,000,000 bytes"),
    ],
)
def test_a_server_that_does_not_end_its_answer_is_left(
    server: ChatServer, misbehave: Callable[[BaseHTTPRequestHandler], None], message: str
) -> None:
    server.misbehave = misbehave
    engine = RemoteLLM(LLMSettings(base_url=server.url, model="tiny", max_retries=0, timeout_s=1))
    with pytest.raises(EngineError, match=message):
        engine.complete(HELLO)
    engine.close()


def test_says_when_nobody_answers(server: ChatServer, engine: RemoteLLM, waits: list[float]) -> None:
    server.http.shutdown()
    server.http.server_close()
    with pytest.raises(EngineError, match="cannot be reached \\(tried 3 times"):
        engine.complete(HELLO)
    assert len(waits) == 2


@pytest.mark.parametrize("settings", [{"base_url": "ftp://x", "model": "m"}, {"base_url": "nowhere", "model": "m"}, {}])
def test_refuses_bad_settings(settings: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match="llm"):
        RemoteLLM(LLMSettings(**settings))


def test_knows_what_is_near() -> None:
    assert [is_local(host) for host in ("localhost", "127.0.0.1", "192.168.1.4", "box.local")] == [True] * 4
    assert not is_local("api.example.org") and not is_local("8.8.8.8")
