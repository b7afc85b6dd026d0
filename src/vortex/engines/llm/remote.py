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
from typing import Any, Self

import httpx2

from vortex.core.errors import ConfigError, EngineError
from vortex.core.settings import LLMSettings
from vortex.engines.address import is_local
from vortex.engines.llm.base import Completion, Message

_LOG = logging.getLogger(__name__)
_PASSING = frozenset({408, 409, 425, 429, 500, 502, 503, 504})
"""Answers that another try may mend."""
_LONGEST_WAIT_S = 30.0


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
        self._takes_schema = True
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

        A server that refuses ``response_format`` is asked again with the schema in the words of the system message,
        from then on for every request, with a warning.
        """
        asked = schema is not None and self._takes_schema
        status, text = self._posted(self._body(messages, schema, max_tokens))
        if asked and status in (400, 404, 415, 422, 501):
            _LOG.warning("%s refuses response_format (status %d); the schema is asked for in words", self._url, status)
            self._takes_schema = False
            status, text = self._posted(self._body(messages, schema, max_tokens))
        if status != 200:
            raise EngineError(
                f"{self._url} answered with status {status}: {text[:300]}; check llm.base_url and llm.model"
            )
        return self._completion(text)

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def _body(self, messages: tuple[Message, ...], schema: dict[str, Any] | None, max_tokens: int) -> dict[str, Any]:
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
        if self._takes_schema:
            wanted = {"name": "answer", "schema": schema, "strict": True}
            return {**body, "response_format": {"type": "json_schema", "json_schema": wanted}}
        order = (
            f"Answer with one JSON value only, without any other word, that follows this schema:\n{json.dumps(schema)}"
        )
        return {**body, "messages": [{"role": "system", "content": order}, *told]}

    def _posted(self, body: dict[str, Any]) -> tuple[int, str]:
        """Return status and text of the answer, after as many tries as the settings allow."""
        tries = self._settings.max_retries + 1
        for attempt in range(1, tries + 1):
            wait_s = min(2.0 ** (attempt - 1), _LONGEST_WAIT_S) * random.uniform(0.5, 1.0)
            try:
                answer = self._client.post(self._url, json=body, headers=self._headers())
            except httpx2.TransportError as error:
                if attempt == tries:
                    raise EngineError(
                        f"{self._url} cannot be reached after {tries} tries ({type(error).__name__}: {error}); "
                        "start the server or set llm.base_url"
                    ) from error
                _LOG.warning("%s: %s; trying again in %.1f s", self._url, type(error).__name__, wait_s)
            else:
                if answer.status_code not in _PASSING or attempt == tries:
                    return answer.status_code, answer.text
                wait_s = _asked_to_wait(answer, wait_s)
                _LOG.warning("%s: status %d; trying again in %.1f s", self._url, answer.status_code, wait_s)
            self._sleep(wait_s)
        raise AssertionError("the last try returns or raises")

    def _headers(self) -> dict[str, str]:
        key = os.environ.get(self._settings.api_key_env, "") if self._settings.api_key_env else ""
        return {"Authorization": f"Bearer {key}"} if key else {}

    def _completion(self, text: str) -> Completion:
        try:
            data = json.loads(text)
            said = data["choices"][0]["message"]["content"]
            usage = data.get("usage") or {}
            model, prompt, answer = data.get("model"), usage.get("prompt_tokens"), usage.get("completion_tokens")
        except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
            raise EngineError(
                f"{self._url} did not answer in the shape of a chat completion: {text[:200]!r}"
            ) from error
        if not isinstance(said, str) or not said.strip():
            raise EngineError(f"{self._url}: model {self._settings.model!r} gave an empty answer; try another model")
        return Completion(said, str(model or self._settings.model), int(prompt or 0), int(answer or 0))


def _address(settings: LLMSettings) -> httpx2.URL:
    try:
        url = httpx2.URL(f"{settings.base_url.rstrip('/')}/chat/completions")
    except httpx2.InvalidURL as error:
        raise ConfigError(f"llm.base_url = {settings.base_url!r} is no address: {error}") from error
    if url.scheme not in ("http", "https") or not url.host:
        raise ConfigError(f"llm.base_url = {settings.base_url!r} must begin with http:// or https:// and name a host")
    return url


def _asked_to_wait(answer: httpx2.Response, wait_s: float) -> float:
    """Return the seconds that the server asks for, if it does and they are not too many."""
    asked = answer.headers.get("retry-after", "")
    return min(float(asked), _LONGEST_WAIT_S) if asked.replace(".", "", 1).isdigit() else wait_s
