"""Tries a plugin before anybody relies on it: policy, import, its own examples, and whether it repeats itself."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

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


@dataclass(frozen=True, slots=True)
class Attempt:
    """What is tried, and with how much trust."""

    manifest: Manifest
    is_trusted: bool


class Inspector:
    """Tries plugins; each try is a call in the sandbox, also of one that the policy would not let run."""

    def __init__(self, policy: Policy, executor: PluginExecutor, listen: Listener = ignore) -> None:
        self._policy, self._executor, self._listen = policy, executor, listen

    def inspect(self, manifest: Manifest, *, is_trusted: bool) -> Inspection:
        """Return what trying the plugin came to; nothing that it does wrong raises.

        Args:
            manifest: what it says of itself.
            is_trusted: it is the one that the settings trust, and not only of its name.
        """
        excesses = self._policy.excesses(manifest)
        trust = Finding("trust", True, self._trust(manifest, is_trusted))
        found = [trust, Finding("policy", not excesses, "; ".join(excesses) or "within the caps")]
        attempt = Attempt(manifest, is_trusted)
        imported = self._tried("import", lambda: self._call(attempt, None, "import"), self._walls)
        found.append(imported)
        if imported.is_good:
            examples = manifest.examples
            for number, payload in enumerate(examples, start=1):
                self._listen(Event("progress", "check", number - 1, len(examples), f"example {number}"))
                found.append(self._example(attempt, number, payload))
            if not examples:
                found.append(self._unexampled(manifest))
        self._listen(Event("stage_finished", "check", len(manifest.examples), len(manifest.examples)))
        is_good = all(finding.is_good for finding in found)
        return Inspection(manifest.name, manifest.version, manifest.folder, tuple(found), is_good)

    def _trust(self, manifest: Manifest, is_trusted: bool) -> str:
        if is_trusted:
            return "in plugins.trusted: it may start processes, and lacking walls do not stop it"
        if self._policy.is_trusted(manifest.name):
            return "none: plugins.trusted means the plugin of this name in the folder of plugins"
        reasons = self._policy.distrust(manifest)
        return f"none: {'; '.join(reasons) or 'it runs as far as the sandbox protects the machine'}"

    def _example(self, attempt: Attempt, number: int, payload: Any) -> Finding:
        runs: list[Ended] = []
        manifest = attempt.manifest

        def run() -> None:
            for _ in range(2 if manifest.deterministic else 1):
                runs.append(self._call(attempt, payload, "run"))

        finding = self._tried(f"example {number}", run, lambda _: _within(manifest, runs))
        if finding.is_good and len({json.dumps(each.output, sort_keys=True) for each in runs}) > 1:
            first, second = (json.dumps(each.output)[:_SHOWN] for each in runs)
            told = f"deterministic is true, but it returned {first} and then {second}; seed it"
            return Finding(finding.what, False, told)
        return finding

    def _unexampled(self, manifest: Manifest) -> Finding:
        if manifest.deterministic:
            return Finding("examples", False, "deterministic is true and cannot be tried; add examples to the manifest")
        return Finding("examples", True, "none, so it was not run; examples in the manifest would be tried here")

    def _call(self, attempt: Attempt, payload: Any, do: Literal["run", "import"]) -> Ended:
        timeout_s = attempt.manifest.resources.max_latency_ms / 1000
        return self._executor.call(Call(attempt.manifest, as_json(payload), timeout_s, attempt.is_trusted, do))

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
