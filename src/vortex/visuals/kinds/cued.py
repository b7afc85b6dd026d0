"""Cues of single elements in a picture that goes in steps: shown, hidden or lit on a word, whatever the steps say.

A step is a change that stays; a cue lights an element while it is spoken of, and lets it be as it was afterwards.
"""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from vortex.visuals.kinds.steps import Course, Standing
from vortex.visuals.stage import Stage
from vortex.visuals.states import Role


@dataclass(frozen=True, slots=True)
class _Spell:
    """Frames during which elements have a role because of a cue; half-open."""

    at: int
    until: int
    role: Role
    targets: tuple[str, ...]


def with_cues(states: Course, stage: Stage, parts: Callable[[str], Sequence[str]]) -> Course:
    """Return the states with those that cues make of them in between.

    Args:
        states: what the steps say.
        stage: knows the cues.
        parts: the elements that the target of a cue stands for, such as the cells of a row.
    """
    spells = _spells(stage, parts)
    if not spells:
        return states
    ends = {frame for spell in spells for frame in (spell.at, spell.until) if 0 < frame < stage.timing.num_frames}
    frames = sorted({*states.frames, *ends})
    made = []
    for frame in frames:
        state = dict(states.states[bisect_right(states.frames, frame) - 1])
        for spell in spells:
            if spell.at <= frame < spell.until:
                for target in spell.targets:
                    state[target] = replace(state.get(target, Standing()), role=spell.role)
        made.append(state)
    return Course(tuple(frames), tuple(made))


def _spells(stage: Stage, parts: Callable[[str], Sequence[str]]) -> list[_Spell]:
    """Return what the cues do, in the order in which one thing outdoes another: light, then not being there."""
    ends = {sentence.id: sentence.end for sentence in stage.timing.sentences}
    cues = [(at, cue) for at, cue in stage.timed_cues() if not cue.target.startswith("step:")]
    lights = [at for at, cue in cues if cue.action in ("light", "focus")]
    last = stage.timing.num_frames
    lit, away = [], []
    for at, cue in cues:
        targets = tuple(parts(cue.target))
        if cue.action == "hide":
            away.append(_Spell(at, last, "hidden", targets))
        elif cue.action == "show":
            away.append(_Spell(0, at, "hidden", targets))
        else:
            later = min((other for other in lights if other > at), default=last)
            lit.append(_Spell(at, min(later, max(at + 1, ends[cue.sentence])), "active", targets))
    return [*lit, *away]
