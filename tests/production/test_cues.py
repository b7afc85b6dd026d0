"""Elements come on the words that name them, also where a person chose the picture or changed the words."""

from vortex.production.cues import find_cues, moved_cues
from vortex.story.script import Sentence
from vortex.visuals.shot import Cue

SPOKEN = (("s1", "First the water boils in the kettle."), ("s2", "Then steam opens the switch and the current stops."))


def words(cues: tuple[Cue, ...]) -> dict[str, str]:
    spoken = dict(SPOKEN)
    return {cue.target: spoken[cue.sentence].split()[cue.word] for cue in cues}


def test_each_item_comes_on_its_words() -> None:
    params = {"items": ["Water boils", "Steam opens the switch", "Current stops"]}
    found = words(find_cues("points", params, SPOKEN))
    assert found == {"item:0": "water", "item:1": "steam", "item:2": "current"}


def test_what_nobody_says_has_no_cue() -> None:
    assert words(find_cues("definition", {"term": "Zebra", "text": "Steam opens"}, SPOKEN)) == {"text": "steam"}


def test_a_figure_is_there_from_the_first_word() -> None:
    assert words(find_cues("figure", {"image": "x.png"}, SPOKEN)) == {"figure": "First"}


def test_cues_follow_their_words_when_the_sentence_changes() -> None:
    old, new = Sentence("s1", "The steam opens a switch."), Sentence("s1", "In a kettle the hot steam opens it.")
    cues = (Cue(sentence="s1", word=1, target="item:0"), Cue(sentence="s1", word=4, target="item:1"))
    other = Cue(sentence="s2", word=3, target="item:2")
    moved = moved_cues((*cues, other), old, new)
    assert [new.text.split()[cue.word] for cue in moved[:2]] == ["steam", "it."]
    assert moved[2] == other
