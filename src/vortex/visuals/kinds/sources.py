"""The closing card: every document with the pages that were quoted, like a table of contents, and how it was made."""

from dataclasses import replace
from typing import NamedTuple

from vortex.visuals import params
from vortex.visuals.graph import Scene
from vortex.visuals.kinds.parts import add_bar, add_heading
from vortex.visuals.kinds.shrink import demand, exactly, largest, scaled
from vortex.visuals.layout import Rect
from vortex.visuals.stage import Stage
from vortex.visuals.text import TextBlock

_STAGGER_S = 0.15


class _Entry(NamedTuple):
    """One document, set: title and file at the left, pages at the right, or below where the room is narrow."""

    title: TextBlock
    file: TextBlock | None
    pages: TextBlock | None
    height: float
    aside: bool
    """Whether the file stands on the title's line."""


def build(sources: params.Sources, stage: Stage) -> Scene:
    """Draw the entries one after the other, then the note, and hold."""
    scene, theme, space = stage.scene(), stage.theme, stage.space
    room = add_heading(scene, stage, sources.heading)
    foot = stage.style("small", colour=theme.muted)
    note = stage.fit(sources.note, foot, room.width, 0.25 * room.height) if sources.note else None
    reserved = note.height + space if note else 0.0

    def arranged(scale: float) -> list[_Entry]:
        made = [_entry(stage, entry, room.width, len(sources.entries) > 2, scale) for entry in sources.entries]
        demand(sum(entry.height + _pad(stage, scale) for entry in made), room.height - reserved, "the list of sources")
        return made

    entries = largest(arranged)
    spare = room.height - reserved - sum(entry.height for entry in entries)
    pad = min((3.4 if len(entries) <= 2 else 2.4) * space, spare / len(entries))
    top = room.y
    for index, entry in enumerate(entries):
        _place(scene, stage, index, entry, Rect(room.x, top, room.width, entry.height + pad))
        top += entry.height + pad
    at = stage.frames(0.25 + _STAGGER_S * len(entries))
    _add_hairline(scene, stage, len(entries), Rect(room.x, top, room.width, 0.6 * stage.stroke), at)
    if note:
        scene.text("note", note, room.x, top + space).show(at, 0.6)
    return scene


def _pad(stage: Stage, scale: float) -> float:
    """Return the least room above and below an entry together."""
    return 1.4 * stage.space * max(0.6, scale)


def _entry(stage: Stage, entry: params.SourceEntry, width: float, many: bool, scale: float) -> _Entry:
    beside = stage.frame.wide
    head = scaled(stage, stage.style("body" if many else "lead", weight="semibold"), scale)
    small = scaled(stage, stage.style("small", colour=stage.theme.muted), scale)
    quoted = replace(small, colour=stage.theme.accent, align="right" if beside else "left")
    pages = exactly(entry.pages, quoted, 0.36 * width if beside else width) if entry.pages else None
    left = width - (pages.width + 2 * stage.space if beside and pages else 0.0)
    title = exactly(entry.title, head, left)
    name = entry.file if entry.file != entry.title else ""
    file = exactly(name, replace(small, family="mono"), left) if name else None
    together = title.width + stage.space + (file.width if file else 0.0)
    aside = many and beside and title.lines == 1 and together < left
    height = title.height + (file.height if file and not aside else 0.0)
    if pages:
        height = max(height, pages.height) if beside else height + pages.height
    return _Entry(title, file, pages, height, aside)


def _add_hairline(scene: Scene, stage: Stage, index: int, line: Rect, at: int) -> None:
    add_bar(scene, f"hairline:{index}", line, stage.theme.line).draw(max(0, at - stage.frames(0.2)), 0.7)


def _place(scene: Scene, stage: Stage, index: int, entry: _Entry, row: Rect) -> None:
    """Add one entry under its hairline; titles of entries stand on one line with their pages."""
    at = stage.frames(0.25 + _STAGGER_S * index)
    _add_hairline(scene, stage, index, row.top_slice(0.6 * stage.stroke), at)
    top = row.y + (row.height - entry.height) / 2
    scene.text(f"entry:{index}", entry.title, row.x, top).show(at, 0.5)
    below = top + entry.title.height
    # A little below the middle of the first line, small type stands on nearly the same baseline.
    line = entry.title.height / entry.title.lines
    if entry.file and entry.aside:
        level = top + 0.62 * (line - entry.file.height)
        scene.text(f"file:{index}", entry.file, row.x + entry.title.width + stage.space, level).show(at, 0.5)
    elif entry.file:
        scene.text(f"file:{index}", entry.file, row.x, below).show(at, 0.5)
        below += entry.file.height
    if entry.pages and stage.frame.wide:
        level = top + 0.62 * (line - entry.pages.height / entry.pages.lines)
        scene.text(f"pages:{index}", entry.pages, row.right - entry.pages.width, level).show(at, 0.5)
    elif entry.pages:
        scene.text(f"pages:{index}", entry.pages, row.x, below).show(at, 0.5)
