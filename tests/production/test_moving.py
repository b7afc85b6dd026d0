"""Edits of a draft as values: what is moved takes its sentences along, and chapters stay sane."""

import pytest

from vortex.core.errors import ConfigError
from vortex.production.editing import Draft, move, sentence_named, shot_named
from vortex.story.script import Scene, Script, Sentence
from vortex.story.storyboard import Storyboard
from vortex.visuals.shot import Shot

SHOTS = {"open": "s1", "a": "s2 s3", "card": "s4", "b": "s5", "c": "s6", "end": "s7"}
SCENES = {"Film": "s1 s2 s3", "Second": "s4 s5 s6", "End": "s7"}
CARDS = ("open", "card")


def sentence(name: str) -> Sentence:
    return Sentence(name, f"Text of {name}.")


def draft() -> Draft:
    scenes = tuple(
        Scene(f"c{n}", title, tuple(map(sentence, names.split()))) for n, (title, names) in enumerate(SCENES.items())
    )
    shots = tuple(
        Shot(id=name, kind="title" if name in CARDS else "points", params={}, sentences=tuple(names.split()))
        for name, names in SHOTS.items()
    )
    script = Script("Film", "en", scenes, "test", "embedded")
    return Draft(script, Storyboard(shots), script, {})


def told(after: Draft) -> dict[str, str]:
    return {scene.title: " ".join(each.id for each in scene.sentences) for scene in after.script.scenes}


MOVES = {
    "within a chapter": (("c", "b", False), {"Film": "s1 s2 s3", "Second": "s4 s6 s5", "End": "s7"}),
    "into another chapter": (("b", "a", True), {"Film": "s1 s2 s3 s5", "Second": "s4 s6", "End": "s7"}),
    "two sentences": (("a", "c", True), {"Film": "s1", "Second": "s4 s5 s6 s2 s3", "End": "s7"}),
    "before a card: the end of the chapter before": (
        ("c", "card", False),
        {"Film": "s1 s2 s3 s6", "Second": "s4 s5", "End": "s7"},
    ),
    "after a card": (("a", "card", True), {"Film": "s1", "Second": "s4 s2 s3 s5 s6", "End": "s7"}),
    "the last of its chapter": (("end", "a", False), {"Film": "s1 s7 s2 s3", "Second": "s4 s5 s6"}),
}


@pytest.mark.parametrize(("moved", "scenes"), MOVES.values(), ids=MOVES)
def test_a_moved_shot_takes_its_sentences_along(moved: tuple[str, str, bool], scenes: dict[str, str]) -> None:
    shot, goal, after = moved
    done = move(draft(), shot, goal, after=after)
    assert told(done) == scenes
    shown = [name for each in done.board.shots for name in each.sentences]
    assert shown == " ".join(scenes.values()).split(), "the shots show the sentences in the order of the script"
    assert done.boarded == done.script, "the storyboard still belongs to the script"


@pytest.mark.parametrize(
    ("shot", "goal", "after", "message"),
    [
        ("card", "a", False, "'card' is the card of 'Second'"),
        ("b", "c", False, "'b' already stands before 'c'"),
        ("b", "b", True, "'b' already stands after 'b'"),
        ("b", "d", True, "no shot 'd'; there are: open, a, card, b, c, end"),
        ("carf", "d", True, r"no shot 'carf'; did you mean card\? there are"),
    ],
)
def test_a_move_that_makes_no_sense_is_refused(shot: str, goal: str, after: bool, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        move(draft(), shot, goal, after=after)


def test_a_shot_names_its_sentence_only_where_it_has_one() -> None:
    assert sentence_named(draft(), "b").id == "s5"
    assert shot_named(draft(), "b").sentences == ("s5",)
    with pytest.raises(ConfigError, match=r"'a' speaks 2 sentences \(s2: Text of s2.; s3: Text of s3.\); name the one"):
        sentence_named(draft(), "a")
