"""The commands about plugins, as a user runs them; most within this process, because starting one takes longest."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from bad_input.command import VORTEX, Done, environment
from factories.plugins import write_plugin

from vortex.cli.app import main

Vortex = Callable[..., Done]


@pytest.fixture
def plugins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Vortex:
    """Return a function that runs ``vortex plugins`` in a folder whose plugin ``probe`` is trusted."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VORTEX_PLUGINS_FOLDER", "plugins")
    monkeypatch.setenv("VORTEX_PLUGINS_TRUSTED", "probe")

    def call(words: str) -> Done:
        monkeypatch.setattr(sys, "argv", ["vortex", "plugins", *words.split()])
        with pytest.raises(SystemExit) as ended:
            main()
        return Done(int(ended.value.code or 0), *capsys.readouterr())

    return call


def test_the_list_tells_what_may_run_and_what_is_broken(plugins: Vortex, tmp_path: Path) -> None:
    assert plugins("list").out == (
        "no plugins in plugins; put folders of plugins there, or name another one: plugins.folder\n"
    )
    write_plugin(tmp_path / "plugins")
    write_plugin(tmp_path / "plugins", name="broken", deterministic="perhaps")
    told = plugins("list")
    assert (told.code, "cannot be read: " in told.out, "deterministic = 'perhaps'" in told.out) == (0, True, True)
    data = plugins("list --json").data
    assert [(each["name"], each["may_run"]) for each in data["plugins"]] == [("probe", True)]
    assert list(data["problems"]) == ["broken"]
    (barred,) = plugins("list --json --set plugins.trusted=other").data["plugins"]
    assert not barred["may_run"] and "name it there" in barred["objections"][0]
    assert f"probe may not run: {barred['objections'][0]}" in plugins("list --set plugins.trusted=other").out


def test_a_run_prints_the_output_alone(plugins: Vortex, tmp_path: Path) -> None:
    write_plugin(tmp_path / "plugins", "def run(payload):\n    print('noise')\n    return {'é': payload}")
    (tmp_path / "in.json").write_text("[1, 2]")
    done = plugins("run probe --input in.json")
    assert (done.code, done.data, "noise" in done.err) == (0, {"é": [1, 2]}, False)
    data = plugins("run probe --input in.json --json").data
    assert (data["output"], data["lane"], data["sandbox"]["is_trusted"]) == ({"é": [1, 2]}, 1, True)


def test_an_output_cannot_steer_the_terminal(plugins: Vortex, tmp_path: Path) -> None:
    write_plugin(tmp_path / "plugins")
    (tmp_path / "in.json").write_text('"\\u001b[2J \\u009b2J é"')
    done = plugins("run probe --input in.json")
    assert (done.data, done.out) == ("\x1b[2J \x9b2J é", '"\\u001b[2J \\u009b2J é"\n')


def test_a_payload_may_be_piped(tmp_path: Path) -> None:
    write_plugin(tmp_path)
    own = environment(tmp_path) | {"VORTEX_PLUGINS_FOLDER": ".", "VORTEX_PLUGINS_TRUSTED": "probe"}
    command = [VORTEX, "plugins", "run", "probe", "--input", "-"]
    done = subprocess.run(command, input='"text"', text=True, capture_output=True, cwd=tmp_path, env=own)
    assert (done.returncode, done.stdout) == (0, '"text"\n')


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        ("run probe --input good.json", 1, "failed: ValueError: no (plugin.py, line 1)"),
        ("run probe --input good.json --set plugins.trusted=other", 1, "plugin 'probe' may not run"),
        ("run probe --input good.json --lane 7", 1, "lane 7 is none of its supported_lanes (1)"),
        ("run probe --input good.json --timeout-ms -1", 2, "timeout_ms = -1"),
        ("run prob --input good.json", 3, "did you mean 'probe'?"),
        ("run broken --input good.json", 3, "version is missing"),
        ("run probe --input other.json", 4, "breaks its input schema at $"),
        ("run probe --input bad.json", 4, "bad.json: no JSON"),
        ("run probe --input none.json", 4, "none.json: cannot be read: No such file"),
        ("check plugins/broken", 3, "version is missing"),
        ("check nothing", 3, "no plugin named 'nothing'"),
        ("check plugins/nothing", 3, "a plugin is a folder with manifest.yaml"),
    ],
)
def test_every_way_to_fail_has_its_exit_code(plugins: Vortex, tmp_path: Path, words: str, code: int, told: str) -> None:
    write_plugin(tmp_path / "plugins", "def run(payload): raise ValueError('no')", io__input_schema={"type": "integer"})
    write_plugin(tmp_path / "plugins", name="broken", version=None)
    for name, text in (("good", "1"), ("other", '"x"'), ("bad", "{")):
        (tmp_path / f"{name}.json").write_text(text)
    done = plugins(words)
    assert (done.code, told in done.error) == (code, True), done.err


def test_a_check_that_finds_something_exits_with_1(plugins: Vortex, tmp_path: Path) -> None:
    write_plugin(tmp_path / "plugins", "import nothing_there")
    write_plugin(tmp_path / "plugins", name="good", examples=[1])
    done = plugins("check probe --quiet")
    assert (done.code, "No module named 'nothing_there'" in done.out, done.err) == (1, True, "")
    done = plugins("check good --json --set plugins.trusted=good")
    assert (done.code, done.data["is_good"], done.err) == (0, True, "check: done\n")


def test_missing_protections_of_a_trusted_plugin_are_told(plugins: Vortex, tmp_path: Path) -> None:
    """Where the kernel gives all of them, nothing is told; what it looks like otherwise is tried with the host."""
    write_plugin(tmp_path / "plugins")
    (tmp_path / "in.json").write_text("1")
    done = plugins("run probe --input in.json --json")
    assert bool(done.data["sandbox"]["missing"]) == ("ran without these protections" in done.err)


def test_an_interrupted_run_leaves_nothing(tmp_path: Path) -> None:
    write_plugin(tmp_path, "import time\ndef run(payload):\n    time.sleep(60)")
    (tmp_path / "in.json").write_text("1")
    own = {"VORTEX_PLUGINS_FOLDER": ".", "VORTEX_PLUGINS_TRUSTED": "probe", "TMPDIR": str(tmp_path)}
    command = [VORTEX, "plugins", "run", "probe", "--input", "in.json"]
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment(tmp_path) | own, stderr=subprocess.PIPE, text=True
    ) as running:
        until = time.monotonic() + 20
        while not list(tmp_path.glob("vortex-plugin-*/job.json")):
            assert time.monotonic() < until
            time.sleep(0.02)
        time.sleep(0.3)
        os.kill(running.pid, signal.SIGINT)
        said = running.communicate(timeout=20)[1]
    assert (running.returncode, "Traceback" in said) == (130, False)
    assert not list(tmp_path.glob("vortex-plugin-*"))
