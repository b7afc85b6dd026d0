"""The door to plugins: which there are, and how one is run.

Example:
    ```python
    from vortex.core.plugins import PluginHost

    host = PluginHost.from_config("vortex.toml")
    result = host.executor.execute("contrast", {"text": "#777777", "backgrounds": ["#ffffff"]}, timeout_ms=2000)
    print(result.output, result.latency_ms)
    ```
"""

from pathlib import Path
from typing import Self

from vortex.core.errors import ConfigError
from vortex.core.events import Listener, ignore
from vortex.core.hosting.executor import PluginExecutor
from vortex.core.hosting.inspection import Inspection, Inspector
from vortex.core.hosting.manifest import read_manifest
from vortex.core.hosting.manifest_file import NAME
from vortex.core.hosting.policy import Policy
from vortex.core.hosting.registry import PluginRegistry
from vortex.core.hosting.sandbox import Sandbox
from vortex.core.paths import plugin_dir
from vortex.core.settings import PluginSettings, load_settings


class PluginHost:
    """Joins the registry, the policy, the sandbox and the executor."""

    def __init__(self, settings: PluginSettings, sandbox: Sandbox | None = None) -> None:
        """Take the section of the settings; nothing is read or run.

        Args:
            settings: where plugins lie, whom to trust, and caps.
            sandbox: instead of the one with every wall that the kernel has.
        """
        folder = Path(settings.folder).expanduser() if settings.folder else plugin_dir()
        self.registry = PluginRegistry(folder)
        self.policy = Policy(settings)
        self.sandbox = Sandbox(settings) if sandbox is None else sandbox
        self.executor = PluginExecutor(self.registry, self.policy, self.sandbox)

    @classmethod
    def from_config(cls, path: Path | str | None = None) -> Self:
        """Return a host as the settings say.

        Args:
            path: TOML file with a section ``[plugins]``, which wins over the user's file; ``None`` reads no other.

        Raises:
            ConfigError: there is no such file, or it holds an unknown key or a bad value.
        """
        if path is not None and not Path(path).is_file():
            raise ConfigError(f"{path}: no such file of settings; name a TOML file with a section [plugins]")
        files = [] if path is None else [Path(path)]
        return cls(load_settings(files=files).settings.plugins)

    def check(self, plugin: str, listen: Listener = ignore) -> Inspection:
        """Try a plugin: its manifest, the policy, importing it, and its examples, each in the sandbox.

        Args:
            plugin: name of one in the folder of plugins, or the folder of any.
            listen: hears progress.

        Raises:
            PluginError: there is no such plugin, or its manifest is bad.
        """
        place = Path(plugin).expanduser()
        is_path = (place / NAME).is_file() or len(place.parts) > 1
        manifest = read_manifest(place) if is_path else self.registry.get(plugin)
        known = {each.folder for each in self.registry.list_plugins()}
        is_trusted = self.policy.is_trusted(manifest.name) and manifest.folder in known
        return Inspector(self.policy, self.executor, listen).inspect(manifest, is_trusted=is_trusted)
