"""Each edit costs what it touches, leaves all other takes byte-equal, passes the gate, and can be taken back."""

import json
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

EDITED = ("film.toml", "script.json", "storyboard.json", "build/script.boarded.json", "build/state.json")


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


def body(film: Path) -> list[str]:
    """Return the shots between the title and the sources."""
    return list(shots(film))[1:-1]


def said_in_other_words(film: Path, shot: str) -> tuple[str, str]:
    """Return the last sentence of a shot and the same said in words that its quote still supports."""
    name = shots(film)[shot][-1]
    text = texts(film)[name]
    return name, f"Indeed, {text[0].lower()}{text[1:]}"


def said_otherwise(film: Path) -> Change:
    name, text = said_in_other_words(film, body(film)[-1])
    return lambda draft, ground: editing.say(draft, ground.material, name, text)


def shown_otherwise(film: Path) -> Change:
    shot = body(film)[0]
    items = [texts(film)[name].rstrip(".") for name in shots(film)[shot]]
    return lambda draft, _: editing.replace_shot(draft, shot, "points", {"items": items})


def another_figure(film: Path) -> Change:
    return lambda draft, ground: editing.replace_shot(
        draft, body(film)[1], "figure", figure_params(ground.folder, ground.library, "figure 2")
    )


def own_picture(film: Path) -> Change:
    file = film.parent / "my picture.png"
    Image.fromarray(np.full((200, 300, 3), (30, 90, 160), np.uint8)).save(file)
    return lambda draft, ground: editing.replace_shot(
        draft, body(film)[1], "figure", figure_params(ground.folder, ground.library, str(file))
    )


def moved(film: Path) -> Change:
    return lambda draft, _: editing.move(draft, body(film)[2], body(film)[1], after=False)


def dropped(film: Path) -> Change:
    return lambda draft, ground: editing.drop(draft, ground.material, body(film)[1])


def music(film: Path) -> Change:
    file = film.parent / "hum.wav"
    hum = 0.2 * np.sin(np.arange(3 * 8000) * (2 * np.pi * 220 / 8000)) * np.hanning(24000)
    write_wav(file, Sound(hum.astype(np.float32), 8000))
    return lambda draft, _: editing.set_order(draft, "film", music=str(file))


def pronounced(film: Path) -> Change:
    word = texts(film)[shots(film)[body(film)[0]][0]].split()[-1]
    return lambda draft, _: editing.pronounce(draft, word, "mow shun")


# Where in the body the touched shots stand. Pauses belong to neighbours: a shot that is moved or dropped touches them.
EDITS: dict[str, tuple[Callable[[Path], Change], set[int]]] = {
    "say": (said_otherwise, {-1}),
    "replace": (shown_otherwise, {0}),
    "figure of the document": (another_figure, {1}),
    "picture of one's own": (own_picture, {1}),
    "move": (moved, {0, 1, 2, 3}),
    "drop": (dropped, {0, 2}),
    "pin": (lambda film: lambda d, _: editing.pin(d, body(film)[0], pinned=True), set()),
    "music": (music, set()),
    "pronounce": (pronounced, {0}),
}


def added(edited: Edited, known: list[str]) -> set[str]:
    """Return shots that planning a changed sentence again has split off: ``shot004-2``."""
    return {name for name in edited.to_make if name.rpartition("-")[0] in known}


@pytest.mark.parametrize(("change", "touched"), EDITS.values(), ids=EDITS)
def test_an_edit_costs_what_it_touches_and_passes_the_gate(
    change: Callable[[Path], Change], touched: set[int], film: Path
) -> None:
    before, places = takes(film), [*body(film), list(shots(film))[-1]]
    edited = edit(film, change(film))
    expected = {places[place - 1 if place < 0 else place] for place in touched}
    assert set(edited.to_make) <= expected | added(edited, places)
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


def test_what_no_film_can_be_made_with_is_edited_away(film: Path) -> None:
    edit(film, music(film))
    (film.parent / "hum.wav").unlink()
    with pytest.raises(ConfigError, match="no such file"):
        Studio().make(out=film)
    assert edit(film, lambda draft, _: editing.set_order(draft, "film", music="")).to_make == ()


def test_undoing_keeps_what_was_changed_by_hand_since(film: Path) -> None:
    edit(film, dropped(film))
    board = film / "storyboard.json"
    by_hand = board.read_text().replace('"reason": "', '"reason": "By hand: ', 1)
    board.write_text(by_hand)
    with Studio().editing(film) as editor:
        editor.undo()
    assert "By hand" not in board.read_text()
    assert (film / "build/edits/undone/storyboard.json").read_text() == by_hand


def test_an_edit_that_cannot_be_written_whole_is_not_written(film: Path) -> None:
    before, change = state(film), dropped(film)
    (film / ".storyboard.json.new").mkdir()
    with pytest.raises(IsADirectoryError):
        edit(film, change)
    assert state(film) == before
    with Studio().editing(film) as editor, pytest.raises(ConfigError, match="there is no edit to undo"):
        editor.undo()


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


def test_a_take_that_is_forgotten_is_made_again_with_the_same_bytes(film: Path) -> None:
    before = takes(film)
    with Studio().editing(film) as editor:
        assert editor.remake(["shot002"]).to_make == ("shot002",)
    assert len(takes(film)) == len(before) - 1
    assert Studio().make(out=film).shots_made == 1
    assert takes(film) == before


def test_what_was_chosen_by_hand_stays_when_its_sentence_changes(film: Path) -> None:
    first = body(film)[0]
    edit(film, shown_otherwise(film))
    name, text = said_in_other_words(film, first)
    edited = edit(film, lambda draft, ground: editing.say(draft, ground.material, name, text))
    shot = next(shot for shot in edited.shots if shot.id == first)
    assert (shot.kind, shot.pinned, edited.to_make) == ("points", True, (first,))


REFUSED: dict[str, tuple[Change, type[Exception], str]] = {
    "unsupported": (
        lambda d, g: editing.say(d, g.material, "s0003", "It needs 99 balloons."),
        GateFailed,
        "check 'numbers': not in the quote: 99",
    ),
    "unknown shot": (
        lambda d, g: editing.drop(d, g.material, "shot3"),
        ConfigError,
        r"did you mean shot003\? there are: shot001",
    ),
    "the same words": (
        lambda d, g: editing.say(d, g.material, "s0001", d.script.scenes[0].sentences[0].text),
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
    "no quote": (
        lambda d, _: editing.replace_shot(d, "shot002", "quote", {"text": "Films are made of cheese."}),
        GateFailed,
        "'shot002': the sources do not say 'Films are made of cheese.'",
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
    "no such theme": (lambda d, _: editing.set_order(d, "film", theme="drak"), ConfigError, "'drak'"),
    "no such voice": (lambda d, _: editing.set_order(d, "voice", name="en-xx"), EngineError, "no voice 'en-xx'"),
    "too fast": (lambda d, _: editing.set_order(d, "voice", words_per_minute=900), ConfigError, "900"),
    "no such music": (lambda d, _: editing.set_order(d, "film", music="gone.wav"), ConfigError, "no such file"),
    "music that is none": (
        lambda d, _: editing.set_order(d, "film", music=__file__),
        ConfigError,
        r"film\.music = .*cannot be read as sound",
    ),
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
    ledger = json.loads((film / "claims.json").read_text())["claims"]
    told = [claim for claim in ledger if claim["quote"]]
    first, last = told[0], told[-1]["sentence"]
    quote = first["quote"]
    edit(film, lambda draft, ground: editing.say(draft, ground.material, last, quote, quote))
    script = json.loads((film / "script.json").read_text())
    spoken = {each["id"]: each for scene in script["scenes"] for each in scene["sentences"]}
    assert spoken[last]["passage"] == first["passage"]


def test_a_quote_shows_the_words_of_the_source(film: Path) -> None:
    quote = next(c["quote"] for c in json.loads((film / "claims.json").read_text())["claims"] if c["quote"])
    edited = edit(film, lambda d, _: editing.replace_shot(d, body(film)[0], "quote", {"text": quote}))
    assert edited.shots[1].kind == "quote"
