"""A term, large, and what it means, held together by a rule at the left."""

import re
from dataclasses import replace

from vortex.visuals import params
from vortex.visuals.graph import Scene
from vortex.visuals.kinds.parts import add_bar, apply_cues, kicker
from vortex.visuals.layout import Rect, stack
from vortex.visuals.stage import Stage

_IDENTIFIER = re.compile(r"[A-Za-z_][\w.:]*\(.*\)|[a-z]+(?:[._][a-z0-9]+)+")


def build(definition: params.Definition, stage: Stage) -> Scene:
    """Draw kicker and term first, the meaning on its cue."""
    scene = stage.scene()
    theme, space = stage.theme, stage.space
    bar = 1.8 * stage.stroke
    room = stage.content
    inner = Rect(room.x + bar + 1.5 * space, room.y, 0.88 * room.width - bar - 1.5 * space, room.height)
    above = kicker(stage, definition.kicker) if definition.kicker else None
    title = stage.style("title")
    large = replace(title, size=1.3 * title.size)
    if _IDENTIFIER.fullmatch(definition.term):
        large = replace(large, family="mono", size=1.1 * title.size, tracking=0.0)
    term = stage.fit(definition.term, large, inner.width, 0.34 * room.height, least="lead")
    used = term.height + (above.height if above else 0.0) + 2.2 * space
    left = inner.width, inner.height - used
    (text,) = stage.fill([definition.text], stage.style("lead"), left, most=1.25, least="small")
    heights = [above.height if above else 0.0, term.height, text.height]
    top, middle, bottom = stack(inner, heights, 0.9 * space)

    term_at, text_at = stage.reveals(["term", "text"])
    term_at = 0 if stage.cue("term") is None else term_at
    if above:
        scene.text("kicker", above, top.x, top.y).show(0, 0.3)
    named = scene.text("term", term, middle.x, middle.y, lit=theme.accent).show(term_at, rise=0.4 * space)
    apply_cues(stage, {"term": named})
    side = Rect(room.x, middle.y + 0.1 * term.size, bar, bottom.bottom - middle.y - 0.1 * term.size)
    add_bar(scene, "rule", side, theme.accent)
    scene.text("text", text, bottom.x, bottom.y + 0.2 * space).show(text_at, rise=0.4 * space)
    return scene
