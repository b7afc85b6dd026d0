"""Which chapters open with a generated picture: spread over the film, clips first, and never what claims something."""

import pytest

from vortex.story.languages.table import labels
from vortex.story.planner.illustrate import Illustration, illustrated
from vortex.story.script import Scene, Script, Sentence
from vortex.story.storyboard import Storyboard
from vortex.visuals.shot import Shot

NUM_CHAPTERS = 6
TITLES = [f"Chapter {number}" for number in range(NUM_CHAPTERS + 1)]
SCENES = tuple(
    Scene(f"c{number}", title, (Sentence(f"a{number}", "One."), Sentence(f"b{number}", "Two.")))
    for number, title in enumerate(TITLES)
)
SCRIPT = Script("Heaps", "de", SCENES, "test", "embedded")
CARD = {"title": "Heaps"}


def board(**changes: dict[str, object]) -> Storyboard:
    """Return a card and a claim for each scene; ``card3={...}`` changes the card of the third chapter."""
    shots = []
    for number in range(len(TITLES)):
        card = Shot(
            id=f"card{number}", kind="title", params=CARD, sentences=(f"a{number}",), reason="A chapter begins."
        )
        claim = Shot(id=f"claim{number}", kind="points", params={}, sentences=(f"b{number}",))
        shots += [card.model_copy(update=changes.get(card.id, {})), claim]
    return Storyboard(tuple(shots), ())


def generated(wanted: Illustration, planned: Storyboard) -> dict[str, str]:
    """Return id and kind of what a model shall make."""
    shots = illustrated(planned, SCRIPT, wanted).shots
    return {shot.id: shot.kind for shot in shots if shot.kind in ("still", "clip")}


@pytest.mark.parametrize(
    ("stills", "clips", "expected"),
    [
        (0, 0, {}),
        (1, 0, {"card4": "still"}),
        (3, 0, {"card2": "still", "card4": "still", "card6": "still"}),
        (2, 1, {"card2": "still", "card4": "clip", "card6": "still"}),
        (0, 99, {f"card{number}": "clip" for number in range(1, 7)}),
        (99, 2, {f"card{number}": "clip" if number in (2, 5) else "still" for number in range(1, 7)}),
    ],
)
def test_they_are_spread_over_the_chapters_and_the_film_opens_without(
    stills: int, clips: int, expected: dict[str, str]
) -> None:
    assert generated(Illustration(stills, clips), board()) == expected


def test_what_a_person_pinned_or_what_is_no_card_of_a_chapter_stays() -> None:
    kept = board(card3={"pinned": True}, card5={"kind": "points"}, card6={"sentences": ("b6",)})
    assert set(generated(Illustration(99), kept)) == {"card1", "card2", "card4"}
    assert illustrated(kept, SCRIPT, Illustration(0)) == kept


def test_a_picture_is_asked_for_by_title_and_style_in_the_words_of_the_film() -> None:
    shots = {shot.id: shot for shot in illustrated(board(), SCRIPT, Illustration(99, 1, "ink", "")).shots}
    clip, still = shots["card4"], shots["card1"]
    assert (clip.kind, clip.params["prompt"]) == ("clip", "Chapter 4")
    assert still.params == {"prompt": "Chapter 1, ink", "heading": "Chapter 1", "label": labels("de").still}
    assert still.sentences == ("a1",) and [(cue.sentence, cue.target) for cue in still.cues] == [("a1", "picture")]
    assert still.reason == "A chapter begins. A model makes its picture."
