"""How fast a voice really speaks, measured, so that a script can be written to length."""

from collections.abc import Iterable

from vortex.engines.speech.base import SayWord, SpeechEngine, SpeechRequest


def measured_words_per_minute(
    engine: SpeechEngine, sentences: Iterable[str], language: str = "en", voice: str = "", words_per_minute: int = 165
) -> float:
    """Return the words a minute at which ``engine`` speaks ``sentences``, pauses between them not counted.

    What a request asks for and what comes out differ with the language and the words of the subject: a budget should
    be made from a few dozen sentences of the document itself.

    Raises:
        ValueError: there is no sentence to measure.
        EngineError: the engine cannot speak them.
    """
    num_words = 0
    spoken_s = 0.0
    for sentence in sentences:
        words = tuple(SayWord(word, word) for word in sentence.split())
        utterance = engine.speak(SpeechRequest(words, language, voice, words_per_minute))
        num_words += len(words)
        spoken_s += utterance.sound.duration_s
    if not num_words:
        raise ValueError("no sentence to measure the speaking rate with")
    return 60 * num_words / spoken_s
