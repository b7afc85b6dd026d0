"""The plugins in a folder: each is a folder with a ``manifest.yaml``."""

from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType

from vortex.core.errors import PluginError
from vortex.core.hosting.manifest import Manifest, read_manifest
from vortex.core.hosting.manifest_file import NAME


class PluginRegistry:
    """Reads manifests and nothing else; the folder is read anew for every question."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def list_plugins(self) -> tuple[Manifest, ...]:
        """Return the plugins whose manifests are good, by name."""
        return tuple(found for _, found in sorted(self._read()[0].items()))

    def problems(self) -> Mapping[str, str]:
        """Return what is wrong with the other folders, by the name of the folder."""
        return MappingProxyType(self._read()[1])

    def get(self, name: str) -> Manifest:
        """Return a plugin by its name.

        Raises:
            PluginError: there is none of this name (suggests near ones), its manifest is bad, or two claim the name.
        """
        found, problems = self._read()
        if name in found:
            return found[name]
        if name in problems:
            raise PluginError(problems[name])
        near = get_close_matches(name, found, n=1)
        hint = f"did you mean {near[0]!r}? " if near else ""
        known = ", ".join(sorted(found)) or "none"
        raise PluginError(
            f"no plugin named {name!r} in {self.folder}; {hint}there are: {known}; put its folder there, or name "
            "another one: plugins.folder"
        )

    def _read(self) -> tuple[dict[str, Manifest], dict[str, str]]:
        found: dict[str, Manifest] = {}
        problems: dict[str, str] = {}
        clashes: set[str] = set()
        for path in sorted(self.folder.glob(f"*/{NAME}")):
            try:
                manifest = read_manifest(path.parent)
            except PluginError as error:
                problems[path.parent.name] = str(error)
                continue
            if manifest.name in found:
                clashes.add(manifest.name)
                first = found[manifest.name].folder
                problems[manifest.name] = (
                    f"plugin {manifest.name!r} is claimed by {first} and by {manifest.folder}; rename or remove one"
                )
            found.setdefault(manifest.name, manifest)
        return {name: manifest for name, manifest in found.items() if name not in clashes}, problems
