"""Every name in a table stands for something that can be loaded, and keeps its contract's attributes."""

import pytest

from vortex.core.plugins import KINDS, load_plugins

ALL = [(kind, name) for kind in KINDS for name in load_plugins()[kind]]


@pytest.mark.parametrize(("kind", "name"), ALL)
def test_every_engine_resolves_and_names_itself(kind: str, name: str) -> None:
    engine = load_plugins()[kind].load(name)
    assert engine.__doc__
    assert engine.name == name
    assert engine.version
