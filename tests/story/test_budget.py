import pytest

from vortex.core.errors import ConfigError
from vortex.story.budget import WordBudget
from vortex.story.script import Scene, Script, Sentence

TEXT = "Every frame of it stays still."


def test_counts_words_letters_and_pauses() -> None:
    budget = WordBudget(60, words_per_minute=120, sentence_pause_s=0.5, scene_pause_s=1)
    assert budget.seconds_of("aaaaa bbbbb ccccc ddddd.") == pytest.approx(4 * 0.5 + 0.5)
    assert budget.seconds_of("incomprehensibilities") > budget.seconds_of("word")
    assert budget.seconds_of("aaaaa bbbbb 学习 ccccc ddddd.") == pytest.approx((4 + 2 / 1.7) * 0.5 + 0.5)
    scene = Scene("c", "", (Sentence("a", TEXT), Sentence("b", TEXT)))
    script = Script("", "en", (scene, scene), "", "")
    assert budget.forecast(script) == pytest.approx(4 * budget.seconds_of(TEXT) + 1)


@pytest.mark.parametrize("bad", [{"seconds": 4}, {"seconds": 1801}, {"seconds": 60, "words_per_minute": 3}])
def test_refuses_the_impossible(bad: dict[str, float]) -> None:
    with pytest.raises(ConfigError, match="="):
        WordBudget(**bad)
