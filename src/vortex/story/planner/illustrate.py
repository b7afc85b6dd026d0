"""Chapters that open with a generated picture or clip, where somebody can make one."""

from dataclasses import dataclass, replace

from vortex.story.languages.table import labels
from vortex.story.script import Script
from vortex.story.storyboard import Storyboard
from vortex.visuals.shot import Cue, Shot


@dataclass(frozen=True, slots=True)
class Illustration:
    """What may be generated for a film."""

    stills: int = 0
    """Most chapters that open with a generated picture."""
    clips: int = 0
    """Most chapters that open with a generated clip; they are given first."""
    still_style: str = ""
    """Said after the title in each prompt."""
    clip_style: str = ""


def illustrated(board: Storyboard, script: Script, wanted: Illustration) -> Storyboard:
    """Return the storyboard with cards of chapters in place of which pictures are asked for, spread over the film.

    What claims something keeps its drawn picture: a generated one proves nothing.
    """
    opens = {scene.sentences[0].id: scene.title for scene in script.scenes[1:]}
    cards = [shot.id for shot in board.shots if _is_card(shot, opens)]
    chosen = _spread(cards, wanted.clips + wanted.stills)
    clips = set(_spread(chosen, wanted.clips))
    shots = tuple(
        _asked(shot, opens[shot.sentences[0]], script.language, wanted, shot.id in clips) if shot.id in chosen else shot
        for shot in board.shots
    )
    return replace(board, shots=shots)


def _is_card(shot: Shot, opens: dict[str, str]) -> bool:
    return shot.kind == "title" and not shot.pinned and bool(shot.sentences) and shot.sentences[0] in opens


def _spread(names: list[str], most: int) -> list[str]:
    """Return at most so many of the names, evenly spaced."""
    if most >= len(names):
        return names
    return [names[int((2 * place + 1) * len(names) / (2 * most))] for place in range(most)]


def _asked(shot: Shot, title: str, language: str, wanted: Illustration, is_clip: bool) -> Shot:
    kind, style = ("clip", wanted.clip_style) if is_clip else ("still", wanted.still_style)
    named = labels(language)
    params = {
        "prompt": f"{title}, {style}" if style else title,
        "heading": title,
        "label": named.clip if is_clip else named.still,
    }
    cue = Cue(sentence=shot.sentences[0], word=0, target="picture")
    reason = f"{shot.reason} A model makes its {'clip' if is_clip else 'picture'}."
    return shot.model_copy(update={"kind": kind, "params": params, "cues": (cue,), "reason": reason})
