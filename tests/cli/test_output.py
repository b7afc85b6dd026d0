"""Results go to standard output, all else to standard error; machines and quiet people get what they ask for."""

import json
import os
import pty
import subprocess
from pathlib import Path

import pytest
from bad_input.command import FAST, VORTEX, environment, vortex
from bad_input.files import KETTLE

COMMANDS: dict[str, tuple[object, ...]] = {
    "make": ("make", KETTLE, "-o", "film", "--seconds", "15", *FAST),
    "plan": ("plan", KETTLE, "-o", "film", "--seconds", "15", *FAST),
    "dry run": ("make", KETTLE, "-o", "film", "--seconds", "15", "--dry-run", *FAST),
    "speak": ("speak", "hello world"),
    "chunk": ("chunk", KETTLE),
    "search": ("search", "lime", KETTLE, *FAST),
    "doctor": ("doctor",),
    "config": ("config", "show"),
    "engines": ("engines", "list"),
    "version": ("version",),
}


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_json_is_one_value_on_standard_output(command: tuple[object, ...], tmp_path: Path) -> None:
    done = vortex(*command, "--json", cwd=tmp_path)
    assert done.code == 0, done.err
    assert done.data
    assert "{" not in done.err


@pytest.mark.parametrize(
    ("command", "code", "kind"),
    [
        (("make", "gone.pdf"), 4, "SourceError"),
        (("make", KETTLE, "--seconds", "x"), 2, "ConfigError"),
        (("render", "."), 2, "ConfigError"),
        (("search", "tea"), 4, "SourceError"),
        (("speak", "hello", "--set", "voice.engine=nobody"), 3, "PluginError"),
        (("speak", "hello", "--language", "tl"), 1, "EngineError"),
        (("chunk", KETTLE, "-o", "/proc/x"), 1, "MediaError"),
        (("config", "show", "--set", "render.height=1"), 2, "ConfigError"),
    ],
)
def test_an_error_is_json_too(command: tuple[object, ...], code: int, kind: str, tmp_path: Path) -> None:
    done = vortex(*command, "--json", cwd=tmp_path)
    assert done.code == code
    assert done.data["error"] == {"type": kind, "message": done.error}


@pytest.mark.parametrize("command", [("make", "--colour"), ("paint",), ("render",), ("search", "a", "-n", "0")])
def test_wrong_usage_is_told_on_standard_error(command: tuple[str, ...], tmp_path: Path) -> None:
    done = vortex(*command, cwd=tmp_path)
    assert (done.code, done.out) == (2, "")
    assert "Usage: vortex" in done.err


def test_an_empty_query_is_refused(tmp_path: Path) -> None:
    done = vortex("search", " ", KETTLE, cwd=tmp_path)
    assert (done.code, done.error) == (2, "there is nothing to look for: the query is empty; write some words")


def test_quiet_says_nothing_but_the_result(film: Path) -> None:
    done = vortex("render", film, "--quiet", cwd=film.parent)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(f"{film}/out/film.mp4\n")


def test_without_a_terminal_there_is_a_line_a_stage_and_no_escape_code(film: Path) -> None:
    done = vortex("render", film, cwd=film.parent)
    assert [line.partition(":")[0] for line in done.err.splitlines()][:3] == ["read", "note", "script"]
    assert "\x1b" not in done.out + done.err


@pytest.mark.parametrize("no_colour", [True, False])
def test_on_a_terminal_there_are_bars_and_colours_only_where_they_are_wanted(no_colour: bool, film: Path) -> None:
    shown = _on_a_terminal(("plan", "-o", str(film)), film.parent, {"NO_COLOR": "1"} if no_colour else {})
    assert "100 %" in shown
    assert ("\x1b[3" in shown) is not no_colour


def test_brackets_in_a_message_are_no_markup(film: Path) -> None:
    (film.parent / "film[").mkdir()
    other = film.rename(film.parent / "film[/b]")
    with (other / "script.json").open("a") as script:
        script.write("\n")
    assert "film[/b]/script.json was edited and is kept" in _on_a_terminal(("plan", "-o", str(other)), film.parent, {})


def test_a_warning_is_told_once_by_one_command(tmp_path: Path) -> None:
    (tmp_path / "pots.md").write_text(KETTLE.read_text() + "\n![one](one.png)\n")
    assert vortex("plan", "pots.md", "-o", "film", "--seconds", "15", "-q", *FAST, cwd=tmp_path).code == 0
    done = vortex("edit", "theme", "film", "dark", cwd=tmp_path)
    assert (done.code, done.err.count("one.png was not found")) == (0, 1), done.err


def _on_a_terminal(command: tuple[str, ...], cwd: Path, extra: dict[str, str]) -> str:
    ours, theirs = pty.openpty()
    env = environment(cwd) | {"TERM": "xterm-256color", "COLUMNS": "100"} | extra
    with subprocess.Popen([VORTEX, *command], cwd=cwd, env=env, stdout=subprocess.PIPE, stderr=theirs) as process:
        os.close(theirs)
        seen = bytearray()
        try:
            while piece := os.read(ours, 65536):
                seen += piece
        except OSError:  # the other end of the terminal was closed
            pass
        process.communicate()
    os.close(ours)
    assert process.returncode == 0
    return seen.decode()


def test_the_origin_of_every_setting_is_told(tmp_path: Path) -> None:
    (tmp_path / "vortex.toml").write_text("[render]\nfps = 25\n")
    extra = {"VORTEX_RENDER_CRF": "30"}
    done = vortex("config", "show", "--json", "--profile", "draft", "--set", "film.theme=dark", cwd=tmp_path, **extra)
    origins = {key: row["origin"] for key, row in done.data.items()}
    assert origins["render.height"] == "profile draft"
    assert origins["render.fps"].endswith("vortex.toml")
    assert (origins["render.crf"], origins["film.theme"]) == ("environment", "flag")
    assert json.loads(done.out)["render.crf"]["value"] == 30


def test_a_film_keeps_its_profile(film: Path) -> None:
    done = vortex("render", film, "--json", cwd=film.parent)
    assert (done.code, done.data["shots_made"]) == (0, 0)
    other = vortex("plan", "-o", film, "--profile", "final", "--json", "-q", cwd=film.parent)
    assert other.data["frames_to_make"] > 0
