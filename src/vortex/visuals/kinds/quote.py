"""The source's own words, set large, with a quotation mark in the accent colour and where they stand."""

from dataclasses import replace

from vortex.visuals import params
from vortex.visuals.graph import Scene
from vortex.visuals.layout import stack
from vortex.visuals.stage import Stage

_QUOTES = "“”„\"«»'‘’"


def build(quote: params.Quote, stage: Stage) -> Scene:
    """Draw the mark at once, the words on their cue, the attribution after them."""
    scene = stage.scene()
    theme, space, room = stage.theme, stage.space, stage.content
    mark_style = replace(stage.style("display", colour=theme.accent), size=1.5 * stage.frame.size("display"))
    mark = stage.text("“", mark_style, room.width)
    indent = mark.width + 0.6 * space if stage.frame.wide else 0.0
    source = stage.style("small", colour=theme.muted)
    width = room.width - indent - (2 * space if stage.frame.wide else 0)
    below = stage.fit(f"— {quote.attribution}", source, width, 0.15 * room.height) if quote.attribution else None

    style = replace(stage.style("lead"), size=1.15 * stage.frame.size("lead"), line_height=1.42)
    used = (below.height + 1.2 * space if below else 0.0) + (0.0 if stage.frame.wide else mark.size * 0.7)
    words = stage.fit(quote.text.strip(_QUOTES), style, width, room.height - used, least=0.55)
    inner, last = stack(room, [words.height, below.height if below else 0.0], 1.2 * space)
    shift = 0.0 if stage.frame.wide else mark.size * 0.35
    at = stage.cue("text")
    at = stage.frames(0.25) if at is None else at
    mark_y = inner.y + shift - 0.22 * mark.size if stage.frame.wide else inner.y + shift - mark.size * 0.95
    scene.text("mark", mark, room.x, mark_y, role="decoration").show(0, 0.3)
    scene.text("text", words, inner.x + indent, inner.y + shift).show(at, 0.6, rise=0.4 * space)
    if below:
        scene.text("attribution", below, last.x + indent, last.y + shift).show(at + stage.frames(0.5), 0.5)
    return scene
