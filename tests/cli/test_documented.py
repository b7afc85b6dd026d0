"""docs/commands.md tells every command and flag, and its examples run."""

import importlib.util
import re
import shlex
import shutil
from pathlib import Path

import pytest
from bad_input.command import vortex
from factories.eyes import save_clip, save_pairs, train_clip
from factories.voices import write_kokoro
from factories.weights import write_json, write_safetensors
from hub_server import hub_server

from cli.surface import commands

TORCH = importlib.util.find_spec("torch") is not None
ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs/commands.md").read_text(encoding="utf8")
SECTIONS = {part.partition("\n")[0]: part for part in TEXT.split("\n## ")[1:]}
EXAMPLES = [line for block in re.findall(r"```sh\n(.*?)```", TEXT, re.S) for line in block.splitlines() if line]


def test_every_command_has_a_section_and_every_section_a_command() -> None:
    assert set(SECTIONS) == set(commands())


@pytest.mark.parametrize("name", commands())
def test_every_flag_is_told(name: str) -> None:
    told = set(re.findall(r"(?<![\w-])--?[a-z][\w-]*", SECTIONS[name]))
    flags = {flag for each in commands()[name].params for flag in [*each.opts, *each.secondary_opts]}
    long = {flag for flag in flags if flag.startswith("--")} - {"--help"}
    assert long <= told
    assert {flag for flag in told if flag.startswith("--")} <= long


@pytest.mark.parametrize("name", commands())
def test_every_command_is_shown_at_work(name: str) -> None:
    assert any(line.startswith(f"{name} ") or line == name for line in EXAMPLES)


def test_the_examples_run(tmp_path: Path, article: Path) -> None:
    (tmp_path / "manual.pdf").symlink_to(article)
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    shutil.copytree(ROOT / "examples/plugin-contrast", tmp_path / "plugins/contrast")
    (tmp_path / "consent.txt").write_text("I agree that my voice is copied, and used in films of mine.")
    if TORCH:
        write_kokoro(tmp_path / "Kokoro-82M")
        save_clip(tmp_path / "clip-vit-base-patch32", train_clip())
        save_pairs(tmp_path)
    remote = tmp_path / "remote"
    write_json(remote / "config.json", {"_class_name": "UNet2DModel"})
    write_safetensors(remote / "model.safetensors", {"weight": (4, 4)})
    with hub_server(remote) as hub:
        _run_examples(tmp_path, VORTEX_MODELS_HUB=hub.url)


def _run_examples(folder: Path, **environment: str) -> None:
    for line in EXAMPLES:
        if line.startswith(("vortex voices convert", "vortex models calibrate")) and not TORCH:
            continue
        done = vortex(*shlex.split(line)[1:], cwd=folder, **environment)
        assert done.code == 0, f"{line}\n{done.err}"
        if "--json" in line:
            assert done.data


def test_the_exit_codes_are_those_of_the_errors() -> None:
    from vortex.core import errors

    codes = {kind.exit_code for kind in vars(errors).values() if isinstance(kind, type)}
    told = {int(code) for code in re.findall(r"^\| (\d+) \|", TEXT, re.M)}
    assert told == codes | {0, 130}
