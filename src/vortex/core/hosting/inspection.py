"""Tries a plugin before anybody relies on it: policy, import, its own examples, and whether it repeats itself."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vortex.core.errors import EngineError, PluginError, PolicyError, SourceError
from vortex.core.events import Event, Listener, ignore
from vortex.core.hosting.executor import Ended, PluginExecutor, as_json
from vortex.core.hosting.manifest import Manifest
from vortex.core.hosting.policy import Policy
from vortex.core.hosting.sandbox import Call

_SHOWN = 120


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was tried."""

    what: str
    is_good: bool
    seen: str


@dataclass(frozen=True, slots=True)
class Inspection:
    """Everything that was tried of a plugin."""

    plugin: str
    version: str
    folder: Path
    findings: tuple[Finding, ...]
    is_good: bool


class Inspector:
    """Tries plugins; each try is a call in the sandbox, also of one that the policy would not let run."""

    def __init__(self, policy: Policy, executor: PluginExecutor, listen: Listener = ignore) -> None:
        self._policy, self._executor, self._listen = policy, executor, listen

    def inspect(self, manifest: Manifest) -> Inspection:
        """Return what trying the plugin came to; nothing that it does wrong raises."""
        excesses = self._policy.excesses(manifest)
        found = [self._trust(manifest), Finding("policy", not excesses, "; ".join(excesses) or "within the caps")]
        imported = self._tried("import", lambda: self._call(manifest, None, "import"), self._walls)
        found.append(imported)
        if imported.is_good:
            examples = manifest.examples
            for number, payload in enumerate(examples, start=1):
                self._listen(Event("progress", "check", number - 1, len(examples), f"example {number}"))
                found.append(self._example(manifest, number, payload))
            if not examples:
                found.append(self._unexampled(manifest))
        self._listen(Event("stage_finished", "check", len(manifest.examples), len(manifest.examples)))
        is_good = all(finding.is_good for finding in found)
        return Inspection(manifest.name, manifest.version, manifest.folder, tuple(found), is_good)

    def _trust(self, manifest: Manifest) -> Finding:
        if self._policy.is_trusted(manifest.name):
            return Finding(
                "trust", True, "in plugins.trusted: it may start processes, and lacking walls do not stop it"
            )
        told = "; ".join(self._policy.distrust(manifest)) or "only as far as the sandbox protects the machine"
        return Finding("trust", True, f"none: {told}")

    def _example(self, manifest: Manifest, number: int, payload: Any) -> Finding:
        runs: list[Ended] = []

        def run() -> None:
            for _ in range(2 if manifest.deterministic else 1):
                runs.append(self._call(manifest, payload, "run"))

        finding = self._tried(f"example {number}", run, lambda _: _within(manifest, runs))
        if finding.is_good and len({json.dumps(each.output, sort_keys=True) for each in runs}) > 1:
            first, second = (json.dumps(each.output)[:_SHOWN] for each in runs)
            return Finding(
                finding.what, False, f"deterministic is true, but it returned {first} and then {second}; seed it"
            )
        return finding

    def _unexampled(self, manifest: Manifest) -> Finding:
        if manifest.deterministic:
            return Finding("examples", False, "deterministic is true and cannot be tried; add examples to the manifest")
        return Finding("examples", True, "none, so it was not run; examples in the manifest would be tried here")

    def _call(self, manifest: Manifest, payload: Any, do: Any) -> Ended:
        timeout_s = manifest.resources.max_latency_ms / 1000
        is_trusted = self._policy.is_trusted(manifest.name)
        return self._executor.call(Call(manifest, as_json(payload), timeout_s, is_trusted, do))

    def _tried(self, what: str, attempt: Callable[[], Any], tell: Callable[[Any], str]) -> Finding:
        try:
            return Finding(what, True, tell(attempt()))
        except (EngineError, PluginError, PolicyError, SourceError) as error:
            return Finding(what, False, str(error))

    def _walls(self, ended: Ended) -> str:
        return f"in {ended.latency_ms:.0f} ms, behind {ended.sandbox.describe()}"


def _within(manifest: Manifest, runs: list[Ended]) -> str:
    worst = max(each.latency_ms for each in runs)
    same = ", twice the same" if manifest.deterministic else ""
    return f"keeps its schemas{same}; {worst:.0f} ms of {manifest.resources.max_latency_ms} ms"
