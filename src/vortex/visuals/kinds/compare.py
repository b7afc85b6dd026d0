"""Two or three things side by side on cards; what answers each other stands on one line, and the spoken card is lit."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from vortex.visuals import params
from vortex.visuals.graph import Element, Scene
from vortex.visuals.kinds.parts import add_bar, add_heading, add_panel, apply_cues, ghost
from vortex.visuals.kinds.shrink import demand, exactly, largest, scaled
from vortex.visuals.layout import Rect, columns
from vortex.visuals.stage import Stage
from vortex.visuals.text import TextBlock

_LARGEST, _FEW_WORDS = 1.3, 24
"""So few words are set so much larger, so that they fill their cards."""


class _Card(NamedTuple):
    """One column, set: where its panel, its title and its items stand."""

    panel: Rect
    title: TextBlock
    items: tuple[TextBlock, ...]
    rows: tuple[Rect, ...]
    """The room of the title, then of each item."""
    pad: float
    """Distance of the first line of an item from its hairline."""


def build(compare: params.Compare, stage: Stage) -> Scene:
    """Draw each card with its title on the column's cue, and each item on its own."""
    scene = stage.scene()
    room = add_heading(scene, stage, compare.heading)
    words = sum(len(text.split()) for column in compare.columns for text in column.items)
    most = _LARGEST if words <= _FEW_WORDS else 1.0
    cards = largest(lambda scale: _arranged(compare.columns, stage, room, scale), most)
    targets = [
        target
        for index, card in enumerate(cards)
        for target in (f"column:{index}", *(f"item:{index},{row}" for row in range(len(card.items))))
    ]
    frames = dict(zip(targets, stage.reveals(targets), strict=True))
    panels = [_draw(scene, stage, index, card, frames) for index, card in enumerate(cards)]
    _light_spoken(scene, panels, frames)
    texts = {element.name: element for element in scene.elements if element.name in frames}
    apply_cues(stage, texts)
    apply_cues(stage, {f"column:{index}": panel for index, panel in enumerate(panels)})
    return scene


def _arranged(given: Sequence[params.Column], stage: Stage, room: Rect, scale: float) -> list[_Card]:
    """Set all cards at ``scale``: side by side, or one under the other where the frame is upright."""
    space = stage.space * max(0.6, scale)
    upright = stage.frame.portrait
    cells = [room] * len(given) if upright else columns(room, [1.0] * len(given), 1.2 * space)
    few = max(len(column.items) for column in given) <= 2 and len(given) == 2
    title = scaled(stage, replace(stage.style("lead", weight="semibold"), line_height=1.25), scale)
    item = scaled(stage, stage.style("lead" if few else "body", colour=stage.theme.muted), scale)
    inner = cells[0].width - 2 * 1.4 * space
    titles = [exactly(column.title, title, inner) for column in given]
    items = [tuple(exactly(text, item, inner) for text in column.items) for column in given]
    heights = [_heights(titles[i : i + 1], items[i : i + 1], space) for i in range(len(given))]
    if not upright:
        heights = [_heights(titles, items, space)] * len(given)
    total = sum(map(sum, heights)) + 1.2 * space * (len(given) - 1) if upright else sum(heights[0])
    demand(total, room.height, "the comparison")
    top = room.placed(room.width, total).y
    cards = []
    for cell, head, texts, rows in zip(cells, titles, items, heights, strict=True):
        cards.append(_card(Rect(cell.x, top, cell.width, sum(rows)), head, texts, rows, space))
        top += sum(rows) + 1.2 * space if upright else 0.0
    return cards


def _heights(titles: Sequence[TextBlock], items: Sequence[tuple[TextBlock, ...]], space: float) -> list[float]:
    """Return the heights of the title's row and of each item's, padding included, that all these cards can share."""
    heights = [max(title.height for title in titles) + 1.7 * space]
    for row in range(max(map(len, items))):
        tall = max((texts[row].height for texts in items if row < len(texts)), default=0.0)
        heights.append(tall + 1.7 * space)
    heights[-1] += 0.3 * space
    return heights


def _card(panel: Rect, title: TextBlock, items: tuple[TextBlock, ...], heights: Sequence[float], space: float) -> _Card:
    rows, top = [], panel.y
    for height in heights[: len(items) + 1]:
        rows.append(Rect(panel.x, top, panel.width, height).inset(1.4 * space, 0))
        top += height
    return _Card(panel, title, items, tuple(rows), 0.85 * space)


def _draw(scene: Scene, stage: Stage, index: int, card: _Card, frames: dict[str, int]) -> Element:
    """Add one card and return its panel."""
    theme, at = stage.theme, frames[f"column:{index}"]
    panel = ghost(add_panel(scene, stage, f"panel:{index}", card.panel), at)
    head = card.rows[0]
    top = head.y + (head.height - card.title.height) / 2
    title = scene.text(f"column:{index}", card.title, head.x, top, lit=theme.accent, background=theme.panel)
    title.show(at, rise=0.3 * stage.space)
    for number, (text, row) in enumerate(zip(card.items, card.rows[1:], strict=True)):
        name = f"item:{index},{number}"
        line = Rect(row.x, row.y, row.width, 0.6 * stage.stroke)
        add_bar(scene, f"hairline:{index},{number}", line, theme.line).draw(max(at, frames[name] - 3), 0.5)
        shown = scene.text(name, text, row.x, row.y + card.pad, lit=theme.ink, background=theme.panel)
        shown.show(frames[name], rise=0.3 * stage.space)
    return panel


def _light_spoken(scene: Scene, panels: Sequence[Element], frames: dict[str, int]) -> None:
    """Light a whole card from the moment at which one of its parts is named until a part of another one is."""
    order = sorted((at, int(target.partition(":")[2].partition(",")[0])) for target, at in frames.items())
    turns = [turn for place, turn in enumerate(order) if place == 0 or order[place - 1][1] != turn[1]]
    for index, panel in enumerate(panels):
        own = (f"column:{index}", *(target for target in frames if target.startswith(f"item:{index},")))
        parts = [panel, *(element for element in scene.elements if element.name in own)]
        for place, (at, column) in enumerate(turns):
            if column == index:
                until = turns[place + 1][0] if place + 1 < len(turns) else None
                for part in parts:
                    part.light(at, until)
