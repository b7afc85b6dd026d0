"""From storyboard and voice to the cut: which shot speaks which sentence, and when."""

from collections.abc import Mapping, Sequence

from vortex.engines.speech.base import SayWord, SpeechRequest
from vortex.production.voices import SpokenLine
from vortex.story.script import Script, Sentence
from vortex.story.spoken import say_words
from vortex.story.storyboard import Storyboard
from vortex.timeline.plan import SentencePlan, ShotPlan
from vortex.timeline.schedule import Timeline, schedule
from vortex.visuals.shot import Shot


def sentences_of(script: Script) -> list[Sentence]:
    """Return all sentences in order."""
    return [sentence for scene in script.scenes for sentence in scene.sentences]


def speech_requests(
    script: Script, voice: str, words_per_minute: int, pronunciations: Mapping[str, str]
) -> list[tuple[str, SpeechRequest]]:
    """Return what the voice is asked to say, by sentence."""
    return [
        (
            sentence.id,
            SpeechRequest(_said(sentence.text, script, pronunciations), script.language, voice, words_per_minute),
        )
        for sentence in sentences_of(script)
    ]


def _said(text: str, script: Script, pronunciations: Mapping[str, str]) -> tuple[SayWord, ...]:
    return tuple(say_words(text, script.language, pronunciations))


def cut(board: Storyboard, script: Script, lines: Sequence[SpokenLine], fps: int) -> Timeline:
    """Return the timeline of a storyboard whose sentences have been spoken."""
    spoken = {line.id: line for line in lines}
    chapter_at = {scene.sentences[0].id: scene.title for scene in script.scenes if scene.sentences}
    plans = [_plan(shot, spoken, chapter_at) for shot in board.shots]
    return schedule(plans, fps, language=script.language)


def _plan(shot: Shot, spoken: Mapping[str, SpokenLine], chapter_at: Mapping[str, str]) -> ShotPlan:
    citations = {citation.sentence: citation.text for citation in shot.citations}
    sentences = tuple(
        SentencePlan(
            sentence,
            tuple(word.shown for word in spoken[sentence].request.words),
            spoken[sentence].times,
            spoken[sentence].num_samples,
            citations.get(sentence, ""),
        )
        for sentence in shot.sentences
    )
    return ShotPlan(shot.id, sentences, chapter_at.get(shot.sentences[0], "") if shot.sentences else "")
