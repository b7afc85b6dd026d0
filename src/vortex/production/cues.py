"""On which words the elements of a shot come: found again for a shot that was chosen by hand or says something else."""

from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

from vortex.story.planner.phrase import word_of
from vortex.story.script import Sentence
from vortex.story.words import bare
from vortex.visuals.shot import Cue

_LISTS = {"items": "item", "nodes": "node", "events": "event", "columns": "column"}
_WHOLE = {"figure": "figure", "equation": "equation", "page": "page", "still": "picture", "clip": "picture"}


def find_cues(kind: str, params: Mapping[str, Any], spoken: Sequence[tuple[str, str]]) -> tuple[Cue, ...]:
    """Return a cue for each element whose words are spoken; the others come between their neighbours.

    Args:
        kind: of the shot.
        params: of the shot, by the names of its kind.
        spoken: id and text of each sentence of the shot.
    """
    if not spoken:
        return ()
    if kind in _WHOLE:
        return (Cue(sentence=spoken[0][0], word=0, target=_WHOLE[kind]),)
    cues: list[Cue] = []
    at = 0
    for target, text in _elements(params):
        for place in range(at, len(spoken)):
            name, said = spoken[place]
            word = word_of(said, text)
            if word or bare(said.split()[0]) == bare(text.split()[0]):
                cues.append(Cue(sentence=name, word=word, target=target))
                at = place
                break
    return tuple(cues)


def _elements(params: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield target and words of everything that can be named, in the order in which it is shown."""
    for key, value in params.items():
        if key in _LISTS:
            for place, each in enumerate(value):
                text = each if isinstance(each, str) else each.get("label") or each.get("date") or each.get("title")
                if text and str(text).strip():
                    yield f"{_LISTS[key]}:{place}", str(text)
        elif key in ("title", "subtitle", "term", "text", "value", "label") and str(value).strip():
            yield key, str(value)


def moved_cues(cues: Sequence[Cue], old: Sentence, new: Sentence) -> tuple[Cue, ...]:
    """Return the cues with those of a changed sentence on the words where their words stand now, or nearest to them."""
    before, now = ([bare(word) for word in each.text.split()] for each in (old, new))
    matches = SequenceMatcher(None, before, now, autojunk=False).get_matching_blocks()
    kept = {block.a + n: block.b + n for block in matches for n in range(block.size)}

    def place(word: int) -> int:
        earlier = max((each for each in kept if each <= word), default=-1)
        return min(kept[earlier] + word - earlier if earlier >= 0 else word, len(now) - 1)

    return tuple(cue.model_copy(update={"word": place(cue.word)}) if cue.sentence == old.id else cue for cue in cues)
