"""Whether this kernel has what the tests of the sandbox need is asked of the sandbox itself."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from factories.plugins import SETS, host, write_plugin

from vortex.core.errors import PolicyError


@pytest.fixture(scope="session")
def able(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return, for each set of walls, "" where this kernel protects with it, or why not."""
    folder = tmp_path_factory.mktemp("able")
    write_plugin(folder)
    found = {}
    for name, each in SETS.items():
        try:
            host(folder, each).executor.execute("probe", 1)
            found[name] = ""
        except PolicyError as error:
            found[name] = str(error)
    return found


@pytest.fixture(params=list(SETS))
def run(request: pytest.FixtureRequest, able: dict[str, str], tmp_path: Path) -> Callable[..., Any]:
    """Return a function that runs code as an untrusted plugin and returns its output, once for each set of walls."""
    if able[request.param]:
        pytest.skip(able[request.param])

    def call(code: str, payload: Any = None, timeout_ms: float | None = None, **changes: Any) -> Any:
        folder = tmp_path / "plugins"
        write_plugin(folder, code, **changes)
        return (
            host(folder, SETS[request.param], max_memory_gb=0.5).executor.execute("probe", payload, timeout_ms).output
        )

    return call
