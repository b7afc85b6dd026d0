"""One quantity, as large as the frame bears; it counts up while it is spoken and ends at what the source writes."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from vortex.visuals import params
from vortex.visuals.graph import Element, Scene, State, TextMark
from vortex.visuals.kinds.parts import add_bar, apply_cues
from vortex.visuals.layout import Rect, stack
from vortex.visuals.stage import Stage
from vortex.visuals.text import TextBlock, TextStyle

_TYPE = 2.3
"""Ideal type size of the value, in sizes of the display step."""
_UNIT = 0.42
"""Type size of the unit, in sizes of the value's."""
_LINE = 1.06
"""Line height of the value."""
_BASELINE = 0.3635
"""How far the baseline of the text faces lies under the middle of a line, in type sizes."""
_COUNT_S = 1.3
_COUNTABLE = re.compile(r"([$€£]?)(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?(\s?%)?")


@dataclass(frozen=True, slots=True)
class _Value:
    """Value and unit, set, and where they stand relative to the top left of their common box."""

    value: TextBlock
    unit: TextBlock | None
    value_x: float
    unit_x: float
    unit_y: float
    width: float
    height: float


def build(number: params.Number, stage: Stage) -> Scene:
    """Draw what is counted at once, in grey, and the value on its cue above a rule; then the label turns to ink."""
    scene, theme, space = stage.scene(), stage.theme, stage.space
    room = stage.content
    lead = stage.style("lead", colour=theme.muted, align="centre")
    label = stage.fit(number.label, lead, 0.84 * room.width, 0.4 * room.height, least="small")
    rule = 1.8 * stage.stroke
    gap = 1.4 * space
    value = _value(number, stage, room.height - label.height - rule - 2 * gap)
    top, line, bottom = stack(room, [value.height, rule, label.height], gap)

    at = stage.named("value")
    at = stage.frames(0.25) if at is None else at
    box = top.placed(value.width, value.height)
    shown = _add_value(scene, stage, number.value, value.value, box.moved(value.value_x, 0))
    shown.show(at, 0.3).begin("progress", 0.0).animate("progress", at, 1.0, _COUNT_S)
    if value.unit:
        scene.text("unit", value.unit, box.x + value.unit_x, box.y + value.unit_y).show(at + stage.frames(0.15))
    add_bar(scene, "rule", line.placed(5 * space, rule), theme.accent)
    told = max(stage.named("label") or 0, at + stage.frames(0.3))
    place = bottom.placed(label.width, label.height)
    words = scene.text("label", label, place.x, place.y, lit=theme.ink).light(told, seconds=0.5)
    apply_cues(stage, {"value": shown, "label": words})
    return scene


def _value(number: params.Number, stage: Stage, height: float) -> _Value:
    """Return value and unit beside each other, or under each other where they would have to be much smaller for that.

    Raises:
        DoesNotFit: the value has too many words.
    """
    room = stage.content
    ideal = replace(stage.style("display"), size=_TYPE * stage.frame.size("display"), line_height=_LINE)
    alone = _set(number.value, ideal, stage, height)
    if not number.unit:
        return _Value(alone, None, 0, 0, 0, alone.width, alone.height)
    gap = 0.1 if number.unit in ("%", "°") else 0.24
    size = alone.size
    while size >= 0.6 * alone.size:
        value = _set(number.value, replace(ideal, size=size), stage, height)
        unit = stage.text(number.unit, _unit_style(stage, value), 2 * room.width)
        width = value.width + gap * value.size + unit.width
        if width <= room.width:
            down = value.size * (_LINE / 2 + _BASELINE) - unit.size * (unit.style.line_height / 2 + _BASELINE)
            return _Value(value, unit, 0, width - unit.width, down, width, value.height)
        size *= 0.97
    small = stage.style("lead", colour=stage.theme.muted, align="centre")
    unit = stage.fit(number.unit, small, room.width, 2.1 * small.size * small.line_height)
    value = _set(number.value, ideal, stage, height - unit.height)
    width = max(value.width, unit.width)
    lefts = (width - value.width) / 2, (width - unit.width) / 2
    return _Value(value, unit, *lefts, value.height, width, value.height + unit.height)


def _set(text: str, style: TextStyle, stage: Stage, height: float) -> TextBlock:
    """Return the value on one line."""
    lone = replace(style, size=min(style.size, height / _LINE))
    return stage.fit(text.replace(" ", "\u00a0"), lone, stage.content.width, 1.02 * _LINE * lone.size)


def _unit_style(stage: Stage, value: TextBlock) -> TextStyle:
    return TextStyle(max(_UNIT * value.size, stage.frame.minimum), stage.theme.muted, line_height=1.2)


def _add_value(scene: Scene, stage: Stage, text: str, block: TextBlock, box: Rect) -> Element:
    """Add the value, whose progress is how far it has been counted; its right edge stays where it is."""
    counted = counter(text)
    theme = stage.theme
    place = Rect(box.x, box.y, block.width, block.height)
    mark = TextMark(place, text, block.size, theme.ink, theme.background, theme.accent)
    known: dict[str, TextBlock] = {text: block}

    def paint(canvas: Any, state: State) -> None:
        now = text if counted is None else counted(state.progress)
        if now not in known:
            known[now] = TextBlock(now, block.style, block.width + 2)
        known[now].paint(canvas, place.right - known[now].width, place.y, mark.colour_at(round(state.light * 8) / 8))

    return scene.add("value", place.outset(0.05 * block.size), paint, role="text", marks=(mark,))


def counter(text: str) -> Callable[[float], str] | None:
    """Return what to show at a progress of 0 to 1, or ``None`` where counting means nothing: years, words, a few."""
    match = _COUNTABLE.fullmatch(text)
    if not match:
        return None
    before, whole, decimals, after = match.group(1), match.group(2), match.group(3) or "", match.group(4) or ""
    amount = float(whole.replace(",", "") + decimals)
    year = not decimals and "," not in whole and not before and not after and 1000 <= amount < 2200
    if amount < 10 or year or whole.startswith("0"):
        return None
    comma = "," if "," in whole else ""
    places = max(0, len(decimals) - 1)

    def at(progress: float) -> str:
        return text if progress >= 1 else f"{before}{amount * progress:{comma}.{places}f}{after}"

    return at
