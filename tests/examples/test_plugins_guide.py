"""docs/plugins.md: the plugin that it writes passes, its program runs, and what it says of the code is so."""

import json
import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

from bad_input.command import environment, vortex

from vortex.core.hosting import manifest
from vortex.core.hosting.cell.names import PROTECTIONS
from vortex.core.settings import PluginSettings

TEXT = (Path(__file__).parents[2] / "docs/plugins.md").read_text(encoding="utf8")
(MANIFEST,) = re.findall(r"```yaml\n(.*?)```", TEXT, re.S)
CODE, PROGRAM = re.findall(r"```python\n(.*?)```", TEXT, re.S)
(COMMANDS,) = re.findall(r"```sh\n(.*?)```", TEXT, re.S)


def write(folder: Path) -> None:
    place = folder / "reading-time"
    place.mkdir()
    (place / "manifest.yaml").write_text(MANIFEST, encoding="utf8")
    (place / "reading_time.py").write_text(CODE, encoding="utf8")
    (folder / "text.json").write_text(json.dumps({"text": "one two three"}))
    (folder / "vortex.toml").write_text("[plugins]\nfolder = '.'\ntrusted = 'reading-time'\n")


def test_its_commands_run(tmp_path: Path) -> None:
    write(tmp_path)
    for line in COMMANDS.splitlines():
        done = vortex(*line.split()[1:], cwd=tmp_path)
        assert done.code == 0, done.err
    assert done.data == {"words": 3, "seconds": 1.1}


def test_its_program_runs(tmp_path: Path) -> None:
    write(tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=tmp_path, env=environment(tmp_path), capture_output=True, text=True
    )
    assert done.stderr == ""
    listed, returned, sandbox = done.stdout.splitlines()
    assert (listed, returned) == ("['reading-time']", "{'words': 6, 'seconds': 2.2} True")
    assert "Landlock" in sandbox or "missing: " in sandbox


def test_every_key_setting_and_protection_is_told() -> None:
    keys = {
        *manifest._KEYS,
        *(f"resources.{key}" for key in manifest._RESOURCES),
        *(f"io.{key}" for key in manifest._IO),
    }
    assert {each for each in keys - {"resources", "io"} if f"`{each}`" not in TEXT} == set()
    assert {each.name for each in fields(PluginSettings) if f"`plugins.{each.name}`" not in TEXT} == set()
    assert set(re.findall(r"^\| `(\w+)` \| (?:open|make|signal|start)", TEXT, re.M)) == set(PROTECTIONS)
