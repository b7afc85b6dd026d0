"""The manifest names everything that the film is made of, and its hashes are those of the files.

What was drawn is looked up anew here: every character of every shot must be in a font that the manifest names.
"""

import hashlib
import json
import shutil
from importlib.resources import files
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image, ImageFont

from vortex.media.sound import Sound
from vortex.media.sound_file import write_wav
from vortex.production import editing
from vortex.production.figures import figure_params
from vortex.production.film import FinishedFilm
from vortex.studio import Studio

FORMULA = {"latex": r"\frac{a}{b}"}


def sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


@pytest.fixture(scope="module")
def made(finished: Path, tmp_path_factory: pytest.TempPathFactory) -> FinishedFilm:
    """Return a film with music, a picture and a formula that a person put into it."""
    root = tmp_path_factory.mktemp("manifest")
    film = Path(shutil.copytree(finished, root / "film", symlinks=True))
    Image.fromarray(np.full((200, 300, 3), (30, 90, 160), np.uint8)).save(root / "mine.png")
    hum = 0.2 * np.sin(np.arange(3 * 8000) * (2 * np.pi * 220 / 8000)) * np.hanning(24000)
    write_wav(root / "hum.wav", Sound(hum.astype(np.float32), 8000))

    def change(draft: Any, ground: Any) -> Any:
        body = [shot.id for shot in draft.board.shots][1:-1]
        picture = figure_params(ground.folder, ground.library, str(root / "mine.png"))
        pictured = editing.replace_shot(draft, body[0], "figure", picture)
        formula = editing.replace_shot(pictured, body[1], "equation", FORMULA)
        return editing.set_order(formula, "film", music=str(root / "hum.wav"))

    with Studio().editing(film) as editor:
        editor.apply(change, "all that a person can bring")
    return Studio().make(out=film)


@pytest.fixture(scope="module")
def manifest(made: FinishedFilm) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(made.mp4.with_name("manifest.json").read_text(encoding="utf8"))
    return content


def of_kind(manifest: dict[str, Any], kind: str) -> dict[str, dict[str, str]]:
    return {each["name"]: each for each in manifest["made_of"] if each["kind"] == kind}


def test_the_film_and_all_that_was_brought_are_named_with_their_hashes(
    made: FinishedFilm, manifest: dict[str, Any], article: Path
) -> None:
    root = made.mp4.parents[2]
    assert (manifest["film"]["file"], manifest["film"]["sha256"]) == ("film.mp4", sha256(made.mp4))
    assert {name: each["sha256"] for name, each in of_kind(manifest, "source").items()} == {
        article.name: sha256(article)
    }
    assert of_kind(manifest, "music")["hum.wav"]["sha256"] == sha256(root / "hum.wav")
    (picture,) = of_kind(manifest, "picture").values()
    assert picture["sha256"] == sha256(root / "mine.png")
    for kind in ("source", "music", "picture"):
        assert all(each["licence"].startswith("unknown: ") for each in of_kind(manifest, kind).values())


def test_every_character_that_was_drawn_is_in_a_font_that_is_named(
    made: FinishedFilm, manifest: dict[str, Any]
) -> None:
    named = of_kind(manifest, "font")
    fonts = Path(str(files("vortex.visuals"))) / "fonts"
    there = {file.name: file for file in [*fonts.iterdir(), *Path(str(files("ziamath"))).rglob("*.ttf")]}
    assert {name: each["sha256"] for name, each in named.items()} == {name: sha256(there[name]) for name in named}
    assert {each["licence"] for each in named.values()} == {"OFL-1.1"}
    assert "STIXTwoMath-Regular.ttf" in named
    drawn = {char for text in texts_drawn(made) for char in text if not char.isspace()}
    assert len(drawn) > 30
    faces = [ImageFont.truetype(str(there[name]), 20) for name in named]
    assert [char for char in sorted(drawn) if not any(has(face, char) for face in faces)] == []


def has(face: ImageFont.FreeTypeFont, char: str) -> bool:
    """Return whether a face draws a character as anything but its box for missing ones."""
    return bytes(face.getmask(char)) != bytes(face.getmask("\U0010fffd")) or not face.getmask(char).getbbox()


def texts_drawn(made: FinishedFilm) -> list[str]:
    records = [json.loads(path.read_text()) for path in made.mp4.parents[1].glob("build/takes/*/layout.json")]
    return [element["text"] for record in records for element in record["elements"]]


def test_engines_and_libraries_have_licences_and_versions(manifest: dict[str, Any]) -> None:
    libraries = of_kind(manifest, "library")
    assert {"av", "skia-python", "numpy", "ziamath", "pypdfium2", "espeakng-loader"} <= set(libraries)
    assert {"python-docx", "tokenizers"}.isdisjoint(libraries), "what this film did not need is not named"
    assert all(each["version"] and len(each["sha256"]) == 64 for each in libraries.values())
    assert of_kind(manifest, "voice")["espeak"]["licence"] == "GPL-3.0-or-later"
    assert manifest["settings"]["render"]["height"] == 240
    assert manifest["program"]["version"]


def test_the_report_shows_them_too(made: FinishedFilm, manifest: dict[str, Any]) -> None:
    page = made.report.read_text(encoding="utf8")
    assert "Licences and origin" in page
    assert all(each["name"] in page and each["sha256"][:16] in page for each in manifest["made_of"])
    assert json.loads(made.report.with_suffix(".json").read_text())["made_of"] == manifest["made_of"]


def test_the_file_itself_says_what_it_is(made: FinishedFilm) -> None:
    with av.open(str(made.mp4)) as film:
        told = dict(film.metadata)
    assert told["title"] == made.script.title
    assert told["artist"] == "Vortex"
    assert told["comment"].startswith("Made by Vortex ")
    assert "words: embedded; voice: embedded; pictures: embedded" in told["comment"]
