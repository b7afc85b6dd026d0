"""A small film that was really spoken: the ground of most tests of this room."""

from dataclasses import dataclass

from vortex.engines.speech.base import SayWord, SpeechRequest
from vortex.engines.speech.espeak import EspeakSpeech
from vortex.media.sound import Sound
from vortex.media.sound_file import resample
from vortex.timeline.plan import RATE_HZ, SentencePlan, ShotPlan
from vortex.timeline.schedule import Timeline, schedule

SHOTS = {
    "title": (),
    "heap": (
        "A heap is a binary tree in which every parent is no larger than either of its two children.",
        "Because of that, the smallest item is always at the root.",
    ),
    "push": (
        "To push an item, put it into the next free place, and swap it with its parent until the order holds again; "
        "that takes at most logarithmic time.",
    ),
    "recap": ("So remember: push and pop cost little, and looking at the smallest item costs nothing.",),
}
CHAPTERS = {"heap": "What a heap is", "push": "Adding <one> & more"}


@dataclass(frozen=True)
class Film:
    shots: tuple[ShotPlan, ...]
    timeline: Timeline
    sounds: dict[str, Sound]


def speak_film() -> Film:
    """Speak, schedule and return the film."""
    voice = EspeakSpeech()
    sounds: dict[str, Sound] = {}
    shots = []
    for name, texts in SHOTS.items():
        sentences = []
        for number, text in enumerate(texts):
            words = tuple(text.split())
            spoken = voice.speak(SpeechRequest(tuple(SayWord(word, word) for word in words)))
            sound = sounds[f"{name}{number}"] = resample(spoken.sound, RATE_HZ)
            sentences.append(SentencePlan(f"{name}{number}", words, spoken.times, len(sound.samples), citation="p. 3"))
        shots.append(ShotPlan(name, tuple(sentences), CHAPTERS.get(name, "")))
    voice.close()
    return Film(tuple(shots), schedule(shots, 30), sounds)
