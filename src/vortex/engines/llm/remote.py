"""Any language model behind an OpenAI-compatible ``/chat/completions``, on this machine or elsewhere.

One wire format covers every server that people run at home and every service that they rent, so this is the only
door to models that are not loaded in this process. The key is read from the environment when a request is made, sent
to the configured address only, and appears in no message.
"""

import json
import logging
import os
import random
import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from typing import Any, Self

import httpx2

from vortex.core.errors import ConfigError, EngineError
from vortex.core.settings import LLMSettings
from vortex.engines.address import is_local
from vortex.engines.llm.base import Completion, Message

_LOG = logging.getLogger(__name__)
_PASSING = frozenset({408, 409, 425, 429, 500, 502, 503, 504})
"""Answers that another try may mend."""
_REFUSING = frozenset({400, 415, 422, 501})
"""Answers of servers that do not know ``response_format``, or not all of the schema."""
_LONGEST_WAIT_S = 30.0
_MOST_BYTES = 4_000_000
"""Longest answer that is read; a completion of 100,000 tokens is shorter."""
_REMEDIES = {
    401: "check the key in the environment variable that llm.api_key_env names",
    403: "check the key in the environment variable that llm.api_key_env names",
    404: "check llm.base_url and llm.model",
    429: "wait, or ask another server",
}


class RemoteLLM:
    """Asks a server; temperature 0 and a fixed seed, though only the server decides how deterministic it is."""

    name = "remote"
    version = "1"
    rung = "remote model"

    def __init__(
        self,
        settings: LLMSettings,
        *,
        transport: httpx2.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Connect nothing yet.

        Args:
            settings: address, model, the name of the key's variable, time limit and number of tries.
            transport: how requests travel; the network by default.
            sleep: how to wait between tries.

        Raises:
            ConfigError: the address is no HTTP address, or no model is named.
        """
        self._url = _address(settings)
        if not settings.model:
            raise ConfigError(f"llm.model is empty; name a model that {self._url.host} serves")
        self._settings = settings
        self._sleep = sleep
        near = is_local(self._url.host)
        # A proxy of the environment is for the world outside; it cannot reach this machine's own servers.
        self._client = httpx2.Client(timeout=settings.timeout_s, transport=transport, trust_env=not near)
        self._refused: int | None = None
        """Status with which the server refused ``response_format``; ``None`` until it does."""
        self.rung = "local model" if near else "remote model"
        self.version = f"{settings.model}.{type(self).version}"

    @classmethod
    def from_settings(cls, settings: LLMSettings) -> Self:
        """Return the model at the address that the settings name; see ``__init__`` for errors."""
        return cls(settings)

    def complete(
        self, messages: tuple[Message, ...], *, schema: dict[str, Any] | None = None, max_tokens: int = 1024
    ) -> Completion:
        """Return the model's answer; see ``LLMEngine.complete``.

        A server that refuses ``response_format`` is asked again with the schema in the words of the system message.
        Where that helps, it is so asked from then on, and the completion carries a note.
        """
        in_words = self._refused is not None
        status, text = self._posted(self._body(messages, schema, max_tokens, in_words))
        if schema is not None and not in_words and status in _REFUSING:
            refused = status
            status, text = self._posted(self._body(messages, schema, max_tokens, in_words=True))
            if status == 200:
                self._refused = refused
                _LOG.warning("%s", self._note())
        if status != 200:
            remedy = _REMEDIES.get(status, "check llm.base_url, llm.model and llm.context_tokens")
            key = self._key()
            seen = text.replace(key, "(the key)") if key else text
            raise EngineError(f"{self._url} answered with status {status}: {seen[:300]!r}; {remedy}")
        return self._completion(text, (self._note(),) if schema is not None and self._refused else ())

    def _note(self) -> str:
        return (
            f"{self._url} refuses response_format (status {self._refused}): the form of the answers was asked for in "
            "words and is held to by checking them."
        )

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def _body(
        self, messages: tuple[Message, ...], schema: dict[str, Any] | None, max_tokens: int, in_words: bool
    ) -> dict[str, Any]:
        told = [{"role": message.role, "content": message.content} for message in messages]
        body: dict[str, Any] = {
            "model": self._settings.model,
            "messages": told,
            "temperature": 0,
            "seed": 0,
            "max_tokens": max_tokens,
        }
        if schema is None:
            return body
        if not in_words:
            wanted = {"name": "answer", "schema": schema, "strict": True}
            return {**body, "response_format": {"type": "json_schema", "json_schema": wanted}}
        order = (
            f"Answer with one JSON value only, without any other word, that follows this schema:\n{json.dumps(schema)}"
        )
        # One message of the system, because many models' templates take no second.
        first = f"{told.pop(0)['content']}\n\n" if told[0]["role"] == "system" else ""
        return {**body, "messages": [{"role": "system", "content": first + order}, *told]}

    def _posted(self, body: dict[str, Any]) -> tuple[int, str]:
        """Return status and text of the answer, after as many tries as the settings allow."""
        tries = self._settings.max_retries + 1
        for attempt in range(1, tries + 1):
            wait_s = min(2.0 ** (attempt - 1), _LONGEST_WAIT_S) * random.uniform(0.5, 1.0)
            try:
                status, headers, text = self._sent(body)
            except (httpx2.TransportError, httpx2.DecodingError) as error:
                if attempt == tries:
                    raise self._unreachable(tries, error) from error
                _LOG.warning("%s: %s; trying again in %.1f s", self._url, type(error).__name__, wait_s)
            else:
                asked_s = _asked_to_wait(headers)
                if status in _PASSING and asked_s > _LONGEST_WAIT_S:
                    return status, f"{text[:200]} (it asks to wait {asked_s:.0f} s)"
                if status not in _PASSING or attempt == tries:
                    return status, text
                wait_s = asked_s or wait_s
                _LOG.warning("%s: status %d; trying again in %.1f s", self._url, status, wait_s)
            self._sleep(wait_s)
        raise AssertionError("the last try returns or raises")

    def _sent(self, body: dict[str, Any]) -> tuple[int, httpx2.Headers, str]:
        """Send a request and read its answer whole, within the time and the length that an answer may have.

        Raises:
            httpx2.TransportError: the server does not answer, breaks off, or takes too long.
            EngineError: the answer does not end.
        """
        deadline = time.monotonic() + self._settings.timeout_s
        data = bytearray()
        with self._client.stream("POST", self._url, json=body, headers=self._headers()) as answer:
            for part in answer.iter_bytes():
                data += part
                if len(data) > _MOST_BYTES:
                    raise EngineError(
                        f"{self._url} sent more than {_MOST_BYTES:,} bytes for one answer; ask another server"
                    )
                if time.monotonic() > deadline:
                    raise httpx2.ReadTimeout(f"the answer was not whole after {self._settings.timeout_s:g} s")
            return answer.status_code, answer.headers, data.decode("utf8", errors="replace")

    def _unreachable(self, tries: int, error: Exception) -> EngineError:
        if isinstance(error, httpx2.ReadTimeout):
            return EngineError(
                f"{self._url} gave no whole answer within {self._settings.timeout_s:g} s (tried {tries} times); "
                "raise llm.timeout_s or use a smaller model"
            )
        return EngineError(
            f"{self._url} cannot be reached (tried {tries} times; {type(error).__name__}: {error}); "
            "start the server or set llm.base_url"
        )

    def _key(self) -> str:
        return os.environ.get(self._settings.api_key_env, "") if self._settings.api_key_env else ""

    def _headers(self) -> dict[str, str]:
        key = self._key()
        return {"Authorization": f"Bearer {key}"} if key else {}

    def _completion(self, text: str, notes: tuple[str, ...]) -> Completion:
        try:
            data = json.loads(text)
            choice = data["choices"][0]
            said = choice["message"]["content"] or ""
            usage = data.get("usage") or {}
            counts = [int(usage.get(name) or 0) for name in ("prompt_tokens", "completion_tokens")]
            model, is_whole = data.get("model"), choice.get("finish_reason") != "length"
        except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError) as error:
            raise EngineError(
                f"{self._url} did not answer in the shape of a chat completion: {text[:200]!r}; check llm.base_url"
            ) from error
        if not isinstance(said, str):
            raise EngineError(f"{self._url}: the answer's content is no text but {said!r:.100}; ask another server")
        return Completion(said, str(model or self._settings.model), counts[0], counts[1], is_whole, notes)


def _address(settings: LLMSettings) -> httpx2.URL:
    try:
        url = httpx2.URL(f"{settings.base_url.rstrip('/')}/chat/completions")
    except httpx2.InvalidURL as error:
        raise ConfigError(f"llm.base_url = {settings.base_url!r} is no address: {error}") from error
    if url.scheme not in ("http", "https") or not url.host:
        raise ConfigError(f"llm.base_url = {settings.base_url!r} must begin with http:// or https:// and name a host")
    return url


def _asked_to_wait(headers: httpx2.Headers) -> float:
    """Return the seconds that the server asks for with ``Retry-After``, as a number or a date; 0 if it does not."""
    asked = headers.get("retry-after", "").strip()
    if asked.replace(".", "", 1).isdigit():
        return float(asked)
    try:
        return max(0.0, parsedate_to_datetime(asked).timestamp() - time.time())
    except (ValueError, TypeError):
        return 0.0
