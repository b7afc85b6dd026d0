"""What stands in the reserved bands: captions with the spoken word lit, and the citation chip.

A caption changes at every word; only the words that gain or lose light are painted anew.
"""

from collections.abc import Iterable
from dataclasses import replace
from itertools import groupby
from typing import Any

from vortex.visuals.graph import Scene, State, TextMark
from vortex.visuals.graphics import skia
from vortex.visuals.layout import DoesNotFit, Rect, bounding
from vortex.visuals.text import TextBlock, TextStyle, fit, right_to_left, text_width
from vortex.visuals.theme import MINIMUM_TYPE, argb
from vortex.visuals.timing import CaptionLine, ShotTiming, TimedSentence, TimedWord, row_text

_LINE_HEIGHT = 1.35


def add_captions(scene: Scene, timing: ShotTiming) -> None:
    """Add one element for each caption of the shot.

    Raises:
        DoesNotFit: a caption is too long for its band.
    """
    for index, caption in enumerate(timing.captions):
        _add_caption(scene, f"caption:{index}", caption)


def _add_caption(scene: Scene, name: str, caption: CaptionLine) -> None:
    style = TextStyle(scene.frame.size("caption"), scene.theme.muted, line_height=_LINE_HEIGHT)
    rows, style = _wrapped(caption, style, scene)
    lit_style = replace(style, colour=scene.theme.accent)
    placed = _placed(rows, style, scene.frame.caption)
    words = [word for row in rows for word in row]
    blocks = [(TextBlock(w.text, style, 1e6), TextBlock(w.text, lit_style, 1e6)) for w in words]
    boxes = [box for row in placed for box in row]

    def paint(canvas: Any, state: State) -> None:
        clip = canvas.getLocalClipBounds()
        spoken = int(state.progress)
        for index, box in enumerate(boxes):
            if box.right > clip.left() and box.x < clip.right() and box.bottom > clip.top() and box.y < clip.bottom():
                blocks[index][index == spoken].paint(canvas, box.x, box.y)

    def damage(old: State, new: State) -> Iterable[Rect]:
        return [boxes[int(state.progress)] for state in (old, new) if state.progress >= 0]

    marks = tuple(
        TextMark(bounding(places), " ".join(w.text for w in row), style.size, style.colour, scene.theme.background)
        for row, places in zip(rows, placed, strict=True)
    )
    element = scene.add(name, bounding(boxes), paint, role="caption", marks=marks, damage=damage)
    element.begin("opacity", 0.0).animate("opacity", caption.start, 1.0, 0).animate("opacity", caption.end, 0.0, 0)
    element.begin("progress", -1.0)
    for index, word in enumerate(words):
        element.animate("progress", word.start, index, 0)
    element.animate("progress", max(words[-1].end, words[-1].start), -1.0, 0)


def _wrapped(
    caption: CaptionLine, style: TextStyle, scene: Scene
) -> tuple[tuple[tuple[TimedWord, ...], ...], TextStyle]:
    """Return rows that fit the band: as given where possible, else smaller, else wrapped anew."""
    band = scene.frame.caption
    smallest = MINIMUM_TYPE * scene.frame.height
    size = style.size
    while True:
        style = replace(style, size=size)
        if len(caption.lines) * size * _LINE_HEIGHT <= band.height and all(
            _row_width(row, style) <= band.width for row in caption.lines
        ):
            return caption.lines, style
        rows = _greedy([word for row in caption.lines for word in row], style, band.width)
        if len(rows) * size * _LINE_HEIGHT <= band.height and not scene.frame.wide:
            return rows, style
        if size <= smallest:
            text = " ".join(word.text for row in caption.lines for word in row)
            raise DoesNotFit(f"the caption {text[:60]!r} does not fit its band; break it into shorter captions")
        size = max(smallest, size * 0.95)


def _greedy(words: list[TimedWord], style: TextStyle, width: float) -> tuple[tuple[TimedWord, ...], ...]:
    rows: list[list[TimedWord]] = [[]]
    for word in words:
        if rows[-1] and _row_width((*rows[-1], word), style) > width:
            rows.append([])
        rows[-1].append(word)
    return tuple(tuple(row) for row in rows)


def _row_width(row: tuple[TimedWord, ...], style: TextStyle) -> float:
    return text_width(row_text(row), style)


def _placed(rows: tuple[tuple[TimedWord, ...], ...], style: TextStyle, band: Rect) -> list[list[Rect]]:
    """Return the box of every word; rows are centred and stand on the band's floor.

    The words of a row that runs from right to left are placed so; numbers in it keep their own direction.
    """
    height = style.size * _LINE_HEIGHT
    top = band.bottom - height * len(rows)
    boxes = []
    for row in rows:
        wide = _row_width(row, style)
        left = band.x + (band.width - wide) / 2
        backwards = right_to_left(" ".join(word.text for word in row))
        places = []
        for index, word in enumerate(row):
            before = _row_width(row[: index + 1], style) - text_width(word.text, style) if index else 0.0
            width = text_width(word.text, style)
            places.append(Rect(left + (wide - before - width if backwards else before), top, width, height))
        boxes.append(places)
        top += height
    return boxes


def add_chips(scene: Scene, timing: ShotTiming) -> None:
    """Add the citation chips, each on screen while its sentences are spoken.

    Raises:
        DoesNotFit: a citation is too long for its place.
    """
    runs = groupby(timing.sentences, key=lambda sentence: sentence.citation)
    for index, (text, sentences) in enumerate(runs):
        if text:
            _add_chip(scene, f"chip:{index}", text, list(sentences))


def _add_chip(scene: Scene, name: str, text: str, sentences: list[TimedSentence]) -> None:
    theme, place = scene.theme, scene.frame.chip
    size = max(scene.frame.size("small") * 0.8, scene.frame.minimum)
    pad = size * 0.6
    style = TextStyle(size, theme.muted, line_height=1.3, align="right")
    block = _chip_text(text, style, Rect(0, 0, place.width - 2 * pad, place.height - pad / 2), scene.frame.minimum)
    pill = place.placed(block.width + 2 * pad, block.height + pad / 2, "end", "end")
    inner = pill.placed(block.width, block.height)
    mark = TextMark(inner, text, block.size, theme.muted, theme.panel)

    def paint(canvas: Any, _: State) -> None:
        fill = skia.Paint(Color=argb(theme.panel), AntiAlias=True)
        round_by = 0.45 * size
        canvas.drawRoundRect(skia.Rect.MakeXYWH(pill.x, pill.y, pill.width, pill.height), round_by, round_by, fill)
        block.paint(canvas, inner.x, inner.y)

    element = scene.add(name, pill, paint, role="chip", marks=(mark,))
    element.show(sentences[0].start, 0.2).hide(sentences[-1].end, 0.2)


def _chip_text(text: str, style: TextStyle, room: Rect, smallest: float) -> TextBlock:
    """Return the citation, set: two lines of smaller type are calmer than three."""
    two = min(room.height, 2.05 * style.size * style.line_height)
    try:
        return fit(text, style, (room.width, two), smallest, balanced=True)
    except DoesNotFit:
        return fit(text, style, (room.width, room.height), smallest, balanced=True)
