"""The closing card: every document with the pages that were quoted, and how the film was made.

One source is set as large as a title, with its pages lying fanned beside it; several stand in a list, each with its
first page. A source without pages has its initial instead.
"""

from dataclasses import replace
from typing import NamedTuple

from vortex.core.text import initial
from vortex.visuals import params
from vortex.visuals.graph import Scene
from vortex.visuals.kinds.parts import add_bar, add_heading
from vortex.visuals.kinds.sheets import SIGN_ASPECT, add_fan, add_sheet, add_sign, aspect_of, sign_aspect
from vortex.visuals.kinds.shrink import demand, exactly, largest, scaled
from vortex.visuals.layout import DoesNotFit, Rect, stack
from vortex.visuals.stage import Stage
from vortex.visuals.text import TextBlock, TextStyle

_FAN, _FAN_UPRIGHT = 0.46, 0.4
"""Share of the width, or in upright frames of the height, that the sheets of a single source may take."""
_THUMB = 0.22
"""The highest a sheet in the list may be, as a share of the content."""


class _Entry(NamedTuple):
    """One document, set: title and file at the left, pages at the right, or below where the room is narrow."""

    title: TextBlock
    file: TextBlock | None
    pages: TextBlock | None
    height: float


def build(sources: params.Sources, stage: Stage) -> Scene:
    """Draw the card whole, and hold."""
    scene = stage.scene()
    if len(sources.entries) == 1:
        _single(scene, stage, sources)
    else:
        _list(scene, stage, sources)
    return scene


def _single(scene: Scene, stage: Stage, sources: params.Sources) -> None:
    """Add the one source: its name large at the left, what was quoted under it, its pages at the right."""
    space, (entry,) = stage.space, sources.entries
    room = _lay_pages(scene, stage, entry)
    top = add_heading(scene, stage, sources.heading, room.width).y
    small = stage.style("small", colour=stage.theme.muted)
    note = stage.fit(sources.note, small, room.width, 0.25 * room.height) if sources.note else None
    foot = note.height + space if note else 0.0
    below = Rect(room.x, top, room.width, room.bottom - top - foot)

    def arranged(scale: float) -> list[TextBlock]:
        made = [exactly(text, scaled(stage, style, scale), room.width) for text, style in _lines(stage, entry)]
        demand(sum(block.height for block in made) + 0.7 * space * (len(made) - 1), below.height, "the source")
        return made

    texts = largest(arranged)
    rows = stack(below, [block.height for block in texts], 0.7 * space)
    for index, (block, row) in enumerate(zip(texts, rows, strict=True)):
        scene.text(f"entry:0/{index}" if index else "entry:0", block, row.x, row.y)
    if note:
        scene.text("note", note, room.x, room.bottom - note.height)


def _lines(stage: Stage, entry: params.SourceEntry) -> list[tuple[str, TextStyle]]:
    """Return what is written of a single source, and how it is set."""
    theme = stage.theme
    title = stage.style("title")
    pages = stage.style("body", colour=theme.accent, weight="semibold")
    file = replace(stage.style("small", colour=theme.muted), family="mono")
    name = entry.file if entry.file != entry.title else ""
    lines = ((entry.title, replace(title, size=0.86 * title.size)), (entry.pages, pages), (name, file))
    return [(text, style) for text, style in lines if text]


def _lay_pages(scene: Scene, stage: Stage, entry: params.SourceEntry) -> Rect:
    """Add the sheets of a single source, or its initial, and return the room of the words."""
    room = stage.content
    upright = stage.frame.portrait
    if upright:
        part = room.placed(room.width, _FAN_UPRIGHT * room.height, "start", "end")
    else:
        part = room.placed(_FAN * room.width, room.height, "end")
    images = [stage.image(name) for name in entry.images]
    if images:
        taken = add_fan(scene, stage, "sheet", images, part)
    else:
        taken = part.aspect_fit(sign_aspect(stage), "start" if upright else "end")
        add_sign(scene, stage, "sign", initial(entry.title), taken)
    if upright:
        return Rect(room.x, room.y, room.width, taken.y - room.y - 1.5 * stage.space)
    return Rect(room.x, room.y, taken.x - room.x - 2 * stage.space, room.height)


def _list(scene: Scene, stage: Stage, sources: params.Sources) -> None:
    """Add several sources, one under the other between hairlines."""
    space = stage.space
    room = add_heading(scene, stage, sources.heading)
    foot = stage.style("small", colour=stage.theme.muted)
    note = stage.fit(sources.note, foot, room.width, 0.25 * room.height) if sources.note else None
    count, reserved = len(sources.entries), note.height + space if note else 0.0
    each = (room.height - reserved) / count
    thumb = min(_THUMB * stage.content.height, each - space)
    indent = thumb * SIGN_ASPECT + 1.4 * space
    entries = _set(sources, stage, room.width - indent, each)
    pitch = min(each, max(thumb, *(entry.height for entry in entries)) + 1.6 * space)
    images = [stage.image(entry.images[0]) if entry.images else None for entry in sources.entries]
    for index, (entry, image) in enumerate(zip(entries, images, strict=True)):
        row = Rect(room.x, room.y + index * pitch, room.width, pitch)
        _add_hairline(scene, stage, index, row.top_slice(0.6 * stage.stroke))
        spot = Rect(row.x, row.y, thumb * SIGN_ASPECT, row.height).placed(thumb * SIGN_ASPECT, thumb)
        if image:
            add_sheet(scene, stage, f"sheet:{index}", image, spot.aspect_fit(aspect_of(image)), 0.2)
        else:
            add_sign(scene, stage, f"sign:{index}", initial(sources.entries[index].title), spot)
        _place(scene, stage, index, entry, Rect(row.x + indent, row.y, row.width - indent, row.height))
    end = room.y + count * pitch
    _add_hairline(scene, stage, count, Rect(room.x, end, room.width, 0.6 * stage.stroke))
    if note:
        scene.text("note", note, room.x, end + space)


def _set(sources: params.Sources, stage: Stage, width: float, height: float) -> list[_Entry]:
    """Set all entries in one size, without the names of files where there is no room for them.

    Raises:
        DoesNotFit: an entry needs more than ``height`` pixels.
    """

    def arranged(scale: float, files: bool) -> list[_Entry]:
        made = [_entry(stage, entry, width, scale, files) for entry in sources.entries]
        demand(max(entry.height for entry in made) + 0.5 * stage.space, height, "an entry of the list of sources")
        return made

    try:
        return largest(lambda scale: arranged(scale, True))
    except DoesNotFit:
        return largest(lambda scale: arranged(scale, False))


def _entry(stage: Stage, entry: params.SourceEntry, width: float, scale: float, files: bool) -> _Entry:
    beside = stage.frame.wide
    head = scaled(stage, stage.style("lead", weight="semibold"), scale)
    small = scaled(stage, stage.style("small", colour=stage.theme.muted), scale)
    quoted = replace(small, colour=stage.theme.accent, align="right" if beside else "left")
    pages = exactly(entry.pages, quoted, 0.36 * width if beside else width) if entry.pages else None
    left = width - (pages.width + 2 * stage.space if beside and pages else 0.0)
    title = exactly(entry.title, head, left)
    name = entry.file if files and entry.file != entry.title else ""
    file = exactly(name, replace(small, family="mono"), left) if name else None
    height = title.height + (file.height if file else 0.0)
    if pages:
        height = max(height, pages.height) if beside else height + pages.height
    return _Entry(title, file, pages, height)


def _add_hairline(scene: Scene, stage: Stage, index: int, line: Rect) -> None:
    add_bar(scene, f"hairline:{index}", line, stage.theme.line)


def _place(scene: Scene, stage: Stage, index: int, entry: _Entry, row: Rect) -> None:
    """Add the words of one entry; titles stand on one line with their pages."""
    top = row.y + (row.height - entry.height) / 2
    scene.text(f"entry:{index}", entry.title, row.x, top)
    below = top + entry.title.height
    if entry.file:
        scene.text(f"file:{index}", entry.file, row.x, below)
        below += entry.file.height
    if entry.pages and stage.frame.wide:
        # A little below the middle of the first line, small type stands on nearly the same baseline.
        line = entry.title.height / entry.title.lines
        level = top + max(0.0, 0.62 * (line - entry.pages.height / entry.pages.lines))
        scene.text(f"pages:{index}", entry.pages, row.right - entry.pages.width, min(level, row.bottom))
    elif entry.pages:
        scene.text(f"pages:{index}", entry.pages, row.x, below)
