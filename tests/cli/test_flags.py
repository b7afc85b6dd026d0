"""Flags are a promise: none changes unless somebody means it.

To take a change over into ``flags.json``, run this file: ``python tests/cli/test_flags.py``.
"""

import json
import sys
from pathlib import Path

SNAPSHOT = Path(__file__).with_name("flags.json")
sys.path.insert(0, str(Path(__file__).parents[1]))

from cli.surface import surface  # noqa: E402


def test_the_flags_are_those_of_the_snapshot() -> None:
    known = json.loads(SNAPSHOT.read_text(encoding="utf8"))
    assert surface() == known, "flags changed; if that is meant, run: python tests/cli/test_flags.py"


def test_every_flag_is_explained() -> None:
    from cli.surface import commands

    silent = [
        f"{name} {parameter.opts}"
        for name, command in commands().items()
        for parameter in command.params
        if not parameter.help and parameter.name != "help"
    ]
    assert not silent


if __name__ == "__main__":
    SNAPSHOT.write_text(json.dumps(surface(), indent=1) + "\n", encoding="utf8")
