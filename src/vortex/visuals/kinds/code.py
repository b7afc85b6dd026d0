"""A listing as in an editor: the lines that are spoken of are lit, and what they produce appears at their ends."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from vortex.core.errors import EngineError
from vortex.visuals import params
from vortex.visuals.graph import Element, Scene, State, TextMark
from vortex.visuals.graphics import skia
from vortex.visuals.kinds.listing import ADVANCE, LINE_HEIGHT, Line, colour_lines, fit_lines, legible
from vortex.visuals.kinds.parts import add_heading, add_panel
from vortex.visuals.layout import Rect
from vortex.visuals.stage import Stage
from vortex.visuals.text import TextBlock, TextStyle
from vortex.visuals.theme import argb, contrast, mix

_TYPE, _LARGEST = 0.86, 1.4
"""Ideal type size of a long listing and of one of up to three lines, in sizes of the body step."""
_FEW, _MANY = 3, 9
_NARROWEST, _LOWEST = 0.6, 0.3
"""A panel is no narrower and no lower than these shares of its room, so that short listings stand on something."""
_DIM = 0.75
"""How far the colours of the other lines go towards grey while some are lit."""
_LIT_S = 0.25


@dataclass(frozen=True, slots=True)
class _Sheet:
    """The listing in its place."""

    panel: Rect
    lines: tuple[Line, ...]
    rows: tuple[Rect, ...]
    """One a line, as wide as the panel."""
    style: TextStyle
    code_x: float
    number_x: float
    """Right edge of the line numbers."""


def build(code: params.Code, stage: Stage) -> Scene:
    """Draw the listing at once, then light lines and show values on their cues."""
    scene = stage.scene()
    room = add_heading(scene, stage, code.heading)
    sheet = _sheet(code, stage, room)
    add_panel(scene, stage, "panel", sheet.panel).show(0, 0.3)
    lines = [_add_line(scene, stage, sheet, number).show(0, 0.4) for number in range(1, len(sheet.lines) + 1)]
    _light_lines(stage, lines)
    _add_values(scene, stage, sheet, code.values)
    return scene


def _sheet(code: params.Code, stage: Stage, room: Rect) -> _Sheet:
    """Return the listing in the largest type that its room allows.

    Raises:
        DoesNotFit: it has too many lines.
        EngineError: a value belongs to no line.
    """
    space = stage.space
    coloured = colour_lines(code.text, code.language, stage.theme)
    extra = [0] * len(coloured)
    for value in code.values:
        if value.line > len(coloured):
            raise EngineError(f"value {value.text!r} belongs to line {value.line} of {len(coloured)}; mend code.values")
        extra[value.line - 1] = max(extra[value.line - 1], len(value.text) + 5)
    digits = len(str(len(coloured))) + 1.6 if len(coloured) > 1 else 0.6
    margin = 1.1 * space
    ideal = _ideal(len(coloured)) * stage.frame.size("body")
    pad = margin * (1 + _ideal(len(coloured)) - _TYPE)
    inner = room.width - 2.2 * margin, room.height - 2 * pad
    lines, size = fit_lines(coloured, extra, inner, (ideal, stage.frame.minimum), digits)
    pitch = LINE_HEIGHT * size
    height = sum(len(line.rows) for line in lines) * pitch
    longest = max(len(text) + more for line, more in zip(lines, extra, strict=True) for text in line.texts)
    needed = digits * ADVANCE * size + longest * ADVANCE * size + 2.2 * margin
    width = min(room.width, max(needed, _NARROWEST * room.width))
    pad = max(pad, (_LOWEST * room.height - height) / 2)
    panel = room.placed(width, height + 2 * pad)
    rows, top = [], panel.y + pad
    for line in lines:
        rows.append(Rect(panel.x, top, panel.width, len(line.rows) * pitch))
        top = rows[-1].bottom
    code_x = panel.x + margin + digits * ADVANCE * size
    style = TextStyle(size, stage.theme.ink, family="mono", line_height=LINE_HEIGHT)
    return _Sheet(panel, lines, tuple(rows), style, code_x, code_x - 1.6 * ADVANCE * size)


def _ideal(count: int) -> float:
    """Return the ideal type size of a listing of ``count`` lines, in sizes of the body step."""
    share = min(1.0, max(0.0, (_MANY - count) / (_MANY - _FEW)))
    return _TYPE + (_LARGEST - _TYPE) * share


def _add_line(scene: Scene, stage: Stage, sheet: _Sheet, number: int) -> Element:
    """Add a line and its number, if there are others: progress is the strength of colours, light the band behind."""
    theme, line, row = stage.theme, sheet.lines[number - 1], sheet.rows[number - 1]
    grey = legible(theme.muted, theme)
    shades: dict[int, TextBlock] = {}
    label = TextBlock(str(number), replace(sheet.style, colour=grey), row.width)
    label_x = sheet.number_x - label.width
    numbered = len(sheet.lines) > 1

    def block(step: int) -> TextBlock:
        if step not in shades:
            shades[step] = TextBlock(line.spans(grey, _DIM * step / 6), sheet.style, 2 * row.width)
        return shades[step]

    def paint(canvas: Any, state: State) -> None:
        if state.light > 0:
            _draw_band(canvas, stage, row, state.light)
        if numbered:
            label.paint(canvas, label_x, row.y, mix(grey, theme.ink, round(4 * state.light) / 4))
        if any(text.strip() for text in line.texts):
            block(round(6 * (1 - state.progress))).paint(canvas, sheet.code_x, row.y)

    box = Rect(label_x, row.y, label.width, LINE_HEIGHT * label.size).inset(0, 0.1 * label.size)
    first = TextMark(box, str(number), label.size, grey, theme.panel)
    marks = (*((first,) if numbered else ()), *_marks(stage, sheet, number))
    return scene.add(f"line:{number}", row, paint, role="text", marks=marks)


def _marks(stage: Stage, sheet: _Sheet, number: int) -> Iterator[TextMark]:
    """Yield what the layout record says of each row of a line: its place, and the least legible of its colours."""
    theme, size = stage.theme, sheet.style.size
    line, place = sheet.lines[number - 1], sheet.rows[number - 1]
    pitch = LINE_HEIGHT * size
    for index, (row, text) in enumerate(zip(line.rows, line.texts, strict=True)):
        if not text.strip():
            continue
        indent = len(text) - len(text.lstrip())
        x, width = sheet.code_x + indent * ADVANCE * size, (len(text) - indent) * ADVANCE * size
        worst = min((colour for _, colour, _ in row), key=lambda colour: contrast(colour, theme.panel))
        box = Rect(x, place.y + index * pitch, width, pitch).inset(0, 0.1 * size)
        yield TextMark(box, text.strip(), size, worst, theme.panel)


def _draw_band(canvas: Any, stage: Stage, row: Rect, light: float) -> None:
    """Draw the lit band of a line and the accent at its left edge."""
    inner = row.inset(0.5 * stage.stroke, 0)
    fill = skia.Paint(Color=argb(stage.theme.tint, light))
    canvas.drawRect(skia.Rect.MakeXYWH(inner.x, inner.y, inner.width, inner.height), fill)
    bar = skia.Paint(Color=argb(stage.theme.accent, light))
    canvas.drawRect(skia.Rect.MakeXYWH(inner.x, inner.y, 1.6 * stage.stroke, inner.height), bar)


def _light_lines(stage: Stage, lines: Sequence[Element]) -> None:
    """Light the lines of each cue until the next one or the end of its sentence; the others step back meanwhile."""
    events = _events(stage, len(lines))
    for place, (at, ends, lit) in enumerate(events):
        later = events[place + 1][0] if place + 1 < len(events) else stage.timing.num_frames + 1
        # A short pause between two sentences is no reason to let everything flash up.
        until = later if later < ends + stage.frames(1.0) else ends
        for number, line in enumerate(lines, start=1):
            line.animate("light", at, float(number in lit), _LIT_S)
            line.animate("progress", at, float(number in lit or not lit), _LIT_S)
            if until < later:
                line.animate("light", until, 0.0, 0.4).animate("progress", until, 1.0, 0.4)
    for at, cue in stage.timed_cues("line:"):
        if cue.action == "hide":
            for number in _numbers(cue.target, len(lines)):
                lines[number - 1].hide(at)


def _events(stage: Stage, count: int) -> list[tuple[int, int, frozenset[int]]]:
    """Return when which lines are lit and when that sentence ends; all lines together are as good as none."""
    ends = {sentence.id: sentence.end for sentence in stage.timing.sentences}
    events: dict[int, tuple[int, frozenset[int]]] = {}
    for at, cue in stage.timed_cues("line:"):
        if cue.action != "hide":
            lit = events.get(at, (0, frozenset()))[1] | _numbers(cue.target, count)
            events[at] = (max(at + 1, ends[cue.sentence]), lit)
    return [(at, end, lit if len(lit) < count else frozenset()) for at, (end, lit) in sorted(events.items())]


def _numbers(target: str, count: int) -> frozenset[int]:
    """Return the line numbers of ``line:3`` or ``line:3-5``.

    Raises:
        EngineError: the target is no such thing, or there are fewer lines.
    """
    first, _, last = target.removeprefix("line:").partition("-")
    if not first.isdigit() or not (last or first).isdigit() or not 1 <= int(first) <= int(last or first) <= count:
        raise EngineError(f"cue {target!r} names no lines of a listing of {count}; write line:3 or line:3-5")
    return frozenset(range(int(first), int(last or first) + 1))


def _add_values(scene: Scene, stage: Stage, sheet: _Sheet, values: Sequence[params.Traced]) -> None:
    """Add each value at the end of its line on its cue; a later value of the same line takes its place.

    Raises:
        EngineError: a cue names a value that is not there.
    """
    names = {f"value:{index}" for index in range(len(values))}
    for _, cue in stage.timed_cues("value:"):
        if cue.target not in names:
            raise EngineError(
                f"cue {cue.target!r} names no value of a listing that has {len(values)}; mend code.values"
            )
    frames = stage.reveals([f"value:{index}" for index in range(len(values))])
    fade = stage.frames(0.13)
    for index, (value, at) in enumerate(zip(values, frames, strict=True)):
        later = [frame for other, frame in zip(values, frames, strict=True) if other.line == value.line and frame > at]
        for element in _add_value(scene, stage, sheet, index, value):
            element.show(at, 0.3)
            if later:
                element.hide(max(at + 1, min(later) - fade), 0.13)
            for gone, cue in stage.timed_cues(f"value:{index}"):
                if cue.action == "hide":
                    element.hide(gone)


def _add_value(scene: Scene, stage: Stage, sheet: _Sheet, index: int, value: params.Traced) -> tuple[Element, Element]:
    """Add the value in its pill behind the last row of its line."""
    theme, size = stage.theme, sheet.style.size
    line, row = sheet.lines[value.line - 1], sheet.rows[value.line - 1]
    pitch = LINE_HEIGHT * size
    style = replace(sheet.style, colour=theme.on(theme.accent), line_height=1.2)
    block = TextBlock(value.text, style, row.width)
    x = sheet.code_x + (len(line.texts[-1]) + 1.6) * ADVANCE * size
    pill = Rect(x, row.bottom - 0.93 * pitch, block.width + 1.4 * ADVANCE * size, 0.86 * pitch)

    def paint(canvas: Any, _: State) -> None:
        fill = skia.Paint(Color=argb(theme.accent), AntiAlias=True)
        box = skia.Rect.MakeXYWH(pill.x, pill.y, pill.width, pill.height)
        canvas.drawRoundRect(box, 0.28 * pill.height, 0.28 * pill.height, fill)

    inner = pill.placed(block.width, block.height)
    ground = scene.add(f"value:{index}/pill", pill, paint)
    return ground, scene.text(f"value:{index}", block, inner.x, inner.y, background=theme.accent)
