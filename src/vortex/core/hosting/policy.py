"""Which plugins may run here, on which lane, and with how much of the machine."""

from dataclasses import dataclass

from vortex.core.errors import PolicyError
from vortex.core.hosting.manifest import Manifest
from vortex.core.settings import PluginSettings

LANE_0 = 0
"""The lane on which several machines have to come to the same result in time."""


@dataclass(frozen=True, slots=True)
class Admission:
    """A plugin that may run."""

    lane: int
    is_trusted: bool


class Policy:
    """Decides by the settings alone; nothing is run and nothing is read."""

    def __init__(self, settings: PluginSettings) -> None:
        self.settings = settings
        self._trusted = frozenset(name.strip() for name in settings.trusted.split(",") if name.strip())

    def is_trusted(self, name: str) -> bool:
        """Return whether the settings name this plugin."""
        return name in self._trusted

    def objections(self, manifest: Manifest) -> list[str]:
        """Return everything that speaks against a plugin, each with the value, the cap and what to do."""
        return [*self.distrust(manifest), *self.excesses(manifest)]

    def distrust(self, manifest: Manifest) -> list[str]:
        """Return why a plugin may not run whatever it asks for; the user's choice, not the plugin's fault."""
        if self.is_trusted(manifest.name) or self.settings.allow_untrusted:
            return []
        return [
            f"it is not among plugins.trusted = {self.settings.trusted!r}, and plugins.allow_untrusted is false; "
            "read its code and name it there, or set plugins.allow_untrusted=true to run it in the sandbox"
        ]

    def excesses(self, manifest: Manifest) -> list[str]:
        """Return what a plugin asks for beyond the caps, and what its lanes do not allow."""
        found, wanted = [], manifest.resources
        if wanted.vram_gb > self.settings.max_vram_gb:
            found.append(
                f"resources.vram_gb = {wanted.vram_gb:g} is more than plugins.max_vram_gb = "
                f"{self.settings.max_vram_gb:g}; raise the cap or take a smaller plugin"
            )
        if wanted.vram_gb and not self.is_trusted(manifest.name):
            found.append(
                f"resources.vram_gb = {wanted.vram_gb:g}, and only what plugins.trusted names is given an accelerator; "
                "name it there"
            )
        return found + self._lane_0(manifest)

    def _lane_0(self, manifest: Manifest) -> list[str]:
        if LANE_0 not in manifest.supported_lanes:
            return []
        found, latency_ms, cap_ms = [], manifest.resources.max_latency_ms, self.settings.lane0_max_latency_ms
        if not manifest.deterministic:
            found.append("supported_lanes has lane 0 and deterministic is false; take lane 0 out of the manifest")
        if latency_ms > cap_ms:
            found.append(
                f"supported_lanes has lane 0 and resources.max_latency_ms = {latency_ms} is more than "
                f"plugins.lane0_max_latency_ms = {cap_ms}; lower it, raise the cap or take lane 0 out of the manifest"
            )
        return found

    def admit(self, manifest: Manifest, lane: int | None = None) -> Admission:
        """Let a plugin run.

        Args:
            manifest: what it says of itself.
            lane: where it is to run; ``None`` takes the lowest that it supports.

        Raises:
            PolicyError: it may not; names every value, its cap and what to do.
        """
        found = self.objections(manifest)
        if lane is not None and lane not in manifest.supported_lanes:
            supported = ", ".join(map(str, manifest.supported_lanes))
            found.append(f"lane {lane} is none of its supported_lanes ({supported}); call it on one of those")
        if found:
            raise PolicyError(f"plugin {manifest.name!r} may not run: {'. And '.join(found)}")
        chosen = min(manifest.supported_lanes) if lane is None else lane
        return Admission(chosen, self.is_trusted(manifest.name))
