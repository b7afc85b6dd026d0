from pathlib import Path

import pytest

from vortex.core.errors import ConfigError
from vortex.core.settings import load_settings, setting_keys


@pytest.fixture(autouse=True)
def no_user_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


def test_each_layer_overrules_the_one_before(tmp_path: Path) -> None:
    file = tmp_path / "vortex.toml"
    file.write_text("[render]\ncrf = 30\nheight = 500\n[brief]\nseconds = 5\n")
    loaded = load_settings(
        {"render.height": 720, "render.fps": None},
        profile="draft",
        files=[file],
        environ={"VORTEX_RENDER_CRF": "31", "HOME": "/"},
    )
    render = loaded.settings.render
    assert (render.fps, render.crf, render.height) == (24, 31, 720)
    origins = {key: origin for key, _, origin in loaded.rows()}
    assert origins["render.fps"] == "profile draft"
    assert origins["render.crf"] == "environment"
    assert origins["render.height"] == "flag"
    assert origins["voice.engine"] == "default"


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        ({"render.hieght": 1}, "unknown setting 'render.hieght' from flag; did you mean 'render.height'"),
        ({"render.crf": 99}, "render.crf = 99 from flag: must lie between 0 and 51"),
        ({"render.crf": "many"}, "must be a whole number"),
        ({"render.crf": 1.5}, "must be a whole number"),
        ({"render.fps": 23}, "must be one of 24, 25, 30, 50, 60"),
        ({"film.captions": "perhaps"}, "must be true or false"),
        ({"film.theme": 3}, "must be text"),
    ],
)
def test_a_bad_value_names_key_value_and_source(flags: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        load_settings(flags, environ={})


def test_an_unknown_variable_and_an_unknown_profile_are_refused() -> None:
    with pytest.raises(ConfigError, match="VORTEX_NOTHING"):
        load_settings(environ={"VORTEX_NOTHING": "1"})
    with pytest.raises(ConfigError, match="no profile named 'fast'; there are: standard, draft, final"):
        load_settings(profile="fast", environ={})


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "vortex.toml"
    file.write_text("render = [")
    with pytest.raises(ConfigError, match=r"vortex\.toml: cannot read settings"):
        load_settings(files=[file], environ={})
    file.write_text("fps = 30")
    with pytest.raises(ConfigError, match="'fps' stands outside a section"):
        load_settings(files=[file], environ={})


def test_every_setting_has_a_row() -> None:
    assert len(load_settings(environ={}).rows()) == len(setting_keys())
