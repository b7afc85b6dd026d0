"""How many words fit into a film of a given length.

A voice's rate in words a minute is measured by the caller. Long words take longer than short ones, so a sentence's
time is a mix of its words and of its letters; pauses after sentences and before scenes are counted as well. The same
arithmetic serves to plan and to forecast, so what was promised is what is checked.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from vortex.core.errors import ConfigError
from vortex.core.text import CHARACTERS_A_WORD, count_characters
from vortex.story.script import Script

LETTERS_PER_WORD = 5.0
"""Mean letters of an English word in running prose; a word of this length takes exactly one word's time."""
SHORTEST_S = 5
LONGEST_S = 1800


@dataclass(frozen=True, slots=True)
class WordBudget:
    """The length asked for and the pace of the voice."""

    seconds: float
    words_per_minute: float = 165.0
    sentence_pause_s: float = 0.35
    """Silence after each sentence."""
    scene_pause_s: float = 0.5
    """Further silence between two scenes."""
    silence_s: float = 0.0
    """Silence before the first word and after the last, beyond ``seconds``."""

    def __post_init__(self) -> None:
        if not SHORTEST_S <= self.film_s <= LONGEST_S:
            raise ConfigError(f"seconds = {self.film_s:g}: a film lasts {SHORTEST_S} to {LONGEST_S} s; ask for that")
        if not 60 <= self.words_per_minute <= 400:
            raise ConfigError(
                f"words_per_minute = {self.words_per_minute:g}: a voice speaks 60 to 400; measure it again"
            )

    @property
    def film_s(self) -> float:
        """The length of the whole film, as it was asked for."""
        return self.seconds + self.silence_s

    def seconds_of(self, text: str) -> float:
        """Return the seconds that ``text`` takes to speak, its closing pause included."""
        # Chinese and Japanese write no blanks, and a character is a syllable or two.
        spoken = [word for word in text.split() if not count_characters(word)]
        letters = sum(sum(character.isalnum() for character in word) for word in spoken)
        words = 0.5 * len(spoken) + 0.5 * letters / LETTERS_PER_WORD + count_characters(text) / CHARACTERS_A_WORD
        return words * 60 / self.words_per_minute + self.sentence_pause_s

    def seconds_of_all(self, texts: Iterable[str]) -> float:
        """Return the seconds that several sentences take one after another."""
        return sum(self.seconds_of(text) for text in texts)

    def forecast(self, script: Script) -> float:
        """Return the seconds that a whole script takes, pauses included."""
        spoken = sum(self.seconds_of_all(sentence.text for sentence in scene.sentences) for scene in script.scenes)
        return spoken + self.scene_pause_s * max(len(script.scenes) - 1, 0)
