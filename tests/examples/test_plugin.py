"""The example plugin from outside: through the command line, and from a program that knows the package alone."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from bad_input.command import vortex

EXAMPLES = Path(__file__).parents[2] / "examples"
SETTINGS = ("--set", f"plugins.folder={EXAMPLES}", "--set", "plugins.trusted=contrast")

PROGRAM = """
from vortex.core.plugins import PluginHost

host = PluginHost.from_config("settings.toml")
(plugin,) = host.registry.list_plugins()
result = host.executor.execute(plugin.name, {"text": "#777777", "backgrounds": ["#ffffff"]}, timeout_ms=2000)
print(plugin.name, result.output["ratios"]["#ffffff"], result.output["level"])
"""


@pytest.mark.parametrize(
    ("text", "background", "ratio", "level"),
    [
        ("#000000", "#ffffff", 21.0, "AAA"),
        ("#767676", "#ffffff", 4.54, "AA"),  # the lightest grey that passes, as the guidelines' techniques have it
        ("#777777", "#ffffff", 4.48, "none"),
        ("#ff0000", "#ffffff", 4.0, "none"),
        ("#123456", "#123456", 1.0, "none"),
    ],
)
def test_it_measures_as_the_guidelines_do(tmp_path: Path, text: str, background: str, ratio: float, level: str) -> None:
    (tmp_path / "in.json").write_text(json.dumps({"text": text, "backgrounds": [background]}))
    done = vortex("plugins", "run", "contrast", "--input", "in.json", *SETTINGS, cwd=tmp_path)
    assert done.code == 0, done.err
    assert done.data == {"ratios": {background: ratio}, "worst": background, "level": level}


def test_it_passes_its_own_check(tmp_path: Path) -> None:
    done = vortex("plugins", "check", EXAMPLES / "plugin-contrast", "--json", *SETTINGS, cwd=tmp_path)
    assert done.code == 0, done.out
    assert [each["what"] for each in done.data["findings"]] == ["trust", "policy", "import", "example 1", "example 2"]


def test_a_program_of_its_own_uses_it(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text(f"[plugins]\nfolder = {json.dumps(str(EXAMPLES))}\ntrusted = 'contrast'\n")
    (tmp_path / "program.py").write_text(PROGRAM)
    done = subprocess.run([sys.executable, "program.py"], cwd=tmp_path, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("contrast 4.48 none\n", "")
