"""The source's own words, set large under a great quotation mark; each clause turns to ink as it is read aloud.

The voice may say the words a little differently, so clauses are timed by the words that both have in common.
"""

import re
from dataclasses import replace
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Any

from vortex.visuals import params
from vortex.visuals.graph import Element, Scene, State, TextMark
from vortex.visuals.graphics import skia
from vortex.visuals.kinds.parts import add_bar
from vortex.visuals.layout import Rect, stack
from vortex.visuals.stage import LEAD_S, Stage
from vortex.visuals.text import Span, TextBlock
from vortex.visuals.theme import argb, mix

_QUOTES = "“”„\"«»'‘’"
_MARK = 1.9
"""Width of the quotation mark, in sizes of the lead step."""
_LARGEST = 1.75
"""Type size of few words, in sizes of the lead step; many are set at ``_USUAL``."""
_USUAL = 1.12
_FEWEST, _MOST = 4, 9
"""Words of a clause: shorter ones are read together with the next, longer ones are divided."""
_STEPS, _STEP_FRAMES = 4, 2
"""A clause turns to ink in so many steps, each so many frames long: few enough that every one may be kept."""
_PLACE = re.compile(r"(, (?:pp?\.|§) .*)", re.DOTALL)
_WORD = re.compile(r"[^\W_]+")


def build(quote: params.Quote, stage: Stage) -> Scene:
    """Draw mark, words and source at once, the words still grey, and let the voice light them."""
    scene, theme, space = stage.scene(), stage.theme, stage.space
    room, mark = _rooms(stage)
    below = _source(quote.attribution, stage, room) if quote.attribution else None
    style = replace(stage.style("lead"), size=_USUAL * stage.frame.size("lead"), line_height=1.36, colour=theme.muted)
    gap = 2.8 * space if below else 0.0
    used = below.height + gap if below else 0.0
    texts = [quote.text.strip(_QUOTES)]
    (words,) = stage.fill(texts, style, (room.width, room.height - used), most=_LARGEST / _USUAL, least="small")
    inner, last = stack(room, [words.height, below.height if below else 0.0], gap)

    at = stage.cue("text") or 0
    at = 0 if at <= stage.frames(0.9) else at
    above = 0.12 * words.size if stage.frame.wide else -mark.height - 1.2 * space
    _add_mark(scene, stage, mark.moved(0, inner.y + above))
    _add_words(scene, stage, words, inner).show(at, 0.6, rise=0.4 * space)
    if below:
        rule = Rect(last.x, last.y - 1.2 * space, 4 * space, 1.6 * stage.stroke)
        add_bar(scene, "rule", rule, theme.accent)
        scene.text("attribution", below, last.x, last.y)
    return scene


def _rooms(stage: Stage) -> tuple[Rect, Rect]:
    """Return the room of the words and the mark's rectangle, still at the top: beside the words, or above them."""
    room = stage.content
    width = _MARK * stage.frame.size("lead")
    mark = Rect(room.x, 0, width, 0.78 * width)
    if stage.frame.wide:
        left = mark.width + 1.8 * stage.space
        return Rect(room.x + left, room.y, 0.97 * room.width - left, room.height), mark
    return room.below(room.y + mark.height + 1.2 * stage.space), mark


def _source(attribution: str, stage: Stage, room: Rect) -> TextBlock:
    """Return the line that says whose words these are: the document in ink, its page or section after it."""
    document, *place = _PLACE.split(attribution, maxsplit=1)
    spans = [Span(document, stage.theme.ink, "semibold"), Span("".join(place))]
    style = stage.style("small", colour=stage.theme.muted)
    return stage.fit([span for span in spans if span.text], style, room.width, 0.2 * room.height)


def _add_words(scene: Scene, stage: Stage, block: TextBlock, place: Rect) -> Element:
    """Add the words: progress is how many clauses have been read."""
    theme = stage.theme
    parts = clauses(block.text)
    known: dict[int, TextBlock] = {}

    def lit(step: int) -> TextBlock:
        if step not in known:
            read, share = divmod(step, _STEPS)
            shades = [theme.ink if n < read else theme.muted for n in range(len(parts))]
            if share:
                shades[read] = mix(theme.muted, theme.ink, share / _STEPS)
            spans = [Span(part, shade) for part, shade in zip(parts, shades, strict=True)]
            known[step] = TextBlock(spans, block.style, block.width)
        return known[step]

    def paint(canvas: Any, state: State) -> None:
        lit(round(state.progress * _STEPS)).paint(canvas, place.x, place.y)

    box = block.at(place.x, place.y)
    mark = TextMark(box, block.text, block.size, theme.muted, theme.background)
    element = scene.add("text", box.outset(0.25 * block.size), paint, role="text", marks=(mark,))
    element.begin("progress", 0.0)
    for number, at in enumerate(_times(parts, stage)):
        for step in range(1, _STEPS + 1):
            element.animate("progress", at + (step - 1) * _STEP_FRAMES, number + step / _STEPS, 0)
    return element


def clauses(text: str) -> tuple[str, ...]:
    """Return the text in parts that are read in one breath; joined, they are the text."""
    parts: list[str] = []
    words = re.findall(r"\S+\s*", text)
    open_part: list[str] = []
    for index, word in enumerate(words):
        open_part.append(word)
        rest = len(words) - index - 1
        ends = word.rstrip()[-1] in ",;:.!?—–" and len(open_part) >= _FEWEST
        if rest and ((ends and rest >= 2) or (len(open_part) >= _MOST and rest >= _FEWEST)):
            parts.append("".join(open_part))
            open_part = []
    return (*parts, "".join(open_part)) if open_part else tuple(parts)


def _times(parts: tuple[str, ...], stage: Stage) -> list[int]:
    """Return the frame at which each clause is begun, by the first of its words that the voice says too."""
    spoken = [
        (key, word.start) for sentence in stage.timing.sentences for word in sentence.words for key in _keys(word.text)
    ]
    shown = [(key, number) for number, part in enumerate(parts) for key in _keys(part)]
    matcher = SequenceMatcher(None, [key for key, _ in shown], [key for key, _ in spoken], autojunk=False)
    found: dict[int, int] = {}
    for match in matcher.get_matching_blocks():
        for offset in range(match.size):
            found.setdefault(shown[match.a + offset][1], spoken[match.b + offset][1])
    start = min((sentence.start for sentence in stage.timing.sentences), default=0)
    end = max((sentence.end for sentence in stage.timing.sentences), default=stage.timing.num_frames)
    known = [(-1, start), *sorted(found.items()), (len(parts), end)]
    times = [start] * len(parts)
    for (one, early), (other, late) in pairwise(known):
        for number in range(max(0, one), min(other, len(parts))):
            times[number] = early + (late - early) * (number - max(0, one)) // max(1, other - max(0, one))
    lead = stage.frames(LEAD_S)
    ordered, last = [], -_STEPS * _STEP_FRAMES
    for at in times:
        last = max(at - lead, last + _STEPS * _STEP_FRAMES, 0)
        ordered.append(last)
    return ordered


def _keys(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]


def _add_mark(scene: Scene, stage: Stage, box: Rect) -> Element:
    """Add the quotation mark: two drops, drawn, because no font's mark is as quiet as it should be at this size."""
    drop = 0.44 * box.width

    def paint(canvas: Any, _: State) -> None:
        paint = skia.Paint(Color=argb(mix(stage.theme.tint, stage.theme.accent, 0.55)), AntiAlias=True)
        for left in (box.x, box.right - drop):
            path = skia.Path()
            path.addCircle(left + drop / 2, box.bottom - drop / 2, drop / 2)
            path.moveTo(left, box.bottom - drop / 2)
            path.cubicTo(left, box.y + 0.3 * box.height, left + 0.3 * drop, box.y, left + 0.85 * drop, box.y)
            path.lineTo(left + 0.95 * drop, box.y + 0.14 * box.height)
            path.cubicTo(
                left + 0.6 * drop,
                box.y + 0.2 * box.height,
                left + 0.5 * drop,
                box.y + 0.4 * box.height,
                left + drop / 2,
                box.bottom - drop,
            )
            path.close()
            canvas.drawPath(path, paint)

    return scene.add("mark", box, paint)
