"""Each edit costs what it touches, leaves all other takes byte-equal, passes the gate, and can be taken back."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from vortex.core.errors import ConfigError, EngineError, GateFailed
from vortex.media.sound import Sound
from vortex.media.sound_file import write_wav
from vortex.production import editing
from vortex.production.editor import Change, Edited
from vortex.production.figures import figure_params
from vortex.studio import Studio

ARTICLE = Path(__file__).parents[2] / "examples" / "article.pdf"
EDITED = ("film.toml", "script.json", "storyboard.json", "build/script.boarded.json", "build/state.json")


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("edit") / "film"
    settings = {"render.height": 240, "render.preset": "ultrafast", "search.embedder": "none"}
    Studio(settings).make(ARTICLE, out=folder, seconds=45)
    return folder


@pytest.fixture
def film(finished: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(finished, tmp_path / "film", symlinks=True))


def takes(film: Path) -> dict[str, bytes]:
    return {path.parent.name: path.read_bytes() for path in (film / "build/takes").glob("*/take.mp4")}


def shots(film: Path) -> dict[str, tuple[str, ...]]:
    board = json.loads((film / "storyboard.json").read_text())
    return {shot["id"]: tuple(shot["sentences"]) for shot in board["shots"]}


def texts(film: Path) -> dict[str, str]:
    script = json.loads((film / "script.json").read_text())
    return {each["id"]: each["text"] for scene in script["scenes"] for each in scene["sentences"]}


def edit(film: Path, change: Change) -> Edited:
    with Studio().editing(film) as editor:
        return editor.apply(change, "an edit")


def state(film: Path) -> dict[str, bytes]:
    return {name: (film / name).read_bytes() for name in EDITED}


def figure_shot(film: Path) -> str:
    board = json.loads((film / "storyboard.json").read_text())
    return next(shot["id"] for shot in board["shots"] if shot["kind"] == "figure")


def test_a_script_is_there_to_edit(film: Path) -> None:
    assert list(shots(film)) == ["shot001", "shot002", "shot003", "shot004", "shot005"]
    assert figure_shot(film) == "shot003"


def said_otherwise(film: Path) -> Change:
    name = shots(film)["shot004"][0]
    text = texts(film)[name]
    return lambda draft, ground: editing.say(draft, ground.material, name, f"Indeed, {text[0].lower()}{text[1:]}")


def shown_otherwise(film: Path) -> Change:
    items = [texts(film)[name].rstrip(".") for name in shots(film)["shot002"]]
    return lambda draft, _: editing.replace_shot(draft, "shot002", "points", {"items": items})


def another_figure(film: Path) -> Change:
    return lambda draft, ground: editing.replace_shot(
        draft, "shot003", "figure", figure_params(ground.folder, ground.library, "figure 2")
    )


def own_picture(film: Path) -> Change:
    file = film.parent / "my picture.png"
    Image.fromarray(np.full((200, 300, 3), (30, 90, 160), np.uint8)).save(file)
    return lambda draft, ground: editing.replace_shot(
        draft, "shot003", "figure", figure_params(ground.folder, ground.library, str(file))
    )


def music(film: Path) -> Change:
    file = film.parent / "hum.wav"
    hum = 0.2 * np.sin(np.arange(3 * 8000) * (2 * np.pi * 220 / 8000)) * np.hanning(24000)
    write_wav(file, Sound(hum.astype(np.float32), 8000))
    return lambda draft, _: editing.set_order(draft, "film", music=str(file))


EDITS: dict[str, tuple[Callable[[Path], Change], set[str]]] = {
    "say": (said_otherwise, {"shot004"}),
    "replace": (shown_otherwise, {"shot002"}),
    "figure of the document": (another_figure, {"shot003"}),
    "picture of one's own": (own_picture, {"shot003"}),
    # Pauses belong to neighbours: the moved shot, and those that stand elsewhere to each other now.
    "move": (
        lambda film: lambda d, _: editing.move(d, "shot003", "shot002", after=False),
        {"shot002", "shot003", "shot004"},
    ),
    "drop": (lambda film: lambda d, g: editing.drop(d, g.material, "shot003"), {"shot002", "shot004"}),
    "pin": (lambda film: lambda d, _: editing.pin(d, "shot002", pinned=True), set()),
    "music": (music, set()),
    "pronounce": (lambda film: lambda d, _: editing.pronounce(d, "motion,", "mow shun"), {"shot002"}),
}


@pytest.mark.parametrize(("change", "touched"), EDITS.values(), ids=EDITS)
def test_an_edit_costs_what_it_touches_and_passes_the_gate(
    change: Callable[[Path], Change], touched: set[str], film: Path
) -> None:
    before = takes(film)
    edited = edit(film, change(film))
    assert set(edited.to_make) <= touched
    assert bool(edited.to_make) == bool(touched)
    made = Studio().make(out=film)
    assert (made.verdict.passed, made.shots_made) == (True, len(edited.to_make))
    after = takes(film)
    assert len(after) == len(before) + len(edited.to_make)
    assert {key: after[key] for key in before} == before
    with Studio().editing(film) as editor:
        assert editor.shots().to_make == ()


@pytest.mark.parametrize("change", [change for change, _ in EDITS.values()], ids=EDITS)
def test_an_edit_is_taken_back(change: Callable[[Path], Change], film: Path) -> None:
    before = state(film)
    edit(film, change(film))
    assert state(film) != before
    with Studio().editing(film) as editor:
        undone = editor.undo()
        assert undone.to_make == ()
        with pytest.raises(ConfigError, match="there is no edit to undo"):
            editor.undo()
    assert state(film) == before


def test_another_voice_speaks_the_same_words(film: Path) -> None:
    said = texts(film)
    edited = edit(film, lambda draft, _: editing.set_order(draft, "voice", words_per_minute=140))
    assert set(edited.to_make) == set(shots(film))
    made = Studio().make(out=film)
    assert (texts(film), made.verdict.passed) == (said, True)


def test_another_theme_changes_every_picture_and_no_word(film: Path) -> None:
    said = texts(film)
    edited = edit(film, lambda draft, _: editing.set_order(draft, "film", theme="dark"))
    assert set(edited.to_make) == set(shots(film))
    assert texts(film) == said


def test_moving_keeps_the_ids_and_the_chapters(film: Path) -> None:
    edit(film, lambda draft, _: editing.move(draft, "shot004", "shot002", after=False))
    moved = shots(film)
    assert list(moved) == ["shot001", "shot004", "shot002", "shot003", "shot005"]
    assert [name for names in moved.values() for name in names] == list(texts(film))
    assert Studio().make(out=film).verdict.passed


def test_a_take_that_is_forgotten_is_made_again_with_the_same_bytes(film: Path) -> None:
    before = takes(film)
    with Studio().editing(film) as editor:
        assert editor.remake(["shot002"]).to_make == ("shot002",)
    assert len(takes(film)) == len(before) - 1
    assert Studio().make(out=film).shots_made == 1
    assert takes(film) == before


def test_what_was_chosen_by_hand_stays_when_its_sentence_changes(film: Path) -> None:
    edit(film, shown_otherwise(film))
    name = shots(film)["shot002"][0]
    text = texts(film)[name]
    changed = f"Indeed, {text[0].lower()}{text[1:]}"
    edited = edit(film, lambda draft, ground: editing.say(draft, ground.material, name, changed))
    shot = next(shot for shot in edited.shots if shot.id == "shot002")
    assert (shot.kind, shot.pinned, edited.to_make) == ("points", True, ("shot002",))


REFUSED: dict[str, tuple[Change, type[Exception], str]] = {
    "unsupported": (
        lambda d, g: editing.say(d, g.material, "s0003", "It needs 99 balloons."),
        GateFailed,
        "check 'numbers': not in the quote: 99",
    ),
    "unknown shot": (lambda d, g: editing.drop(d, g.material, "shot3"), ConfigError, r"did you mean shot003\? there are: shot001"),
    "several sentences": (
        lambda d, g: editing.say(d, g.material, "shot003", "A film."),
        ConfigError,
        r"speaks 2 sentences \(s0004: ",
    ),
    "the same words": (
        lambda d, g: editing.say(d, g.material, "s0001", "How is a film made of frames?"),
        ConfigError,
        "already says",
    ),
    "unknown kind": (lambda d, _: editing.replace_shot(d, "shot002", "point", {}), ConfigError, "did you mean points"),
    "no parameters": (
        lambda d, _: editing.replace_shot(d, "shot002", "points", {}),
        ConfigError,
        "points.items .* points takes heading, items",
    ),
    "too long": (
        lambda d, _: editing.replace_shot(d, "shot002", "number", {"value": "9" * 300, "label": "long"}),
        ConfigError,
        "cannot be set legibly as number",
    ),
    "no such picture": (
        lambda d, _: editing.replace_shot(d, "shot003", "figure", {"image": "gone.png"}),
        ConfigError,
        "no picture 'gone.png' in the film",
    ),
    "no such figure": (
        lambda d, g: editing.replace_shot(d, "shot003", "figure", figure_params(g.folder, g.library, "Figure 12")),
        ConfigError,
        "nearest are Figure",
    ),
    "a card": (lambda d, _: editing.move(d, "shot001", "shot003", after=True), ConfigError, "is the card of"),
    "no move": (lambda d, _: editing.move(d, "shot002", "shot003", after=False), ConfigError, "already stands before"),
    "no such theme": (lambda d, _: editing.set_order(d, "film", theme="drak"), ConfigError, "'drak'"),
    "no such voice": (lambda d, _: editing.set_order(d, "voice", name="en-xx"), EngineError, "no voice 'en-xx'"),
    "too fast": (lambda d, _: editing.set_order(d, "voice", words_per_minute=900), ConfigError, "900"),
    "no such music": (lambda d, _: editing.set_order(d, "film", music="gone.wav"), ConfigError, "no such file"),
    "a word that nobody says": (
        lambda d, _: editing.pronounce(d, "zebra", "x"),
        ConfigError,
        "no sentence says 'zebra'",
    ),
}


@pytest.mark.parametrize(("change", "kind", "message"), REFUSED.values(), ids=REFUSED)
def test_a_bad_edit_is_refused_and_leaves_the_film_as_it_was(
    change: Change, kind: type[Exception], message: str, film: Path
) -> None:
    before, drawn = state(film), takes(film)
    with pytest.raises(kind, match=message):
        edit(film, change)
    assert state(film) == before
    assert takes(film) == drawn


def test_a_quote_finds_its_passage(film: Path) -> None:
    """A sentence may rest on other words of the source, and cites their page then."""
    quote = next(claim["quote"] for claim in json.loads((film / "claims.json").read_text())["claims"] if claim["quote"])
    edit(film, lambda draft, ground: editing.say(draft, ground.material, "s0009", quote, quote))
    script = json.loads((film / "script.json").read_text())
    spoken = {each["id"]: each for scene in script["scenes"] for each in scene["sentences"]}
    assert spoken["s0009"]["passage"] == spoken["s0002"]["passage"]
