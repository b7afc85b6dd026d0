"""Runs plugins: policy first, then a process of its own for every call, then judgement of what came back."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vortex.core.errors import ConfigError, EngineError, PluginError, PolicyError, SourceError
from vortex.core.hosting.cell.names import PROTECTIONS
from vortex.core.hosting.conversation import Conversation, Heard
from vortex.core.hosting.places import Places
from vortex.core.hosting.policy import Policy
from vortex.core.hosting.printed import printable
from vortex.core.hosting.registry import PluginRegistry
from vortex.core.hosting.result import PluginResult, SandboxReport
from vortex.core.hosting.sandbox import Call, Sandbox

_MOST_TIMEOUT_MS = 3_600_000


@dataclass(frozen=True, slots=True)
class Ended:
    """A process that did what it was asked to do."""

    output: Any
    latency_ms: float
    sandbox: SandboxReport


class PluginExecutor:
    """Runs the plugins of a registry; safe to use from several threads."""

    def __init__(self, registry: PluginRegistry, policy: Policy, sandbox: Sandbox) -> None:
        self._registry, self._policy, self._sandbox = registry, policy, sandbox
        self._places = Places()

    def execute(
        self, name: str, payload: Any, timeout_ms: float | None = None, *, lane: int | None = None
    ) -> PluginResult:
        """Run a plugin once.

        Args:
            name: of the plugin.
            payload: JSON that keeps its input schema.
            timeout_ms: most milliseconds for waiting and running; the plugin itself is also held to the
                ``max_latency_ms`` of its manifest. ``None`` leaves it at that.
            lane: where it runs; ``None`` takes the lowest that it supports.

        Raises:
            ConfigError: ``timeout_ms`` is out of range.
            PluginError: there is no such plugin, or its manifest is bad.
            PolicyError: it may not run, all its places are taken, or the kernel cannot protect the machine from it.
            SourceError: the payload is no JSON or breaks the input schema; names the place in it.
            EngineError: it failed, took too long, or returned what breaks the output schema.
        """
        began = time.monotonic()
        manifest = self._registry.get(name)
        admission = self._policy.admit(manifest, lane)
        most_ms = manifest.resources.max_latency_ms if timeout_ms is None else timeout_ms
        if not 0 < most_ms <= _MOST_TIMEOUT_MS:
            raise ConfigError(
                f"timeout_ms = {timeout_ms}: write milliseconds, more than 0 and at most {_MOST_TIMEOUT_MS}"
            )
        written, asked = as_json(payload), time.monotonic()
        with self._places.take(manifest, most_ms / 1000):
            left_s = most_ms / 1000 - (time.monotonic() - asked)
            left_s = max(0.001, min(left_s, manifest.resources.max_latency_ms / 1000))
            ended = self.call(Call(manifest, written, left_s, admission.is_trusted))
        total_ms = 1000 * (time.monotonic() - began)
        return PluginResult(
            manifest.name, manifest.version, ended.output, admission.lane, ended.latency_ms, total_ms, ended.sandbox
        )

    def call(self, call: Call) -> Ended:
        """Start a process for a call that may be made, and return what came of it; raises as ``execute`` does."""
        heard = self._hear(call)
        if "half_entered" in heard.end:
            # Ubuntu gives anybody user namespaces, and takes away what one could do in them. It stays like that.
            self._sandbox = self._sandbox.without_namespaces(heard.end["half_entered"])
            heard = self._hear(call)
        report = _report(heard, self._sandbox.absent, call.is_trusted)
        if "done" not in heard.end:
            raise _failure(call, heard, report)
        return Ended(heard.end["done"], float(heard.end["latency_ms"]), report)

    def _hear(self, call: Call) -> Heard:
        with self._sandbox.prepare(call) as (job, environment), Conversation(job, environment) as conversation:
            return conversation.hear(call.timeout_s)


def as_json(payload: Any) -> str:
    """Return a payload as a plugin's process gets it.

    Raises:
        SourceError: it is no JSON.
    """
    try:
        return json.dumps(payload, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise SourceError(f"the payload is no JSON: {error}; give text, numbers, lists and mappings only") from error


def _report(heard: Heard, known_absent: Mapping[str, str], is_trusted: bool) -> SandboxReport:
    told = heard.standing
    absent = {**known_absent, **told.get("absent", {})}
    return SandboxReport(tuple(told.get("walls", {}).values()), absent, tuple(told.get("missing", ())), is_trusted)


def _failure(call: Call, heard: Heard, report: SandboxReport) -> Exception:
    """Return the error that says what happened, with the last that the plugin printed."""
    name, end = call.manifest.name, heard.end
    if "refused" in end:
        return _refusal(name, end["refused"], report)
    if "input" in end:
        return SourceError(f"plugin {name!r}: the payload breaks its input schema {end['input']}; mend the payload")
    noise = f"; it printed last: {heard.noise[-500:]}" if heard.noise else ""
    if heard.is_late:
        return _lateness(call, heard, noise)
    if "raised" in end:
        raised = printable(str(end["raised"]))[:2000]
        kind = PluginError if call.do == "import" else EngineError
        return kind(f"plugin {name!r} failed: {raised}{noise}; mend the plugin or the payload")
    if "output" in end:
        return EngineError(f"plugin {name!r}: what it returned {end['output']}{noise}; mend the plugin")
    fate = end.get("died", "ended without a word")
    return EngineError(
        f"plugin {name!r} {fate} before it returned{noise}; "
        "SIGKILL means that it used up its processor time or that the machine ran out of memory"
    )


def _lateness(call: Call, heard: Heard, noise: str) -> Exception:
    name, limit = call.manifest.name, call.manifest.resources.max_latency_ms
    if not heard.standing:
        return EngineError(f"plugin {name!r}: its process did not come up in time{noise}; is the machine overloaded?")
    return EngineError(
        f"plugin {name!r} did not return within {1000 * call.timeout_s:.0f} ms and was ended with all that it "
        f"started{noise}; give it more time (timeout_ms, at most its resources.max_latency_ms = {limit}) or mend it"
    )


def _refusal(name: str, missing: list[str], report: SandboxReport) -> PolicyError:
    lacking = "; ".join(f"{each}: that {PROTECTIONS[each]}" for each in missing)
    reasons = ", ".join(report.absent.values())
    return PolicyError(
        f"plugin {name!r} is not trusted and was not run, because this kernel cannot ensure {lacking}. It has "
        f"{', '.join(report.walls) or 'no walls'}{f', and refuses others ({reasons})' if reasons else ''}; allow user "
        f"namespaces, or run Linux 6.2 or later with Landlock, or name the plugin in plugins.trusted"
    )
