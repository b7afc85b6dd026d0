"""Does what is written on screen come when it is spoken of?"""

from collections.abc import Iterator, Sequence

from vortex.review.film import ShotOnFilm
from vortex.review.verdict import Finding, Outcome, Skip, clock
from vortex.visuals.record import LayoutRecord
from vortex.visuals.shot import Cue
from vortex.visuals.stage import LEAD_S, OPENING_S

WITHIN_S = 1.0
MIN_SHARE = 0.95
_SHOWN = 0.5


def check(records: Sequence[tuple[ShotOnFilm, LayoutRecord]]) -> Outcome:
    """Check that cued elements appear or light up within a second of their word, for at least 95 % of such cues."""
    name = "words on time"
    timed = [found for shot, record in records for found in _appearances(shot, record)]
    if not records:
        return Skip(name, "no layout record was handed in")
    if not timed:
        return Skip(name, "no cue shows an element", excused=True)
    faults = [place for place, apart in timed if apart is None or abs(apart) > WITHIN_S]
    share = 1 - len(faults) / len(timed)
    apart = sorted(abs(one) for _, one in timed if one is not None)
    return Finding(
        name,
        share >= MIN_SHARE,
        f"{len(timed) - len(faults)} of {len(timed)} cues",
        f"≥ {MIN_SHARE:.0%} within {WITHIN_S:.0f} s",
        f"Half of them come within {apart[len(apart) // 2] * 1000:.0f} ms of their word." if apart else "",
        tuple(faults[:8]),
        measure=share,
    )


def _appearances(shot: ShotOnFilm, record: LayoutRecord) -> Iterator[tuple[str, float | None]]:
    """Yield each showing cue as text, and how long after its word the element is there; ``None`` for never."""
    fps = shot.timing.fps
    for cue in shot.shot.cues:
        spoken = _spoken(cue, shot)
        if cue.action != "show" or spoken is None:
            continue
        opens = spoken <= round((OPENING_S + LEAD_S) * fps)
        changed = changes(record, cue.target, opens)
        place = f"{clock((shot.start + spoken) / fps)} {shot.shot.id}: {cue.target}"
        apart = min(((frame - spoken) / fps for frame in changed), key=abs, default=None)
        yield f"{place} " + ("never appears" if apart is None else f"{apart:+.1f} s"), apart


def _spoken(cue: Cue, shot: ShotOnFilm) -> int | None:
    for sentence in shot.timing.sentences:
        if sentence.id == cue.sentence and cue.word < len(sentence.words):
            return sentence.words[cue.word].start
    return None


def changes(record: LayoutRecord, target: str, opens: bool = False) -> list[int]:
    """Return the frames of the shot at which ``target``, or a part of it, appears or changes while it can be seen.

    Some kinds show a thing early and light it on its word, as the terms of an equation; that is on time too. A target
    that is no element by itself (``line:3-5`` of a listing, ``step:2`` of a computation) stands for whatever changes
    then. What stands from the first frame is no change, unless the target ``opens`` the shot: its word comes so early
    that the stage puts it there from the start.
    """
    shown = [element for element in record.elements if element.role not in ("caption", "chip")]
    named = [element for element in shown if _is_part(element.name, target)]
    return [
        stretch.start
        for element in named or shown
        for stretch in element.stretches
        if stretch.opacity >= _SHOWN and (stretch.start > 0 or named or opens)
    ]


def _is_part(name: str, target: str) -> bool:
    if target.startswith("row:") and name.startswith(f"cell:{target[4:]},"):
        return True  # a row of a table is its cells
    return name == target or name.startswith((f"{target}#", f"{target}/", f"{target}:"))
